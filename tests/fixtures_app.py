"""The application on a fresh database, and clients of it."""

from __future__ import annotations

import jinja2
import pytest


class CompiledTemplates(jinja2.BytecodeCache):
    """Templates compiled once a run: each test makes an application, and compiling costs 0.6 s, all else 0.06 s."""

    def __init__(self):
        self.kept = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket):
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED_TEMPLATES = CompiledTemplates()


def make_app(database_url, **settings):
    """Create the product's application on *database_url*; *settings* go over those of tests."""
    from cprac import create_app

    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "only for tests, and long enough for that",
            "SQLALCHEMY_DATABASE_URI": database_url,
            "COOKIE_SECURE": False,  # the live server speaks plain HTTP
            "PASSWORD_MEMORY_KIB": 64,  # dear hashes would only make the tests slow
            **settings,
        }
    )
    app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
    return app


def dispose_engines(app):
    """Close every database connection that *app* holds, so that its database can go."""
    extension = app.extensions.get("sqlalchemy")
    if extension is not None:
        with app.app_context():
            extension.session.remove()
            for engine in extension.engines.values():
                engine.dispose()


@pytest.fixture
def app_settings():
    """Settings of the application under test; a test module overrides this fixture to change some."""
    return {}


@pytest.fixture
def app(database_url, tmp_path, app_settings):
    """The application on a fresh database, once on SQLite and once on PostgreSQL."""
    application = make_app(database_url, FILES=str(tmp_path / "files"), **app_settings)
    yield application
    dispose_engines(application)


@pytest.fixture
def client(app):
    """A visitor without a browser."""
    return app.test_client()  # not as a context manager: that keeps its `g` alive for other visitors' requests
