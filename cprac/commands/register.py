"""``cprac cases``: the old register comes in and may be taken back; the register goes out."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cprac.commands.instance import instant, opened
from cprac.commands.streams import (
    DAY,
    BadInput,
    as_path,
    named,
    print_all,
    print_csv,
    print_json,
    progress,
    refusing,
    text_of,
)
from cprac.domain.words import N_

if TYPE_CHECKING:
    from cprac.domain.legacy_mapping import Mapping as Columns


@click.group()
def cases() -> None:
    """O registro de casos: trazer a planilha antiga, desfazer, tirar uma cópia."""


@cases.command("import")
@click.argument("file")
@click.option("--steps", default="", help=N_("Arquivo de andamentos dos mesmos casos."))
@click.option("--mapping", default="", help=N_("Arquivo TOML que diz o que é cada coluna."))
@click.option("--steps-mapping", default="", help=N_("O mesmo, para os andamentos."))
@click.option("--save-mapping", default="", help=N_("Grava aqui o que foi entendido das colunas, para corrigir."))
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
    as_of: date | None,
    dry_run: bool,
    accept_repairs: bool,
    report: str,
) -> None:
    """Traz casos de uma planilha antiga (CSV). Nada se perde: cada linha acaba importada, repetida ou recusada."""
    from zoneinfo import ZoneInfo

    from cprac.domain.legacy_mapping import SheetKind
    from cprac.services import legacy_import

    day = as_of or datetime.now(ZoneInfo("America/Sao_Paulo")).date()
    with as_path(file) as path, refusing(ValueError, where=named(file)):
        sheet = legacy_import.open_sheet(path, SheetKind.CASES, _mapping(mapping))
        second = None
        if steps:
            with refusing(ValueError, where=named(steps)), as_path(steps) as steps_path:
                second = legacy_import.open_sheet(steps_path, SheetKind.STEPS, _mapping(steps_mapping))
        if save_mapping:
            _save_mapping(Path(save_mapping), sheet.mapping)
        if dry_run:
            answer = legacy_import.dry_run(sheet, second, day, accept_repairs=accept_repairs)
        else:
            with opened() as (_app, chamber):
                answer = legacy_import.run(
                    chamber,
                    path,
                    sheet,
                    second,
                    as_of=day,
                    now=instant(),
                    accept_repairs=accept_repairs,
                    progress=progress(N_("linhas")),
                )
    if report:
        Path(report).write_text(json.dumps(answer.as_plain(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    print_json(answer.as_plain())


def _mapping(source: str) -> Columns | None:
    from cprac.domain.legacy_mapping import from_toml

    if not source:
        return None
    with refusing(ValueError, where=named(source)):
        return from_toml(text_of(source))


def _save_mapping(path: Path, mapping: Columns) -> None:
    from cprac.domain.legacy_mapping import to_toml

    if path.exists():
        raise BadInput(f"{path}: já existe. Escolha outro nome para gravar as colunas.")
    path.write_text(to_toml(mapping), "utf-8")


@cases.command("revert")
@click.argument("batch", type=int)
@click.option("--reason", default="", help=N_("Por que o lote é desfeito."))
def cases_revert(batch: int, reason: str) -> None:
    """Esconde de uma vez os casos de um lote importado. Nada é apagado."""
    from cprac.services import legacy_import
    from cprac.services.errors import NotFoundError

    with opened():
        try:
            answer = legacy_import.revert(batch, reason, instant())
        except NotFoundError:
            raise BadInput(f"lote {batch}: não há lote visível com este número") from None
        except ValueError as error:
            raise BadInput(f"lote {batch}: {error}") from None
    print_json(answer)


@cases.command("export")
@click.option("--number", default="", help=N_("Só este caso, com o histórico."))
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", help=N_("Formato da saída."))
def cases_export(number: str, form: str) -> None:
    """Escreve o registro (uma linha por caso) ou um caso com o seu histórico."""
    from cprac.services import case_export
    from cprac.services.errors import NotFoundError

    with opened():
        if not number:
            rows = case_export.register()
            print_all(rows) if form == "json" else print_csv(case_export.REGISTER, rows)
            return
        try:
            answer = case_export.case_with_history(number)
        except NotFoundError:
            raise BadInput(f"caso {number}: não há caso com este número") from None
        if form == "json":
            print_json(answer)
        else:
            print_csv(tuple(answer["docket"][0]), answer["docket"])
