"""CPRAC-C: cases of a municipal mediation chamber, from filing to settlement. Nothing below imports this module."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from cprac.persistence.database import db, engine_options

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024

DEFAULTS: Mapping[str, Any] = {
    "REGULATION": "contagem",
    "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
    "COOKIE_SECURE": True,
    "FILES": str(ROOT / "instance" / "files"),
    "SMTP_URL": "",
    "MAIL_FROM": "",
    "TODAY": None,
    "MAX_CONTENT_LENGTH": 25 * MIB,
    "MAX_FORM_MEMORY_SIZE": MIB,
    "MAX_FORM_PARTS": 300,
    "WTF_CSRF_TIME_LIMIT": None,
    "BABEL_DEFAULT_LOCALE": "pt_BR",
    "BABEL_DEFAULT_TIMEZONE": "America/Sao_Paulo",
    "BOOTSTRAP_SERVE_LOCAL": True,
    "SQLALCHEMY_TRACK_MODIFICATIONS": False,
}


class UnsafeSettingsError(RuntimeError):
    """The settings would make an unsafe application; the text says which and what to do."""


def create_app(config: Mapping[str, Any]) -> Flask:
    """Build the application from *config* (see ``config.py``). Starts no thread and creates no table."""
    app = Flask(
        "cprac", root_path=str(ROOT / "cprac"), template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"),
        instance_path=str(ROOT / "instance"),
    )
    app.config.update(DEFAULTS)
    app.config.update(config)
    if len(app.config.get("SECRET_KEY") or "") < 32 and not app.testing:  # noqa: PLR2004  (256 bits as text)
        msg = "CPRAC_SECRET_KEY precisa ter ao menos 32 caracteres"
        raise UnsafeSettingsError(msg)
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(app.config["SQLALCHEMY_DATABASE_URI"]))
    from cprac.persistence import models  # noqa: F401, PLC0415  (tables must be known before a query)

    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    try:
        from cprac import web  # noqa: PLC0415

        web.init_app(app)
    except AttributeError:
        pass
    return app
