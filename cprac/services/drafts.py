"""Drafts: a filing being written. A draft has no number and no event, can be resumed by a code, and is purged.

A draft of nobody in particular opens to whoever holds its code; a draft of an account opens to that account only.
Submitting it makes application, case and event 1, and empties the draft: its words live on in the case alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cprac.domain.filing import Answers, Problem, Step, read_conflict, read_consents, read_who
from cprac.domain.identifiers import SecretCode
from cprac.domain.words import N_
from cprac.persistence import queries_drafts
from cprac.persistence.database import transaction
from cprac.persistence.models import Account, Agency, Application, Document, Draft, DraftFile
from cprac.services import intake, submissions, throttle
from cprac.services.chamber import Chamber
from cprac.services.errors import BadFileError, NotFoundError
from cprac.services.receipts import Receipt, answer_receipt, claim_receipt
from cprac.services.uploads import KeptFile, Upload, forget, keep

DRAFT_CODE = SecretCode(purpose="draft-code", length=15, group=4)
"""Resumes a draft on another day or another machine: 75 bits, kept as a hash."""

LONGEST_ANSWER = 20_000
"""Characters of one raw answer that a draft keeps; every field's own limit is far below."""

WORDED_STEPS = (Step.WHO, Step.CONFLICT)


class AlreadyFiledError(Exception):
    """The draft was submitted before, by another form. ``number`` is what became of it."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class IncompleteDraftError(Exception):
    """A step of the draft is not complete; ``step`` is the first of them, ``problems`` what is wrong there."""

    def __init__(self, step: Step, problems: tuple[Problem, ...]) -> None:
        super().__init__(step.value)
        self.step = step
        self.problems = problems


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A draft just begun: its id for the session, its code for the person, written in groups."""

    id: int
    code: str


def begin(chamber: Chamber, account: int | None, now: datetime) -> NewDraft:
    """Begin a draft, of *account* where somebody is signed in."""
    code = DRAFT_CODE.new(chamber.random("draft:code", DRAFT_CODE.random_bytes))
    with transaction() as session:
        draft = Draft(token_hash=DRAFT_CODE.digest(code), account_id=account, data={}, created_at=now, updated_at=now)
        session.add(draft)
        session.flush()
        return NewDraft(draft.id, DRAFT_CODE.format(code))


def resume(typed: object, account: int | None) -> int:
    """The id of the draft whose code somebody typed; NotFoundError where there is none for this person."""
    code = DRAFT_CODE.normalize(typed)
    # a text that is no code asks the database the same question, so that both take the same time
    found = queries_drafts.draft_by_digest(DRAFT_CODE.digest(code or ""), account)
    if found is None:
        raise NotFoundError("draft")
    return found


def save(draft_id: int, account: int | None, step: Step, raw: Mapping[str, object], now: datetime) -> None:
    """Keep what was typed in *step*, right or wrong. Raises NotFoundError, AlreadyFiledError."""
    with transaction() as session:
        draft = _open(session, draft_id, account)
        kept = {name: _text(value) for name, value in raw.items()}
        draft.data = {**draft.data, step.value: kept}
        draft.updated_at = now
        if draft.account_id is None and account is not None:
            draft.account_id = account  # somebody signed in while writing: from now on it is theirs


def _text(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:LONGEST_ANSWER]


def _open(session: Session, draft_id: int, account: int | None) -> Draft:
    """The draft, locked. NotFoundError: none for this person; AlreadyFiledError: it was submitted."""
    draft = session.scalar(select(Draft).where(Draft.id == draft_id).with_for_update())
    if draft is None or draft.account_id not in (None, account):
        raise NotFoundError("draft")
    if draft.application_id is not None:
        number = session.scalars(select(Application.number).where(Application.id == draft.application_id)).one()
        raise AlreadyFiledError(number)
    return draft


def add_files(chamber: Chamber, draft_id: int, account: int | None, uploads: Iterable[Upload], now: datetime) -> int:
    """Keep files with the draft; return how many came in. The same file sent twice is there once.

    Raises BadFileError with what is wrong and what to do; then none of the files was taken.
    """
    kept = keep(chamber, uploads)
    rules = chamber.regulation.uploads
    with transaction() as session:
        draft = _open(session, draft_id, account)
        have = {(row.sha256, row.name): row for row in _files(session, draft.id)}
        new = {(file.sha256, file.name): file for file in kept if (file.sha256, file.name) not in have}
        if len(have) + len(new) > rules.max_files:
            raise BadFileError(N_("Um pedido leva até {most} arquivos.").format(most=rules.max_files))
        if sum(row.size for row in (*have.values(), *new.values())) > rules.max_case_bytes:
            most = rules.max_case_bytes // 2**20
            raise BadFileError(N_("Os arquivos juntos passam de {most} MB. Reduza as fotos.").format(most=most))
        for file in new.values():
            session.add(
                DraftFile(
                    draft_id=draft.id,
                    name=file.name,
                    media_type=file.media_type,
                    sha256=file.sha256,
                    size=file.size,
                    created_at=now,
                )
            )
        draft.updated_at = now
        return len(new)


def remove_file(chamber: Chamber, draft_id: int, account: int | None, file_id: int, now: datetime) -> None:
    """Take a file out of the draft. A file that is not there any more is no error."""
    with transaction() as session:
        draft = _open(session, draft_id, account)
        row = session.scalar(select(DraftFile).where(DraftFile.id == file_id, DraftFile.draft_id == draft.id))
        gone = () if row is None else (row.sha256,)
        if row is not None:
            session.delete(row)
        draft.updated_at = now
        session.flush()
        loose = _unnamed(session, gone)
    forget(chamber, loose)


def discard(chamber: Chamber, draft_id: int, account: int | None) -> None:
    """Erase a draft with its files, because the person asks for it."""
    with transaction() as session:
        loose = _erase(session, [_open(session, draft_id, account).id])
    forget(chamber, loose)


def erase_before(session: Session, instant: datetime) -> tuple[int, list[str]]:
    """Erase the drafts that nobody changed since *instant*, inside the caller's transaction (the daily tidying).

    Returns how many went, and the hashes of files that no row names any more: the caller gives them to
    ``uploads.forget`` after the transaction.
    """
    old = session.scalars(select(Draft.id).where(Draft.updated_at < instant).with_for_update(skip_locked=True)).all()
    return len(old), _erase(session, list(old))


def _files(session: Session, draft_id: int) -> list[DraftFile]:
    return list(session.scalars(select(DraftFile).where(DraftFile.draft_id == draft_id).order_by(DraftFile.id)))


def _erase(session: Session, drafts: list[int]) -> list[str]:
    """Delete the rows of *drafts*; return the hashes of files that no row names any more."""
    if not drafts:
        return []
    hashes = set(session.scalars(select(DraftFile.sha256).where(DraftFile.draft_id.in_(drafts))))
    session.execute(delete(DraftFile).where(DraftFile.draft_id.in_(drafts)))
    session.execute(delete(Draft).where(Draft.id.in_(drafts)))
    return _unnamed(session, hashes)


def _unnamed(session: Session, hashes: Iterable[str]) -> list[str]:
    wanted = set(hashes)
    if not wanted:
        return []
    named = set(session.scalars(select(Document.sha256).where(Document.sha256.in_(wanted))))
    named |= set(session.scalars(select(DraftFile.sha256).where(DraftFile.sha256.in_(wanted))))
    return sorted(wanted - named)


# --- Submitting -------------------------------------------------------------------------------------------------------


def submit(
    chamber: Chamber,
    draft_id: int,
    account: int | None,
    consents: Mapping[str, object],
    *,
    key: str,
    now: datetime,
    source: str = "",
) -> Receipt:
    """File the draft. The same form sent ten times files one case and gives ten equal receipts.

    *source*: where the request came from, as limits count it. Raises IncompleteDraftError, AlreadyFiledError (another
    form filed it), TooManyTriesError, RefusedError, NotFoundError, KeyReusedError.
    """
    vouched = read_consents(consents)
    if not vouched.complete:
        raise IncompleteDraftError(Step.CHECK, vouched.problems)
    asked = submissions.fingerprint("submit-draft", draft_id, sorted(vouched.values.items()))
    with transaction() as session:
        earlier = claim_receipt(session, key, account, asked, now)
        if earlier is not None:
            return earlier
        throttle.spend_in(session, "filing_source", source, now)
        if account is not None:
            throttle.spend_in(session, "filing_account", str(account), now)
        draft = _open(session, draft_id, account)
        new = _new_case(session, chamber, draft, vouched, chamber.day(now))
        receipt, case = intake.file_in(session, chamber, account, new, now)
        draft.application_id, draft.data, draft.updated_at = case.application_id, {}, now
        session.execute(delete(DraftFile).where(DraftFile.draft_id == draft.id))
        holder = session.get(Account, account) if account is not None else None
        if holder is not None and vouched.values["portal"] and holder.portal_consent_on is None:
            holder.portal_consent_on = chamber.day(now)
        answer_receipt(session, key, receipt)
        return receipt


def read_steps(chamber: Chamber, data: Mapping[str, Any], agencies: Collection[int], on: date) -> dict[Step, Answers]:
    """The worded steps of a draft's *data* as filing reads them on the day *on*; *agencies* may be named."""
    return {
        Step.WHO: read_who(data.get(Step.WHO.value, {}), chamber.regulation),
        Step.CONFLICT: read_conflict(data.get(Step.CONFLICT.value, {}), chamber.regulation, agencies, on),
    }


def _new_case(session: Session, chamber: Chamber, draft: Draft, vouched: Answers, on: date) -> intake.NewCase:
    agencies = set(session.scalars(select(Agency.id).where(Agency.active)))
    steps = read_steps(chamber, draft.data, agencies, on)
    for step in WORDED_STEPS:
        if not steps[step].complete:
            raise IncompleteDraftError(step, steps[step].problems)
    who, what = steps[Step.WHO].values, steps[Step.CONFLICT].values
    agency = session.get(Agency, what["agency"]) if what["agency"] is not None else None
    other = intake.NewParty(
        "invitee",
        "city" if agency is None or agency.same_person else "entity",
        "" if agency is None else agency.name,
        email="" if agency is None else agency.email,
        agency=None if agency is None else agency.id,
    )
    applicant = intake.NewParty(
        "applicant", who["kind"], who["name"], who["tax_id"], who["email"], who["phone"], counsel=who["counsel"]
    )
    files = tuple(KeptFile(row.name, row.media_type, row.sha256, row.size) for row in _files(session, draft.id))
    return intake.NewCase(
        (applicant, other),
        what["matter"],
        what["account"],
        what["request"],
        channel=intake.PORTAL,
        value=what["value"] or 0,
        priority=who["priority"],
        lawsuits=what["lawsuits"],
        lawsuit_declared=what["lawsuit"] != "unknown",
        files=files,
        fact_on=what["fact_on"],
        vouched={"lawsuit_answer": what["lawsuit"], "vouched": dict(vouched.values)},
    )
