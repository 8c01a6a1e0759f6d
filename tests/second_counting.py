"""Figures counted a second time, from the recorded events alone, by people who never saw how the program counts.

Nothing of the program is imported. A case is a list of docket events (act, local day, payload), oldest first; every
number is found by walking days and cases one by one, the curve by its textbook definition in fractions.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

PHASE_OF = {
    "admissibility": "filed formal_review awaiting_completion merit_admissibility inadmissible under_review",
    "invitation": "admitted invitation_pending",
    "talks": "mediator_assignment session_scheduled in_progress",
    "approval": "drafting_agreement legal_fiscal_review awaiting_authorization",
    "signing": "awaiting_signatures awaiting_admin_homologation awaiting_publication awaiting_court_homologation",
    "compliance": "in_force breached",
    "paused": "suspended",
}
PHASES = {state: phase for phase, states in PHASE_OF.items() for state in states.split()}
CLOCK = ("deadline_expired", "deadline_recounted")
ONE_DAY = timedelta(days=1)


def is_end(state):
    """Whether a case in *state* has come to its end."""
    return state.startswith("closed_") or state == "annulled"


class Told:
    """One case as its events up to *on* tell it."""

    def __init__(self, events, on):
        self.events = [event for event in events if event[1] <= on]
        self.exists = bool(self.events)
        if not self.exists:
            return
        self.facts, self.stands = {}, []  # (day, state, phase, turn, resolved already)
        ended, phase, undoable = None, None, False
        for act, day, payload in self.events:
            if act in CLOCK:
                continue
            self.facts.update(payload["changes"])
            state = payload["to"]
            if state != "awaiting_agency":
                phase = PHASES.get(state)
            if act == "set_aside" and undoable:
                ended, undoable = None, False
            elif ended is None and (is_end(state) or state == "in_force"):
                closed = self.facts.get("closed_on") if is_end(state) else None
                how = "agreement" if state in ("in_force", "closed_fulfilled", "closed_enforced") else state
                ended, undoable = (date.fromisoformat(closed) if closed else day, how), True
            else:
                undoable = False
            self.stands.append((day, state, phase, payload["waiting_on"], ended is not None))
        self.ended_on, self.how = ended or (None, "")
        self.filed_on = date.fromisoformat(self.facts["filed_on"])
        self.last = self.stands[-1]

    def on_day(self, day):
        """Where the case stood at the end of a day; before its first event (a part split off) where that put it."""
        return [stand for stand in self.stands if stand[0] <= day or stand is self.stands[0]][-1]

    def days(self, until):
        """Days by phase and by whose turn, day after day from the filing up to *until*, that day not counted."""
        phases, turns = Counter(), Counter()
        day = self.filed_on
        while day < until:
            _since, _state, phase, turn, over = self.on_day(day)
            if phase and not (over and phase == "paused"):
                phases[phase] += 1
            if turn != "nobody" and not over:
                turns[turn] += 1
            day += ONE_DAY
        return phases, turns

    @property
    def agreement(self):
        """The settlement that binds: the signed one, or the one that stands while another is talked about."""
        for settlement, duties in (("settlement", "obligations"), ("standing", "standing_obligations")):
            told = self.facts.get(settlement)
            if told and told["signatories"] and set(told["signatories"]) <= set(told["signatures"]):
                return told, self.facts.get(duties) or []
        return None, []


def told(cases, on):
    """The cases that exist on the day *on*."""
    return [case for case in (Told(events, on) for events in cases) if case.exists]


def count(cases, on):
    """Everything that is compared, of the cases as they were on the day *on*."""
    found = {
        "filed": Counter(), "resolved": Counter(), "ends": Counter(), "days": Counter(), "net": Counter(),
        "open": Counter(), "left": Counter(), "inside": Counter(), "waits": Counter(), "money": Counter(),
        "admitted": 0, "duties": Counter(), "sessions": 0,
    }  # fmt: skip
    for case in told(cases, on):
        found["filed"][case.filed_on.strftime("%Y%m")] += 1
        found["admitted"] += bool(case.facts.get("admitted_on"))
        found["sessions"] += sum(each["status"] == "held" for each in case.facts.get("sessions", []))
        _day, _state, phase, turn, _over = case.last
        last_day = case.last[0]
        if case.how:
            _end(found, case)
        else:
            found["open"][turn, (on - case.filed_on).days] += 1
        phases, _turns = case.days(last_day)
        for name in PHASE_OF:
            if name == phase:
                found["inside"][name, phases[name] + (on - last_day).days] += 1
            elif phases[name]:
                found["left"][name, phases[name]] += 1
    return found


def _end(found, case):
    found["resolved"][case.ended_on.strftime("%Y%m")] += 1
    found["ends"][case.how] += 1
    length = (case.ended_on - case.filed_on).days
    phases, turns = case.days(case.ended_on)
    found["days"][case.how, length] += 1
    found["net"][length - phases["paused"]] += 1
    for turn in ("city", "citizen", "court", "chamber"):
        found["waits"][turn, turns[turn]] += 1
    if case.how != "agreement":
        return
    settlement, duties = case.agreement
    done = [duty for duty in duties if duty["status"] == "fulfilled"]
    found["money"]["paid"] += sum(duty["amount"] for duty in done)
    found["duties"]["all"] += len(duties)
    found["duties"]["on time"] += sum((duty["fulfilled_on"] or "9") <= duty["due"] for duty in done)
    if settlement:
        found["money"][settlement["direction"]] += settlement["amount"]
        found["duties"]["owed"] += len(duties) - len(done)


def survival(cases, on, day):
    """The share of cases that take longer than *day*, as the product over each day on which some ended."""
    lengths = [
        ((case.ended_on if case.how else on) - case.filed_on, bool(case.how)) for case in told(cases, on)
    ]  # fmt: skip
    share = Fraction(1)
    for moment in sorted({length for length, over in lengths if over and length.days <= day}):
        there = sum(length >= moment for length, _over in lengths)
        share *= 1 - Fraction(sum(length == moment and over for length, over in lengths), there)
    return share


def median(cases, on):
    """The first day by which half have ended; None where that is not reached."""
    lengths = {(case.ended_on - case.filed_on).days for case in told(cases, on) if case.how}
    return next((day for day in sorted(lengths) if survival(cases, on, day) <= Fraction(1, 2)), None)
