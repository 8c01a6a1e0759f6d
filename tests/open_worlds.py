"""Releases that tests publish: one plain, one that attacks whoever opens its files, and a way to let them be there."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

from cprac.domain.open_tables import NOT_SHOWN, OTHERS, OpenColumn, OpenTable, Release, to_bytes
from cprac.services.open_publications import Published, Publisher

PUBLISHER = Publisher(
    name="Câmara de Prevenção e Resolução Administrativa de Controvérsias de Contagem",
    short_name="Câmara de Contagem",
    acronym="CPRAC-C",
    office="Procuradoria-Geral do Município",
    city="Contagem",
    state="MG",
    email="",
    address="https://camara.exemplo.gov.br",
    months=3,
)

HOSTILE = (
    "=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(1+9)*cmd", "\t=1+1", "\r=1", "\n+2", "＝1+1", "＋1", "－1", "＠x", " =1",
    "\u200b=1", "\ufeff=1", "%0A=1", "|calc", 'as"pas', "vírgula, e ponto;",
    "\u00a0=1", "duas\nlinhas", "retorno\r\ncarro", "'já tem", "",
    "ação, não", "\U0001f3db", "NULL", "1", "2026-01-01", "a\x00b",
)  # fmt: skip
"""What somebody may have typed into a name that ends up in a table."""

MATTERS = OpenTable(
    id="pedidos-por-assunto",
    title="Pedidos por assunto",
    description="Quantos pedidos chegaram no período, por assunto.",
    columns=(
        OpenColumn("matter", "string", "Assunto", "Assunto do pedido, como na lista da Câmara."),
        OpenColumn("filed", "integer", "Pedidos", "Quantos pedidos chegaram.", "cases"),
        OpenColumn("median_days", "integer", "Metade termina em até", "Mediana, com os casos abertos.", "days"),
        OpenColumn("agreed_percent", "integer", "Com acordo", "Acordos entre os encerrados.", "percent"),
        OpenColumn("paid_centavos", "integer", "Pago", "Soma do que foi pago.", "centavos"),
        OpenColumn("last_day", "date", "Último dia", "Até que dia se contou."),
        OpenColumn("status", "string", "Situação", "Se a linha pode ser mostrada."),
    ),
    rows=(
        ("Danos por obras e buracos", 42, 84, 61, 12_345_678, "2026-03-31", "mostrado"),
        ("IPTU e taxas", 18, 120, 38, 2_000_000, "2026-03-31", "mostrado"),
        ("Servidores: diferenças de pagamento", 11, None, 55, None, "2026-03-31", "mostrado"),
        ("Saúde: pedidos com prioridade", 10, 35, 70, 0, "2026-03-31", "mostrado"),
        ("Contratos", 7, None, None, None, "2026-03-31", NOT_SHOWN),
        (OTHERS, 9, None, None, None, "2026-03-31", NOT_SHOWN),
    ),
    key=("matter",),
)
MONTHS = OpenTable(
    id="entradas-por-mes",
    title="Entradas e saídas por mês",
    description="Quantos casos entraram e quantos terminaram em cada mês.",
    columns=(
        OpenColumn("month", "string", "Mês", "Ano e mês."),
        OpenColumn("filed", "integer", "Entraram", "Pedidos do mês.", "cases"),
        OpenColumn("ended", "integer", "Terminaram", "Casos encerrados no mês.", "cases"),
    ),
    rows=(("2026-01", 30, 12), ("2026-02", 25, 20), ("2026-03", 42, 31)),
    key=("month",),
)
REPORT = {
    "rules": {"min_cell": 5, "min_cell_sensitive": 10, "dominance_percent": 80},
    "attacks": [
        {"id": "minimum_cell", "title": "Ler uma célula pequena", "tried": 6, "found": 0, "least": 7},
        {"id": "dominance", "title": "Ler o valor de um caso", "tried": 3, "found": 0, "least": None, "withheld": 1},
    ],
    "known_by_extracts": 2,
    "cuts": {"matter": {"filed@2026-T1#0": {"named": ["works"], "pool": ["culture"]}}},
}


def release(period="2026-T1", *, revision=0, tables=(MATTERS, MONTHS), **more):
    """A release of the first quarter of 2026."""
    return Release(
        chamber="contagem",
        period=period,
        first=date(2026, 1, 1),
        last=date(2026, 3, 31),
        as_of=date(2026, 3, 31),
        tables=tables,
        method="Contagens de casos encerrados e abertos, de períodos fechados, com grupos pequenos reunidos.",
        anonymisation_report=REPORT,
        revision=revision,
        **more,
    )


def published(made=None, at=datetime(2026, 4, 30, 12, tzinfo=UTC)):
    """The release as if it were published at *at*."""
    made = made or release()
    return Published(made, hashlib.sha256(to_bytes(made)).hexdigest(), at)


FIRST = published()
CORRECTION = published(
    release(
        revision=1,
        reason="Uma planilha antiga foi importada duas vezes.",
        changes=({"table": "entradas-por-mes", "key": "2026-02", "column": "filed", "before": 30, "after": 25},),
    ),
    datetime(2026, 5, 20, 12, tzinfo=UTC),
)


def hostile_table():
    """A table whose texts attack spreadsheets, CSV readers and Markdown."""
    columns = (
        OpenColumn("number", "integer", "Nº", "Uma linha.", "cases"),
        OpenColumn("text", "string", "=HYPERLINK(1)", "| uma | barra\n# e um título"),
        OpenColumn("on", "date", "Dia", "Um dia."),
    )
    rows = tuple((number, text, "2026-01-31" if number % 2 else None) for number, text in enumerate(HOSTILE))
    return OpenTable("hostil", "Textos hostis", "Para testes.", columns, rows, ("number",))


def publish(monkeypatch, *releases):
    """Let *releases* be there, newest first, for the pages, the interface and the commands."""
    newest_first = tuple(sorted(releases, key=lambda one: (one.release.first, one.release.revision), reverse=True))
    monkeypatch.setattr("cprac.services.open_releases.published", lambda: newest_first)
    return newest_first
