"""``perform``: the one way in which a case changes. Lock, decide, write everything in one transaction.

A named service exists only where an act does more before or after (filing, signing, splitting, uploads): it prepares
values and calls this.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cprac.domain import lifecycle
from cprac.domain.acts import FIELDS, Act, Compartment
from cprac.domain.facts import CaseFacts, changes, from_plain, to_plain
from cprac.domain.lifecycle import Decision
from cprac.domain.permissions import Viewer, sees_case
from cprac.domain.roles import Role
from cprac.domain.subject import Refusal
from cprac.persistence.database import transaction
from cprac.persistence.models import Case, EventRow, ImportBatch, Notice
from cprac.persistence.viewers import viewer_in
from cprac.services import (
    case_roles,
    chains,
    deadline_rows,
    documents,
    notice_history,
    notices,
    receipts_of_notices,
    submissions,
)
from cprac.services.caches import fact_values, office_roles, owner, update_case, update_fact
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError, RefusedError, StaleError
from cprac.services.notice_history import Happened
from cprac.services.questions import (
    earliest_session,
    events_since,
    folded,
    holders_of,
    ledger_of,
    subject_for,
    without_last_act,
)

__all__ = [
    "Done",
    "act_in",
    "compartment_of",
    "earliest_session",
    "events_since",
    "fact_values",
    "first_act",
    "folded",
    "holders_of",
    "lock_case",
    "office_roles",
    "owner",
    "perform",
    "split_values",
    "subject_for",
]


@dataclass(frozen=True, slots=True)
class Done:
    """What an act answered: the case, its new version, the state it is in, where to look."""

    number: str
    version: int
    state: str
    act: str

    def as_plain(self) -> dict[str, Any]:
        """As the stored answer of the submission."""
        return dataclasses.asdict(self)


def perform(
    chamber: Chamber,
    account: int | None,
    number: str,
    act: Act,
    values: Mapping[str, Any],
    *,
    version: int,
    key: str,
    now: datetime,
) -> Done:
    """Do *act* in the case *number* for *account*, in one transaction.

    ``values``: cleaned values of the act's fields. ``version``: docket version the form was drawn from. ``key``: the
    form's idempotency key. Raises NotFoundError, StaleError, RefusedError, KeyReusedError; then nothing has changed.
    """
    asked = submissions.fingerprint(number, act.value, values, version)
    with transaction() as session:
        earlier = submissions.claim(session, key, account, asked, now)
        if earlier is not None:
            return Done(**earlier)
        case = lock_case(session, number)
        done = act_in(session, chamber, case, account, act, dict(values), version=version, now=now)
        submissions.answer(session, key, done.as_plain())
        return done


def lock_case(session: Session, number: str) -> Case:
    """The case row, locked for this transaction; NotFoundError where there is none."""
    case = session.scalar(select(Case).where(Case.number == number).with_for_update())
    if case is None or not _shown(session, case):
        raise NotFoundError(number)
    return case


def _shown(session: Session, case: Case) -> bool:
    """Whether the case is there for acts: an imported one while its batch is visible, which it stays until we end."""
    if case.batch_id is None:
        return True
    status = select(ImportBatch.status).where(ImportBatch.id == case.batch_id)
    return session.scalar(status.with_for_update(read=True)) == "visible"


def act_in(  # noqa: PLR0913
    session: Session,
    chamber: Chamber,
    case: Case,
    account: int | None,
    act: Act,
    values: dict[str, Any],
    *,
    version: int | None,
    now: datetime,
    role: Role | None = None,
) -> Done:
    """Do *act* in an already locked case, inside the caller's transaction.

    ``role``: given where the caller answers for it (the timer, a filing), otherwise read from dated rows, now.
    """
    on = chamber.day(now)
    if role is not None:
        viewer = Viewer(account, frozenset({role}))
    else:
        viewer = viewer_in(session, account, case.id, now, on)
        if not sees_case(viewer.roles):
            raise NotFoundError(case.number)
    docket = act.compartment is Compartment.DOCKET
    if docket and version is not None and version != case.version:
        raise StaleError(case.version, events_since(session, case, version))
    prepared = _prepare(session, chamber, case, act, values)
    ledger = ledger_of(session, chamber, case, on)
    subject = subject_for(session, chamber, case, viewer, on, prepared, act, ledger)
    answer = lifecycle.decide(subject, act)
    if isinstance(answer, Refusal):
        raise RefusedError(answer)
    if not docket:
        return _write_private(session, chamber, case, viewer, answer, prepared, now)
    return _write_docket(session, chamber, case, viewer, answer, prepared, ledger, now)


def first_act(  # noqa: PLR0913
    session: Session,
    chamber: Chamber,
    case: Case,
    account: int | None,
    role: Role,
    act: Act,
    values: dict[str, Any],
    *,
    now: datetime,
    private: Mapping[str, Any] | None = None,
) -> Done:
    """Event 1 of a new case: its payload carries every fact, so that the fold starts from nothing."""
    on = chamber.day(now)
    viewer = Viewer(account, frozenset({role}))
    ledger = ledger_of(session, chamber, case, on)
    subject = subject_for(session, chamber, case, viewer, on, values, act, ledger)
    answer = lifecycle.decide(subject, act)
    if isinstance(answer, Refusal):
        raise RefusedError(answer)
    return _write_docket(session, chamber, case, viewer, answer, values, ledger, now, kept=private, first=True)


def _prepare(session: Session, chamber: Chamber, case: Case, act: Act, values: dict[str, Any]) -> dict[str, Any]:
    """Add what follows from the values and is not asked for: the local day of a meeting, what a notice was about."""
    if values.get("starts_at") is not None:
        values["session_on"] = chamber.day(values["starts_at"])
    if act is Act.RECORD_SERVICE and values.get("notice") is not None:
        notice = session.scalar(
            select(Notice).where(
                Notice.case_id == case.id, Notice.ordinal == values["notice"], Notice.served_at.is_(None)
            )
        )
        if notice is None or notice.cancelled_at is not None:
            raise RefusedError(
                Refusal("Esse aviso já foi registrado. Escolha outro.", "Lei 9.784/1999, art. 26", "value", "notice")
            )
        values["party"], values["starts"] = notice.party_ordinal, notice.starts
        values["given_on"] = chamber.day(notice.created_at)
    if act is Act.ADOPT_LEGACY:  # a filing: the procedure of today holds from now on
        values["procedure"] = case.procedure = chamber.regulation.version
    if act is Act.AUTHORIZE:
        values["text_hash"] = documents.term_hash(session, chamber, case)
    return values


def split_values(act: Act, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values as they enter the docket (plain, nothing personal) and as they are kept apart."""
    private_names = {item.name for item in FIELDS[act] if item.private}
    public = {
        name: to_plain(value) for name, value in values.items() if name not in private_names and name != "obligations"
    }
    private = {
        name: to_plain(value) for name, value in values.items() if name in private_names and value not in (None, "", ())
    }
    private.pop("files", None)
    if values.get("obligations"):
        private["obligations"] = [to_plain(dict(row)) for row in values["obligations"]]
    return {name: _instant(value) for name, value in public.items() if value not in (None, "")}, private


def _instant(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _write_private(
    session: Session,
    chamber: Chamber,
    case: Case,
    viewer: Viewer,
    decision: Decision,
    values: dict[str, Any],
    now: datetime,
) -> Done:
    """Append to the compartment's own chain. Changes no column of the case and tells nobody."""
    act = decision.act
    compartment = compartment_of(act, viewer, values)
    public, private = split_values(act, values)
    chains.append(
        session,
        chamber,
        case,
        compartment,
        act=act.value,
        actor=viewer.account,
        role=decision.role.value,
        now=now,
        on=chamber.day(now),
        payload={"values": public},
        private=private,
    )
    return Done(case.number, case.version, case.state.value, act.value)


def compartment_of(act: Act, viewer: Viewer, values: Mapping[str, Any]) -> str:
    """The chain that *act* writes: one caucus per party, one notebook per mediator."""
    if act.compartment is Compartment.CAUCUS:
        return f"{Compartment.CAUCUS.value}:{values['party']}"
    if act.compartment is Compartment.NOTES:
        return f"{Compartment.NOTES.value}:{viewer.account}"
    return act.compartment.value


def _write_docket(  # noqa: PLR0913
    session: Session,
    chamber: Chamber,
    case: Case,
    viewer: Viewer,
    decision: Decision,
    values: dict[str, Any],
    ledger: deadline_rows.Ledger,
    now: datetime,
    *,
    kept: Mapping[str, Any] | None = None,
    first: bool = False,
) -> Done:
    act, on, version, facts = decision.act, ledger.on, case.version + 1, decision.facts
    ledger.version = version
    undone: list[Notice] = []
    if act is Act.SET_ASIDE:
        undone = _set_aside(session, case, ledger, now, viewer.account)
    else:
        deadline_rows.apply(ledger, decision, values)
        case_roles.apply(session, chamber, case, act, values, facts, now)
    if act is Act.ADOPT_LEGACY:
        from cprac.services.intake import add_missing_parties  # noqa: PLC0415  (intake files through this module)

        add_missing_parties(session, chamber, case, facts, values, now)
    session.flush()  # notices look for the roles just given
    if act is Act.RECORD_SERVICE:
        receipts_of_notices.record(session, case, ledger, viewer, values, now)
    lost = 0
    if act is Act.INVITATION_UNDELIVERABLE:
        lost = notices.give_up(session, case, values["party"], "D-INVITE", now, viewer.account)
    given = notices.tell(
        session, chamber, case, decision, version, now, values.get("channel") or "", _debtor(facts, values),
        actor=viewer.account, only=_only(decision, values),
    )  # fmt: skip
    given += notices.tell_undone(session, chamber, case, undone, act.value, version, now, actor=viewer.account)
    waiting = len(notices.waiting(given)) - lost
    if waiting:
        facts = dataclasses.replace(facts, notices_waiting=max(0, facts.notices_waiting + waiting))
    recorded = to_plain(facts) if first else changes(from_plain(CaseFacts, case.facts), facts)
    public, private = split_values(act, {item.name: values[item.name] for item in FIELDS[act] if item.name in values})
    private = {**private, **(kept or {})}
    update_case(session, case, decision.dest, facts, ledger, version, now)
    payload = {
        "from": decision.row.source.value,
        "to": decision.dest.value,
        "changes": recorded,
        "deadlines": ledger.lines,
        "values": public,
        "waiting_on": case.waiting_on.value,
    }
    chains.append(
        session,
        chamber,
        case,
        Compartment.DOCKET.value,
        act=act.value,
        actor=viewer.account,
        role=decision.role.value,
        now=now,
        on=on,
        payload=payload,
        private=private,
    )
    documents.write(session, chamber, case, decision, viewer, values, version, now)
    update_fact(session, case, facts, act.value, on, payload)
    if act is Act.ADMIT_PARTIALLY:
        from cprac.services.intake import split_rejected  # noqa: PLC0415  (intake files through this module)

        split_rejected(session, chamber, case, viewer.account, values, now)
    return Done(case.number, version, case.state.value, act.value)


def _debtor(facts: CaseFacts, values: Mapping[str, Any]) -> int | None:
    number = values.get("obligation")
    return next((item.debtor for item in facts.obligations if item.number == number), None)


def _only(decision: Decision, values: Mapping[str, Any]) -> frozenset[int] | None:
    """The invitees that the act is about, where it is not about all: one invited again, those who let it lapse."""
    if decision.act is Act.INVITATION_UNDELIVERABLE:
        return frozenset({values["party"]})
    return frozenset(decision.own) if decision.act is Act.LAPSE_INVITATION else None


def _set_aside(
    session: Session, case: Case, ledger: deadline_rows.Ledger, now: datetime, account: int | None
) -> list[Notice]:
    """Undo what the last act left: deadlines, roles, notices, mails not yet sent. Return the notices taken back."""
    before, version = without_last_act(session, case)
    last = session.scalar(
        select(EventRow).where(
            EventRow.case_id == case.id,
            EventRow.compartment == Compartment.DOCKET.value,
            EventRow.version == version,
        )
    )
    if last is not None:
        ledger.recall_pauses(before.deadlines, last.on)
    ledger.restore(before.deadlines, last.payload.get("deadlines", ()) if last is not None else ())
    if last is not None:
        case_roles.revoke_since(session, case, last.at, now)
    undone = list(session.scalars(select(Notice).where(Notice.case_id == case.id, Notice.version == version)))
    for notice in undone:
        notices.cancel(session, notice, now, account)
    for notice in session.scalars(
        select(Notice).where(Notice.case_id == case.id, Notice.served_at == (last.at if last else now))
    ):
        notice.served_at = notice.served_on = None
        notice.proof = ""
        notice_history.record(session, notice.id, Happened.UNDONE, now, account=account)
    return undone
