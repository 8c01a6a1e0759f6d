"""Which errors mean that the database cannot answer now, for the web to say so in plain words (503)."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

OUTAGES = (OperationalError, InterfaceError, PoolTimeoutError)
"""Locked, unreachable, full disk, no free connection. A mistake of ours (a wrong statement) is none of these."""
