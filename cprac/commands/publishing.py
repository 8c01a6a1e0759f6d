"""``cprac opendata`` and ``cprac statistics facts``: what the city publishes, and the office's file for analysis."""

from __future__ import annotations

from pathlib import Path

import click

from cprac.commands.instance import instant, opened
from cprac.commands.streams import BadInput, print_json, refusing
from cprac.domain.words import N_


@click.group()
def opendata() -> None:
    """Os dados abertos: o pacote de cada publicação."""


@opendata.command("build")
@click.argument("dest")
@click.option("--release", default="", help=N_("Só esta publicação, como 2026-T1."))
@click.option("--zip", "zipped", is_flag=True, help=N_("Também o pacote inteiro em um arquivo ZIP."))
def opendata_build(dest: str, release: str, zipped: bool) -> None:
    """Escreve em uma pasta nova o pacote de cada publicação: tabelas, dicionário, licença, mudanças, anonimização."""
    import json

    from cprac.services import open_data, open_releases
    from cprac.services.open_publications import publisher_of

    place = Path(dest)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise BadInput(f"{dest}: já existe e não é uma pasta vazia")
    with opened() as (_app, chamber):
        every = open_releases.published()
        chosen = [one for one in every if release in ("", one.id)]
        if not chosen:
            raise BadInput(f"publicação {release}: não existe" if release else "ainda não há publicação")
        publisher = publisher_of(chamber.regulation, chamber.base_url)
        packages = []
        with refusing(OSError, where=dest):
            for one in chosen:
                folder = place / one.id
                folder.mkdir(parents=True)
                package = open_data.build(one, every, publisher, folder, zipped=zipped)
                packages.append(package)
                files = [file.name for file in package.files]
                size = sum(file.size for file in package.files)
                answer = {"release": one.id, "folder": str(folder), "files": files, "bytes": size}
                if package.archive:
                    answer |= {"zip": package.archive.name, "zip_sha256": package.archive.sha256}
                print_json(answer)
            catalogue = open_data.catalogue(chosen, publisher, packages)
            text = json.dumps(catalogue, ensure_ascii=False, indent=2) + "\n"
            (place / open_data.CATALOGUE).write_text(text, "utf-8")


@click.command("facts")
@click.option("--output", required=True, metavar="FILE", help=N_("Arquivo Parquet a escrever."))
def statistics_facts(output: str) -> None:
    """Escreve os fatos de todos os casos, uma linha por caso, para análise dentro da Procuradoria. Sem nomes."""
    from cprac.services import fact_export
    from cprac.services.open_data import replacing

    place = Path(output)
    if place.is_dir():
        raise BadInput(f"{output}: é uma pasta")
    with opened() as (_app, chamber), refusing(OSError, where=output), replacing(place) as file:
        cases = fact_export.export(file, chamber, instant())
    print_json({"cases": cases, "columns": fact_export.schema().names, "bytes": place.stat().st_size})
