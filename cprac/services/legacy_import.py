"""The old register comes in: in chunks, into a batch that one flip shows or hides, each row ending with its reason.

Nothing is decided here about what a cell means (``domain.legacy_*`` does) nor invented: no deadline, notice or owner.
A crash leaves a batch that is still hidden; the same file, read in the same way, continues it. A row is never brought
in twice: its old number is the key. Several imports at once take turns, chunk by chunk; two of the same file share one
batch, and both answer for the whole of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cprac.domain.acts import Act
from cprac.domain.legacy_cases import Duplicate, LegacyCase, Refused
from cprac.domain.legacy_mapping import to_toml
from cprac.domain.words import N_
from cprac.persistence.database import db, transaction
from cprac.persistence.models import Case, EventRow, ImportBatch, ImportRow
from cprac.services import day_cells
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError
from cprac.services.legacy_contents import DOCKET, Author, Content, content_of
from cprac.services.legacy_reading import (
    Progress,
    Sheet,
    dry_run,
    open_sheet,
    read_cases,
    read_steps,
    sha256_of,
    silent,
)
from cprac.services.legacy_report import Ending, Report
from cprac.services.legacy_steps import Placed, as_row, sorted_steps, write_steps
from cprac.services.legacy_writing import (
    LOADING,
    REVERTED,
    VISIBLE,
    ImportStoppedError,
    still_loading,
    take_turn,
    write_cases,
)

__all__ = ["ImportStoppedError", "Report", "Sheet", "dry_run", "open_sheet", "revert", "run"]

CHUNK = 200
"""Rows a transaction at most: 60 ms where nothing else runs, so that other people's acts do not wait."""
LEAST = 25
LETTERS = 1 << 20
"""Letters of long texts after which a transaction takes no more rows, for memory stays bounded whatever they hold."""
LONG, SHORT = 0.15, 0.05
"""Seconds of a transaction after which the next one takes half the rows, or up to twice as many."""

OTHER_OPTIONS = N_(
    "uma importação deste arquivo, feita de outro modo ({what}), parou no meio: o lote {batch}. Repita-a como foi "
    "começada, e ela continua; ou desfaça o lote (cprac cases revert {batch}) e comece de novo"
)
OPTION_LABELS = {
    "mapping": N_("outro sentido das colunas"),
    "as_of": N_("outra data"),
    "accept_repairs": N_("outra escolha sobre consertos"),
    "steps": N_("outro arquivo de andamentos"),
    "steps_mapping": N_("outro sentido das colunas dos andamentos"),
}
WORKED_ON = N_("o caso {number} deste lote já teve atos depois da importação; o lote não pode ser revertido")
UNDER_WAY = (Act.REGISTER_LEGACY.value, Act.LEGACY_STEP.value)
OVERLAP = 10_000
"""Events looked at twice: PostgreSQL may number them in another order than they are committed in."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class _Run:
    """One import under way."""

    chamber: Chamber
    batch: int
    author: Author
    report: Report
    accept_repairs: bool
    progress: Progress
    pause: Callable[[], None]


def breathe() -> None:
    """Let others write: on SQLite a writer that waits looks again only now and then."""
    time.sleep(0.02)


def run(  # noqa: PLR0913  (an import is these things)
    chamber: Chamber,
    sheet: Sheet,
    steps: Sheet | None = None,
    *,
    as_of: date | None,
    now: datetime,
    accept_repairs: bool = False,
    account: int | None = None,
    progress: Progress = silent,
    pause: Callable[[], None] = breathe,
) -> Report:
    """Bring a file in. The accepted rows appear together at the end; refused ones are listed. Twice adds nothing.

    ``as_of``: the day the file is of; None for today, or for the day with which the import that is continued began.
    ``pause`` is called between transactions. Raises ImportStoppedError, and LegacyFileError where the file went away.
    """
    on = chamber.day(now)
    batch, day = _begin(sheet, steps, as_of, on, now, accept_repairs=accept_repairs)
    report = Report(day, sheet.mapping, steps.mapping if steps else None, batch=batch)
    work = _Run(chamber, batch, Author(account, now, on), report, accept_repairs, progress, pause)
    _cases(work, sheet)
    if steps is not None:
        _steps(work, steps)
    day_cells.rebuild_series(batch)
    with transaction() as session:
        row = _locked(session, batch)
        still_loading(session, batch)
        if row.status == LOADING:
            row.status, row.ended_at, row.counts = VISIBLE, now, report.counts()
    return report


def _cases(work: _Run, sheet: Sheet) -> None:
    day, procedure = work.report.as_of, work.chamber.regulation.version
    rows = read_cases(sheet, day, accept_repairs=work.accept_repairs)
    ready = (content_of(row, procedure, day) if isinstance(row, LegacyCase) else row for row in rows)

    def take(ending: Ending, item: Content | Duplicate | Refused) -> int:
        work.report.take(ending, item.case if isinstance(item, Content) else item)
        return work.report.cases.read

    _in_chunks(work, ready, write_cases, take, sheet.layout.rows)


def _steps(work: _Run, sheet: Sheet) -> None:
    def take(ending: Ending, item: Placed | Refused) -> int:
        work.report.steps.take(ending, as_row(item))
        return work.report.steps.read

    with sorted_steps(read_steps(sheet, work.report.as_of, accept_repairs=work.accept_repairs)) as placed:
        _in_chunks(work, placed, write_steps, take, sheet.layout.rows)


def _in_chunks(
    work: _Run,
    items: Iterable[Item],
    write: Callable[[Session, Chamber, int, Author, Sequence[Item]], list[Ending]],
    take: Callable[[Ending, Item], int],
    whole: int,
) -> None:
    """Write *items*, a short transaction after the other, and count how each ended once it is committed."""
    iterator, size, done = iter(items), CHUNK, 0
    while chunk := _next_chunk(iterator, size):
        began = time.monotonic()
        with transaction() as session:
            endings = write(session, work.chamber, work.batch, work.author, chunk)
        size = rows_next(size, time.monotonic() - began)
        for ending, item in zip(endings, chunk, strict=True):
            done = take(ending, item)
        work.progress(done, whole)
        work.pause()


def _begin(
    sheet: Sheet, steps: Sheet | None, as_of: date | None, today: date, now: datetime, *, accept_repairs: bool
) -> tuple[int, date]:
    """A new batch, or the one that an interrupted import of the same file left, read in the same way; and its day."""
    sha256 = sha256_of(sheet)
    asked = {
        "mapping": to_toml(sheet.mapping),
        "as_of": as_of,
        "accept_repairs": accept_repairs,
        "steps": sha256_of(steps) if steps else None,
        "steps_mapping": to_toml(steps.mapping) if steps else None,
    }
    with transaction() as session:
        take_turn(session)
        left = session.scalars(
            select(ImportBatch).where(ImportBatch.sha256 == sha256, ImportBatch.status == LOADING)
        ).all()
        for batch in left:
            different = _different(batch, asked)
            if different:
                raise ImportStoppedError(OTHER_OPTIONS.format(what=different, batch=batch.id))
            return batch.id, batch.as_of
        new = ImportBatch(
            name=sheet.name[:200],
            sha256=sha256,
            mapping=asked["mapping"],
            options={name: asked[name] for name in ("accept_repairs", "steps", "steps_mapping")},
            status=LOADING,
            as_of=as_of or today,
            started_at=now,
            counts={},
        )
        session.add(new)
        session.flush()  # the rows name the batch
        return new.id, new.as_of


def _different(batch: ImportBatch, asked: dict[str, Any]) -> str:
    """In what the import that began *batch* was another one; an empty text where it is the same."""
    begun = {"mapping": batch.mapping, "as_of": batch.as_of, **batch.options}
    wanted = {**asked, "as_of": asked["as_of"] or batch.as_of}
    return ", ".join(label for name, label in OPTION_LABELS.items() if begun.get(name) != wanted[name])


def _next_chunk(items: Iterator[Item], size: int) -> list[Item]:
    chunk, letters = list[Item](), 0
    for item in items:
        chunk.append(item)
        letters += _letters(item)
        if len(chunk) == size or letters >= LETTERS:
            break
    return chunk


def _letters(item: Any) -> int:
    """How long the texts are that no column limits."""
    row = item.case if isinstance(item, Content) else item.step if isinstance(item, Placed) else None
    if row is None:
        return 0
    return len(getattr(row, "problem", None) or "") + sum(len(text) for _name, text in row.extra)


def rows_next(rows: int, seconds: float) -> int:
    """How many rows the next transaction takes, when one of *rows* took *seconds*: on a busy machine they get fewer."""
    if seconds > LONG:
        return min(rows, max(LEAST, rows // 2))
    return min(CHUNK, 2 * rows) if seconds < SHORT else rows


def _locked(session: Session, batch: int) -> ImportBatch:
    """The batch row, locked; NotFoundError where there is none."""
    row = session.get(ImportBatch, batch, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError(str(batch))
    return row


def revert(batch_id: int, reason: str, now: datetime) -> dict[str, Any]:
    """Hide every case of a batch at once, by an appended row; nothing is erased and the old numbers are free again.

    A batch that is still loading (its import stopped) can be reverted too. NotFoundError where there is no such batch,
    or it is reverted already; ImportStoppedError where people have worked on one of its cases since.
    """
    session = db.session()
    last = session.scalar(select(func.max(EventRow.id))) or 0
    _refuse_worked_on(session, batch_id)  # a long look, while others write
    with transaction() as session:
        batch = _locked(session, batch_id)
        if batch.status == REVERTED:
            raise NotFoundError(str(batch_id))
        _refuse_worked_on(session, batch_id, after=last - OVERLAP)
        batch.status = REVERTED
        session.add(
            ImportRow(
                batch_id=batch_id,
                source="batch",
                line=1,
                status=REVERTED,
                reason=f"{now.isoformat()} {reason}"[:500],
            )
        )
        cases = session.scalar(select(func.count()).select_from(Case).where(Case.batch_id == batch_id)) or 0
        return {"batch": batch_id, "status": REVERTED, "cases": cases}


def _refuse_worked_on(session: Session, batch_id: int, after: int = 0) -> None:
    """ImportStoppedError where an event after the number *after* is none that came with the import."""
    number = session.scalar(
        select(Case.number)
        .join(EventRow, EventRow.case_id == Case.id)
        .where(
            Case.batch_id == batch_id,
            EventRow.id > after,
            or_(EventRow.compartment != DOCKET, EventRow.version > 1),  # the index knows; event 1 need not be read
            EventRow.act.not_in(UNDER_WAY),
        )
        .limit(1)
    )
    if number is not None:
        raise ImportStoppedError(WORKED_ON.format(number=number))
