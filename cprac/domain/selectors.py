"""Selectors: among rows of the same act and source, each says whether its destination is the one. They never refuse."""

from __future__ import annotations

from cprac.domain.facts import PartyFact
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


def last_declines_some_accepted(subject: Subject) -> bool:
    """Everyone has answered and somebody had accepted."""
    return not others_pending(subject) and any(party.invitation == "accepted" for party in subject.facts.invitees)


def last_declines_none_accepted(subject: Subject) -> bool:
    """Everyone has answered and nobody accepted."""
    return not others_pending(subject) and all(party.invitation != "accepted" for party in subject.facts.invitees)


def _after_lapse(subject: Subject) -> list[PartyFact]:
    return [party for party in subject.facts.open_invitees if party.is_city]


def lapse_leaves_city(subject: Subject) -> bool:
    """After the lapse the city has still to answer."""
    return bool(_after_lapse(subject))


def lapse_some_accepted(subject: Subject) -> bool:
    """After the lapse nobody is left to answer and somebody had accepted."""
    return not _after_lapse(subject) and any(party.invitation == "accepted" for party in subject.facts.invitees)


def lapse_none_accepted(subject: Subject) -> bool:
    """After the lapse nobody is left to answer and nobody accepted."""
    return not _after_lapse(subject) and all(party.invitation != "accepted" for party in subject.facts.invitees)


def another_medium(subject: Subject) -> bool:
    """There is another way to reach the invitee, or others are still to answer."""
    if subject.values is None or subject.value("other_medium"):
        return True
    return any(party.id != subject.value("party") for party in subject.facts.open_invitees)


def no_other_medium_some_accepted(subject: Subject) -> bool:
    """The last open invitee cannot be reached; somebody else accepted."""
    return not another_medium(subject) and any(party.invitation == "accepted" for party in subject.facts.invitees)


def no_other_medium(subject: Subject) -> bool:
    """The last open invitee cannot be reached and nobody accepted."""
    return not another_medium(subject) and all(party.invitation != "accepted" for party in subject.facts.invitees)


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
    return subject.values is not None and bool(subject.value("close"))


def keeps_going(subject: Subject) -> bool:
    """The mediator does not end the case with the absence."""
    return not closes(subject)


def archived_incomplete(subject: Subject) -> bool:
    """The contested decision is the archiving for missing documents."""
    return subject.facts.ground == "incomplete"


def rejected_on_merit(subject: Subject) -> bool:
    """The contested decision is the refusal to admit."""
    return subject.facts.ground != "incomplete"


def more_rungs(subject: Subject) -> bool:
    """After this authorisation another rung has to decide."""
    settlement = subject.facts.settlement
    return settlement is not None and len(set(settlement.approvers) - set(settlement.approvals)) > 1


def last_rung(subject: Subject) -> bool:
    """This authorisation is the last."""
    return not more_rungs(subject)


def _remaining_signatures(subject: Subject) -> set[int]:
    settlement = subject.facts.settlement
    if settlement is None:
        return set()
    mine = {party.id for party in subject.own_parties}
    return set(settlement.signatories) - set(settlement.signatures) - mine


def more_signatures(subject: Subject) -> bool:
    """After this signature others are missing."""
    return bool(_remaining_signatures(subject))


def last_signature(subject: Subject) -> bool:
    """This signature completes the settlement."""
    return not more_signatures(subject)


def court_required(subject: Subject) -> bool:
    """The settlement waits for the judge, by law or by the chamber's rule."""
    return subject.facts.needs_court or "court_homologation_always" in subject.switches


def court_not_required(subject: Subject) -> bool:
    """The settlement takes effect without the judge."""
    return not court_required(subject)


def last_signature_court(subject: Subject) -> bool:
    """Completed by this signature, and then to court."""
    return last_signature(subject) and court_required(subject)


def last_signature_no_court(subject: Subject) -> bool:
    """Completed by this signature, and then in force."""
    return last_signature(subject) and court_not_required(subject)


def other_obligations(subject: Subject) -> bool:
    """After this one something is still owed."""
    return len(subject.facts.pending_obligations) > 1


def last_obligation(subject: Subject) -> bool:
    """With this one everything is fulfilled."""
    return not other_obligations(subject)


def cures_everything(subject: Subject) -> bool:
    """Everything still owed had been notified, so this cure ends the settlement."""
    return all(item.status == "notified" for item in subject.facts.pending_obligations)


def cures_in_part(subject: Subject) -> bool:
    """Something not yet due remains after the cure."""
    return not cures_everything(subject)


def has_answer_pending(subject: Subject) -> bool:
    """The case is open in the old register."""
    return not subject.facts.legacy.get("closed", False)


def ended_before(subject: Subject) -> bool:
    """The case was already closed in the old register."""
    return bool(subject.facts.legacy.get("closed", False))
