"""How cost grows: ``make bench`` runs the benchmarks one after the other, on databases that they make and remove.

    make bench                                     all of them
    make bench ARGS="--only pages --rounds 40"     one, with its own options

A benchmark is a module ``scripts/bench_<name>.py`` with two functions: ``add_arguments(group)`` names its options, and
``run(given)`` yields what it measured as flat dictionaries. Each is printed as one JSON object a line on standard
output as it comes, and all of them as a small table at the end; progress goes to standard error.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from types import FrameType, ModuleType
from typing import Any

BENCHES = ("pages", "deadlines", "sweep", "figures")
"""In the order they run."""


def bench(name: str) -> ModuleType | None:
    """The module of a benchmark; None where it is not there."""
    module = f"scripts.bench_{name}"
    return importlib.import_module(module) if importlib.util.find_spec(module) else None


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as aligned text, a column for each key; what a row lacks is left blank."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([_cell(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(names))]
    right = [any(isinstance(row.get(name), (int, float)) for row in rows) for name in names]
    laid = (
        "  ".join(line[n].rjust(widths[n]) if right[n] else line[n].ljust(widths[n]) for n in range(len(names)))
        for line in lines
    )
    return "".join(f"{line.rstrip()}\n" for line in laid)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)


def say(text: str) -> None:
    """Progress, for whoever waits."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {text}\n")
    sys.stderr.flush()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit("stopped")  # so that servers end and files go


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmarks asked for."""
    first = argparse.ArgumentParser(add_help=False)
    first.add_argument("--only", default="", metavar="NAMES", help=f"some of {','.join(BENCHES)}; default: all")
    wanted = [name for name in first.parse_known_args(arguments)[0].only.split(",") if name]
    found = {name: module for name in wanted or BENCHES if (module := bench(name)) is not None}
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, parents=[first], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, module in found.items():
        module.add_arguments(parser.add_argument_group(name, (module.__doc__ or "").splitlines()[0]))
    given = parser.parse_args(arguments)
    if unknown := [name for name in wanted if name not in found]:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    measured = {name: _run(name, module, given) for name, module in found.items()}
    for name, rows in measured.items():
        sys.stdout.write(f"\n{name}\n\n{table(rows)}")


def _run(name: str, module: ModuleType, given: argparse.Namespace) -> list[dict[str, Any]]:
    began, rows = time.monotonic(), []
    answers: Iterable[dict[str, Any]] = module.run(given)
    for row in answers:
        rows.append(row)
        sys.stdout.write(json.dumps({"bench": name, **row}, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    say(f"{name}: done in {time.monotonic() - began:.0f} s")
    return rows


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    main()
