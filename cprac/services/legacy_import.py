"""The old register comes in: in chunks, into a batch that one flip shows or hides, each row ending with its reason.

Nothing is decided here about what a cell means (``domain.legacy_*`` does) nor invented: no deadline, notice or owner.
A crash leaves a batch that is still hidden; the same file continues it. A row is never brought in twice: its old
number is the key.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from cprac.domain.legacy_cases import LegacyStep, Refused
from cprac.domain.legacy_mapping import to_toml
from cprac.persistence.database import transaction
from cprac.persistence.models import (
    Case,
    ImportBatch,
    ImportKey,
    ImportRow,
)
from cprac.services.chamber import Chamber
from cprac.services.errors import NotFoundError
from cprac.services.legacy_reading import (
    NO_CASE,
    Report,
    Sheet,
    dry_run,
    open_sheet,
    read_cases,
    read_steps,
    replace_mapping,
    sha256_of,
)
from cprac.services.legacy_writing import key_of, write_chunk, write_steps_of

__all__ = ["Report", "Sheet", "dry_run", "open_sheet", "replace_mapping", "revert", "run"]

CHUNK = 200
"""Rows a transaction: short enough that other people's acts do not wait (architecture.md, long work)."""


Progress = Callable[[int, int], None]
"""Called with rows done and rows in all."""


def run(  # noqa: PLR0913  (an import is these things)
    chamber: Chamber,
    path: Path,
    sheet: Sheet,
    steps: Sheet | None,
    *,
    as_of: date,
    now: datetime,
    accept_repairs: bool = False,
    account: int | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Report:
    """Bring a file in. The accepted rows appear together at the end; refused ones are listed. Twice adds nothing."""
    report = Report(as_of=as_of, mapping=to_toml(sheet.mapping))
    batch = _begin(path, sheet, as_of, now)
    report.batch = batch
    done = 0
    for chunk in _chunks(read_cases(sheet, as_of, report, accept_repairs=accept_repairs), CHUNK):
        with transaction() as session:
            write_chunk(session, chamber, batch, chunk, report, account=account, now=now, as_of=as_of)
        done += len(chunk)
        progress(done, sheet.layout.rows)
    if steps is not None:
        report.steps = _write_steps(
            chamber, batch, steps, as_of, now, accept_repairs=accept_repairs, account=account, progress=progress
        )
    with transaction() as session:
        row = session.get_one(ImportBatch, batch)
        row.status, row.ended_at = "visible", now
        row.counts = {key: value for key, value in report.as_plain().items() if isinstance(value, (int, str))}
    return report


def _begin(path: Path, sheet: Sheet, as_of: date, now: datetime) -> int:
    """A new batch, or the one that an interrupted import of the same file left."""
    sha256 = sha256_of(path)
    with transaction() as session:
        left = session.scalar(select(ImportBatch).where(ImportBatch.sha256 == sha256, ImportBatch.status == "loading"))
        if left is None:
            left = ImportBatch(
                name=path.name[:200],
                sha256=sha256,
                mapping=to_toml(sheet.mapping),
                status="loading",
                as_of=as_of,
                started_at=now,
                counts={},
            )
            session.add(left)
            session.flush()  # the rows name the batch
        return left.id


def _chunks(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(rows)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


def _write_steps(
    chamber: Chamber,
    batch: int,
    sheet: Sheet,
    as_of: date,
    now: datetime,
    *,
    accept_repairs: bool,
    account: int | None,
    progress: Progress,
) -> dict[str, Any]:
    """The old steps as docket events, case by case and in the order of their dates.

    Steps of a case that was already in the register are duplicates, like the case itself.
    """
    by_key: dict[str, list[LegacyStep]] = {}
    refused: list[dict[str, Any]] = []
    read = imported = duplicates = done = 0
    for step in read_steps(sheet, as_of, accept_repairs=accept_repairs):
        read += 1
        if isinstance(step, Refused):
            refused.append({"line": step.line, "reason": step.reason})
        else:
            by_key.setdefault(key_of(step.key), []).append(step)
    for chunk in _chunks(sorted(by_key), CHUNK // 4):
        with transaction() as session:
            known = {row.digest: row for row in session.scalars(select(ImportKey).where(ImportKey.digest.in_(chunk)))}
            own: dict[int, list[LegacyStep]] = {}
            for key in chunk:
                if key not in known:
                    refused += [{"line": s.line, "reason": NO_CASE.format(number=s.legacy_number)} for s in by_key[key]]
                elif known[key].batch_id == batch:
                    own[known[key].case_id] = by_key[key]
                else:
                    duplicates += len(by_key[key])
            imported += write_steps_of(session, chamber, own, account=account, now=now)
        done += len(chunk)
        progress(done, len(by_key))
    refused.sort(key=lambda item: item["line"])
    return {"rows_read": read, "imported": imported, "duplicates": duplicates, "refused": refused}


def revert(batch_id: int, reason: str, now: datetime) -> dict[str, Any]:
    """Hide every case of a batch at once, by an appended row; nothing is erased and the old numbers are free again.

    NotFoundError where there is no such visible batch; ValueError where one of its cases was already adopted.
    """
    with transaction() as session:
        batch = session.get(ImportBatch, batch_id, with_for_update=True)
        if batch is None or batch.status != "visible":
            raise NotFoundError(str(batch_id))
        adopted = session.scalar(select(Case.number).where(Case.batch_id == batch_id, Case.origin != "legacy").limit(1))
        if adopted is not None:
            msg = f"o caso {adopted} deste lote já foi trazido para o procedimento; o lote não pode ser revertido"
            raise ValueError(msg)
        batch.status = "reverted"
        last = (
            session.scalar(
                select(func.max(ImportRow.line)).where(ImportRow.batch_id == batch_id, ImportRow.source == "batch")
            )
            or 0
        )
        session.add(
            ImportRow(
                batch_id=batch_id,
                source="batch",
                line=last + 1,
                status="reverted",
                reason=f"{now.isoformat()} {reason}"[:500],
            )
        )
        cases = session.scalar(select(func.count()).select_from(Case).where(Case.batch_id == batch_id)) or 0
        session.execute(
            update(ImportKey)
            .where(ImportKey.batch_id == batch_id)
            .values(digest=func.concat("reverted:", ImportKey.case_id))
        )
        return {"batch": batch_id, "status": "reverted", "cases": cases}
