"""Every page the chamber writes: it renders whatever was typed or left out, says what the law asks, no reasons."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cprac.domain.acts import FIELDS, Act, Kind
from cprac.domain.documents import DocumentKind
from cprac.domain.facts import (
    CaseFacts,
    ClaimFact,
    LawsuitFact,
    ObligationFact,
    PartyFact,
    SettlementFact,
)
from cprac.domain.states import CaseState
from cprac.domain.transitions_table import TABLE
from cprac.persistence.regulation_files import load_regulation
from cprac.services import estimates
from cprac.services.page_text import TEMPLATES, Page, PartyText, day_words, render

ZONE = ZoneInfo("America/Sao_Paulo")
AT = datetime(2026, 3, 25, 10, 42, tzinfo=ZONE)
PARTIES = (
    PartyText(1, "applicant", "natural", "Marina Alves Teixeira", "11144477735", "Dra. Eva Lima"),
    PartyText(2, "invitee", "city", "Secretaria Municipal de Obras"),
)
FACTS = CaseFacts(
    filed_on=date(2026, 1, 12),
    admitted_on=date(2026, 2, 2),
    matter="public_works_damage",
    agency=3,
    value=842000,
    priority="elderly_60",
    parties=(PartyFact(1, "applicant", "natural"), PartyFact(2, "invitee", "city", agency=3)),
    lawsuits=(LawsuitFact("50370388520198130024", "pending"),),
    claims=(ClaimFact(1, "against_city", date(2022, 3, 10), 5),),
    settlement=SettlementFact(1, "total", "city_pays", 500000),
    obligations=(
        ObligationFact(1, "payment", 2, date(2026, 6, 1), 500000),
        ObligationFact(2, "performance", 1, date(2026, 7, 1), status="fulfilled", fulfilled_on=date(2026, 3, 20)),
    ),
)
DRAFT = {
    "summary": "O muro caiu.", "object": "O conserto, por laudo.", "funds": "02.05", "penalty": "2% e IPCA.",
    "costs": "Cada um os seus.", "public_parts": "O extrato.",
    "obligations": [{"text": "Pagar"}, {"text": "Consertar"}],
    "on": date(2026, 3, 20),
}  # fmt: skip
CANARY = "palavra-que-a-pessoa-escreveu"

WRITES = sorted(
    {(row.act, kind, row.dest, row.legal_basis) for row in TABLE for kind in row.documents if kind != "final_term"},
    key=lambda each: (each[1], each[0].value, each[2].value),
)


def short(each):
    """How a parameter is called in the name of a test."""
    return getattr(each, "value", None) or str(each)[:20]


SAMPLES = {
    Kind.TEXT: CANARY, Kind.LONG_TEXT: CANARY, Kind.LINES: (CANARY, "outra"), Kind.DATE: date(2026, 4, 1),
    Kind.MOMENT: datetime(2026, 4, 10, 17, 30, tzinfo=UTC), Kind.MONEY: 123456, Kind.FLAG: True, Kind.ACCOUNT: 9,
    Kind.PARTY: 2, Kind.PARTIES: (1, 2), Kind.AGENCY: 3, Kind.OBLIGATION: 1, Kind.NOTICE: 1, Kind.DEADLINE: 1,
    Kind.CNJ: "50370388520198130024", Kind.PROCESS: "123/2026",
}  # fmt: skip


def typed(act, *, everything):
    values = {}
    for item in FIELDS[act]:
        if not (item.required or everything) or item.kind in (Kind.FILES, Kind.OBLIGATIONS):
            continue
        if item.kind is Kind.CHOICE:
            options = (
                load_regulation("contagem").choices(item.choices.partition(":")[2])
                if isinstance(item.choices, str)
                else item.choices
            )
            values[item.name] = options[0][0]
        else:
            values[item.name] = SAMPLES[item.kind]
    if act is Act.SUBMIT and everything:
        values |= {
            "account_text": CANARY,
            "request_text": CANARY,
            "fact_on": date(2025, 12, 1),
            "lawsuit_declared": True,
        }
    return values


def page(act, dest, values=(), *, regulation="contagem", facts=FACTS, **more):
    known = {
        "signer": "Helena Duarte Reis", "role": "Coordenação", "people": {9: "Paulo Antunes"}, "files": ("muro.png",),
        "agencies": {3: "Secretaria Municipal de Obras"}, "estimates": estimates.as_of(facts, AT.date()),
        "draft": DRAFT,
    }  # fmt: skip
    return Page(
        load_regulation(regulation), "0147/2026", act, AT, facts, dest, "Lei 9.784/1999, art. 50", dict(values),
        PARTIES,
        **{**known, **more},
    )  # fmt: skip


def whole(text):
    """The text is finished: no hole, no trace of the program, no line with blanks at its end."""
    for trace in ("{{", "{%", "None", "undefined", "Decimal", "<", "CaseState", "\t"):
        assert trace not in text, trace
    assert not re.search(r"\n{3,}| \n", text)
    assert text.endswith("\n")
    assert "Caso n.º 0147/2026" in text
    return text


@pytest.mark.parametrize("chamber", ["contagem", "amazonas"])
@pytest.mark.parametrize(
    "act, kind, dest, basis", WRITES, ids=lambda each: getattr(each, "value", None) or str(each)[:20]
)
@pytest.mark.parametrize("everything", [True, False], ids=["all", "needed"])
def test_every_page_of_every_act_is_whole(act, kind, dest, basis, everything, chamber):
    values = typed(act, everything=everything)
    whole(render(DocumentKind(kind), page(act, dest, values, regulation=chamber)))


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_kind_has_a_template_of_its_own(kind):
    assert (TEMPLATES / f"{kind.value}.txt").is_file()


@pytest.mark.parametrize(
    "act, kind, dest, basis", WRITES, ids=lambda each: getattr(each, "value", None) or str(each)[:20]
)
def test_a_page_renders_for_a_case_of_which_almost_nothing_is_known(act, kind, dest, basis):
    bare = CaseFacts(parties=FACTS.parties)
    whole(render(DocumentKind(kind), page(act, dest, typed(act, everything=False), facts=bare, draft=None, files=(),
                                          signer="", people={}, agencies={})))  # fmt: skip


def test_the_term_has_every_mandatory_clause_and_is_the_same_each_time():
    term = page(Act.DRAFT_AGREEMENT, CaseState.AWAITING_SIGNATURES)
    text = whole(render(DocumentKind.FINAL_TERM, term))
    for words in ("Marina Alves Teixeira, CPF ***.444.777-**", "Dra. Eva Lima", "O muro caiu.",
                  "O conserto, por laudo.",
                  "A cidade paga R$\N{NO-BREAK SPACE}5.000,00", "Dotação: 02.05", "Até 1 de junho de 2026",
                  "Quem deve: Secretaria Municipal de Obras", "2% e IPCA.", "renunciam a todos os direitos",
                  "5037038-85.2019.8.13.0024", "O extrato.", "título executivo extrajudicial",
                  "homologado pelo juiz"):  # fmt: skip
        assert words in text, words
    assert "11144477735" not in text
    assert render(DocumentKind.FINAL_TERM, term) == text


def test_a_term_in_which_nobody_pays_says_so():
    facts = replace(FACTS, settlement=SettlementFact(1, "total"), obligations=(), lawsuits=())
    text = render(DocumentKind.FINAL_TERM, page(Act.DRAFT_AGREEMENT, CaseState.AWAITING_SIGNATURES, facts=facts))
    assert "Ninguém paga." in text
    assert "Nenhum processo ligado." in text


@pytest.mark.parametrize("act", [Act.CLOSE_WITHOUT_AGREEMENT, Act.NO_SHOW, Act.DENY])
def test_the_final_record_gives_dates_and_the_estimate_and_no_reasons(act):
    facts = replace(FACTS, closed_on=AT.date(), settlement=None, obligations=())
    closing = page(act, CaseState.CLOSED_NO_AGREEMENT, typed(act, everything=True), facts=facts)
    text = whole(render(DocumentKind.FINAL_RECORD, closing))
    assert CANARY not in text
    for words in ("12 de janeiro de 2026", "2 de fevereiro de 2026", "25 de março de 2026",
                  "voltou a correr em 26/03/2026",
                  "não é reconhecimento de dívida", "art. 4º do Decreto 20.910/1932",
                  "Data mais prudente para agir"):  # fmt: skip
        assert words in text, words


def test_a_rejection_never_says_that_limitation_is_lost():
    facts = replace(FACTS, admitted_on=None, settlement=None, obligations=())
    values = {"reason_code": "outside_regulation", "grounds": CANARY}
    text = render(DocumentKind.ADMISSIBILITY_DECISION, page(Act.REJECT, CaseState.INADMISSIBLE, values, facts=facts))
    assert "NÃO É ACEITO" in text
    assert "RECURSO" in text
    assert "10 dias, contados do recebimento" in text
    assert CANARY in text
    assert "Depende da aceitação do caso" in text
    assert "perd" not in text.lower()


def test_the_receipt_has_the_hour_and_warns_and_holds_no_secret():
    text = render(DocumentKind.RECEIPT, page(Act.SUBMIT, CaseState.FILED))
    assert "às 10h42, horário de Brasília" in text
    assert "não conte com a suspensão do prazo para ir à Justiça" in text
    assert "5 dias úteis" in text
    assert "não constam desta folha" in text


def test_an_extract_names_no_natural_person():
    text = render(DocumentKind.ABSTRACT, page(Act.PUBLISH, CaseState.IN_FORCE, typed(Act.PUBLISH, everything=True)))
    assert "Marina" not in text
    assert "pessoa natural e Secretaria Municipal de Obras" in text
    assert "O muro caiu" not in text


def test_minutes_hold_presence_and_result_only():
    text = render(
        DocumentKind.MINUTES,
        page(Act.RECORD_MINUTES, CaseState.IN_PROGRESS, typed(Act.RECORD_MINUTES, everything=True)),
    )
    assert "- Marina Alves Teixeira" in text
    assert "A conversa continua." in text
    assert CANARY not in text


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% include 'x' %}", "<script>", "linha\nlinha", "%s {0}"])
def test_what_people_write_is_printed_and_never_run(text):
    printed = render(
        DocumentKind.COMPLETION_REQUEST, page(Act.REQUEST_COMPLETION, CaseState.AWAITING_COMPLETION, {"items": (text,)})
    )
    assert text in printed
    assert "49" not in printed


def test_days_are_printed_in_words():
    assert day_words("2026-03-01") == "1 de março de 2026"
    assert day_words(None) == ""


def test_estimates_need_a_filing_and_sound_claims():
    assert estimates.of_case(CaseFacts(claims=FACTS.claims), AT.date()) == ()
    odd = replace(
        FACTS, claims=(ClaimFact(1, "sideways", date(2022, 1, 1), 5), ClaimFact(2, "by_city", date(2022, 1, 1), 0))
    )
    assert estimates.of_case(odd, AT.date()) == ()
    same_day = replace(FACTS, admitted_on=date(2025, 1, 1), closed_on=date(2024, 1, 1))
    assert len(estimates.of_case(same_day, AT.date())) == 1
