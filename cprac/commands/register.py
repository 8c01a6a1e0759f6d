"""``cprac cases``: the old register comes in and may be taken back; the register goes out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from cprac.commands import importing
from cprac.commands.instance import opened
from cprac.commands.streams import BadInput, print_all, print_csv, print_json
from cprac.domain.words import N_

if TYPE_CHECKING:
    from cprac.services.chamber import Chamber


@click.group()
def cases() -> None:
    """O registro de casos: trazer a planilha antiga, desfazer, tirar uma cópia."""


cases.add_command(importing.cases_import)
cases.add_command(importing.cases_revert)


@cases.command("export")
@click.option("--number", default="", help=N_("Só este caso, com o histórico."))
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv", "xes", "ocel"]),
    default="json",
    help=N_(
        "Formato da saída. xes e ocel: o andamento de cada caso, sem nomes nem textos, para mineração de processos."
    ),
)
@click.option(
    "--step-names",
    is_flag=True,
    help=N_("Em xes e ocel: andamentos da planilha antiga com o nome que têm nela, que pode conter nomes de pessoas."),
)
def cases_export(number: str, form: str, *, step_names: bool) -> None:
    """Escreve o registro (uma linha por caso) ou um caso com o seu histórico."""
    from cprac.services import case_export
    from cprac.services.errors import NotFoundError

    with opened() as (_app, chamber):
        if form in ("xes", "ocel"):
            _write_log(chamber, number, form, step_names=step_names)
            return
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


def _write_log(chamber: Chamber, number: str, form: str, *, step_names: bool) -> None:
    """The event log on standard output, as it is read."""
    from cprac.services import event_log_export, event_log_ocel, event_log_xes
    from cprac.services.errors import NotFoundError

    try:
        cases = event_log_export.histories(chamber.zone, number, step_names=step_names)
    except NotFoundError:
        raise BadInput(f"caso {number}: não há caso com este número") from None
    if form == "xes":
        sys.stdout.writelines(f"{line}\n" for line in event_log_xes.lines(cases, chamber.zone))
    else:
        sys.stdout.writelines(event_log_ocel.pieces(cases, chamber.zone))
    sys.stdout.flush()
