"""What the rules may know of a case: plain, frozen, without personal data, and the same as JSON.

``CaseFacts`` is what replay folds: a docket event records the top-level facts it changed, and the fold of all events is
the stored ``facts`` of the case. So every field here must survive ``to_plain`` and ``from_plain`` unchanged.
Over 400 lines: the facts, their plain form, and whose turn they make it are one vocabulary.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

from cprac.domain.roles import Role
from cprac.domain.states import CaseState, Turn


@dataclass(frozen=True, slots=True)
class PartyFact:
    """A party by its ordinal in the case.

    ``kind``: natural, legal (private), city (the municipality), entity (another public legal person). ``invitation``:
    "", sent, received, accepted, declined, lapsed, undeliverable. ``incapable``: needs the judge and the prosecution
    service to settle (00.12).
    """

    id: int
    side: str
    kind: str
    counsel: bool = False
    invitation: str = ""
    agency: int | None = None
    incapable: bool = False

    @property
    def is_city(self) -> bool:
        """Whether the party is the municipality itself, which a municipal attorney represents."""
        return self.kind == "city"

    @property
    def takes_part(self) -> bool:
        """Whether the party is in the talks: it asked, or was called and did not stay out."""
        return self.side == "applicant" or self.invitation not in ("declined", "lapsed", "undeliverable")


@dataclass(frozen=True, slots=True)
class SessionFact:
    """A meeting. ``starts_at``: UTC instant in ISO form. ``status``: scheduled, held, missed, moved."""

    number: int
    on: date
    starts_at: str
    remote: bool = False
    status: str = "scheduled"
    absent: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ObligationFact:
    """A duty of the settlement. ``kind``: payment or performance. ``status``: pending, notified, fulfilled."""

    number: int
    kind: str
    debtor: int
    due: date
    amount: int = 0
    status: str = "pending"
    fulfilled_on: date | None = None


@dataclass(frozen=True, slots=True)
class SettlementFact:
    """The settlement as far as rules look at it. Amount in centavos.

    ``complete``: every mandatory clause is there; ``missing`` names those that are not (``settlement.Clause``).
    """

    draft: int
    extent: str
    direction: str = "none"
    amount: int = 0
    complete: bool = False
    missing: tuple[str, ...] = ()
    opinion: str = ""
    opinion_by: int | None = None
    budget: bool = False
    approvers: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    signatories: tuple[int, ...] = ()
    signatures: tuple[int, ...] = ()
    homologated: bool = False
    published_on: date | None = None
    court: str = ""
    text_hash: str = ""

    @property
    def fully_signed(self) -> bool:
        """Whether everyone who must sign has signed."""
        return bool(self.signatories) and set(self.signatories) <= set(self.signatures)


@dataclass(frozen=True, slots=True)
class MediatorFact:
    """Who mediates, by account number, and where disclosure and challenge stand."""

    account: int
    assigned_on: date
    disclosed_on: date | None = None
    challenged: bool = False


@dataclass(frozen=True, slots=True)
class LawsuitFact:
    """A linked lawsuit. ``cnj``: 20 digits. ``status`` as procedure.md (a) region 4.

    ``next_on``: its next date, typed in by hand; ``next_kind``: hearing, deadline, judgment, other, or empty.
    """

    cnj: str
    status: str
    next_on: date | None = None
    next_kind: str = ""


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """A claim whose limitation period is followed (00.1). ``direction``: against_city or by_city."""

    number: int
    direction: str
    trigger_on: date
    years: int
    tax: bool = False


@dataclass(frozen=True, slots=True)
class DeadlineFact:
    """A deadline row as rules see it. ``status``: open, paused, met, expired, cancelled, superseded.

    ``theirs``: it is a party's time, not the chamber's. ``more``: how much its rule still lets add, in the rule's unit.
    ``latest``: the last day that its rule allows; None where the date stands in an act of its own.
    """

    ordinal: int
    rule: str
    status: str
    due: date
    party: int | None = None
    theirs: bool = False
    more: int = 0
    latest: date | None = None

    @property
    def running(self) -> bool:
        """Whether it still binds somebody: open or paused, or expired without the act it proposes."""
        return self.status in ("open", "paused", "expired")


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    """A change that would shorten a party's time, proposed by one person and not yet decided by another."""

    deadline: int
    rule: str
    was: date
    due: date
    by: int | None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything about a case that a rule may look at.

    ``instituted_on``: day for which the first meeting held was set (Lei 13.140/2015 art. 17). ``severable``: the case
    may go on with those invitees who accept (00.19). ``standing``, ``standing_obligations``: the settlement in force
    that a renegotiation wants to replace (00.17). ``chamber_hands``: accounts that decided here on admissibility for
    the chamber (AM art. 12). ``appeal_decider``: to whom the appeal was delegated (00.18). ``last_role``: role in which
    the last docket act was done.
    """

    origin: str = "native"
    channel: str = "portal"
    filed_on: date | None = None
    admitted_on: date | None = None
    closed_on: date | None = None
    procedure: str = ""
    matter: str = ""
    agency: int | None = None
    value: int = 0
    priority: str = ""
    same_person: bool = False
    external_process: str = ""
    previous_case: str = ""
    legacy: dict[str, Any] = field(default_factory=dict)
    parties: tuple[PartyFact, ...] = ()
    sessions: tuple[SessionFact, ...] = ()
    sessions_opened: int = 0
    last_session_on: date | None = None
    instituted_on: date | None = None
    mediator: MediatorFact | None = None
    settlement: SettlementFact | None = None
    obligations: tuple[ObligationFact, ...] = ()
    standing: SettlementFact | None = None
    standing_obligations: tuple[ObligationFact, ...] = ()
    lawsuits: tuple[LawsuitFact, ...] = ()
    claims: tuple[ClaimFact, ...] = ()
    missing: int = 0
    completion_extended: bool = False
    return_state: CaseState | None = None
    suspended_for: str = ""
    suspended_until: date | None = None
    suspended_on: date | None = None
    paused_days: int = 0
    ground: str = ""
    decided_by: int | None = None
    appeal: str = ""
    appeal_decider: int | None = None
    unavailable_right: bool = False
    severable: bool = False
    chamber_hands: tuple[int, ...] = ()
    annulled_for: str = ""
    city_attorney: int | None = None
    negotiators: tuple[int, ...] = ()
    outcome: str = ""
    owner: int | None = None
    last_act: str = ""
    last_role: str = ""
    last_from: CaseState | None = None
    notices_waiting: int = 0
    deadline_change: DeadlineChange | None = None

    def party(self, ordinal: int) -> PartyFact:
        """The party with this ordinal; KeyError where there is none."""
        for party in self.parties:
            if party.id == ordinal:
                return party
        raise KeyError(ordinal)

    @property
    def invitees(self) -> tuple[PartyFact, ...]:
        """The parties who were or are to be invited."""
        return tuple(party for party in self.parties if party.side == "invitee")

    @property
    def open_invitees(self) -> tuple[PartyFact, ...]:
        """Invitees who have not answered."""
        return tuple(party for party in self.invitees if party.invitation in ("", "sent", "received"))

    @property
    def city_party(self) -> PartyFact | None:
        """The municipality's own place among the parties, where it has one."""
        return next((party for party in self.parties if party.is_city), None)

    @property
    def pending_obligations(self) -> tuple[ObligationFact, ...]:
        """What is still owed."""
        return tuple(obligation for obligation in self.obligations if obligation.status != "fulfilled")

    @property
    def scheduled_session(self) -> SessionFact | None:
        """The meeting that is set and not yet held, if any."""
        return next((session for session in reversed(self.sessions) if session.status == "scheduled"), None)

    @property
    def settlement_in_force(self) -> bool:
        """Whether the settlement of the case has all its signatures and was not undone."""
        return self.settlement is not None and self.settlement.fully_signed

    @property
    def bound_by_settlement(self) -> bool:
        """Whether a settlement binds the parties now, be it the one that a renegotiation wants to replace."""
        return self.settlement_in_force or self.standing is not None

    @property
    def needs_court(self) -> bool:
        """Whether the settlement takes effect only through the judge.

        An unavailable right, an incapable party, or a lawsuit still running (Lei 13.140/2015 art. 3 § 2; procedure.md
        T33, 00.12). Never between agencies of one legal person (00.20), nor once the judge has homologated it.
        """
        if self.same_person or (self.settlement is not None and self.settlement.court == "homologated"):
            return False
        return (
            self.unavailable_right
            or any(party.incapable for party in self.parties)
            or any(lawsuit.status != "extinguished" for lawsuit in self.lawsuits)
        )

    @property
    def prosecution_must_be_heard(self) -> bool:
        """Whether the prosecution service is heard before the judge decides (Lei 13.140/2015 art. 3 § 2; 00.12)."""
        return self.unavailable_right or any(party.incapable for party in self.parties)

    @property
    def next_approver(self) -> str:
        """The rung of the authority ladder that decides next, or an empty text."""
        if self.settlement is None:
            return ""
        return next(iter(self.settlement.approvers[len(self.settlement.approvals) :]), "")

    def compliance(self, on: date) -> str:
        """Region 3 of the case, derived: none, on_track, late or fulfilled as of the day *on*."""
        if not self.obligations or not self.settlement_in_force:
            return "none"
        if not self.pending_obligations:
            return "fulfilled"
        return "late" if any(item.due < on for item in self.pending_obligations) else "on_track"


def to_plain(value: Any) -> Any:
    """*value* as JSON-ready data: dates as ISO text, dataclasses as objects, tuples as lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (CaseState, Role)):
        return value.value
    return value


Plain = TypeVar("Plain")

Reading = Callable[[Any], Any]


_READINGS: dict[type, dict[str, Reading | None]] = {}


def _readings(cls: type) -> dict[str, Reading | None]:
    """How each field of *cls* is read; None where JSON holds it as it is. Looked up once: lists read many facts."""
    if cls not in _READINGS:
        _READINGS[cls] = {name: _reading(hint) for name, hint in typing.get_type_hints(cls).items()}
    return _READINGS[cls]


def _reading(hint: Any) -> Reading | None:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        inner = _reading(next(option for option in typing.get_args(hint) if option is not type(None)))
        return None if inner is None else lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _reading(typing.get_args(hint)[0])
        return tuple if item is None else lambda values: tuple([item(value) for value in values])
    if origin is dict or hint is dict:
        return dict
    if dataclasses.is_dataclass(hint):
        return partial(from_plain, typing.cast(type, hint))
    if hint is date:
        return date.fromisoformat
    if isinstance(hint, type) and issubclass(hint, CaseState):
        return CaseState
    return None


def from_plain(cls: type[Plain], plain: dict[str, Any]) -> Plain:
    """The inverse of ``to_plain`` for the dataclass *cls*. Unknown keys are ignored: old events stay readable."""
    read = _readings(cls)
    return cls(
        **{
            name: value if (reading := read[name]) is None else reading(value)
            for name, value in plain.items()
            if name in read
        }
    )


def changes(before: CaseFacts, after: CaseFacts) -> dict[str, Any]:
    """The top-level facts that differ, with their new plain values: what a docket event records."""
    return {
        item.name: to_plain(getattr(after, item.name))
        for item in dataclasses.fields(CaseFacts)
        if getattr(before, item.name) != getattr(after, item.name)
    }


def with_party(facts: CaseFacts, ordinal: int, **new: Any) -> CaseFacts:
    """*facts* with one party changed."""
    facts.party(ordinal)
    return replace(
        facts, parties=tuple(replace(party, **new) if party.id == ordinal else party for party in facts.parties)
    )


def missing_signatories(facts: CaseFacts) -> tuple[PartyFact, ...]:
    """The parties whose signature the settlement still waits for."""
    settlement = facts.settlement
    if settlement is None:
        return ()
    due = set(settlement.signatories) - set(settlement.signatures)
    return tuple(party for party in facts.parties if party.id in due)


def _next_debtor(facts: CaseFacts) -> PartyFact | None:
    """Who owes what falls due first."""
    first = min(facts.pending_obligations, key=lambda item: (item.due, item.number), default=None)
    return None if first is None else next((party for party in facts.parties if party.id == first.debtor), None)


def _side(parties: Iterable[PartyFact]) -> Turn:
    """The city's turn where nobody else is waited for."""
    return Turn.CITY if all(party.is_city for party in parties) else Turn.CITIZEN


def waiting_on(state: CaseState, facts: CaseFacts) -> Turn:
    """Who is waited for, refined by the facts (architecture.md: a pure function of state and facts)."""
    match state:
        case CaseState.AWAITING_COMPLETION | CaseState.INADMISSIBLE:
            return _side([party for party in facts.parties if party.side == "applicant"] or facts.parties)
        case CaseState.INVITATION_PENDING:
            return _side(facts.open_invitees)
        case CaseState.AWAITING_SIGNATURES:
            return _side(missing_signatories(facts) or facts.parties)
        case CaseState.IN_FORCE | CaseState.BREACHED:
            debtor = _next_debtor(facts)
            return Turn.CITIZEN if debtor is not None and not debtor.is_city else Turn.CITY
        case CaseState.SUSPENDED if facts.suspended_for == "court":
            return Turn.COURT
        case CaseState.AWAITING_COURT_HOMOLOGATION if not in_court(facts):
            return Turn.CITY
        case _:
            return state.turn


def in_court(facts: CaseFacts) -> bool:
    """Whether the settlement waits for the judge's answer to a petition already filed."""
    return facts.settlement is not None and facts.settlement.court == "filed"


def _city_side(facts: CaseFacts) -> Role:
    return Role.COORDINATOR if facts.city_attorney is None else Role.MUNICIPAL_ATTORNEY


_PARTY_ROLE = {"applicant": Role.APPLICANT, "invitee": Role.INVITEE}


def _role_of(party: PartyFact, facts: CaseFacts) -> Role:
    """Who speaks for *party*; for a city without its attorney yet, the coordinator who must name one."""
    if party.is_city and not facts.same_person:
        return _city_side(facts)
    return _PARTY_ROLE.get(party.side, Role.INVITEE)


def responsible(state: CaseState, facts: CaseFacts) -> Role | None:  # noqa: C901, PLR0911, PLR0912  (one line a state)
    """The role that must act now; None where nobody must. The worklist is sorted by it."""
    match state:
        case CaseState.FILED | CaseState.FORMAL_REVIEW | CaseState.ADMITTED | CaseState.AWAITING_PUBLICATION:
            return Role.REGISTRY
        case CaseState.IN_FORCE:
            return Role.REGISTRY
        case CaseState.AWAITING_COURT_HOMOLOGATION:
            return Role.REGISTRY if in_court(facts) else _city_side(facts)
        case CaseState.MERIT_ADMISSIBILITY | CaseState.AWAITING_AGENCY | CaseState.SUSPENDED:
            return Role.COORDINATOR
        case CaseState.UNDER_REVIEW:
            if facts.appeal != "forwarded":
                return Role.COORDINATOR
            return Role.ATTORNEY_GENERAL if facts.appeal_decider is None else Role.APPEAL_DECIDER
        case CaseState.DRAFT | CaseState.AWAITING_COMPLETION | CaseState.INADMISSIBLE:
            applicant = next((party for party in facts.parties if party.side == "applicant"), None)
            return Role.APPLICANT if applicant is None else _role_of(applicant, facts)
        case CaseState.INVITATION_PENDING:
            waited = sorted(facts.open_invitees, key=lambda party: not party.is_city)
            return _role_of(waited[0], facts) if waited else Role.COORDINATOR
        case CaseState.MEDIATOR_ASSIGNMENT:
            mediator = facts.mediator
            if mediator is None or mediator.challenged:
                return Role.COORDINATOR
            return Role.REGISTRY if mediator.disclosed_on else Role.MEDIATOR
        case CaseState.SESSION_SCHEDULED | CaseState.IN_PROGRESS:
            return Role.COORDINATOR if facts.mediator is None else Role.MEDIATOR
        case CaseState.DRAFTING_AGREEMENT:
            done = facts.settlement is not None and facts.settlement.complete
            return Role.COORDINATOR if done or facts.mediator is None else Role.MEDIATOR
        case CaseState.LEGAL_FISCAL_REVIEW:
            opined = facts.settlement is not None and facts.settlement.opinion == "favourable"
            return Role.MUNICIPAL_ATTORNEY if opined else Role.OPINION_AUTHOR
        case CaseState.AWAITING_AUTHORIZATION:
            return Role(facts.next_approver) if facts.next_approver in set(Role) else Role.APPROVER
        case CaseState.AWAITING_SIGNATURES:
            waited = sorted(missing_signatories(facts), key=lambda party: party.is_city)
            return _role_of(waited[0], facts) if waited else Role.COORDINATOR
        case CaseState.AWAITING_ADMIN_HOMOLOGATION:
            homologated = facts.settlement is not None and facts.settlement.homologated
            return _city_side(facts) if homologated else Role.ATTORNEY_GENERAL
        case CaseState.BREACHED:
            return _city_side(facts)
        case _:
            return None
