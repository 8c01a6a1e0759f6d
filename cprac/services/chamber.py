"""The chamber as a running thing: regulation, day, secrets, settings. Made once at the edge, passed down.

Services take it as their first argument, so none of them reads a clock, a setting or a random source by itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cprac.domain.business_days import Calendar, CalendarDay
from cprac.domain.regulation import Regulation


def random_bytes(_context: str, size: int) -> bytes:
    """Unpredictable bytes. *_context* (case and compartment) lets tests draw from one source per compartment."""
    return secrets.token_bytes(size)


@dataclass(frozen=True)
class Chamber:
    """What every act needs to know of the chamber it belongs to."""

    regulation: Regulation
    files: Path
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str = field(default="", repr=False)  # it may hold a password
    mail_from: str = ""
    random: Callable[[str, int], bytes] = field(default=random_bytes)
    older: Callable[[str], Regulation] | None = None
    key_secrets: tuple[str, ...] = field(default=(), repr=False)
    """Under which access keys are sealed (``services.access_keys``): the first seals, each opens."""
    password_memory: int = 47104
    """Memory of one password hash in KiB (argon2id, one pass): 46 MiB takes 61 ms here; tests take less."""
    _calendars: dict[tuple[CalendarDay, ...], Calendar] = field(default_factory=dict, compare=False, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The local time zone in which legal days are counted."""
        return ZoneInfo(self.regulation.chamber.time_zone)

    def rules_of(self, procedure: str) -> Regulation:
        """Today's rules with the procedure a case was filed under (architecture.md §4)."""
        if procedure in ("", self.regulation.version) or self.older is None:
            return self.regulation
        return self.regulation.with_procedure_of(self.older(procedure))

    def day(self, now: datetime) -> date:
        """The local calendar day of the instant *now*."""
        return now.astimezone(self.zone).date()

    def calendar(self, decreed: tuple[CalendarDay, ...] = ()) -> Calendar:
        """The chamber's calendar with the days decreed during the year; built once for each set of them."""
        if decreed not in self._calendars:
            self._calendars[decreed] = self.regulation.calendar(decreed)
        return self._calendars[decreed]

    def token(self, context: str, size: int = 16) -> str:
        """A random address part of *size* bytes as hexadecimal text, drawn for *context*."""
        return self.random(context, size).hex()
