"""The one form of every act: what is typed becomes the values that services take, or a message that names the field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from flask_babel import gettext
from werkzeug.datastructures import FileStorage, MultiDict

from cprac.domain.act_fields import FIELDS, ActField, Kind
from cprac.domain.acts import Act
from cprac.domain.subject import Refusal
from cprac.persistence import queries, queries_case
from cprac.persistence.database import db
from cprac.services.uploads import Upload
from cprac.web import act_forms
from cprac.web.act_forms import Offered, act_form, form_class
from tests.fixtures_app import dispose_engines, make_app
from tests.fixtures_databases import sqlite_copy, sqlite_template
from tests.worlds import NOW, STAFF, TODAY, build_world

ZONE = ZoneInfo("America/Sao_Paulo")


@pytest.fixture(scope="module")
def world(run_directory, tmp_path_factory):
    """One chamber for the whole module: nothing here changes it."""
    folder = tmp_path_factory.mktemp("forms")
    for url in sqlite_copy(sqlite_template(run_directory), folder / "cprac.sqlite"):
        app = make_app(url, TODAY=TODAY.isoformat(), FILES=str(folder / "files"), WTF_CSRF_ENABLED=False)
        yield build_world(app, "talks", "in_force", "invited")
        dispose_engines(app)


@pytest.fixture
def offered(world):
    """What the mediator of the case ``talks`` is offered, within a request."""
    with world.app.test_request_context(method="POST"):
        yield offered_to(world, "mediator", "talks")
        db.session.remove()


def offered_to(world, who, case):
    reader = queries.Reader(world.account(who), frozenset(STAFF[who][1]), NOW, TODAY)
    file = queries_case.case_head(reader, world.number(case))
    notices = queries_case.notices_of(reader, file)
    return Offered(reader, file, world.chamber.rules_of(file.procedure), ZONE, notices)


def one(offered, kind, typed, **more):
    """The form of a single field of *kind* after *typed* was sent."""
    item = ActField("box", "Caixa", kind, **more)
    sent = MultiDict([("box", each) for each in (typed if isinstance(typed, list) else [typed])])
    form = form_class((item,), offered)(formdata=sent)
    form.validate()
    return form


# --- values -----------------------------------------------------------------------------------------------------------

TAKEN = (
    (Kind.TEXT, "  Sala\u200b 2  ", {}, "Sala 2"),
    (Kind.LONG_TEXT, "linha 1\r\nlinha 2\x07", {}, "linha 1\nlinha 2"),
    (Kind.LINES, "Foto do muro\n\n  Conta de luz \n", {}, ("Foto do muro", "Conta de luz")),
    (Kind.DATE, "30/03/2026", {}, date(2026, 3, 30)),
    (Kind.DATE, "1.2.2026", {}, date(2026, 2, 1)),
    (Kind.MOMENT, "07/04/2026 14:30", {}, datetime(2026, 4, 7, 17, 30, tzinfo=UTC)),
    (Kind.MOMENT, "07/04/2026, às 14h30", {}, datetime(2026, 4, 7, 17, 30, tzinfo=UTC)),
    (Kind.MOMENT, "07/04/2026 9h", {}, datetime(2026, 4, 7, 12, 0, tzinfo=UTC)),
    (Kind.MONEY, "8.420,00", {}, 842_000),
    (Kind.MONEY, "R$ 8420,5", {}, 842_050),
    (Kind.MONEY, "0", {}, 0),
    (Kind.FLAG, "y", {}, True),
    (Kind.CHOICE, "b", {"choices": (("a", "A"), ("b", "B"))}, "b"),
    (Kind.PARTY, "2", {"choices": "case:parties"}, 2),
    (Kind.PARTIES, ["1", "2"], {"choices": "case:parties"}, (1, 2)),
    (Kind.CNJ, "5037038-85.2019.8.13.0024", {}, "50370388520198130024"),
    (Kind.PROCESS, " 04.118/2026-31 ", {}, "04.118/2026-31"),
)


@pytest.mark.parametrize("kind, typed, more, value", TAKEN)
def test_what_is_typed_becomes_a_value(offered, kind, typed, more, value):
    form = one(offered, kind, typed, **more)
    assert not form.errors
    assert form.cleaned() == {"box": value}


WRONG = (
    (Kind.TEXT, "", "escreva"),
    (Kind.TEXT, "a" * 301, "no máximo 300"),
    (Kind.LONG_TEXT, "a" * 10_001, "no máximo 10000"),
    (Kind.LINES, "\n \n", "ao menos um item"),
    (Kind.LINES, "\n".join(["x"] * 51), "até 50 itens"),
    (Kind.DATE, "31/02/2026", "esse dia não existe"),
    (Kind.DATE, "2026-03-30", "como 30/03/2026"),
    (Kind.DATE, "30/03/26", "como 30/03/2026"),
    (Kind.DATE, "30/03/9026", "confira o ano"),
    (Kind.DATE, "", "escreva a data"),
    (Kind.MOMENT, "07/04/2026", "o dia e a hora"),
    (Kind.MOMENT, "07/04/2026 25:00", "o dia e a hora"),
    (Kind.MOMENT, "31/02/2026 10:00", "esse dia não existe"),
    (Kind.MONEY, "8420.50", "só com números"),
    (Kind.MONEY, "-5", "só com números"),
    (Kind.MONEY, "9" * 15, "grande demais"),
    (Kind.CNJ, "5037038-86.2019.8.13.0024", "verificação não conferem"),
    (Kind.CHOICE, "z", "opção da lista"),
    (Kind.PARTY, "77", "opção da lista"),
    (Kind.PARTY, "1; DROP", "opção da lista"),
    (Kind.PARTIES, [], "marque ao menos uma"),
)


@pytest.mark.parametrize("kind, typed, words", WRONG)
def test_what_cannot_be_taken_is_said_with_the_name_of_the_field_and_comes_back(offered, kind, typed, words):
    choices = {Kind.CHOICE: (("a", "A"),), Kind.PARTY: "case:parties", Kind.PARTIES: "case:parties"}.get(kind, ())
    form = one(offered, kind, typed, choices=choices)
    (message,) = form.errors["box"]
    assert message.startswith("Caixa: ")
    assert words in message
    if isinstance(typed, str) and typed.strip() and kind not in (Kind.CHOICE, Kind.PARTY):
        assert form["box"]._value() == typed


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.OBLIGATIONS, Kind.FLAG)])
def test_an_optional_field_may_stay_empty_and_gives_no_value(offered, kind):
    choices = {
        Kind.CHOICE: (("a", "A"),),
        Kind.ACCOUNT: "office:mediator",
        Kind.NOTICE: "case:open_notices",
        Kind.OBLIGATION: "case:pending_obligations",
        Kind.DEADLINE: "case:changeable_deadlines",
    }.get(kind, "case:parties")
    form = one(offered, kind, [], required=False, choices=choices)
    assert not form.errors
    assert form.cleaned().get("box") in (None, ())


def test_what_must_be_vouched_for_must_be_ticked(offered):
    form = one(offered, Kind.FLAG, [], must_be_true=True)
    assert form.errors["box"] == ["Caixa: confirme para continuar"]
    assert one(offered, Kind.FLAG, [], required=False).cleaned() == {"box": False}


def test_files_come_with_name_and_bytes(offered):
    item = ActField("files", "Arquivos", Kind.FILES)
    sent = MultiDict(
        [("files", FileStorage(BytesIO(b"%PDF-1.4"), filename="a.pdf")), ("files", FileStorage(BytesIO()))]
    )
    form = form_class((item,), offered)(formdata=sent)
    assert form.validate()
    assert form.cleaned() == {"files": (Upload("a.pdf", b"%PDF-1.4"),)}


# --- a draft's obligations ------------------------------------------------------------------------------------------


def test_filled_rows_become_obligations_and_empty_ones_are_left_out(offered):
    sent = {
        "obligations-0-text": "Primeira parcela", "obligations-0-debtor": "2", "obligations-0-amount": "2.500,00",
        "obligations-0-due": "08/05/2026", "obligations-1-text": "", "obligations-1-debtor": "",
        "obligations-2-text": "Tapar o buraco", "obligations-2-debtor": "2", "obligations-2-due": "10/06/2026",
    }  # fmt: skip
    form = act_form(Act.DRAFT_AGREEMENT, offered, formdata=MultiDict(sent))
    form.validate()
    assert form.cleaned()["obligations"] == (
        {"kind": "payment", "debtor": 2, "text": "Primeira parcela", "due": date(2026, 5, 8), "amount": 250_000},
        {"kind": "performance", "debtor": 2, "text": "Tapar o buraco", "due": date(2026, 6, 10)},
    )
    assert "obligations" not in form.errors


def test_a_wrong_date_in_a_row_is_said_at_that_row(offered):
    form = act_form(Act.DRAFT_AGREEMENT, offered, formdata=MultiDict({"obligations-1-due": "31/02/2026"}))
    form.validate()
    assert "esse dia não existe" in str(form["obligations"].entries[0].errors)


# --- every act --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", Act)
def test_every_act_has_a_form_whose_boxes_are_its_fields(offered, act):
    form = act_form(act, offered, formdata=MultiDict())
    names = [box.name for box in form if box.name not in ("version", "idempotency_key", "csrf_token")]
    assert names == [item.name for item in FIELDS[act]]
    labels = [form[name].label.text for name in names]
    assert all(labels)
    required = {
        item.name for item in FIELDS[act] if item.must_be_true or (item.required and item.kind is not Kind.FLAG)
    }
    form.validate()
    silent = required - form.errors.keys()
    # what the case has only one of comes chosen; a draft's rows are counted by the domain
    assert all(form[name].data or name == "obligations" for name in silent), (act, silent)


def test_every_kind_has_a_box_and_every_list_named_exists(offered):
    assert set(act_forms._BUILDERS) == set(Kind)
    for items in FIELDS.values():
        for item in items:
            if isinstance(item.choices, str) and item.choices:
                act_forms.choices_of(item, offered)


def test_lists_of_people_are_those_of_the_office_and_away_is_said(world, offered):
    item = next(item for item in FIELDS[Act.ASSIGN] if item.name == "mediator")
    assert dict(act_forms.choices_of(item, offered)) == {
        str(world.account("mediator")): "Paulo Sérgio Antunes",
        str(world.account("other_mediator")): "Lúcia Barros Coelho",
    }


def test_a_party_writes_only_in_its_own_conversation(world):
    item = next(item for item in FIELDS[Act.CAUCUS] if item.kind is Kind.PARTY)
    for who, labels in (
        ("mediator", ["Marina Alves Teixeira", "Secretaria Municipal de Obras"]),
        ("city_attorney", ["Secretaria Municipal de Obras"]),
    ):
        with world.app.test_request_context():
            assert [label for _value, label in act_forms.choices_of(item, offered_to(world, who, "talks"))] == labels
            db.session.remove()


def test_obligations_are_named_by_debtor_date_and_amount(world):
    item = next(item for item in FIELDS[Act.REGISTER_FULFILMENT] if item.kind is Kind.OBLIGATION)
    with world.app.test_request_context():
        pairs = act_forms.choices_of(item, offered_to(world, "registry", "in_force"))
        db.session.remove()
    assert [value for value, _label in pairs] == ["1", "2"]
    assert "Secretaria Municipal de Obras" in pairs[0][1]
    assert "29/04/2026" in pairs[0][1]
    assert "R$" in pairs[0][1]


def test_notices_are_those_whose_receipt_is_not_recorded(world):
    item = next(item for item in FIELDS[Act.RECORD_SERVICE] if item.kind is Kind.NOTICE)
    with world.app.test_request_context():
        pairs = act_forms.choices_of(item, offered_to(world, "registry", "invited"))
        db.session.remove()
    assert any("Convite enviado" in label for _value, label in pairs)


# --- refusals, versions, keys -----------------------------------------------------------------------------------------


def test_a_refusal_stands_at_its_field_or_over_the_form(offered):
    form = act_form(Act.SCHEDULE, offered, formdata=MultiDict())
    form.refuse(Refusal("A primeira data possível é {day}.", "Lei X", field="starts_at", params={"day": "01/04/2026"}))
    form.refuse(Refusal("O caso está encerrado.", "Regulamento"))
    assert form["starts_at"].errors[-1] == "A primeira data possível é 01/04/2026. (Lei X)"
    assert form.form_errors == ["O caso está encerrado. (Regulamento)"]
    assert gettext("x") == "x"


@pytest.mark.parametrize(
    "typed, version", [("7", 7), ("", -1), ("-1", -1), ("7.0", -1), ("9" * 40, -1), ("٧", -1), (None, -1)]
)
def test_an_altered_version_is_never_the_case_s(offered, typed, version):
    sent = MultiDict() if typed is None else MultiDict({"version": typed})
    assert act_form(Act.SCREEN, offered, formdata=sent).drawn_from == version


@pytest.mark.parametrize(
    "typed, key", [("a" * 32, "a" * 32), ("a" * 15, ""), ("a" * 65, ""), ("a" * 16 + ";", ""), ("", "")]
)
def test_an_altered_key_is_no_key(offered, typed, key):
    assert act_form(Act.SCREEN, offered, formdata=MultiDict({"idempotency_key": typed})).key == key
