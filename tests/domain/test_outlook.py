"""What comes next: a sentence for every state of every chamber, and both ways for the person whose turn it is."""

from __future__ import annotations

from datetime import date

import pytest

from cprac.domain import outlook
from cprac.domain.acts import Act
from cprac.domain.facts import CaseFacts, DeadlineFact, MediatorFact, PartyFact, SettlementFact
from cprac.domain.roles import Role
from cprac.domain.states import CaseState
from cprac.domain.subject import Actor, Subject
from cprac.persistence.regulation_files import load_regulation

ON, DUE = date(2026, 3, 25), date(2026, 4, 14)
CHAMBERS = {name: load_regulation(name) for name in ("contagem", "amazonas")}
PARTIES = (PartyFact(1, "applicant", "natural"), PartyFact(2, "invitee", "legal"), PartyFact(3, "invitee", "city"))
every_chamber = pytest.mark.parametrize("regulation", CHAMBERS.values(), ids=CHAMBERS)


def asked(state, role, regulation, *, parties=frozenset({1}), rule="", **facts):
    """The question of somebody with *role* who speaks for *parties*, as the menu puts it."""
    deadlines = (DeadlineFact(1, rule, "open", DUE, None),) if rule else ()
    known = {"parties": PARTIES, "filed_on": ON, **facts}
    return Subject(
        state, CaseFacts(**known), Actor(7, frozenset({role}), parties), ON, regulation.switches, deadlines=deadlines
    )


def told(subject, regulation, due=DUE):
    return [
        (branch.good, branch.title.words, " ".join(part.words for part in branch.body))
        for branch in outlook.branches(subject, regulation, due)
    ]


@every_chamber
@pytest.mark.parametrize("state", CaseState)
def test_every_state_says_what_comes_next(state, regulation):
    words = outlook.next_sentence(state, regulation).words
    assert words.endswith(".")
    assert "{" not in words
    assert "D-" not in words


def test_lengths_are_the_chambers_own():
    assert "15 dias úteis" in outlook.next_sentence(CaseState.FORMAL_REVIEW, CHAMBERS["contagem"]).words


@every_chamber
def test_missing_documents_both_ways(regulation):
    subject = asked(CaseState.AWAITING_COMPLETION, Role.APPLICANT, regulation, rule="D-COMPLETE")
    (good, do, then), (bad, omit, otherwise) = told(subject, regulation)
    assert (good, do) == (True, "Se você enviar até 14/04")
    assert "decidir se aceita o caso" in then
    assert (bad, omit) == (False, "Se você não enviar")
    assert otherwise.startswith("O pedido pode ser arquivado.")
    assert "não conte com a suspensão do prazo para ir à Justiça" in otherwise


def test_where_archiving_is_open_to_appeal_it_is_said():
    """Contagem's archiving leads to a state with an appeal, not at once to the end."""
    regulation = CHAMBERS["contagem"]
    subject = asked(CaseState.AWAITING_COMPLETION, Role.APPLICANT, regulation, rule="D-COMPLETE")
    assert "pode recorrer" in told(subject, regulation)[1][2]


@every_chamber
def test_a_rejection_both_ways(regulation):
    subject = asked(CaseState.INADMISSIBLE, Role.APPLICANT, regulation, rule="D-APPEAL", ground="moot")
    (_good, do, then), (_bad, _omit, otherwise) = told(subject, regulation)
    assert do == "Se você recorrer até 14/04"
    assert "mudar a decisão" in then
    assert "valerá a data do novo pedido" in otherwise


@every_chamber
def test_an_invitation_both_ways(regulation):
    subject = asked(CaseState.INVITATION_PENDING, Role.INVITEE, regulation, parties=frozenset({2}), rule="D-INVITE")
    (_good, do, _then), (_bad, _omit, otherwise) = told(subject, regulation)
    assert do == "Se você aceitar até 14/04"
    assert "como recusa" in otherwise


@every_chamber
def test_a_signature_both_ways(regulation):
    term = SettlementFact(1, "total", signatories=(1, 3), signatures=())
    subject = asked(CaseState.AWAITING_SIGNATURES, Role.APPLICANT, regulation, rule="D-SIGN", settlement=term)
    (_good, do, then), (_bad, _omit, otherwise) = told(subject, regulation)
    assert do == "Se você assinar até 14/04"
    assert "outras assinaturas" in then
    assert "encerrada" in otherwise


def test_the_mediator_may_be_refused_without_a_reason():
    regulation = CHAMBERS["contagem"]
    mediator = MediatorFact(9, ON, disclosed_on=ON)
    subject = asked(CaseState.MEDIATOR_ASSIGNMENT, Role.APPLICANT, regulation, rule="D-CHALLENGE", mediator=mediator)
    (_good, do, then), (_bad, _omit, otherwise) = told(subject, regulation)
    assert do == "Se você recusar o mediador até 14/04"
    assert "não precisa dar o motivo" in then
    assert otherwise.startswith("O mediador fica.")


@every_chamber
@pytest.mark.parametrize("state", CaseState)
def test_nothing_is_said_to_somebody_whose_turn_it_is_not(state, regulation):
    assert outlook.branches(asked(state, Role.AUDITOR, regulation, parties=frozenset()), regulation, DUE) == ()


@every_chamber
@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("role", [Role.APPLICANT, Role.INVITEE, Role.MUNICIPAL_ATTORNEY])
def test_whatever_is_said_is_whole(state, role, regulation):
    for branch in outlook.branches(asked(state, role, regulation, parties=frozenset({1, 2, 3})), regulation, None):
        for part in (branch.title, *branch.body):
            assert "{" not in part.words


def test_every_verb_belongs_to_an_act_with_a_way_on():
    assert set(outlook.SILENCE) <= set(outlook.DOES)
    assert all(isinstance(act, Act) for act in (*outlook.DOES, *outlook.OMITTED))
