"""What an act does to the facts: one pure function per act that changes any. Nothing else ever changes them.

Each takes the ``Subject`` (facts before the act, values typed, actor, day) and the chosen row, and returns new facts.
``after`` adds what is common to all: the remembered last act, the closing day and the outcome. Over 400 lines because
it is one list of small functions, read beside the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from cprac.domain.acts import Act
from cprac.domain.facts import (
    CaseFacts,
    ClaimFact,
    DeadlineChange,
    LawsuitFact,
    MediatorFact,
    ObligationFact,
    PartyFact,
    SessionFact,
    SettlementFact,
    with_party,
)
from cprac.domain.roles import Role
from cprac.domain.selectors import shortens_the_time_of_a_party
from cprac.domain.settlement import missing_clauses
from cprac.domain.states import CaseState
from cprac.domain.subject import Actor, Subject
from cprac.domain.transitions_table import Transition

Effect = Callable[[Subject, Transition], CaseFacts]
EFFECTS: dict[Act, Effect] = {}

OUTCOMES = {
    CaseState.CLOSED_NO_AGREEMENT: "no_agreement",
    CaseState.CLOSED_WITHDRAWN: "withdrawn",
    CaseState.CLOSED_NO_RESPONSE: "invitation_rejected",
    CaseState.CLOSED_INCOMPLETE: "incomplete",
    CaseState.CLOSED_MOOT: "moot",
    CaseState.CLOSED_ARBITRATED: "internal_decision",
    CaseState.CLOSED_ENFORCED: "enforced",
    CaseState.CLOSED_INADMISSIBLE: "inadmissible",
    CaseState.ANNULLED: "annulled",
}
"""Outcome (procedure.md f) by terminal state; a fulfilled agreement is total or partial by its extent."""


def _effect(*acts: Act) -> Callable[[Effect], Effect]:
    def register(function: Effect) -> Effect:
        for act in acts:
            EFFECTS[act] = function
        return function

    return register


def after(subject: Subject, row: Transition) -> CaseFacts:
    """The facts after *row*: the act's own effect and what every docket act leaves behind."""
    effect = EFFECTS.get(row.act)
    facts = subject.facts if effect is None else effect(subject, row)
    if row.dest.terminal and subject.facts.closed_on is None:
        # an old case ended on the day that is recorded of it, every other today
        facts = replace(facts, closed_on=facts.closed_on or subject.on, outcome=_outcome(facts, row.dest))
    elif row.dest is CaseState.ANNULLED:
        facts = replace(facts, outcome="annulled")
    if row.dest is CaseState.IN_FORCE and facts.standing is not None:
        facts = replace(facts, standing=None, standing_obligations=())
    role = acting_role(row, subject.actor)
    return replace(facts, last_act=row.act.value, last_from=row.source, last_role=role.value if role else "")


def acting_role(row: Transition, actor: Actor) -> Role | None:
    """The first role of *row* that *actor* holds."""
    return next((role for role in row.roles if role in actor.roles), None)


def _outcome(facts: CaseFacts, state: CaseState) -> str:
    if state is CaseState.CLOSED_FULFILLED:
        partial = facts.settlement is not None and facts.settlement.extent == "partial"
        return "partial_agreement" if partial else "total_agreement"
    if state is CaseState.LEGACY_CLOSED:
        return facts.outcome or "unknown"
    return OUTCOMES[state]


def _settlement(subject: Subject, **new: Any) -> CaseFacts:
    if subject.facts.settlement is None:
        return subject.facts
    return replace(subject.facts, settlement=replace(subject.facts.settlement, **new))


@_effect(Act.SUBMIT, Act.REOPEN)
def _filed(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, filed_on=subject.on)


@_effect(Act.ADOPT_LEGACY)
def _adopted(subject: Subject, _row: Transition) -> CaseFacts:
    """Adoption is a new filing, under the procedure of its day; the old dates stay in ``legacy``.

    Missing parties get their place.
    """
    facts = subject.facts
    parties = list(facts.parties)
    if not any(party.side == "applicant" for party in parties):
        parties.append(PartyFact(len(parties) + 1, "applicant", "natural"))
    if facts.city_party is None:
        parties.append(PartyFact(len(parties) + 1, "invitee", "city", agency=subject.value("agency")))
    opened = facts.filed_on.isoformat() if facts.filed_on else None
    return replace(
        facts,
        filed_on=subject.on,
        origin="adopted",
        procedure=subject.value("procedure") or facts.procedure,
        parties=tuple(parties),
        agency=subject.value("agency"),
        matter=subject.value("matter") or facts.matter,
        legacy={**facts.legacy, "opened_on": opened},
    )


@_effect(Act.CLOSE_LEGACY)
def _legacy_closed(subject: Subject, _row: Transition) -> CaseFacts:
    """The outcome the case had outside; a duration only where its two dates make one."""
    facts, closed_on = subject.facts, subject.value("closed_on")
    whole = bool(facts.filed_on and closed_on and facts.filed_on <= closed_on)
    legacy = {**facts.legacy, "closed": True, "in_duration_figures": whole}
    return replace(facts, closed_on=closed_on, outcome=subject.value("outcome"), legacy=legacy)


@_effect(Act.REGISTER_LEGACY)
def _legacy(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, origin="legacy")


@_effect(Act.REQUEST_COMPLETION)
def _missing(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, missing=len(subject.value("items") or ()))


@_effect(Act.COMPLETE)
def _completed(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, missing=0)


@_effect(Act.EXTEND_COMPLETION)
def _extended(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, completion_extended=True)


@_effect(Act.ARCHIVE_INCOMPLETE)
def _archived(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(_decided_for_the_chamber(subject), ground="incomplete", decided_by=subject.actor.account)


@_effect(Act.REJECT, Act.SPLIT_REJECTED)
def _rejected(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(
        _decided_for_the_chamber(subject), ground=subject.value("reason_code") or subject.facts.ground,
        decided_by=subject.actor.account if subject.actor.account is not None else subject.facts.decided_by,
    )


def _decided_for_the_chamber(subject: Subject) -> CaseFacts:
    """Whoever decides here on admissibility, or on the appeal, cannot represent the city in this case (AM art. 12)."""
    account, hands = subject.actor.account, subject.facts.chamber_hands
    return subject.facts if account is None or account in hands else replace(
        subject.facts, chamber_hands=(*hands, account)
    )


@_effect(Act.ADMIT, Act.ADMIT_PARTIALLY)
def _admitted(subject: Subject, _row: Transition) -> CaseFacts:
    """Admission suspends limitation with effect from filing (Lei 13.140/2015 art. 34 § 1)."""
    return replace(
        _decided_for_the_chamber(subject), admitted_on=subject.on, ground="",
        unavailable_right=bool(subject.value("unavailable_right")), severable=bool(subject.value("severable_parties")),
        owner=subject.facts.owner if subject.facts.owner is not None else subject.actor.account,
    )


@_effect(Act.APPEAL)
def _appealed(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, appeal="filed", appeal_decider=None)


@_effect(Act.FORWARD_APPEAL)
def _forwarded(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, appeal="forwarded")


@_effect(Act.RECONSIDER)
def _reconsidered(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(_decided_for_the_chamber(subject), appeal="reversed", ground="", decided_by=None)


@_effect(Act.REVERSE)
def _reversed(subject: Subject, row: Transition) -> CaseFacts:
    facts = replace(_decided_for_the_chamber(subject), appeal="reversed", ground="", decided_by=None)
    if row.dest is not CaseState.ADMITTED:
        return facts
    return replace(
        facts, admitted_on=subject.on, unavailable_right=bool(subject.value("unavailable_right")),
        severable=bool(subject.value("severable_parties")),
    )


@_effect(Act.UPHOLD, Act.DISMISS_APPEAL)
def _upheld(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(_decided_for_the_chamber(subject), appeal="denied")


@_effect(Act.ASK_AGENCY)
def _consulting(subject: Subject, row: Transition) -> CaseFacts:
    return replace(subject.facts, return_state=row.source)


@_effect(Act.AGENCY_ANSWERS, Act.PROCEED_WITHOUT_ANSWER)
def _consulted(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, return_state=None)


@_effect(Act.SUSPEND)
def _paused(subject: Subject, row: Transition) -> CaseFacts:
    return replace(
        subject.facts, return_state=row.source, suspended_for=subject.value("reason_code") or "",
        suspended_on=subject.on, suspended_until=subject.value("until"),
    )


@_effect(Act.RESUME)
def _resumed(subject: Subject, _row: Transition) -> CaseFacts:
    facts = subject.facts
    days = 0 if facts.suspended_on is None else (subject.on - facts.suspended_on).days
    return replace(
        facts, return_state=None, suspended_for="", suspended_on=None, suspended_until=None,
        paused_days=facts.paused_days + days,
    )


@_effect(Act.INVITE)
def _invited(subject: Subject, _row: Transition) -> CaseFacts:
    facts = subject.facts
    for party in facts.invitees:
        if party.invitation in ("", "undeliverable"):
            facts = with_party(facts, party.id, invitation="sent")
    return facts


def _answered(subject: Subject, answer: str) -> CaseFacts:
    facts = subject.facts
    mine = {party.id for party in subject.own_parties}
    for party in facts.open_invitees:
        if party.id in mine:
            facts = with_party(facts, party.id, invitation=answer)
    return facts


@_effect(Act.ACCEPT)
def _accepted(subject: Subject, _row: Transition) -> CaseFacts:
    return _remember_negotiator(subject, _answered(subject, "accepted"))


@_effect(Act.DECLINE)
def _declined(subject: Subject, _row: Transition) -> CaseFacts:
    return _answered(subject, "declined")


@_effect(Act.LAPSE_INVITATION)
def _lapsed(subject: Subject, _row: Transition) -> CaseFacts:
    facts = subject.facts
    for party in subject.overdue_invitees:
        facts = with_party(facts, party.id, invitation="lapsed")
    return facts


@_effect(Act.INVITATION_UNDELIVERABLE)
def _undeliverable(subject: Subject, _row: Transition) -> CaseFacts:
    if subject.value("other_medium"):
        return subject.facts
    return with_party(subject.facts, subject.value("party"), invitation="undeliverable")


@_effect(Act.ASSIGN, Act.REPLACE)
def _assigned(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, mediator=MediatorFact(subject.value("mediator"), subject.on))


@_effect(Act.DISCLOSE)
def _disclosed(subject: Subject, _row: Transition) -> CaseFacts:
    mediator = subject.facts.mediator
    return subject.facts if mediator is None else replace(
        subject.facts, mediator=replace(mediator, disclosed_on=subject.on)
    )


@_effect(Act.CHALLENGE)
def _challenged(subject: Subject, _row: Transition) -> CaseFacts:
    mediator = subject.facts.mediator
    return subject.facts if mediator is None else replace(subject.facts, mediator=replace(mediator, challenged=True))


def _with_session(subject: Subject, **new: Any) -> tuple[SessionFact, ...]:
    sessions = subject.facts.sessions
    current = subject.facts.scheduled_session
    return tuple(replace(item, **new) if item is current else item for item in sessions)


@_effect(Act.SCHEDULE, Act.RESCHEDULE)
def _scheduled(subject: Subject, _row: Transition) -> CaseFacts:
    before = _with_session(subject, status="moved")
    starts_at = subject.value("starts_at")
    session = SessionFact(
        len(before) + 1, subject.session_day or subject.on, starts_at.isoformat(), bool(subject.value("remote"))
    )
    return replace(subject.facts, sessions=(*before, session))


@_effect(Act.OPEN_SESSION)
def _opened(subject: Subject, _row: Transition) -> CaseFacts:
    facts, session = subject.facts, subject.facts.scheduled_session
    came = set(subject.value("present") or ())
    assisted = subject.value("assistance") == "all_assisted"
    return replace(
        facts, sessions=_with_session(subject, status="held"), sessions_opened=facts.sessions_opened + 1,
        last_session_on=subject.on, instituted_on=facts.instituted_on or (session.on if session else subject.on),
        parties=tuple(
            replace(party, counsel=True) if assisted and party.id in came else party for party in facts.parties
        ),
    )


@_effect(Act.NO_SHOW)
def _missed(subject: Subject, row: Transition) -> CaseFacts:
    """The meeting counts as missed; where the case goes on it waits for a new date in the same state."""
    absent = tuple(subject.value("absent") or ())
    return replace(subject.facts, sessions=_with_session(subject, status="missed", absent=absent))


@_effect(Act.TERMS_REACHED)
def _terms(subject: Subject, _row: Transition) -> CaseFacts:
    draft = 0 if subject.facts.settlement is None else subject.facts.settlement.draft
    return replace(subject.facts, settlement=SettlementFact(draft, subject.value("extent") or "total"))


@_effect(Act.OFFER_DIRECTLY)
def _offered(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, settlement=SettlementFact(0, "total"))


@_effect(Act.DRAFT_AGREEMENT)
def _drafted(subject: Subject, _row: Transition) -> CaseFacts:
    before = subject.facts.settlement or SettlementFact(0, "total")
    obligations = tuple(
        ObligationFact(number, row["kind"], row["debtor"], row["due"], row.get("amount") or 0)
        for number, row in enumerate(subject.value("obligations") or (), start=1)
    )
    missing = missing_clauses(subject.values or {}, subject.facts)
    settlement = SettlementFact(
        before.draft + 1, before.extent, subject.value("direction") or "none", subject.value("amount") or 0,
        complete=not missing, missing=tuple(clause.value for clause in missing),
    )
    return _remember_negotiator(subject, replace(subject.facts, settlement=settlement, obligations=obligations))


def _remember_negotiator(subject: Subject, facts: CaseFacts) -> CaseFacts:
    """Who speaks for the city in the talks cannot write the opinion on their result (00.12)."""
    account = subject.actor.account
    if account is None or Role.MUNICIPAL_ATTORNEY not in subject.actor.roles or account in facts.negotiators:
        return facts
    return replace(facts, negotiators=(*facts.negotiators, account))


@_effect(Act.SEND_TO_REVIEW)
def _sent(subject: Subject, _row: Transition) -> CaseFacts:
    return _settlement(
        subject, budget=bool(subject.value("budget")), opinion="", opinion_by=subject.value("opinion_author")
    )


@_effect(Act.ISSUE_OPINION)
def _favourable(subject: Subject, _row: Transition) -> CaseFacts:
    return _settlement(subject, opinion="favourable", opinion_by=subject.actor.account)


@_effect(Act.OPINION_ADVERSE)
def _adverse(subject: Subject, _row: Transition) -> CaseFacts:
    return _settlement(subject, opinion="adverse", opinion_by=subject.actor.account, complete=False)


@_effect(Act.REQUEST_AUTHORIZATION)
def _requested(subject: Subject, _row: Transition) -> CaseFacts:
    return _settlement(subject, approvers=subject.approvers, approvals=())


@_effect(Act.AUTHORIZE)
def _authorized(subject: Subject, row: Transition) -> CaseFacts:
    settlement = subject.facts.settlement
    if settlement is None:
        return subject.facts
    approvals = (*settlement.approvals, subject.facts.next_approver)
    signatories = (
        tuple(party.id for party in subject.facts.parties if party.takes_part)
        if row.dest is CaseState.AWAITING_SIGNATURES else settlement.signatories
    )
    return _settlement(
        subject, approvals=approvals, signatories=signatories, text_hash=subject.value("text_hash") or ""
    )


@_effect(Act.RENEGOTIATE)
def _renegotiated(subject: Subject, row: Transition) -> CaseFacts:
    """The signed settlement stands until another takes its place (00.17)."""
    facts = subject.facts
    return replace(_undone(subject, row), standing=facts.settlement, standing_obligations=facts.obligations)


@_effect(Act.KEEP_SETTLEMENT)
def _kept(subject: Subject, _row: Transition) -> CaseFacts:
    facts = subject.facts
    return replace(
        facts, settlement=facts.standing, obligations=facts.standing_obligations, standing=None,
        standing_obligations=(),
    )


@_effect(Act.DENY, Act.LAPSE_SIGNATURES, Act.REFUSE_HOMOLOGATION, Act.COURT_REFUSES, Act.REDRAFT)
def _undone(subject: Subject, _row: Transition) -> CaseFacts:
    """The draft has to be written again: nothing signed or authorised carries over to another text."""
    return replace(
        _settlement(
            subject, complete=False, missing=(), opinion="", approvers=(), approvals=(), signatories=(), signatures=(),
            homologated=False, published_on=None, court="", text_hash="",
        ),
        obligations=(),
    )


@_effect(Act.SIGN)
def _signed(subject: Subject, _row: Transition) -> CaseFacts:
    settlement = subject.facts.settlement
    if settlement is None:
        return subject.facts
    mine = tuple(
        party.id for party in subject.own_parties
        if party.id in settlement.signatories and party.id not in settlement.signatures
    )
    return _settlement(subject, signatures=(*settlement.signatures, *mine))


@_effect(Act.HOMOLOGATE_ADMIN)
def _homologated(subject: Subject, _row: Transition) -> CaseFacts:
    return _settlement(subject, homologated=True)


@_effect(Act.PUBLISH)
def _published(subject: Subject, _row: Transition) -> CaseFacts:
    return _settlement(subject, published_on=subject.value("published_on"))


def _lawsuit(
    facts: CaseFacts, cnj: str, status: str, next_on: date | None = None, next_kind: str = ""
) -> CaseFacts:
    others = tuple(item for item in facts.lawsuits if item.cnj != cnj)
    return replace(facts, lawsuits=(*others, LawsuitFact(cnj, status, next_on, next_kind)))


@_effect(Act.FILE_IN_COURT)
def _filed_in_court(subject: Subject, _row: Transition) -> CaseFacts:
    return _lawsuit(_settlement(subject, court="filed"), subject.value("cnj"), "homologation_filed")


@_effect(Act.COURT_HOMOLOGATES)
def _court_homologated(subject: Subject, _row: Transition) -> CaseFacts:
    return _lawsuit(_settlement(subject, court="homologated"), subject.value("cnj"), "homologated")


@_effect(Act.LINK_LAWSUIT)
def _linked(subject: Subject, _row: Transition) -> CaseFacts:
    day = subject.value("next_on")
    kind = (subject.value("next_kind") or "other") if day else ""
    return _lawsuit(subject.facts, subject.value("cnj"), subject.value("status"), day, kind)


def _with_obligation(facts: CaseFacts, number: int, **new: Any) -> CaseFacts:
    return replace(
        facts,
        obligations=tuple(replace(item, **new) if item.number == number else item for item in facts.obligations),
    )


@_effect(Act.REGISTER_FULFILMENT)
def _fulfilled(subject: Subject, _row: Transition) -> CaseFacts:
    return _with_obligation(
        subject.facts, subject.value("obligation"), status="fulfilled", fulfilled_on=subject.value("fulfilled_on")
    )


@_effect(Act.NOTIFY_TO_CURE)
def _notified(subject: Subject, _row: Transition) -> CaseFacts:
    return _with_obligation(subject.facts, subject.value("obligation"), status="notified")


@_effect(Act.CURE)
def _cured(subject: Subject, _row: Transition) -> CaseFacts:
    facts = subject.facts
    for item in facts.pending_obligations:
        if item.status == "notified":
            facts = _with_obligation(facts, item.number, status="fulfilled", fulfilled_on=subject.value("cured_on"))
    return facts


@_effect(Act.CHANGE_DEADLINE)
def _change_proposed(subject: Subject, _row: Transition) -> CaseFacts:
    """What shortens a party's time only waits for another person; any other date is the service's to write."""
    deadline, new_due = subject.named_deadline, subject.value("new_due")
    if deadline is None or not shortens_the_time_of_a_party(subject):
        return subject.facts
    change = DeadlineChange(deadline.ordinal, deadline.rule, deadline.due, new_due, subject.actor.account)
    return replace(subject.facts, deadline_change=change)


@_effect(Act.CONFIRM_DEADLINE_CHANGE, Act.REFUSE_DEADLINE_CHANGE)
def _change_decided(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, deadline_change=None)


@_effect(Act.SET_EXTERNAL_PROCESS)
def _external(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, external_process=subject.value("process_number") or "")


@_effect(Act.RECORD_CLAIM)
def _claim(subject: Subject, _row: Transition) -> CaseFacts:
    claim = ClaimFact(
        len(subject.facts.claims) + 1, subject.value("direction"), subject.value("trigger_on"),
        int(subject.value("years")), bool(subject.value("tax")),
    )
    return replace(subject.facts, claims=(*subject.facts.claims, claim))


@_effect(Act.ASSIGN_SUBSTITUTE)
def _substituted(subject: Subject, _row: Transition) -> CaseFacts:
    if subject.value("role") != Role.APPEAL_DECIDER.value:
        return subject.facts
    return replace(subject.facts, appeal_decider=subject.value("substitute"))


@_effect(Act.TAKE_OVER)
def _taken(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, owner=subject.actor.account)


@_effect(Act.REDISTRIBUTE)
def _redistributed(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, owner=subject.value("assignee"))


@_effect(Act.RECORD_SERVICE)
def _served(subject: Subject, _row: Transition) -> CaseFacts:
    facts = replace(subject.facts, notices_waiting=max(0, subject.facts.notices_waiting - 1))
    ordinal = subject.value("party")
    if ordinal is None or subject.value("starts") != "D-INVITE":
        return facts
    return with_party(facts, ordinal, invitation="received") if facts.party(ordinal).invitation == "sent" else facts


@_effect(Act.ASSIGN_CITY_ATTORNEY)
def _city_attorney(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, city_attorney=subject.value("attorney"))


@_effect(Act.ANNUL)
def _annulled(subject: Subject, _row: Transition) -> CaseFacts:
    return replace(subject.facts, annulled_for=subject.value("reason_code") or "")


@_effect(Act.SET_ASIDE)
def _set_aside(subject: Subject, _row: Transition) -> CaseFacts:
    """The facts as they were before the last docket act; the service folds the history up to there."""
    return subject.facts if subject.previous is None else subject.previous[1]
