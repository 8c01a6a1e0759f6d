"""A chamber is a file: what the shipped files say, what the program asks them, and what refuses a wrong one."""

import copy
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cprac.domain.business_days import CalendarDay, CalendarError, DayKind
from cprac.domain.deadlines import Basis, Unit, due_date
from cprac.domain.regulation import (
    RULE_IDS,
    RegulationError,
    Switch,
    ValueUnit,
    approvers_for,
    ladder_row,
    procedure_hash,
    procedure_part,
    reference_value,
)
from cprac.domain.regulation_places import defaults_of, path_text, warnings_of
from cprac.domain.regulation_reading import RegulationInvalid, read_regulation
from cprac.domain.transitions_table import TABLE

FOLDER = Path(__file__).parents[2] / "cprac" / "regulations"
DOCUMENTS = {name: tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")) for name in ("contagem", "amazonas")}
CONTAGEM, AMAZONAS = (read_regulation(DOCUMENTS[name]) for name in ("contagem", "amazonas"))

DU, DC, M, Y = Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS, Unit.YEARS
ABSENT = object()


def changed(*path, to):
    """Contagem's document with one place changed (or taken away)."""
    document = copy.deepcopy(DOCUMENTS["contagem"])
    place = document
    for step in path[:-1]:
        place = place[step]
    if to is ABSENT:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return document


def refusals(document):
    """What is told about a document that may not be used: a line for each problem."""
    with pytest.raises(RegulationInvalid) as error:
        read_regulation(document)
    return [f"{path_text(problem.path)}: {problem.message}" for problem in error.value.problems]


# --- What Contagem's file says ----------------------------------------------------------------------------------------


def test_contagem_switches_are_the_ones_chosen():
    assert set(CONTAGEM.switches) == {
        "formal_review",
        "partial_admission",
        "appealable_archiving",
        "offer_directly",
        "same_person_track",
        "no_show_closes",
        "admin_homologation",
        "publication",
        "survey",
    }


@pytest.mark.parametrize(
    "rule, amount, unit, basis, on_expiry",
    [
        ("D-SCREEN", 2, DU, "default", "alert"),
        ("D-FORMAL", 5, DU, "default", "alert"),
        ("D-COMPLETE", 15, DU, "default", "propose:archive_incomplete"),
        ("D-ADMIT", 15, DU, "default", "alert"),
        ("D-AGENCY", 10, DU, "default", "alert"),
        ("D-APPEAL", 10, DC, "law", "propose:lapse_appeal"),
        ("D-RECONS", 5, DC, "law", "propose:forward_appeal"),
        ("D-APPEAL-ANSWER", 5, DU, "law", "none"),
        ("D-APPEAL-DEC", 30, DC, "law", "alert"),
        ("D-INVITE-SEND", 5, DU, "default", "alert"),
        ("D-INVITE", 30, DC, "default", "propose:lapse_invitation"),
        ("D-FIRST-MEETING-MIN", 10, DU, "default", "none"),
        ("D-FIRST-MEETING", 3, M, "default", "alert"),
        ("D-NOTICE", 3, DU, "law", "none"),
        ("D-CHALLENGE", 5, DU, "default", "none"),
        ("D-QUARANTINE", 1, Y, "law", "none"),
        ("D-DURATION", 60, DC, "default", "alert"),
        ("D-LAWSUIT-STAY", 6, M, "law", "alert"),
        ("D-OPINION", 15, DC, "law", "alert"),
        ("D-AUTH", 10, DU, "default", "alert"),
        ("D-SIGN", 10, DU, "default", "propose:lapse_signatures"),
        ("D-PUBLISH", 5, DU, "default", "alert"),
        ("D-COURT-FILE", 5, DU, "default", "alert"),
        ("D-CURE", 10, DU, "default", "propose:declare_breach"),
        ("D-RESUME", 1, DC, "default", "propose:resume"),
        ("D-RPV", 2, M, "law", "alert"),
        ("D-PRESC-FAZ", 5, Y, "law", "alert"),
        ("D-LAI", 20, DC, "law", "alert"),
        ("D-OUVIDORIA", 30, DC, "law", "alert"),
        ("D-LGPD", 15, DC, "law", "alert"),
        ("D-INCIDENT", 3, DU, "law", "alert"),
    ],
)
def test_contagem_deadline_is_as_the_procedure_says(rule, amount, unit, basis, on_expiry):
    found = CONTAGEM.rule(rule)
    assert (found.amount, found.unit, found.basis, found.on_expiry) == (amount, unit, basis, on_expiry)
    assert found.legal_basis
    assert found.trigger


def test_an_urgent_question_to_an_agency_has_half_the_time():
    assert CONTAGEM.rule("D-AGENCY", urgent=True).amount == 5
    assert CONTAGEM.rule("D-ADMIT", urgent=True) == CONTAGEM.rule("D-ADMIT")


def test_a_deadline_that_does_not_exist_is_refused_by_name():
    with pytest.raises(RegulationError, match="não existe o prazo D-CAFE"):
        CONTAGEM.rule("D-CAFE")


def test_the_number_of_the_municipal_law_is_printed_nowhere():
    def texts(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            for item in value.values() if isinstance(value, dict) else value:
                yield from texts(item)

    for text in texts(DOCUMENTS["contagem"]):
        assert "Complementar" not in text
        assert not {"LC", "PLC", "14/2025"} & set(text.split())


def test_nothing_of_contagem_claims_a_rule_of_the_chamber_that_nobody_has_read():
    assert not [rule.id for rule in CONTAGEM.deadlines.values() if rule.basis is Basis.REGULATION]
    assert not [row for row in CONTAGEM.ladder if row.basis is not Basis.DEFAULT]
    told = defaults_of(CONTAGEM)
    assert {"deadlines.D-INVITE", "ladder[0]", "switches.publication", "matters[taxes]", "uploads"} <= set(told)
    assert "deadlines.D-APPEAL" not in told


def test_contagem_has_every_reason_of_the_procedure():
    assert {reason.id for reason in CONTAGEM.inadmissibility_reasons} == {
        "needs_legislative_authorization",
        "outside_regulation",
        "non_transactable_right",
        "contrary_to_formal_legal_guidance",
        "contrary_to_consolidated_case_law",
        "no_public_party",
        "competition_entity",
        "tax_without_statute",
        "final_judgment",
        "criminal_matter",
        "improbity_requires_anpc",
        "time_barred",
        "object_not_severable",
        "lack_of_powers",
        "duplicate",
        "moot",
    }
    assert CONTAGEM.reason("inadmissibility_reasons", "final_judgment").plain.startswith("A Justiça já decidiu")
    with pytest.raises(RegulationError, match="'fome' não está na lista suspension_reasons"):
        CONTAGEM.reason("suspension_reasons", "fome")


def test_choices_are_pairs_for_a_form():
    assert ("taxes", "Tributos municipais") in CONTAGEM.choices("matters")
    assert CONTAGEM.matter("taxes").needs_statute
    assert CONTAGEM.choices("moot_reasons")[0] == ("moot", "Perda de objeto")


# --- The second chamber proves that the first is not in the code ------------------------------------------------------


def test_amazonas_differs_in_everything_a_regulation_chooses():
    assert CONTAGEM.switches ^ AMAZONAS.switches >= {
        "appealable_archiving",
        "admin_homologation",
        "publication",
        "court_homologation_always",
        "invitation_lapse_automatic",
        "internal_determination",
        "denial_closes",
        "no_show_closes",
    }
    different = [rule for rule in RULE_IDS if procedure_part(CONTAGEM)["deadlines"][rule] != _frozen(AMAZONAS, rule)]
    assert len(different) >= 15
    assert {row.id for row in CONTAGEM.inadmissibility_reasons} ^ {row.id for row in AMAZONAS.inadmissibility_reasons}
    assert CONTAGEM.chamber.time_zone != AMAZONAS.chamber.time_zone
    assert CONTAGEM.report.every_months != AMAZONAS.report.every_months
    assert procedure_hash(CONTAGEM) != procedure_hash(AMAZONAS)


def _frozen(regulation, rule):
    return procedure_part(regulation)["deadlines"][rule]


def test_amazonas_keeps_the_reported_days_and_says_which_are_its_own():
    own = {rule.id: (rule.amount, rule.unit) for rule in AMAZONAS.deadlines.values() if rule.basis is Basis.REGULATION}
    assert own == {"D-FORMAL": (5, DU), "D-COMPLETE": (15, DU), "D-ADMIT": (15, DU)}


def test_deadlines_of_a_step_that_is_off_are_not_in_use():
    def unused(regulation):
        return set(RULE_IDS) - {rule.id for rule in regulation.deadlines_in_use}

    assert unused(CONTAGEM) == set()
    assert unused(AMAZONAS) == {"D-HOMOLOGATE", "D-PUBLISH", "D-OFFER"}


# --- The table of transitions and the files use the same names --------------------------------------------------------


def test_every_switch_that_a_transition_requires_is_one_a_file_may_set():
    assert {name.removeprefix("!") for row in TABLE for name in row.requires} <= set(Switch)


def test_every_deadline_that_a_transition_opens_is_in_every_file():
    named = {rule for row in TABLE for rule in (*row.opens, *row.closes, *row.pauses, *row.resumes)}
    assert {rule for rule in named if rule.startswith("D-")} <= set(RULE_IDS)


@pytest.mark.parametrize("regulation", [CONTAGEM, AMAZONAS], ids=["contagem", "amazonas"])
def test_every_act_that_a_deadline_proposes_can_be_done_under_the_same_switches(regulation):
    possible = {row.act for row in TABLE if row.enabled(regulation.switches)}
    proposed = {rule.id: rule.on_expiry.partition(":")[2] for rule in regulation.deadlines_in_use}
    assert {act for act in proposed.values() if act} <= {act.value for act in possible}


# --- Calendar ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day, contagem, amazonas",
    [
        (date(2026, 3, 27), "municipal", None),  # Jubileu de Nossa Senhora das Dores, Easter - 9
        (date(2027, 3, 19), "municipal", None),
        (date(2028, 4, 7), "municipal", None),
        (date(2021, 3, 26), "municipal", None),
        (date(2026, 4, 3), "municipal", "municipal"),  # Paixão de Cristo
        (date(2026, 6, 4), "municipal", None),  # Corpus Christi
        (date(2026, 12, 8), "municipal", None),
        (date(2023, 9, 5), None, "state"),
        (date(2025, 10, 24), None, "municipal"),
        (date(2026, 11, 20), "national", "national"),  # since 2024
        (date(2023, 11, 20), None, None),
        (date(1999, 11, 2), "national", "national"),  # before Lei 10.607/2002 too
        (date(2026, 4, 21), "national", "national"),
    ],
)
def test_each_chamber_has_its_own_days_off(day, contagem, amazonas):
    assert CONTAGEM.calendar().kind(day) == contagem
    assert AMAZONAS.calendar().kind(day) == amazonas


def test_contagem_had_249_business_days_in_2026():
    calendar = CONTAGEM.calendar()
    assert calendar.business_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 249


def test_the_calendar_covers_1990_to_2100_and_guesses_nothing_outside():
    calendar = CONTAGEM.calendar()
    assert not calendar.is_business_day(date(1990, 1, 1))
    assert not calendar.is_business_day(date(2100, 12, 25))
    for day in (date(1989, 12, 31), date(2101, 1, 1)):
        with pytest.raises(CalendarError):
            calendar.is_business_day(day)


def test_the_calendar_is_built_once_and_takes_decrees_kept_elsewhere_on_top():
    strike = CalendarDay(date(2026, 5, 28), "Paralisação", DayKind.CLOSURE, "Decreto", date(2026, 5, 27))
    assert CONTAGEM.calendar() is CONTAGEM.calendar()
    assert CONTAGEM.calendar().is_business_day(strike.date)
    assert not CONTAGEM.calendar([strike]).is_business_day(strike.date)


def test_decreed_days_hold_in_the_year_of_their_decree_only():
    days = [{"date": date(2026, 2, 16), "name": "Carnaval"}, _ashes(date(2026, 2, 18))]
    decree = {"year": 2026, "legal_act": "Decreto", "known_from": date(2026, 1, 10), "days": days}
    regulation = read_regulation(changed("decrees", to=[decree]))
    calendar = regulation.calendar()
    assert not calendar.is_business_day(date(2026, 2, 16))
    assert calendar.is_business_day(date(2026, 2, 18))
    assert not calendar.is_normal_day(date(2026, 2, 18))
    assert calendar.is_business_day(date(2025, 2, 17))
    assert calendar.day(date(2026, 2, 16)).legal_act == "Decreto"
    assert "decrees" not in " ".join(warnings_of(regulation, date(2026, 11, 22)))


def _ashes(day):
    return {"date": day, "name": "Cinzas, até 14h", "kind": "optional_partial"}


def test_the_judicial_recess_belongs_only_to_the_chamber_that_chose_it():
    assert not CONTAGEM.calendar().is_recess(date(2026, 12, 28))
    assert AMAZONAS.calendar().is_recess(date(2026, 12, 28))


@pytest.mark.parametrize(
    "rule, trigger, contagem, amazonas",
    [
        # V1 of the procedure: 5 business days over the Jubileu. In Amazonas the challenge has 3, and no Jubileu.
        ("D-CHALLENGE", date(2026, 3, 20), date(2026, 3, 30), date(2026, 3, 25)),
        ("D-COMPLETE", date(2026, 3, 20), date(2026, 4, 14), date(2026, 4, 13)),  # V2
        ("D-COMPLETE", date(2026, 12, 14), date(2027, 1, 6), date(2027, 2, 4)),  # as V4: recess in Amazonas only
        ("D-INVITE", date(2026, 8, 7), date(2026, 9, 8), date(2026, 9, 4)),  # V3; 20 business days in Amazonas
        ("D-FIRST-MEETING", date(2027, 1, 31), date(2027, 4, 30), date(2027, 3, 31)),
        ("D-NOTICE", date(2026, 4, 1), date(2026, 3, 26), date(2026, 3, 25)),  # counted back over the Jubileu
        # Dated in the case, counted from the eve: an obligation of Saturday falls on Monday, a session stays.
        ("D-OBL", date(2026, 5, 29), date(2026, 6, 1), date(2026, 6, 1)),
        ("D-RESUME", date(2026, 6, 2), date(2026, 6, 3), date(2026, 6, 3)),
        ("D-SESSION", date(2026, 5, 29), date(2026, 5, 30), date(2026, 5, 30)),
    ],
)
def test_the_rules_of_the_file_count_on_the_calendar_of_the_file(rule, trigger, contagem, amazonas):
    assert due_date(CONTAGEM.rule(rule), trigger, CONTAGEM.calendar()).due == contagem
    assert due_date(AMAZONAS.rule(rule), trigger, AMAZONAS.calendar()).due == amazonas


# --- Ladder -----------------------------------------------------------------------------------------------------------

DELEGATE, BOTH = ("approver",), ("approver", "attorney_general")


@pytest.mark.parametrize(
    "on, direction, value, approvers",
    [
        # 70 minimum wages: R$ 106.260,00 in 2025, R$ 113.470,00 in 2026. The limit itself belongs to the lower band.
        (date(2025, 12, 31), "city_pays", 106_260_00, DELEGATE),
        (date(2025, 12, 31), "city_pays", 106_260_01, BOTH),
        (date(2026, 1, 1), "city_pays", 106_260_01, DELEGATE),
        (date(2026, 1, 1), "city_pays", 113_470_00, DELEGATE),
        (date(2026, 1, 1), "city_pays", 113_470_01, BOTH),
        (date(2026, 1, 1), "city_receives", 113_470_01, DELEGATE),
        (date(2026, 1, 1), "city_receives", 324_200_00, DELEGATE),
        (date(2026, 1, 1), "city_receives", 324_200_01, BOTH),
        (date(2026, 1, 1), "none", 113_470_01, BOTH),  # nobody pays: its content goes by what the city pays
        (date(2026, 1, 1), "city_pays", 0, DELEGATE),
        (date(2026, 1, 1), "city_pays", 10**15, BOTH),
    ],
)
def test_who_authorises_in_contagem_depends_on_value_and_date(on, direction, value, approvers):
    assert approvers_for(CONTAGEM, "contracts", direction, value, on) == approvers


def test_above_200_minimum_wages_the_approver_reads_that_a_law_is_needed():
    assert ladder_row(CONTAGEM, "contracts", "city_pays", 324_200_00, date(2026, 3, 1)).condition == ""
    assert "lei municipal" in ladder_row(CONTAGEM, "contracts", "city_pays", 324_200_01, date(2026, 3, 1)).condition


@pytest.mark.parametrize(
    "matter, on, value, approvers",
    [
        ("contracts", date(2026, 1, 1), 500_000_00, ("attorney_general",)),
        ("contracts", date(2026, 1, 1), 500_000_01, ("attorney_general", "approver")),
        # 60 minimum wages in the two halves of 2023: R$ 78.120,00, then R$ 79.200,00.
        ("civil_servants", date(2023, 4, 30), 78_120_00, ("approver",)),
        ("civil_servants", date(2023, 4, 30), 78_120_01, ("attorney_general", "approver")),
        ("civil_servants", date(2023, 5, 1), 78_120_01, ("approver",)),
    ],
)
def test_a_matter_with_bands_of_its_own_does_not_use_the_general_ones(matter, on, value, approvers):
    assert approvers_for(AMAZONAS, matter, "city_pays", value, on) == approvers


def test_before_the_ladder_begins_there_is_no_answer_and_no_guess():
    with pytest.raises(RegulationError, match="31/12/2024"):
        approvers_for(CONTAGEM, "contracts", "city_pays", 1, date(2024, 12, 31))
    with pytest.raises(ValueError, match="negativo"):
        approvers_for(CONTAGEM, "contracts", "city_pays", -1, date(2026, 1, 1))
    with pytest.raises(ValueError, match="sideways"):
        approvers_for(CONTAGEM, "contracts", "sideways", 1, date(2026, 1, 1))
    with pytest.raises(RegulationError, match="falta o valor de UFM"):
        reference_value(CONTAGEM, ValueUnit.UFM, date(2026, 1, 1))


@given(
    value=st.integers(0, 10**12),
    more=st.integers(0, 10**10),
    on=st.dates(date(2025, 1, 1), date(2100, 12, 31)),
    direction=st.sampled_from(["city_pays", "city_receives", "none"]),
    matter=st.sampled_from([matter.id for matter in CONTAGEM.matters]),
)
def test_every_value_has_a_band_and_a_larger_one_never_fewer_approvers(value, more, on, direction, matter):
    smaller = approvers_for(CONTAGEM, matter, direction, value, on)
    assert set(smaller) <= set(approvers_for(CONTAGEM, matter, direction, value + more, on))


# --- What is frozen in a case -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, to",
    [
        (("switches", "survey", "on"), False),
        (("deadlines", "D-SIGN", "amount"), 11),
        (("deadlines", "D-SIGN", "unit"), "calendar_days"),
        (("deadlines", "D-SIGN", "on_expiry"), "alert"),
        (("deadlines", "D-SIGN", "recess"), True),
        (("deadlines", "D-SIGN", "trigger"), "outra coisa"),
        (("urgent_amounts", "D-AGENCY"), 6),
        (("inadmissibility_reasons", 0, "id"), "needs_a_law"),
        (("suspension_reasons", 0, "id"), "holidays_of_the_mediator"),
    ],
)
def test_a_change_of_the_procedure_changes_its_hash(path, to):
    assert procedure_hash(read_regulation(changed(*path, to=to))) != procedure_hash(CONTAGEM)


@pytest.mark.parametrize(
    "path, to",
    [
        (("version",), "contagem-2027.1"),
        (("in_force_from",), date(2026, 6, 1)),
        (("chamber", "name"), "Câmara de Conflitos de Contagem"),
        (("deadlines", "D-SIGN", "name"), "Assinar"),
        (("deadlines", "D-SIGN", "legal_basis"), "Regimento"),
        (("deadlines", "D-SIGN", "pausable"), True),  # said or left to its default, the same
        (("switches", "survey", "legal_basis"), "outra"),
        (("inadmissibility_reasons", 0, "plain"), "Outras palavras."),
        (("ladder", 0, "approvers"), ["attorney_general"]),
        (("reference_values", 1, "value"), 1_700_00),
        (("holidays",), []),
        (("uploads", "max_files"), 5),
    ],
)
def test_texts_ladder_and_calendar_change_freely(path, to):
    assert procedure_hash(read_regulation(changed(*path, to=to))) == procedure_hash(CONTAGEM)


def test_the_order_of_rows_in_the_file_is_not_part_of_the_procedure():
    document = copy.deepcopy(DOCUMENTS["contagem"])
    document["inadmissibility_reasons"].reverse()
    document["deadlines"] = dict(reversed(document["deadlines"].items()))
    assert procedure_hash(read_regulation(document)) == procedure_hash(CONTAGEM)


def test_a_case_keeps_its_procedure_and_takes_todays_ladder_and_texts():
    today = replace(CONTAGEM, version="contagem-2027.1", switches=frozenset({"survey"}), ladder=CONTAGEM.ladder[:1])
    bound = today.with_procedure_of(CONTAGEM)
    assert (bound.version, bound.switches) == (CONTAGEM.version, CONTAGEM.switches)
    assert procedure_hash(bound) == procedure_hash(CONTAGEM)
    assert bound.ladder == today.ladder


def test_a_regulation_cannot_be_changed_in_place():
    with pytest.raises(TypeError):
        CONTAGEM.deadlines["D-SIGN"] = None
    with pytest.raises(AttributeError):
        CONTAGEM.version = "x"


# --- What refuses a wrong file ----------------------------------------------------------------------------------------

NEW_YEAR = date(2026, 1, 1)


@pytest.mark.parametrize(
    "path, to, told",
    [
        # shape
        (("chamber", "naem"), "x", "chamber.naem: chave desconhecida. Você quis dizer 'name'?"),
        (("zzz",), 1, "zzz: chave desconhecida. As que existem aqui são: version"),
        (("chamber", "name"), ABSENT, "chamber.name: falta esta chave. Escreva nela um texto entre aspas"),
        (("uploads",), ABSENT, "uploads: falta esta chave. Escreva nela uma tabela com chaves"),
        (("chamber", "name"), "  ", "chamber.name: está em branco"),
        (("chamber", "name"), 5, "chamber.name: esperado um texto entre aspas, e está o número 5"),
        (("deadlines", "D-SIGN", "amount"), "10", "esperado um número inteiro, sem aspas, e está o texto '10'"),
        (("deadlines", "D-SIGN", "amount"), 1.5, "esperado um número inteiro, sem aspas, e está o número 1.5"),
        (("deadlines", "D-SIGN", "amount"), True, "esperado um número inteiro, sem aspas, e está true"),
        (("deadlines", "D-SIGN", "amount"), -3, "deadlines.D-SIGN.amount: está em -3, e o menor valor aceito é 1"),
        (("deadlines", "D-SIGN", "amount"), 0, "deadlines.D-SIGN.amount: está em 0, e o menor valor aceito é 1"),
        (("deadlines", "D-SIGN", "extendable_amount"), -1, "e o menor valor aceito é 0"),
        (("deadlines", "D-SIGN", "unit"), "semanas", "Use um destes valores: business_days, calendar_days, months"),
        (("deadlines", "D-SIGN", "id"), "D-SIGN", "apague: o nome da tabela, 'D-SIGN', já é o id"),
        (("deadlines", "D-SIGN", "clear_days"), True, "deadlines.D-SIGN: D-SIGN: dias livres só existem"),
        (("in_force_from",), "2026-01-01", "in_force_from: esperado uma data sem aspas"),
        (("version",), "Versão 1", "não tem a forma esperada. Escreva como em contagem-2026.1"),
        (("chamber", "state"), "Minas", "chamber.state: 'Minas' não tem a forma esperada. Escreva como em MG"),
        (("ladder",), {}, "ladder: esperada uma lista, e está uma tabela"),
        (("deadlines",), [], "deadlines: esperada uma tabela com nomes, e está uma lista"),
        (("uploads", "types"), ["pdf", 3], "uploads.types[1]: esperado um texto"),
        (("legal_acts", 0, "url"), "ftp://x", "legal_acts[0].url: 'ftp://x' não tem a forma esperada"),
        # names
        (("switches", "formal_reviews"), {"on": True, "basis": "default"}, "passo ou opção desconhecido"),
        (("switches", "survey"), ABSENT, "switches.survey: falta este passo ou opção"),
        (("deadlines", "D-SIGN"), ABSENT, "deadlines.D-SIGN: falta este prazo"),
        (("matters", 1, "id"), "public_works_damage", "já está nesta lista"),
        (("deadlines", "D-SIGN", "responsible"), "porteiro", "'porteiro' não é um papel. Use um destes: applicant"),
        (("deadlines", "D-SIGN", "on_expiry"), "propose:sing", "'sing' não é um ato"),
        (("deadlines", "D-SIGN", "on_expiry"), "close", "'close' não tem a forma esperada"),
        (("deadlines", "D-SIGN", "on_expiry"), "automatic:lapse_signatures", "só propõe: uma pessoa assina"),
        (
            ("deadlines", "D-INVITE", "on_expiry"),
            "automatic:lapse_invitation",
            "= false, use 'propose:lapse_invitation'",
        ),
        (("switches", "invitation_lapse_automatic", "on"), True, "= true, use 'automatic:lapse_invitation'"),
        (("deadlines", "D-OBL", "amount"), 5, "a data deste prazo está no termo do acordo"),
        (("urgent_amounts", "D-CAFE"), 1, "urgent_amounts.D-CAFE: não é um prazo deste arquivo"),
        (("urgent_amounts", "D-AGENCY"), 10, "o prazo urgente deve ser de 1 a 9"),
        # law
        (("deadlines", "D-QUARANTINE", "amount"), 2, "a lei fixa 1 ano (Lei 13.140/2015, art. 6º)"),
        (("deadlines", "D-PRESC-FAZ", "amount"), 3, "a lei fixa 5 anos (Decreto 20.910/1932, art. 1º)"),
        (("deadlines", "D-NOTICE", "amount"), 2, "pelo menos 3 dias úteis antes"),
        (("deadlines", "D-NOTICE", "backward"), False, "pelo menos 3 dias úteis antes"),
        (("deadlines", "D-LAWSUIT-STAY", "amount"), 7, "até 6 meses"),
        (("switches", "survey"), {"on": True, "basis": "law"}, "basis = 'law' pede o artigo"),
        # dated values and ladder
        (("reference_values", 0, "valid_to"), date(2026, 3, 1), "em 01/01/2026 já vale outro valor de SM"),
        (("reference_values", 0, "valid_to"), date(2024, 1, 1), "termina em 01/01/2024, antes de começar"),
        (("reference_values", 0, "unit"), "BRL", "o real não tem valor de referência"),
        (("reference_values", 1, "valid_from"), date(2026, 2, 1), "falta o valor de SM em 01/01/2026"),
        (("ladder", 1, "above"), 80, "ladder[1].above: falta a faixa logo abaixo desta"),
        (("ladder", 1, "above"), 60, "ladder[1].above: esta faixa cobre valores que outra já cobre"),
        (("ladder", 0, "above"), 1, "ladder[0].above: falta a faixa logo abaixo desta"),
        (("ladder", 0, "up_to"), ABSENT, "ladder[1].above: esta faixa cobre valores que outra já cobre"),
        (("ladder", 2, "up_to"), 300, "ladder[2].up_to: falta a faixa acima desta"),
        (("ladder", 2, "valid_to"), date(2026, 6, 30), "direction = 'city_pays', em 01/07/2026"),
        (("ladder", 2, "valid_from"), date(2026, 6, 30), "direction = 'city_pays', em 01/01/2026"),
        (("ladder", 1, "up_to"), 70, "ladder[1].up_to: a faixa vai de 70 a 70: aumente up_to"),
        (("ladder", 0, "matter"), "fome", "ladder[0].matter: 'fome' não está em matters"),
        (("ladder", 0, "approvers"), [], "diga quem autoriza"),
        (("ladder", 0, "approvers"), ["approver", "approver"], "cada um uma vez"),
        (("ladder", 0, "approvers"), ["prefeito"], "'prefeito' não autoriza. Use um destes: approver"),
        (("ladder", 0, "unit"), "UFM", "falta o valor de UFM"),
        (("ladder",), [], "ladder: nenhuma faixa para matter = 'any', direction = 'city_pays'"),
        # calendar
        (("holidays", 2, "month_day"), "03-27", "um dos dois, e só um"),
        (("holidays", 2, "easter_offset"), ABSENT, "um dos dois, e só um"),
        (("holidays", 5, "month_day"), "02-30", "o dia 30 não existe no mês 2"),
        (("holidays", 5, "month_day"), "8/12", "não tem a forma esperada. Escreva como em 12-08"),
        (("holidays", 5, "kind"), "optional_full", "Os outros dias vão em decrees"),
        (("holidays", 3, "easter_offset"), 251, "fica no mesmo ano"),
        (("holidays", 3, "easter_offset"), -9, "é o mesmo dia de 'Jubileu de Nossa Senhora das Dores'"),
        (("holidays", 5, "first_year"), 2200, None),
        (("holidays", 0, "first_year"), 2010, "termina em 2002, antes de começar em 2010"),
        # settings
        (("sessions", "default_minutes"), 45, "a duração usual deve ser uma das durações oferecidas"),
        (("uploads", "max_file_bytes"), 10**12, "um arquivo não pode ter mais que o total do caso"),
        (("uploads", "types"), [".PDF"], "pelo fim do nome do arquivo, sem ponto"),
        (("service", "outage_to_hour"), 25, "as horas vão de 0 a 24"),
        (("quarantine", "covers_city"), True, "pede parecer assinado"),
        (("report", "every_months"), 24, "ao menos uma vez por ano"),
        (("statistics", "release_months"), 5, "trimestre (3), quadrimestre (4)"),
        (("statistics", "delay_days"), 367, "até um ano depois"),
        (("statistics", "min_cell"), 4, "Use 5 ou mais"),
        (("statistics", "min_cell_sensitive"), 9, "Use 10 ou mais"),
        (("statistics", "min_cases_for_quartiles"), 9, "ao menos 10 casos"),
        (("statistics", "dominance_percent"), 90, "use de 50 a 80"),
        (("retention", 0, "permanent"), True, "não os dois"),
        (("mediators", "eligible"), [], "diga quem pode mediar"),
        (("recess", "spans"), [{"first": date(2026, 12, 31), "last": date(2026, 12, 20)}], "Troque as datas"),
    ],
)
def test_a_wrong_file_is_refused_with_the_key_and_what_to_do(path, to, told):
    document = changed(*path, to=to)
    if told is None:
        read_regulation(document)
    else:
        assert any(told in line for line in refusals(document)), refusals(document)


def test_days_of_a_decree_must_be_of_its_year_and_named_once():
    days = [{"date": date(2027, 2, 16), "name": "Carnaval"}, {"date": date(2026, 2, 16), "name": "Carnaval"}]
    decree = {"year": 2026, "legal_act": "Decreto", "known_from": NEW_YEAR, "days": [*days, days[1]]}
    assert refusals(changed("decrees", to=[decree])) == [
        "decrees[0].days[0].date: 16/02/2027 não é de 2026, o ano deste decreto. Corrija o ano ou o dia.",
        "decrees[0].days[2].date: 16/02/2026 já está decretado acima. Apague a repetição.",
    ]
    national = {"date": date(2026, 2, 16), "name": "Carnaval", "kind": "national"}
    assert "use um destes tipos: optional_full" in refusals(changed("decrees", to=[{**decree, "days": [national]}]))[0]


def test_a_recess_by_decree_has_its_dates_and_another_has_none():
    spans = [{"first": date(2026, 12, 21), "last": date(2027, 1, 4)}]
    recess = {"sessions_held": False, "basis": "default", "spans": spans}
    decreed = read_regulation(changed("recess", to={**recess, "policy": "municipal_decree"}))
    assert decreed.calendar().is_recess(date(2026, 12, 28))
    for wrong in ({**recess, "policy": "cpc220"}, {**recess, "policy": "municipal_decree", "spans": []}):
        assert refusals(changed("recess", to=wrong)) == [
            "recess.policy: datas próprias e policy = 'municipal_decree' vêm juntas. Troque policy, ou acerte spans."
        ]


def test_every_problem_is_told_at_once_and_the_first_in_the_message():
    document = changed("chamber", "name", to=5)
    document["version"] = 7
    with pytest.raises(RegulationInvalid, match="version: esperado um texto") as error:
        read_regulation(document)
    assert len(error.value.problems) == 2


def test_warnings_tell_what_only_the_city_can_give():
    assert any("nenhum decreto" in line for line in warnings_of(CONTAGEM, date(2026, 11, 22)))
    assert any("salário mínimo é o de 2026; acrescente o de 2027" in w for w in warnings_of(CONTAGEM, date(2027, 1, 2)))
    assert any("só vale a partir de 01/01/2026" in line for line in warnings_of(CONTAGEM, date(2025, 12, 31)))
    full = replace(CONTAGEM.chamber.contact, phone="31", email="a@b", address="Rua", hours="8h")
    silent = replace(CONTAGEM, chamber=replace(CONTAGEM.chamber, contact=full))
    assert not [line for line in warnings_of(silent, date(2026, 5, 1)) if line.startswith("chamber")]


def _leaves(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key)
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield (*path, place)
            yield from _leaves(item, (*path, place))


PLACES = list(_leaves(DOCUMENTS["contagem"]))
STRANGE = [None, 0, -1, 10**30, 1.5, "", "any", "\x00", True, [], [[]], {}, {"": {}}, NEW_YEAR, timedelta(1), date.max]


@given(place=st.sampled_from(PLACES), to=st.sampled_from(STRANGE))
def test_whatever_stands_in_a_place_the_file_is_read_or_refused_never_a_crash(place, to):
    try:
        regulation = read_regulation(changed(*place, to=copy.deepcopy(to)))
    except RegulationInvalid as error:
        assert error.problems  # noqa: PT017  (either answer is right; only the kind of refusal is tested)
    else:
        assert regulation.calendar().is_business_day(date(2026, 1, 2))


@given(place=st.sampled_from(PLACES))
def test_whatever_is_missing_the_file_is_read_or_refused_never_a_crash(place):
    try:
        read_regulation(changed(*place, to=ABSENT))
    except RegulationInvalid as error:
        assert error.problems  # noqa: PT017  (as above)
