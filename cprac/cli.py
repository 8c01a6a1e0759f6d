"""The ``cprac`` command. Names and JSON are stable: people and programs drive the product through them.

Input from a file or ``-``; results on standard output as JSON (one object, or one a line); messages on standard error.
Exit 0 when done; 1 when what was looked at is not as it should be (verify, doctor, backup) or the database fails; 2 for
bad input, with one line that says what and where. A command loads only what it needs: those without a database start
fast and need no secret.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from cprac.commands import calculating, people, publishing, register, releasing, reporting, running, trust


class _ReaderLeftError(Exception):
    """Nobody reads the output any more."""


class _Commands(click.Group):
    """The group; click itself would answer a closed pipe with exit 1, as if something were wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ReaderLeftError from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Câmara de mediação: casos, prazos e histórico. Dados em JSON na saída; avisos na saída de erros."""


for _command in (
    running.demo,
    running.serve,
    running.scheduler,
    running.upgrade,
    people.user,
    calculating.deadlines,
    calculating.identifiers,
    calculating.lifecycle,
    calculating.regulation,
    calculating.statistics,
    register.cases,
    reporting.report,
    publishing.opendata,
    trust.verify,
    trust.doctor,
    trust.backup,
    trust.restore,
):
    cli.add_command(_command)
for _command in (publishing.statistics_facts, releasing.statistics_publish, releasing.statistics_correct):
    calculating.statistics.add_command(_command)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status. Never a traceback for bad input or for a reader that went away."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        answer = cli.main(args=arguments, prog_name="cprac", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        click.echo(_complaint(error), err=True)
        return error.exit_code
    except (_ReaderLeftError, BrokenPipeError):  # `cprac … | head`: nobody reads on, and nothing is wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return answer if isinstance(answer, int) else 0


def _complaint(error: click.ClickException) -> str:
    """What was wrong, in one line, beginning with the command it was given to."""
    context = getattr(error, "ctx", None)
    place = context.command_path if context else "cprac"
    match error:
        case click.NoSuchOption():
            text = f"opção desconhecida: {error.option_name}"
        case click.MissingParameter() if error.param is not None:
            text = f"falta {error.param.human_readable_name}"
        case click.BadParameter() if error.param is not None:
            text = f"{error.param.human_readable_name}: {error.message}"
        case click.UsageError() if error.message.startswith("No such command"):
            text = f"comando desconhecido: {error.message.removeprefix('No such command ').rstrip('.')}"
        case _:
            text = error.format_message()
    hint = f" (veja {place} --help)" if isinstance(error, click.UsageError) else ""
    return f"{place}: {' '.join(text.split())}{hint}"


if __name__ == "__main__":
    sys.exit(main())
