"""Settings, read from the environment; given to ``create_app``. No module of ``cprac`` imports this file.

Every setting is ``CPRAC_…`` in the environment. No secret has a default: without ``CPRAC_SECRET_KEY`` the application
refuses to start, except in the demonstration, which makes one of its own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

INSTANCE = Path(os.environ.get("CPRAC_INSTANCE", Path(__file__).resolve().parent / "instance"))


def _text(name: str, default: str = "") -> str:
    return os.environ.get(f"CPRAC_{name}", default)


def from_environment() -> dict[str, Any]:
    """The settings of this process. Sizes in bytes, times in minutes."""
    database = _text("DATABASE_URL", f"sqlite:///{INSTANCE / 'cprac.sqlite'}")
    if database.startswith(("postgres://", "postgresql://")):
        database = "postgresql+psycopg://" + database.split("://", 1)[1]
    return {
        "SECRET_KEY": _text("SECRET_KEY"),
        "KEY_SECRET": _text("KEY_SECRET"),
        "SQLALCHEMY_DATABASE_URI": database,
        "REGULATION": _text("REGULATION", "contagem"),
        "PUBLIC_BASE_URL": _text("PUBLIC_BASE_URL", "http://127.0.0.1:8000"),
        "TRUSTED_HOSTS": [host for host in _text("TRUSTED_HOSTS").split(",") if host] or None,
        "COOKIE_SECURE": _text("COOKIE_SECURE", "1") == "1",
        "FILES": _text("FILES", str(INSTANCE / "files")),
        "SMTP_URL": _text("SMTP_URL"),
        "MAIL_FROM": _text("MAIL_FROM"),
        "PROXY_HOPS": int(_text("PROXY_HOPS", "0")),
        "PASSWORD_MEMORY_KIB": int(_text("PASSWORD_MEMORY_KIB", "47104")),
    }
