"""``cprac cases``: the old register comes in and may be taken back; the register goes out."""

from __future__ import annotations

import click

from cprac.commands import importing
from cprac.commands.instance import opened
from cprac.commands.streams import BadInput, print_all, print_csv, print_json
from cprac.domain.words import N_


@click.group()
def cases() -> None:
    """O registro de casos: trazer a planilha antiga, desfazer, tirar uma cópia."""


cases.add_command(importing.cases_import)
cases.add_command(importing.cases_revert)


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
