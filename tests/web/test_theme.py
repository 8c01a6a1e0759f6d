"""The theme keeps its promises: contrast, icons that exist, nothing inline, every family and look dressed."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from cprac.domain.deadlines import Look
from cprac.domain.permissions import Seen
from cprac.domain.states import Family, Turn

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "scripts" / "gallery").rglob("*.html"))
THEME, CONTRAST, PRINT = ((CSS / f"{name}.css").read_text(encoding="utf-8") for name in ("theme", "contrast", "print"))


def tokens(css, selector):
    """The custom properties of the first rule with *selector* that are plain colours."""
    block = re.search(re.escape(selector) + r"\s*\{(.*?)\}", css, re.DOTALL).group(1)
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})\s*;", block))


LIGHT = tokens(THEME, ":root")
HIGH = LIGHT | tokens(CONTRAST, "[data-contrast=alto]")
FIXED = {"white": "#FFFFFF", "black": "#000000", "high focus": "#00E5FF"}


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one, other):
    """WCAG 2 contrast of two ``#RRGGBB`` colours."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def colour(name, theme):
    return FIXED.get(name) or theme[name]


@pytest.mark.parametrize(
    "ink, ground, stated",
    [  # as the design states them
        ("c-ink", "white", 15.8),
        ("c-ink", "c-canvas", 14.7),
        ("c-ink-2", "white", 7.9),
        ("c-ink-2", "c-canvas", 7.4),
        ("c-ink-2", "c-sunken", 7.0),
        ("c-ink-3", "white", 5.8),
        ("c-line-strong", "white", 4.0),
        ("c-line-strong", "c-canvas", 3.7),
        ("c-brand", "white", 7.3),
        ("c-brand", "c-canvas", 6.8),
        ("c-brand", "c-brand-tint", 6.4),
        ("c-brand-dark", "white", 12.3),
        ("c-focus-ink", "c-focus", 11.4),
        ("c-focus-ink", "c-canvas", 15.9),
        ("c-focus", "c-brand", 4.9),
        ("c-focus", "c-brand-dark", 8.2),
        ("c-error", "white", 7.7),
        ("c-party-bar", "white", 4.2),
        ("c-city-ink", "c-city-ground", 7.2),
        ("c-party-ink", "c-party-ground", 6.8),
        ("c-talk-ink", "c-talk-ground", 8.1),
        ("c-wait-ink", "c-wait-ground", 7.5),
        ("c-deal-ink", "c-deal-ground", 6.2),
        ("c-alert-ink", "c-alert-ground", 6.7),
        ("c-end-ink", "c-end-ground", 12.2),
        ("chart-1", "white", 7.3),
        ("chart-2", "white", 5.5),
        ("chart-3", "white", 5.6),
        ("chart-4", "white", 7.0),
        ("chart-ref", "white", 5.8),
    ],
)
def test_contrast_is_what_the_design_states(ink, ground, stated):
    assert ratio(colour(ink, LIGHT), colour(ground, LIGHT)) == pytest.approx(stated, abs=0.06)


TEXT = [
    ("c-ink", "c-surface"),
    ("c-ink", "c-canvas"),
    ("c-ink", "c-sunken"),
    ("c-ink-2", "c-surface"),
    ("c-ink-2", "c-canvas"),
    ("c-ink-2", "c-sunken"),
    ("c-ink-3", "c-surface"),
    ("c-brand", "c-surface"),
    ("c-brand", "c-canvas"),
    ("c-brand-dark", "c-brand-tint"),
    ("c-on-brand", "c-brand"),
    ("c-on-brand", "c-brand-dark"),
    ("c-error", "c-surface"),
    ("c-error", "c-canvas"),
    ("c-error", "c-error-tint"),
    ("c-good", "c-surface"),
    ("c-good", "c-good-tint"),
    ("c-closed", "c-surface"),
    ("c-wait-ink", "c-surface"),
    ("c-talk-ink", "c-surface"),
    ("c-focus-ink", "c-focus"),
    *((f"c-{family}-ink", f"c-{family}-ground") for family in Family),
]
EDGES = [("c-line-strong", "c-surface"), ("c-line-strong", "c-canvas"), ("c-party-bar", "c-surface")]


@pytest.mark.parametrize("theme", [LIGHT, HIGH], ids=["light", "high contrast"])
@pytest.mark.parametrize("ink, ground", TEXT)
def test_text_reaches_four_and_a_half_to_one_on_every_ground(ink, ground, theme):
    assert ratio(theme[ink], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, HIGH], ids=["light", "high contrast"])
@pytest.mark.parametrize("ink, ground", EDGES)
def test_edges_of_controls_reach_three_to_one(ink, ground, theme):
    assert ratio(theme[ink], theme[ground]) >= 3


@pytest.mark.parametrize("name, stated", [("c-brand", 19.6), ("high focus", 13.7)])
def test_what_acts_in_high_contrast_is_as_bright_as_stated(name, stated):
    assert ratio(colour(name, HIGH), "#000000") == pytest.approx(stated, abs=0.06)


@pytest.mark.parametrize("family", Family)
def test_each_family_of_states_has_its_look_and_its_icon(family):
    assert f".state-{family} " in THEME
    assert f"'{family}':" in (ROOT / "templates/_macros/case.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("look", Look)
def test_each_look_of_a_deadline_has_its_chip_and_its_icon(look):
    assert re.search(rf"\.chip-{look}[ ,]", THEME)
    assert f"'{look}':" in (ROOT / "templates/_macros/deadlines.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("turn", Turn)
def test_each_turn_has_an_icon(turn):
    assert f"'{turn}':" in (ROOT / "templates/_macros/case.html").read_text(encoding="utf-8")


# --- icons ------------------------------------------------------------------------------------------------------------


def cutter():
    spec = spec_from_file_location("cut_icons", ROOT / "scripts" / "cut_icons.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def icons_named_in(path):
    """Names a template writes down: in ``icon('…')``, as the ``icon`` of something, in a table ``…_ICONS``.

    A choice between two is written as two calls, so that this search finds both.
    """
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"\bicon\('([a-z0-9-]+)'[,)]", text)) | set(re.findall(r"'icon':\s*'([a-z0-9-]+)'", text))
    tables = re.findall(r"set \w+_ICONS = \{(.*?)\}", text, re.DOTALL) + re.findall(
        r"set known = \{(.*?)\}", text, re.DOTALL
    )
    for table in tables:
        named |= set(re.findall(r":\s*\(?'([a-z0-9-]+)'", table))
    assert not re.search(r"\bicon\('[^']*'\s+if\b", text), f"write the choice as two calls of icon() in {path}"
    return named


def test_every_icon_that_a_template_names_is_cut():
    named = {name for path in TEMPLATES for name in icons_named_in(path)}
    assert len(named) > 25, "the search no longer finds the names"
    assert not named - set(cutter().ICONS)


def test_every_icon_that_the_domain_names_is_cut():
    assert not {seen.icon for seen in Seen} - set(cutter().ICONS)


def test_the_sprite_of_the_installed_package_has_every_icon_and_ours_stays_small():
    module = cutter()
    small = module.cut(module.sprite_path().read_text(encoding="utf-8"))
    assert re.findall(r'id="([^"]+)"', small) == list(module.ICONS)
    assert sorted(module.ICONS) == list(module.ICONS)
    assert len(small.encode()) < 30_000
    assert "<script" not in small


def test_an_icon_that_does_not_exist_is_named():
    with pytest.raises(KeyError, match="no-such-icon"):
        cutter().cut("<svg></svg>", ("no-such-icon",))


# --- nothing inline, nothing from elsewhere ---------------------------------------------------------------------------

FORBIDDEN = {
    "inline style": r"<style\b|\sstyle\s*=",
    "inline script": r"<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*[\"']|javascript:",
    "unescaped output": r"\|\s*safe\b|autoescape\s+false|Markup\(",
    "an address elsewhere": r"(?:src|href)\s*=\s*[\"'](?:https?:)?//",
}


@pytest.mark.parametrize("what", FORBIDDEN)
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no(path, what):
    assert not re.findall(FORBIDDEN[what], path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("css", [THEME, CONTRAST, PRINT], ids=["theme", "contrast", "print"])
def test_style_sheets_fetch_only_our_own_pictures(css):
    for address in re.findall(r"url\(\"?([^\")]+)\"?\)", css):
        assert (CSS / address).resolve().is_relative_to(ROOT / "static")
        assert (CSS / address).resolve().is_file()
    assert "@import" not in css


def test_what_bootstrap_would_fetch_as_data_is_replaced_by_our_own_pictures():
    assert "background-image: var(--select-arrow)" in THEME
    assert HIGH["c-ink"] == "#FFFFFF"
    assert "chevron-light.svg" in CONTRAST, "the arrow of a select is a picture: it needs a light one on black"


@pytest.mark.parametrize(
    "promise",
    [
        "prefers-reduced-motion: reduce",
        "max-width: 900px",
        "max-width: 640px",
        "min-width: 992px",
    ],
)
def test_the_theme_answers_to(promise):
    assert promise in THEME


def test_cards_are_for_screens_only_so_that_paper_keeps_its_tables():
    assert "@media screen and (max-width: 900px)" in THEME
    assert "@media (max-width: 900px)" not in THEME


def test_forced_colours_keep_the_edges_of_badges_and_mark_the_current_item():
    forced = CONTRAST.split("@media (forced-colors: active)")[1]
    assert ".state, .chip { border: 1px solid CanvasText" in forced
    assert "[aria-current]" in forced
    assert "Highlight" in forced


def test_focus_is_never_taken_away_without_another_mark():
    for css in (THEME, CONTRAST):
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*outline:\s*(?:none|0)[^{}]*)\}", css):
            assert "main" in selector, f"{selector.strip()} loses its focus mark: {body.strip()}"


def test_type_never_falls_below_twelve_pixels():
    sizes = [float(size) for size in re.findall(r"(?:font-size|--t-[\w]+):\s*(\.\d+|\d+\.?\d*)rem", THEME)]
    assert sizes
    assert min(sizes) >= 0.75
