"""What the rules may know of a case: plain, frozen, without personal data, and the same as JSON.

``CaseFacts`` is what replay folds: a docket event records the top-level facts it changed, and the fold of all events is
the stored ``facts`` of the case. So every field here must survive ``to_plain`` and ``from_plain`` unchanged.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from cprac.domain.roles import Role
from cprac.domain.states import CaseState, Turn


@dataclass(frozen=True, slots=True)
class PartyFact:
    """A party by its ordinal in the case. ``kind``: natural, legal (private), city (the municipality), entity (another
    public legal person). ``invitation``: "", sent, received, accepted, declined, lapsed, undeliverable."""

    id: int
    side: str
    kind: str
    counsel: bool = False
    invitation: str = ""
    agency: int | None = None

    @property
    def is_city(self) -> bool:
        """Whether the party is the municipality itself, which a municipal attorney represents."""
        return self.kind == "city"


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
    """The settlement as far as rules look at it. Amount in centavos. ``complete``: every mandatory clause is there."""

    draft: int
    extent: str
    direction: str = "none"
    amount: int = 0
    complete: bool = False
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
    """A linked lawsuit. ``cnj``: 20 digits. ``status`` as procedure.md (a) region 4."""

    cnj: str
    status: str


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
    """A deadline row as rules see it. ``status``: open, paused, met, expired, cancelled, superseded."""

    ordinal: int
    rule: str
    status: str
    due: date
    party: int | None = None

    @property
    def running(self) -> bool:
        """Whether it still binds somebody: open or paused, or expired without the act it proposes."""
        return self.status in ("open", "paused", "expired")


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything about a case that a rule may look at."""

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
    mediator: MediatorFact | None = None
    settlement: SettlementFact | None = None
    obligations: tuple[ObligationFact, ...] = ()
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
    unavailable_right: bool = False
    city_attorney: int | None = None
    negotiators: tuple[int, ...] = ()
    outcome: str = ""
    owner: int | None = None
    last_act: str = ""
    last_from: CaseState | None = None
    notices_waiting: int = 0

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
        """Whether a settlement of the case has all its signatures and was not undone."""
        return self.settlement is not None and self.settlement.fully_signed

    @property
    def needs_court(self) -> bool:
        """Whether the settlement takes effect only through the court: unavailable right, or a lawsuit still running
        (Lei 13.140/2015 art. 3 § 2; procedure.md T33)."""
        return self.unavailable_right or any(lawsuit.status != "extinguished" for lawsuit in self.lawsuits)

    @property
    def next_approver(self) -> str:
        """The rung of the authority ladder that decides next, or an empty text."""
        if self.settlement is None:
            return ""
        given = set(self.settlement.approvals)
        return next((rung for rung in self.settlement.approvers if rung not in given), "")

    def compliance(self, on: date) -> str:
        """Region 3 of the case, derived: none, on_track, late or fulfilled as of the day *on*."""
        if not self.obligations:
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

_HINTS: dict[type, dict[str, Any]] = {}


def _hints(cls: type) -> dict[str, Any]:
    if cls not in _HINTS:
        _HINTS[cls] = typing.get_type_hints(cls)
    return _HINTS[cls]


def _typed(hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        hint = next(option for option in typing.get_args(hint) if option is not type(None))
        return _typed(hint, value)
    if origin is tuple:
        return tuple(_typed(typing.get_args(hint)[0], item) for item in value)
    if origin is dict or hint is dict:
        return dict(value)
    if dataclasses.is_dataclass(hint):
        return from_plain(typing.cast(type, hint), value)
    if hint is date:
        return date.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, CaseState):
        return CaseState(value)
    return value


def from_plain(cls: type[Plain], plain: dict[str, Any]) -> Plain:
    """The inverse of ``to_plain`` for the dataclass *cls*; unknown keys are ignored so that old events stay readable."""
    hints = _hints(cls)
    return cls(**{name: _typed(hints[name], value) for name, value in plain.items() if name in hints})


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


def waiting_on(state: CaseState, facts: CaseFacts) -> Turn:
    """Who is waited for, refined by the facts (architecture.md: a pure function of state and facts)."""
    if state is CaseState.INVITATION_PENDING:
        return Turn.CITY if all(party.is_city for party in facts.open_invitees) else Turn.CITIZEN
    if state is CaseState.AWAITING_SIGNATURES and facts.settlement is not None:
        missing = [ordinal for ordinal in facts.settlement.signatories if ordinal not in facts.settlement.signatures]
        return Turn.CITY if missing and all(facts.party(ordinal).is_city for ordinal in missing) else Turn.CITIZEN
    if state is CaseState.AWAITING_COMPLETION and any(p.is_city for p in facts.parties if p.side == "applicant"):
        return Turn.CITY
    if state in (CaseState.IN_FORCE, CaseState.BREACHED):
        owed = facts.pending_obligations
        return Turn.CITIZEN if owed and not facts.party(owed[0].debtor).is_city else Turn.CITY
    if state is CaseState.SUSPENDED and facts.suspended_for == "court":
        return Turn.COURT
    return state.turn


def responsible(state: CaseState, facts: CaseFacts) -> Role | None:  # noqa: C901, PLR0911, PLR0912  (one line a state)
    """The role that must act now; None where nobody must. The worklist is sorted by it."""
    match state:
        case CaseState.FILED | CaseState.FORMAL_REVIEW | CaseState.ADMITTED | CaseState.AWAITING_PUBLICATION:
            return Role.REGISTRY
        case CaseState.LEGACY_OPEN | CaseState.IN_FORCE | CaseState.AWAITING_COURT_HOMOLOGATION:
            return Role.REGISTRY
        case CaseState.MERIT_ADMISSIBILITY | CaseState.AWAITING_AGENCY | CaseState.SUSPENDED:
            return Role.COORDINATOR
        case CaseState.UNDER_REVIEW:
            return Role.ATTORNEY_GENERAL if facts.appeal == "forwarded" else Role.COORDINATOR
        case CaseState.AWAITING_COMPLETION | CaseState.INADMISSIBLE:
            city = any(party.is_city for party in facts.parties if party.side == "applicant")
            return Role.MUNICIPAL_ATTORNEY if city else Role.APPLICANT
        case CaseState.INVITATION_PENDING:
            if not any(party.is_city for party in facts.open_invitees):
                return Role.INVITEE
            return Role.COORDINATOR if facts.city_attorney is None else Role.MUNICIPAL_ATTORNEY
        case CaseState.MEDIATOR_ASSIGNMENT:
            mediator = facts.mediator
            if mediator is None or mediator.challenged:
                return Role.COORDINATOR
            return Role.REGISTRY if mediator.disclosed_on else Role.MEDIATOR
        case CaseState.SESSION_SCHEDULED | CaseState.IN_PROGRESS:
            return Role.MEDIATOR
        case CaseState.DRAFTING_AGREEMENT:
            done = facts.settlement is not None and facts.settlement.complete
            return Role.COORDINATOR if done or facts.mediator is None else Role.MEDIATOR
        case CaseState.LEGAL_FISCAL_REVIEW:
            opined = facts.settlement is not None and facts.settlement.opinion == "favourable"
            return Role.MUNICIPAL_ATTORNEY if opined else Role.OPINION_AUTHOR
        case CaseState.AWAITING_AUTHORIZATION:
            return Role.ATTORNEY_GENERAL if facts.next_approver == "attorney_general" else Role.APPROVER
        case CaseState.AWAITING_SIGNATURES:
            return Role.MUNICIPAL_ATTORNEY if waiting_on(state, facts) is Turn.CITY else Role.APPLICANT
        case CaseState.AWAITING_ADMIN_HOMOLOGATION:
            return Role.ATTORNEY_GENERAL
        case CaseState.BREACHED:
            return Role.MUNICIPAL_ATTORNEY
        case _:
            return None
