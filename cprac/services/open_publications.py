"""A release as it was published: its name in addresses, its hash, when; and who publishes it, under which licence."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cprac.domain.open_tables import OpenColumn, OpenTable, Release
from cprac.domain.regulation import Regulation
from cprac.domain.words import N_

LICENCE_ID = "CC-BY-4.0"
LICENCE_NAME = N_("Creative Commons Atribuição 4.0 Internacional (CC BY 4.0)")
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.pt-br"
PAGE = "/dados-abertos"
INTERFACE = "/api/v1"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: the chamber's names, its address in the net, and how many months a period has."""

    name: str
    short_name: str
    acronym: str
    office: str
    city: str
    state: str
    email: str
    address: str
    months: int

    @property
    def page(self) -> str:
        """The whole address of the page of open data."""
        return self.address + PAGE

    @property
    def interface(self) -> str:
        """The whole address of the interface for programs."""
        return self.address + INTERFACE

    @property
    def slug(self) -> str:
        """The publisher as a name of files."""
        return "".join(char if char.isalnum() else "-" for char in self.acronym.lower()).strip("-") or "camara"


def publisher_of(regulation: Regulation, address: str) -> Publisher:
    """The chamber that *regulation* describes, served at *address* (no slash at the end)."""
    about = regulation.chamber
    return Publisher(
        name=about.name,
        short_name=about.short_name,
        acronym=about.acronym,
        office=about.office_name,
        city=about.city,
        state=about.state,
        email=about.contact.email,
        address=address,
        months=regulation.statistics.release_months,
    )


@dataclass(frozen=True, slots=True)
class Published:
    """A release, the SHA-256 of its stored bytes (hexadecimal) and the instant of its publication (UTC)."""

    release: Release
    sha256: str
    published_at: datetime

    @property
    def id(self) -> str:
        """Its name in addresses and files: the period, and which correction of it."""
        return release_id(self.release.period, self.release.revision)

    def table(self, name: str) -> OpenTable:
        """The table of this id. Raises KeyError."""
        return self.release.table(name)


def release_id(period: str, revision: int) -> str:
    """``2026-T1``; its second correction ``2026-T1-r2``."""
    return f"{period}-r{revision}" if revision else period


def known_at(published: Sequence[Published], one: Published) -> tuple[Published, ...]:
    """The releases that were there when *one* was published, itself among them, newest first.

    What is written of a release tells of no later one, so that its files never change.
    """
    upto = (one.published_at, one.id)
    earlier = [other for other in published if (other.published_at, other.id) <= upto]
    return tuple(sorted(earlier, key=lambda other: (other.published_at, other.id), reverse=True))


def about(published: Published, publisher: Publisher) -> dict[str, str]:
    """The words that every file of a release carries."""
    release = published.release
    return {
        "publisher": publisher.name,
        "release": published.id,
        "period_first": release.first.isoformat(),
        "period_last": release.last.isoformat(),
        "as_of": release.as_of.isoformat(),
        "licence": LICENCE_ID,
        "licence_url": LICENCE_URL,
        "source": f"{publisher.page}/{published.id}",
    }


def citation(published: Published, publisher: Publisher) -> str:
    """How to name the source: publisher, title, release, day of publication, address."""
    day = published.published_at.date()
    return (
        f"{publisher.name}. Dados abertos, publicação {published.id}, dados de {day_words(published.release.as_of)}. "
        f"{publisher.city}/{publisher.state}, publicada em {day_words(day)}. {publisher.page}/{published.id}. "
        f"Licença {LICENCE_ID}."
    )


def day_words(day: date) -> str:
    """A day as people write it: 31/03/2026."""
    return f"{day:%d/%m/%Y}"


def current_period(day: date, months: int) -> tuple[date, date]:
    """First and last day of the period of *months* months (a divisor of 12, from January) in which *day* lies."""
    start = (day.month - 1) // months * months + 1
    end = start + months
    following = date(day.year + (end > 12), end - 12 if end > 12 else end, 1)
    return date(day.year, start, 1), date.fromordinal(following.toordinal() - 1)


def schema_of(table: OpenTable) -> dict[str, object]:
    """The Table Schema of *table*: fields with types and constraints, what stands for nothing, the key of a row.

    An empty text is nothing in a CSV, so a table that has one in its key names no key.
    """
    names = [column.name for column in table.columns]
    places = [names.index(name) for name in table.key]
    keyed = bool(places) and all(row[place] not in ("", None) for row in table.rows for place in places)
    schema: dict[str, object] = {
        "fields": [_field(column, required=keyed and column.name in table.key) for column in table.columns],
        "missingValues": [""],
    }
    return {**schema, "primaryKey": list(table.key)} if keyed else schema


COUNTED = ("cases", "days", "deadlines")


def _field(column: OpenColumn, *, required: bool) -> dict[str, object]:
    found: dict[str, object] = {
        "name": column.name,
        "type": column.type,
        "title": column.title,
        "description": column.description,
    }
    if column.type == "date":
        found["format"] = "%Y-%m-%d"
    if column.unit:
        found["unit"] = column.unit
    constraints: dict[str, object] = {}
    if required:
        constraints["required"] = True
    if column.unit in COUNTED:
        constraints["minimum"] = 0
    return {**found, "constraints": constraints} if constraints else found


def digest(*parts: str) -> str:
    """A short name of what *parts* say, for folders of what was made from them."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
