"""What people read in the package of a release: what it is, licence, dictionary, changes, anonymisation report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cprac.domain.open_tables import NOT_SHOWN, OTHERS
from cprac.domain.words import N_
from cprac.services.open_metadata import DICTIONARY, dictionary_rows, title
from cprac.services.open_publications import LICENCE_NAME, LICENCE_URL, Published, Publisher, citation, day_words
from cprac.services.release_words import changes_told, corrected_by, note_told


def readme(published: Published, publisher: Publisher) -> str:
    """What the package is, how its files are written and how to cite it."""
    release = published.release
    tables = "\n".join(
        f"- `{table.id}`: {one_line(table.title)}. {one_line(table.description)}" for table in release.tables
    )
    notes = "".join(f"\n- {one_line(note_told(release, note))}" for note in release.notes)
    return f"""# {one_line(title(published, publisher))}

Números de {day_words(release.first)} a {day_words(release.last)}, como estavam em {day_words(release.as_of)}.
Este pacote não muda. Se um número estiver errado, sai outra publicação, que diz o que mudou e por quê.

## Tabelas

{tables}

Cada tabela está em CSV, JSON e Parquet, com os mesmos valores. Como foram feitas: {one_line(release.method)}
{notes}

## Como ler

- CSV: UTF-8, vírgula entre colunas, aspas duplas, linhas com CRLF (RFC 4180). Na primeira linha, os nomes das colunas.
- Todo número é inteiro: não há vírgula nem ponto decimal. Dinheiro em centavos. Datas como 2026-03-31.
- Célula vazia: o valor não existe ou não pode ser mostrado. “{NOT_SHOWN}” e “{OTHERS}” protegem grupos de poucos casos.
- No CSV, um texto que uma planilha poderia tomar por fórmula começa com um apóstrofo ('). No JSON e no Parquet, não.
- `datapackage.json` descreve tudo para programas (Data Package); `dcat.jsonld`, para catálogos (DCAT 3).
- `dicionario.csv` e `dicionario.md` dizem o que cada coluna quer dizer.

## Como citar

{one_line(citation(published, publisher))}

Identificação exata desta publicação (SHA-256): `{published.sha256}`
"""


def licence(publisher: Publisher) -> str:
    """The licence in our own words, with its name and address."""
    return f"""LICENÇA

Estes dados são publicados por {publisher.name}
sob a licença {LICENCE_NAME}.

O texto que vale está em: {LICENCE_URL}

Em poucas palavras, que não substituem aquele texto: qualquer pessoa pode usar, copiar, mudar e redistribuir os dados,
também com fim comercial, desde que diga de onde vieram, aponte para a licença e avise se mudou alguma coisa.
A licença não deixa sugerir que a Câmara apoia quem usa os dados. Os dados são entregues como estão.
"""


def dictionary(published: Published) -> str:
    """The dictionary as a page to read, a part a table."""
    parts = [f"# {DICTIONARY.title}: publicação {published.id}\n"]
    for table in published.release.tables:
        parts.append(f"## {one_line(table.title)} (`{table.id}`)\n\n{one_line(table.description)}\n")
        if table.key:
            parts.append(f"Uma linha é identificada por: {', '.join(f'`{name}`' for name in table.key)}.\n")
        lines = ["| Coluna | Título | Tipo | Unidade | Descrição |", "|---|---|---|---|---|"]
        lines += [
            f"| `{name}` | {cell(words)} | {cell(kind)} | {cell(unit)} | {cell(meaning)} |"
            for _table, name, words, kind, unit, meaning in dictionary_rows([table])
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def changes(known: Sequence[Published]) -> str:
    """What changed from release to release, newest first, and why."""
    parts = ["# Mudanças\n\nUma publicação nunca é alterada. Uma correção é outra publicação, e está aqui.\n"]
    for published in known:
        release = published.release
        parts.append(f"## {published.id}, publicada em {day_words(published.published_at.date())}\n")
        if not release.revision:
            parts.append(f"Primeira publicação do período de {day_words(release.first)} a {day_words(release.last)}.\n")
        else:
            parts.append(f"Correção nº {release.revision} do período {release.period}.\n")
        if release.reason:
            parts.append(f"Por quê: {one_line(release.reason)}\n")
        if release.changes:
            before = corrected_by(release, [other.release for other in known])
            parts.append("\n".join(f"- {one_line(told.line)}" for told in changes_told(release, before)) + "\n")
    return "\n".join(parts)


RULES: Mapping[str, str] = {
    "min_cell": N_("Menor grupo mostrado, em casos"),
    "min_cell_sensitive": N_("Menor grupo mostrado em assunto sensível ou com prioridade, em casos"),
    "min_cases_for_quartiles": N_("Menos casos com que se contam tempos"),
    "dominance_percent": N_("Uma soma não sai se um caso pesar mais que isto nela, em %"),
    "width": N_("Um grupo reunido não pode ser estreitado a menos que isto, em casos"),
    "stock_step": N_("Casos em aberto são contados de tantos em tantos"),
}
EXTRAS: Mapping[str, str] = {
    "withheld": N_("somas não mostradas"),
    "earlier_releases": N_("publicações anteriores comparadas"),
}


def anonymisation(published: Published) -> str:
    """The report on the attacks that were tried on the release, as a page to read; all of it is in the JSON file."""
    report = published.release.anonymisation_report
    lines = [
        f"# Relatório de anonimização: publicação {published.id}",
        "",
        "Antes de publicar, a Câmara tenta descobrir, só com o que publica e já publicou, quantos casos há em cada",
        "grupo que não é mostrado. Aqui está o que foi tentado e o que se conseguiu. O relatório inteiro, com os",
        "grupos que foram reunidos, está em `anonimizacao.json`.",
        "",
        "## O que foi tentado",
        "",
        "| Tentativa | Quantas vezes | Quantas deram certo | Menor resultado, em casos |",
        "|---|---|---|---|",
        *(_attack(attack) for attack in report.get("attacks", ())),
        "",
        "## Regras desta publicação",
        "",
        *(f"- {RULES.get(name, one_line(name))}: {_said(value)}" for name, value in report.get("rules", {}).items()),
    ]
    if "known_by_extracts" in report:
        lines += ["", f"Casos conhecidos por extratos de acordos publicados: {_said(report['known_by_extracts'])}."]
    return "\n".join(lines) + "\n"


def _attack(attack: Mapping[str, Any]) -> str:
    extras = [f"{words}: {_said(attack[name])}" for name, words in EXTRAS.items() if name in attack]
    what = cell(attack.get("title", attack.get("id", ""))) + (f" ({'; '.join(extras)})" if extras else "")
    return f"| {what} | " + " | ".join(_said(attack.get(name)) for name in ("tried", "found", "least")) + " |"


def _said(value: Any) -> str:
    """A value in words; nothing is a dash."""
    return "–" if value is None else cell(value)


def one_line(text: Any) -> str:
    """A text on one line, whatever it holds, so that it can neither end its paragraph nor begin a heading."""
    return " ".join(str(text).split())


def cell(text: Any) -> str:
    """A text in a cell of a Markdown table."""
    return one_line(text).replace("|", "\\|")
