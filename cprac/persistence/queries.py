"""Who may see what, as SQL: the clauses every read is made of. The other ``queries_*`` modules ask; this one filters.

Three things decide, as in ``domain.permissions``: the dated ``case_role`` rows of the reader in the case, the offices
that hold in every case (``roles_in_case``, with what excludes them), and the constant ``MATRIX``. The clauses are built
from the same ``MATRIX``; a property test holds them equal to ``permissions.level``, world by random world.

Every query takes a ``Reader`` and hands out frozen rows; the web knows no table. Clauses name the reader by bound
parameters, so each is built once a process: execute them with ``reader.binds``. (Built anew for every page they took
thirty times as long as the database.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    cast,
    exists,
    false,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from cprac.domain.acts import Act, InformationClass
from cprac.domain.permissions import MATRIX, NOTES_BELONG_TO_AUTHOR, Level
from cprac.domain.roles import CHAMBER_WIDE, Office, Role, incompatible
from cprac.domain.states import CaseState
from cprac.domain.system_events import SystemEvent
from cprac.persistence.database import UtcInstant
from cprac.persistence.models import Case, CaseRole, Document, EventRow, ImportBatch

TERMINAL = tuple(state for state in CaseState if state.terminal)
CAUCUS_PREFIX = "caucus:"
HAPPENINGS: tuple[Act | SystemEvent, ...] = (*Act, *SystemEvent)
"""Whatever an event of the history may be: somebody's act, or what the clock did."""

ACCOUNT: ColumnElement[int] = bindparam("reader_account")
NOW: ColumnElement[datetime] = bindparam("reader_now", type_=UtcInstant)


Scope = frozenset[Role] | None
"""The roles a reader's offices give in every case; None for nobody. Statements are built once for each."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the account (None: nobody signed in), its offices today, the instant and its local day."""

    account: int | None
    offices: frozenset[Office]
    now: datetime
    on: date

    @property
    def wide_roles(self) -> frozenset[Role]:
        """The roles that the reader's offices give in every case, where nothing in the case excludes them."""
        return frozenset(CHAMBER_WIDE[office] for office in self.offices if office in CHAMBER_WIDE)

    @property
    def scope(self) -> Scope:
        """What the clauses depend on beside the bound parameters."""
        return self.wide_roles if self.account is not None else None

    @property
    def binds(self) -> dict[str, Any]:
        """What the clauses of this module leave open."""
        return {"reader_account": self.account, "reader_now": self.now}


def among(column: Any, values: Iterable[StrEnum]) -> ColumnElement[bool]:
    """*column* is one of some members: written into the statement, for they never change."""
    inside: ColumnElement[bool] = column.in_([literal_column(f"'{value.value}'") for value in values])
    return inside


def cells(role: Role, *levels: Level) -> frozenset[InformationClass]:
    """The classes that the matrix gives *role* at one of *levels*."""
    return frozenset(kind for kind, row in MATRIX.items() if row.get(role, Level.NONE) in levels)


SEEING = frozenset(role for role, level in MATRIX[InformationClass.EXISTENCE].items() if level is not Level.NONE)
"""Roles that may know that a case exists."""

_EXCLUDERS: Mapping[Role, frozenset[Role]] = {
    wide: frozenset(role for role in Role if incompatible(role, wide)) for wide in CHAMBER_WIDE.values()
}


def _ordered(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Roles in the order of the enum: the same text of SQL every time, so that its plan is found again."""
    wanted = frozenset(roles)
    return tuple(role for role in Role if role in wanted)


def held(row: type[CaseRole], roles: Iterable[Role] = ()) -> ColumnElement[bool]:
    """The role row *row* is the reader's, in force now, and (where some are given) for one of *roles*."""
    mine = and_(row.account_id == ACCOUNT, row.from_at <= NOW, or_(row.until_at.is_(None), row.until_at > NOW))
    ordered = _ordered(roles)
    return and_(mine, among(row.role, ordered)) if ordered else mine


def cases_with_role(roles: Iterable[Role] = ()) -> Any:
    """The ids of the cases in which the reader now holds one of *roles* (any, where none is named), as a subquery."""
    row = aliased(CaseRole)
    return select(row.case_id).where(held(row, roles))


def holds(*roles: Role) -> ColumnElement[bool]:
    """The reader now holds one of *roles* in the case: asked case by case, for lists that walk an index.

    A scalar question, and no EXISTS, which PostgreSQL would answer for every case of the reader before the first row.
    """
    row = aliased(CaseRole)
    asked = select(row.id).where(row.case_id == Case.id, held(row, roles)).limit(1)
    return asked.correlate_except(row).scalar_subquery().is_not(None)


def batch_shown() -> ColumnElement[bool]:
    """Imported cases exist for readers only while their batch is visible."""
    shown = select(ImportBatch.id).where(ImportBatch.status == "visible")
    return or_(Case.batch_id.is_(None), Case.batch_id.in_(shown))


def sees_all(reader: Reader) -> bool:
    """Whether an office lets *reader* see every case: then a list walks an index instead of the reader's own cases.

    Whoever is excluded from such an office's role sees the case through the role that excludes it.
    """
    return any(_EXCLUDERS[wide] <= SEEING for wide in reader.wide_roles & SEEING)


@lru_cache(maxsize=64)
def visible(scope: Scope) -> ColumnElement[bool]:
    """The case is one that a reader of *scope* may know of. Nobody signed in sees none."""
    if scope is None:
        return false()
    wide = _ordered(scope & SEEING)
    if any(_EXCLUDERS[role] <= SEEING for role in wide):
        return batch_shown()
    clauses = [Case.id.in_(cases_with_role(SEEING)), *(holds_wide(role) for role in wide)]
    return and_(or_(*clauses), batch_shown())


def holds_wide(role: Role) -> ColumnElement[bool]:
    """The reader's office gives *role* in the case: nothing the reader is there excludes it."""
    excluders = _EXCLUDERS[role]
    return Case.id.not_in(cases_with_role(excluders)) if excluders else true()


# --- items: events and documents --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemColumns:
    """How a table tells what ``permissions.Item`` asks: its case, its class, the party it belongs to, its author."""

    case_id: Any
    class_in: Callable[[frozenset[InformationClass]], ColumnElement[bool]]
    no_party: ColumnElement[bool]
    party_is: Callable[[Any], ColumnElement[bool]]
    author: Any

    def __hash__(self) -> int:
        return id(self)


EVENTS = ItemColumns(
    case_id=EventRow.case_id,
    class_in=lambda classes: among(EventRow.act, [name for name in HAPPENINGS if name.information_class in classes]),
    no_party=not_(EventRow.compartment.startswith(CAUCUS_PREFIX)),
    party_is=lambda ordinal: (
        EventRow.compartment == literal_column(f"'{CAUCUS_PREFIX}'", String) + cast(ordinal, String)
    ),
    author=EventRow.actor_id,
)
"""Events: the act tells the class, the name of a caucus tells the party."""

DOCUMENTS = ItemColumns(
    case_id=Document.case_id,
    class_in=lambda classes: among(Document.information_class, [kind for kind in InformationClass if kind in classes]),
    no_party=Document.party_ordinal.is_(None),
    party_is=lambda ordinal: Document.party_ordinal == ordinal,
    author=Document.author_id,
)
"""Documents: class and party are columns."""


def full(scope: Scope, item: ItemColumns) -> ColumnElement[bool]:
    """A reader of *scope* sees the item in full. The statement must join ``Case``."""
    return _at(scope, item, full_only=True)


def seen(scope: Scope, item: ItemColumns) -> ColumnElement[bool]:
    """A reader of *scope* may at least know that the item exists. The statement must join ``Case``."""
    return _at(scope, item, full_only=False)


@lru_cache(maxsize=128)
def _at(scope: Scope, item: ItemColumns, *, full_only: bool) -> ColumnElement[bool]:
    if scope is None:
        return false()
    own = _own(item)
    row = aliased(CaseRole)
    by_role = {role: _cell(role, item, own, full_only=full_only) for role in Role}
    let_in = [and_(among(row.role, [role]), clause) for role, clause in by_role.items() if clause is not None]
    granted = exists().where(row.case_id == item.case_id, held(row), or_(*let_in)).correlate_except(row)
    clauses: list[ColumnElement[bool]] = [granted]
    for wide in _ordered(scope):
        clause = by_role[wide]
        if clause is not None:
            clauses.append(and_(clause, holds_wide(wide)))
    notes = item.class_in(NOTES_BELONG_TO_AUTHOR)
    return and_(or_(*clauses), or_(not_(notes), item.author == ACCOUNT))


def _own(item: ItemColumns) -> ColumnElement[bool]:
    """The item is the reader's own party's, or addressed to every party (a caucus never is)."""
    row = aliased(CaseRole)
    mine = exists().where(
        row.case_id == item.case_id, held(row), row.party_ordinal.is_not(None), item.party_is(row.party_ordinal)
    )
    to_all = and_(item.no_party, not_(item.class_in(frozenset({InformationClass.CAUCUS}))))
    return or_(to_all, mine.correlate_except(row))


def _cell(role: Role, item: ItemColumns, own: ColumnElement[bool], *, full_only: bool) -> ColumnElement[bool] | None:
    """What the row of the matrix for *role* lets through; None where it lets nothing through."""
    ways: list[ColumnElement[bool]] = []
    if classes := cells(role, Level.FULL):
        ways.append(item.class_in(classes))
    if classes := cells(role, Level.OWN):
        ways.append(and_(item.class_in(classes), own))
    if full_only:
        if classes := cells(role, Level.DECIDING):
            ways.append(and_(item.class_in(classes), among(Case.responsible_role, [role])))
        if classes := cells(role, Level.CLOSED):
            ways.append(and_(item.class_in(classes), among(Case.state, TERMINAL)))
    elif classes := cells(role, Level.METADATA, Level.DECIDING, Level.CLOSED):
        ways.append(item.class_in(classes))
    return or_(*ways) if ways else None


def starts_with(column: Any, prefix: str, dialect: str) -> ColumnElement[bool]:
    """*column* begins with *prefix*, in the form each database answers from an index."""
    if dialect == "postgresql":
        begins: ColumnElement[bool] = column.startswith(prefix, autoescape=True)
        return begins
    return and_(column >= prefix, column < prefix + "\U0010ffff")
