"""What `cprac regulation check FILE` answers: whether a chamber's file may be used, and what in it is our default."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cprac.domain.regulation import procedure_hash
from cprac.domain.regulation_places import defaults_of, warnings_of
from cprac.persistence.regulation_files import (
    LOCK_NAME,
    check_lock,
    is_locked,
    read_lock,
    read_regulation_file,
    regulation_path,
    update_lock,
)


def check(name: str | Path, on: date | None = None) -> dict[str, Any]:
    """Validate the file of a chamber, by path or by the name of one that comes with the program, and sum it up.

    *on* (default: today in the chamber's time zone) is the day the warnings look from. The answer is JSON-ready.
    Raises ValueError with one line that names file, line and key where the file cannot be used, or where its procedure
    changed under a version that ``versions.lock``, beside it, already holds.
    """
    path = regulation_path(name)
    regulation = read_regulation_file(path)
    lock = read_lock(path.with_name(LOCK_NAME))
    check_lock(path, regulation, lock)
    today = on or datetime.now(ZoneInfo(regulation.chamber.time_zone)).date()
    warnings = warnings_of(regulation, today)
    if not is_locked(regulation, lock):
        warnings.append(f"version: '{regulation.version}' ainda não está registrada em {LOCK_NAME}")
    return {
        "file": path.name,
        "chamber": regulation.chamber.id,
        "version": regulation.version,
        "in_force_from": regulation.in_force_from.isoformat(),
        "procedure_hash": procedure_hash(regulation),
        "switches": sorted(regulation.switches),
        "deadlines": len(regulation.deadlines),
        "defaults": defaults_of(regulation),
        "warnings": warnings,
    }


def lock(name: str | Path) -> tuple[str, ...]:
    """Register the version of a chamber's file in the ``versions.lock`` beside it; return it if it was new.

    Raises ValueError as :func:`check`.
    """
    path = regulation_path(name)
    return update_lock(path.with_name(LOCK_NAME), [read_regulation_file(path)])
