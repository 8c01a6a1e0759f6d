"""Selectors: among rows of the same act and source, each says whether its destination is the one. They never refuse."""

from __future__ import annotations

from collections.abc import Callable

from cprac.domain.facts import ObligationFact
from cprac.domain.states import CaseState
from cprac.domain.subject import Selector, Subject


def _answering(subject: Subject) -> set[int]:
    mine = {party.id for party in subject.own_parties}
    return {party.id for party in subject.facts.open_invitees if party.id in mine}


def others_pending(subject: Subject) -> bool:
    """Another invitee has still to answer."""
    return bool({party.id for party in subject.facts.open_invitees} - _answering(subject))


def last_to_accept(subject: Subject) -> bool:
    """With this acceptance everyone has answered."""
    return not others_pending(subject)


Leaving = Callable[[Subject], set[int]]
"""Which invitees leave by the act."""


def _declining(subject: Subject) -> set[int]:
    return _answering(subject)


def _lapsing(subject: Subject) -> set[int]:
    return {party.id for party in subject.overdue_invitees}


def _unreached(subject: Subject) -> set[int]:
    return {subject.value("party")}


def _rest(subject: Subject, leaving: Leaving) -> set[int]:
    return {party.id for party in subject.facts.open_invitees} - leaving(subject)


def _some_accepted(subject: Subject) -> bool:
    return any(party.invitation == "accepted" for party in subject.facts.invitees)


def _three(leaving: Leaving, who: str) -> tuple[Selector, Selector, Selector]:
    """What follows when invitees leave: wait for the others, go on with those who accepted, or end (00.19)."""

    def waits(subject: Subject) -> bool:
        return subject.facts.severable and bool(_rest(subject, leaving))

    def goes_on(subject: Subject) -> bool:
        return subject.facts.severable and not _rest(subject, leaving) and _some_accepted(subject)

    def ends(subject: Subject) -> bool:
        return not waits(subject) and not goes_on(subject)

    for function, name in ((waits, "waits"), (goes_on, "goes_on"), (ends, "ends")):
        function.__name__ = f"{who}_{name}"
    return waits, goes_on, ends


decline_waits, decline_goes_on, decline_ends = _three(_declining, "decline")
lapse_waits, lapse_goes_on, lapse_ends = _three(_lapsing, "lapse")
_unreached_waits, _unreached_goes_on, _unreached_ends = _three(_unreached, "unreached")


def another_medium(subject: Subject) -> bool:
    """There is another way to reach the invitee."""
    return subject.values is None or bool(subject.value("other_medium"))


def unreached_waits(subject: Subject) -> bool:
    """No other way to reach the invitee; the case can go on with those who accept and others may still answer."""
    return not another_medium(subject) and _unreached_waits(subject)


def unreached_goes_on(subject: Subject) -> bool:
    """No other way to reach the invitee; the case can go on with those who accepted."""
    return not another_medium(subject) and _unreached_goes_on(subject)


def unreached_ends(subject: Subject) -> bool:
    """No other way to reach the invitee, and the case cannot go on without this party."""
    return not another_medium(subject) and _unreached_ends(subject)


def chosen(value: str, field_name: str = "back_to") -> Selector:
    """A selector: the person chose *value* (or, when only asking, nothing yet)."""

    def picked(subject: Subject) -> bool:
        return subject.values is None or subject.value(field_name) == value

    picked.__name__ = f"{field_name}_is_{value}"
    return picked


def returns_to(state: CaseState) -> Selector:
    """A selector: the case came from *state*."""

    def came_from(subject: Subject) -> bool:
        return subject.facts.return_state is state

    came_from.__name__ = f"came_from_{state.value}"
    return came_from


def was(state: CaseState) -> Selector:
    """A selector: before its last docket act the case was in *state*."""

    def before(subject: Subject) -> bool:
        return subject.facts.last_from is state

    before.__name__ = f"was_{state.value}"
    return before


def closes(subject: Subject) -> bool:
    """The mediator ends the case with the absence."""
    return bool(subject.value("close"))


def archived_incomplete(subject: Subject) -> bool:
    """The contested decision is the archiving for missing documents."""
    return subject.facts.ground == "incomplete"


def rejected_on_merit(subject: Subject) -> bool:
    """The contested decision is the refusal to admit."""
    return subject.facts.ground != "incomplete"


def more_rungs(subject: Subject) -> bool:
    """Another rung decides after this authorisation."""
    settlement = subject.facts.settlement
    return settlement is not None and len(settlement.approvers) - len(settlement.approvals) > 1


def last_rung(subject: Subject) -> bool:
    """No rung is left after this authorisation."""
    return not more_rungs(subject)


def _remaining_signatures(subject: Subject) -> set[int]:
    settlement = subject.facts.settlement
    if settlement is None:
        return set()
    mine = {party.id for party in subject.own_parties}
    return set(settlement.signatories) - set(settlement.signatures) - mine


def more_signatures(subject: Subject) -> bool:
    """Other signatures are missing after this one."""
    return bool(_remaining_signatures(subject))


def last_signature(subject: Subject) -> bool:
    """No signature is missing after this one."""
    return not more_signatures(subject)


def court_required(subject: Subject) -> bool:
    """The case's own facts send the settlement to the judge: unavailable right, incapable party, running lawsuit."""
    return subject.facts.needs_court


def court_not_required(subject: Subject) -> bool:
    """The case's own facts do not send the settlement to the judge."""
    return not court_required(subject)


def court_possible(subject: Subject) -> bool:
    """The judge has not homologated the settlement, and may: the parties are not of one legal person (00.20)."""
    settlement = subject.facts.settlement
    return not subject.facts.same_person and not (settlement is not None and settlement.court == "homologated")


def court_impossible(subject: Subject) -> bool:
    """The judge has homologated the settlement already, or has no part in it."""
    return not court_possible(subject)


def not_published(subject: Subject) -> bool:
    """The abstract was not published yet."""
    return subject.facts.settlement is None or subject.facts.settlement.published_on is None


def published(subject: Subject) -> bool:
    """The abstract was published."""
    return not not_published(subject)


def _left_after_this(subject: Subject) -> list[ObligationFact]:
    number = subject.value("obligation")
    return [item for item in subject.facts.pending_obligations if item.number != number]


def others_notified(subject: Subject) -> bool:
    """Something is still owed, and its debtor was notified to cure."""
    return any(item.status == "notified" for item in _left_after_this(subject))


def others_owed(subject: Subject) -> bool:
    """Something is still owed, and no debtor was notified to cure."""
    if subject.values is None:
        return len(subject.facts.pending_obligations) > 1 and not others_notified(subject)
    return bool(_left_after_this(subject)) and not others_notified(subject)


def last_obligation(subject: Subject) -> bool:
    """With this one everything is fulfilled."""
    return not others_notified(subject) and not others_owed(subject)


def cures_everything(subject: Subject) -> bool:
    """Everything still owed had been notified, so this cure ends the settlement."""
    return all(item.status == "notified" for item in subject.facts.pending_obligations)


def cures_in_part(subject: Subject) -> bool:
    """Something not yet due remains after the cure."""
    return not cures_everything(subject)


def legacy_open(subject: Subject) -> bool:
    """The case is open in the old register."""
    return not subject.facts.legacy.get("closed", False)


def legacy_closed(subject: Subject) -> bool:
    """The case was already closed in the old register."""
    return not legacy_open(subject)


def with_mediator(subject: Subject) -> bool:
    """The case has a mediator, so the talks can go on."""
    return subject.facts.mediator is not None


def without_mediator(subject: Subject) -> bool:
    """The case has no mediator: the proposal was made in writing (T41)."""
    return not with_mediator(subject)


def settlement_standing(subject: Subject) -> bool:
    """A settlement in force is being renegotiated."""
    return subject.facts.standing is not None


def nothing_standing(subject: Subject) -> bool:
    """No settlement in force is being renegotiated."""
    return not settlement_standing(subject)


def first_session(subject: Subject) -> bool:
    """No session was opened in the case before."""
    return not subject.facts.sessions_opened


def later_session(subject: Subject) -> bool:
    """Some session was opened in the case before."""
    return not first_session(subject)


def time_of_a_party(subject: Subject) -> bool:
    """The deadline named is a party's time."""
    deadline = subject.named_deadline
    return deadline is not None and deadline.theirs


def time_of_the_chamber(subject: Subject) -> bool:
    """The deadline named is the chamber's own, or none is named yet."""
    return not time_of_a_party(subject)


def shortens_the_time_of_a_party(subject: Subject) -> bool:
    """The new date takes time away from a party."""
    deadline, new_due = subject.named_deadline, subject.value("new_due")
    return time_of_a_party(subject) and deadline is not None and new_due is not None and new_due < deadline.due


def keeps_the_time_of_a_party(subject: Subject) -> bool:
    """The deadline is a party's and the new date takes nothing away."""
    return time_of_a_party(subject) and not shortens_the_time_of_a_party(subject)


def adhered_to_the_portal(subject: Subject) -> bool:
    """The addressee adhered to the portal in writing before the notice: the clock says so with its values."""
    return subject.value("adhered") is True
