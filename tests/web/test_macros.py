"""The parts of pages: what each prints, what it escapes, and that whole pages made of them hold together."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import StrictUndefined
from lxml import html
from wtforms import BooleanField, FieldList, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from cprac.domain.permissions import Seen
from cprac.domain.states import CaseState, Turn
from scripts.face_gallery import PAGES, create_gallery
from scripts.face_gallery_data import TODAY, every_field_form, filing_form
from tests.web.face_checks import markup_faults

MACROS = Path(__file__).resolve().parents[2] / "templates" / "_macros"
HOSTILE = "<script>alert(1)</script>\"'&"


@pytest.fixture(scope="module")
def gallery():
    """The gallery, with undefined names as errors: a macro may ask for nothing that its callers need not give."""
    app = create_gallery()
    app.config.update(SECRET_KEY="for-tests-only", TESTING=True, WTF_CSRF_CHECK_DEFAULT=False)
    CSRFProtect(app)
    app.jinja_env.undefined = StrictUndefined
    return app


@pytest.fixture
def draw(gallery):
    """Render a piece of template with every macro under ``ui``; gives the parsed piece."""

    def render(source, **data):
        with gallery.test_request_context():
            template = gallery.jinja_env.from_string("{% import '_macros/ui.html' as ui %}" + source)
            return html.fragment_fromstring(template.render(**data), create_parent="div")

    return render


def words(element):
    return " ".join(element.text_content().split())


def find(element, path):
    (found,) = element.xpath(path)
    return found


# --- whole pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_each_sample_page_holds_together(gallery, page):
    text = gallery.test_client().get(f"/{page}").get_data(as_text=True)
    faults = list(markup_faults(text))
    if page == "components":  # shows every kind of button at once
        faults = [fault for fault in faults if "primary buttons" not in fault]
    assert not faults


@pytest.mark.parametrize("code", ["500", "503", "404"])
def test_an_error_page_needs_nothing_from_the_context(gallery, code):
    with gallery.test_request_context():
        text = gallery.jinja_env.get_template(f"errors/{code}.html").render()
    assert not list(markup_faults(text))


def test_404_and_403_read_alike(gallery):
    pages = [gallery.test_client().get(f"/error-{code}").get_data(as_text=True) for code in ("403", "404")]
    assert len({re.sub(r'name="csrf_token" value="[^"]+"', "", page) for page in pages}) == 1


def test_high_contrast_is_one_attribute_and_its_button_changes_its_words(gallery):
    client = gallery.test_client()
    high, normal = (client.get(f"/status{query}").get_data(as_text=True) for query in ("?contrast=alto", ""))
    assert 'data-contrast="alto"' in high
    assert "Contraste normal" in high
    assert "data-contrast" not in normal
    assert 'value="alto">Alto contraste' in normal


def test_a_page_with_errors_says_so_first_in_its_title(gallery):
    assert "<title>Erro: O que aconteceu?" in gallery.test_client().get("/filing").get_data(as_text=True)


def test_every_macro_is_listed_for_those_who_write_pages():
    offered = re.findall(r"\{% set (\w+) =", (MACROS / "ui.html").read_text(encoding="utf-8"))
    listed = (MACROS / "README.md").read_text(encoding="utf-8")
    assert len(offered) > 45
    assert [name for name in offered if f"{name}(" not in listed] == []


# --- state, turn, who sees --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience, attribute", [("staff", "label"), ("public", "public_label"), ("own", "own_label")])
@pytest.mark.parametrize("state", CaseState)
def test_a_state_is_told_in_the_words_of_its_audience(draw, state, audience, attribute):
    badge = find(draw("{{ ui.state_badge(state, audience) }}", state=state, audience=audience), "span")
    assert words(badge) == getattr(state, attribute)
    assert badge.get("class") == f"state state-{state.family}"
    assert badge.xpath("svg/use")


@pytest.mark.parametrize("turn", Turn)
def test_whose_turn_it_is_has_words(draw, turn):
    assert len(words(draw("{{ ui.turn_words(turn) }}", turn=turn))) > 15


@pytest.mark.parametrize("seen", Seen)
def test_the_domains_own_marker_prints_its_own_words_even_as_plain_text_of_it(draw, seen):
    assert words(draw("{{ ui.confidentiality(seen) }}", seen=seen)) == f"Quem vê: {seen.label}"


@pytest.mark.parametrize(
    "marker, expected, closed",
    [
        ("public", "Público", False),
        ("docket", "Partes e Câmara", False),
        ("case", "Partes e Câmara", False),
        ("joint", "Só quem negocia", True),
        ("caucus:applicant", "Só você e o mediador", True),
        ("notes:7", "Só o mediador", True),
        ("city", "Só quem defende a Prefeitura", True),
        ("something new", "something new", True),
    ],
)
def test_who_sees_is_said_in_words_and_the_unknown_counts_as_closed(draw, marker, expected, closed):
    shown = find(draw("{{ ui.confidentiality(marker) }}", marker=marker), "span")
    assert words(shown) == f"Quem vê: {expected}"
    assert ("seen-by-closed" in shown.get("class")) is closed


# --- deadlines --------------------------------------------------------------------------------------------------------


def test_a_chip_always_has_its_date_under_it_weekday_included(draw):
    chip = draw("{{ ui.deadline_chip(d) }}", d={"words": "Vence hoje", "look": "today", "due": date(2026, 3, 30)})
    assert words(chip) == "Vence hojeseg, 30/03/2026"
    assert find(chip, ".//time").get("datetime") == "2026-03-30"


def test_a_note_stands_in_the_place_of_the_date(draw):
    deadline = {"words": "Parado: restam 7 dias úteis", "look": "paused", "due": None, "note": "volta em 13/04/2026"}
    assert words(draw("{{ ui.deadline_chip(d) }}", d=deadline)) == "Parado: restam 7 dias úteisvolta em 13/04/2026"


@pytest.mark.parametrize(
    "told", ["O prazo terminou em 05/03", "O prazo terminou em 05/03/2026", "Cumprido em 05/03/2026"]
)
def test_a_chip_that_says_its_date_does_not_say_it_twice(draw, told):
    chip = draw("{{ ui.deadline_chip(d) }}", d={"words": told, "look": "plain", "due": date(2026, 3, 5)})
    assert words(chip) == told


def test_the_value_of_a_cell_stands_in_one_piece_beside_its_label(draw):
    table = draw("<table><tr>{% call ui.cell('Desde') %}<time>23/03</time>, há 2 dias{% endcall %}"
                 "{% call ui.cell('Vazio') %} {% endcall %}</tr></table>")  # fmt: skip
    full, empty = table.xpath("//td")
    assert [child.tag for child in full] == ["div"]
    assert words(full) == "23/03, há 2 dias"
    assert len(empty) == 0
    assert not empty.text


def test_the_button_of_an_act_has_no_stray_colon(draw):
    menu = draw("{{ ui.action_menu(a, []) }}", a=[{"name": "Encerrar: ninguém recorreu", "url": "/x", "confirm": True}])
    assert menu.xpath("string(//a/text()[1])") == "Encerrar"


def test_the_sentence_of_a_due_date_ends_with_its_reason(draw):
    sentence = draw(
        "{{ ui.due_sentence(d, why_url='/p') }}",
        d={"words": "Faltam 12 dias úteis", "look": "plain", "due": date(2026, 4, 14)},
    )
    assert words(sentence) == (
        "Envie até terça-feira, 14 de abril de 2026, às 23h59. Faltam 12 dias úteis. Por que esta data?"
    )


def test_a_ledger_is_a_table_of_weeks_with_a_key_of_what_it_shows(draw):
    days = [{"date": date(2026, 3, day), "kind": "counted", "counted": day - 22, "why": ""} for day in range(23, 27)]
    days.append({"date": date(2026, 3, 27), "kind": "municipal", "counted": None, "why": "Jubileu"})
    strip = draw(
        "{{ ui.ledger_strip(l) }}",
        l={"days": days, "notice": date(2026, 3, 20), "due": date(2026, 3, 26), "today": TODAY},
    )
    assert [words(cell) for cell in strip.xpath(".//thead//th")] == ["seg", "ter", "qua", "qui", "sex", "sáb", "dom"]
    assert find(strip, ".//td[contains(@class, 'day-today')]").text_content().split() == ["25/03", "3º", "hoje"]
    assert find(strip, ".//td[contains(@class, 'day-due')]").text_content().split() == ["26/03", "4º", "vence"]
    assert find(strip, ".//td[contains(@class, 'day-holiday')]//abbr").get("title") == "feriado"
    assert [words(item) for item in strip.xpath(".//ul/li")] == [
        "dia do aviso (não conta)", "dia contado", "fim de semana", "feriado ou dia sem expediente", "último dia",
    ]  # fmt: skip


# --- acts -------------------------------------------------------------------------------------------------------------


def test_a_button_shows_the_verb_and_says_the_whole_act_to_those_who_do_not_see_it(draw):
    menu = draw("{{ ui.action_menu(a, []) }}", a=[{"name": "Encerrar a pedido", "url": "/x", "confirm": True}])
    button = find(menu, ".//a")
    assert words(button) == "Encerrar a pedido…"
    assert words(find(button, "span")) == "a pedido"
    assert "btn-primary" not in button.get("class").split()


def test_what_cannot_be_done_is_listed_with_reason_time_and_article(draw):
    refused = [
        {"name": "Marcar reunião", "reason": "Falta o prazo.", "available_on": date(2026, 3, 31), "article": "art. 5º"}
    ]
    menu = draw("{{ ui.action_menu([], r) }}", r=refused)
    assert words(find(menu, ".//summary")) == "O que ainda não é possível, e por quê (1)"
    assert "open" in find(menu, ".//details").attrib
    assert words(find(menu, ".//li")) == "Marcar reuniãoFalta o prazo. Disponível em 31/03/2026. art. 5º"
    assert "Nenhum ato cabe a você" in words(menu)


def test_the_timeline_is_given_oldest_first_and_turned_for_those_who_work_here(draw):
    entries = [{"title": title, "at": TODAY} for title in ("Pedido recebido", "Pedido aceito")]
    titles = [words(h) for h in draw("{{ ui.timeline(e) }}", e=entries).xpath(".//h3")]
    assert titles == ["Pedido aceito", "Pedido recebido"]
    calm = draw("{{ ui.timeline(e, newest_first=false) }}", e=entries)
    assert [words(h) for h in calm.xpath(".//h3")] == ["Pedido recebido", "Pedido aceito"]
    assert "is-latest" in calm.xpath(".//li")[1].get("class")


def test_the_path_marks_where_the_case_is(draw):
    path = draw("{{ ui.progress_path(['um', 'dois', 'três'], 2) }}")
    assert [words(step) for step in path.xpath(".//li")] == ["um (feito)", "2 dois", "3 três"]
    assert words(find(path, ".//li[@aria-current='step']")) == "2 dois"


def test_the_path_of_a_closed_case_is_done_to_its_end(draw):
    path = draw("{{ ui.progress_path(['um', 'dois'], 2, closed=true) }}")
    assert [words(step) for step in path.xpath(".//li")] == ["um (feito)", "dois (feito)"]


# --- forms ------------------------------------------------------------------------------------------------------------


def test_each_message_of_the_summary_leads_to_its_box(draw):
    form = filing_form()
    page = draw("{{ ui.error_summary(form) }}{{ ui.act_form(form) }}", form=form)
    summary = find(page, ".//*[@role='alert']")
    assert words(find(summary, "h2")) == "Corrija 2 campos para continuar"
    assert summary.get("tabindex") == "-1"
    for link in summary.xpath(".//a"):
        box = find(page, f".//*[@id='{link.get('href')[1:]}']")
        assert box.get("aria-invalid") == "true"
        described = [words(find(page, f".//*[@id='{name}']")) for name in box.get("aria-describedby").split()]
        assert described[-1] == f"Erro: {words(link)}"
    assert find(page, ".//*[@name='amount']").get("value") == "uns 8 mil", "typed text comes back"


def test_a_form_without_errors_has_no_summary(draw):
    assert words(draw("{{ ui.error_summary(form) }}", form=every_field_form())) == ""
    assert words(draw("{{ ui.error_summary(none) }}")) == ""


def test_every_box_has_its_label_or_legend(draw):
    page = draw("{{ ui.act_form(form) }}", form=every_field_form(wrong=True))
    for box in page.xpath(".//input[not(@type='hidden')] | .//textarea | .//select"):
        assert words(find(page, f".//label[@for='{box.get('id')}']")), box.get("name")
    for group in page.xpath(".//fieldset"):
        assert words(group.xpath("legend")[0])


def test_unnamed_boxes_of_a_list_are_called_by_the_list_and_their_number(draw):
    page = draw("{{ ui.field(f) }}", f=every_field_form().witnesses)
    assert [words(label) for label in page.xpath(".//label")] == ["Testemunha 1", "Testemunha 2"]


@pytest.mark.parametrize(
    "name, mode, sign", [("happened_on", "numeric", ""), ("amount", "decimal", "R$"), ("story", None, "")]
)
def test_a_field_is_dressed_by_its_kind(draw, name, mode, sign):
    page = draw("{{ ui.field(f) }}", f=filing_form()[name])
    box = find(page, f".//*[@name='{name}']")
    assert box.get("inputmode") == mode
    assert [words(mark) for mark in page.xpath(".//*[@class='input-money-sign']")] == ([sign] if sign else [])
    assert not box.get("placeholder")


class ProtectedForm(FlaskForm):
    """A form of Flask-WTF: it carries its own token."""

    note = StringField("Recado", [Optional()])
    answer = RadioField("Resposta", [InputRequired()], choices=[SelectChoice("s", "Sim")])
    vouch = BooleanField("Li os autos")
    others = FieldList(StringField("Outro"), min_entries=1)


def test_a_protected_form_carries_one_token_and_a_bare_one_gets_it(gallery, draw):
    with gallery.test_request_context():
        template = gallery.jinja_env.from_string(
            "{% import '_macros/ui.html' as ui %}{{ ui.act_form(form, hidden={'version': 7}) }}<hr>"
            "{{ ui.post_button('Ler', '/l') }}"
        )
        page = html.fragment_fromstring(template.render(form=ProtectedForm()), create_parent="div")
    assert [len(form.xpath(".//input[@name='csrf_token']")) for form in page.xpath(".//form")] == [1, 1]
    assert find(page, ".//input[@name='version']").get("value") == "7"
    assert "Recado (opcional)" in words(page)
    assert len(page.xpath(".//*[@class='btn btn-primary']")) == 1


def test_a_stale_page_gives_the_text_back_and_sends_nothing_by_itself(draw):
    page = draw(
        "{{ ui.stale_version(c, t, '/caso', '/ato', {'version': 8}) }}",
        c=[{"at": TODAY, "who": "Paulo", "what": "pausou o caso"}],
        t=[{"name": "order", "label": "Seu texto", "text": "  linha um\n\nlinha três"}],
    )
    assert "Nada foi enviado" in words(page)
    assert find(page, ".//textarea").text.removeprefix("\n") == "  linha um\n\nlinha três"
    assert find(page, ".//a[contains(@class, 'btn-primary')]").get("href") == "/caso"


def test_a_grave_act_lists_its_consequences_and_names_itself_on_the_button(draw):
    page = draw(
        "{{ ui.confirm_card(none, 'Arquivar?', ['o caso termina'], 'Assinar o arquivamento', '/x', 'Voltar') }}"
    )
    assert [words(item) for item in page.xpath(".//li")] == ["o caso termina"]
    assert words(find(page, ".//button")) == "Assinar o arquivamento"
    assert "certeza" not in words(page)


def test_a_filter_bar_can_be_kept_as_an_address_and_repeats_what_it_filters(draw):
    page = draw(
        "{{ ui.filter_bar('/lista', {'name': 'q', 'value': v},"
        " [{'name': 's', 'label': 'Situação', 'options': o, 'value': 2}], ['em negociação'], '/lista') }}",
        v=HOSTILE,
        o=[("1", "Um"), ("2", "Dois")],
    )
    assert find(page, ".//form").get("method") == "get"
    assert find(page, ".//input").get("value") == HOSTILE
    assert words(find(page, ".//option[@selected]")) == "Dois"
    assert "Mostrando: em negociação. Limpar filtros" in words(page)


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_keeps_its_roles_when_it_turns_into_cards(draw):
    table = draw(
        "{% call ui.data_table('Tarefas', [{'label': 'Prazo'}, {'label': 'Valor', 'num': true}]) %}{% call ui.row() %}"
        "{% call ui.head_cell() %}x{% endcall %}{% call ui.cell('Valor', num=true) %}1{% endcall %}"
        "{% endcall %}{% endcall %}"
    )
    roles = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
    for tag, role in roles.items():
        assert {element.get("role") for element in table.iter(tag)} == {role}
    assert [(head.get("scope"), head.get("role")) for head in table.iter("th")] == [
        ("col", "columnheader"), ("col", "columnheader"), ("row", "rowheader"),
    ]  # fmt: skip
    assert find(table, ".//td").get("data-l") == "Valor"
    assert words(find(table, ".//caption")) == "Tarefas"


def test_a_table_of_numbers_stays_a_table_that_scrolls_by_keyboard(draw):
    region = find(draw("{% call ui.data_table('Números', [{'label': 'n'}], cards=false) %}{% endcall %}"), "div")
    assert (region.get("role"), region.get("tabindex"), region.get("aria-label")) == ("region", "0", "Números")


# --- what others typed ------------------------------------------------------------------------------------------------

HOSTILE_CALLS = {
    "person_chip": "{{ ui.person_chip(x, x, x, 'person', '/p') }}",
    "money": "{{ ui.money(1, x) }}",
    "timeline": "{{ ui.timeline([{'title': x, 'at': today, 'who': x, 'summary': x, 'link': {'url': '/', 'label': x},"
    " 'confidentiality': x}]) }}",
    "next_step_card": "{{ ui.next_step_card('city', x, x, x, primary={'label': x, 'url': '/'}) }}",
    "action_menu": "{{ ui.action_menu([{'name': x, 'effect': x, 'url': '/'}],"
    " [{'name': x, 'reason': x, 'article': x, 'when': x}], x) }}",
    "refusal_message": "{{ ui.refusal_message({'name': x, 'reason': x, 'article': x, 'article_url': '/'}) }}",
    "confidentiality": "{{ ui.confidentiality('caucus', x) }}",
    "document_rows": "{{ ui.document_rows([{'name': x, 'url': '/', 'kind': x, 'note': x}]) }}",
    "case_header": "{{ ui.case_header(x, [{'label': x, 'value': x, 'note': x}]) }}",
    "definitions": "{{ ui.definitions([{'label': x, 'value': x, 'note': x}]) }}",
    "parties_panel": "{{ ui.parties_panel([{'role': x, 'name': x, 'note': x}]) }}",
    "notices": "{{ ui.notices([{'title': x, 'body': x, 'channel': x}]) }}",
    "message": "{{ ui.message(x, title=x) }}",
    "empty_state": "{{ ui.empty_state(x, x, {'label': x, 'url': '/'}) }}",
    "stale_version": "{{ ui.stale_version([{'at': today, 'who': x, 'what': x}],"
    " [{'name': 'a', 'label': x, 'text': x}], '/', '/') }}",
    "confirm_card": "{{ ui.confirm_card(none, x, [x], x, '/', x, eyebrow=x) }}",
    "breadcrumb": "{{ ui.breadcrumb([(x, '/'), (x, none)]) }}",
    "checklist": "{{ ui.checklist([{'label': x, 'note': x}]) }}",
    "outcomes": "{{ ui.outcomes([{'title': x, 'body': x}]) }}",
    "print_header": "{{ ui.print_header({'name': x, 'acronym': x, 'city': x}, x, instant, x, code=x) }}",
    "page_header": "{{ ui.page_header(x, x, x, {'label': x, 'url': '/'}) }}",
    "counters": "{{ ui.counters([{'n': x, 'label': x, 'url': '/'}]) }}",
}


@pytest.mark.parametrize("macro", HOSTILE_CALLS)
def test_what_people_typed_is_text_and_never_markup(draw, macro):
    from datetime import UTC, datetime

    piece = draw(HOSTILE_CALLS[macro], x=HOSTILE, today=TODAY, instant=datetime(2026, 3, 25, 17, 5, tzinfo=UTC))
    assert not piece.xpath(".//script")
    assert "alert(1)" in piece.text_content()
    attributes = {name for element in piece.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on") or "alert" in name}
