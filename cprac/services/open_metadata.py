"""What programs read of a release: ``datapackage.json`` (Data Package), the dictionary, and DCAT 3 as JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from cprac.domain.open_tables import OpenColumn, OpenTable, Release
from cprac.domain.words import N_
from cprac.services.open_files import CSV, FORMATS, JSON, Format
from cprac.services.open_publications import (
    LICENCE_ID,
    LICENCE_NAME,
    LICENCE_URL,
    Published,
    Publisher,
    known_at,
    schema_of,
)

KEYWORDS = ("mediação", "desjudicialização", "conflitos com a administração pública", "prazos", "acordos")

UNITS: Mapping[str, str] = {
    "": "",
    "cases": N_("casos"),
    "days": N_("dias corridos"),
    "percent": N_("por cento, sem casas decimais"),
    "centavos": N_("centavos de real (R$ 1,00 = 100)"),
    "deadlines": N_("prazos"),
}
TYPE_WORDS: Mapping[str, str] = {
    "string": N_("texto"),
    "integer": N_("número inteiro"),
    "date": N_("data (AAAA-MM-DD)"),
}

DICTIONARY = OpenTable(
    id="dicionario",
    title=N_("Dicionário de dados"),
    description=N_("O que cada coluna de cada tabela quer dizer."),
    columns=(
        OpenColumn("tabela", "string", N_("Tabela"), N_("Nome da tabela, o mesmo do arquivo.")),
        OpenColumn("coluna", "string", N_("Coluna"), N_("Nome da coluna, na primeira linha do arquivo.")),
        OpenColumn("titulo", "string", N_("Título"), N_("A coluna em poucas palavras.")),
        OpenColumn("tipo", "string", N_("Tipo"), N_("O que a coluna guarda.")),
        OpenColumn("unidade", "string", N_("Unidade"), N_("Em que se conta, quando é um número.")),
        OpenColumn("descricao", "string", N_("Descrição"), N_("O que a coluna quer dizer.")),
    ),
    rows=(),
    key=("tabela", "coluna"),
)
"""The dictionary is a table like the others; its rows come from ``dictionary_rows``."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: its name in the package, its octets, the SHA-256 of them (hexadecimal)."""

    name: str
    size: int
    sha256: str


def dictionary_rows(tables: Iterable[OpenTable]) -> list[tuple[str, ...]]:
    """A row a column of each table."""
    return [
        (
            table.id,
            column.name,
            column.title,
            TYPE_WORDS[column.type],
            UNITS.get(column.unit, column.unit),
            column.description,
        )
        for table in tables
        for column in table.columns
    ]


def moment(at: datetime) -> str:
    """An instant as both standards write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- Data Package -----------------------------------------------------------------------------------------------------


def datapackage(published: Published, publisher: Publisher, files: Mapping[str, Written]) -> dict[str, Any]:
    """The descriptor of the package of a release; *files* by name, as they were written."""
    release = published.release
    resources = []
    for table in (_noted(release, each) for each in release.tables):
        resources.append(_tabular(table, files[f"{table.id}.csv"]))
        others = [form for form in FORMATS if form is not CSV]
        resources += [_other(table, form, files[f"{table.id}.{form.id}"]) for form in others]
    resources.append(_tabular(DICTIONARY, files[f"{DICTIONARY.id}.csv"]))
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"{publisher.slug}-{published.id}".lower().replace("_", "-"),
        "id": f"{publisher.page}/{published.id}",
        "title": title(published, publisher),
        "description": " ".join((release.method, *release.notes)),
        "version": published.id,
        "created": moment(published.published_at),
        "homepage": publisher.page,
        "keywords": list(KEYWORDS),
        "licenses": [{"name": LICENCE_ID, "path": LICENCE_URL, "title": LICENCE_NAME}],
        "contributors": [
            {"title": publisher.name, "path": publisher.address, "roles": ["publisher", "creator"]},
        ],
        "sources": [
            {"title": f"Registro de casos da {publisher.name}, em {release.as_of}", "path": publisher.address}
        ],
        "temporal": {"start": release.first.isoformat(), "end": release.last.isoformat()},
        "releaseHash": f"sha256:{published.sha256}",
        "resources": resources,
    }  # fmt: skip


def title(published: Published, publisher: Publisher) -> str:
    """The title of a release."""
    return f"Dados abertos da {publisher.short_name}: {published.id}"


def _noted(release: Release, table: OpenTable) -> OpenTable:
    """The table described with what was noted of it, so that one without rows does not read as one without cases."""
    noted = "; ".join(release.notes_of(table.id))
    return replace(table, description=f"{table.description} Nesta publicação: {noted}.") if noted else table


def _tabular(table: OpenTable, file: Written) -> dict[str, Any]:
    return {
        **_resource(table, table.id, file),
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"header": True, "delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "schema": schema_of(table),
    }


def _other(table: OpenTable, form: Format, file: Written) -> dict[str, Any]:
    """The same table in another format; ``alternateOf`` names the resource whose schema holds for it too."""
    kind = {"type": "json", "encoding": "utf-8"} if form is JSON else {"type": "file"}
    return {
        **_resource(table, f"{table.id}-{form.id}", file),
        **kind,
        "format": form.id,
        "mediatype": form.media_type,
        "alternateOf": table.id,
    }


def _resource(table: OpenTable, name: str, file: Written) -> dict[str, Any]:
    return {
        "name": name.replace("_", "-") if name != table.id else name,
        "path": file.name,
        "title": table.title,
        "description": table.description,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }


# --- DCAT 3 -----------------------------------------------------------------------------------------------------------

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FREQUENCIES = {3: "quarterly", 4: "threeTimesAYear", 6: "semiannual", 12: "annual"}
LANGUAGE = {"@id": "http://publications.europa.eu/resource/authority/language/POR"}
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
SHA256 = {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"}


def dcat(
    releases: Sequence[Published], publisher: Publisher, files: Mapping[str, Mapping[str, Written]]
) -> dict[str, Any]:
    """The catalogue of *releases*: a series a table, a dataset for it in each release, a distribution a format.

    *files*: the files of each release, by its id and then by name.
    """
    series: dict[str, OpenTable] = {}
    for published in releases:
        for table in published.release.tables:
            series.setdefault(table.id, table)
    page = publisher.page
    catalogue: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": page,
        "@type": "dcat:Catalog",
        "dct:title": _words(f"Dados abertos da {publisher.short_name}"),
        "dct:description": _words(
            f"Números da {publisher.name} por período fechado, protegidos contra a identificação de pessoas."
        ),
        "dct:publisher": {"@id": f"{page}#publicador", "@type": "foaf:Agent", "foaf:name": publisher.name},
        "dct:license": {"@id": LICENCE_URL},
        "dct:language": LANGUAGE,
        "dct:spatial": {"@type": "dct:Location", "dct:title": f"{publisher.city}/{publisher.state}"},
        "foaf:homepage": {"@id": page},
        "dcat:service": {
            "@id": publisher.interface,
            "@type": "dcat:DataService",
            "dct:title": _words("Interface de leitura em JSON"),
            "dcat:endpointURL": {"@id": publisher.interface},
            "dcat:endpointDescription": {"@id": f"{publisher.interface}/openapi.json"},
            "dct:license": {"@id": LICENCE_URL},
        },
        "dcat:dataset": [
            *(_series(table, publisher) for table in series.values()),
            *(
                _dataset(table, published, _previous(releases, published, table.id), publisher, files[published.id])
                for published in releases
                for table in published.release.tables
            ),
        ],
    }
    if releases:
        catalogue["dct:modified"] = _typed(moment(max(each.published_at for each in releases)), "dateTime")
    return catalogue


def _series(table: OpenTable, publisher: Publisher) -> dict[str, Any]:
    return {
        "@id": f"{publisher.page}#{table.id}",
        "@type": "dcat:DatasetSeries",
        "dct:title": _words(table.title),
        "dct:description": _words(table.description),
        "dct:publisher": {"@id": f"{publisher.page}#publicador"},
        "dct:license": {"@id": LICENCE_URL},
        "dct:accrualPeriodicity": {"@id": f"http://purl.org/cld/freq/{FREQUENCIES.get(publisher.months, 'irregular')}"},
    }


def _dataset(
    table: OpenTable,
    published: Published,
    previous: Published | None,
    publisher: Publisher,
    files: Mapping[str, Written],
) -> dict[str, Any]:
    release, page = published.release, f"{publisher.page}/{published.id}"
    dataset: dict[str, Any] = {
        "@id": f"{page}#{table.id}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{publisher.slug}:{published.id}:{table.id}",
        "dct:title": _words(f"{table.title} ({published.id})"),
        "dct:description": _words(table.description),
        "dct:publisher": {"@id": f"{publisher.page}#publicador"},
        "dct:license": {"@id": LICENCE_URL},
        "dct:language": LANGUAGE,
        "dct:issued": _typed(moment(published.published_at), "dateTime"),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(release.first.isoformat(), "date"),
            "dcat:endDate": _typed(release.last.isoformat(), "date"),
        },
        "dct:accrualPeriodicity": {"@id": f"http://purl.org/cld/freq/{FREQUENCIES.get(publisher.months, 'irregular')}"},
        "dcat:version": published.id,
        "dcat:inSeries": {"@id": f"{publisher.page}#{table.id}"},
        "dcat:keyword": [_words(word) for word in KEYWORDS],
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [
            _distribution(table, form, published, publisher, files[f"{table.id}.{form.id}"]) for form in FORMATS
        ],
    }
    if previous is not None:
        dataset["dcat:prev"] = {"@id": f"{publisher.page}/{previous.id}#{table.id}"}
    return dataset


def _distribution(
    table: OpenTable, form: Format, published: Published, publisher: Publisher, file: Written
) -> dict[str, Any]:
    address = f"{publisher.page}/{published.id}/{file.name}"
    found: dict[str, Any] = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _words(f"{table.title} ({form.name})"),
        "dcat:accessURL": {"@id": f"{publisher.page}/{published.id}"},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": MEDIA_TYPES + form.media_type},
        "dcat:byteSize": _typed(str(file.size), "nonNegativeInteger"),
        "dct:license": {"@id": LICENCE_URL},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": SHA256,
            "spdx:checksumValue": _typed(file.sha256, "hexBinary"),
        },
    }
    if form is not CSV:
        return found
    return {**found, "dct:conformsTo": {"@id": f"{publisher.page}/{published.id}/datapackage.json"}}


def _previous(releases: Sequence[Published], published: Published, table: str) -> Published | None:
    """The release before *published* that had this table too."""
    for earlier in known_at(releases, published)[1:]:
        if any(other.id == table for other in earlier.release.tables):
            return earlier
    return None


def _words(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "pt-BR"}


def _typed(text: str, kind: str) -> dict[str, str]:
    return {"@value": text, "@type": f"xsd:{kind}"}
