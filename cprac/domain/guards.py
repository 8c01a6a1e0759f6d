"""Guards: they refuse. One pure function each.

A guard takes the ``Subject`` and returns ``None`` or a ``Refusal`` that says in plain words what is missing, when it
will be possible or who can do it, and the article. Guards that look at what was typed say nothing when ``values`` is
``None``: then the question is only "may I do this now?". One file of over 400 lines, since a lawyer reads it as one list.
"""

from __future__ import annotations

from datetime import date, timedelta

from cprac.domain.roles import Office, Role, incompatible
from cprac.domain.states import BEFORE_SIGNATURES
from cprac.domain.subject import Guard, Refusal, Subject
from cprac.domain.words import N_


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _over(subject: Subject, rule: str, template: str, article: str) -> Refusal | None:
    """Refuse while the deadline *rule* runs: the act belongs to its end."""
    deadline = subject.deadline(rule)
    if deadline is None:
        return Refusal(N_("O prazo ainda não começou: falta registrar que o aviso chegou."), article)
    if subject.on <= deadline.due:
        return Refusal(template, article, params={"due": _day(deadline.due)}, available_on=deadline.due + timedelta(1))
    return None


# --- filing and admissibility -------------------------------------------------------------------------------------


def has_public_party(subject: Subject) -> Refusal | None:
    """At least one party is the municipality or another public legal person."""
    if any(party.kind in ("city", "entity") for party in subject.facts.parties):
        return None
    return Refusal(
        N_("Diga qual órgão da Prefeitura faz parte do conflito: a Câmara só cuida de conflitos com a cidade."),
        "Lei 13.140/2015, art. 32",
    )


def completion_lapsed(subject: Subject) -> Refusal | None:
    """The time to complete the application has ended."""
    return _over(
        subject, "D-COMPLETE", N_("Quem pediu tem até {due} para enviar o que falta. Antes disso não se arquiva."),
        "Lei 9.784/1999, art. 40",
    )


def completion_extendable(subject: Subject) -> Refusal | None:
    """The time to complete is extended once, while it runs."""
    if subject.facts.completion_extended:
        return Refusal(N_("O prazo já foi aumentado uma vez."), "Regulamento da Câmara")
    if subject.deadline("D-COMPLETE") is None:
        return Refusal(N_("O prazo ainda não começou: falta registrar que o aviso chegou."), "Regulamento da Câmara")
    return None


def agency_term_over(subject: Subject) -> Refusal | None:
    """The agency had its time to answer."""
    return _over(
        subject, "D-AGENCY", N_("O órgão tem até {due} para responder."), "Lei 9.784/1999, art. 42",
    )


def appeal_in_time(subject: Subject) -> Refusal | None:
    """The appeal comes within its term; before the notice arrived it is early and welcome."""
    deadline = next((row for row in reversed(subject.deadlines) if row.rule == "D-APPEAL"), None)
    if deadline is not None and subject.on > deadline.due:
        return Refusal(
            N_("O prazo para recorrer terminou em {due}. Você pode fazer um pedido novo."), "Lei 9.784/1999, art. 59",
            params={"due": _day(deadline.due)},
        )
    return None


def appeal_term_over(subject: Subject) -> Refusal | None:
    """Nobody appealed in time."""
    return _over(
        subject, "D-APPEAL", N_("Quem pediu pode recorrer até {due}."), "Lei 9.784/1999, art. 59",
    )


def decided_the_contested_act(subject: Subject) -> Refusal | None:
    """Reconsidering belongs to the appeal's first step."""
    if subject.facts.appeal == "forwarded":
        return Refusal(N_("O recurso já foi enviado ao Procurador-Geral, que decide."), "Lei 9.784/1999, art. 56, § 1º")
    return None


def appeal_was_forwarded(subject: Subject) -> Refusal | None:
    """The author had the chance to reconsider first."""
    if subject.facts.appeal == "forwarded":
        return None
    return Refusal(
        N_("Primeiro quem decidiu mantém ou muda a decisão; depois o recurso é julgado."),
        "Lei 9.784/1999, art. 56, § 1º",
    )


def did_not_decide_before(subject: Subject) -> Refusal | None:
    """Who wrote the contested decision does not decide the appeal."""
    if subject.actor.account is not None and subject.actor.account == subject.facts.decided_by:
        return Refusal(
            N_("Você assinou a decisão contestada. Outra pessoa precisa decidir o recurso."),
            "Lei 9.784/1999, arts. 18 e 56",
        )
    return None


# --- invitation and mediator --------------------------------------------------------------------------------------


def was_offered_directly(subject: Subject) -> Refusal | None:
    """Only a standard proposal made without a meeting is refused this way (T41)."""
    if subject.facts.mediator is None and not subject.facts.sessions_opened:
        return None
    return Refusal(N_("Não há proposta padrão para recusar."), "Regulamento da Câmara")


def someone_to_invite(subject: Subject) -> Refusal | None:
    """There is a party to invite."""
    if any(party.invitation in ("", "undeliverable") for party in subject.facts.invitees):
        return None
    return Refusal(N_("Não há parte para convidar. Inclua a outra parte no caso."), "Lei 13.140/2015, art. 21")


def different_legal_persons(subject: Subject) -> Refusal | None:
    """Agencies of the same legal person need no invitation, so the invitation is for the others."""
    if subject.facts.same_person:
        return Refusal(N_("As partes são da mesma pessoa jurídica: comece sem convite."), "Regulamento da Câmara")
    return None


def same_legal_person(subject: Subject) -> Refusal | None:
    """Both sides are agencies of the municipality."""
    if subject.facts.same_person:
        return None
    return Refusal(N_("Só quando as duas partes são órgãos da mesma pessoa jurídica."), "Regulamento da Câmara")


def is_open_invitee(subject: Subject) -> Refusal | None:
    """The actor speaks for an invitee who has not answered."""
    mine = {party.id for party in subject.own_parties}
    if any(party.id in mine for party in subject.facts.open_invitees):
        return None
    if any(party.id in mine for party in subject.facts.invitees):
        return Refusal(N_("O convite já foi respondido."), "Lei 13.140/2015, art. 21")
    return Refusal(N_("Cabe a quem foi convidado responder ao convite."), "Lei 13.140/2015, art. 21", kind="role")


def invitation_lapsed(subject: Subject) -> Refusal | None:
    """An invitation's time ended; the city's silence never counts (00.5)."""
    private = [party for party in subject.facts.open_invitees if not party.is_city]
    if not private:
        return Refusal(
            N_("A Prefeitura tem o dever de responder: o silêncio dela não encerra o caso."),
            "Lei 9.784/1999, art. 48",
        )
    return _over(
        subject, "D-INVITE", N_("A outra parte pode responder até {due}."), "Regulamento da Câmara",
    )


def eligible_mediator(subject: Subject) -> Refusal | None:
    """The person named mediates for the chamber and nothing in this case or lately stands against it."""
    account = subject.value("mediator")
    if account is None:
        return None
    person = subject.people.get(account)
    if person is None or Office.MEDIATOR not in person.offices:
        return Refusal(N_("Escolha uma pessoa do quadro de mediadores."), "Lei 13.140/2015, arts. 4º a 8º", field="mediator")
    held = next((role for role in person.roles if incompatible(Role.MEDIATOR, role)), None)
    if held is not None or person.represented_a_party:
        return Refusal(
            N_("Essa pessoa já atua neste caso em outra função. Escolha outra."), "Lei 13.140/2015, arts. 5º e 6º",
            field="mediator",
        )
    if person.leave_from is not None and timedelta(0) <= person.leave_from - subject.on <= timedelta(5):
        return Refusal(
            N_("Essa pessoa entra de licença em {day}. Escolha outra ou espere."), "Regulamento da Câmara",
            field="mediator", params={"day": _day(person.leave_from)},
        )
    return None


def mediator_was_assigned(subject: Subject) -> Refusal | None:
    """There is a mediator to replace or refuse."""
    if subject.facts.mediator is None:
        return Refusal(N_("Ainda não há mediador escolhido."), "Lei 13.140/2015, art. 4º")
    return None


def no_mediator_yet(subject: Subject) -> Refusal | None:
    """A second choice is a replacement, with its reason."""
    if subject.facts.mediator is None:
        return None
    return Refusal(N_("Já há mediador. Para mudar, use “Trocar o mediador”."), "Regulamento da Câmara")


def mediator_not_disclosed_yet(subject: Subject) -> Refusal | None:
    """The declaration is made once per assignment."""
    if subject.facts.mediator is not None and subject.facts.mediator.disclosed_on is not None:
        return Refusal(
            N_("A declaração já foi feita. Se surgir fato novo, peça a troca à Coordenação."), "Lei 13.140/2015, art. 5º"
        )
    return None


def mediator_disclosed(subject: Subject) -> Refusal | None:
    """The parties know what the mediator declared, so they can refuse."""
    mediator = subject.facts.mediator
    if mediator is None:
        return Refusal(N_("Ainda não há mediador escolhido."), "Lei 13.140/2015, art. 4º")
    if mediator.disclosed_on is None:
        return Refusal(N_("O mediador ainda não fez sua declaração."), "Lei 13.140/2015, art. 5º")
    return None


def mediator_settled(subject: Subject) -> Refusal | None:
    """A mediator declared, was not refused, and the time to refuse is over."""
    if subject.facts.sessions_opened:
        return None
    missing = mediator_disclosed(subject)
    if missing is not None:
        return missing
    if subject.facts.mediator is not None and subject.facts.mediator.challenged:
        return Refusal(
            N_("Uma parte recusou o mediador. A Coordenação escolhe outro."), "Lei 13.140/2015, art. 5º, parágrafo único"
        )
    challenge = subject.deadline("D-CHALLENGE")
    if challenge is not None and subject.on <= challenge.due:
        return Refusal(
            N_("As partes podem recusar o mediador até {due}."), "Lei 13.140/2015, art. 5º, parágrafo único",
            params={"due": _day(challenge.due)}, available_on=challenge.due + timedelta(1),
        )
    return None


def session_notice_in_time(subject: Subject) -> Refusal | None:
    """The date leaves the parties the minimum notice, and is in the future."""
    starts_at = subject.value("starts_at")
    if starts_at is None:
        return None
    day = subject.value("session_on")
    if day is not None and subject.earliest_session is not None and day < subject.earliest_session:
        return Refusal(
            N_("As partes precisam ser avisadas antes. A primeira data possível é {day}."),
            "Lei 9.784/1999, arts. 26, § 2º, e 41", field="starts_at", params={"day": _day(subject.earliest_session)},
            available_on=subject.earliest_session,
        )
    return None


def parties_want_another_meeting(subject: Subject) -> Refusal | None:
    """After the first meeting, others need the parties' agreement."""
    if subject.values is None or not subject.facts.sessions_opened or subject.value("parties_agreed"):
        return None
    return Refusal(
        N_("Depois da primeira reunião, outra só com o acordo das partes. Confirme que elas concordaram."),
        "Lei 13.140/2015, art. 18", field="parties_agreed",
    )


def session_day_came(subject: Subject) -> Refusal | None:
    """A meeting opens, or is missed, on its day or later."""
    session = subject.facts.scheduled_session
    if session is not None and subject.on < session.on:
        return Refusal(
            N_("A reunião está marcada para {day}."), "Lei 13.140/2015, art. 17", params={"day": _day(session.on)},
            available_on=session.on,
        )
    return None


def equally_assisted(subject: Subject) -> Refusal | None:
    """Both sides have counsel or neither has; otherwise the lawful ways out (00.8)."""
    choice = subject.value("assistance")
    if choice is None:
        return None
    helped = {party.counsel for party in subject.facts.parties}
    if choice == "none_assisted" and any(party.counsel for party in subject.facts.parties):
        return Refusal(
            N_("Uma das partes tem advogado neste caso. Espere que todas tenham, ou registre a dispensa informada."),
            "Lei 13.140/2015, art. 10, parágrafo único", field="assistance",
        )
    if choice == "all_assisted" and False in helped and any(not p.counsel and not p.is_city for p in subject.facts.parties):
        return Refusal(
            N_("Há parte sem advogado ou defensor anotado no caso. Anote quem a assiste, pause para isso, "
               "ou registre a dispensa informada."),
            "Lei 13.140/2015, art. 10, parágrafo único", field="assistance",
        )
    return None


# --- leaving, pausing ---------------------------------------------------------------------------------------------


def no_session_yet(subject: Subject) -> Refusal | None:
    """Withdrawal exists while no session was opened (00.17)."""
    if subject.facts.sessions_opened:
        return Refusal(N_("Já houve reunião: para sair, use “Encerrar sem acordo”."), "Lei 13.140/2015, art. 20")
    return None


def a_session_was_opened(subject: Subject) -> Refusal | None:
    """Closing without agreement exists after the first session (00.17)."""
    if subject.facts.sessions_opened:
        return None
    return Refusal(N_("Só depois da primeira reunião. Antes dela, use “Desistir”."), "Lei 13.140/2015, art. 20")


def no_settlement_in_force(subject: Subject) -> Refusal | None:
    """A settlement in force is not left: it is fulfilled, renegotiated or enforced."""
    if subject.facts.settlement_in_force:
        return Refusal(N_("Há um acordo assinado neste caso: ele se cumpre ou se refaz."), "Lei 13.140/2015, art. 20")
    return None


def may_withdraw(subject: Subject) -> Refusal | None:
    """Before admission only the applicant withdraws; afterwards any party may leave."""
    if subject.facts.admitted_on is not None:
        return None
    if any(party.side == "applicant" for party in subject.own_parties):
        return None
    return Refusal(N_("Antes de o caso ser aceito, só quem pediu pode desistir."), "Lei 9.784/1999, art. 51", kind="role")


def origin_allows_leaving(subject: Subject) -> Refusal | None:
    """In a pause or a consultation, where the case came from decides (00.17)."""
    origin = subject.facts.return_state
    if origin is None or origin in BEFORE_SIGNATURES:
        return None
    return Refusal(N_("O caso foi pausado depois das assinaturas: o acordo se cumpre ou se refaz."), "Lei 13.140/2015, art. 20")


def pause_has_end(subject: Subject) -> Refusal | None:
    """A pause names the day on which it should end."""
    until = subject.value("until")
    if until is not None and until <= subject.on:
        return Refusal(N_("A pausa precisa terminar depois de hoje."), "Regulamento da Câmara", field="until")
    return None


# --- agreement ----------------------------------------------------------------------------------------------------


def draft_complete(subject: Subject) -> Refusal | None:
    """The draft has every mandatory clause (procedure.md a.4)."""
    if subject.facts.settlement is not None and subject.facts.settlement.complete:
        return None
    return Refusal(
        N_("Falta escrever a minuta com objeto, obrigações com data e multa."), "Lei 13.140/2015, art. 32, § 3º"
    )


def obligations_have_dates(subject: Subject) -> Refusal | None:
    """Each obligation of a draft says who owes, what and until when; amounts add up to the settlement's."""
    rows = subject.value("obligations")
    if rows is None:
        return None
    if not rows:
        return Refusal(N_("Escreva ao menos uma obrigação, com data."), "Regulamento da Câmara", field="obligations")
    ordinals = {party.id for party in subject.facts.parties}
    for number, row in enumerate(rows, start=1):
        if row.get("due") is None or row.get("debtor") not in ordinals:
            return Refusal(
                N_("Na obrigação {number}, diga quem deve e até quando."), "Regulamento da Câmara", field="obligations",
                params={"number": number},
            )
    paid = sum(row.get("amount") or 0 for row in rows if row.get("kind") == "payment")
    amount = subject.value("amount") or 0
    if subject.value("direction") in ("city_pays", "city_receives") and paid != amount:
        return Refusal(
            N_("As parcelas somam {paid} e o acordo diz {amount}, em centavos. Acerte os valores."),
            "Regulamento da Câmara", field="obligations", params={"paid": paid, "amount": amount},
        )
    return None


def opinion_by_another(subject: Subject) -> Refusal | None:
    """Who negotiated for the city, or mediates, does not write the opinion (00.12)."""
    author = subject.value("opinion_author")
    if author is None:
        return None
    person = subject.people.get(author)
    if person is None or Office.MUNICIPAL_ATTORNEY not in person.offices:
        return Refusal(N_("Escolha um procurador do quadro."), "LINDB, art. 26", field="opinion_author")
    if author in subject.facts.negotiators or any(incompatible(Role.OPINION_AUTHOR, role) for role in person.roles):
        return Refusal(
            N_("Quem negociou ou mediou não dá o parecer. Escolha outra pessoa."), "Regulamento da Câmara",
            field="opinion_author",
        )
    return None


def did_not_negotiate(subject: Subject) -> Refusal | None:
    """The author of the opinion did not negotiate."""
    if subject.actor.account in subject.facts.negotiators:
        return Refusal(
            N_("Você negociou neste caso por uma das partes. Outra pessoa precisa dar o parecer."), "Regulamento da Câmara"
        )
    return None


def opinion_is_favourable(subject: Subject) -> Refusal | None:
    """The opinion on the draft is there and favourable."""
    if subject.facts.settlement is not None and subject.facts.settlement.opinion == "favourable":
        return None
    return Refusal(N_("Falta o parecer favorável sobre a minuta."), "LINDB, art. 26")


def ladder_covers(subject: Subject) -> Refusal | None:
    """The authority ladder says who decides on this value."""
    if subject.approvers:
        return None
    return Refusal(
        N_("A tabela de alçada do regulamento não diz quem autoriza este valor. Avise a Coordenação."), "Regulamento da Câmara"
    )


def is_next_rung(subject: Subject) -> Refusal | None:
    """The actor is the authority whose turn it is on the ladder."""
    rung = subject.facts.next_approver
    if rung and Role(rung) in subject.actor.roles:
        return None
    return Refusal(
        N_("Agora quem decide é: {rung}."), "Regulamento da Câmara (alçada)", kind="role",
        params={"rung": Role(rung).label if rung else "-"},
    )


def has_own_signature_due(subject: Subject) -> Refusal | None:
    """The actor signs for a party that has not signed, and signs the exact text on the page."""
    settlement = subject.facts.settlement
    due = set() if settlement is None else set(settlement.signatories) - set(settlement.signatures)
    mine = {party.id for party in subject.own_parties}
    if not mine & due:
        return Refusal(N_("Não falta assinatura sua."), "CPC, art. 784, IV", kind="role")
    typed = subject.value("text_hash")
    if typed is not None and settlement is not None and settlement.text_hash and typed != settlement.text_hash:
        return Refusal(
            N_("O texto mudou depois que você abriu a página. Leia de novo antes de assinar."), "Lei 14.063/2020",
            field="read",
        )
    return None


def signatures_overdue(subject: Subject) -> Refusal | None:
    """The time to sign has ended."""
    return _over(
        subject, "D-SIGN", N_("As partes podem assinar até {due}."), "Regulamento da Câmara",
    )


def goes_to_court(subject: Subject) -> Refusal | None:
    """Only a settlement that needs the judge is filed in court; it may be, by choice of the chamber's rule."""
    if subject.facts.needs_court or "court_homologation_always" in subject.switches:
        return None
    return Refusal(N_("Este acordo não depende do juiz."), "Lei 13.140/2015, arts. 3º, § 2º, e 20")


def approved_before_court(subject: Subject) -> Refusal | None:
    """From the Attorney General's approval the settlement goes to court only once approved."""
    if subject.facts.settlement is not None and subject.facts.settlement.homologated:
        return None
    return Refusal(N_("Falta a homologação do Procurador-Geral."), "Regulamento da Câmara")


def not_homologated_yet(subject: Subject) -> Refusal | None:
    """The Attorney General decides on a settlement once."""
    if subject.facts.settlement is not None and subject.facts.settlement.homologated:
        return Refusal(N_("O acordo já foi homologado. Agora ele segue para o juiz."), "Regulamento da Câmara")
    return None


def not_in_court_yet(subject: Subject) -> Refusal | None:
    """The petition is recorded once."""
    if subject.facts.settlement is not None and subject.facts.settlement.court == "filed":
        return Refusal(N_("O pedido ao juiz já foi registrado."), "CPC, art. 515")
    return None


def prosecution_was_heard(subject: Subject) -> Refusal | None:
    """On unavailable rights the prosecution service is heard."""
    if subject.values is None or not subject.facts.unavailable_right or subject.value("prosecution_heard"):
        return None
    return Refusal(
        N_("Em direito indisponível o Ministério Público precisa ser ouvido. Confirme que foi."),
        "Lei 13.140/2015, art. 3º, § 2º", field="prosecution_heard",
    )


# --- compliance ---------------------------------------------------------------------------------------------------


def obligation_pending(subject: Subject) -> Refusal | None:
    """The obligation named is one still owed, and was not fulfilled in the future."""
    number = subject.value("obligation")
    if number is not None and number not in {item.number for item in subject.facts.pending_obligations}:
        return Refusal(N_("Escolha uma obrigação ainda não cumprida."), "Termo do acordo", field="obligation")
    day = subject.value("fulfilled_on")
    if day is not None and day > subject.on:
        return Refusal(N_("A data não pode estar no futuro."), "Termo do acordo", field="fulfilled_on")
    if not subject.facts.pending_obligations:
        return Refusal(N_("Não há obrigação por cumprir."), "Termo do acordo")
    return None


def an_obligation_is_overdue(subject: Subject) -> Refusal | None:
    """Something owed is past its date."""
    overdue = {item.number for item in subject.facts.pending_obligations if item.due < subject.on}
    if not overdue:
        return Refusal(N_("Nenhuma obrigação está vencida."), "Termo do acordo")
    number = subject.value("obligation")
    if number is not None and number not in overdue:
        return Refusal(N_("Essa obrigação ainda não venceu."), "Termo do acordo", field="obligation")
    return None


def cure_term_over(subject: Subject) -> Refusal | None:
    """The debtor was notified and did not cure in time."""
    if all(item.status != "notified" for item in subject.facts.pending_obligations):
        return Refusal(N_("Antes, notifique quem deve e dê prazo para cumprir."), "Termo do acordo")
    return _over(
        subject, "D-CURE", N_("Quem deve pode cumprir até {due}."), "Termo do acordo",
    )


def both_public(subject: Subject) -> Refusal | None:
    """Internal determination is for public bodies only."""
    if subject.facts.parties and all(party.kind in ("city", "entity") for party in subject.facts.parties):
        return None
    return Refusal(N_("Só entre órgãos públicos."), "Lei 13.140/2015, art. 36, § 1º (analogia)")


def past_date(field_name: str) -> Guard:
    """A guard: the date typed in *field_name* is not in the future."""

    def not_in_the_future(subject: Subject) -> Refusal | None:
        day = subject.value(field_name)
        if day is not None and day > subject.on:
            return Refusal(N_("A data não pode estar no futuro."), "", kind="value", field=field_name)
        return None

    return not_in_the_future


# --- setting aside ------------------------------------------------------------------------------------------------


UNDOABLE_NEVER = frozenset({"", "submit", "reopen", "register_legacy", "adopt_legacy", "sign", "set_aside", "split_rejected"})


def last_act_can_fall(subject: Subject) -> Refusal | None:
    """Only the last docket act, never one that somebody signed or was served with (T50)."""
    facts = subject.facts
    if facts.last_act in UNDOABLE_NEVER:
        return Refusal(N_("Não há ato recente que possa ficar sem efeito."), "Regulamento da Câmara")
    return None


def _free_for(subject: Subject, field_name: str, role: Role, office: Office) -> Refusal | None:
    account = subject.value(field_name)
    if account is None:
        return None
    person = subject.people.get(account)
    if person is None or office not in person.offices:
        return Refusal(N_("Escolha alguém do quadro dessa função."), "Regulamento da Câmara", field=field_name)
    if any(incompatible(role, held) for held in person.roles):
        return Refusal(
            N_("Essa pessoa já atua neste caso em outra função. Escolha outra."), "Lei 13.140/2015, arts. 5º e 6º",
            field=field_name,
        )
    return None


def attorney_is_free(subject: Subject) -> Refusal | None:
    """The city's attorney is of the office and wears no hat in this case that excludes it."""
    return _free_for(subject, "attorney", Role.MUNICIPAL_ATTORNEY, Office.MUNICIPAL_ATTORNEY)


def substitute_is_free(subject: Subject) -> Refusal | None:
    """A substitute may hold the role in this case, for dates in order (T51)."""
    role = subject.value("role")
    if role is None:
        return None
    start, end = subject.value("from_on"), subject.value("until_on")
    if start is not None and end is not None and end < start:
        return Refusal(N_("A data final vem antes da inicial."), "Regulamento da Câmara", field="until_on")
    return _free_for(subject, "substitute", Role(role), Office(role))


def notice_is_open(subject: Subject) -> Refusal | None:
    """There is a notice whose receipt is not recorded yet."""
    if subject.facts.notices_waiting:
        return None
    return Refusal(N_("Nenhum aviso espera registro de recebimento."), "Lei 9.784/1999, art. 26")


def caucus_with_own_side(subject: Subject) -> Refusal | None:
    """A party writes only in its own reserved conversation; the mediator in any."""
    ordinal = subject.value("party")
    if ordinal is None or Role.MEDIATOR in subject.actor.roles:
        return None
    if ordinal in {party.id for party in subject.own_parties}:
        return None
    return Refusal(N_("Essa conversa não é sua."), "Lei 13.140/2015, art. 31", kind="role", field="party")
