"""What a settlement term must contain (procedure.md a.4), as questions about a draft.

Who must authorise a value is the regulation's question (``regulation.approvers_for``). A draft may be saved with
clauses missing: the settlement's fact keeps which ones, and the term does not leave for review before all are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cprac.domain.facts import CaseFacts, PartyFact
from cprac.domain.words import N_, Labelled

PAYMENT, PERFORMANCE = "payment", "performance"
OBLIGATION_KEYS = ("kind", "debtor", "text", "due", "amount")
"""Keys of a row of a draft: ``kind`` (payment or performance), ``debtor`` (ordinal of a party), ``text`` (what is
owed), ``due`` (date), ``amount`` (centavos, payments only)."""

LAST_YEAR = 2200
"""A date after this year is a slip of the pen."""

CITY_PAYS, CITY_RECEIVES = "city_pays", "city_receives"


class Clause(Labelled):
    """A clause without which the term is not complete. Items without "ours" are those of AM p. 24, I to VII."""

    QUALIFICATION = "qualification", N_("quem são as partes")
    SUMMARY = "summary", N_("o resumo do pedido")
    OBJECT = "object", N_("o objeto, os fundamentos e a forma de cumprir")
    OBLIGATIONS = "obligations", N_("as obrigações, cada uma com sua data")
    WAIVER = "waiver", N_("a renúncia a outros direitos sobre o objeto")
    AMOUNT = "amount", N_("o valor do acordo")  # ours
    FUNDS = "funds", N_("de onde sai o dinheiro (dotação)")  # ours: Lei 4.320/1964 art. 60
    PENALTY = "penalty", N_("o que acontece em caso de atraso")  # ours
    COSTS = "costs", N_("as custas e os honorários do processo ligado")  # ours
    PUBLIC_PARTS = "public_parts", N_("o que do termo é público")  # ours


def missing_clauses(draft: Mapping[str, Any], facts: CaseFacts) -> tuple[Clause, ...]:
    """The mandatory clauses that *draft* (values of ``draft_agreement``) lacks, in the order of the term.

    Date, place and signatures are not here: the document and the act of signing bring them.
    """
    direction = draft.get("direction")
    pays = direction in (CITY_PAYS, CITY_RECEIVES)
    lawsuits = any(lawsuit.status != "extinguished" for lawsuit in facts.lawsuits)
    present = {
        Clause.QUALIFICATION: len(facts.parties) > 1,
        Clause.SUMMARY: _written(draft.get("summary")),
        Clause.OBJECT: _written(draft.get("object")),
        Clause.OBLIGATIONS: bool(draft.get("obligations")),
        Clause.WAIVER: draft.get("waiver") is True,
        Clause.AMOUNT: not pays or bool(draft.get("amount")),
        Clause.FUNDS: direction != CITY_PAYS or _written(draft.get("funds")),
        Clause.PENALTY: _written(draft.get("penalty")),
        Clause.COSTS: not lawsuits or _written(draft.get("costs")),
        Clause.PUBLIC_PARTS: _written(draft.get("public_parts")),
    }
    return tuple(clause for clause in Clause if not present[clause])


def _written(text: Any) -> bool:
    return isinstance(text, str) and bool(text.strip())


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with the obligations of a draft: a sentence template and its parameters."""

    template: str
    params: Mapping[str, Any]


def flaw_in_obligations(
    rows: Iterable[Mapping[str, Any]], direction: str, amount: int, facts: CaseFacts, on: date
) -> Flaw | None:
    """The first flaw of the obligations of a draft written on the day *on*, or None.

    Each says who owes, what and until when; payments add up to *amount* (centavos) and come from the side that
    *direction* says.
    """
    listed = list(rows)
    for number, row in enumerate(listed, start=1):
        problem = _flaw_in_row(row, direction, facts, on)
        if problem:
            return Flaw(problem, {"number": number})
    paid = sum(row["amount"] for row in listed if row["kind"] == PAYMENT)
    if direction not in (CITY_PAYS, CITY_RECEIVES):
        return Flaw(N_("Há parcela a pagar: diga no acordo quem paga."), {}) if paid else None
    if paid != amount:
        return Flaw(
            N_("As parcelas somam {paid} e o acordo diz {amount}. Acerte os valores."),
            {"paid": reais(paid), "amount": reais(amount)},
        )
    return None


def _flaw_in_row(row: Mapping[str, Any], direction: str, facts: CaseFacts, on: date) -> str:
    debtor = next((party for party in facts.parties if party.id == row.get("debtor")), None)
    due, amount = row.get("due"), row.get("amount") or 0
    if debtor is None or due is None or not _is_day(due) or not _written(row.get("text")):
        return N_("Na obrigação {number}, diga quem deve, o quê e até quando.")
    if due < on:
        return N_("Na obrigação {number}, a data já passou. Escolha uma data de hoje em diante.")
    if row.get("kind") not in (PAYMENT, PERFORMANCE) or not isinstance(amount, int) or amount < 0:
        return N_("Na obrigação {number}, diga se é pagamento ou outra coisa a fazer, e o valor se for pagamento.")
    if row["kind"] == PAYMENT and not amount:
        return N_("Na obrigação {number}, escreva o valor a pagar.")
    if row["kind"] == PAYMENT and not _owes_by(direction, debtor, facts):
        return N_("Na obrigação {number}, o devedor não é quem o acordo diz que paga. Acerte um dos dois.")
    return ""


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime) and value.year <= LAST_YEAR


def _owes_by(direction: str, debtor: PartyFact, facts: CaseFacts) -> bool:
    """Whether *debtor* may owe a payment where *direction* says who pays; free between public bodies."""
    public = {party.id for party in facts.parties if party.kind in ("city", "entity")}
    if len(public) == len(facts.parties) or direction not in (CITY_PAYS, CITY_RECEIVES):
        return True
    return (debtor.id in public) == (direction == CITY_PAYS)


def reais(centavos: int) -> str:
    """*centavos* as people write it: 842000 is "R$ 8.420,00"."""
    whole, rest = divmod(centavos, 100)
    return f"R$ {whole:,}".replace(",", ".") + f",{rest:02d}"
