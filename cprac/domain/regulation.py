"""A chamber's rules, and the questions the rest of the program asks them.

Law leaves the steps, lengths, limits and matters of a chamber to each municipality (Lei 13.140/2015 art. 32 §§1-2), so
none of them is code. Four lives (architecture §4): the *procedure* (switches, deadlines, reasons) is frozen in each
case at filing, its versions never change and are told apart by :func:`procedure_hash`; the *ladder* and the reference
values go by the date of the act; the *calendar* is shared; *texts* are the current ones.

``regulation_words`` has the names a file may use, ``regulation_parts`` the shape of its tables, ``regulation_reading``
builds them from a parsed file, ``regulation_checks`` holds the rules between them, ``regulation_places`` says where.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import Annotated, Any, TypeVar

from cprac.domain.business_days import (
    NATIONAL_HOLIDAYS,
    Calendar,
    CalendarDay,
    FixedHoliday,
    MovableHoliday,
    Recess,
    calendar_from_rules,
)
from cprac.domain.deadlines import DeadlineRule
from cprac.domain.regulation_parts import (
    Chamber,
    Channel,
    ChecklistItem,
    Decree,
    Holiday,
    LadderRow,
    LegalAct,
    Matter,
    MediatorRules,
    PriorityGroup,
    QuarantineRules,
    Reason,
    RecessRules,
    ReferenceValue,
    ReminderRules,
    ReportRules,
    Retention,
    ServiceRules,
    SessionRules,
    StatisticsRules,
    SwitchChoice,
    UploadRules,
)
from cprac.domain.regulation_words import (
    ANY,
    DEADLINES_OF_A_STEP,
    NO_DIRECTION,
    RULE_IDS,
    Direction,
    Like,
    Switch,
    ValueUnit,
)

__all__ = [
    "CALENDAR_YEARS",
    "RULE_IDS",
    "Direction",
    "Regulation",
    "RegulationError",
    "Switch",
    "ValueUnit",
    "approvers_for",
    "in_force",
    "ladder_of",
    "ladder_row",
    "procedure_hash",
    "procedure_part",
    "reference_value",
]

CALENDAR_YEARS = (1990, 2100)
"""The years a chamber's calendar covers by rules of law; decreed days exist only in the years of their decrees."""


class RegulationError(LookupError):
    """A question the regulation has no answer to. The message is one line of Portuguese."""


@dataclass(frozen=True, eq=False)  # no slots: the calendar is built once and kept
class Regulation:
    """One chamber's rules in one version of its procedure.

    ``switches`` holds the names that are on; ``switch_choices`` how the file sets each, with its ground. ``deadlines``
    is keyed by rule id, ``urgent_amounts`` gives the shorter length where an act is marked urgent.
    """

    version: Annotated[str, Like(r"[a-z0-9][a-z0-9._-]*", "contagem-2026.1")]
    in_force_from: date
    chamber: Chamber
    legal_acts: tuple[LegalAct, ...]
    switches: frozenset[str]
    switch_choices: Mapping[str, SwitchChoice]
    deadlines: Mapping[str, DeadlineRule]
    urgent_amounts: Mapping[str, int]
    inadmissibility_reasons: tuple[Reason, ...]
    suspension_reasons: tuple[Reason, ...]
    moot_reasons: tuple[Reason, ...]
    reference_values: tuple[ReferenceValue, ...]
    ladder: tuple[LadderRow, ...]
    matters: tuple[Matter, ...]
    channels: tuple[Channel, ...]
    checklist: tuple[ChecklistItem, ...]
    priority_groups: tuple[PriorityGroup, ...]
    recess: RecessRules
    optional_days_count: bool
    holidays: tuple[Holiday, ...]
    service: ServiceRules
    quarantine: QuarantineRules
    retention: tuple[Retention, ...]
    report: ReportRules
    uploads: UploadRules
    sessions: SessionRules
    mediators: MediatorRules
    decrees: tuple[Decree, ...] = ()
    reminders: ReminderRules = field(default_factory=ReminderRules)
    statistics: StatisticsRules = field(default_factory=StatisticsRules)

    @cached_property
    def _base_calendar(self) -> Calendar:
        rules = [*NATIONAL_HOLIDAYS, *(holiday.rule() for holiday in self.holidays)]
        return calendar_from_rules(
            self.chamber.id,
            CALENDAR_YEARS,
            fixed=[rule for rule in rules if isinstance(rule, FixedHoliday)],
            movable=[rule for rule in rules if isinstance(rule, MovableHoliday)],
            decreed=[
                CalendarDay(day.date, day.name, day.kind, decree.legal_act, decree.known_from)
                for decree in self.decrees
                for day in decree.days
            ],
            recess=Recess(
                self.recess.policy,
                tuple((span.first, span.last) for span in self.recess.spans),
                self.recess.legal_basis,
            ),
            optional_days_count=self.optional_days_count,
        )

    def calendar(self, extra_days: Iterable[CalendarDay] = ()) -> Calendar:
        """The chamber's calendar for ``CALENDAR_YEARS``; *extra_days* are decrees and outages kept as rows."""
        extra = tuple(extra_days)
        return self._base_calendar.with_days(extra) if extra else self._base_calendar

    def rule(self, rule_id: str, *, urgent: bool = False) -> DeadlineRule:
        """The deadline *rule_id*, in its shorter length where the act is *urgent* and the file gives one.

        Raises RegulationError for an id that no chamber has.
        """
        rule = self.deadlines.get(rule_id)
        if rule is None:
            raise RegulationError(f"{self.chamber.id}: não existe o prazo {rule_id}")
        return replace(rule, amount=self.urgent_amounts.get(rule_id, rule.amount)) if urgent else rule

    @property
    def deadlines_in_use(self) -> tuple[DeadlineRule, ...]:
        """The deadlines that can run under these switches, in the order of a case's life."""
        return tuple(
            self.deadlines[rule_id]
            for rule_id in RULE_IDS
            if DEADLINES_OF_A_STEP.get(rule_id) in (None, *self.switches)
        )

    def matter(self, matter_id: str) -> Matter:
        """The matter *matter_id*; RegulationError where the chamber has none by that id."""
        return _one(self, "matters", self.matters, matter_id)

    def choices(self, name: str) -> tuple[tuple[str, str], ...]:
        """The list *name* (``inadmissibility_reasons``, ``matters``, ``channels``…) as pairs of id and label."""
        return tuple((row.id, row.label) for row in getattr(self, name))

    def reason(self, name: str, reason_id: str) -> Reason:
        """The reason *reason_id* of the list *name*; RegulationError where the list has none by that id."""
        rows: tuple[Reason, ...] = getattr(self, name)
        return _one(self, name, rows, reason_id)

    def with_procedure_of(self, older: Regulation) -> Regulation:
        """Return today's rules with the procedure of *older*: what binds a case filed under that version."""
        return replace(
            self,
            version=older.version,
            in_force_from=older.in_force_from,
            switches=older.switches,
            switch_choices=older.switch_choices,
            deadlines=older.deadlines,
            urgent_amounts=older.urgent_amounts,
            inadmissibility_reasons=older.inadmissibility_reasons,
            suspension_reasons=older.suspension_reasons,
            moot_reasons=older.moot_reasons,
        )


_Named = TypeVar("_Named", Matter, Reason)
_Dated = TypeVar("_Dated", ReferenceValue, LadderRow)


def _one(regulation: Regulation, name: str, rows: tuple[_Named, ...], row_id: str) -> _Named:
    for row in rows:
        if row.id == row_id:
            return row
    raise RegulationError(f"{regulation.chamber.id}: '{row_id}' não está na lista {name}")


def in_force(rows: Iterable[_Dated], on: date) -> tuple[_Dated, ...]:
    """The dated *rows* that hold on the day *on*."""
    return tuple(row for row in rows if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to))


def reference_value(regulation: Regulation, unit: ValueUnit, on: date) -> int:
    """What one *unit* is worth on the day *on*, in centavos (1 for BRL, whose limits are in centavos already).

    Raises RegulationError where the file gives no value for that day.
    """
    if unit is ValueUnit.BRL:
        return 1
    for row in in_force(regulation.reference_values, on):
        if row.unit is unit:
            return row.value
    raise RegulationError(f"{regulation.chamber.id}: falta o valor de {unit} em {on:%d/%m/%Y}")


def ladder_of(regulation: Regulation, matter: str, direction: str, on: date) -> tuple[LadderRow, ...]:
    """The bands that apply to a matter and direction on a day, lowest first; empty where the file has none.

    Rows of the matter itself come before those for any matter; then rows of the direction before those for either.
    """
    wanted = Direction.CITY_PAYS if direction == NO_DIRECTION else Direction(direction)
    rows = in_force(regulation.ladder, on)
    for named in dict.fromkeys((matter, ANY)):
        for side in (wanted, Direction.ANY):
            found = [row for row in rows if row.matter == named and row.direction is side]
            if found:
                return tuple(sorted(found, key=lambda row: row.above * reference_value(regulation, row.unit, on)))
    return ()


def ladder_row(regulation: Regulation, matter: str, direction: str, value: int, on: date) -> LadderRow:
    """The band of the ladder that a settlement of *value* centavos falls in on the day *on*.

    *direction*: city_pays, city_receives, or none. A value equal to a limit belongs to the band below it ("até 70
    salários mínimos"). Limits in minimum wages, RPV or UFM take the value of that day (procedure a.5).
    Raises RegulationError where no band takes it, ValueError for a negative value.
    """
    if value < 0:
        raise ValueError(f"valor negativo na tabela de alçada: {value}")
    for row in ladder_of(regulation, matter, direction, on):
        if row.up_to is None or value <= row.up_to * reference_value(regulation, row.unit, on):
            return row
    raise RegulationError(f"{regulation.chamber.id}: a alçada não tem faixa para {direction} em {on:%d/%m/%Y}")


def approvers_for(regulation: Regulation, matter: str, direction: str, value: int, on: date) -> tuple[str, ...]:
    """The offices that must authorise such a settlement, each of them, in this order (as :func:`ladder_row`)."""
    return ladder_row(regulation, matter, direction, value, on).approvers


_TEXTS_OF_A_DEADLINE = {"id", "name", "legal_basis", "basis"}


def _told(rule: DeadlineRule) -> dict[str, Any]:
    """The fields of *rule* that differ from their default."""
    named = {item.name: (item.default, getattr(rule, item.name)) for item in fields(rule)}
    return {name: value for name, (usual, value) in named.items() if usual is MISSING or value != usual}


def procedure_part(regulation: Regulation) -> dict[str, Any]:
    """What is frozen in a case at filing, as JSON-ready data: switches on, deadlines and reason codes, without texts.

    Names, plain words and citations are not in it: mending a sentence makes no new version. Nor are fields at their
    default, so that a reading of the law added later to ``DeadlineRule`` leaves old hashes as they are.
    """
    return {
        "switches": sorted(regulation.switches),
        "deadlines": {
            rule.id: {name: value for name, value in _told(rule).items() if name not in _TEXTS_OF_A_DEADLINE}
            for rule in regulation.deadlines.values()
        },
        "urgent_amounts": dict(regulation.urgent_amounts),
        "reasons": {
            name: sorted(row.id for row in getattr(regulation, name))
            for name in ("inadmissibility_reasons", "suspension_reasons", "moot_reasons")
        },
    }


def procedure_hash(regulation: Regulation) -> str:
    """SHA-256 (hexadecimal) of the procedure part in canonical JSON; the order of rows in the file does not matter."""
    text = json.dumps(procedure_part(regulation), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
