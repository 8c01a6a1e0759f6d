"""Commands that prove and protect: verify, doctor, backup, restore."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cprac.commands.instance import instant, opened, programs, settings
from cprac.commands.streams import print_json, progress, refusing, say
from cprac.domain.words import N_


@click.command()
def verify() -> int:
    """Refaz todo o histórico, compara com o que está gravado e mostra a primeira diferença."""
    from cprac.services import verification

    with opened() as (_app, chamber):
        done = verification.verify(chamber, progress(N_("casos conferidos")))
    print_json(done.as_plain())
    return 0 if done.ok else 1


@click.command()
def doctor() -> int:
    """Diz o que torna esta instalação insegura e o que fazer. Uma linha para cada item."""
    from cprac import doctor as examining

    unsafe = 0
    for finding in examining.examine(settings(), instant()):
        unsafe += finding.level == examining.UNSAFE
        print_json(finding.as_plain())
    if unsafe:
        say(f"{unsafe} itens inseguros: corrija antes de abrir a Câmara")
    return 1 if unsafe else 0


@click.command()
@click.argument("dest")
def backup(dest: str) -> int:
    """Faz uma cópia de segurança do banco e dos anexos na pasta nova DEST, com tudo no ar."""
    from sqlalchemy.engine import make_url

    from cprac.services import backup as backups

    with opened() as (app, chamber), refusing(backups.BackupError):
        url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
        manifest = backups.backup(url, chamber, Path(dest), instant(), programs())
    print_json(manifest.as_plain())
    bad = len(manifest.missing) + len(manifest.damaged)
    if bad:
        say(f"a cópia está feita, mas {bad} anexos já faltavam ou estavam corrompidos")
    return 1 if bad else 0


@click.command()
@click.argument("src")
def restore(src: str) -> None:
    """Restaura a cópia SRC em um banco vazio e uma pasta de anexos vazia."""
    from sqlalchemy.engine import make_url

    from cprac import DEFAULTS, chamber_of
    from cprac.persistence.regulation_files import RegulationFileError
    from cprac.services import backup as backups

    os.umask(0o077)
    given = {**DEFAULTS, **settings()}
    url = make_url(given["SQLALCHEMY_DATABASE_URI"])
    with refusing(backups.BackupError, RegulationFileError):
        chamber = chamber_of(given)
        manifest = backups.restore(url, chamber.files, chamber.regulation.chamber.id, Path(src), programs())
    print_json(manifest.as_plain())
    say("restaurada; agora rode `cprac upgrade` e `cprac verify`")
