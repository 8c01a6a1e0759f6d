"""Asking parties how it was, once a case has ended (Lei 13.460/2017 art. 23). What they say leads to nobody.

An answer is a row of its own, with a random number and the month of the offer; beside it only whether a party answered
is kept. So no idempotency key and no log line is written here: they would tell who said what and when. A second
submission finds that the party has answered.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from cprac.domain.roles import Role
from cprac.domain.states import CaseState
from cprac.domain.subject import Refusal
from cprac.domain.surveys import ENDED, LONGEST, QUESTIONS, outcome_class
from cprac.domain.words import N_
from cprac.persistence.database import transaction
from cprac.persistence.models import Application, Case, Party, SurveyAnswer, SurveyInvitation
from cprac.persistence.queries import batch_shown
from cprac.persistence.viewers import granted
from cprac.services import access_keys
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError, RefusedError

FEW = 5
"""Where fewer parties of a month share a matter or an outcome, the answer does not keep it."""

PER_RUN = 500


@dataclass(frozen=True, slots=True)
class Said:
    """What a party says: scores from 1 to 5 by question, whether it would use the chamber again, a text."""

    scores: Mapping[str, int]
    again: bool | None
    text: str = ""


def offer_due(chamber: Chamber, now: datetime) -> int:
    """Offer the survey to the parties of cases that ended since; return how many. Twice at once offers it once."""
    on = chamber.day(now)
    invited = select(SurveyInvitation.id).where(
        SurveyInvitation.case_id == Party.case_id, SurveyInvitation.party_ordinal == Party.ordinal
    )
    due = (
        select(Party.case_id, Party.ordinal)
        .join(Case, Case.id == Party.case_id)
        .where(
            Case.state.in_(ENDED),
            Case.origin != "legacy",
            batch_shown(),
            Party.person_id.is_not(None),
            Party.side.in_(("applicant", "invitee")),
            ~invited.exists(),
        )
        .order_by(Party.case_id, Party.ordinal)
        .limit(PER_RUN)
    )
    with transaction() as session:
        rows = [
            {"case_id": case, "party_ordinal": party, "offered_on": on, "answered": False}
            for case, party in session.execute(due)
        ]
        if not rows:
            return 0
        build = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
        session.execute(build(SurveyInvitation).on_conflict_do_nothing(), rows)
        return len(rows)


def answer(chamber: Chamber, account: int, number: str, said: Said, *, now: datetime) -> bool:
    """Take what a party that *account* speaks for in the case *number* says; False where it has answered before.

    Raises NotFoundError where it was not asked, RefusedError (field).
    """
    said = _checked(said)
    with transaction() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one_or_none()
        if case is None:
            raise NotFoundError(number)
        rows = granted(session, account, case.id, now)
        own = sorted(
            row.party_ordinal
            for row in rows
            if row.party_ordinal is not None and row.role in (Role.APPLICANT, Role.INVITEE)
        )
        return _take(chamber, session, case, own, said)


def answer_with_key(chamber: Chamber, number: str, key: str, said: Said) -> bool:
    """The same for who knows the key of the application: it speaks for who asked, in the case *number*."""
    said = _checked(said)
    with transaction() as session:
        found = session.execute(
            select(Case, Application.access_key_hash)
            .join(Application, Application.id == Case.application_id)
            .where(Case.number == number)
        ).one_or_none()
        if not access_keys.fits(chamber, key, found[1] if found else None) or found is None:
            raise NotFoundError(number)
        case = found[0]
        own = sorted(session.scalars(select(Party.ordinal).where(Party.case_id == case.id, Party.side == "applicant")))
        return _take(chamber, session, case, own[:1], said)


def _take(chamber: Chamber, session: Session, case: Case, parties: list[int], said: Said) -> bool:
    """One answer for the first of *parties* that has not given any."""
    asked = session.execute(
        select(SurveyInvitation.party_ordinal, SurveyInvitation.offered_on)
        .where(SurveyInvitation.case_id == case.id, SurveyInvitation.party_ordinal.in_(parties))
        .order_by(SurveyInvitation.party_ordinal)
    ).all()
    if not asked:
        raise NotFoundError(case.number)
    for party, offered_on in asked:
        taken = session.execute(
            update(SurveyInvitation)
            .where(
                SurveyInvitation.case_id == case.id,
                SurveyInvitation.party_ordinal == party,
                SurveyInvitation.answered.is_(False),
            )
            .values(answered=True)
            .returning(SurveyInvitation.id)
        ).first()
        if taken is not None:
            first, last = offered_on.replace(day=1), _month_end(offered_on)
            matter, outcome = _blurred(session, case, first, last)
            session.add(
                SurveyAnswer(
                    token=chamber.token("survey", 16), month=offered_on.year * 100 + offered_on.month, matter=matter,
                    outcome=outcome, **said.scores, again=said.again, text=said.text,
                )
            )  # fmt: skip
            return True
    return False


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _blurred(session: Session, case: Case, first: date, last: date) -> tuple[str, str]:
    """The matter and the outcome class, each only where enough parties asked in the month share it."""
    outcome = outcome_class(CaseState(case.state))
    alike = [state for state in ENDED if outcome_class(state) == outcome]
    counted = (
        select(func.count())
        .select_from(SurveyInvitation)
        .join(Case, Case.id == SurveyInvitation.case_id)
        .where(SurveyInvitation.offered_on.between(first, last))
    )
    same_matter = session.scalar(counted.where(Case.matter == case.matter)) or 0
    same_outcome = session.scalar(counted.where(Case.state.in_(alike))) or 0
    return (case.matter if same_matter >= FEW else "", outcome if same_outcome >= FEW else "")


def _checked(said: Said) -> Said:
    for question in QUESTIONS:
        if said.scores.get(question) not in (1, 2, 3, 4, 5):
            raise RefusedError(Refusal(N_("Escolha uma nota de 1 a 5."), kind="value", field=question))
    if said.again is None:
        raise RefusedError(Refusal(N_("Escolha sim ou não."), kind="value", field="again"))
    text = said.text.strip()
    if len(text) > LONGEST:
        raise RefusedError(
            Refusal(N_("Escreva um texto mais curto, de até {n} letras."), kind="value", field="text",
                    params={"n": LONGEST})
        )  # fmt: skip
    return Said({question: said.scores[question] for question in QUESTIONS}, said.again, text)
