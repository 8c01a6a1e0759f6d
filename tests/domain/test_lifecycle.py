"""The lifecycle answering: every state, act and role; the cases of an afternoon, act by act; values; the menu."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cprac.domain.acts import FIELDS, Act
from cprac.domain.facts import responsible, waiting_on
from cprac.domain.lifecycle import Decision, check_values, decide, menu, rows_from
from cprac.domain.roles import Role
from cprac.domain.states import CaseState, Turn
from cprac.domain.subject import Actor, Refusal, Subject
from cprac.persistence.regulation_files import load_regulation
from tests.domain.case_world import (
    CITIZEN_AND_CITY,
    MONDAY,
    TWO_INVITED,
    World,
    actor_as,
    new_case,
    valid_values,
)

CONTAGEM, AMAZONAS = load_regulation("contagem").switches, load_regulation("amazonas").switches
CHAMBERS = pytest.mark.parametrize("switches", [CONTAGEM, AMAZONAS], ids=["contagem", "amazonas"])


def as_role(role, facts=None):
    return actor_as(role, facts or new_case())


def asked(state, act, role, switches=CONTAGEM, values=None):
    """The answer to *role* in a fresh case that happens to be in *state*."""
    return decide(Subject(state, new_case(), as_role(role), MONDAY, switches, values), act)


# --- every state, act and role ----------------------------------------------------------------------------------------


@CHAMBERS
def test_nothing_is_allowed_that_the_table_does_not_say(switches):
    """Fires each state × act × role, some 40,000: allowed only where a row exists, refused in words elsewhere."""
    facts = replace(new_case(), admitted_on=MONDAY)
    people = {role: actor_as(role, facts) for role in Role}
    asked = 0
    for state in CaseState:
        for act in Act:
            rows = [row for row in rows_from(state, act) if row.enabled(switches)]
            allowed_roles = {role for row in rows for role in row.roles}
            for role, actor in people.items():
                asked += 1
                answer = decide(Subject(state, facts, actor, MONDAY, switches), act)
                if isinstance(answer, Decision):
                    assert answer.row in rows
                    assert answer.role is role
                    assert role in answer.row.roles
                elif role not in allowed_roles:
                    assert answer.kind in ({"role", "state"} if rows else {"state"}), (state, act, role, answer)
                assert isinstance(answer, Decision) or answer.reason
    assert asked == len(CaseState) * len(Act) * len(Role)


def test_every_table_row_with_another_role_names_who_may():
    refusal = asked(CaseState.MERIT_ADMISSIBILITY, Act.ADMIT, Role.REGISTRY)
    assert refusal.kind == "role"
    assert refusal.reason == "Este ato cabe a: Coordenação."


def test_an_act_from_the_wrong_state_says_when():
    refusal = asked(CaseState.FILED, Act.ADMIT, Role.COORDINATOR)
    assert refusal.kind == "state"
    assert refusal.reason == "Espere até o caso estar em: Juízo de admissibilidade."


def test_an_act_that_the_chamber_does_not_have_says_so():
    refusal = asked(CaseState.IN_PROGRESS, Act.ARBITRATE_INTERNAL, Role.ATTORNEY_GENERAL)
    assert refusal.reason == "O regulamento desta Câmara não prevê este ato. Veja os atos possíveis."


@pytest.mark.parametrize("state", [state for state in CaseState if state.terminal], ids=str)
def test_an_ended_case_refuses_everything_but_annulment(state):
    for act in set(Act) - {Act.ANNUL}:
        for role in Role:
            refusal = asked(state, act, role, values={})
            assert isinstance(refusal, Refusal)
            assert "encerrado" in refusal.reason


# --- an afternoon's case, act by act ----------------------------------------------------------------------------------


def play(world, *steps):
    """Do each (role, act, values) in order; a number lets that many days pass. Fails with the refusal's words."""
    for step in steps:
        if isinstance(step, int):
            world = world.later(step)
            continue
        role, act, *values = step
        done = world.do(act, actor_as(role, world.facts), values[0] if values else {})
        assert isinstance(done, World), f"{act}: {done.reason if isinstance(done, Refusal) else done}"
        world = done
    return world


ADMISSIBLE = dict.fromkeys(("transactable", "within_regulation", "no_legislation", "no_exclusion", "powers"), True)
SERVED = {"notice": 1, "channel": "portal", "served_on": MONDAY}
DRAFT = {
    "summary": "Buraco na via", "object": "Indenização", "direction": "city_pays", "amount": 842_000,
    "funds": "Dotação 1", "penalty": "Multa de 2%", "waiver": True, "public_parts": "Objeto e valor",
    "obligations": (
        {"kind": "payment", "debtor": 2, "text": "Pagar", "due": MONDAY + timedelta(90), "amount": 842_000},
    ),
}  # fmt: skip
FILED = ((Role.APPLICANT, Act.SUBMIT),)
ADMITTED = (
    *FILED, (Role.REGISTRY, Act.SCREEN), (Role.REGISTRY, Act.PASS_FORMAL, {"checklist": True}),
    (Role.COORDINATOR, Act.ADMIT, {**ADMISSIBLE, "grounds": "Cabe acordo."}),
)  # fmt: skip
INVITED = (
    *ADMITTED, (Role.COORDINATOR, Act.ASSIGN_CITY_ATTORNEY, {"attorney": 7}),
    (Role.REGISTRY, Act.INVITE, {"scope": "Conserto", "place": "Sala 2", "channel": "email"}),
)  # fmt: skip
READY = (
    *INVITED, (Role.MUNICIPAL_ATTORNEY, Act.ACCEPT), (Role.COORDINATOR, Act.ASSIGN, {"mediator": 5}),
    (Role.MEDIATOR, Act.DISCLOSE, {"free": True}), 8,
)  # fmt: skip


def meeting(world):
    return {"starts_at": datetime.combine(world.on + timedelta(4), datetime.min.time(), UTC), "place": "Sala 2"}


def in_talks(switches=CONTAGEM, parties=CITIZEN_AND_CITY):
    world = play(World(switches, new_case(parties)), *READY)
    world = play(world, (Role.REGISTRY, Act.SCHEDULE, meeting(world)), 4)
    opening = {"warned": True, "assistance": "all_assisted", "present": (1, 2)}
    return play(world, (Role.MEDIATOR, Act.OPEN_SESSION, opening))


def to_authorize(world):
    return play(
        world, (Role.MEDIATOR, Act.TERMS_REACHED, {"extent": "total"}), (Role.MEDIATOR, Act.DRAFT_AGREEMENT, DRAFT),
        (Role.COORDINATOR, Act.SEND_TO_REVIEW, {"opinion_author": 8}),
        (Role.OPINION_AUTHOR, Act.ISSUE_OPINION, {"opinion": "Favorável", "advantage": True}),
        (Role.MUNICIPAL_ATTORNEY, Act.REQUEST_AUTHORIZATION, {"dossier": "Resumo"}),
    )  # fmt: skip


SIGNING = {"read": True, "powers": True}
CITY_SIGNING = {**SIGNING, "delegation": "Portaria 10, de 02/01/2026"}


def signed(world):
    return play(
        world, (Role.APPROVER, Act.AUTHORIZE, {"grounds": "Vantajoso", "text_hash": "ab"}),
        (Role.ATTORNEY_GENERAL, Act.AUTHORIZE, {"grounds": "Vantajoso", "text_hash": "ab"}),
        (Role.APPLICANT, Act.SIGN, SIGNING), (Role.MUNICIPAL_ATTORNEY, Act.SIGN, CITY_SIGNING),
    )  # fmt: skip


def in_force():
    return play(
        signed(to_authorize(in_talks())), (Role.ATTORNEY_GENERAL, Act.HOMOLOGATE_ADMIN, {"grounds": "Homologo"}),
        (Role.REGISTRY, Act.PUBLISH, {"published_on": MONDAY, "edition": "DOC-e 5000"}),
    )  # fmt: skip


def served(world, starts):
    """The notice that starts *starts* reached its party."""
    number = next(row[0] for row in world.notices if row[2] == starts)
    return play(world, (Role.REGISTRY, Act.RECORD_SERVICE, {**SERVED, "notice": number, "served_on": world.on}))


def breached():
    world = play(in_force().later(120), (Role.COORDINATOR, Act.NOTIFY_TO_CURE, {"obligation": 1}))
    return play(served(world, "D-CURE"), 8, (Role.COORDINATOR, Act.DECLARE_BREACH, {"grounds": "Não pagou"}))


def test_an_agreement_goes_from_filing_to_closed_fulfilled():
    world = play(
        in_force(),
        (Role.REGISTRY, Act.REGISTER_FULFILMENT, {"obligation": 1, "fulfilled_on": MONDAY, "proof": "Empenho 1"}),
    )
    assert (world.state, world.facts.outcome) == (CaseState.CLOSED_FULFILLED, "total_agreement")


def test_a_rejected_case_is_appealed_and_reversed_by_another_person():
    world = play(
        World(CONTAGEM), *FILED, (Role.REGISTRY, Act.SCREEN), (Role.REGISTRY, Act.PASS_FORMAL, {"checklist": True}),
        (Role.COORDINATOR, Act.REJECT, {"reason_code": "outside_regulation", "grounds": "Fora do regulamento"}),
        (Role.APPLICANT, Act.APPEAL, {"grounds": "Está no regulamento"}),
        (Role.COORDINATOR, Act.FORWARD_APPEAL, {"grounds": "Mantenho"}),
    )  # fmt: skip
    assert world.facts.decided_by == 4
    reverse = {"grounds": "Cabe", "back_to": "admitted", "unavailable_right": True}
    author = Actor(4, frozenset({Role.ATTORNEY_GENERAL}))
    assert "assinou" in world.do(Act.REVERSE, author, reverse).reason
    world = play(world, (Role.ATTORNEY_GENERAL, Act.REVERSE, reverse))
    assert (world.state, world.facts.appeal, world.facts.admitted_on) == (CaseState.ADMITTED, "reversed", world.on)
    assert world.facts.unavailable_right


def test_the_attorney_general_may_delegate_an_appeal_to_somebody_who_then_decides():
    world = play(
        World(CONTAGEM), *FILED, (Role.REGISTRY, Act.SCREEN), (Role.REGISTRY, Act.PASS_FORMAL, {"checklist": True}),
        (Role.COORDINATOR, Act.REJECT, {"reason_code": "outside_regulation", "grounds": "Fora"}),
        (Role.APPLICANT, Act.APPEAL, {"grounds": "Está"}), (Role.COORDINATOR, Act.FORWARD_APPEAL, {"grounds": "Não"}),
    )  # fmt: skip
    dates = {"from_on": MONDAY, "until_on": MONDAY + timedelta(30), "legal_act": "Portaria 3"}
    delegated = {"role": "appeal_decider", "substitute": 11, **dates}
    world = play(world, (Role.COORDINATOR, Act.ASSIGN_SUBSTITUTE, delegated))
    assert responsible(world.state, world.facts) is Role.APPEAL_DECIDER
    world = play(world, (Role.APPEAL_DECIDER, Act.UPHOLD, {"grounds": "Fora do regulamento"}))
    assert world.state is CaseState.CLOSED_INADMISSIBLE


def test_a_case_without_agreement_ends_and_says_no_reasons():
    world = play(in_talks(), (Role.APPLICANT, Act.CLOSE_WITHOUT_AGREEMENT))
    assert (world.state, world.facts.outcome) == (CaseState.CLOSED_NO_AGREEMENT, "no_agreement")
    assert FIELDS[Act.CLOSE_WITHOUT_AGREEMENT] == FIELDS[Act.WITHDRAW] == ()


def test_a_partial_agreement_is_fulfilled_as_partial():
    facts = replace(in_force().facts, settlement=replace(in_force().facts.settlement, extent="partial"))
    world = replace(in_force(), facts=facts)
    done = {"obligation": 1, "fulfilled_on": MONDAY, "proof": "Recibo"}
    assert play(world, (Role.REGISTRY, Act.REGISTER_FULFILMENT, done)).facts.outcome == "partial_agreement"


def test_an_unavailable_right_binds_only_after_the_judge_and_the_prosecution_service():
    world = signed(to_authorize(replace(in_talks(), facts=replace(in_talks().facts, unavailable_right=True))))
    world = play(
        world, (Role.ATTORNEY_GENERAL, Act.HOMOLOGATE_ADMIN, {"grounds": "Homologo"}),
        (Role.REGISTRY, Act.PUBLISH, {"published_on": MONDAY, "edition": "DOC-e 1"}),
    )  # fmt: skip
    assert world.state is CaseState.AWAITING_COURT_HOMOLOGATION
    assert (waiting_on(world.state, world.facts), responsible(world.state, world.facts)) == (
        Turn.CITY, Role.MUNICIPAL_ATTORNEY,
    )  # fmt: skip
    cnj = "50370388520198130024"
    world = play(world, (Role.MUNICIPAL_ATTORNEY, Act.FILE_IN_COURT, {"cnj": cnj, "filed_on": MONDAY}))
    assert (waiting_on(world.state, world.facts), responsible(world.state, world.facts)) == (Turn.COURT, Role.REGISTRY)
    ruling = {"cnj": cnj, "decided_on": MONDAY}
    refused = world.do(Act.COURT_HOMOLOGATES, as_role(Role.REGISTRY), ruling)
    assert refused.reason == "O Ministério Público precisa ser ouvido neste caso. Confirme que foi."
    world = play(world, (Role.REGISTRY, Act.COURT_HOMOLOGATES, {**ruling, "prosecution_heard": True}))
    assert (world.state, world.facts.settlement.court) == (CaseState.IN_FORCE, "homologated")


def test_what_the_judge_homologated_before_publication_still_waits_for_it():
    world = signed(to_authorize(replace(in_talks(), facts=replace(in_talks().facts, unavailable_right=True))))
    cnj = "50370388520198130024"
    world = play(
        world, (Role.ATTORNEY_GENERAL, Act.HOMOLOGATE_ADMIN, {"grounds": "Homologo"}),
        (Role.MUNICIPAL_ATTORNEY, Act.FILE_IN_COURT, {"cnj": cnj, "filed_on": MONDAY}),
        (Role.REGISTRY, Act.COURT_HOMOLOGATES, {"cnj": cnj, "decided_on": MONDAY, "prosecution_heard": True}),
    )  # fmt: skip
    assert world.state is CaseState.AWAITING_PUBLICATION
    world = play(world, (Role.REGISTRY, Act.PUBLISH, {"published_on": MONDAY, "edition": "DOC-e 1"}))
    assert world.state is CaseState.IN_FORCE


def test_a_renegotiation_keeps_the_signed_settlement_until_another_takes_its_place():
    world = play(breached(), (Role.COORDINATOR, Act.RENEGOTIATE, {"agreed": True}))
    standing = world.facts.standing
    assert standing.fully_signed
    assert world.facts.settlement.signatures == ()
    for act in (Act.WITHDRAW, Act.CLOSE_WITHOUT_AGREEMENT):
        assert isinstance(world.do(act, as_role(Role.APPLICANT), {}), Refusal)
    back = play(world, (Role.APPLICANT, Act.KEEP_SETTLEMENT))
    assert (back.state, back.facts.settlement, back.facts.standing) == (CaseState.BREACHED, standing, None)
    assert back.facts.obligations == breached().facts.obligations


def test_a_new_term_in_force_takes_the_place_of_the_old_one():
    world = play(breached(), (Role.COORDINATOR, Act.RENEGOTIATE, {"agreed": True}))
    due = {**DRAFT, "obligations": ({**DRAFT["obligations"][0], "due": world.on + timedelta(30)},)}
    world = play(
        world, (Role.MEDIATOR, Act.DRAFT_AGREEMENT, due), (Role.COORDINATOR, Act.SEND_TO_REVIEW, {"opinion_author": 8}),
        (Role.OPINION_AUTHOR, Act.ISSUE_OPINION, {"opinion": "Sim", "advantage": True}),
        (Role.MUNICIPAL_ATTORNEY, Act.REQUEST_AUTHORIZATION, {"dossier": "Resumo"}),
    )  # fmt: skip
    world = play(signed(world), (Role.ATTORNEY_GENERAL, Act.HOMOLOGATE_ADMIN, {"grounds": "Homologo"}))
    assert world.facts.standing is not None
    world = play(world, (Role.REGISTRY, Act.PUBLISH, {"published_on": MONDAY, "edition": "DOC-e 1"}))
    assert (world.state, world.facts.standing, world.facts.standing_obligations) == (CaseState.IN_FORCE, None, ())


def test_each_invitee_answers_alone_and_the_case_goes_on_where_it_can():
    admit = {**ADMISSIBLE, "grounds": "Cabe", "severable_parties": True}
    invite = (Role.REGISTRY, Act.INVITE, {"scope": "Obra", "place": "Sala 2", "channel": "email"})
    start = play(World(CONTAGEM, new_case(TWO_INVITED)), *ADMITTED[:-1], (Role.COORDINATOR, Act.ADMIT, admit), invite)
    firm = Actor(30, frozenset({Role.INVITEE}), frozenset({3}))
    declined = start.do(Act.DECLINE, firm, {})
    assert declined.state is CaseState.INVITATION_PENDING
    assert declined.facts.party(3).invitation == "declined"
    accepted = play(declined, (Role.MUNICIPAL_ATTORNEY, Act.ACCEPT))
    assert accepted.state is CaseState.MEDIATOR_ASSIGNMENT
    whole = replace(start, facts=replace(start.facts, severable=False))
    assert whole.do(Act.DECLINE, firm, {}).state is CaseState.CLOSED_NO_RESPONSE


def test_only_those_deadlines_end_whose_party_answered():
    start = play(World(CONTAGEM, new_case(TWO_INVITED)), *INVITED)
    start = replace(start, facts=replace(start.facts, severable=True))
    world = served(served(start, "D-INVITE"), "D-INVITE")
    firm = Actor(30, frozenset({Role.INVITEE}), frozenset({3}))
    answer = world.ask(Act.ACCEPT, firm, {})
    assert (answer.own, answer.row.closes, answer.row.closes_own) == ((3,), (), ("D-INVITE", "D-RECEIPT"))
    waiting = [row.party for row in world.do(Act.ACCEPT, firm, {}).deadlines if row.rule == "D-INVITE"]
    assert waiting == [2]


def test_silence_lapses_only_those_whose_own_time_is_over_and_never_the_city():
    world = play(World(AMAZONAS, new_case(TWO_INVITED)), *INVITED)
    world = replace(world, facts=replace(world.facts, severable=True))
    number = next(row[0] for row in world.notices if row[1] == 3)
    firm_served = play(world, (Role.REGISTRY, Act.RECORD_SERVICE, {**SERVED, "notice": number}), 8)
    lapsed = play(firm_served, (Role.SYSTEM, Act.LAPSE_INVITATION))
    assert [party.invitation for party in lapsed.facts.invitees] == ["sent", "lapsed"]
    assert lapsed.state is CaseState.INVITATION_PENDING
    assert "dever de responder" in lapsed.later(90).ask(Act.LAPSE_INVITATION, as_role(Role.COORDINATOR)).reason


def test_archiving_that_is_reversed_goes_back_to_the_documents_and_not_past_them():
    world = play(
        World(CONTAGEM), *FILED, (Role.REGISTRY, Act.SCREEN),
        (Role.REGISTRY, Act.REQUEST_COMPLETION, {"items": ("Foto do muro",)}),
        (Role.REGISTRY, Act.RECORD_SERVICE, SERVED), 8,
        (Role.COORDINATOR, Act.ARCHIVE_INCOMPLETE, {"grounds": "Não enviou"}),
        (Role.APPLICANT, Act.APPEAL, {"grounds": "Enviei"}), (Role.COORDINATOR, Act.FORWARD_APPEAL, {"grounds": "Não"}),
    )  # fmt: skip
    assert world.facts.ground == "incomplete"
    skipping = world.do(Act.REVERSE, as_role(Role.ATTORNEY_GENERAL), {"grounds": "Sim", "back_to": "admitted"})
    assert skipping.field == "back_to"
    world = play(world, (Role.ATTORNEY_GENERAL, Act.REVERSE, {"grounds": "Sim", "back_to": "formal_review"}))
    assert world.state is CaseState.FORMAL_REVIEW


def test_a_new_fact_about_the_mediator_reopens_the_choice_even_during_the_talks():
    world = play(in_talks(), (Role.APPLICANT, Act.CHALLENGE, {"reason": "É meu primo"}))
    assert (world.state, world.facts.mediator.challenged) == (CaseState.MEDIATOR_ASSIGNMENT, True)
    world = play(world, (Role.COORDINATOR, Act.REPLACE, {"mediator": 6, "reason": "Recusado"}))
    assert (world.facts.mediator.account, world.facts.mediator.disclosed_on) == (6, None)
    assert "declaração" in world.ask(Act.SCHEDULE, as_role(Role.REGISTRY)).reason


def test_a_missed_meeting_needs_a_new_date_and_is_counted():
    world = play(World(CONTAGEM), *READY)
    absence = (Role.REGISTRY, Act.NO_SHOW, {"absent": (2,)})
    world = play(world, (Role.REGISTRY, Act.SCHEDULE, meeting(world)), 4, absence)
    assert [(session.status, session.absent) for session in world.facts.sessions] == [("missed", (2,))]
    opening = {"warned": True, "assistance": "all_assisted", "present": (1, 2)}
    assert "Não há reunião marcada" in world.do(Act.OPEN_SESSION, actor_as(Role.MEDIATOR, world.facts), opening).reason
    world = play(world, (Role.REGISTRY, Act.RESCHEDULE, {**meeting(world), "reason": "Faltou a cidade"}))
    assert world.facts.scheduled_session.number == 2


# --- what is typed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act, name, typed, words",
    [
        (Act.REJECT, "grounds", None, "Preencha: Fundamentos da decisão."),
        (Act.REJECT, "grounds", "   ", "Preencha: Fundamentos da decisão."),
        (Act.REQUEST_COMPLETION, "items", (), "Preencha: O que falta."),
        (Act.ADMIT, "powers", False, "Confirme: Quem representa as partes tem poderes."),
        (Act.ADMIT, "powers", 1, "Confirme: Quem representa as partes tem poderes."),
        (Act.TERMS_REACHED, "extent", "both", "Escolha uma opção da lista: O acordo é."),
        (Act.SUSPEND, "until", "2026-03-09", "Confira o que está escrito em: Até quando."),
        (Act.SUSPEND, "until", date(9999, 12, 31), "Confira o que está escrito em: Até quando."),
        (Act.SUSPEND, "until", datetime(2026, 3, 9, tzinfo=UTC), "Confira o que está escrito em: Até quando."),
        (Act.SCHEDULE, "starts_at", datetime(2026, 3, 9), "Confira o que está escrito em: Dia e hora."),  # noqa: DTZ001
        (Act.FILE_IN_COURT, "cnj", "50370388520198130025", "Confira o que está escrito em: Número do processo."),
        (Act.FILE_IN_COURT, "cnj", "5037038-85.2019.8.13.0024", "Confira o que está escrito em: Número do processo."),
        (Act.DRAFT_AGREEMENT, "amount", 8420.0, "Confira o que está escrito em: Valor do acordo."),
        (Act.DRAFT_AGREEMENT, "amount", -1, "Confira o que está escrito em: Valor do acordo."),
        (Act.DRAFT_AGREEMENT, "amount", True, "Confira o que está escrito em: Valor do acordo."),
        (Act.NO_SHOW, "absent", (True,), "Confira o que está escrito em: Quem faltou."),
        (Act.ASSIGN, "mediator", "5", "Confira o que está escrito em: Mediador."),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_own_name(act, name, typed, words):
    good = next(iter(valid_values(act, World(CONTAGEM))))
    refusal = check_values(act, {**good, name: typed})
    assert (refusal.reason, refusal.kind, refusal.field) == (words, "value", name)


@pytest.mark.parametrize("act", list(Act), ids=str)
def test_every_act_accepts_the_values_it_asks_for(act):
    for values in valid_values(act, World(CONTAGEM)):
        assert check_values(act, values) is None


@pytest.mark.parametrize("act", list(Act), ids=str)
def test_every_field_refuses_what_is_not_its_kind(act):
    good = next(iter(valid_values(act, World(CONTAGEM))))
    for item in FIELDS[act]:
        for typed in (object(), 1.5, {"a": 1}, b"x", float("nan")):
            assert check_values(act, {**good, item.name: typed}) is not None, (item.name, typed)


def test_a_party_that_is_not_in_the_case_is_refused():
    refusal = in_talks().do(Act.CAUCUS, Actor(5, frozenset({Role.MEDIATOR})), {"party": 9, "text": "oi"})
    assert refusal.reason == "Escolha entre as partes do caso: Conversa com."


def test_somebody_who_may_not_act_is_told_so_before_their_spelling_is_corrected():
    refusal = asked(CaseState.MERIT_ADMISSIBILITY, Act.REJECT, Role.REGISTRY, values={})
    assert refusal.kind == "role"


# --- the menu ---------------------------------------------------------------------------------------------------------


def test_the_menu_offers_what_may_be_done_and_explains_what_may_not():
    world = play(World(CONTAGEM), *READY[:-1])
    allowed, refused = menu(world.subject(as_role(Role.REGISTRY), None))
    assert {item.act for item in allowed} == {Act.ADD_DOCUMENT, Act.LINK_LAWSUIT, Act.SET_EXTERNAL_PROCESS,
                                              Act.RECORD_CLAIM, Act.RECORD_SERVICE}
    reasons = {item.act: item.refusal for item in refused}
    assert reasons[Act.SCHEDULE].reason == "As partes podem recusar o mediador até 09/03/2026. Marque a reunião depois."
    assert reasons[Act.SCHEDULE].available_on == date(2026, 3, 10)
    later = {item.act: item.refusal for item in menu(world.subject(actor_as(Role.MEDIATOR, world.facts), None))[1]}
    assert later[Act.OPEN_SESSION].reason == "Espere até o caso estar em: Sessão designada."


def test_the_menu_asks_before_anything_is_typed():
    with pytest.raises(ValueError, match="without values"):
        menu(World(CONTAGEM).subject(as_role(Role.REGISTRY), {}))


def test_a_party_acknowledges_a_notice_by_opening_it_and_not_from_the_menu():
    world = play(World(CONTAGEM), *INVITED)
    city = actor_as(Role.MUNICIPAL_ATTORNEY, world.facts)
    assert Act.RECORD_SERVICE not in {item.act for item in menu(world.subject(city, None))[0]}
    number = next(row[0] for row in world.notices if row[1] == 2)
    assert isinstance(world.do(Act.RECORD_SERVICE, city, {**SERVED, "notice": number}), World)
    other = Actor(1, frozenset({Role.APPLICANT}), frozenset({1}))
    assert world.do(Act.RECORD_SERVICE, other, {**SERVED, "notice": number}).reason.startswith("Este aviso é de outra")
