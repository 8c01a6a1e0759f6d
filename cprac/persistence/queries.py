"""Who may see what, as SQL: the clauses every read is made of. The other ``queries_*`` modules ask; this one filters.

Three things decide, as in ``domain.permissions``: the dated ``case_role`` rows of the reader in the case, the offices
that hold in every case (``roles_in_case``, with what excludes them), and the constant ``MATRIX``. The clauses are built
from the same ``MATRIX``; a property test holds them equal to ``permissions.level``, world by random world.

Every query takes a ``Reader`` and hands out frozen rows; the web knows no table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, false, func, literal, not_, or_, select, true
from sqlalchemy.orm import aliased

from cprac.domain.acts import Act, InformationClass
from cprac.domain.permissions import MATRIX, NOTES_BELONG_TO_AUTHOR, Level
from cprac.domain.roles import CHAMBER_WIDE, Office, Role, incompatible
from cprac.domain.states import CaseState
from cprac.persistence.models import Case, CaseRole, Document, EventRow, ImportBatch

TERMINAL = tuple(state for state in CaseState if state.terminal)
CAUCUS_PREFIX = "caucus:"


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


def cells(role: Role, *levels: Level) -> frozenset[InformationClass]:
    """The classes that the matrix gives *role* at one of *levels*."""
    return frozenset(kind for kind, row in MATRIX.items() if row.get(role, Level.NONE) in levels)


SEEING = frozenset(role for role, level in MATRIX[InformationClass.EXISTENCE].items() if level is not Level.NONE)
"""Roles that may know that a case exists."""

_EXCLUDERS: Mapping[Role, tuple[Role, ...]] = {
    wide: tuple(role for role in Role if incompatible(role, wide)) for wide in CHAMBER_WIDE.values()
}


def held(reader: Reader, row: type[CaseRole], *roles: Role) -> ColumnElement[bool]:
    """The role row *row* is the reader's, in force now, and (where given) for one of *roles*."""
    mine = and_(
        row.account_id == reader.account,
        row.from_at <= reader.now,
        or_(row.until_at.is_(None), row.until_at > reader.now),
    )
    return and_(mine, row.role.in_(roles)) if roles else mine


def cases_with_role(reader: Reader, *roles: Role) -> Any:
    """The ids of the cases in which the reader now holds one of *roles* (any role, where none is named)."""
    row = aliased(CaseRole)
    return select(row.case_id).where(held(reader, row, *roles))


def batch_shown() -> ColumnElement[bool]:
    """Imported cases exist for readers only while their batch is visible."""
    shown = select(ImportBatch.id).where(ImportBatch.status == "visible")
    return or_(Case.batch_id.is_(None), Case.batch_id.in_(shown))


def visible(reader: Reader) -> ColumnElement[bool]:
    """The case is one that *reader* may know of. Nobody signed in sees none."""
    if reader.account is None:
        return false()
    clauses = [Case.id.in_(cases_with_role(reader, *_ordered(SEEING)))]
    for wide in _ordered(reader.wide_roles & SEEING):
        excluders = _EXCLUDERS[wide]
        if SEEING.issuperset(excluders):
            # whoever is excluded from the office's role sees the case through the role that excludes it
            clauses = [true()]
            break
        clauses.append(holds_wide(reader, wide))
    return and_(or_(*clauses), batch_shown())


def sees_all(reader: Reader) -> bool:
    """Whether an office lets *reader* see every case: then a list walks an index instead of the reader's own cases."""
    return any(SEEING.issuperset(_EXCLUDERS[wide]) for wide in reader.wide_roles & SEEING)


def holds_wide(reader: Reader, role: Role) -> ColumnElement[bool]:
    """The reader's office gives *role* in the case: nothing the reader is there excludes it."""
    excluders = _EXCLUDERS[role]
    return Case.id.not_in(cases_with_role(reader, *excluders)) if excluders else true()


def _ordered(roles: frozenset[Role]) -> tuple[Role, ...]:
    """Roles in the order of the enum: the same text of SQL every time, so that its plan is found again."""
    return tuple(role for role in Role if role in roles)


# --- items: events and documents --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemColumns:
    """How a table tells what ``permissions.Item`` asks: its case, its class, the party it belongs to, its author."""

    case_id: Any
    class_in: Callable[[frozenset[InformationClass]], ColumnElement[bool]]
    no_party: ColumnElement[bool]
    party_is: Callable[[Any], ColumnElement[bool]]
    author: Any


def _acts_of(classes: frozenset[InformationClass]) -> tuple[str, ...]:
    return tuple(act.value for act in Act if act.information_class in classes)


EVENTS = ItemColumns(
    case_id=EventRow.case_id,
    class_in=lambda classes: EventRow.act.in_(_acts_of(classes)),
    no_party=not_(EventRow.compartment.startswith(CAUCUS_PREFIX)),
    party_is=lambda ordinal: EventRow.compartment == literal(CAUCUS_PREFIX) + cast(ordinal, String),
    author=EventRow.actor_id,
)
"""Events: the act tells the class, the name of a caucus tells the party."""

DOCUMENTS = ItemColumns(
    case_id=Document.case_id,
    class_in=lambda classes: Document.information_class.in_(
        tuple(kind for kind in InformationClass if kind in classes)
    ),
    no_party=Document.party_ordinal.is_(None),
    party_is=lambda ordinal: Document.party_ordinal == ordinal,
    author=Document.author_id,
)
"""Documents: class and party are columns."""


def full(reader: Reader, item: ItemColumns) -> ColumnElement[bool]:
    """*reader* sees the item in full. The statement must join ``Case``."""
    return _at(reader, item, full_only=True)


def seen(reader: Reader, item: ItemColumns) -> ColumnElement[bool]:
    """*reader* may at least know that the item exists. The statement must join ``Case``."""
    return _at(reader, item, full_only=False)


def _at(reader: Reader, item: ItemColumns, *, full_only: bool) -> ColumnElement[bool]:
    if reader.account is None:
        return false()
    own = _own(reader, item)
    row = aliased(CaseRole)
    by_role = [(role, _cell(role, item, own, full_only=full_only)) for role in Role]
    granted = (
        exists()
        .where(
            row.case_id == item.case_id,
            held(reader, row),
            or_(*(and_(row.role == role, clause) for role, clause in by_role if clause is not None)),
        )
        .correlate_except(row)
    )
    clauses: list[ColumnElement[bool]] = [granted]
    for wide in _ordered(reader.wide_roles):
        clause = _cell(wide, item, own, full_only=full_only)
        if clause is not None:
            clauses.append(and_(clause, holds_wide(reader, wide)))
    notes = item.class_in(NOTES_BELONG_TO_AUTHOR)
    return and_(or_(*clauses), or_(not_(notes), item.author == reader.account))


def _own(reader: Reader, item: ItemColumns) -> ColumnElement[bool]:
    """The item is the reader's own party's, or addressed to every party (a caucus never is)."""
    row = aliased(CaseRole)
    mine = (
        exists()
        .where(
            row.case_id == item.case_id,
            held(reader, row),
            row.party_ordinal.is_not(None),
            item.party_is(row.party_ordinal),
        )
        .correlate_except(row)
    )
    return or_(and_(item.no_party, not_(item.class_in(frozenset({InformationClass.CAUCUS})))), mine)


def _cell(role: Role, item: ItemColumns, own: ColumnElement[bool], *, full_only: bool) -> ColumnElement[bool] | None:
    """What the row of the matrix for *role* lets through; None where it lets nothing through."""
    ways: list[ColumnElement[bool]] = []
    if classes := cells(role, Level.FULL):
        ways.append(item.class_in(classes))
    if classes := cells(role, Level.OWN):
        ways.append(and_(item.class_in(classes), own))
    if full_only:
        if classes := cells(role, Level.DECIDING):
            ways.append(and_(item.class_in(classes), Case.responsible_role == role))
        if classes := cells(role, Level.CLOSED):
            ways.append(and_(item.class_in(classes), Case.state.in_(TERMINAL)))
    elif classes := cells(role, Level.METADATA, Level.DECIDING, Level.CLOSED):
        ways.append(item.class_in(classes))
    return or_(*ways) if ways else None


def starts_with(column: Any, prefix: str, dialect: str) -> ColumnElement[bool]:
    """*column* begins with *prefix*, in the form each database answers from an index."""
    if dialect == "postgresql":
        return column.startswith(prefix, autoescape=True)
    return and_(column >= prefix, column < prefix + "\U0010ffff")


def count_up_to(session: Any, query: Any, cap: int) -> int:
    """How many rows *query* has, counting no further than *cap* + 1."""
    return session.scalar(select(func.count()).select_from(query.limit(cap + 1).subquery())) or 0
