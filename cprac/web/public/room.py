"""The room's blueprint, on which its modules hang their pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__)
