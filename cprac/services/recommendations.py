"""Recommendations to agencies: writing one, and every step of its life, each a transaction with its event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from cprac.domain import recommendations as rules
from cprac.domain.recommendations import Answer, Status, Step
from cprac.domain.roles import Office
from cprac.domain.subject import Refusal
from cprac.domain.words import N_
from cprac.persistence.database import transaction
from cprac.persistence.models import Agency, Counter, Recommendation, RecommendationEvent
from cprac.persistence.queries_recommendations import WINDOW, effect, entry_of, filings
from cprac.persistence.viewers import offices_of
from cprac.services import submissions
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError, RefusedError, StaleError


@dataclass(frozen=True, slots=True)
class Done:
    """The recommendation and the version that a step led to."""

    year: int
    ordinal: int
    version: int


def _check(problem: Refusal | None) -> None:
    if problem is not None:
        raise RefusedError(problem)


def _value(template: str, field: str) -> Refusal:
    return Refusal(template, kind="value", field=field)


def _offices(session: Session, account: int | None, on: date, allowed: frozenset[Office]) -> frozenset[Office]:
    """The offices of *account*; NotFoundError unless one of them is among *allowed*."""
    held = offices_of(session, account, on) if account is not None else frozenset()
    if not held & allowed:
        raise NotFoundError("recommendation")
    return held


def draft(chamber: Chamber, account: int | None, values: Mapping[str, Any], *, key: str, now: datetime) -> Done:
    """Write a draft: ``matter``, ``agency_id``, ``title``, ``text``, ``reasons``. Ten equal submissions write one.

    Raises NotFoundError for who may not, RefusedError (its field), KeyReusedError.
    """
    on = chamber.day(now)
    with transaction() as session:
        _offices(session, account, on, rules.GUIDES)
        asked = submissions.fingerprint("recommendation", values)
        earlier = submissions.claim(session, key, account, asked, now)
        if earlier is not None:
            return Done(**earlier)
        row = Recommendation(
            year=on.year, ordinal=0, state=Status.DRAFT.value, version=1, drafted_on=on, due_basis="", answer="",
            answer_document="", answer_text="", follow_text="", withdrawal="", public=False, summary="",
        )  # fmt: skip
        data = _revise(session, chamber, row, values)
        row.ordinal = _next(session, on.year)
        session.add(row)
        session.flush()
        return _write(session, row, Step.DRAFT, data, account, key, now, on)


def perform(
    chamber: Chamber,
    account: int | None,
    number: tuple[int, int],
    step: Step,
    values: Mapping[str, Any],
    *,
    version: int,
    key: str,
    now: datetime,
) -> Done:
    """Take *step* with the recommendation *number* (year, ordinal), as its page of *version* showed it.

    *values* by step: REVISE as ``draft``; ISSUE ``days``; ANSWER ``answer, on, document, text``; FOLLOW ``done, on,
    text``; WITHDRAW ``reason``; PUBLISH ``summary``; CLOSE and UNPUBLISH none. Raises NotFoundError (no such thing, or
    not for this person), RefusedError, StaleError, KeyReusedError. Ten equal submissions are one step.
    """
    on = chamber.day(now)
    if step not in rules.RULES:
        raise NotFoundError(step.value)
    with transaction() as session:
        _offices(session, account, on, rules.RULES[step].offices)
        asked = submissions.fingerprint("recommendation", number, step.value, version, values)
        earlier = submissions.claim(session, key, account, asked, now)
        if earlier is not None:
            return Done(**earlier)
        row = session.scalars(
            select(Recommendation)
            .where(Recommendation.year == number[0], Recommendation.ordinal == number[1])
            .with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFoundError(str(number))
        if row.version != version:
            raise StaleError(row.version, ())
        _check(rules.refusal(entry_of(row, "").standing, step, on))
        data = _EFFECTS[step](session, chamber, row, values, on)
        dest = rules.RULES[step].dest
        if dest is not None:
            row.state = dest.value
        row.version += 1
        return _write(session, row, step, data, account, key, now, on)


def _write(
    session: Session, row: Recommendation, step: Step, data: dict[str, Any], account: int | None, key: str,
    now: datetime, on: date,
) -> Done:  # fmt: skip
    session.add(
        RecommendationEvent(
            recommendation_id=row.id, version=row.version, step=step.value, on=on, at=now, account_id=account, data=data
        )
    )
    done = Done(row.year, row.ordinal, row.version)
    submissions.answer(session, key, {"year": done.year, "ordinal": done.ordinal, "version": done.version})
    return done


def _next(session: Session, year: int) -> int:
    """The next number of the year, given inside the transaction: none is lost or doubled."""
    name = f"recommendation:{year}"
    build = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(build(Counter).values(name=name, value=0).on_conflict_do_nothing(index_elements=["name"]))
    counter = session.scalars(select(Counter).where(Counter.name == name).with_for_update()).one()
    counter.value += 1
    return counter.value


# --- what each step writes --------------------------------------------------------------------------------------------


def _text(values: Mapping[str, Any], field: str, longest: int = rules.PARAGRAPH) -> str:
    text = str(values.get(field) or "").strip()
    _check(rules.text_problem(text, field, longest))
    return text


def _revise(session: Session, chamber: Chamber, row: Recommendation, values: Mapping[str, Any]) -> dict[str, Any]:
    matter, agency = str(values.get("matter") or ""), values.get("agency_id")
    if matter not in {known for known, _label in chamber.regulation.choices("matters")}:
        raise RefusedError(_value(N_("Escolha o assunto na lista."), "matter"))
    if not isinstance(agency, int) or session.get(Agency, agency) is None:
        raise RefusedError(_value(N_("Escolha o órgão na lista."), "agency_id"))
    row.matter, row.agency_id = matter, agency
    row.title = _text(values, "title", rules.LINE)
    row.text, row.reasons = _text(values, "text"), _text(values, "reasons")
    return {"matter": matter, "agency": agency, "title": row.title, "text": row.text, "reasons": row.reasons}


def _revised(
    session: Session, chamber: Chamber, row: Recommendation, values: Mapping[str, Any], _on: date
) -> dict[str, Any]:
    return _revise(session, chamber, row, values)


def _issue(
    session: Session, _chamber: Chamber, row: Recommendation, values: Mapping[str, Any], on: date
) -> dict[str, Any]:
    days = values.get("days")
    _check(rules.days_problem(days))
    first, last = rules.year_before(on)
    row.issued_on = on
    row.due_on, row.due_basis = rules.due(on, days)
    row.filed_before = filings(session, row.matter, row.agency_id, first, last)
    return {"due": row.due_on.isoformat(), "basis": row.due_basis, "filed_before": row.filed_before}


def _answer(
    _session: Session, _chamber: Chamber, row: Recommendation, values: Mapping[str, Any], on: date
) -> dict[str, Any]:
    given = str(values.get("answer") or "")
    if given not in set(Answer):
        raise RefusedError(_value(N_("Diga se o órgão aceitou."), "answer"))
    day = values.get("on")
    _check(rules.day_problem(day, "on", row.issued_on, on))
    row.answer, row.answered_on = given, day
    row.answer_document = _text(values, "document", 100)
    row.answer_text = _text(values, "text")
    return {"answer": given, "on": str(day), "document": row.answer_document, "text": row.answer_text}


def _follow(
    _session: Session, _chamber: Chamber, row: Recommendation, values: Mapping[str, Any], on: date
) -> dict[str, Any]:
    done = values.get("done")
    if not isinstance(done, bool):
        raise RefusedError(_value(N_("Diga se foi feito."), "done"))
    day = values.get("on")
    _check(rules.day_problem(day, "on", row.answered_on or row.issued_on, on))
    row.done, row.followed_on = done, day
    row.follow_text = _text(values, "text")
    return {"done": done, "on": str(day), "text": row.follow_text}


def _close(
    session: Session, _chamber: Chamber, row: Recommendation, _values: Mapping[str, Any], on: date
) -> dict[str, Any]:
    measured = effect(session, row.matter, row.agency_id, row.issued_on, on) if row.issued_on else None
    if measured is None or measured.days_before < WINDOW:  # a chamber too young for twelve months before
        return {}
    row.effect_days, row.effect_before, row.effect_after = measured.days_after, measured.before, measured.after
    return {"days": measured.days_after, "before": measured.before, "after": measured.after}


def _withdraw(
    _session: Session, _chamber: Chamber, row: Recommendation, values: Mapping[str, Any], _on: date
) -> dict[str, Any]:
    row.withdrawal = _text(values, "reason", 1000)
    return {"reason": row.withdrawal}


def _publish(
    _session: Session, _chamber: Chamber, row: Recommendation, values: Mapping[str, Any], _on: date
) -> dict[str, Any]:
    row.summary, row.public = _text(values, "summary", 3000), True
    return {"summary": row.summary}


def _unpublish(
    _session: Session, _chamber: Chamber, row: Recommendation, _values: Mapping[str, Any], _on: date
) -> dict[str, Any]:
    row.public = False
    return {}


_EFFECTS = {
    Step.REVISE: _revised,
    Step.ISSUE: _issue,
    Step.ANSWER: _answer,
    Step.FOLLOW: _follow,
    Step.CLOSE: _close,
    Step.WITHDRAW: _withdraw,
    Step.PUBLISH: _publish,
    Step.UNPUBLISH: _unpublish,
}
