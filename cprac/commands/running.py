"""Commands that keep the chamber running: the web, the clock, the newest schema, the demonstration."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from cprac.commands.instance import instant, opened
from cprac.commands.streams import DAY, BadInput, print_json, refusing
from cprac.domain.words import N_


@click.command()
@click.option("--port", default=8000, show_default=True, help=N_("Porta."))
@click.option("--today", type=DAY, default=None, help=N_("Dia em que a demonstração acontece."))
@click.option(
    "--crowd", default=400, show_default=True, type=click.IntRange(0, 5000), help=N_("Casos encerrados, para contar.")
)
@click.option("--keep", is_flag=True, help=N_("Continua a do mesmo dia, se houver, em vez de fazer outra."))
def demo(port: int, today: date | None, *, keep: bool, crowd: int) -> None:
    """Cria uma câmara de demonstração, mostra endereços e usuários, e a deixa no ar."""
    import importlib

    try:
        module = importlib.import_module("cprac.demo")
    except ModuleNotFoundError as error:
        if error.name != "cprac.demo":
            raise
        raise BadInput("a demonstração não veio nesta instalação") from None
    module.run(port=port, today=today, keep=keep, crowd=crowd)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help=N_("Endereço em que atende."))
@click.option("--port", default=8000, show_default=True, help=N_("Porta."))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64), help=N_("Pedidos ao mesmo tempo."))
def serve(host: str, port: int, threads: int) -> None:
    """Atende na web."""
    import signal

    import waitress

    from cprac.services import log_lines

    log_lines.to_standard_error()
    with opened() as (app, _chamber_here):
        pass
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(0))  # waitress ends its requests, then leaves
    waitress.serve(
        app,
        host=host,
        port=port,
        threads=threads,
        ident=None,
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1,
        clear_untrusted_proxy_headers=False,  # the application itself believes PROXY_HOPS of them and no more
    )


@click.command()
def scheduler() -> None:
    """Faz andar o relógio: prazos que vencem, avisos que saem, faxina diária. Pode haver mais de um."""
    import logging

    from cprac import scheduler as clock
    from cprac.services import log_lines

    log_lines.to_standard_error()
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    with opened() as (app, _chamber_here):
        pass
    clock.run(app)


FIGURES_SINCE = "0004"
"""The revision with which fact rows began to tell where the days of a case went."""


@click.command()
def upgrade() -> None:
    """Atualiza o banco e registra as versões do regulamento. Cria o banco SQLite se não houver."""
    from sqlalchemy.engine import make_url

    from cprac.persistence.database import db
    from cprac.persistence.regulation_files import RegulationFileError
    from cprac.services import day_cells
    from cprac.services import upgrade as upgrading

    with opened(ready=False) as (app, chamber):
        url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
        if url.get_backend_name() == "sqlite":
            Path(url.database or "").absolute().parent.mkdir(parents=True, exist_ok=True)
        chamber.files.mkdir(parents=True, exist_ok=True)
        with refusing(upgrading.UpgradeError, RegulationFileError):
            done = upgrading.upgrade(db.engine, chamber, app.config["REGULATION"], instant())
        if "" < done.before < FIGURES_SINCE:
            day_cells.rebuild_facts()  # what older versions of the program did not keep is in the events
        else:
            day_cells.reshape()
    print_json({"before": done.before, "after": done.after, "recorded": list(done.recorded)})
