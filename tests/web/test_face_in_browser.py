"""The sample pages before a real browser: accessibility, widths, targets, contrast, forced colours, paper, keyboard.

The gallery stands in for the application: these tests look at the parts, whatever the product's pages make of them.
"""

from __future__ import annotations

import pytest

from scripts.face_gallery import SAMPLES, create_gallery
from tests.web.face_checks import sideways_scroll, small_targets


@pytest.fixture(scope="module")
def app():
    """The gallery in place of the application, with its strict policy: a refused style or picture fails the test."""
    return create_gallery()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", [*SAMPLES, "error-404"])
def test_axe_finds_nothing_and_targets_are_large_enough(open_page, axe, name, width):
    page = open_page(width=width)
    page.goto(f"/{name}")
    axe(page)
    assert small_targets(page) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_axe_finds_nothing_in_high_contrast(open_page, axe, name):
    page = open_page()
    page.goto(f"/{name}?contrast=alto")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    axe(page)


@pytest.mark.parametrize("name", [*SAMPLES, "error-404"])
def test_no_page_scrolls_sideways_from_320_to_1600_pixels(browser_page, name):
    browser_page.goto(f"/{name}")
    assert list(sideways_scroll(browser_page)) == []


def test_icons_and_arrows_are_drawn_under_the_strict_policy(open_page):
    page = open_page(javascript=False)  # and without any script
    page.goto("/worklist")
    icon = page.locator(".state .icon").first.bounding_box()
    assert icon["width"] > 10
    assert "chevron-dark.svg" in page.locator("select").first.evaluate("e => getComputedStyle(e).backgroundImage")


def test_the_error_summary_has_the_focus_and_its_links_lead_into_the_boxes(browser_page):
    browser_page.goto("/filing")
    assert browser_page.evaluate("document.activeElement.id") == "erros"
    browser_page.keyboard.press("Tab")
    browser_page.keyboard.press("Enter")
    browser_page.keyboard.press("Tab")
    assert browser_page.url.endswith("#happened_on")
    browser_page.locator("#erros a").nth(1).click()
    assert browser_page.evaluate("document.activeElement.id") == "amount"


def test_the_skip_link_comes_first_and_shows_itself(browser_page):
    browser_page.goto("/status")
    browser_page.keyboard.press("Tab")
    link = browser_page.locator(":focus")
    assert link.inner_text() == "Ir para o conteúdo"
    assert link.bounding_box()["x"] >= 0
    browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == "conteudo"


def test_every_stop_of_the_keyboard_shows_a_mark(browser_page):
    browser_page.goto("/components")
    browser_page.evaluate("document.activeElement.blur()")
    stops = browser_page.locator("a[href], button, input:not([type=hidden]), select, textarea, summary").count()
    seen = 0
    for _ in range(stops + 2):
        browser_page.keyboard.press("Tab")
        mark = browser_page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
              if (e === document.body) return null;
              return [e.outerHTML.slice(0, 80), parseFloat(s.outlineWidth), s.boxShadow] }"""
        )
        if mark:
            seen += 1
            assert mark[1] >= 3, mark
            assert mark[2] != "none", mark
    assert seen >= stops


def test_tables_are_cards_on_a_phone_and_tables_again_on_paper(browser_page):
    shown = "e => getComputedStyle(e).display"
    browser_page.set_viewport_size({"width": 360, "height": 800})
    browser_page.goto("/worklist")
    row = browser_page.locator("tbody tr").first
    assert row.evaluate(shown) == "block"
    browser_page.emulate_media(media="print")
    assert row.evaluate(shown) == "table-row"


def test_paper_leaves_out_menus_and_buttons_and_adds_its_own_head(browser_page):
    browser_page.goto("/case_file")
    browser_page.emulate_media(media="print")
    for gone in (".site-header", ".site-footer", ".section-menu", ".act", ".btn", ".refusals"):
        assert browser_page.locator(gone).first.is_hidden(), gone
    assert browser_page.locator(".print-header").is_visible()
    assert browser_page.locator(".state").first.evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    tops = [entry.bounding_box()["y"] for entry in browser_page.locator(".timeline-entry").all()]
    assert tops == sorted(tops, reverse=True), "on paper the story is read from its beginning"


def test_high_contrast_on_screen_does_not_blacken_the_paper(browser_page):
    browser_page.goto("/case_file?contrast=alto")
    browser_page.emulate_media(media="print")
    assert browser_page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    unread = browser_page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(e => e.offsetParent && e.children.length === 0
          && e.textContent.trim() && getComputedStyle(e).color === 'rgb(255, 255, 255)')
          .map(e => e.outerHTML.slice(0, 90))"""
    )
    assert unread == []


def test_forced_colours_keep_edges_and_tell_the_current_item_from_the_others(open_page):
    page = open_page(forced_colors="active")
    page.goto("/case_file")
    width = "e => parseFloat(getComputedStyle(e).borderTopWidth)"
    assert page.locator(".state").first.evaluate(width) >= 1
    assert page.locator(".chip").first.evaluate(width) >= 1
    outlines = page.locator(".menu a").evaluate_all("links => links.map(e => getComputedStyle(e).outlineStyle)")
    assert sorted(outlines) == ["none", "none", "none", "solid"]


def test_error_marks_turn_white_in_high_contrast(browser_page):
    browser_page.goto("/filing?contrast=alto")
    edge = browser_page.locator(".has-error").first.evaluate("e => getComputedStyle(e).borderLeftColor")
    assert edge == "rgb(255, 255, 255)"
    assert "chevron-light.svg" in browser_page.locator("select").first.evaluate(
        "e => getComputedStyle(e).backgroundImage"
    )
