"""The room of publications in a browser: axe and width on each of its pages, and publishing without JavaScript."""

from __future__ import annotations

import pytest

from tests.browser.people import sign_in
from tests.web.face_checks import small_targets
from tests.web.test_publications import HERE, app_settings, late_filings, publish_first, world  # noqa: F401  (fixtures)
from tests.worlds import PASSWORD

pytestmark = pytest.mark.databases("sqlite")


def entered(open_page, world, **how):  # noqa: F811  (the fixture's value)
    page = open_page(**how)
    sign_in(page, world.email("attorney_general"), PASSWORD)
    return page


def looked_at(page, axe, address):
    assert page.goto(address).status == 200
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert small_targets(page) == []
    assert page.locator(".btn-primary").count() <= 1


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_found_on_any_page_of_the_room(open_page, axe, live_server, world, width):  # noqa: F811
    page = entered(open_page, world, width=width)
    looked_at(page, axe, HERE)
    looked_at(page, axe, f"{HERE}/proxima")
    publish_first(world)
    late_filings(world, 30, 2)
    looked_at(page, axe, f"{HERE}/proxima")
    looked_at(page, axe, f"{HERE}/2027-T2/corrigir")
    page.fill("[name=reason]", "Trinta pedidos do balcão não tinham sido lançados.")
    page.get_by_role("button", name="Publicar a correção").click()
    axe(page)
    assert "Corrija 1 campo" in page.locator("#erros").inner_text()
    page.check("[name=confirm]")
    page.get_by_role("button", name="Publicar a correção").click()
    assert page.url.endswith(HERE)
    looked_at(page, axe, HERE)


def test_publishing_needs_no_script(open_page, live_server, world):  # noqa: F811
    page = entered(open_page, world, javascript=False)
    page.goto(HERE)
    page.get_by_role("link", name="Ver a prévia e publicar").click()
    page.check("[name=confirm]")
    page.get_by_role("button", name="Publicar agora").click()
    assert "no ar" in page.locator("main").inner_text()
