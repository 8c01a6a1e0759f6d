"""``cprac statistics publish`` and ``correct``: releases of closed periods, by hand where the clock does not."""

from __future__ import annotations

import click

from cprac.commands.instance import instant, opened
from cprac.commands.streams import print_json, refusing
from cprac.domain.words import N_


@click.command("publish")
@click.option("--period", default="", metavar="PERIOD", help=N_("Só até este período, como 2026-T1."))
def statistics_publish(period: str) -> None:
    """Publica os períodos encerrados que ainda não foram publicados. Repetir não muda nada."""
    from cprac.domain.release_content import DisclosureError
    from cprac.services import releases

    with opened() as (_app, chamber), refusing(releases.ReleaseError, DisclosureError):
        print_json(releases.as_plain(releases.publish_due(chamber, instant(), until=period)))


@click.command("correct")
@click.argument("period")
@click.option("--reason", required=True, help=N_("O motivo, que sai na publicação."))
def statistics_correct(period: str, reason: str) -> None:
    """Publica de novo um período, com o motivo e a lista do que mudou. A publicação anterior fica."""
    from cprac.domain.release_content import DisclosureError
    from cprac.services import releases

    with opened() as (_app, chamber), refusing(releases.ReleaseError, DisclosureError):
        made = releases.correct(chamber, period, reason, instant())
        print_json({"period": made.period, "revision": made.revision, "changes": list(made.changes)})
