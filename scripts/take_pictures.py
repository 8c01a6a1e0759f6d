"""Take the README's pictures again from the running demonstration: ``make pictures``.

It seeds a demonstration of its own in a temporary folder, on a fixed day: the same code gives the same pictures.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
TODAY = "2026-03-25"
START_SECONDS = 180
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
WIDTHS = (1280, 360)
TALLEST = 2000
ALSO = ("figures", "statistics")
"""Pages taken on paper and in high contrast too."""


@contextlib.contextmanager
def demonstration() -> Iterator[str]:
    """The address of a demonstration that runs while the block does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tempfile.mkdtemp(prefix="cprac-pictures-")
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("cprac")), "demo", "--port", str(port), "--today", TODAY],
        env={**os.environ, "CPRAC_INSTANCE": folder},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"{address}/health/ready", timeout=2):  # noqa: S310  (loopback, by us)
                    break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def sign_in(page: Page, address: str, email: str, password: str) -> None:
    """Sign in as one of the demonstration's people."""
    page.goto(f"{address}/entrar")
    page.get_by_label(re.compile("e-mail", re.IGNORECASE)).first.fill(email)
    page.get_by_label(re.compile("senha", re.IGNORECASE)).first.fill(password)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_load_state()


def take(page: Page, name: str) -> None:
    """Save the page at each width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if width == WIDTHS[0]:
            shoot(page, f"{name}-{width}")
        else:
            page.screenshot(path=PICTURES / f"{name}-{width}.png")


def shoot(page: Page, name: str) -> None:
    """Save the page from its top, at most so tall that a reader of the README still sees it."""
    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": WIDTHS[0], "height": height}
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True, clip=clip)


def take_also(page: Page, name: str) -> None:
    """Save the page on paper and in high contrast, wide."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.emulate_media(media="print")
    shoot(page, f"{name}-print")
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Alto contraste").click()
    page.wait_for_load_state("networkidle")
    shoot(page, f"{name}-contrast")


def main() -> None:
    """Take every picture."""
    from cprac.demo import PASSWORD, PICTURES_OF

    PICTURES.mkdir(parents=True, exist_ok=True)
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=list(FLAGS)
        )
        for name, (email, path) in PICTURES_OF.items():
            page = browser.new_context(locale="pt-BR").new_page()
            if email:
                sign_in(page, address, email, PASSWORD)
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            take(page, name)
            if name in ALSO:
                take_also(page, name)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
