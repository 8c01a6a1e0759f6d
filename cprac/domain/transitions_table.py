"""The one table of transitions: procedure.md a.2 with section 00, row by row, in the order of the case's life.

Everything that knows what may happen reads this table: the machine, the menu, the diagram, the documentation, the tests.
``requires`` names switches of the regulation (``!`` negates); ``when`` chooses among rows by the facts; ``guards`` refuse.
A row whose ``basis`` is "default" is ours and not the law's (docs/decisions/0002). Longer than 400 lines because it is one
table, reviewed as one.
"""

from __future__ import annotations

from dataclasses import dataclass

from cprac.domain import guards as g
from cprac.domain import selectors as s
from cprac.domain.acts import Act, Compartment
from cprac.domain.roles import Role
from cprac.domain.states import ACTIVE, BEFORE_SIGNATURES, CONSULTING, PAUSABLE, PROCEDURE, CaseState
from cprac.domain.subject import Guard, Selector

S = CaseState
R = Role

EVERY_DEADLINE = "*"


@dataclass(frozen=True, slots=True)
class Tell:
    """A notice: to whom (applicant, invitees, parties, city, agency, mediator, opinion_author, approver,
    attorney_general, debtor), and the deadline that its receipt starts, if any."""

    audience: str
    starts: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """A row: from *source*, *act* done by one of *roles* leads to *dest* if selectors and guards agree."""

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


def _row(  # noqa: PLR0913  (a table row: one argument a column)
    act: Act,
    source: CaseState | tuple[CaseState, ...],
    dest: CaseState | None,
    roles: tuple[Role, ...],
    law: str,
    *,
    ours: bool = False,
    **columns: object,
) -> list[Transition]:
    """Rows for each source; ``dest`` None means that the case stays where it is."""
    sources = source if isinstance(source, tuple) else (source,)
    return [
        Transition(act, each, dest or each, roles, "default" if ours else "law", law, **columns)  # type: ignore[arg-type]
        for each in sources
    ]


CITY_ATTORNEY = (R.MUNICIPAL_ATTORNEY,)
PARTIES = (R.APPLICANT, R.INVITEE, R.MUNICIPAL_ATTORNEY)
INVITED = (R.INVITEE, R.MUNICIPAL_ATTORNEY)
COORD = (R.COORDINATOR,)
SEC = (R.REGISTRY,)
SEC_COORD = (R.REGISTRY, R.COORDINATOR)
MED = (R.MEDIATOR,)
AG = (R.ATTORNEY_GENERAL,)

PARTIES_TOLD = (Tell("parties"),)
APPLICANT_TOLD = (Tell("applicant"),)
AFTER_TALKS = tuple(
    state for state in BEFORE_SIGNATURES
    if state.code in {"S5", "S10", "S11", "S12", "S13", "S14", "S15", "S16", "S17"}
)
TALKING = (S.SESSION_SCHEDULED, S.IN_PROGRESS, S.DRAFTING_AGREEMENT)
LAWSUIT = "CPC, arts. 313 e 922; Resolução CNJ 65/2008"

ROWS: list[Transition] = [
    # T0, T53: the old register
    *_row(Act.REGISTER_LEGACY, S.DRAFT, S.LEGACY_OPEN, SEC, "Regulamento da Câmara", ours=True, when=(s.has_answer_pending,)),
    *_row(Act.REGISTER_LEGACY, S.DRAFT, S.LEGACY_CLOSED, SEC, "Regulamento da Câmara", ours=True, when=(s.ended_before,)),
    *_row(Act.LEGACY_STEP, S.LEGACY_OPEN, None, SEC, "Regulamento da Câmara", ours=True),
    *_row(Act.ADOPT_LEGACY, S.LEGACY_OPEN, S.FILED, SEC, "Regulamento da Câmara", ours=True,
          opens=("D-SCREEN", "D-FORMAL"), documents=("application",)),
    *_row(Act.CLOSE_LEGACY, S.LEGACY_OPEN, S.LEGACY_CLOSED, SEC, "Regulamento da Câmara", ours=True,
          guards=(g.past_date("closed_on"),)),
    # T1–T6: filing and formal screening
    *_row(Act.SUBMIT, S.DRAFT, S.FILED, (R.APPLICANT, R.REGISTRY, R.COORDINATOR, R.MUNICIPAL_ATTORNEY),
          "Lei 13.140/2015, art. 34, § 1º", guards=(g.has_public_party,), documents=("application", "receipt"),
          opens=("D-SCREEN", "D-FORMAL"), tells=APPLICANT_TOLD),
    *_row(Act.REOPEN, S.DRAFT, S.FILED, COORD, "Regulamento da Câmara", ours=True, guards=(g.has_public_party,),
          documents=("application",), opens=("D-SCREEN", "D-FORMAL"), tells=APPLICANT_TOLD),
    *_row(Act.SPLIT_REJECTED, S.DRAFT, S.INADMISSIBLE, COORD, "Lei 13.140/2015, art. 3º, § 1º",
          documents=("admissibility_decision",), tells=(Tell("applicant", "D-APPEAL"),)),
    *_row(Act.SCREEN, S.FILED, S.FORMAL_REVIEW, SEC, "AM, art. 38", requires=("formal_review",), closes=("D-SCREEN",)),
    *_row(Act.SCREEN, S.FILED, S.MERIT_ADMISSIBILITY, SEC, "AM, art. 38", requires=("!formal_review",),
          closes=("D-SCREEN", "D-FORMAL"), opens=("D-ADMIT",)),
    *_row(Act.REQUEST_COMPLETION, S.FORMAL_REVIEW, S.AWAITING_COMPLETION, SEC_COORD,
          "Lei 9.784/1999, arts. 6º, 39 e 40; AM, art. 38, §§ 1º e 2º", documents=("completion_request",),
          pauses=("D-FORMAL",), tells=(Tell("applicant", "D-COMPLETE"),)),
    *_row(Act.EXTEND_COMPLETION, S.AWAITING_COMPLETION, None, SEC_COORD, "Regulamento da Câmara", ours=True,
          guards=(g.completion_extendable,), tells=APPLICANT_TOLD),
    *_row(Act.COMPLETE, S.AWAITING_COMPLETION, S.FORMAL_REVIEW, (R.APPLICANT, R.MUNICIPAL_ATTORNEY, R.REGISTRY),
          "AM, art. 38, § 2º", closes=("D-COMPLETE",), resumes=("D-FORMAL",)),
    *_row(Act.ARCHIVE_INCOMPLETE, S.AWAITING_COMPLETION, S.CLOSED_INCOMPLETE, COORD,
          "Lei 9.784/1999, art. 40; AM, art. 38, § 2º", requires=("!appealable_archiving",),
          guards=(g.completion_lapsed,), documents=("archiving_decision",), closes=("D-COMPLETE",), tells=APPLICANT_TOLD),
    *_row(Act.ARCHIVE_INCOMPLETE, S.AWAITING_COMPLETION, S.INADMISSIBLE, COORD,
          "Lei 9.784/1999, arts. 40 e 56", requires=("appealable_archiving",), guards=(g.completion_lapsed,),
          documents=("archiving_decision",), closes=("D-COMPLETE", "D-FORMAL"), tells=(Tell("applicant", "D-APPEAL"),)),
    *_row(Act.PASS_FORMAL, S.FORMAL_REVIEW, S.MERIT_ADMISSIBILITY, SEC_COORD, "AM, art. 38, § 3º",
          documents=("formal_report",), closes=("D-FORMAL",), opens=("D-ADMIT",)),
    # T7, T8: consulting an agency
    *_row(Act.ASK_AGENCY, CONSULTING, S.AWAITING_AGENCY, (R.COORDINATOR, R.MEDIATOR, R.OPINION_AUTHOR),
          "AM, art. 39, II; Lei 13.140/2015, art. 19", documents=("official_letter",), opens=("D-AGENCY",),
          pauses=("D-ADMIT", "D-OPINION"), tells=(Tell("agency"),)),
    *[
        row
        for origin in CONSULTING
        for act, actors, guard in (
            (Act.AGENCY_ANSWERS, (R.AGENCY, R.REGISTRY, R.COORDINATOR), ()),
            (Act.PROCEED_WITHOUT_ANSWER, COORD, (g.agency_term_over,)),
        )
        for row in _row(act, S.AWAITING_AGENCY, origin, actors, "Lei 9.784/1999, arts. 24 e 42",
                        ours=act is Act.PROCEED_WITHOUT_ANSWER, when=(s.returns_to(origin),), guards=guard,
                        closes=("D-AGENCY",), resumes=("D-ADMIT", "D-OPINION"))
    ],
    # T9–T12: admissibility and appeal
    *_row(Act.ADMIT, S.MERIT_ADMISSIBILITY, S.ADMITTED, COORD,
          "Lei 13.140/2015, arts. 3º, 32 e 34, § 1º; AM, art. 39, I", documents=("admissibility_decision",),
          closes=("D-ADMIT",), opens=("D-INVITE-SEND",), tells=APPLICANT_TOLD),
    *_row(Act.ADMIT_PARTIALLY, S.MERIT_ADMISSIBILITY, S.ADMITTED, COORD, "Lei 13.140/2015, art. 3º, § 1º",
          requires=("partial_admission",), documents=("admissibility_decision",), closes=("D-ADMIT",),
          opens=("D-INVITE-SEND",), tells=APPLICANT_TOLD),
    *_row(Act.REJECT, S.MERIT_ADMISSIBILITY, S.INADMISSIBLE, COORD,
          "Lei 9.784/1999, art. 50; Lei 13.140/2015, art. 34, § 1º", documents=("admissibility_decision",),
          closes=("D-ADMIT",), tells=(Tell("applicant", "D-APPEAL"),)),
    *_row(Act.APPEAL, S.INADMISSIBLE, S.UNDER_REVIEW, (R.APPLICANT, R.MUNICIPAL_ATTORNEY, R.REGISTRY),
          "Lei 9.784/1999, arts. 56, § 1º, e 59", guards=(g.appeal_in_time,), documents=("appeal",),
          closes=("D-APPEAL",), opens=("D-RECONS",)),
    *_row(Act.LAPSE_APPEAL, S.INADMISSIBLE, S.CLOSED_INADMISSIBLE, COORD, "Lei 9.784/1999, art. 59",
          when=(s.rejected_on_merit,), guards=(g.appeal_term_over,), closes=("D-APPEAL",), tells=APPLICANT_TOLD),
    *_row(Act.LAPSE_APPEAL, S.INADMISSIBLE, S.CLOSED_INCOMPLETE, COORD, "Lei 9.784/1999, arts. 40 e 59",
          when=(s.archived_incomplete,), guards=(g.appeal_term_over,), closes=("D-APPEAL",), tells=APPLICANT_TOLD),
    *_row(Act.RECONSIDER, S.UNDER_REVIEW, S.MERIT_ADMISSIBILITY, COORD, "Lei 9.784/1999, art. 56, § 1º",
          guards=(g.decided_the_contested_act,), documents=("appeal_decision",), closes=("D-RECONS",),
          opens=("D-ADMIT",), tells=APPLICANT_TOLD),
    *_row(Act.FORWARD_APPEAL, S.UNDER_REVIEW, None, COORD, "Lei 9.784/1999, art. 56, § 1º",
          guards=(g.decided_the_contested_act,), closes=("D-RECONS",), opens=("D-APPEAL-DEC",),
          tells=(Tell("attorney_general"),)),
    *_row(Act.UPHOLD, S.UNDER_REVIEW, S.CLOSED_INADMISSIBLE, AG, "Lei 9.784/1999, art. 59",
          when=(s.rejected_on_merit,), guards=(g.appeal_was_forwarded, g.did_not_decide_before),
          documents=("appeal_decision",), closes=("D-APPEAL-DEC",), tells=APPLICANT_TOLD),
    *_row(Act.UPHOLD, S.UNDER_REVIEW, S.CLOSED_INCOMPLETE, AG, "Lei 9.784/1999, arts. 40 e 59",
          when=(s.archived_incomplete,), guards=(g.appeal_was_forwarded, g.did_not_decide_before),
          documents=("appeal_decision",), closes=("D-APPEAL-DEC",), tells=APPLICANT_TOLD),
    *_row(Act.REVERSE, S.UNDER_REVIEW, S.ADMITTED, AG, "Lei 9.784/1999, art. 59; Lei 13.140/2015, art. 34, § 1º",
          when=(s.chosen("admitted"),), guards=(g.appeal_was_forwarded, g.did_not_decide_before),
          documents=("appeal_decision",), closes=("D-APPEAL-DEC",), opens=("D-INVITE-SEND",), tells=APPLICANT_TOLD),
    *_row(Act.REVERSE, S.UNDER_REVIEW, S.MERIT_ADMISSIBILITY, AG, "Lei 9.784/1999, art. 59",
          when=(s.chosen("merit_admissibility"),), guards=(g.appeal_was_forwarded, g.did_not_decide_before),
          documents=("appeal_decision",), closes=("D-APPEAL-DEC",), opens=("D-ADMIT",), tells=APPLICANT_TOLD),
    *_row(Act.DISMISS_APPEAL, S.UNDER_REVIEW, S.CLOSED_INADMISSIBLE, AG, "Lei 9.784/1999, art. 63",
          when=(s.rejected_on_merit,), guards=(g.appeal_was_forwarded, g.did_not_decide_before),
          documents=("appeal_decision",), closes=("D-APPEAL-DEC",), tells=APPLICANT_TOLD),
    *_row(Act.DISMISS_APPEAL, S.UNDER_REVIEW, S.CLOSED_INCOMPLETE, AG, "Lei 9.784/1999, art. 63",
          when=(s.archived_incomplete,), guards=(g.appeal_was_forwarded, g.did_not_decide_before),
          documents=("appeal_decision",), closes=("D-APPEAL-DEC",), tells=APPLICANT_TOLD),
    # T13–T15, T41, T48, T52: invitation
    *_row(Act.INVITE, S.ADMITTED, S.INVITATION_PENDING, SEC, "Lei 13.140/2015, art. 21",
          guards=(g.different_legal_persons, g.someone_to_invite), documents=("invitation",),
          closes=("D-INVITE-SEND",), opens=("D-RECEIPT",), tells=(Tell("invitees", "D-INVITE"),)),
    *_row(Act.OFFER_DIRECTLY, S.ADMITTED, S.DRAFTING_AGREEMENT, COORD, "Regulamento da Câmara", ours=True,
          requires=("offer_directly",), documents=("direct_offer",), closes=("D-INVITE-SEND",), opens=("D-DRAFT",),
          tells=(Tell("parties", "D-OFFER"),)),
    *_row(Act.REFUSE_OFFER, S.DRAFTING_AGREEMENT, S.MEDIATOR_ASSIGNMENT, PARTIES, "Regulamento da Câmara", ours=True,
          requires=("offer_directly",), guards=(g.was_offered_directly,), closes=("D-OFFER", "D-DRAFT"),
          opens=("D-ASSIGN",)),
    *_row(Act.START_WITHOUT_INVITATION, S.ADMITTED, S.MEDIATOR_ASSIGNMENT, COORD, "Regulamento da Câmara", ours=True,
          requires=("same_person_track",), guards=(g.same_legal_person,), closes=("D-INVITE-SEND",), opens=("D-ASSIGN",)),
    *_row(Act.ACCEPT, S.INVITATION_PENDING, None, INVITED, "Lei 13.140/2015, arts. 2º, V, e 46",
          when=(s.others_pending,), guards=(g.is_open_invitee,), documents=("acceptance",)),
    *_row(Act.ACCEPT, S.INVITATION_PENDING, S.MEDIATOR_ASSIGNMENT, INVITED, "Lei 13.140/2015, arts. 2º, V, e 46",
          when=(s.last_to_accept,), guards=(g.is_open_invitee,), documents=("acceptance",),
          closes=("D-INVITE", "D-RECEIPT"), opens=("D-ASSIGN", "D-FIRST-MEETING"), tells=PARTIES_TOLD),
    *_row(Act.DECLINE, S.INVITATION_PENDING, None, INVITED, "Lei 13.140/2015, art. 2º, § 2º",
          when=(s.others_pending,), guards=(g.is_open_invitee,)),
    *_row(Act.DECLINE, S.INVITATION_PENDING, S.MEDIATOR_ASSIGNMENT, INVITED, "Lei 13.140/2015, art. 2º, § 2º",
          when=(s.last_declines_some_accepted,), guards=(g.is_open_invitee,), closes=("D-INVITE", "D-RECEIPT"),
          opens=("D-ASSIGN", "D-FIRST-MEETING"), tells=PARTIES_TOLD),
    *_row(Act.DECLINE, S.INVITATION_PENDING, S.CLOSED_NO_RESPONSE, INVITED, "Lei 13.140/2015, art. 2º, § 2º",
          when=(s.last_declines_none_accepted,), guards=(g.is_open_invitee,), documents=("invitation_certificate",),
          closes=("D-INVITE", "D-RECEIPT"), tells=PARTIES_TOLD),
    *_row(Act.LAPSE_INVITATION, S.INVITATION_PENDING, None, COORD, "Lei 13.140/2015, art. 21 (analogia)", ours=True,
          when=(s.lapse_leaves_city,), guards=(g.invitation_lapsed,)),
    *_row(Act.LAPSE_INVITATION, S.INVITATION_PENDING, S.MEDIATOR_ASSIGNMENT, COORD,
          "Lei 13.140/2015, art. 21 (analogia)", ours=True, when=(s.lapse_some_accepted,), guards=(g.invitation_lapsed,),
          closes=("D-INVITE", "D-RECEIPT"), opens=("D-ASSIGN", "D-FIRST-MEETING"), tells=PARTIES_TOLD),
    *_row(Act.LAPSE_INVITATION, S.INVITATION_PENDING, S.CLOSED_NO_RESPONSE, (R.COORDINATOR, R.SYSTEM),
          "Lei 13.140/2015, art. 21 (analogia)", ours=True, when=(s.lapse_none_accepted,), guards=(g.invitation_lapsed,),
          requires=("invitation_lapse_automatic",), documents=("invitation_certificate",),
          closes=("D-INVITE", "D-RECEIPT"), tells=PARTIES_TOLD),
    *_row(Act.LAPSE_INVITATION, S.INVITATION_PENDING, S.CLOSED_NO_RESPONSE, COORD,
          "Lei 13.140/2015, art. 21 (analogia)", ours=True, when=(s.lapse_none_accepted,), guards=(g.invitation_lapsed,),
          requires=("!invitation_lapse_automatic",), documents=("invitation_certificate",),
          closes=("D-INVITE", "D-RECEIPT"), tells=PARTIES_TOLD),
    *_row(Act.INVITATION_UNDELIVERABLE, S.INVITATION_PENDING, None, SEC_COORD, "Regulamento da Câmara", ours=True,
          when=(s.another_medium,)),
    *_row(Act.INVITATION_UNDELIVERABLE, S.INVITATION_PENDING, S.MEDIATOR_ASSIGNMENT, SEC_COORD, "Regulamento da Câmara",
          ours=True, when=(s.no_other_medium_some_accepted,), closes=("D-INVITE", "D-RECEIPT"),
          opens=("D-ASSIGN", "D-FIRST-MEETING"), tells=PARTIES_TOLD),
    *_row(Act.INVITATION_UNDELIVERABLE, S.INVITATION_PENDING, S.CLOSED_NO_RESPONSE, SEC_COORD, "Regulamento da Câmara",
          ours=True, when=(s.no_other_medium,), documents=("invitation_certificate",),
          closes=("D-INVITE", "D-RECEIPT"), tells=APPLICANT_TOLD),
    # T16, T17: mediator
    *_row(Act.ASSIGN, S.MEDIATOR_ASSIGNMENT, None, COORD, "Lei 13.140/2015, arts. 4º a 6º",
          guards=(g.no_mediator_yet, g.eligible_mediator), documents=("assignment",), closes=("D-ASSIGN",),
          opens=("D-DISCLOSE",), tells=(Tell("mediator"),)),
    *_row(Act.DISCLOSE, S.MEDIATOR_ASSIGNMENT, None, MED, "Lei 13.140/2015, art. 5º, parágrafo único",
          guards=(g.mediator_not_disclosed_yet,), documents=("disclosure",), closes=("D-DISCLOSE",),
          opens=("D-CHALLENGE",), tells=PARTIES_TOLD),
    *_row(Act.CHALLENGE, S.MEDIATOR_ASSIGNMENT, None, PARTIES, "Lei 13.140/2015, art. 5º, parágrafo único",
          guards=(g.mediator_disclosed,), closes=("D-CHALLENGE",), opens=("D-ASSIGN",)),
    *_row(Act.REPLACE, S.MEDIATOR_ASSIGNMENT, None, COORD, "Lei 13.140/2015, art. 5º",
          guards=(g.mediator_was_assigned, g.eligible_mediator), documents=("assignment",),
          closes=("D-ASSIGN", "D-DISCLOSE", "D-CHALLENGE"), opens=("D-DISCLOSE",), tells=(Tell("mediator"),)),
    # T18–T20, T23: sessions
    *_row(Act.SCHEDULE, (S.MEDIATOR_ASSIGNMENT, S.IN_PROGRESS), S.SESSION_SCHEDULED, (R.REGISTRY, R.MEDIATOR),
          "Lei 13.140/2015, art. 18; Lei 9.784/1999, arts. 26, § 2º, e 41",
          guards=(g.mediator_settled, g.session_notice_in_time, g.parties_want_another_meeting),
          documents=("session_notice",), closes=("D-CHALLENGE",), opens=("D-SESSION",), tells=PARTIES_TOLD),
    *_row(Act.RESCHEDULE, S.SESSION_SCHEDULED, None, (R.REGISTRY, R.MEDIATOR), "Lei 9.784/1999, arts. 26, § 2º, e 41",
          ours=True, guards=(g.session_notice_in_time,), documents=("session_notice",), closes=("D-SESSION",),
          opens=("D-SESSION",), tells=PARTIES_TOLD),
    *_row(Act.OPEN_SESSION, S.SESSION_SCHEDULED, S.IN_PROGRESS, MED, "Lei 13.140/2015, arts. 10, 14 e 17",
          guards=(g.session_day_came, g.equally_assisted), documents=("opening_record",),
          closes=("D-SESSION", "D-FIRST-MEETING"), opens=("D-DURATION",)),
    *_row(Act.RECORD_MINUTES, S.IN_PROGRESS, None, (R.MEDIATOR, R.REGISTRY), "Lei 13.140/2015, art. 20", ours=True,
          documents=("minutes",)),
    *_row(Act.NO_SHOW, S.SESSION_SCHEDULED, None, (R.REGISTRY, R.MEDIATOR), "Lei 13.140/2015, arts. 2º, § 1º, e 22",
          when=(s.keeps_going,), guards=(g.session_day_came,), documents=("absence_minutes",)),
    *_row(Act.NO_SHOW, S.SESSION_SCHEDULED, S.CLOSED_NO_AGREEMENT, MED, "Lei 13.140/2015, arts. 2º, § 1º, e 22",
          requires=("no_show_closes",), when=(s.closes,), guards=(g.session_day_came,),
          documents=("absence_minutes", "final_record"), tells=PARTIES_TOLD),
    *_row(Act.CAUCUS, TALKING, None, (R.MEDIATOR, *PARTIES), "Lei 13.140/2015, arts. 19 e 31",
          guards=(g.caucus_with_own_side,)),
    *_row(Act.RECORD_OFFER, TALKING, None, (R.MEDIATOR, *PARTIES), "Lei 13.140/2015, art. 30", ours=True),
    *_row(Act.MEDIATOR_NOTE, (S.MEDIATOR_ASSIGNMENT, *TALKING), None, MED, "Lei 13.140/2015, art. 30", ours=True),
    *_row(Act.CITY_NOTE, tuple(state for state in PROCEDURE if state is not S.SUSPENDED), None, CITY_ATTORNEY,
          "Lei 12.527/2011, art. 7º, § 3º", ours=True),
    # T21, T22: pause
    *_row(Act.SUSPEND, PAUSABLE, S.SUSPENDED, (R.COORDINATOR, R.MEDIATOR),
          "Lei 13.140/2015, art. 10, parágrafo único; Regulamento da Câmara", guards=(g.pause_has_end,),
          documents=("order",), pauses=(EVERY_DEADLINE,), opens=("D-RESUME",), tells=PARTIES_TOLD),
    *[
        row
        for origin in PAUSABLE
        for row in _row(Act.RESUME, S.SUSPENDED, origin, (R.COORDINATOR, R.MEDIATOR), "Regulamento da Câmara",
                        when=(s.returns_to(origin),), documents=("order",), closes=("D-RESUME",),
                        resumes=(EVERY_DEADLINE,), tells=PARTIES_TOLD)
    ],
    # T24–T26: ends of the talks
    *_row(Act.TERMS_REACHED, S.IN_PROGRESS, S.DRAFTING_AGREEMENT, MED, "Lei 13.140/2015, art. 32, § 3º",
          documents=("minutes",), opens=("D-DRAFT",)),
    *_row(Act.CLOSE_WITHOUT_AGREEMENT, AFTER_TALKS, S.CLOSED_NO_AGREEMENT,
          (R.MEDIATOR, R.APPLICANT, R.INVITEE, R.MUNICIPAL_ATTORNEY), "Lei 13.140/2015, arts. 2º, § 2º, e 20",
          guards=(g.a_session_was_opened, g.no_settlement_in_force, g.origin_allows_leaving),
          documents=("final_record",), tells=PARTIES_TOLD),
    *_row(Act.WITHDRAW, BEFORE_SIGNATURES, S.CLOSED_WITHDRAWN, PARTIES, "Lei 9.784/1999, art. 51",
          guards=(g.no_session_yet, g.may_withdraw, g.no_settlement_in_force, g.origin_allows_leaving),
          documents=("withdrawal",), tells=PARTIES_TOLD),
    # T27–T34: agreement
    *_row(Act.DRAFT_AGREEMENT, S.DRAFTING_AGREEMENT, None, (R.MEDIATOR, R.COORDINATOR, R.MUNICIPAL_ATTORNEY),
          "Lei 13.140/2015, art. 32, § 3º", ours=True, guards=(g.obligations_have_dates,), documents=("draft_term",),
          closes=("D-DRAFT", "D-OFFER"), opens=("D-DRAFT",)),
    *_row(Act.REDRAFT, S.DRAFTING_AGREEMENT, S.IN_PROGRESS, (R.MEDIATOR, R.COORDINATOR), "Regulamento da Câmara",
          ours=True, closes=("D-DRAFT",)),
    *_row(Act.SEND_TO_REVIEW, S.DRAFTING_AGREEMENT, S.LEGAL_FISCAL_REVIEW, COORD, "LINDB, art. 26",
          guards=(g.draft_complete, g.opinion_by_another), closes=("D-DRAFT", "D-OFFER"), opens=("D-OPINION",),
          tells=(Tell("opinion_author"),)),
    *_row(Act.ISSUE_OPINION, S.LEGAL_FISCAL_REVIEW, None, (R.OPINION_AUTHOR,), "LINDB, art. 26", ours=True,
          guards=(g.did_not_negotiate,), documents=("legal_opinion",), closes=("D-OPINION",), opens=("D-AUTH-REQUEST",),
          tells=(Tell("city"),)),
    *_row(Act.OPINION_ADVERSE, S.LEGAL_FISCAL_REVIEW, S.DRAFTING_AGREEMENT, (R.OPINION_AUTHOR,), "LINDB, art. 26",
          ours=True, when=(s.chosen("drafting_agreement"),), guards=(g.did_not_negotiate,), documents=("legal_opinion",),
          closes=("D-OPINION", "D-AUTH-REQUEST"), opens=("D-DRAFT",), tells=(Tell("city"),)),
    *_row(Act.OPINION_ADVERSE, S.LEGAL_FISCAL_REVIEW, S.IN_PROGRESS, (R.OPINION_AUTHOR,), "LINDB, art. 26",
          ours=True, when=(s.chosen("in_progress"),), guards=(g.did_not_negotiate,), documents=("legal_opinion",),
          closes=("D-OPINION", "D-AUTH-REQUEST"), tells=(Tell("city"),)),
    *_row(Act.REQUEST_AUTHORIZATION, S.LEGAL_FISCAL_REVIEW, S.AWAITING_AUTHORIZATION, CITY_ATTORNEY,
          "Regulamento da Câmara (alçada)", guards=(g.opinion_is_favourable, g.ladder_covers),
          documents=("authorization_request",), closes=("D-AUTH-REQUEST", "D-OPINION"), opens=("D-AUTH",),
          tells=(Tell("approver"),)),
    *_row(Act.AUTHORIZE, S.AWAITING_AUTHORIZATION, None, (R.APPROVER, R.ATTORNEY_GENERAL),
          "Lei 9.469/1997, art. 1º, § 4º (modelo)", when=(s.more_rungs,), guards=(g.is_next_rung,),
          documents=("authorization",), closes=("D-AUTH",), opens=("D-AUTH",), tells=(Tell("approver"),)),
    *_row(Act.AUTHORIZE, S.AWAITING_AUTHORIZATION, S.AWAITING_SIGNATURES, (R.APPROVER, R.ATTORNEY_GENERAL),
          "Lei 9.469/1997, art. 1º, § 4º (modelo)", when=(s.last_rung,), guards=(g.is_next_rung,),
          documents=("authorization", "final_term"), closes=("D-AUTH",), opens=("D-SIGN",), tells=PARTIES_TOLD),
    *_row(Act.DENY, S.AWAITING_AUTHORIZATION, S.IN_PROGRESS, (R.APPROVER, R.ATTORNEY_GENERAL),
          "Lei 9.469/1997, art. 1º, § 4º (modelo)", requires=("!denial_closes",), guards=(g.is_next_rung,),
          documents=("authorization",), closes=("D-AUTH",), tells=(Tell("city"), Tell("mediator"))),
    *_row(Act.DENY, S.AWAITING_AUTHORIZATION, S.CLOSED_NO_AGREEMENT, (R.APPROVER, R.ATTORNEY_GENERAL),
          "Lei 9.469/1997, art. 1º, § 4º (modelo)", requires=("denial_closes",), guards=(g.is_next_rung,),
          documents=("authorization", "final_record"), closes=("D-AUTH",), tells=PARTIES_TOLD),
    *_row(Act.SIGN, S.AWAITING_SIGNATURES, None, PARTIES, "CPC, art. 784, IV; Lei 14.063/2020",
          when=(s.more_signatures,), guards=(g.has_own_signature_due,)),
    *_row(Act.SIGN, S.AWAITING_SIGNATURES, S.AWAITING_ADMIN_HOMOLOGATION, PARTIES,
          "CPC, art. 784, IV; Lei 14.063/2020", requires=("admin_homologation",), when=(s.last_signature,),
          guards=(g.has_own_signature_due,), closes=("D-SIGN",), opens=("D-HOMOLOGATE",),
          tells=(Tell("attorney_general"),)),
    *_row(Act.SIGN, S.AWAITING_SIGNATURES, S.AWAITING_PUBLICATION, PARTIES, "CPC, art. 784, IV; Lei 14.063/2020",
          requires=("!admin_homologation", "publication"), when=(s.last_signature,), guards=(g.has_own_signature_due,),
          closes=("D-SIGN",), opens=("D-PUBLISH",)),
    *_row(Act.SIGN, S.AWAITING_SIGNATURES, S.AWAITING_COURT_HOMOLOGATION, PARTIES,
          "CPC, art. 784, IV; Lei 13.140/2015, art. 3º, § 2º", requires=("!admin_homologation", "!publication"),
          when=(s.last_signature_court,), guards=(g.has_own_signature_due,), closes=("D-SIGN",), opens=("D-COURT-FILE",),
          tells=(Tell("city"),)),
    *_row(Act.SIGN, S.AWAITING_SIGNATURES, S.IN_FORCE, PARTIES, "CPC, art. 784, IV; Lei 14.063/2020",
          requires=("!admin_homologation", "!publication"), when=(s.last_signature_no_court,),
          guards=(g.has_own_signature_due,), closes=("D-SIGN",), opens=("D-OBL",), tells=PARTIES_TOLD),
    *_row(Act.LAPSE_SIGNATURES, S.AWAITING_SIGNATURES, S.IN_PROGRESS, COORD, "Regulamento da Câmara", ours=True,
          guards=(g.signatures_overdue,), closes=("D-SIGN",), tells=PARTIES_TOLD),
    *_row(Act.HOMOLOGATE_ADMIN, S.AWAITING_ADMIN_HOMOLOGATION, S.AWAITING_PUBLICATION, AG,
          "Montes Claros, Lei 5.202/2019, art. 3º (modelo)", requires=("admin_homologation", "publication"),
          guards=(g.not_homologated_yet,), documents=("homologation",), closes=("D-HOMOLOGATE",), opens=("D-PUBLISH",), tells=PARTIES_TOLD),
    *_row(Act.HOMOLOGATE_ADMIN, S.AWAITING_ADMIN_HOMOLOGATION, None, AG,
          "Montes Claros, Lei 5.202/2019, art. 3º (modelo)", requires=("admin_homologation", "!publication"),
          when=(s.court_required,), guards=(g.not_homologated_yet,), documents=("homologation",), closes=("D-HOMOLOGATE",), opens=("D-COURT-FILE",),
          tells=PARTIES_TOLD),
    *_row(Act.HOMOLOGATE_ADMIN, S.AWAITING_ADMIN_HOMOLOGATION, S.IN_FORCE, AG,
          "Montes Claros, Lei 5.202/2019, art. 3º (modelo)", requires=("admin_homologation", "!publication"),
          when=(s.court_not_required,), guards=(g.not_homologated_yet,), documents=("homologation",), closes=("D-HOMOLOGATE",), opens=("D-OBL",),
          tells=PARTIES_TOLD),
    *_row(Act.REFUSE_HOMOLOGATION, S.AWAITING_ADMIN_HOMOLOGATION, S.DRAFTING_AGREEMENT, AG, "Regulamento da Câmara",
          ours=True, requires=("admin_homologation",), guards=(g.not_homologated_yet,), documents=("homologation",), closes=("D-HOMOLOGATE",),
          opens=("D-DRAFT",), tells=PARTIES_TOLD),
    *_row(Act.PUBLISH, S.AWAITING_PUBLICATION, S.IN_FORCE, SEC, "LINDB, art. 26; Lei 12.527/2011, art. 8º",
          requires=("publication",), when=(s.court_not_required,), guards=(g.past_date("published_on"),),
          documents=("abstract",), closes=("D-PUBLISH",), opens=("D-OBL",), tells=PARTIES_TOLD),
    *_row(Act.PUBLISH, S.AWAITING_PUBLICATION, S.AWAITING_COURT_HOMOLOGATION, SEC,
          "LINDB, art. 26; Lei 12.527/2011, art. 8º", requires=("publication",), when=(s.court_required,),
          guards=(g.past_date("published_on"),), documents=("abstract",), closes=("D-PUBLISH",), opens=("D-COURT-FILE",),
          tells=PARTIES_TOLD),
    *_row(Act.FILE_IN_COURT, S.AWAITING_ADMIN_HOMOLOGATION, S.AWAITING_COURT_HOMOLOGATION, CITY_ATTORNEY,
          "Lei 13.140/2015, art. 3º, § 2º; CPC, arts. 515, III, e 725, VIII", requires=("admin_homologation",),
          guards=(g.goes_to_court, g.approved_before_court, g.past_date("filed_on")), closes=("D-COURT-FILE",),
          tells=PARTIES_TOLD),
    *_row(Act.FILE_IN_COURT, S.AWAITING_PUBLICATION, S.AWAITING_COURT_HOMOLOGATION, CITY_ATTORNEY,
          "Lei 13.140/2015, art. 3º, § 2º; CPC, arts. 515, III, e 725, VIII", requires=("publication",),
          guards=(g.goes_to_court, g.past_date("filed_on")), closes=("D-COURT-FILE", "D-PUBLISH"), tells=PARTIES_TOLD),
    *_row(Act.FILE_IN_COURT, S.AWAITING_COURT_HOMOLOGATION, None, CITY_ATTORNEY,
          "Lei 13.140/2015, art. 3º, § 2º; CPC, arts. 515, III, e 725, VIII", ours=True,
          guards=(g.not_in_court_yet, g.past_date("filed_on")), closes=("D-COURT-FILE",), tells=PARTIES_TOLD),
    *_row(Act.COURT_HOMOLOGATES, S.AWAITING_COURT_HOMOLOGATION, S.IN_FORCE, SEC,
          "Lei 13.140/2015, art. 20, parágrafo único; CPC, art. 515, II e III",
          guards=(g.prosecution_was_heard, g.past_date("decided_on")), closes=("D-COURT-FILE",), opens=("D-OBL",),
          tells=PARTIES_TOLD),
    *_row(Act.COURT_REFUSES, S.AWAITING_COURT_HOMOLOGATION, S.IN_PROGRESS, SEC, "CPC, art. 515", ours=True,
          when=(s.chosen("in_progress"),), guards=(g.past_date("decided_on"),), closes=("D-COURT-FILE",),
          tells=PARTIES_TOLD),
    *_row(Act.COURT_REFUSES, S.AWAITING_COURT_HOMOLOGATION, S.DRAFTING_AGREEMENT, SEC, "CPC, art. 515", ours=True,
          when=(s.chosen("drafting_agreement"),), guards=(g.past_date("decided_on"),), closes=("D-COURT-FILE",),
          opens=("D-DRAFT",), tells=PARTIES_TOLD),
    # T35–T37: compliance
    *_row(Act.REGISTER_FULFILMENT, S.IN_FORCE, None, SEC, "Termo do acordo", when=(s.other_obligations,),
          guards=(g.obligation_pending,)),
    *_row(Act.REGISTER_FULFILMENT, S.IN_FORCE, S.CLOSED_FULFILLED, SEC, "Termo do acordo", when=(s.last_obligation,),
          guards=(g.obligation_pending,), documents=("discharge",), closes=("D-CURE",), tells=PARTIES_TOLD),
    *_row(Act.NOTIFY_TO_CURE, S.IN_FORCE, None, COORD, "Termo do acordo", ours=True, guards=(g.an_obligation_is_overdue,),
          documents=("cure_notice",), tells=(Tell("debtor", "D-CURE"),)),
    *_row(Act.DECLARE_BREACH, S.IN_FORCE, S.BREACHED, COORD, "Termo do acordo; CPC, art. 784, IV",
          guards=(g.cure_term_over,), documents=("breach_certificate",), closes=("D-CURE",), opens=("D-BREACH-DECISION",),
          tells=PARTIES_TOLD),
    *_row(Act.CURE, S.BREACHED, S.IN_FORCE, SEC, "Termo do acordo", guards=(g.past_date("cured_on"),),
          when=(s.cures_in_part,), closes=("D-BREACH-DECISION",), tells=PARTIES_TOLD),
    *_row(Act.CURE, S.BREACHED, S.CLOSED_FULFILLED, SEC, "Termo do acordo", ours=True, guards=(g.past_date("cured_on"),),
          when=(s.cures_everything,), documents=("discharge",), closes=("D-BREACH-DECISION",), tells=PARTIES_TOLD),
    *_row(Act.RENEGOTIATE, S.BREACHED, S.DRAFTING_AGREEMENT, (R.COORDINATOR, R.MUNICIPAL_ATTORNEY), "Termo do acordo",
          closes=("D-BREACH-DECISION",), opens=("D-DRAFT",), tells=PARTIES_TOLD),
    *_row(Act.ENFORCE, S.BREACHED, S.CLOSED_ENFORCED, CITY_ATTORNEY + SEC, "CPC, arts. 784, IV, e 910",
          closes=("D-BREACH-DECISION",), tells=PARTIES_TOLD),
    # T38, T47, T49: other ends
    *_row(Act.ARBITRATE_INTERNAL, S.IN_PROGRESS, S.CLOSED_ARBITRATED, AG, "Lei 13.140/2015, art. 36, § 1º (analogia)",
          requires=("internal_determination",), guards=(g.both_public,), documents=("internal_determination",),
          tells=PARTIES_TOLD),
    *_row(Act.DECLARE_MOOT, PROCEDURE, S.CLOSED_MOOT, COORD, "Lei 9.784/1999, art. 52", documents=("order",),
          tells=PARTIES_TOLD),
    *_row(Act.ANNUL, (S.IN_FORCE, S.CLOSED_FULFILLED), S.ANNULLED, COORD, "Lei 9.784/1999, art. 53", ours=True,
          documents=("order",), tells=PARTIES_TOLD),
    # T40, T51 and what may be noted at any time
    *_row(Act.REDISTRIBUTE, PROCEDURE, None, COORD, "CCAF-25, p. 158 (modelo)"),
    *_row(Act.TAKE_OVER, PROCEDURE, None, AG, "CCAF-25, p. 158 (modelo)", documents=("order",)),
    *_row(Act.ASSIGN_SUBSTITUTE, PROCEDURE, None, COORD, "Regulamento da Câmara", ours=True,
          guards=(g.substitute_is_free,), documents=("order",)),
    *_row(Act.ASSIGN_CITY_ATTORNEY, PROCEDURE, None, COORD, "AM, art. 12, § 1º", ours=True, guards=(g.attorney_is_free,),
          tells=(Tell("city"),)),
    *_row(Act.RECORD_SERVICE, ACTIVE, None, SEC_COORD, "Lei 9.784/1999, art. 26", ours=True,
          guards=(g.notice_is_open, g.past_date("served_on"))),
    *_row(Act.ADD_DOCUMENT, ACTIVE, None, (*PARTIES, R.REGISTRY, R.COORDINATOR, R.MEDIATOR), "Lei 9.784/1999, art. 38",
          ours=True),
    *_row(Act.LINK_LAWSUIT, ACTIVE, None, (R.REGISTRY, R.COORDINATOR, R.MUNICIPAL_ATTORNEY), LAWSUIT, ours=True),
    *_row(Act.SET_EXTERNAL_PROCESS, ACTIVE, None, SEC_COORD, "Regulamento da Câmara", ours=True),
    *_row(Act.RECORD_CLAIM, PROCEDURE, None, (R.REGISTRY, R.COORDINATOR, R.MUNICIPAL_ATTORNEY),
          "Decreto 20.910/1932, arts. 1º e 4º; Lei 13.140/2015, art. 34", ours=True, guards=(g.past_date("trigger_on"),)),
]


def _setting_aside() -> list[Transition]:
    """T50 backwards along every edge: the case returns to the state the last docket act found it in."""
    edges = dict.fromkeys(
        (row.dest, row.source)
        for row in ROWS
        if row.act.compartment is Compartment.DOCKET and row.act.value not in g.UNDOABLE_NEVER and row.source is not S.DRAFT
        if not row.dest.terminal
    )
    return [
        row
        for source, dest in edges
        for row in _row(Act.SET_ASIDE, source, dest, COORD, "Regulamento da Câmara", ours=True, when=(s.was(dest),),
                        guards=(g.last_act_can_fall,), documents=("order",))
    ]


ROWS += _setting_aside()

TABLE: tuple[Transition, ...] = tuple(ROWS)
"""The table. Order matters only among rows of the same act and source."""
