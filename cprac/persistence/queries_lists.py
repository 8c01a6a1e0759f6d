"""Lists of cases: what waits for somebody, every case somebody may see, and finding one.

A list walks an index and stops: for each hat of the reader one walk of at most a page, merged. Counts are capped
(``CAP``), a search looks up at most ``CANDIDATES`` cases by an index. So a page costs the same at 100 and at 100,000
cases. Cases without a due date come after those with one, on both databases (``_walk``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from cprac.domain.facts import CaseFacts, from_plain
from cprac.domain.identifiers import IdentifierKind, check, parse_case_number
from cprac.domain.roles import Role
from cprac.domain.states import CaseState, Turn
from cprac.persistence.database import db
from cprac.persistence.models import Application, Case, CaseRole, DeadlineRow, LinkedLawsuit, Party, Person
from cprac.persistence.queries import (
    ACCOUNT,
    NOW,
    Reader,
    among,
    batch_shown,
    cases_with_role,
    held,
    holds,
    holds_wide,
    sees_all,
    starts_with,
    visible,
)

PAGE = 25
LAST_PAGE = 40
"""Pages of a list that can be turned: beyond it one narrows the search."""
CAP = 1000
CANDIDATES = 200

OWNED = (Role.MEDIATOR, Role.MUNICIPAL_ATTORNEY, Role.OPINION_AUTHOR)
"""Roles of one person in a case: the case names the person in ``owner_id``."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list."""

    number: str
    title: str
    state: CaseState
    facts: CaseFacts
    procedure: str
    waiting_on: Turn
    responsible: Role | None
    next_due: date | None
    next_rule: str
    priority_rank: int
    value: int
    filed_on: date | None
    closed_on: date | None
    legacy_number: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows. ``folded``: the text as names are looked up; ``when``: "", overdue, today, soon, later."""

    text: str = ""
    folded: str = ""
    state: CaseState | None = None
    turn: Turn | None = None
    when: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, whether others follow, how many there are up to ``CAP`` + 1 (None: not counted)."""

    rows: tuple[CaseRow, ...]
    more: bool
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Counters:
    """How much waits, each up to ``CAP`` + 1; ``later`` has the undated too."""

    overdue: int = 0
    today: int = 0
    soon: int = 0
    later: int = 0

    @property
    def total(self) -> int:
        """All of it, up to ``CAP`` + 1."""
        return min(CAP + 1, self.overdue + self.today + self.soon + self.later)


DUE_ORDER = (Case.next_due, Case.priority_rank, Case.number)
_UNDATED_ORDER = (Case.priority_rank, Case.number)


BY_ROLE = (Role.APPROVER, Role.APPEAL_DECIDER)
"""Roles that several people may hold in a case: whoever of them comes first decides."""

PERSONAL = (*OWNED, *BY_ROLE)


@dataclass(frozen=True)
class Hat:
    """A part of what waits for somebody: a condition that an index walk answers. ``dated``: only cases with a date."""

    clause: ColumnElement[bool]
    dated: bool = False


def hats(reader: Reader, roles: Iterable[Role] | None = None) -> Mapping[str, Hat]:
    """What waits for *reader*, none overlapping another.

    *roles* narrows to some responsible roles. Offices share a list by role; a person's own cases go by ``owner_id``;
    those who decide, and substitutes, by their dated role in the case. To the coordination come the cases of parties
    whose time is over and whose end proposes an act: an expired deadline does nothing by itself (00.5).
    """
    wanted = frozenset(Role) if roles is None else frozenset(roles)
    ever_held = db.session.execute(_EVER_HELD, reader.binds).one()
    personal = frozenset(role for role, case_id in zip(PERSONAL, ever_held, strict=True) if case_id is not None)
    return _hats(reader.wide_roles & wanted, personal & wanted)


def _first_case_as(role: Role) -> ColumnElement[int]:
    row = aliased(CaseRole)
    mine = select(row.case_id).where(row.account_id == ACCOUNT, among(row.role, [role]))
    # the order makes PostgreSQL read the first entry of the index, whatever it believes about the rest
    return mine.order_by(row.case_id).limit(1).scalar_subquery()


_EVER_HELD = select(*(_first_case_as(role).label(role.value) for role in PERSONAL))
"""Most people never hold the roles of one person: the hats they never wear cost nothing."""


@lru_cache(maxsize=256)
def _hats(wide: frozenset[Role], personal: frozenset[Role]) -> Mapping[str, Hat]:
    shown = batch_shown()
    found = {
        role.value: Hat(and_(Case.responsible_role == role, holds_wide(role), shown)) for role in Role if role in wide
    }
    if Role.COORDINATOR in wide:
        for role in WAITED_FOR:
            over = and_(Case.responsible_role == role, Case.next_due < TODAY, _proposal(), holds_wide(Role.COORDINATOR))
            found[f"over {role.value}"] = Hat(and_(over, shown), dated=True)
    own = tuple(role for role in OWNED if role in personal)
    if own:
        held_there = [and_(among(Case.responsible_role, [role]), holds(role)) for role in own]
        found["owner"] = Hat(and_(Case.owner_id == ACCOUNT, or_(*held_there), shown))
        found["substitute"] = Hat(and_(Case.id.in_(_standing_in(own)), Case.owner_id != ACCOUNT, shown))
    for role in BY_ROLE:
        if role in personal:
            found[role.value] = Hat(and_(Case.responsible_role == role, holds(role), shown))
    return found


WAITED_FOR = (Role.APPLICANT, Role.INVITEE)
TODAY: ColumnElement[date] = bindparam("today", type_=Date)


def _proposal() -> ColumnElement[bool]:
    """A deadline of the case is over and proposes an act that somebody must sign or leave."""
    row = aliased(DeadlineRow)
    asked = select(row.id).where(
        row.case_id == Case.id, row.ended_on.is_(None), row.proposes != "", row.due < TODAY
    )  # fmt: skip
    return asked.limit(1).correlate_except(row).scalar_subquery().is_not(None)


def _standing_in(roles: tuple[Role, ...]) -> Select[Any]:
    """The ids of cases that wait for a role which the reader holds there until a day: as a substitute."""
    row, case = aliased(CaseRole), aliased(Case)
    query = select(row.case_id).join(case, case.id == row.case_id)
    return query.where(held(row, roles), row.until_at > NOW, case.responsible_role == row.role)


def worklist(reader: Reader, asked: Filter, soon_until: date, roles: Iterable[Role] | None = None) -> Page:
    """What waits for *reader*, in order of due date, then priority, then number. ``soon_until``: last day of "soon"."""
    session = db.session()
    found: list[Any] = []
    narrowed = [*_conditions(asked)]
    if asked.text:
        narrowed.append(Case.id.in_(_candidates(session, reader, asked)))
    given = {**reader.binds, "today": reader.on, "soon_until": soon_until}
    for hat in hats(reader, roles).values():
        found.extend(_walk(session, [hat.clause, *narrowed], asked.page * PAGE + 1, given, dated=hat.dated))
    found.sort(key=_due_key)
    return _cut(found, asked.page)


def counters(reader: Reader, soon_until: date, roles: Iterable[Role] | None = None) -> Counters:
    """How much waits for *reader*, in one statement; each part stops counting at ``CAP`` + 1 for each hat."""
    walks = hats(reader, roles)
    if not walks:
        return Counters()
    given = {**reader.binds, "today": reader.on, "soon_until": soon_until}
    row = db.session.execute(_counting(tuple(walks.values())), given).mappings().one()
    sums = {name: sum(n for label, n in row.items() if label.startswith(f"{name}_")) for name in _BUCKETS}
    sums["later"] += sums.pop("undated")
    return Counters(**{name: min(CAP + 1, n) for name, n in sums.items()})


_BUCKETS = ("overdue", "today", "soon", "later", "undated")


@lru_cache(maxsize=256)
def _counting(walks: tuple[Hat, ...]) -> Select[Any]:
    return select(
        *(
            select(func.count())
            .select_from(select(Case.id).where(walk.clause, _when(name)).limit(CAP + 1).subquery())
            .scalar_subquery()
            .label(f"{name}_{number}")
            for number, walk in enumerate(walks)
            for name in (_BUCKETS[:1] if walk.dated else _BUCKETS)
        )
    )


def cases(reader: Reader, asked: Filter, only: Iterable[Role] | None = None) -> Page:
    """Every case *reader* may see; narrowed by state or turn in order of due date, otherwise the newest first.

    *only*: the cases in which the reader holds one of these roles (a party's own cases).
    """
    session = db.session()
    conditions = [visible(reader.scope), *_conditions(replace(asked, when=""))]
    if only is not None:
        conditions.append(Case.id.in_(cases_with_role(only)))
    if asked.text:
        conditions.append(Case.id.in_(_candidates(session, reader, asked)))
    need = asked.page * PAGE + 1
    if asked.state is not None or asked.turn is not None:
        rows = _walk(session, conditions, need, reader.binds)
    else:
        rows = _newest(session, conditions, need, reader.binds)
    page = _cut(rows, asked.page)
    if not page.more:
        return Page(page.rows, more=False, total=(asked.page - 1) * PAGE + len(page.rows))
    counted = select(Case.id).where(*conditions).limit(CAP + 1).subquery()
    return Page(page.rows, page.more, session.scalar(select(func.count()).select_from(counted), reader.binds))


# --- walking ----------------------------------------------------------------------------------------------------------


def _columns() -> Select[Any]:
    return select(
        Case.number,
        Case.title,
        Case.state,
        Case.facts,
        Case.procedure,
        Case.waiting_on,
        Case.responsible_role,
        Case.next_due,
        Case.next_rule,
        Case.priority_rank,
        Case.value,
        Case.filed_on,
        Case.closed_on,
        Case.legacy_number,
    )


def _row(row: Any) -> CaseRow:
    number, title, state, facts, *rest = row
    return CaseRow(number, title, state, from_plain(CaseFacts, facts), *rest)


def _due_key(row: Any) -> tuple[Any, ...]:
    return (row.next_due is None, row.next_due or date.min, row.priority_rank, row.number)


def _walk(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    need: int,
    given: Mapping[str, Any],
    *,
    dated: bool = False,
) -> list[Any]:
    """The first *need* rows by due date, the undated after them: two walks of one index."""
    query = _columns().where(Case.next_due.is_not(None), *conditions).order_by(*DUE_ORDER)
    rows = list(session.execute(query.limit(need), given))
    if len(rows) < need and not dated:
        query = _columns().where(Case.next_due.is_(None), *conditions).order_by(*_UNDATED_ORDER)
        rows.extend(session.execute(query.limit(need - len(rows)), given))
    return rows


def _newest(
    session: Session, conditions: Sequence[ColumnElement[bool]], need: int, given: Mapping[str, Any]
) -> list[Any]:
    query = _columns().where(Case.filed_on.is_not(None), *conditions)
    query = query.order_by(Case.filed_on.desc(), Case.number.desc())
    rows = list(session.execute(query.limit(need), given))
    if len(rows) < need:
        query = _columns().where(Case.filed_on.is_(None), *conditions).order_by(Case.number.desc())
        rows.extend(session.execute(query.limit(need - len(rows)), given))
    return rows


def _cut(rows: list[Any], page: int) -> Page:
    start = (page - 1) * PAGE
    return Page(tuple(_row(row) for row in rows[start : start + PAGE]), more=len(rows) > start + PAGE)


def _when(name: str) -> ColumnElement[bool]:
    """A stretch of due dates, between the days that the statement is given as ``today`` and ``soon_until``."""
    today, soon_until = TODAY, bindparam("soon_until", type_=Date)
    return {
        "overdue": Case.next_due < today,
        "today": Case.next_due == today,
        "soon": and_(Case.next_due > today, Case.next_due <= soon_until),
        "later": Case.next_due > soon_until,
        "undated": Case.next_due.is_(None),
    }[name]


def _conditions(asked: Filter) -> Iterable[ColumnElement[bool]]:
    if asked.state is not None:
        yield Case.state == asked.state
    if asked.turn is not None:
        yield Case.waiting_on == asked.turn
    if asked.when == "later":
        yield or_(_when("later"), _when("undated"))
    elif asked.when in _BUCKETS:
        yield _when(asked.when)


# --- finding ----------------------------------------------------------------------------------------------------------


def _candidates(session: Session, reader: Reader, asked: Filter) -> list[int]:
    """The ids of at most ``CANDIDATES`` cases that the text may mean: each way of looking is one indexed look-up.

    A number of the chamber, of a lawsuit, of a process of the city, of the old register; a CPF or CNPJ; the beginning
    of a name. What the reader may see of them is decided by the list.
    """
    for query in _ways(session, reader, " ".join(asked.text.split())[:120], asked.folded):
        # Cases of a batch that was taken back would fill the places of those that came in anew.
        found = list(session.scalars(query.where(batch_shown()).limit(CANDIDATES), reader.binds))
        if found:
            return list(dict.fromkeys(found))
    return []


def _ways(session: Session, reader: Reader, text: str, folded: str) -> Iterable[Select[Any]]:
    number = parse_case_number(text) or parse_case_number(f"{text}/{reader.on.year}")
    if number is not None:
        if number.split is not None:
            yield select(Case.id).where(Case.number == str(number))
        yield select(Case.id).join(Application).where(Application.number == str(number.application))
    lawsuit = check(IdentifierKind.CNJ, text).normalized
    if lawsuit:
        yield select(Case.id).join(LinkedLawsuit, LinkedLawsuit.case_id == Case.id).where(LinkedLawsuit.cnj == lawsuit)
    yield select(Case.id).where(Case.external_process == text)
    yield select(Case.id).where(Case.legacy_number == text)
    by_person = select(Party.case_id).join(Case, Case.id == Party.case_id)
    by_person = by_person.join(Person, Person.id == Party.person_id).order_by(Party.case_id.desc())
    if not sees_all(reader):
        row = aliased(CaseRole)
        mine = select(row.id).where(row.case_id == Party.case_id, held(row)).correlate(Party).exists()
        by_person = by_person.where(mine)
    for kind in (IdentifierKind.CPF, IdentifierKind.CNPJ):
        tax_id = check(kind, text).normalized
        if tax_id:
            yield by_person.where(Person.tax_id == tax_id)
    if folded and not folded.isdigit():
        dialect = session.get_bind().dialect.name
        yield by_person.order_by(None).where(starts_with(Person.folded_name, folded, dialect))


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many cases stand in a state."""

    state: CaseState
    n: int


def counts_by_state(reader: Reader) -> tuple[StateCount, ...]:
    """Every case *reader* may see, counted by state, in the order of the procedure; states without cases left out."""
    query = select(Case.state, func.count().label("n")).where(visible(reader.scope)).group_by(Case.state)
    rows = db.session.execute(query, reader.binds).all()
    counted = {row.state: row.n for row in rows}
    return tuple(StateCount(state, counted[state]) for state in CaseState if state in counted)
