"""The one table of transitions: procedure.md a.2 with section 00, row by row, in the order of the case's life.

Everything that knows what may happen reads this table: the machine, the menu, the diagram, the documentation, the
tests. ``requires`` names switches of the regulation (``!`` negates); ``when`` chooses among rows by the facts;
``guards`` refuse. Of several rows of an act and source the first that agrees is taken. ``basis`` is "law", "model"
(another chamber's rule, read as an example) or "default" (ours): docs/decisions/0002. Over 400 lines because it is one
table, reviewed as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cprac.domain import deadline_guards as d
from cprac.domain import guards as g
from cprac.domain import people_guards as p
from cprac.domain import selectors as s
from cprac.domain import settlement_guards as t
from cprac.domain.acts import Act, Compartment
from cprac.domain.roles import Role
from cprac.domain.states import ACTIVE, BEFORE_SIGNATURES, CONSULTING, PAUSABLE, PROCEDURE, CaseState
from cprac.domain.subject import Guard, Selector

S = CaseState
R = Role

EVERY_DEADLINE = "*"


@dataclass(frozen=True, slots=True)
class Tell:
    """A notice: to whom, and the deadline that its receipt starts, if any.

    ``audience``: applicant, invitees, parties, city, agency, mediator, opinion_author, approver, attorney_general,
    debtor.
    """

    audience: str
    starts: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """A row: from *source*, *act* done by one of *roles* leads to *dest* if selectors and guards agree.

    ``closes_own``: deadlines that end only for the parties of ``Decision.own`` (those who answered or left by the act).
    """

    act: Act
    source: CaseState
    dest: CaseState
    roles: tuple[Role, ...]
    basis: str
    legal_basis: str
    requires: tuple[str, ...] = ()
    when: tuple[Selector, ...] = ()
    guards: tuple[Guard, ...] = ()
    documents: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    closes_own: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    tells: tuple[Tell, ...] = ()

    @property
    def code(self) -> str:
        """The number of the row's act in procedure.md."""
        return self.act.code

    def enabled(self, switches: frozenset[str]) -> bool:
        """Whether a chamber with these switches has this row."""
        return all((name[1:] not in switches) if name.startswith("!") else (name in switches) for name in self.requires)


LAW, MODEL, OURS = "law", "model", "default"


def _row(
    act: Act,
    source: CaseState | tuple[CaseState, ...],
    dest: CaseState | None,
    roles: tuple[Role, ...],
    law: str,
    basis: str = LAW,
    **columns: object,
) -> list[Transition]:
    """Rows for each source; ``dest`` None means that the case stays where it is."""
    sources = source if isinstance(source, tuple) else (source,)
    return [
        Transition(act, each, dest or each, roles, basis, law, **columns)  # type: ignore[arg-type]  # Transition checks
        for each in sources
    ]


CITY_ATTORNEY = (R.MUNICIPAL_ATTORNEY,)
PARTIES = (R.APPLICANT, R.INVITEE, R.MUNICIPAL_ATTORNEY)
INVITED = (R.INVITEE, R.MUNICIPAL_ATTORNEY)
ASKING = (R.APPLICANT, R.MUNICIPAL_ATTORNEY, R.REGISTRY)
COORD = (R.COORDINATOR,)
SEC = (R.REGISTRY,)
SEC_COORD = (R.REGISTRY, R.COORDINATOR)
MED = (R.MEDIATOR,)
AG = (R.ATTORNEY_GENERAL,)
DECIDES_APPEAL = (R.ATTORNEY_GENERAL, R.APPEAL_DECIDER)
APPEAL_IS_RIPE = (
    g.appeal_was_forwarded, g.did_not_decide_before, g.gave_no_contested_guidance, g.others_were_heard,
)
DECIDES_TIME = (R.COORDINATOR, R.ATTORNEY_GENERAL)
AUTHORITY = (R.APPROVER, R.ATTORNEY_GENERAL, R.COUNCIL)

PARTIES_TOLD = (Tell("parties"),)
TALKS_TOLD = (Tell("parties"), Tell("mediator"))
"""Everybody who must come, or need not come any more: whoever of the chamber did the act is not told of it."""
APPLICANT_TOLD = (Tell("applicant"),)
LEAVING = tuple(
    state for state in BEFORE_SIGNATURES
    if state.code in {"S5", "S10", "S11", "S12", "S13", "S14", "S15", "S16", "S17"}
)
TALKING = (S.SESSION_SCHEDULED, S.IN_PROGRESS, S.DRAFTING_AGREEMENT)
RENEGOTIATING = (
    S.SESSION_SCHEDULED, S.IN_PROGRESS, S.DRAFTING_AGREEMENT, S.LEGAL_FISCAL_REVIEW, S.AWAITING_AUTHORIZATION,
    S.AWAITING_SIGNATURES,
)

CITY_FILE = tuple(state for state in PROCEDURE if state.code == "S5" or int(state.code[1:]) >= 8)

RULES = "Regulamento da Câmara"
AM_38 = "Regulamento da Câmara (modelo: Portaria PGE-AM 19/2022, art. 38)"
AM_12 = "Regulamento da Câmara (modelo: Portaria PGE-AM 19/2022, art. 12, § 1º)"
CCAF = "Regulamento da Câmara (modelo: Portaria da CCAF de 2025, regras de distribuição)"
LADDER = "Regulamento da Câmara, alçada (modelo: Lei 9.469/1997, art. 1º, § 4º)"
HOMOLOGATION = "Regulamento da Câmara (modelo: Lei 5.202/2019 de Montes Claros, art. 3º)"
INVITING = "Regulamento da Câmara (por analogia: Lei 13.140/2015, art. 21)"
TERM = "Termo do acordo"
APPEALS = "Lei 9.784/1999, art. 59"
TITLE = "CPC, art. 784, IV; Lei 14.063/2020"
COURT = "Lei 13.140/2015, art. 3º, § 2º; CPC, arts. 515, III, e 725, VIII"
EFFECT = "LINDB, art. 26; Lei 12.527/2011, art. 8º"
OPINION = "LINDB, art. 26"


def _effective(  # a row with its two ends
    act: Act, source: CaseState, roles: tuple[Role, ...], law: str, basis: str = LAW, *, requires: tuple[str, ...],
    when: tuple[Selector, ...] = (), **columns: object,
) -> Iterable[Transition]:
    """The two ends of a settlement that has met the chamber's own conditions: in force, or before the judge.

    Which one is the regulation's (``court_homologation_always``) or, where it is silent, the facts' (T33).
    """
    always, never = "court_homologation_always", "!court_homologation_always"
    for switch, selector, dest, opens in (
        (always, s.court_possible, S.AWAITING_COURT_HOMOLOGATION, "D-COURT-FILE"),
        (always, s.court_impossible, S.IN_FORCE, "D-OBL"),
        (never, s.court_required, S.AWAITING_COURT_HOMOLOGATION, "D-COURT-FILE"),
        (never, s.court_not_required, S.IN_FORCE, "D-OBL"),
    ):
        # From the approval the petition is filed without leaving the desk of the Attorney General (T33, S18 to S20).
        stays = dest is not S.IN_FORCE and source is S.AWAITING_ADMIN_HOMOLOGATION
        yield from _row(
            act, source, None if stays else dest, roles, law, basis, requires=(*requires, switch),
            when=(*when, selector), opens=(opens,), tells=PARTIES_TOLD, **columns,
        )


ROWS: list[Transition] = [
    # T0, T53: the old register
    *_row(Act.REGISTER_LEGACY, S.DRAFT, S.LEGACY_OPEN, SEC, RULES, OURS, when=(s.legacy_open,)),
    *_row(Act.REGISTER_LEGACY, S.DRAFT, S.LEGACY_CLOSED, SEC, RULES, OURS, when=(s.legacy_closed,)),
    *_row(Act.LEGACY_STEP, S.LEGACY_OPEN, None, SEC, RULES, OURS),
    *_row(Act.ADOPT_LEGACY, S.LEGACY_OPEN, S.FILED, SEC, RULES, OURS, documents=("application",),
          opens=("D-SCREEN", "D-FORMAL")),
    *_row(Act.CLOSE_LEGACY, S.LEGACY_OPEN, S.LEGACY_CLOSED, SEC, RULES, OURS,
          guards=(g.past_date("closed_on"), g.closing_follows_opening)),
    # T1 to T6: filing and formal screening
    *_row(Act.SUBMIT, S.DRAFT, S.FILED, (R.APPLICANT, R.REGISTRY, R.COORDINATOR, R.MUNICIPAL_ATTORNEY),
          "Lei 13.140/2015, art. 34, § 1º",
          guards=(g.applicant_is_named, g.object_is_stated, g.has_public_party, g.lawsuits_are_declared),
          documents=("application", "receipt"), opens=("D-SCREEN", "D-FORMAL"), tells=APPLICANT_TOLD),
    *_row(Act.REOPEN, S.DRAFT, S.FILED, COORD, RULES, OURS,
          guards=(g.applicant_is_named, g.object_is_stated, g.has_public_party, g.previous_case_ended),
          documents=("application", "order"), opens=("D-SCREEN", "D-FORMAL"), tells=APPLICANT_TOLD),
    *_row(Act.SPLIT_REJECTED, S.DRAFT, S.INADMISSIBLE, COORD, "Lei 13.140/2015, art. 3º, § 1º",
          requires=("partial_admission",), documents=("admissibility_decision",),
          tells=(Tell("applicant", "D-APPEAL"),)),
    *_row(Act.SPLIT_REMAINDER, S.DRAFT, S.IN_PROGRESS, (R.MEDIATOR, R.COORDINATOR), "Lei 13.140/2015, art. 3º, § 1º",
          OURS, opens=("D-DURATION",)),
    *_row(Act.SCREEN, S.FILED, S.FORMAL_REVIEW, SEC, AM_38, MODEL, requires=("formal_review",),
          documents=("checklist",), closes=("D-SCREEN",)),
    *_row(Act.SCREEN, S.FILED, S.MERIT_ADMISSIBILITY, SEC, RULES, OURS, requires=("!formal_review",),
          documents=("checklist",), closes=("D-SCREEN", "D-FORMAL"), opens=("D-ADMIT",)),
    *_row(Act.REQUEST_COMPLETION, S.FORMAL_REVIEW, S.AWAITING_COMPLETION, SEC_COORD,
          "Lei 9.784/1999, arts. 6º, 39 e 40", requires=("formal_review",), guards=(g.items_are_specific,),
          documents=("completion_request",), pauses=("D-FORMAL",), tells=(Tell("applicant", "D-COMPLETE"),)),
    *_row(Act.REQUEST_COMPLETION, S.MERIT_ADMISSIBILITY, S.AWAITING_COMPLETION, SEC_COORD,
          "Lei 9.784/1999, arts. 6º, 39 e 40", OURS, requires=("!formal_review",), guards=(g.items_are_specific,),
          documents=("completion_request",), pauses=("D-ADMIT",), tells=(Tell("applicant", "D-COMPLETE"),)),
    *_row(Act.EXTEND_COMPLETION, S.AWAITING_COMPLETION, None, SEC_COORD, RULES, OURS,
          guards=(g.completion_extendable,), tells=APPLICANT_TOLD),
    *_row(Act.COMPLETE, S.AWAITING_COMPLETION, S.FORMAL_REVIEW, ASKING, AM_38, MODEL, requires=("formal_review",),
          guards=(g.speaks_for_the_applicant,), closes=("D-COMPLETE",), resumes=("D-FORMAL",)),
    *_row(Act.COMPLETE, S.AWAITING_COMPLETION, S.MERIT_ADMISSIBILITY, ASKING, RULES, OURS, requires=("!formal_review",),
          guards=(g.speaks_for_the_applicant,), closes=("D-COMPLETE",), resumes=("D-ADMIT",)),
    *_row(Act.ARCHIVE_INCOMPLETE, S.AWAITING_COMPLETION, S.CLOSED_INCOMPLETE, COORD, "Lei 9.784/1999, art. 40",
          requires=("!appealable_archiving",), guards=(g.completion_lapsed,), documents=("archiving_decision",),
          closes=("D-COMPLETE",), tells=APPLICANT_TOLD),
    *_row(Act.ARCHIVE_INCOMPLETE, S.AWAITING_COMPLETION, S.INADMISSIBLE, COORD, "Lei 9.784/1999, arts. 40 e 56",
          requires=("appealable_archiving",), guards=(g.completion_lapsed,), documents=("archiving_decision",),
          closes=("D-COMPLETE", "D-FORMAL", "D-ADMIT"), tells=(Tell("applicant", "D-APPEAL"),)),
    *_row(Act.PASS_FORMAL, S.FORMAL_REVIEW, S.MERIT_ADMISSIBILITY, SEC_COORD, AM_38, MODEL, requires=("formal_review",),
          documents=("formal_report",), closes=("D-FORMAL",), opens=("D-ADMIT",)),
    # T7, T8: consulting an agency
    *_row(Act.ASK_AGENCY, CONSULTING, S.AWAITING_AGENCY, (R.COORDINATOR, R.MEDIATOR, R.OPINION_AUTHOR),
          "Lei 13.140/2015, art. 19; Lei 9.784/1999, art. 42", documents=("official_letter",), opens=("D-AGENCY",),
          pauses=("D-ADMIT", "D-OPINION"), tells=(Tell("agency"),)),
    *[
        row
        for origin in CONSULTING
        for row in (
            *_row(Act.AGENCY_ANSWERS, S.AWAITING_AGENCY, origin, (R.AGENCY, R.REGISTRY, R.COORDINATOR),
                  "Lei 9.784/1999, arts. 24 e 42", when=(s.returns_to(origin),), documents=("technical_note",),
                  closes=("D-AGENCY",), resumes=("D-ADMIT", "D-OPINION")),
            *_row(Act.PROCEED_WITHOUT_ANSWER, S.AWAITING_AGENCY, origin, COORD, "Lei 9.784/1999, art. 42", OURS,
                  when=(s.returns_to(origin),), guards=(g.agency_term_over,), closes=("D-AGENCY",),
                  resumes=("D-ADMIT", "D-OPINION")),
        )
    ],
    # T9 to T12: admissibility and appeal
    *_row(Act.ADMIT, S.MERIT_ADMISSIBILITY, S.ADMITTED, COORD, "Lei 13.140/2015, arts. 3º, 32 e 34, § 1º",
          documents=("admissibility_decision",), closes=("D-ADMIT",), opens=("D-INVITE-SEND",), tells=APPLICANT_TOLD),
    *_row(Act.ADMIT_PARTIALLY, S.MERIT_ADMISSIBILITY, S.ADMITTED, COORD, "Lei 13.140/2015, art. 3º, § 1º",
          requires=("partial_admission",), documents=("admissibility_decision",), closes=("D-ADMIT",),
          opens=("D-INVITE-SEND",), tells=APPLICANT_TOLD),
    *_row(Act.REJECT, S.MERIT_ADMISSIBILITY, S.INADMISSIBLE, COORD,
          "Lei 9.784/1999, art. 50; Lei 13.140/2015, art. 34, § 1º", documents=("admissibility_decision",),
          closes=("D-ADMIT",), tells=(Tell("applicant", "D-APPEAL"),)),
    *_row(Act.APPEAL, S.INADMISSIBLE, S.UNDER_REVIEW, ASKING, "Lei 9.784/1999, arts. 56, § 1º, e 59",
          guards=(g.speaks_for_the_applicant, g.appeal_in_time), documents=("appeal",), closes=("D-APPEAL",),
          opens=("D-RECONS",), tells=(Tell("invitees", "D-APPEAL-ANSWER"),)),
    *_row(Act.LAPSE_APPEAL, S.INADMISSIBLE, S.CLOSED_INADMISSIBLE, COORD, APPEALS, when=(s.rejected_on_merit,),
          guards=(g.appeal_term_over,), closes=("D-APPEAL",), tells=APPLICANT_TOLD),
    *_row(Act.LAPSE_APPEAL, S.INADMISSIBLE, S.CLOSED_INCOMPLETE, COORD, "Lei 9.784/1999, arts. 40 e 59",
          requires=("appealable_archiving",), when=(s.archived_incomplete,), guards=(g.appeal_term_over,),
          closes=("D-APPEAL",), tells=APPLICANT_TOLD),
    *_row(Act.ANSWER_APPEAL, S.UNDER_REVIEW, None, INVITED, "Lei 9.784/1999, art. 62",
          guards=(g.may_answer_the_appeal,), documents=("appeal_answer",), closes_own=("D-APPEAL-ANSWER",)),
    *_row(Act.RECONSIDER, S.UNDER_REVIEW, S.MERIT_ADMISSIBILITY, COORD, "Lei 9.784/1999, art. 56, § 1º",
          when=(s.rejected_on_merit,), guards=(g.appeal_is_with_the_author,), documents=("appeal_decision",),
          closes=("D-RECONS", "D-APPEAL-ANSWER"), opens=("D-ADMIT",), tells=APPLICANT_TOLD),
    *_row(Act.RECONSIDER, S.UNDER_REVIEW, S.FORMAL_REVIEW, COORD, "Lei 9.784/1999, art. 56, § 1º", OURS,
          requires=("appealable_archiving", "formal_review"), when=(s.archived_incomplete,),
          guards=(g.appeal_is_with_the_author,), documents=("appeal_decision",),
          closes=("D-RECONS", "D-APPEAL-ANSWER"), opens=("D-FORMAL",), tells=APPLICANT_TOLD),
    *_row(Act.RECONSIDER, S.UNDER_REVIEW, S.MERIT_ADMISSIBILITY, COORD, "Lei 9.784/1999, art. 56, § 1º", OURS,
          requires=("appealable_archiving", "!formal_review"), when=(s.archived_incomplete,),
          guards=(g.appeal_is_with_the_author,), documents=("appeal_decision",),
          closes=("D-RECONS", "D-APPEAL-ANSWER"), opens=("D-ADMIT",), tells=APPLICANT_TOLD),
    *_row(Act.FORWARD_APPEAL, S.UNDER_REVIEW, None, (R.COORDINATOR, R.SYSTEM), "Lei 9.784/1999, art. 56, § 1º",
          guards=(g.appeal_is_with_the_author, g.timer_waits_for_reconsideration), closes=("D-RECONS",),
          opens=("D-APPEAL-DEC",), tells=(Tell("attorney_general"),)),
    *[
        row
        for act, law in ((Act.UPHOLD, APPEALS), (Act.DISMISS_APPEAL, "Lei 9.784/1999, art. 63"))
        for selector, dest, requires in (
            (s.rejected_on_merit, S.CLOSED_INADMISSIBLE, ()),
            (s.archived_incomplete, S.CLOSED_INCOMPLETE, ("appealable_archiving",)),
        )
        for row in _row(act, S.UNDER_REVIEW, dest, DECIDES_APPEAL, law, requires=requires, when=(selector,),
                        guards=APPEAL_IS_RIPE,
                        documents=("appeal_decision",), closes=("D-APPEAL-DEC", "D-APPEAL-ANSWER"),
                        tells=APPLICANT_TOLD)
    ],
    *_row(Act.REVERSE, S.UNDER_REVIEW, S.ADMITTED, DECIDES_APPEAL, f"{APPEALS}; Lei 13.140/2015, art. 34, § 1º",
          when=(s.chosen("admitted"),),
          guards=(g.was_refused_on_merit, *APPEAL_IS_RIPE),
          documents=("appeal_decision",), closes=("D-APPEAL-DEC", "D-APPEAL-ANSWER"), opens=("D-INVITE-SEND",),
          tells=APPLICANT_TOLD),
    *_row(Act.REVERSE, S.UNDER_REVIEW, S.MERIT_ADMISSIBILITY, DECIDES_APPEAL, APPEALS,
          when=(s.chosen("merit_admissibility"),),
          guards=APPEAL_IS_RIPE,
          documents=("appeal_decision",), closes=("D-APPEAL-DEC", "D-APPEAL-ANSWER"), opens=("D-ADMIT",),
          tells=APPLICANT_TOLD),
    *_row(Act.REVERSE, S.UNDER_REVIEW, S.FORMAL_REVIEW, DECIDES_APPEAL, APPEALS, OURS,
          requires=("appealable_archiving", "formal_review"), when=(s.chosen("formal_review"),),
          guards=(g.was_archived_incomplete, *APPEAL_IS_RIPE),
          documents=("appeal_decision",), closes=("D-APPEAL-DEC", "D-APPEAL-ANSWER"), opens=("D-FORMAL",),
          tells=APPLICANT_TOLD),
    # T13 to T15, T41, T48, T52: invitation
    *_row(Act.INVITE, S.ADMITTED, S.INVITATION_PENDING, SEC, "Lei 13.140/2015, art. 21",
          guards=(g.needs_an_invitation, g.someone_to_invite), documents=("invitation",),
          closes=("D-INVITE-SEND",), opens=("D-RECEIPT",), tells=(Tell("invitees", "D-INVITE"),)),
    *_row(Act.OFFER_DIRECTLY, S.ADMITTED, S.DRAFTING_AGREEMENT, COORD, RULES, OURS, requires=("offer_directly",),
          documents=("direct_offer",), closes=("D-INVITE-SEND",), opens=("D-DRAFT",),
          tells=(Tell("parties", "D-OFFER"),)),
    *_row(Act.REFUSE_OFFER, S.DRAFTING_AGREEMENT, S.MEDIATOR_ASSIGNMENT, PARTIES, RULES, OURS,
          requires=("offer_directly",), guards=(g.was_offered_directly, g.takes_part),
          closes=("D-OFFER", "D-DRAFT"), opens=("D-ASSIGN",), tells=PARTIES_TOLD),
    *_row(Act.START_WITHOUT_INVITATION, S.ADMITTED, S.MEDIATOR_ASSIGNMENT, COORD, RULES, OURS,
          requires=("same_person_track",), guards=(g.same_legal_person,), closes=("D-INVITE-SEND",),
          opens=("D-ASSIGN",), tells=PARTIES_TOLD),
    *_row(Act.ACCEPT, S.INVITATION_PENDING, None, INVITED, "Lei 13.140/2015, arts. 2º, V, e 46",
          when=(s.others_pending,), guards=(g.is_open_invitee,), documents=("acceptance",),
          closes_own=("D-INVITE", "D-RECEIPT")),
    *_row(Act.ACCEPT, S.INVITATION_PENDING, S.MEDIATOR_ASSIGNMENT, INVITED, "Lei 13.140/2015, arts. 2º, V, e 46",
          when=(s.last_to_accept,), guards=(g.is_open_invitee,), documents=("acceptance",),
          closes=("D-INVITE", "D-RECEIPT"), opens=("D-ASSIGN", "D-FIRST-MEETING"), tells=PARTIES_TOLD),
    *_row(Act.DECLINE, S.INVITATION_PENDING, None, INVITED, "Lei 13.140/2015, art. 2º, § 2º", when=(s.decline_waits,),
          guards=(g.is_open_invitee,), closes_own=("D-INVITE", "D-RECEIPT")),
    *_row(Act.DECLINE, S.INVITATION_PENDING, S.MEDIATOR_ASSIGNMENT, INVITED, "Lei 13.140/2015, art. 2º, § 2º",
          when=(s.decline_goes_on,), guards=(g.is_open_invitee,), closes=("D-INVITE", "D-RECEIPT"),
          opens=("D-ASSIGN", "D-FIRST-MEETING"), tells=PARTIES_TOLD),
    *_row(Act.DECLINE, S.INVITATION_PENDING, S.CLOSED_NO_RESPONSE, INVITED, "Lei 13.140/2015, art. 2º, § 2º",
          when=(s.decline_ends,), guards=(g.is_open_invitee,), documents=("invitation_certificate",),
          closes=("D-INVITE", "D-RECEIPT"), tells=PARTIES_TOLD),
    *[
        row
        for switch, roles in (
            ("!invitation_lapse_automatic", COORD), ("invitation_lapse_automatic", (R.COORDINATOR, R.SYSTEM)),
        )
        for row in (
            *_row(Act.LAPSE_INVITATION, S.INVITATION_PENDING, None, roles, INVITING, OURS, requires=(switch,),
                  when=(s.lapse_waits,), guards=(g.invitation_lapsed,), closes_own=("D-INVITE", "D-RECEIPT"),
                  tells=(Tell("applicant"), Tell("invitees"))),
            *_row(Act.LAPSE_INVITATION, S.INVITATION_PENDING, S.MEDIATOR_ASSIGNMENT, roles, INVITING, OURS,
                  requires=(switch,), when=(s.lapse_goes_on,), guards=(g.invitation_lapsed,),
                  closes=("D-INVITE", "D-RECEIPT"), opens=("D-ASSIGN", "D-FIRST-MEETING"), tells=PARTIES_TOLD),
            *_row(Act.LAPSE_INVITATION, S.INVITATION_PENDING, S.CLOSED_NO_RESPONSE, roles, INVITING, OURS,
                  requires=(switch,), when=(s.lapse_ends,), guards=(g.invitation_lapsed,),
                  documents=("invitation_certificate",), closes=("D-INVITE", "D-RECEIPT"), tells=PARTIES_TOLD),
        )
    ],
    *_row(Act.INVITATION_UNDELIVERABLE, S.INVITATION_PENDING, None, SEC_COORD, RULES, OURS, when=(s.another_medium,),
          guards=(g.names_an_open_invitee,), documents=("invitation",), tells=(Tell("invitees", "D-INVITE"),)),
    *_row(Act.INVITATION_UNDELIVERABLE, S.INVITATION_PENDING, None, SEC_COORD, RULES, OURS, when=(s.unreached_waits,),
          guards=(g.names_an_open_invitee,), documents=("invitation_certificate",),
          closes_own=("D-INVITE", "D-RECEIPT")),
    *_row(Act.INVITATION_UNDELIVERABLE, S.INVITATION_PENDING, S.MEDIATOR_ASSIGNMENT, SEC_COORD, RULES, OURS,
          when=(s.unreached_goes_on,), guards=(g.names_an_open_invitee,), documents=("invitation_certificate",),
          closes=("D-INVITE", "D-RECEIPT"), opens=("D-ASSIGN", "D-FIRST-MEETING"), tells=PARTIES_TOLD),
    *_row(Act.INVITATION_UNDELIVERABLE, S.INVITATION_PENDING, S.CLOSED_NO_RESPONSE, SEC_COORD, RULES, OURS,
          when=(s.unreached_ends,), guards=(g.names_an_open_invitee,), documents=("invitation_certificate",),
          closes=("D-INVITE", "D-RECEIPT"), tells=APPLICANT_TOLD),
    # T16, T17: mediator
    *_row(Act.ASSIGN, S.MEDIATOR_ASSIGNMENT, None, COORD, "Lei 13.140/2015, arts. 4º a 6º",
          guards=(g.no_mediator_yet, p.eligible_mediator), documents=("assignment",), closes=("D-ASSIGN",),
          opens=("D-DISCLOSE",), tells=(Tell("mediator"),)),
    *_row(Act.DISCLOSE, S.MEDIATOR_ASSIGNMENT, None, MED, "Lei 13.140/2015, art. 5º, parágrafo único",
          guards=(g.mediator_not_disclosed_yet,), documents=("disclosure",), closes=("D-DISCLOSE",),
          opens=("D-CHALLENGE",), tells=PARTIES_TOLD),
    *_row(Act.CHALLENGE, S.MEDIATOR_ASSIGNMENT, None, PARTIES, "Lei 13.140/2015, art. 5º, parágrafo único",
          guards=(g.mediator_disclosed, g.not_challenged_yet, g.takes_part), closes=("D-CHALLENGE",),
          opens=("D-ASSIGN",)),
    *_row(Act.CHALLENGE, (S.SESSION_SCHEDULED, S.IN_PROGRESS), S.MEDIATOR_ASSIGNMENT, PARTIES,
          "Lei 13.140/2015, art. 5º, parágrafo único", OURS, guards=(g.mediator_disclosed, g.takes_part),
          closes=("D-SESSION",), opens=("D-ASSIGN",), tells=TALKS_TOLD),
    *_row(Act.REPLACE, S.MEDIATOR_ASSIGNMENT, None, COORD, "Lei 13.140/2015, art. 5º",
          guards=(g.mediator_was_assigned, p.another_mediator, p.eligible_mediator), documents=("assignment",),
          closes=("D-ASSIGN", "D-DISCLOSE", "D-CHALLENGE"), opens=("D-DISCLOSE",), tells=(Tell("mediator"),)),
    *_row(Act.REPLACE, (S.SESSION_SCHEDULED, S.IN_PROGRESS), S.MEDIATOR_ASSIGNMENT, COORD, "Lei 13.140/2015, art. 5º",
          OURS, guards=(g.mediator_was_assigned, p.another_mediator, p.eligible_mediator), documents=("assignment",),
          closes=("D-SESSION",), opens=("D-DISCLOSE",), tells=(Tell("mediator"), Tell("parties"))),
    # T18 to T20, T23: sessions
    *_row(Act.SCHEDULE, (S.MEDIATOR_ASSIGNMENT, S.IN_PROGRESS), S.SESSION_SCHEDULED, (R.REGISTRY, R.MEDIATOR),
          "Lei 13.140/2015, art. 18; Lei 9.784/1999, arts. 26, § 2º, e 41",
          guards=(g.mediator_settled, g.session_notice_in_time, g.parties_want_another_meeting),
          documents=("session_notice",), closes=("D-CHALLENGE",), opens=("D-SESSION",), tells=TALKS_TOLD),
    *_row(Act.RESCHEDULE, S.SESSION_SCHEDULED, None, (R.REGISTRY, R.MEDIATOR),
          "Lei 9.784/1999, arts. 26, § 2º, e 41", OURS, guards=(g.session_notice_in_time,),
          documents=("session_notice",), closes=("D-SESSION",), opens=("D-SESSION",), tells=TALKS_TOLD),
    *_row(Act.OPEN_SESSION, S.SESSION_SCHEDULED, S.IN_PROGRESS, MED, "Lei 13.140/2015, arts. 10, 14 e 17",
          when=(s.first_session,), guards=(g.session_day_came, g.both_sides_came, g.equally_assisted),
          documents=("opening_record",), closes=("D-SESSION", "D-FIRST-MEETING"), opens=("D-DURATION",)),
    *_row(Act.OPEN_SESSION, S.SESSION_SCHEDULED, S.IN_PROGRESS, MED, "Lei 13.140/2015, arts. 10, 14 e 18",
          when=(s.later_session,), guards=(g.session_day_came, g.both_sides_came, g.equally_assisted),
          documents=("opening_record",), closes=("D-SESSION",)),
    *_row(Act.RECORD_MINUTES, S.IN_PROGRESS, None, (R.MEDIATOR, R.REGISTRY), "Lei 13.140/2015, art. 20", OURS,
          documents=("minutes",)),
    *_row(Act.NO_SHOW, S.SESSION_SCHEDULED, S.CLOSED_NO_AGREEMENT, MED, "Lei 13.140/2015, arts. 2º, § 1º, e 22",
          requires=("no_show_closes",), when=(s.closes,), guards=(g.session_day_came, t.no_settlement_to_keep),
          documents=("absence_minutes", "final_record"), tells=PARTIES_TOLD),
    *_row(Act.NO_SHOW, S.SESSION_SCHEDULED, None, (R.REGISTRY, R.MEDIATOR), "Lei 13.140/2015, arts. 2º, § 1º, e 22",
          guards=(g.session_day_came, g.absence_may_close), documents=("absence_minutes",), closes=("D-SESSION",)),
    *_row(Act.CAUCUS, TALKING, None, (R.MEDIATOR, *PARTIES), "Lei 13.140/2015, arts. 19 e 31", OURS,
          guards=(g.takes_part, g.caucus_with_own_side)),
    *_row(Act.RECORD_OFFER, TALKING, None, (R.MEDIATOR, *PARTIES), "Lei 13.140/2015, art. 30", OURS,
          guards=(g.takes_part,)),
    *_row(Act.MEDIATOR_NOTE, (S.MEDIATOR_ASSIGNMENT, *TALKING), None, MED, "Lei 13.140/2015, art. 30", OURS),
    *_row(Act.CITY_NOTE, CITY_FILE, None, CITY_ATTORNEY, "Lei 12.527/2011, art. 7º, § 3º", OURS,
          guards=(g.case_was_admitted,)),
    # T21, T22: pause
    *_row(Act.SUSPEND, PAUSABLE, S.SUSPENDED, (R.COORDINATOR, R.MEDIATOR),
          "Lei 13.140/2015, art. 10, parágrafo único; Lei 9.784/1999, art. 67", guards=(g.pause_has_end,),
          documents=("order",), pauses=(EVERY_DEADLINE,), opens=("D-RESUME",), tells=TALKS_TOLD),
    *[
        row
        for origin in PAUSABLE
        for row in _row(Act.RESUME, S.SUSPENDED, origin, (R.COORDINATOR, R.MEDIATOR, R.SYSTEM), RULES, OURS,
                        when=(s.returns_to(origin),), guards=(g.timer_waits_for_the_planned_end,),
                        documents=("order",), closes=("D-RESUME",), resumes=(EVERY_DEADLINE,), tells=TALKS_TOLD)
    ],
    # T24 to T26: ends of the talks
    *_row(Act.TERMS_REACHED, S.IN_PROGRESS, S.DRAFTING_AGREEMENT, MED, "Lei 13.140/2015, art. 32, § 3º",
          documents=("minutes",), opens=("D-DRAFT",)),
    *_row(Act.CLOSE_WITHOUT_AGREEMENT, LEAVING, S.CLOSED_NO_AGREEMENT, (R.MEDIATOR, *PARTIES),
          "Lei 13.140/2015, arts. 2º, § 2º, e 20",
          guards=(g.a_session_was_opened, g.takes_part, g.no_settlement_in_force, g.origin_allows_leaving),
          documents=("final_record",), tells=TALKS_TOLD),
    *_row(Act.WITHDRAW, BEFORE_SIGNATURES, S.CLOSED_WITHDRAWN, PARTIES, "Lei 9.784/1999, art. 51",
          guards=(g.no_session_yet, g.may_withdraw, g.takes_part, g.no_settlement_in_force, g.origin_allows_leaving),
          documents=("withdrawal",), tells=TALKS_TOLD),
    # T27 to T34: agreement
    *_row(Act.DRAFT_AGREEMENT, S.DRAFTING_AGREEMENT, None, (R.MEDIATOR, R.COORDINATOR, R.MUNICIPAL_ATTORNEY),
          "Lei 13.140/2015, art. 32, § 3º", OURS, guards=(t.obligations_have_dates,), documents=("draft_term",),
          closes=("D-OFFER",)),
    *_row(Act.REDRAFT, S.DRAFTING_AGREEMENT, S.IN_PROGRESS, (R.MEDIATOR, R.COORDINATOR), RULES, OURS,
          guards=(g.has_a_mediator,), closes=("D-DRAFT",)),
    *_row(Act.SEND_TO_REVIEW, S.DRAFTING_AGREEMENT, S.LEGAL_FISCAL_REVIEW, COORD, OPINION,
          guards=(t.draft_complete, t.opinion_by_another), closes=("D-DRAFT", "D-OFFER"), opens=("D-OPINION",),
          tells=(Tell("opinion_author"),)),
    *_row(Act.ISSUE_OPINION, S.LEGAL_FISCAL_REVIEW, None, (R.OPINION_AUTHOR,), OPINION, OURS,
          guards=(t.did_not_negotiate, t.no_opinion_yet), documents=("legal_opinion",), closes=("D-OPINION",),
          opens=("D-AUTH-REQUEST",), tells=(Tell("city"),)),
    *_row(Act.OPINION_ADVERSE, S.LEGAL_FISCAL_REVIEW, S.DRAFTING_AGREEMENT, (R.OPINION_AUTHOR,), OPINION, OURS,
          when=(s.chosen("drafting_agreement"),), guards=(t.did_not_negotiate,), documents=("legal_opinion",),
          closes=("D-OPINION", "D-AUTH-REQUEST"), opens=("D-DRAFT",), tells=(Tell("city"),)),
    *_row(Act.OPINION_ADVERSE, S.LEGAL_FISCAL_REVIEW, S.IN_PROGRESS, (R.OPINION_AUTHOR,), OPINION, OURS,
          when=(s.chosen("in_progress"),), guards=(t.did_not_negotiate, g.has_a_mediator),
          documents=("legal_opinion",), closes=("D-OPINION", "D-AUTH-REQUEST"), tells=(Tell("city"),)),
    *_row(Act.REQUEST_AUTHORIZATION, S.LEGAL_FISCAL_REVIEW, S.AWAITING_AUTHORIZATION, CITY_ATTORNEY,
          "Regulamento da Câmara, alçada", OURS, guards=(t.opinion_is_favourable, t.ladder_covers),
          documents=("authorization_request",), closes=("D-AUTH-REQUEST", "D-OPINION"), opens=("D-AUTH",),
          tells=(Tell("approver"),)),
    *_row(Act.AUTHORIZE, S.AWAITING_AUTHORIZATION, None, AUTHORITY, LADDER, MODEL, when=(s.more_rungs,),
          guards=(t.is_next_rung,), documents=("authorization",), closes=("D-AUTH",), opens=("D-AUTH",),
          tells=(Tell("approver"),)),
    *_row(Act.AUTHORIZE, S.AWAITING_AUTHORIZATION, S.AWAITING_SIGNATURES, AUTHORITY, LADDER, MODEL, when=(s.last_rung,),
          guards=(t.is_next_rung,), documents=("authorization", "final_term"), closes=("D-AUTH",), opens=("D-SIGN",),
          tells=PARTIES_TOLD),
    *_row(Act.DENY, S.AWAITING_AUTHORIZATION, S.IN_PROGRESS, AUTHORITY, LADDER, MODEL, requires=("!denial_closes",),
          when=(s.with_mediator,), guards=(t.is_next_rung,), documents=("authorization",), closes=("D-AUTH",),
          tells=(Tell("city"), Tell("mediator"))),
    *_row(Act.DENY, S.AWAITING_AUTHORIZATION, S.DRAFTING_AGREEMENT, AUTHORITY, LADDER, OURS,
          requires=("!denial_closes",), when=(s.without_mediator,), guards=(t.is_next_rung,),
          documents=("authorization",), closes=("D-AUTH",), opens=("D-DRAFT",), tells=(Tell("city"),)),
    *_row(Act.DENY, S.AWAITING_AUTHORIZATION, S.DRAFTING_AGREEMENT, AUTHORITY, LADDER, OURS,
          requires=("denial_closes",), when=(s.settlement_standing,), guards=(t.is_next_rung,),
          documents=("authorization",), closes=("D-AUTH",), opens=("D-DRAFT",), tells=(Tell("city"),)),
    *_row(Act.DENY, S.AWAITING_AUTHORIZATION, S.CLOSED_NO_AGREEMENT, AUTHORITY, LADDER, MODEL,
          requires=("denial_closes",), when=(s.nothing_standing,), guards=(t.is_next_rung,),
          documents=("authorization", "final_record"), closes=("D-AUTH",), tells=PARTIES_TOLD),
    *_row(Act.SIGN, S.AWAITING_SIGNATURES, None, PARTIES, TITLE, when=(s.more_signatures,),
          guards=(t.has_own_signature_due, t.power_to_settle_is_stated)),
    *_row(Act.SIGN, S.AWAITING_SIGNATURES, S.AWAITING_ADMIN_HOMOLOGATION, PARTIES, TITLE,
          requires=("admin_homologation",), when=(s.last_signature,),
          guards=(t.has_own_signature_due, t.power_to_settle_is_stated), closes=("D-SIGN", "D-DURATION"),
          opens=("D-HOMOLOGATE",), tells=(Tell("attorney_general"),)),
    *_row(Act.SIGN, S.AWAITING_SIGNATURES, S.AWAITING_PUBLICATION, PARTIES, TITLE,
          requires=("!admin_homologation", "publication"), when=(s.last_signature,),
          guards=(t.has_own_signature_due, t.power_to_settle_is_stated), closes=("D-SIGN", "D-DURATION"),
          opens=("D-PUBLISH",), tells=PARTIES_TOLD),
    *_effective(Act.SIGN, S.AWAITING_SIGNATURES, PARTIES, TITLE, requires=("!admin_homologation", "!publication"),
                when=(s.last_signature,), guards=(t.has_own_signature_due, t.power_to_settle_is_stated),
                closes=("D-SIGN", "D-DURATION")),
    *_row(Act.LAPSE_SIGNATURES, S.AWAITING_SIGNATURES, S.IN_PROGRESS, COORD, RULES, OURS, when=(s.with_mediator,),
          guards=(t.signatures_overdue,), closes=("D-SIGN",), tells=PARTIES_TOLD),
    *_row(Act.LAPSE_SIGNATURES, S.AWAITING_SIGNATURES, S.DRAFTING_AGREEMENT, COORD, RULES, OURS,
          when=(s.without_mediator,), guards=(t.signatures_overdue,), closes=("D-SIGN",), opens=("D-DRAFT",),
          tells=PARTIES_TOLD),
    *_row(Act.HOMOLOGATE_ADMIN, S.AWAITING_ADMIN_HOMOLOGATION, S.AWAITING_PUBLICATION, AG, HOMOLOGATION, MODEL,
          requires=("admin_homologation", "publication"), guards=(t.not_homologated_yet,),
          documents=("homologation",), closes=("D-HOMOLOGATE",), opens=("D-PUBLISH",), tells=PARTIES_TOLD),
    *_effective(Act.HOMOLOGATE_ADMIN, S.AWAITING_ADMIN_HOMOLOGATION, AG, HOMOLOGATION, MODEL,
                requires=("admin_homologation", "!publication"), guards=(t.not_homologated_yet,),
                documents=("homologation",), closes=("D-HOMOLOGATE",)),
    *_row(Act.REFUSE_HOMOLOGATION, S.AWAITING_ADMIN_HOMOLOGATION, S.DRAFTING_AGREEMENT, AG, RULES, OURS,
          requires=("admin_homologation",), guards=(t.not_homologated_yet,), documents=("homologation_refusal",),
          closes=("D-HOMOLOGATE",), opens=("D-DRAFT",), tells=PARTIES_TOLD),
    *_effective(Act.PUBLISH, S.AWAITING_PUBLICATION, SEC, EFFECT, requires=("publication",),
                guards=(g.past_date("published_on"),), documents=("abstract",), closes=("D-PUBLISH",)),
    *_row(Act.FILE_IN_COURT, S.AWAITING_ADMIN_HOMOLOGATION, S.AWAITING_COURT_HOMOLOGATION, CITY_ATTORNEY, COURT,
          requires=("admin_homologation", "!publication"),
          guards=(t.more_than_one_person, t.approved_before_court, g.past_date("filed_on")), documents=("petition",),
          closes=("D-COURT-FILE",), tells=PARTIES_TOLD),
    *_row(Act.FILE_IN_COURT, S.AWAITING_PUBLICATION, S.AWAITING_COURT_HOMOLOGATION, CITY_ATTORNEY, COURT,
          requires=("publication",), guards=(t.more_than_one_person, t.not_in_court_yet, g.past_date("filed_on")),
          documents=("petition",), closes=("D-COURT-FILE", "D-PUBLISH"), tells=PARTIES_TOLD),
    *_row(Act.FILE_IN_COURT, S.AWAITING_COURT_HOMOLOGATION, None, CITY_ATTORNEY, COURT, OURS,
          guards=(t.not_in_court_yet, g.past_date("filed_on")), documents=("petition",), closes=("D-COURT-FILE",),
          tells=PARTIES_TOLD),
    *[
        row
        for requires, when, dest, opens in (
            (("publication",), (s.not_published,), S.AWAITING_PUBLICATION, "D-PUBLISH"),
            (("publication",), (s.published,), S.IN_FORCE, "D-OBL"),
            (("!publication",), (), S.IN_FORCE, "D-OBL"),
        )
        for row in _row(Act.COURT_HOMOLOGATES, S.AWAITING_COURT_HOMOLOGATION, dest, SEC,
                        "Lei 13.140/2015, art. 20, parágrafo único; CPC, art. 515, II e III", requires=requires,
                        when=when, guards=(t.was_filed_in_court, t.prosecution_was_heard, g.past_date("decided_on")),
                        documents=("court_decision",), opens=(opens,), tells=PARTIES_TOLD)
    ],
    *_row(Act.COURT_REFUSES, S.AWAITING_COURT_HOMOLOGATION, S.IN_PROGRESS, SEC, "CPC, art. 515", OURS,
          when=(s.chosen("in_progress"),),
          guards=(t.was_filed_in_court, g.has_a_mediator, g.past_date("decided_on")), documents=("court_decision",),
          tells=PARTIES_TOLD),
    *_row(Act.COURT_REFUSES, S.AWAITING_COURT_HOMOLOGATION, S.DRAFTING_AGREEMENT, SEC, "CPC, art. 515", OURS,
          when=(s.chosen("drafting_agreement"),), guards=(t.was_filed_in_court, g.past_date("decided_on")),
          documents=("court_decision",), opens=("D-DRAFT",), tells=PARTIES_TOLD),
    # T35 to T37: compliance
    *_row(Act.REGISTER_FULFILMENT, S.IN_FORCE, None, SEC, TERM, OURS, when=(s.others_notified,),
          guards=(t.obligation_pending, g.past_date("fulfilled_on"))),
    *_row(Act.REGISTER_FULFILMENT, S.IN_FORCE, None, SEC, TERM, OURS, when=(s.others_owed,),
          guards=(t.obligation_pending, g.past_date("fulfilled_on")), closes=("D-CURE",)),
    *_row(Act.REGISTER_FULFILMENT, S.IN_FORCE, S.CLOSED_FULFILLED, SEC, TERM, OURS, when=(s.last_obligation,),
          guards=(t.obligation_pending, g.past_date("fulfilled_on")), documents=("discharge",), closes=("D-CURE",),
          tells=PARTIES_TOLD),
    *_row(Act.NOTIFY_TO_CURE, S.IN_FORCE, None, COORD, TERM, OURS, guards=(t.an_obligation_is_overdue,),
          documents=("cure_notice",), tells=(Tell("debtor", "D-CURE"),)),
    *_row(Act.DECLARE_BREACH, S.IN_FORCE, S.BREACHED, COORD, "Termo do acordo; CPC, art. 784, IV",
          guards=(t.cure_term_over,), documents=("breach_certificate",), closes=("D-CURE",),
          opens=("D-BREACH-DECISION",), tells=PARTIES_TOLD),
    *_row(Act.CURE, S.BREACHED, S.IN_FORCE, SEC, TERM, OURS, when=(s.cures_in_part,),
          guards=(g.past_date("cured_on"),), closes=("D-BREACH-DECISION",), tells=PARTIES_TOLD),
    *_row(Act.CURE, S.BREACHED, S.CLOSED_FULFILLED, SEC, TERM, OURS, when=(s.cures_everything,),
          guards=(g.past_date("cured_on"),), documents=("discharge",), closes=("D-BREACH-DECISION",),
          tells=PARTIES_TOLD),
    *_row(Act.RENEGOTIATE, S.BREACHED, S.DRAFTING_AGREEMENT, (R.COORDINATOR, R.MUNICIPAL_ATTORNEY), TERM, OURS,
          closes=("D-BREACH-DECISION",), opens=("D-DRAFT",), tells=PARTIES_TOLD),
    *_row(Act.KEEP_SETTLEMENT, RENEGOTIATING, S.BREACHED, (R.COORDINATOR, R.MEDIATOR, *PARTIES),
          "Lei 13.140/2015, art. 2º, § 2º", OURS, guards=(t.replaces_a_settlement, g.takes_part),
          closes=("D-SESSION", "D-DRAFT", "D-OPINION", "D-AUTH-REQUEST", "D-AUTH", "D-SIGN", "D-DURATION"),
          opens=("D-OBL", "D-BREACH-DECISION"), tells=PARTIES_TOLD),
    *_row(Act.ENFORCE, S.BREACHED, S.CLOSED_ENFORCED, CITY_ATTORNEY + SEC,
          "CPC, arts. 784, IV, e 910 (534 e 535, se o juiz homologou)",
          guards=(t.more_than_one_person,), closes=("D-BREACH-DECISION",), tells=PARTIES_TOLD),
    # T38, T47, T49: other ends
    *_row(Act.ARBITRATE_INTERNAL, S.IN_PROGRESS, S.CLOSED_ARBITRATED, AG,
          "Regulamento da Câmara (por analogia: Lei 13.140/2015, art. 36, § 1º)", OURS,
          requires=("internal_determination",), guards=(t.both_public, g.no_settlement_in_force),
          documents=("internal_determination",), tells=PARTIES_TOLD),
    *_row(Act.DECLARE_MOOT, PROCEDURE, S.CLOSED_MOOT, COORD, "Lei 9.784/1999, art. 52", documents=("order",),
          tells=TALKS_TOLD),
    *_row(Act.ANNUL, (S.IN_FORCE, S.CLOSED_FULFILLED), S.ANNULLED, COORD, "Lei 9.784/1999, art. 53", OURS,
          documents=("annulment",), tells=PARTIES_TOLD),
    # T40, T51 and what may be noted at any time
    *_row(Act.REDISTRIBUTE, PROCEDURE, None, (R.COORDINATOR, R.ATTORNEY_GENERAL), CCAF, MODEL,
          guards=(p.assignee_may_lead,), documents=("order",)),
    *_row(Act.TAKE_OVER, PROCEDURE, None, AG, CCAF, MODEL, documents=("order",)),
    *_row(Act.ASSIGN_SUBSTITUTE, PROCEDURE, None, COORD, RULES, OURS, guards=(p.substitute_is_free,),
          documents=("order",)),
    *_row(Act.ASSIGN_CITY_ATTORNEY, PROCEDURE, None, COORD, AM_12, MODEL,
          guards=(g.city_is_a_party, p.attorney_is_free), tells=(Tell("city"),)),
    *_row(Act.RECORD_SERVICE, PROCEDURE, None, (*SEC_COORD, *PARTIES), "Lei 9.784/1999, art. 26", OURS,
          guards=(g.notice_is_open, g.notice_is_own, g.past_date("served_on"), g.service_follows_the_notice)),
    *_row(Act.RECORD_SERVICE, PROCEDURE, None, (R.SYSTEM,), "Regulamento da Câmara (por analogia: Lei 11.419, art. 5º)",
          OURS, requires=("deemed_portal_service",),
          guards=(g.notice_is_open, g.past_date("served_on"), g.service_follows_the_notice)),
    *_row(Act.RECORD_SERVICE, PROCEDURE, None, (R.SYSTEM,), "Lei 11.419, art. 5º (analogia)",
          OURS, when=(s.adhered_to_the_portal,),
          guards=(g.notice_is_open, g.past_date("served_on"), g.service_follows_the_notice)),
    # T40b to T40e: a person and a date. The coordination or the Attorney General decide on a party's time; the registry
    # records and serves. What takes time away from a party needs a second person (issue 3, point 3).
    *_row(Act.EXTEND_DEADLINE, PROCEDURE, None, DECIDES_TIME, RULES, OURS, when=(s.time_of_a_party,),
          guards=(d.deadline_extendable,), tells=PARTIES_TOLD),
    *_row(Act.EXTEND_DEADLINE, PROCEDURE, None, DECIDES_TIME, RULES, OURS, when=(s.time_of_the_chamber,),
          guards=(d.deadline_extendable,)),
    *_row(Act.CHANGE_DEADLINE, PROCEDURE, None, DECIDES_TIME, RULES, OURS, when=(s.shortens_the_time_of_a_party,),
          guards=(d.no_change_waits, d.deadline_changeable, d.new_date_fits)),
    *_row(Act.CHANGE_DEADLINE, PROCEDURE, None, DECIDES_TIME, RULES, OURS, when=(s.keeps_the_time_of_a_party,),
          guards=(d.no_change_waits, d.deadline_changeable, d.new_date_fits), tells=PARTIES_TOLD),
    *_row(Act.CHANGE_DEADLINE, PROCEDURE, None, DECIDES_TIME, RULES, OURS, when=(s.time_of_the_chamber,),
          guards=(d.no_change_waits, d.deadline_changeable, d.new_date_fits)),
    *_row(Act.CONFIRM_DEADLINE_CHANGE, PROCEDURE, None, DECIDES_TIME, RULES, OURS,
          guards=(d.change_waits, d.change_is_anothers, d.change_still_fits), tells=PARTIES_TOLD),
    *_row(Act.REFUSE_DEADLINE_CHANGE, PROCEDURE, None, DECIDES_TIME, RULES, OURS, guards=(d.change_waits,)),
    *_row(Act.ADD_DOCUMENT, ACTIVE, None, (*PARTIES, R.REGISTRY, R.COORDINATOR, R.MEDIATOR), RULES, OURS),
    *_row(Act.LINK_LAWSUIT, ACTIVE, None, (R.REGISTRY, R.COORDINATOR, R.MUNICIPAL_ATTORNEY),
          "Lei 13.140/2015, art. 16; CPC, arts. 313 e 922", OURS),
    *_row(Act.SET_EXTERNAL_PROCESS, ACTIVE, None, SEC_COORD, RULES, OURS),
    *_row(Act.RECORD_CLAIM, PROCEDURE, None, (R.REGISTRY, R.COORDINATOR, R.MUNICIPAL_ATTORNEY),
          "Decreto 20.910/1932, arts. 1º e 4º; Lei 13.140/2015, art. 34", OURS, guards=(g.past_date("trigger_on"),)),
]


def _setting_aside() -> list[Transition]:
    """T50 backwards along every edge: the case returns to the state the last docket act found it in."""
    edges: dict[tuple[CaseState, CaseState], dict[tuple[str, ...], None]] = {}
    for row in ROWS:
        falls = row.act.compartment is Compartment.DOCKET and row.act.value not in g.UNDOABLE_NEVER
        if falls and row.source is not S.DRAFT and not row.dest.terminal:
            edges.setdefault((row.dest, row.source), {})[row.requires] = None
    return [
        row
        for (source, dest), switches in edges.items()
        for requires in ([()] if () in switches else switches)
        for row in _row(Act.SET_ASIDE, source, dest, COORD, RULES, OURS, requires=requires, when=(s.was(dest),),
                        guards=(g.last_act_can_fall,), documents=("order",))
    ]


ROWS += _setting_aside()

TABLE: tuple[Transition, ...] = tuple(ROWS)
"""The table. Order matters only among rows of the same act and source."""
