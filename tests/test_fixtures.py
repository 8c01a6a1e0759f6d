"""The fixtures keep what they promise: fresh databases, a served application, a browser that notices faults."""

from __future__ import annotations

import flask
import pytest
import sqlalchemy as sa


@pytest.fixture
def engine(database_url):
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()


def leave_a_trace(engine):
    """Write what no other test may see; refuse when it is there already."""
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE trace_of_a_test (id INTEGER PRIMARY KEY)"))
        connection.execute(sa.text("INSERT INTO trace_of_a_test VALUES (1)"))


@pytest.mark.parametrize("turn", ["first", "second", "third"])
def test_no_test_sees_what_another_one_wrote(engine, turn):
    leave_a_trace(engine)


def test_both_databases_are_the_real_ones(engine, request):
    with engine.connect() as connection:
        version = "SELECT version()" if engine.dialect.name == "postgresql" else "SELECT sqlite_version()"
        answer = connection.execute(sa.text(version)).scalar_one()
    assert request.node.get_closest_marker(engine.dialect.name)
    assert answer.startswith("PostgreSQL" if engine.dialect.name == "postgresql" else "3.")


def test_a_fresh_database_has_the_newest_schema(engine):
    assert "alembic_version" in sa.inspect(engine).get_table_names()


@pytest.mark.databases("postgresql")
def test_the_product_is_no_superuser_on_postgresql(engine):
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT current_setting('is_superuser')")).scalar_one() == "off"


@pytest.mark.databases("postgresql")
def test_postgresql_knows_accented_letters(engine):
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT lower('MEDIAÇÃO')")).scalar_one() == "mediação"


# --- A served application and a browser -------------------------------------------------------------------------------

# The product's own application comes up too, with the fixture of fixtures_app; here a throw-away one takes its place.

PAGE = """<!doctype html><html lang="pt-BR"><head><meta charset="utf-8"><title>Visitas</title></head>
<body><main><h1>Visitas</h1><p id="count">{count}</p>
<form method="post"><button>Visitar</button></form>{extra}</main></body></html>"""


@pytest.fixture
def app(engine):
    """A throw-away application in the place of the product's."""
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE visits (at_second INTEGER)"))
    application = flask.Flask("throwaway")

    @application.get("/")
    def show():
        with engine.connect() as connection:
            count = connection.execute(sa.text("SELECT count(*) FROM visits")).scalar_one()
        return PAGE.format(count=count, extra=flask.request.args.get("extra", ""))

    @application.post("/")
    def visit():
        with engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO visits VALUES (0)"))
        return flask.redirect("/", 303)

    return application


def test_a_client_visits(client):
    client.post("/")
    assert '<p id="count">1</p>' in client.get("/").text


@pytest.mark.databases("sqlite", "postgresql")
@pytest.mark.parametrize("javascript", [True, False])
def test_a_browser_visits_with_and_without_scripts(open_page, axe, javascript):
    page = open_page(javascript=javascript)
    page.goto("/")
    page.get_by_role("button", name="Visitar").click()
    assert page.locator("#count").text_content() == "1"
    if javascript:
        axe(page)


def test_two_pages_are_two_people(open_page):
    one, other = open_page(), open_page(width=360)
    one.goto("/")
    one.evaluate("document.cookie = 'who=one'")
    other.goto("/")
    assert other.evaluate("document.cookie") == ""


def test_axe_reports_what_is_wrong(browser_page, axe):
    browser_page.goto("/?extra=<img src='data:,'>")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(browser_page)


def test_a_picture_is_as_wide_as_asked_for(browser_page, screenshot):
    browser_page.goto("/")
    width_in_header = screenshot(browser_page, "fixtures", 360).read_bytes()[16:20]
    assert int.from_bytes(width_in_header, "big") == 360


@pytest.mark.parametrize(
    "extra, complaint",
    [
        ("<script>throw new Error('broken')</script>", "script error: broken"),
        ("<img alt='' src='/missing.png'>", "404: "),
        ("<img alt='' src='http://example.org/tracker.png'>", "no answer: http://example.org/tracker.png"),
        ("<script>console.error('oh')</script>", "console error: oh"),
    ],
)
def test_the_browser_notices_faults(complaints_about, extra, complaint):
    assert complaint in complaints_about(extra)


@pytest.fixture
def complaints_about(chromium, live_server):
    """Load a page with *extra* in it and return the complaints, instead of failing by them."""
    from urllib.parse import urlencode

    from tests.fixtures_browser import Complaints

    def load(extra):
        complaints = Complaints()
        page = chromium.new_page(base_url=live_server.url)
        complaints.listen(page)
        page.goto("/?" + urlencode({"extra": extra}))
        page.wait_for_load_state("networkidle")
        page.close()
        return "\n".join(complaints.seen)

    return load
