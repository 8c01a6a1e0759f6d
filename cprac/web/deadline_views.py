"""The deadlines of a case as the macros take them: chips, rows with their reason, the limitation of each claim.

Functions of a ``CaseFile`` and a ``Sight``: the rules of the case, the calendar, today, the addresses of the room that
shows it. Nothing is read or decided here; who sees what was decided by the queries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from flask_babel import gettext

from cprac.domain import limitation
from cprac.domain.business_days import WEEKDAYS, Calendar
from cprac.domain.deadline_rules import FRAME_RULES
from cprac.domain.deadlines import DeadlineRule, Look, Pause, deadline_words, remaining
from cprac.domain.facts import ClaimFact
from cprac.domain.regulation import Regulation, RegulationError
from cprac.domain.states import CaseState
from cprac.domain.words import N_
from cprac.persistence.queries_case import CaseFile, DeadlineLine
from cprac.services import estimates
from cprac.web import filters


class Addresses(Protocol):
    """Where the pages of a case are, in the room that shows it."""

    def document(self, number: str, token: str) -> str:
        """The page of a document."""

    def deadline(self, number: str, ordinal: int) -> str:
        """The page that explains a deadline."""


@dataclass(frozen=True)
class Sight:
    """What a view depends on beside the case: its rules, the calendar, today, the addresses, who looks."""

    regulation: Regulation
    calendar: Calendar
    today: date
    to: Addresses
    audience: str = "staff"


WHO: Mapping[str, str] = {
    "applicant": N_("Quem pediu"),
    "invitee": N_("Quem foi convidado"),
    "parties": N_("As partes"),
    "registry": N_("Secretaria"),
    "coordinator": N_("Coordenação"),
    "mediator": N_("Mediador"),
    "municipal_attorney": N_("Procuradoria da parte"),
    "opinion_author": N_("Quem dá o parecer"),
    "approver": N_("Quem autoriza"),
    "attorney_general": N_("Procuradoria-Geral"),
    "agency": N_("Órgão consultado"),
    "court": N_("Justiça"),
    "administrator": N_("Administração"),
}
PARTIES = frozenset({"applicant", "invitee", "parties"})
"""Whose missed date is not the city's."""

GIVEN: Mapping[str, str] = {
    "D-OBL": N_("data marcada no termo do acordo"),
    "D-RESUME": N_("data marcada na decisão que pausou o caso"),
    "D-SESSION": N_("dia da reunião, marcado no aviso"),
}
"""Deadlines whose date stands in the case: there is nothing to count."""


def rule_of(sight: Sight, rule_id: str) -> DeadlineRule | None:
    """The rule of a deadline; None for one that this chamber no longer has."""
    try:
        return sight.regulation.rule(rule_id)
    except RegulationError:
        return None


def due_words(sight: Sight, rule_id: str, due: date, pauses: Sequence[Pause] = ()) -> dict[str, Any]:
    """The chip of a running deadline: words counted in its own unit, look, date."""
    rule = rule_of(sight, rule_id)
    if rule is None:
        return {"words": filters.date_short(due), "look": "plain", "due": due}
    if due < sight.today and rule.responsible in PARTIES and rule_id != "D-SESSION":
        # a missed date of a party is not the city's shame, nor the reader's: it is said without red
        told = filters.date_day(due) if due.year == sight.today.year else filters.date_short(due)
        words = gettext("O prazo terminou em %(day)s", day=told)
        return {"words": words, "look": "plain", "due": due}
    left = remaining(rule.unit, due, sight.today, sight.calendar, pauses, recess=rule.recess)
    words, look = deadline_words(due, sight.today, rule.unit, sight.calendar, left=left)
    return {"words": words, "look": look.value, "due": due}


def deadline_chip(sight: Sight, line: DeadlineLine, file: CaseFile) -> dict[str, Any]:
    """The chip of a deadline in whatever status it is."""
    rule = rule_of(sight, line.rule)
    if rule is not None and line.ended_on is not None and line.status in ("met", "expired"):
        words, look = deadline_words(line.due, sight.today, rule.unit, sight.calendar, met_on=line.ended_on)
        return {"words": words, "look": look.value, "due": line.due}
    if line.ended_on is not None:
        words = gettext("Sem efeito desde %(day)s", day=filters.date_short(line.ended_on))
        return {"words": words, "look": Look.MET.value, "due": line.due}
    if rule is not None and line.status == "paused":
        words, look = deadline_words(
            line.due, sight.today, rule.unit, sight.calendar, paused_remaining=line.remaining or 0
        )
        until = file.facts.suspended_until if file.state is CaseState.SUSPENDED else None
        note = (
            gettext("volta em %(day)s", day=filters.date_short(until))
            if until
            else gettext("parado desde %(day)s", day=filters.date_short(line.pauses[-1][0]) if line.pauses else "")
        )
        return {"words": words, "look": look.value, "due": None, "note": note}
    return due_words(sight, line.rule, line.due, pauses_of(line))


def spoken_day(day: date) -> str:
    """A day as attorneys say it: "segunda, 30/03/2026"."""
    return f"{WEEKDAYS[day.weekday()].removesuffix('-feira')}, {day:%d/%m/%Y}"


def pauses_of(line: DeadlineLine) -> tuple[Pause, ...]:
    """The pauses of a deadline as the count takes them."""
    return tuple(Pause(start, end) for start, end in line.pauses)


def deadline_rows(sight: Sight, file: CaseFile, *, ended: bool = False) -> list[dict[str, Any]]:
    """The deadlines of the case, the running ones by date (or the ended ones, newest first)."""
    chosen = [line for line in file.deadlines if line.running is not ended]
    chosen.sort(key=lambda line: (line.ended_on or line.due, line.ordinal), reverse=ended)
    return [_deadline_row(sight, file, line) for line in chosen]


def _deadline_row(sight: Sight, file: CaseFile, line: DeadlineLine) -> dict[str, Any]:
    rule = rule_of(sight, line.rule)
    party = file.party(line.party)
    who = party.name if party else gettext(WHO.get(rule.responsible, "")) if rule else ""
    return {
        "chip": deadline_chip(sight, line, file),
        "name": deadline_name(sight, line),
        "who": who,
        "why": deadline_reason(sight, line),
        "url": "" if line.rule in GIVEN else sight.to.deadline(file.number, line.ordinal),
        "ordinal": line.ordinal,
    }


def deadline_name(sight: Sight, line: DeadlineLine) -> str:
    """What a deadline is for: the rule's name, with the number of the obligation where it is one."""
    rule = rule_of(sight, line.rule)
    name = gettext(rule.name) if rule else line.rule
    return gettext("%(name)s (obrigação %(n)s)", name=name, n=line.subject) if line.subject else name


def deadline_reason(sight: Sight, line: DeadlineLine) -> str:
    """Why the date is what it is, in half a line: "5 dias úteis desde 20/03"."""
    if line.by_hand and line.rule not in GIVEN:
        return gettext("data marcada por uma decisão neste caso")
    if line.rule in GIVEN:
        return gettext(GIVEN[line.rule])
    rule = rule_of(sight, line.rule)
    if rule is None:
        return ""
    return gettext(
        "%(length)s desde %(day)s",
        length=rule.unit.words(amount_of(sight, line, rule)),
        day=filters.date_short(line.trigger_on),
    )


def amount_of(sight: Sight, line: DeadlineLine, rule: DeadlineRule) -> int:
    """How long the deadline is, in its rule's unit: shorter where urgent, with what was added to it."""
    base = sight.regulation.urgent_amounts.get(line.rule, rule.amount) if line.urgent else rule.amount
    return base + line.extended


def next_deadline(sight: Sight, file: CaseFile) -> tuple[DeadlineLine, dict[str, Any]] | None:
    """The deadline that the case is about now, as lists sort it; long frames come last."""
    running = [line for line in file.deadlines if line.running]
    line = min(
        running, key=lambda row: (row.status == "paused", row.rule in FRAME_RULES, row.due, row.ordinal), default=None
    )
    return None if line is None else (line, deadline_chip(sight, line, file))


# --- Limitation -------------------------------------------------------------------------------------------------------


def limitation_rows(sight: Sight, file: CaseFile) -> list[dict[str, Any]]:
    """The estimate for each claim of the case, ground by ground, in the domain's own words (procedure 00.1-3)."""
    return [
        {
            "chip": {
                "words": _clock_words(file, found.estimate),
                "look": Look.PAUSED.value if found.estimate.prudent_date is None else Look.PLAIN.value,
            },
            "number": found.claim.number,
            "who": _creditor(file, found.claim),
            "words": [each.words for each in found.estimate.grounds],
            "note": gettext(found.estimate.note),
        }
        for found in estimates.as_of(file.facts, sight.today)
    ]


def _creditor(file: CaseFile, claim: ClaimFact) -> str:
    """Who claims: the city, or the party on the other side of it."""
    wanted = {"city"} if claim.direction == "by_city" else {"natural", "legal", "entity"}
    return next((party.name for party in file.parties if party.kind in wanted), gettext("Prefeitura"))


def _clock_words(file: CaseFile, found: limitation.ClaimEstimate) -> str:
    """Where the clock stands, in the words of a chip: by art. 34, which is the ground that binds."""
    first = next((each for each in found.grounds if each.ground is limitation.Ground.ART_34), None)
    if first is not None and first.state is limitation.ClockState.SUSPENDED:
        return gettext("Suspensa desde %(day)s", day=filters.date_short(file.facts.filed_on))
    if first is not None and first.state is limitation.ClockState.CONDITIONAL:
        return gettext("Depende da aceitação")
    if found.prudent_date is not None:
        return gettext("Corre até %(day)s", day=filters.date_short(found.prudent_date))
    return gettext("Não corre agora")
