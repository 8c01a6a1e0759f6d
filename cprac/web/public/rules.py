"""The rules in force as the page prints them: from the regulation and the table of transitions, none typed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from cprac.domain import lifecycle
from cprac.domain.acts import Compartment
from cprac.domain.business_days import Calendar
from cprac.domain.deadlines import Basis, DeadlineRule, RuleKind
from cprac.domain.regulation import Regulation, in_force, reference_value
from cprac.domain.regulation_parts import LadderRow
from cprac.domain.regulation_words import Direction, Switch, ValueUnit
from cprac.domain.roles import Role
from cprac.domain.states import MAIN_PATH, CaseState
from cprac.web import filters

RESPONSIBLE = {"parties": "As partes", "court": "A Justiça"}
UNIT_NAMES = {"SM": "salários mínimos", "RPV": "RPV", "UFM": "UFM"}


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the way: where the case is, who does what there, on which ground, whether the step is our choice."""

    state: CaseState
    who: str
    what: str
    legal_basis: str
    ours: bool


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """A deadline: for what, how long, from when, for whom, by which rule, and whether it binds or is a target."""

    name: str
    length: str
    trigger: str
    responsible: str
    legal_basis: str
    ours: bool
    binding: bool


@dataclass(frozen=True, slots=True)
class LadderLine:
    """A band of the ladder: who pays, from and up to what, who authorises, on which ground."""

    direction: Direction
    band: str
    approvers: str
    condition: str
    legal_basis: str
    ours: bool


def steps(regulation: Regulation) -> list[StepLine]:
    """The main way of a case in this chamber, step by step, from the table of transitions."""
    order = {state: place for place, state in enumerate(MAIN_PATH)}
    lines = []
    for state in MAIN_PATH[1:]:
        rows = [
            row
            for row in lifecycle.table(regulation.switches)
            if row.source is state
            and row.act.compartment is Compartment.DOCKET
            and order.get(row.dest, 0) > order[state]
        ]
        if not rows or not _reached(state, regulation):
            continue
        row = rows[0]
        who = ", ".join(dict.fromkeys(gettext(role.label) for role in row.roles if role is not Role.SYSTEM))
        lines.append(StepLine(state, who, gettext(row.act.label), row.legal_basis, row.basis != "law"))
    return lines


def _reached(state: CaseState, regulation: Regulation) -> bool:
    return any(row.dest is state and row.source is not state for row in lifecycle.table(regulation.switches))


def deadlines(regulation: Regulation) -> list[DeadlineLine]:
    """The deadlines that can run in this chamber, those that bind first."""
    rules = sorted(regulation.deadlines_in_use, key=lambda rule: rule.kind is RuleKind.INTERNAL)
    return [
        DeadlineLine(
            gettext(rule.name),
            _length(rule),
            gettext(rule.trigger),
            responsible(rule.responsible),
            rule.legal_basis,
            rule.basis is Basis.DEFAULT,
            rule.kind is not RuleKind.INTERNAL,
        )
        for rule in rules
    ]


def _length(rule: DeadlineRule) -> str:
    words = rule.unit.words(rule.amount)
    if rule.extendable_amount:
        words = gettext(
            "%(length)s, e mais %(more)s com motivo", length=words, more=rule.unit.words(rule.extendable_amount)
        )
    return words


def responsible(name: str) -> str:
    """Who must act, in words."""
    return gettext(RESPONSIBLE.get(name) or Role(name).label)


def ladder(regulation: Regulation, on: date) -> list[LadderLine]:
    """Who authorises a settlement, by who pays and how much, on the day *on*."""
    return [
        LadderLine(
            row.direction,
            _band(regulation, row, on),
            ", ".join(gettext(Role(office).label) for office in row.approvers),
            gettext(row.condition) if row.condition else "",
            row.legal_basis,
            row.basis is Basis.DEFAULT,
        )
        for row in in_force(regulation.ladder, on)
    ]


def _band(regulation: Regulation, row: LadderRow, on: date) -> str:
    def amount(count: int) -> str:
        reais = filters.money(count * reference_value(regulation, row.unit, on))
        if row.unit is ValueUnit.BRL:
            return reais
        return f"{filters.integer(count)} {UNIT_NAMES[row.unit.value]} ({reais})"

    if row.up_to is None:
        return gettext("acima de %(from)s", **{"from": amount(row.above)})
    if not row.above:
        return gettext("até %(to)s", to=amount(row.up_to))
    return gettext("acima de %(from)s e até %(to)s", **{"from": amount(row.above), "to": amount(row.up_to)})


def options(regulation: Regulation) -> list[tuple[str, bool, str, bool]]:
    """What the regulation switches on or off: effect, whether on, ground, whether it is our choice."""
    chosen = regulation.switch_choices
    return [
        (gettext(switch.effect), chosen[switch.value].on, chosen[switch.value].legal_basis,
         chosen[switch.value].basis is Basis.DEFAULT)
        for switch in Switch
        if switch.value in chosen
    ]  # fmt: skip


def days_off(calendar: Calendar, years: Iterable[int]) -> dict[int, list[tuple[date, str, str, str]]]:
    """The days without normal office hours of each year: day, name, kind, legal act."""
    wanted = set(years)
    found: dict[int, list[tuple[date, str, str, str]]] = {year: [] for year in sorted(wanted)}
    for day, entry in calendar.days.items():
        if day.year in wanted:
            found[day.year].append((day, gettext(entry.name), gettext(entry.kind.label), entry.legal_act))
    return found
