"""``cprac cases import`` and ``revert``: the old register comes in, every row accounted for, and may be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cprac.commands.instance import instant, opened
from cprac.commands.streams import DAY, BadInput, NotDone, as_path, named, print_json, progress, refusing, say, text_of
from cprac.domain.words import N_

if TYPE_CHECKING:
    from cprac.domain.legacy_mapping import Mapping, SheetKind
    from cprac.services.legacy_reading import Sheet
    from cprac.services.legacy_report import Report

LONG = 4 << 20
"""Bytes from which reading a file takes long enough to say that it is being read."""


@click.command("import")
@click.argument("file")
@click.option("--steps", default="", help=N_("Arquivo de andamentos dos mesmos casos."))
@click.option("--mapping", default="", help=N_("Arquivo TOML que diz o que é cada coluna."))
@click.option("--steps-mapping", default="", help=N_("O mesmo, para os andamentos."))
@click.option("--save-mapping", default="", help=N_("Grava aqui o que foi entendido das colunas, para corrigir."))
@click.option("--save-steps-mapping", default="", help=N_("O mesmo, para os andamentos."))
@click.option("--as-of", type=DAY, default=None, help=N_("Dia em que a planilha valia (hoje)."))
@click.option("--dry-run", is_flag=True, help=N_("Só lê e mostra; não precisa de banco."))
@click.option("--accept-repairs", is_flag=True, help=N_("Aceita linhas tortas que podem ser consertadas."))
@click.option("--report", default="", help=N_("Grava o mesmo resultado neste arquivo JSON."))
def cases_import(
    file: str,
    steps: str,
    mapping: str,
    steps_mapping: str,
    save_mapping: str,
    save_steps_mapping: str,
    as_of: date | None,
    dry_run: bool,
    accept_repairs: bool,
    report: str,
) -> None:
    """Traz casos de uma planilha antiga (CSV, XLSX ou ODS): cada linha acaba importada, repetida ou recusada.

    Repetir o comando não traz nada duas vezes; se ele parou no meio, continua.
    """
    from cprac.domain.legacy_mapping import SheetKind

    if not steps and (steps_mapping or save_steps_mapping):
        raise BadInput("--steps-mapping e --save-steps-mapping só servem junto com --steps")
    if [file, steps, mapping, steps_mapping].count("-") > 1:
        raise BadInput("só um dos arquivos pode vir da entrada (-)")
    with ExitStack() as kept:
        cases = kept.enter_context(_sheet(file, SheetKind.CASES, mapping, save_mapping))
        second = (
            kept.enter_context(_sheet(steps, SheetKind.STEPS, steps_mapping, save_steps_mapping)) if steps else None
        )
        _check_writable(report)
        _tell_notes(file, cases)
        _tell_notes(steps, second)
        with _readable(file):
            if dry_run:
                answer = _preview(cases, second, as_of, accept_repairs=accept_repairs)
            else:
                answer = _bring_in(cases, second, as_of, accept_repairs=accept_repairs)
    _tell(answer, report)


@contextmanager
def _readable(file: str) -> Iterator[None]:
    """A file, or a mapping for it, that cannot be used is bad input."""
    from cprac.domain.legacy_lines import LegacyFileError

    with refusing(LegacyFileError, where=named(file)):
        yield


@contextmanager
def _sheet(file: str, kind: SheetKind, mapping: str, save: str) -> Iterator[Sheet]:
    """A file surveyed. It stays readable until the end, be it standard input."""
    from cprac.services.legacy_reading import open_sheet

    given = _mapping(mapping)
    with as_path(file) as path, _readable(file):
        if path.stat().st_size > LONG:
            say(f"{named(file)}: lendo para saber como está escrito…")
        sheet = open_sheet(path, kind, given, name=named(file))
        if save:
            _save(Path(save), sheet.mapping)
        yield sheet


def _tell_notes(file: str, sheet: Sheet | None) -> None:
    for note in sheet.mapping.notes if sheet else ():
        say(f"{named(file)}: {note}")


def _mapping(source: str) -> Mapping | None:
    from cprac.domain.legacy_mapping import from_toml

    if not source:
        return None
    with refusing(ValueError, where=named(source)):
        return from_toml(text_of(source))


def _save(path: Path, mapping: Mapping) -> None:
    """Write the mapping, but never over one that somebody may have corrected."""
    from cprac.domain.legacy_mapping import to_toml

    text = to_toml(mapping)
    try:
        if not path.exists():
            path.write_text(text, "utf-8")
        elif not path.is_file() or path.read_bytes() != text.encode():
            raise BadInput(f"{path}: já existe. Escolha outro nome para gravar as colunas.")
    except OSError:
        raise BadInput(f"{path}: não é um lugar onde gravar as colunas") from None


def _check_writable(report: str) -> None:
    """Better to refuse the place of the report before a long import than after it."""
    if report and (Path(report).is_dir() or not Path(report).resolve().parent.is_dir()):
        raise BadInput(f"{report}: não é um lugar onde gravar o resultado")


def _preview(cases: Sheet, steps: Sheet | None, as_of: date | None, *, accept_repairs: bool) -> Report:
    from zoneinfo import ZoneInfo

    from cprac.services import legacy_reading

    day = as_of or datetime.now(ZoneInfo("America/Sao_Paulo")).date()
    told = progress(N_("linhas"))
    return legacy_reading.dry_run(cases, steps, day, accept_repairs=accept_repairs, progress=told)


def _bring_in(cases: Sheet, steps: Sheet | None, as_of: date | None, *, accept_repairs: bool) -> Report:
    from cprac.services import legacy_import

    with opened() as (_app, chamber), refusing(legacy_import.ImportStoppedError):
        try:
            return legacy_import.run(
                chamber,
                cases,
                steps,
                as_of=as_of,
                now=instant(),
                accept_repairs=accept_repairs,
                progress=progress(N_("linhas")),
            )
        except KeyboardInterrupt:
            say("interrompida: nada aparece ainda. Repita o mesmo comando, e ela continua.")
            raise


def _tell(answer: Report, report: str) -> None:
    plain = answer.as_plain()
    say(_summary(plain))
    print_json(plain)
    if report:
        try:
            with Path(report).open("w", encoding="utf-8") as file:
                print_json(plain, file)
        except OSError as error:
            raise NotDone(f"{report}: o resultado não pôde ser gravado ({error.strerror})") from None


def _summary(plain: dict[str, Any]) -> str:
    done = "seriam importadas" if plain["dry_run"] else f"importadas, no lote {plain['batch']}"
    rows = f"{plain['rows_read']} linhas: {plain['imported']} {done}; {plain['duplicates']} repetidas"
    return f"{rows}; {len(plain['refused'])} recusadas"


@click.command("revert")
@click.argument("batch", type=int)
@click.option("--reason", default="", help=N_("Por que o lote é desfeito."))
def cases_revert(batch: int, reason: str) -> None:
    """Esconde de uma vez os casos de um lote importado. Nada é apagado."""
    from cprac.services import legacy_import
    from cprac.services.errors import NotFoundError

    with opened(), refusing(legacy_import.ImportStoppedError, where=f"lote {batch}"):
        try:
            answer = legacy_import.revert(batch, reason, instant())
        except NotFoundError:
            raise BadInput(f"lote {batch}: não há lote com este número, ou ele já foi revertido") from None
    print_json(answer)
