"""The interface for programs, declared once: its routes, parameters, answers. Views and the OpenAPI document read this.

The answers' schemas are JSON Schema 2020-12, as OpenAPI 3.1 takes them; tests hold real answers against them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cprac.domain.open_tables import TYPES
from cprac.domain.words import N_
from cprac.services.open_publications import INTERFACE, LICENCE_ID, LICENCE_URL, Publisher

VERSION = "1.0.0"
JSON, CSV, PROBLEM = "application/json", "text/csv", "application/problem+json"
MOST_ROWS, USUAL_ROWS = 1000, 100
MOST_OFFSET = 10**9


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter. ``where``: path or query."""

    name: str
    where: str
    description: str
    schema: Mapping[str, Any]
    example: Any = None


@dataclass(frozen=True, slots=True)
class Route:
    """A route: ``path`` below the interface as OpenAPI writes it, the answer's schema by name, what may go wrong."""

    name: str
    path: str
    summary: str
    description: str
    schema: str
    parameters: tuple[Parameter, ...] = ()
    media: tuple[str, ...] = (JSON,)
    problems: tuple[int, ...] = (400, 429, 500, 503)

    @property
    def query(self) -> frozenset[str]:
        """The names of the parameters that may stand in the query."""
        return frozenset(item.name for item in self.parameters if item.where == "query")


_TEXT = {"type": "string"}
RELEASE = Parameter(
    "release", "path", N_("Qual publicação, como 2026-T1; latest é a mais nova."), {"type": "string"}, "latest"
)
TABLE = Parameter("table", "path", N_("Qual tabela, pelo nome que está na lista de tabelas."), {"type": "string"})
LIMIT = Parameter(
    "limit", "query",
    N_("Quantas linhas por página. No CSV, sem este parâmetro vem a tabela inteira."),
    {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS},
)  # fmt: skip
OFFSET = Parameter(
    "offset", "query", N_("Quantas linhas pular."),
    {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET, "default": 0},
)  # fmt: skip
FIELDS = Parameter("fields", "query", N_("Só estas colunas, com vírgulas entre elas."), {"type": "string"})

ROUTES: tuple[Route, ...] = (
    Route("catalogue", "", N_("O que há"), N_("Quem publica, sob que licença, e os endereços desta interface."),
          "Catalogue"),
    Route("releases", "/releases", N_("As publicações"),
          N_("Uma por período fechado, da mais nova para a mais antiga. Nunca mudam."), "Releases", (LIMIT, OFFSET)),
    Route("release", "/releases/{release}", N_("Uma publicação"),
          N_("O período, as tabelas, o que mudou e o relatório de anonimização."), "Release", (RELEASE,),
          problems=(400, 404, 429, 500, 503)),
    Route("tables", "/releases/{release}/tables", N_("As tabelas de uma publicação"),
          N_("As tabelas com suas colunas, sem as linhas."), "Tables", (RELEASE, LIMIT, OFFSET),
          problems=(400, 404, 429, 500, 503)),
    Route("table", "/releases/{release}/tables/{table}", N_("Uma tabela"),
          N_("As linhas de uma tabela, em JSON ou CSV conforme o cabeçalho Accept. Não há filtro que cruze colunas: as "
             "tabelas são as que foram aprovadas."), "Rows", (RELEASE, TABLE, LIMIT, OFFSET, FIELDS), (JSON, CSV),
          problems=(400, 404, 406, 429, 500, 503)),
    Route("table_json", "/releases/{release}/tables/{table}.json", N_("Uma tabela em JSON"),
          N_("O mesmo, sempre em JSON."), "Rows", (RELEASE, TABLE, LIMIT, OFFSET, FIELDS),
          problems=(400, 404, 429, 500, 503)),
    Route("table_csv", "/releases/{release}/tables/{table}.csv", N_("Uma tabela em CSV"),
          N_("UTF-8, vírgulas, CRLF (RFC 4180). Um texto que uma planilha tomaria por fórmula começa com apóstrofo."),
          "Csv", (RELEASE, TABLE, LIMIT, OFFSET, FIELDS), (CSV,), problems=(400, 404, 429, 500, 503)),
    Route("indicators", "/releases/{release}/indicators", N_("O que uma publicação mede"),
          N_("Cada coluna de números, com sua unidade, o que quer dizer e em que tabela está."), "Indicators",
          (RELEASE, LIMIT, OFFSET), problems=(400, 404, 429, 500, 503)),
    Route("openapi", "/openapi.json", N_("Este documento"), N_("A descrição desta interface em OpenAPI 3.1."),
          "OpenApi"),
)  # fmt: skip


def _object(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": sorted(required),
        "additionalProperties": False,
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _page(name: str, item: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    whole = {"type": "integer", "minimum": 0}
    common = {"total": whole, "limit": whole, "offset": whole, "links": _ref("PageLinks")}
    return _object({**(extra or {}), **common, name: _list(item)})


_DAY = {"type": "string", "format": "date"}
_ADDRESS = {"type": "string", "format": "uri"}
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_RELEASE_WORDS = {
    "id": _TEXT,
    "period": _TEXT,
    "first": _DAY,
    "last": _DAY,
    "as_of": _DAY,
    "revision": {"type": "integer", "minimum": 0},
    "reason": _TEXT,
    "published_at": {"type": "string", "format": "date-time"},
    "sha256": _HASH,
    "url": _ADDRESS,
}

SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "Catalogue": _object(
        {
            "title": _TEXT,
            "publisher": _TEXT,
            "licence": {"const": LICENCE_ID},
            "licence_url": {"const": LICENCE_URL},
            "latest": {"anyOf": [_ref("ReleaseSummary"), {"type": "null"}]},
            "releases": {"type": "integer", "minimum": 0},
            "period_closes": _DAY,
            "links": _object(dict.fromkeys(("releases", "openapi", "dcat", "page"), _ADDRESS)),
        }
    ),
    "ReleaseSummary": _object(_RELEASE_WORDS),
    "Releases": _page("releases", _ref("ReleaseSummary")),
    "Release": _object(
        {
            **_RELEASE_WORDS,
            "method": _TEXT,
            "notes": _list(_TEXT),
            "changes": _list({"type": "object"}),
            "anonymisation_report": {"type": "object"},
            "tables": _list(_ref("TableSummary")),
            "files": _list(_object({"name": _TEXT, "bytes": {"type": "integer"}, "sha256": _HASH, "url": _ADDRESS})),
        }
    ),
    "Column": _object(
        {"name": _TEXT, "type": {"enum": list(TYPES)}, "title": _TEXT, "description": _TEXT}, {"unit": _TEXT}
    ),
    "TableSummary": _object(
        {
            "id": _TEXT,
            "title": _TEXT,
            "description": _TEXT,
            "key": _list(_TEXT),
            "rows": {"type": "integer", "minimum": 0},
            "columns": _list(_ref("Column")),
            "notes": _list(_TEXT),
            "url": _ADDRESS,
        }
    ),
    "Tables": _page("tables", _ref("TableSummary"), {"release": _TEXT}),
    "Rows": _page(
        "rows",
        {"type": "object", "additionalProperties": {"type": ["string", "integer", "null"]}},
        {"release": _TEXT, "table": _TEXT, "licence": {"const": LICENCE_ID}, "columns": _list(_ref("Column")),
         "notes": _list(_TEXT)},
    ),
    "Csv": {"type": "string"},
    "Indicators": _page(
        "indicators",
        _object({**dict.fromkeys(("table", "column", "title", "description", "unit"), _TEXT), "url": _ADDRESS}),
        {"release": _TEXT},
    ),
    "OpenApi": {"type": "object", "required": ["openapi", "info", "paths"]},
    "PageLinks": _object(
        {"next": {"anyOf": [_ADDRESS, {"type": "null"}]}, "previous": {"anyOf": [_ADDRESS, {"type": "null"}]}}
    ),
    "Problem": _object(
        {"type": _ADDRESS, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT, "instance": _TEXT},
        {"parameter": _TEXT},
    ),
}  # fmt: skip

PROBLEMS: Mapping[int, tuple[str, str]] = {
    400: ("parametro", N_("Um parâmetro não pode ser usado assim")),
    403: ("recusado", N_("Este pedido não é aceito aqui")),
    404: ("nao-existe", N_("Não há nada neste endereço")),
    405: ("metodo", N_("Esta interface só pode ser lida (GET)")),
    406: ("formato", N_("Não temos o formato pedido")),
    429: ("limite", N_("Muitos pedidos em pouco tempo")),
    500: ("falha", N_("Algo falhou do nosso lado")),
    503: ("indisponivel", N_("O serviço está fora do ar por um momento")),
}
"""What can go wrong: the name of the problem in its address, and its title."""


def problem_type(status: int, publisher: Publisher) -> str:
    """The address that explains a problem: a place on the page of open data."""
    name, _title = PROBLEMS.get(status, PROBLEMS[500 if status >= 500 else 400])
    return f"{publisher.page}#erro-{name}"


def openapi(publisher: Publisher) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the interface, as its routes are declared above."""
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": f"Dados abertos da {publisher.short_name}",
            "version": VERSION,
            "description": (
                "Leitura dos números publicados, só de períodos fechados. Sem cadastro e sem chave. Cada resposta tem "
                "ETag: com If-None-Match, o que não mudou vem como 304, sem corpo."
            ),
            "license": {"name": LICENCE_ID, "url": LICENCE_URL},
            "contact": {"name": publisher.name, "url": publisher.page},
        },
        "servers": [{"url": publisher.interface}],
        "paths": {route.path or "/": {"get": _operation(route)} for route in ROUTES},
        "components": {
            "schemas": {name: dict(schema) for name, schema in SCHEMAS.items()},
            "responses": {
                f"Problem{status}": {
                    "description": title,
                    "content": {PROBLEM: {"schema": _ref("Problem")}},
                }
                for status, (_name, title) in PROBLEMS.items()
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    headers = {
        "ETag": {"description": "Muda só quando o conteúdo muda.", "schema": _TEXT},
        "Link": {"description": "Página seguinte e anterior, e a licença.", "schema": _TEXT},
    }
    content = {media: {"schema": _ref("Csv" if media == CSV else route.schema)} for media in route.media}
    return {
        "operationId": route.name,
        "summary": route.summary,
        "description": route.description,
        "parameters": [_parameter(item) for item in route.parameters],
        "responses": {
            "200": {"description": route.summary, "headers": headers, "content": content},
            "304": {"description": "Não mudou desde a última leitura."},
            **{str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in route.problems},
        },
    }


def _parameter(item: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": item.name,
        "in": item.where,
        "required": item.where == "path",
        "description": item.description,
        "schema": dict(item.schema),
    }
    return {**found, "example": item.example} if item.example is not None else found


def flask_rule(route: Route) -> str:
    """The same path as the web framework writes it."""
    return (INTERFACE + (route.path or "/")).replace("{", "<").replace("}", ">")
