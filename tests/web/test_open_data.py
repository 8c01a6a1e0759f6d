"""The page of open data, its files, and the interface for programs: answers by their schemas, problems by RFC 9457."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from cprac.services import throttle
from cprac.services.open_publications import INTERFACE
from cprac.services.throttle import MINUTE, Limit
from cprac.web.public import api_contract
from tests.open_worlds import CORRECTION, FIRST, MATTERS, hostile_table, publish, published, release

pytestmark = pytest.mark.databases("sqlite")
API = INTERFACE
TABLE = f"{API}/releases/2026-T1/tables/pedidos-por-assunto"


@pytest.fixture
def there(monkeypatch):
    """Two releases of the same quarter: the first and its correction."""
    return publish(monkeypatch, FIRST, CORRECTION)


def schema_of(document, name):
    """A schema of the document that can be used by itself."""
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def holds(document, name, value):
    Draft202012Validator(schema_of(document, name), format_checker=FormatChecker()).validate(value)


def got(client, address, **headers):
    """The answer with its body read and its file closed."""
    with client.get(address, headers=headers) as answer:
        answer.data  # noqa: B018  (reads it)
        return answer


def text(answer):
    return " ".join(answer.get_data(as_text=True).split())


# --- The document and the routes --------------------------------------------------------------------------------------


def test_the_document_names_every_route_and_no_other(app, client):
    document = client.get(f"{API}/openapi.json").json
    documented = {api_contract.INTERFACE + ("" if path == "/" else path) for path in document["paths"]}
    running = {
        re.sub(r"<(\w+)>", r"{\1}", rule.rule).rstrip("/")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert documented == running
    assert all(set(operations) == {"get"} for operations in document["paths"].values())
    names = [operation["get"]["operationId"] for operation in document["paths"].values()]
    assert len(set(names)) == len(names)
    for path, operation in document["paths"].items():
        in_path = {item["name"] for item in operation["get"]["parameters"] if item["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path)), path


def test_every_reference_of_the_document_leads_somewhere_and_every_schema_is_one(client):
    document = client.get(f"{API}/openapi.json").json
    text_of_it = json.dumps(document)
    for reference in set(re.findall(r'"#/([^"]+)"', text_of_it)):
        found = document
        for step in reference.split("/"):
            found = found[step]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("route", api_contract.ROUTES, ids=lambda route: route.name)
@pytest.mark.parametrize("how_many", [0, 2])
def test_answers_are_what_the_document_says(client, monkeypatch, route, how_many):
    publish(monkeypatch, *(FIRST, CORRECTION)[:how_many])
    document = client.get(f"{API}/openapi.json").json
    address = API + (route.path or "/").format(release="latest", table="pedidos-por-assunto")
    answer = client.get(address)
    if not how_many and "{release}" in route.path:
        assert answer.status_code == 404
        holds(document, "Problem", answer.json)
        return
    assert answer.status_code == 200, answer.data
    assert answer.mimetype == route.media[0]
    if answer.mimetype == "application/json":
        holds(document, route.schema, answer.json)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "public" in answer.headers["Cache-Control"]
    assert answer.headers["ETag"]
    assert "Set-Cookie" not in answer.headers
    empty = client.head(address)
    assert (empty.status_code, empty.data, empty.headers["ETag"]) == (200, b"", answer.headers["ETag"])


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_pages_of_a_table_make_the_whole_and_say_where_the_next_is(client, there):
    rows, address, pages = [], f"{TABLE}?limit=4&fields=matter,filed", 0
    while address:
        answer = client.get(address).json
        rows += answer["rows"]
        address = (answer["links"]["next"] or "").partition("127.0.0.1:8000")[2]
        pages += 1
    assert pages == 2
    assert rows == [{"matter": row[0], "filed": row[1]} for row in MATTERS.rows]
    assert client.get(f"{TABLE}?limit=4&offset=4").headers["Link"].startswith("<http")


def test_a_table_comes_as_csv_by_accept_or_by_its_ending(client, there):
    whole = client.get(f"{TABLE}.csv")
    by_accept = client.get(TABLE, headers={"Accept": "text/csv"})
    assert whole.data == by_accept.data
    assert whole.mimetype == "text/csv"
    lines = list(csv.reader(io.StringIO(whole.data.decode(), newline="")))
    assert [line[0] for line in lines[1:]] == [row[0] for row in MATTERS.rows]
    assert client.get(TABLE, headers={"Accept": "text/csv;q=0.5, application/json"}).mimetype == "application/json"
    assert client.get(f"{TABLE}.csv?limit=2&offset=1&fields=filed").data == b"filed\r\n18\r\n11\r\n"


def test_what_did_not_change_is_not_sent_again(client, there):
    for address in (TABLE, f"{TABLE}.csv", f"{API}/releases", f"{API}/releases/latest", "/dados-abertos/dcat.jsonld"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), address
        assert client.get(address, headers={"If-None-Match": '"another"'}).status_code == 200
    assert FIRST.sha256 in client.get(TABLE).headers["ETag"]
    assert client.get(TABLE).headers["Last-Modified"] == "Thu, 30 Apr 2026 12:00:00 GMT"
    assert client.get(f"{TABLE}.csv").headers["ETag"] != client.get(f"{TABLE}.json").headers["ETag"]


def test_latest_is_the_correction_and_the_first_release_stays(client, there):
    assert client.get(f"{API}/releases/latest").json["id"] == "2026-T1-r1"
    first = client.get(f"{API}/releases/2026-T1").json
    assert first["revision"] == 0
    assert [one["id"] for one in client.get(f"{API}/releases").json["releases"]] == ["2026-T1-r1", "2026-T1"]
    for file in first["files"]:
        body = got(client, file["url"].partition("127.0.0.1:8000")[2]).data
        assert (len(body), hashlib.sha256(body).hexdigest()) == (file["bytes"], file["sha256"])


def test_a_csv_of_the_interface_starts_no_formula(client, monkeypatch):
    publish(monkeypatch, published(release(tables=(hostile_table(),))))
    body = client.get(f"{API}/releases/latest/tables/hostil.csv?fields=text").data.decode()
    for line in csv.reader(io.StringIO(body, newline="")):
        assert not re.match(r"^[\s\u200b\ufeff]*[=+\-@|%＝＋－＠]", "".join(line)), line


# --- What goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address, status, parameter, words",
    [
        (f"{API}/releases/2020-T1", 404, "release", "Há: 2026-T1-r1, 2026-T1"),
        (f"{API}/releases/2026-T1/tables/pessoas", 404, "table", "Tem: pedidos-por-assunto, entradas-por-mes"),
        (f"{TABLE}?limit=0", 400, "limit", "número inteiro de 1 a 1000"),
        (f"{TABLE}?limit=1001", 400, "limit", "número inteiro de 1 a 1000"),
        (f"{TABLE}?limit=%D9%A3", 400, "limit", "número inteiro"),
        (f"{TABLE}?limit=1e3", 400, "limit", "número inteiro"),
        (f"{TABLE}?limit={'9' * 400}", 400, "limit", "número inteiro"),
        (f"{TABLE}?offset=-1", 400, "offset", "número inteiro de 0"),
        (f"{TABLE}.csv?offset=x", 400, "offset", "número inteiro"),
        (f"{TABLE}?fields=matter,cpf", 400, "fields", "não tem a coluna “cpf”"),
        (f"{TABLE}?fields=", 400, "fields", "não tem a coluna “”"),
        (f"{TABLE}?matter=Contratos", 400, "matter", "não filtra linhas"),
        (f"{TABLE}?limit=1&limit=2", 400, "limit", "mais de uma vez"),
        (f"{API}/?x=1", 400, "x", "Existem: nenhum"),
        (f"{API}/cases", 404, None, "não existe na interface"),
        ("/api/v2/", 404, None, "não existe na interface"),
        ("/api", 404, None, "não existe na interface"),
        (f"{TABLE}?fields=a%00b", 400, None, "não pôde ser entendido"),
    ],
)
def test_a_problem_names_the_parameter_and_says_what_to_do(client, there, address, status, parameter, words):
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    holds(client.get(f"{API}/openapi.json").json, "Problem", answer.json)
    assert answer.json["status"] == status
    assert answer.json.get("parameter") == parameter
    assert words in answer.json["detail"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    page, _hash, place = answer.json["type"].partition("#")
    assert page.endswith("/dados-abertos")
    assert f'id="{place}"' in client.get("/dados-abertos").get_data(as_text=True)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_sent(client, there, method):
    answer = getattr(client, method)(TABLE, json={})
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_a_format_that_we_do_not_have_is_a_problem(client, there):
    answer = client.get(TABLE, headers={"Accept": "application/xml"})
    assert (answer.status_code, answer.json["status"]) == (406, 406)


def test_pages_of_other_sites_may_read_the_interface_and_nothing_else(client, there):
    asked = client.options(TABLE, headers={"Origin": "https://outro.exemplo", "Access-Control-Request-Method": "GET"})
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
    for address in ("/", "/dados-abertos", "/entrar", "/consulta", "/nada"):
        assert "Access-Control-Allow-Origin" not in client.get(address).headers


def test_a_limit_is_told_with_the_seconds_to_wait_and_what_is_known_costs_nothing(client, there, monkeypatch):
    monkeypatch.setattr(throttle, "LIMITS", {**throttle.LIMITS, "open_data_source": Limit(2, MINUTE)})
    tag = client.get(TABLE).headers["ETag"]
    assert client.get(TABLE).status_code == 200
    refused = client.get(TABLE)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert int(refused.headers["Retry-After"]) > 0
    assert client.get(TABLE, headers={"If-None-Match": tag}).status_code == 304


# --- The page and its files -------------------------------------------------------------------------------------------


def test_before_any_release_the_page_says_when_the_first_period_closes(client, monkeypatch):
    publish(monkeypatch)
    page = text(client.get("/dados-abertos"))
    assert "Ainda não há publicação" in page
    assert re.search(r"O período em curso fecha em \d+ de \w+ de \d{4}", page)
    assert "Baixar tudo" not in page
    assert client.get("/dados-abertos/2026-T1").status_code == 404
    assert client.get("/dados-abertos/dcat.jsonld").json["dcat:dataset"] == []


def test_the_page_shows_tables_files_licence_citation_and_changes(client, there):
    page = text(client.get("/dados-abertos"))
    for words in (
        "Pedidos por assunto", "R$ 123.456,78", "CC BY 4.0", "Como citar", "Uma planilha antiga foi importada",
        "Relatório de anonimização", "openapi.json", "2026-T1-r1",
    ):  # fmt: skip
        assert words in page
    for address in set(re.findall(r'href="(/dados-abertos/[^"#]+)"', page)):
        assert got(client, address).status_code == 200, address
    assert "publicação anterior" in text(client.get("/dados-abertos/2026-T1"))


def test_the_footer_of_every_page_leads_there(client):
    assert 'href="/dados-abertos"' in client.get("/").get_data(as_text=True)


def test_a_file_is_sent_as_it_was_written_and_may_be_kept(client, there):
    address = "/dados-abertos/2026-T1/pedidos-por-assunto.csv"
    answer = got(client, address)
    assert answer.mimetype == "text/csv"
    assert "2026-T1-pedidos-por-assunto.csv" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    again = got(client, address, **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    whole = got(client, "/dados-abertos/2026-T1/cprac-c-2026-T1.zip")
    with zipfile.ZipFile(io.BytesIO(whole.data)) as archive:
        assert archive.read("pedidos-por-assunto.csv") == answer.data


@pytest.mark.parametrize("name", ["nada.csv", "..%2f..%2fcprac.sqlite", ".files.json", "%00", "hostil.csv"])
def test_no_other_file_is_there(client, there, name):
    assert client.get(f"/dados-abertos/2026-T1/{name}").status_code in (400, 404)


# --- From a real register ---------------------------------------------------------------------------------------------


def test_a_corrected_release_says_so_and_leads_to_the_correction(client, there):
    assert "Esta publicação foi corrigida" in text(client.get("/dados-abertos/2026-T1"))
    assert "Esta publicação foi corrigida" not in text(client.get("/dados-abertos/2026-T1-r1"))


@pytest.mark.databases("sqlite", "postgresql")
def test_what_the_database_keeps_is_what_the_interface_tells(app, client):
    """A stored release, not a pretended one: same hash, same rows, on both databases."""
    from cprac.domain.open_tables import to_bytes
    from cprac.persistence.database import transaction
    from cprac.persistence.models import Publication

    made = FIRST.release
    with app.app_context(), transaction() as session:
        session.add(
            Publication(
                period=made.period, first=made.first, last=made.last, as_of=made.as_of, created_at=FIRST.published_at,
                sha256=FIRST.sha256, body=to_bytes(made),
            )
        )  # fmt: skip
    told = client.get(f"{API}/releases/latest").json
    assert (told["sha256"], told["published_at"]) == (FIRST.sha256, "2026-04-30T12:00:00Z")
    assert client.get(TABLE).json["rows"] == MATTERS.records()
    assert got(client, "/dados-abertos/2026-T1/datapackage.json").json["version"] == "2026-T1"
