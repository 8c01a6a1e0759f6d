"""The page of open data in a browser: axe and width, before any release and after, and a download that is the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.domain import release_world
from tests.open_worlds import CORRECTION, FIRST, MATTERS, publish, published

pytestmark = pytest.mark.databases("sqlite")


def real():
    """The releases of an invented register of two quarters, as the service makes them."""
    return [published(made) for made in release_world.history_of(release_world.random_rows(3, 500, 2), 2)]


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_found_on_the_page_at_either_width(open_page, axe, live_server, monkeypatch, width):
    page = open_page(width=width)
    for releases, address in (
        ((), "/dados-abertos"),
        ((FIRST, CORRECTION), "/dados-abertos"),
        ((FIRST, CORRECTION), "/dados-abertos/2026-T1"),
        (real(), "/dados-abertos"),
    ):
        publish(monkeypatch, *releases)
        assert page.goto(address).status == 200
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, len(releases))
        assert page.locator(".btn-primary").count() <= 1


def test_a_table_is_downloaded_as_it_was_written(open_page, live_server, monkeypatch, tmp_path):
    publish(monkeypatch, FIRST)
    page = open_page()
    page.goto("/dados-abertos")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=f"CSV de {MATTERS.title}").click()
    assert waiting.value.suggested_filename == "2026-T1-pedidos-por-assunto.csv"
    body = Path(waiting.value.path()).read_bytes()
    assert body.startswith(b"matter,filed,median_days,agreed_percent,paid_centavos,last_day,status\r\n")
    assert body.count(b"\r\n") == 7
