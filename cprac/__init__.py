"""CPRAC-C: cases of a municipal mediation chamber, from filing to settlement. Nothing below imports this module."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from flask import Flask  # not loaded here: `cprac deadlines` and the like start without the web and the database

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

DEFAULTS: Mapping[str, Any] = {
    "REGULATION": "contagem",
    "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
    "TRUSTED_HOSTS": None,
    "COOKIE_SECURE": True,
    "PROXY_HOPS": 0,
    "FILES": str(ROOT / "instance" / "files"),
    "SMTP_URL": "",
    "KEY_SECRET": "",
    "MAIL_FROM": "",
    "TODAY": None,
    "PASSWORD_MEMORY_KIB": 47104,
    "MAX_CONTENT_LENGTH": 25 * MIB,
    "MAX_FORM_MEMORY_SIZE": MIB,
    "MAX_FORM_PARTS": 300,
    "WTF_CSRF_TIME_LIMIT": None,
    "WTF_CSRF_SSL_STRICT": False,
    "BABEL_DEFAULT_LOCALE": "pt_BR",
    "BABEL_DEFAULT_TIMEZONE": "America/Sao_Paulo",
    "BOOTSTRAP_SERVE_LOCAL": True,
    "SQLALCHEMY_TRACK_MODIFICATIONS": False,
}
"""Settings where ``config.py`` or the caller gives none. Sizes in bytes. CSRF tokens live as long as their session;
where a request comes from is checked by ``web.security``, so Flask-WTF's check of the Referer is off."""


class UnsafeSettingsError(RuntimeError):
    """The settings would make an unsafe application; the text says which and what to do."""


def create_app(config: Mapping[str, Any]) -> Flask:
    """Build the application from *config* (see ``config.py``). Starts no thread and creates no table.

    Raises UnsafeSettingsError, and RegulationFileError where the chamber's file cannot be used.
    """
    from flask import Flask
    from flask_migrate import Migrate

    from cprac.persistence.database import db, engine_options

    app = Flask(
        "cprac",
        root_path=str(ROOT / "cprac"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(ROOT / "instance"),
    )
    app.config.update(DEFAULTS)
    app.config.update(config)
    if not app.testing and (problems := unsafe_settings(app.config)):
        raise UnsafeSettingsError("; ".join(problems))
    app.config["TRUSTED_HOSTS"] = app.config["TRUSTED_HOSTS"] or hosts_of(app.config["PUBLIC_BASE_URL"])
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(app.config["SQLALCHEMY_DATABASE_URI"]))
    from cprac.persistence import models  # noqa: F401  (tables must be known before a query)

    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    app.extensions["cprac"] = chamber_of(app.config)
    from cprac import web

    web.init_app(app)
    return app


def chamber_of(config: Mapping[str, Any]) -> Any:  # Any: importing Chamber would load the services with the package
    """The chamber that *config* describes: ``services.chamber.Chamber``, made once and passed to every service."""
    from functools import partial

    from cprac.persistence.regulation_files import load_regulation, load_version
    from cprac.services.chamber import Chamber

    return Chamber(
        regulation=load_regulation(config["REGULATION"]),
        files=Path(config["FILES"]),
        base_url=config["PUBLIC_BASE_URL"].rstrip("/"),
        smtp_url=config["SMTP_URL"],
        mail_from=config["MAIL_FROM"],
        older=partial(load_version, config["REGULATION"]),
        key_secrets=key_secrets(config),
        password_memory=config["PASSWORD_MEMORY_KIB"],
        **({"random": config["RANDOM"]} if config.get("RANDOM") else {}),
    )


def key_secrets(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The secrets that access keys are sealed under, today's first: ``KEY_SECRET``, a list with commas.

    Without one it is ``SECRET_KEY``; before that is changed, its old value must be written down as ``KEY_SECRET``, or
    the keys that people hold die.
    """
    named = (config.get("KEY_SECRET") or "").split(",")
    return tuple(secret for secret in map(str.strip, named) if secret) or (config.get("SECRET_KEY") or "",)


def unsafe_settings(config: Mapping[str, Any]) -> list[str]:
    """What in *config* would make an unsafe application, one sentence each with what to do. Empty when it is safe."""
    secret, address = config.get("SECRET_KEY") or "", urlsplit(config["PUBLIC_BASE_URL"])
    local = (address.hostname or "") in {name.strip("[]") for name in LOOPBACK}
    found = []
    if len(secret) < 32:
        found.append("CPRAC_SECRET_KEY precisa ter ao menos 32 caracteres ao acaso")
    if any(len(each) < 32 for each in key_secrets(config) if config.get("KEY_SECRET")):
        found.append("CPRAC_KEY_SECRET precisa ter ao menos 32 caracteres ao acaso em cada segredo")
    if address.scheme not in {"http", "https"} or not address.hostname:
        found.append("CPRAC_PUBLIC_BASE_URL precisa ser um endereço completo, como https://camara.exemplo.gov.br")
    if not local and (not config["COOKIE_SECURE"] or address.scheme != "https"):
        found.append("fora deste computador só com https: CPRAC_PUBLIC_BASE_URL com https e CPRAC_COOKIE_SECURE=1")
    if not local and config.get("DEBUG"):
        found.append("o modo de depuração não pode ficar ligado em um endereço público")
    if config["PASSWORD_MEMORY_KIB"] < 19456:
        found.append("CPRAC_PASSWORD_MEMORY_KIB precisa ser ao menos 19456 (19 MiB)")
    return found


def hosts_of(base_url: str) -> list[str]:
    """The host names the application answers to when none are given: that of its address, or all of the loopback's."""
    host = urlsplit(base_url).hostname or ""
    return list(LOOPBACK) if host in {name.strip("[]") for name in LOOPBACK} else [host]
