"""Commands that need no database and no secret: deadlines, numbers, the lifecycle, a chamber's file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cprac.commands.streams import BadInput, named, print_all, print_json, refusing, text_of
from cprac.domain.words import N_

if TYPE_CHECKING:
    from cprac.domain.business_days import Calendar


@click.group()
def deadlines() -> None:
    """Contagem de prazos."""


@deadlines.command("compute")
@click.argument("file")
def deadlines_compute(file: str) -> None:
    """Conta os prazos de um arquivo de vetores (JSON ou JSON por linha)."""
    from cprac.deadline_vectors import compute_vectors

    with refusing(ValueError, where=named(file)):
        print_all(compute_vectors(text_of(file), _calendar_of))


def _calendar_of(name: str) -> Calendar:
    """The calendar of a chamber that comes with the program, by its name; LookupError for any other."""
    from cprac.persistence.regulation_files import REGULATIONS, load_regulation, regulation_path

    path = regulation_path(name)
    if path.parent != REGULATIONS:
        raise LookupError(name)  # a vector may not make us read a file
    return load_regulation(path).calendar()


@click.group()
def identifiers() -> None:
    """CPF, CNPJ e números de processo."""


@identifiers.command("check")
@click.argument("file")
def identifiers_check(file: str) -> None:
    """Confere os números de um arquivo de vetores (JSON ou JSON por linha)."""
    from cprac.identifier_vectors import check_vectors

    with refusing(ValueError, where=named(file)):
        print_all(check_vectors(text_of(file)))


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["json", "mermaid", "markdown"]), default="json", help=N_("Formato da saída.")
)
@click.option("--regulation", default="", help=N_("Só o que o regulamento desta câmara liga (arquivo ou nome)."))
def lifecycle(form: str, regulation: str) -> None:
    """Mostra a tabela de estados e atos como o programa a tem."""
    from cprac.domain import lifecycle as table

    switches = None
    if regulation:
        from cprac.persistence.regulation_files import RegulationFileError, load_regulation

        with refusing(RegulationFileError):
            switches = load_regulation(regulation).switches
    if form == "json":
        print_json(table.as_json(switches))
    else:
        click.echo(table.as_mermaid(switches) if form == "mermaid" else table.as_markdown(switches), nl=False)


@click.group()
def regulation() -> None:
    """O arquivo do regulamento de uma câmara."""


@regulation.command("check")
@click.argument("file")
def regulation_check(file: str) -> None:
    """Confere o arquivo e mostra o que nele é padrão nosso."""
    from cprac import regulation_check as checking

    with refusing(ValueError):
        print_json(checking.check(file))


@regulation.command("lock")
@click.argument("file")
def regulation_lock(file: str) -> None:
    """Registra a versão do arquivo em versions.lock, ao lado dele."""
    from cprac import regulation_check as checking

    with refusing(ValueError):
        print_json({"file": Path(file).name, "locked": list(checking.lock(file))})


class _Days(click.ParamType):
    """Days after the start, separated by commas."""

    name = N_("dias")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int | float, ...]:
        """Read the days, whole or with a point."""
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        for part in parts:
            if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", part):
                self.fail(N_("“%s” não é um número de dias") % part, param, ctx)
        return tuple(int(day) if day.is_integer() else day for day in map(float, parts))


@click.group()
def statistics() -> None:
    """Estatísticas: de uma tabela de durações, e as somas desta câmara."""


@statistics.command("survival")
@click.argument("file")
@click.option("--time", required=True, metavar="COL", help=N_("Coluna com a duração, em dias."))
@click.option("--event", default="", metavar="COL", help=N_("Coluna com 1 (terminou) ou 0 (em aberto)."))
@click.option("--cause", default="", metavar="COL", help=N_("Coluna com o desfecho; 0 = em aberto."))
@click.option("--group", default="", metavar="COL", help=N_("Coluna que separa os grupos."))
@click.option("--entry", default="", metavar="COL", help=N_("Coluna com a duração em que o caso entrou à vista."))
@click.option("--at", type=_Days(), default=(), help=N_("Dias em que a curva é lida: 30,90,365."))
def statistics_survival(
    file: str, time: str, event: str, cause: str, group: str, entry: str, at: tuple[int | float, ...]
) -> None:
    """Estima quanto tempo os casos levam, contando os que continuam abertos (Kaplan–Meier, Aalen–Johansen)."""
    from cprac.survival_tables import survival_of

    if bool(event) == bool(cause):
        raise BadInput(N_("diga --event COL ou --cause COL, um dos dois"))
    with refusing(ValueError, where=named(file)):
        print_json(survival_of(text_of(file), time, event=event, cause=cause, group=group, entry=entry, at=at))


@statistics.command("rebuild")
def statistics_rebuild() -> None:
    """Refaz as fichas estatísticas dos casos a partir do histórico, e as somas a partir das fichas."""
    from cprac.commands.instance import instant, opened
    from cprac.services import day_cells, flow_sums

    with opened() as (_app, chamber):
        cases = day_cells.rebuild_facts()
        flow_sums.write(chamber, instant())
        print_json({"cases": cases})
