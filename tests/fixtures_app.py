"""The application on a fresh database, and clients of it."""

from __future__ import annotations

import pytest


def settings_for(database_url):
    """Return the settings of an application under test."""
    return {
        "TESTING": True,
        "SECRET_KEY": "only for tests, and long enough for that",
        "SQLALCHEMY_DATABASE_URI": database_url,
    }


def make_app(database_url, **settings):
    """Create the product's application on *database_url*; *settings* go over those of tests."""
    from cprac import create_app

    return create_app({**settings_for(database_url), **settings})


def dispose_engines(app):
    """Close every database connection that *app* holds, so that its database can go."""
    extension = app.extensions.get("sqlalchemy")
    if extension is not None:
        with app.app_context():
            extension.session.remove()
            for engine in extension.engines.values():
                engine.dispose()


@pytest.fixture
def app(database_url):
    """The application on a fresh database, once on SQLite and once on PostgreSQL."""
    application = make_app(database_url)
    yield application
    dispose_engines(application)


@pytest.fixture
def client(app):
    """A visitor without a browser."""
    with app.test_client() as visitor:
        yield visitor
