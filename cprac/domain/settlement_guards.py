"""Guards of the agreement: its draft, opinion, authorisation, signatures, court and compliance. See ``guards``."""

from __future__ import annotations

from datetime import timedelta

from cprac.domain.facts import missing_signatories
from cprac.domain.guards import RULES, still_running
from cprac.domain.people_guards import free_for
from cprac.domain.roles import Role
from cprac.domain.settlement import Clause, flaw_in_obligations
from cprac.domain.subject import Refusal, Subject
from cprac.domain.words import N_

TERM = "Termo do acordo"


def draft_complete(subject: Subject) -> Refusal | None:
    """The draft has every mandatory clause (procedure.md a.4)."""
    settlement = subject.facts.settlement
    if settlement is not None and settlement.complete:
        return None
    if settlement is None or not settlement.missing:
        return Refusal(N_("Falta a minuta. Use “Escrever a minuta”."), "Lei 13.140/2015, art. 32, § 3º")
    return Refusal(
        N_("Falta na minuta: {clauses}. Complete em “Escrever a minuta”."), "Lei 13.140/2015, art. 32, § 3º",
        params={"clauses": "; ".join(Clause(clause).label for clause in settlement.missing)},
    )


def obligations_have_dates(subject: Subject) -> Refusal | None:
    """Each obligation of a draft says who owes, what and until when; amounts add up to the settlement's."""
    rows = subject.value("obligations")
    if rows is None:
        return None
    flaw = flaw_in_obligations(
        rows, subject.value("direction") or "", subject.value("amount") or 0, subject.facts, subject.on
    )
    return None if flaw is None else Refusal(flaw.template, RULES, field="obligations", params=flaw.params)


def opinion_by_another(subject: Subject) -> Refusal | None:
    """Who negotiated for the city, or mediates, does not write the opinion (00.12)."""
    return free_for(subject, "opinion_author", Role.OPINION_AUTHOR)


def did_not_negotiate(subject: Subject) -> Refusal | None:
    """The author of the opinion did not negotiate."""
    if subject.actor.account in subject.facts.negotiators:
        return Refusal(
            N_("Você já atuou neste caso por uma das partes. Outra pessoa precisa dar o parecer."), "LINDB, art. 26"
        )
    return None


def no_opinion_yet(subject: Subject) -> Refusal | None:
    """The opinion is given once on a draft."""
    if subject.facts.settlement is not None and subject.facts.settlement.opinion == "favourable":
        return Refusal(N_("O parecer já foi dado. Espere o pedido de autorização."), "LINDB, art. 26")
    return None


def opinion_is_favourable(subject: Subject) -> Refusal | None:
    """The opinion on the draft is there and favourable."""
    if subject.facts.settlement is not None and subject.facts.settlement.opinion == "favourable":
        return None
    return Refusal(N_("Falta o parecer favorável sobre a minuta. Espere por ele."), "LINDB, art. 26")


def ladder_covers(subject: Subject) -> Refusal | None:
    """The authority ladder says who decides on this value."""
    if subject.approvers:
        return None
    return Refusal(
        N_("A tabela de alçada do regulamento não diz quem autoriza este valor. Avise a Coordenação."), RULES
    )


def is_next_rung(subject: Subject) -> Refusal | None:
    """The actor is the authority whose turn it is on the ladder."""
    rung = subject.facts.next_approver
    if rung in {role.value for role in subject.actor.roles}:
        return None
    labels = {role.value: role.label for role in Role}
    if rung not in labels:
        return Refusal(N_("Não há autorização pendente. Avise a Coordenação."), RULES, kind="role")
    return Refusal(N_("Agora quem decide é: {rung}."), RULES, kind="role", params={"rung": labels[rung]})


def has_own_signature_due(subject: Subject) -> Refusal | None:
    """The actor signs for a party that has not signed, and signs the exact text on the page."""
    settlement = subject.facts.settlement
    due = {party.id for party in missing_signatories(subject.facts)}
    if settlement is None or not due & {party.id for party in subject.own_parties}:
        return Refusal(
            N_("Não falta assinatura sua. Você não precisa fazer nada agora."), "CPC, art. 784, IV", kind="role"
        )
    typed = subject.value("text_hash")
    if typed is not None and settlement.text_hash and typed != settlement.text_hash:
        return Refusal(
            N_("O texto mudou depois que você abriu a página. Leia de novo antes de assinar."), "Lei 14.063/2020",
            field="read",
        )
    return None


def power_to_settle_is_stated(subject: Subject) -> Refusal | None:
    """Who signs for a public party names the act that gives the power to settle: representing is not enough (00.12)."""
    if subject.values is None:
        return None
    due = {party.id for party in missing_signatories(subject.facts)}
    public = any(party.kind in ("city", "entity") and party.id in due for party in subject.own_parties)
    if not public or str(subject.value("delegation") or "").strip():
        return None
    return Refusal(
        N_("Diga qual ato, com data, dá a você poder para fechar acordo em nome da parte pública."),
        "Lei 9.784/1999, art. 9º", field="delegation",
    )


def signatures_overdue(subject: Subject) -> Refusal | None:
    """The time to sign has ended."""
    return still_running(
        subject, "D-SIGN", N_("As partes podem assinar até {due}. Espere o fim do prazo."), RULES,
    )


def more_than_one_person(subject: Subject) -> Refusal | None:
    """Between agencies of one legal person there is no title, no judge and no enforcement (00.20)."""
    if not subject.facts.same_person:
        return None
    return Refusal(
        N_("As partes são da mesma pessoa jurídica: não cabe ir ao juiz. Cumpra o acordo, ou peça para refazê-lo."),
        "Lei 13.140/2015, art. 32, § 3º",
    )


def approved_before_court(subject: Subject) -> Refusal | None:
    """The settlement goes to court from the Attorney General's desk only once approved."""
    if subject.facts.settlement is not None and subject.facts.settlement.homologated:
        return None
    return Refusal(N_("Falta a homologação do Procurador-Geral. Espere por ela."), RULES)


def not_homologated_yet(subject: Subject) -> Refusal | None:
    """The Attorney General decides on a settlement once."""
    if subject.facts.settlement is not None and subject.facts.settlement.homologated:
        return Refusal(N_("O acordo já foi homologado. Espere o pedido ao juiz."), RULES)
    return None


def not_in_court_yet(subject: Subject) -> Refusal | None:
    """The petition is recorded once."""
    court = "" if subject.facts.settlement is None else subject.facts.settlement.court
    if court == "filed":
        return Refusal(N_("O pedido ao juiz já foi registrado. Espere a decisão."), "CPC, art. 515")
    if court == "homologated":
        return Refusal(N_("O juiz já homologou o acordo. Registre a publicação."), "CPC, art. 515")
    return None


def was_filed_in_court(subject: Subject) -> Refusal | None:
    """A court's answer follows a petition."""
    if subject.facts.settlement is not None and subject.facts.settlement.court == "filed":
        return None
    return Refusal(N_("Falta o pedido. Use antes “Registrar o pedido ao juiz”."), "CPC, art. 515")


def prosecution_was_heard(subject: Subject) -> Refusal | None:
    """The prosecution service is heard on unavailable rights and where a party is incapable."""
    if subject.values is None or not subject.facts.prosecution_must_be_heard or subject.value("prosecution_heard"):
        return None
    return Refusal(
        N_("O Ministério Público precisa ser ouvido neste caso. Confirme que foi."), "Lei 13.140/2015, art. 3º, § 2º",
        field="prosecution_heard",
    )


# --- compliance ---------------------------------------------------------------------------------------------------


def obligation_pending(subject: Subject) -> Refusal | None:
    """The obligation named is one still owed, and was not fulfilled in the future."""
    if not subject.facts.pending_obligations:
        return Refusal(N_("Não há obrigação por cumprir. Você não precisa fazer nada agora."), TERM)
    number = subject.value("obligation")
    if number is not None and number not in {item.number for item in subject.facts.pending_obligations}:
        return Refusal(N_("Escolha uma obrigação ainda não cumprida."), TERM, field="obligation")
    return None


def an_obligation_is_overdue(subject: Subject) -> Refusal | None:
    """Something owed is past its date."""
    owed = subject.facts.pending_obligations
    overdue = {item.number for item in owed if item.due < subject.on}
    if not overdue:
        first = min((item.due for item in owed), default=subject.on)
        return Refusal(
            N_("Nenhuma obrigação está vencida. Espere o vencimento."), TERM, available_on=first + timedelta(1)
        )
    number = subject.value("obligation")
    if number is not None and number not in overdue:
        return Refusal(N_("Essa obrigação não está vencida. Escolha uma que esteja."), TERM, field="obligation")
    return None


def cure_term_over(subject: Subject) -> Refusal | None:
    """The debtor was notified and did not cure in time."""
    if all(item.status != "notified" for item in subject.facts.pending_obligations):
        return Refusal(N_("Antes, use “Notificar para cumprir”: quem deve precisa de prazo."), TERM)
    return still_running(
        subject, "D-CURE", N_("Quem deve pode cumprir até {due}. Espere o fim do prazo."), TERM,
    )


def replaces_a_settlement(subject: Subject) -> Refusal | None:
    """Only a renegotiation has a settlement in force to go back to."""
    if subject.facts.standing is not None:
        return None
    return Refusal(N_("Este caso não está em renegociação. Se não há acordo, use “Encerrar sem acordo”."), TERM)


def no_settlement_to_keep(subject: Subject) -> Refusal | None:
    """A renegotiation that fails goes back to the settlement in force; it does not end without agreement (00.17)."""
    if subject.facts.standing is None:
        return None
    return Refusal(
        N_("Há um acordo assinado neste caso. Use “Manter o acordo já assinado”."), "Lei 13.140/2015, art. 20"
    )


def both_public(subject: Subject) -> Refusal | None:
    """Internal determination is for public bodies only."""
    if subject.facts.parties and all(party.kind in ("city", "entity") for party in subject.facts.parties):
        return None
    return Refusal(
        N_("Só entre órgãos públicos. Continue a negociação ou encerre sem acordo."),
        "Lei 13.140/2015, art. 36, § 1º (analogia)",
    )
