"""A running server, a real browser before it, the accessibility check and the camera."""

from __future__ import annotations

import os
import re
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ARTIFACTS = Path(__file__).resolve().parent.parent / "test-artifacts"
CHROMIUM_FLAGS = (
    "--no-sandbox",  # containers have no user namespaces; the only pages opened are our own
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a page that asks for anything outside fails
)


def find_chromium():
    """Return the path of a Chromium: CPRAC_CHROMIUM, or the first one on the PATH, or None."""
    given = os.environ.get("CPRAC_CHROMIUM")
    if given:
        return given
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


@pytest.hookimpl(tryfirst=True)  # the root conftest deselects by this mark
def pytest_collection_modifyitems(items):
    """Mark every test that drives a browser."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


# --- The server -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LiveServer:
    """A served application: `url` has no slash at the end."""

    app: object
    url: str


@pytest.fixture
def live_server(app):
    """The application served by waitress, as in production, on a free port of this machine only."""
    from waitress.server import create_server

    sockets = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=8, clear_untrusted_proxy_headers=True)
    thread = threading.Thread(target=server.run, name="live-server")
    thread.start()
    yield LiveServer(app, f"http://127.0.0.1:{server.effective_port}")
    stop_waitress(server, sockets)
    thread.join()


def stop_waitress(server, sockets):
    """End the loop of a waitress server from another thread: it runs for as long as there are sockets to watch."""

    def close_all():
        for channel in list(sockets.values()):
            channel.close()

    server.task_dispatcher.shutdown()
    server.trigger.pull_trigger(close_all)


# --- The browser ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests of this worker."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        pytest.fail("no chromium found: set CPRAC_CHROMIUM to its path, or install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@dataclass
class Complaints:
    """What the browser complained about while it showed our pages: script errors, refused content, missing files."""

    seen: list[str] = field(default_factory=list)

    def listen(self, page):
        """Collect the complaints of *page*. A page that answers 4xx on purpose is none; a file that it misses is."""
        page.on("pageerror", lambda error: self.seen.append(f"script error: {error}"))
        page.on("console", self._on_console)
        page.on("requestfailed", self._on_failed_request)
        page.on("response", self._on_response)

    def _on_console(self, message):
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.seen.append(f"console {message.type}: {message.text}")

    def _on_failed_request(self, request):
        if request.failure != "net::ERR_ABORTED":  # a download, or a page left before it was complete
            self.seen.append(f"no answer: {request.url} ({request.failure})")

    def _on_response(self, response):
        if response.status >= 400 and response.request.resource_type != "document":
            self.seen.append(f"{response.status}: {response.url}")


@pytest.fixture
def open_page(chromium, live_server):
    """Open a page of its own, as another person with another browser: `open_page(width=360, javascript=False)`.

    Addresses may be relative (`page.goto("/entrar")`). After the test, whatever the browser complained about fails it.
    Further names go to Playwright's `new_context`, for example `forced_colors="active"`.
    """
    contexts, complaints = [], Complaints()

    def open_one(*, width=1280, height=900, javascript=True, **options):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale="pt-BR",
            timezone_id="America/Sao_Paulo",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        complaints.listen(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not complaints.seen, "the browser complained:\n" + "\n".join(complaints.seen)


@pytest.fixture
def browser_page(open_page):
    """A desktop-sized page of a browser before the live server."""
    return open_page()


@pytest.fixture(scope="session")
def axe():
    """Check a page for accessibility: `axe(page)` fails with a readable list of what axe-core found."""
    from axe_playwright_python.sync_playwright import Axe

    engine = Axe()

    def check(page):
        results = engine.run(page)
        report = results.generate_report() if results.violations_count else ""
        assert not results.violations_count, f"{page.url}\n{report}"

    return check


@pytest.fixture(scope="session")
def screenshot():
    """Take the whole page at a width: `screenshot(page, "worklist", 360)` writes test-artifacts/worklist-360.png."""

    def take(page, name, width=1280):
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
            message = f"name pictures with small letters, digits and hyphens: {name!r}"
            raise ValueError(message)
        ARTIFACTS.mkdir(exist_ok=True)
        before = page.viewport_size
        page.set_viewport_size({"width": width, "height": before["height"]})
        path = ARTIFACTS / f"{name}-{width}.png"
        page.screenshot(path=path, full_page=True)
        page.set_viewport_size(before)
        return path

    return take
