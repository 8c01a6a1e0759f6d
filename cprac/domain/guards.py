"""Guards: they refuse. One pure function each; ``people_guards`` and ``settlement_guards`` have the others.

A guard takes the ``Subject`` and returns ``None`` or a ``Refusal`` that says in plain words what to do, when it will be
possible or who can do it, and the article. Guards that look at what was typed say nothing when ``values`` is ``None``:
then the question is only "may I do this now?". Over 400 lines, since a lawyer reads it as one list.
"""

from __future__ import annotations

from datetime import date, timedelta

from cprac.domain.roles import Role
from cprac.domain.states import BEFORE_SIGNATURES, CaseState
from cprac.domain.subject import Guard, Refusal, Subject
from cprac.domain.words import N_

RULES = "Regulamento da Câmara"
NOT_STARTED = N_("O prazo ainda não começou. Registre primeiro que o aviso chegou.")


def day_text(day: date) -> str:
    """The day as refusals print it."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def still_running(subject: Subject, rule: str, template: str, article: str) -> Refusal | None:
    """Refuse while the deadline *rule* runs, and before it started: the act belongs to its end."""
    deadline = subject.deadline(rule)
    if deadline is None:
        return Refusal(NOT_STARTED, article)
    if subject.on <= deadline.due:
        return Refusal(
            template, article, params={"due": day_text(deadline.due)}, available_on=deadline.due + timedelta(1)
        )
    return None


def past_date(field_name: str) -> Guard:
    """A guard: the date typed in *field_name* is not in the future."""

    def date_is_not_in_the_future(subject: Subject) -> Refusal | None:
        day = subject.value(field_name)
        if day is not None and day > subject.on:
            return Refusal(
                N_("A data não pode estar no futuro. Escreva o dia em que aconteceu."), "", "value", field_name
            )
        return None

    return date_is_not_in_the_future


def closing_follows_opening(subject: Subject) -> Refusal | None:
    """An old case is not closed on a day before the one on which it began."""
    closed_on, began = subject.value("closed_on"), subject.facts.filed_on
    if closed_on is None or began is None or closed_on >= began:
        return None
    return Refusal(
        N_("O caso começou em {day}. Escreva uma data de encerramento desse dia em diante."), RULES, "value",
        "closed_on", params={"day": day_text(began)},
    )


# --- filing and admissibility -------------------------------------------------------------------------------------


def applicant_is_named(subject: Subject) -> Refusal | None:
    """Somebody asks, and the application says who."""
    if any(party.side == "applicant" for party in subject.facts.parties):
        return None
    return Refusal(N_("Diga quem faz o pedido."), "Lei 9.784/1999, art. 6º", field="applicant_name")


def object_is_stated(subject: Subject) -> Refusal | None:
    """The application says what it is about."""
    if subject.facts.matter:
        return None
    return Refusal(N_("Escolha o assunto do pedido."), "Lei 9.784/1999, art. 6º", field="matter")


def has_public_party(subject: Subject) -> Refusal | None:
    """At least one party is the municipality or another public legal person."""
    if any(party.kind in ("city", "entity") for party in subject.facts.parties):
        return None
    return Refusal(
        N_("Diga qual órgão da Prefeitura faz parte do conflito: a Câmara só cuida de conflitos com a cidade."),
        "Lei 13.140/2015, art. 32",
    )


def lawsuits_are_declared(subject: Subject) -> Refusal | None:
    """Whoever files answers whether the conflict is in court already; not to know is an answer, silence is none.

    ``lawsuit_declared`` None means that the question was left open.
    """
    if subject.value("lawsuit_declared", default=True) is not None:
        return None
    return Refusal(
        N_("Diga se já existe processo na Justiça sobre o assunto, ou que não sabe."), "Lei 13.140/2015, art. 16",
        "value", "lawsuit_declared",
    )


def previous_case_ended(subject: Subject) -> Refusal | None:
    """The case that is reopened is named and ended in a way that leaves the matter open (T39)."""
    if not subject.facts.previous_case:
        return Refusal(N_("Diga qual caso você quer reabrir."), RULES, field="previous_case")
    if subject.previous is not None and subject.previous[0] not in REOPENABLE:
        return Refusal(
            N_("Só se reabre caso encerrado sem acordo, por desistência, por falta de resposta ou de documentos, "
               "por perda de objeto ou por não aceitação. Faça um pedido novo."),
            RULES, field="previous_case",
        )
    return None


REOPENABLE = frozenset(
    {
        CaseState.CLOSED_NO_AGREEMENT, CaseState.CLOSED_WITHDRAWN, CaseState.CLOSED_NO_RESPONSE,
        CaseState.CLOSED_INCOMPLETE, CaseState.CLOSED_MOOT, CaseState.CLOSED_INADMISSIBLE,
    }
)
"""Ends that leave the matter open: S24 to S28 (T39) and S31, which is re-fileable."""


VAGUE = frozenset(
    {
        "documento", "documentos", "documentacao", "documentação", "o que falta", "outros", "outros documentos",
        "demais", "demais documentos", "etc", "tudo", "papeis", "papéis", "documentos pessoais", "faltam documentos",
    }
)


def items_are_specific(subject: Subject) -> Refusal | None:
    """A list of what is missing names each thing (Lei 9.784/1999 art. 6, sole paragraph)."""
    for item in subject.value("items") or ():
        plain = " ".join(item.casefold().split()).strip(" .;:,")
        if len(plain) < 2 or plain in VAGUE:
            return Refusal(
                N_("“{item}” não diz o que falta. Escreva cada documento pelo nome."),
                "Lei 9.784/1999, arts. 6º e 40", field="items", params={"item": item.strip()},
            )
    return None


def completion_lapsed(subject: Subject) -> Refusal | None:
    """The time to complete the application has ended."""
    return still_running(
        subject, "D-COMPLETE", N_("Quem pediu tem até {due} para enviar o que falta. Espere o fim do prazo."),
        "Lei 9.784/1999, art. 40",
    )


def completion_extendable(subject: Subject) -> Refusal | None:
    """The time to complete is extended once, after it started."""
    if subject.facts.completion_extended:
        return Refusal(
            N_("O prazo já foi aumentado uma vez. Espere os documentos, ou decida o arquivamento no fim do prazo."),
            RULES,
        )
    if subject.deadline("D-COMPLETE") is None:
        return Refusal(NOT_STARTED, RULES)
    return None


def agency_term_over(subject: Subject) -> Refusal | None:
    """The agency had its time to answer."""
    return still_running(
        subject, "D-AGENCY", N_("O órgão tem até {due} para responder. Espere ou registre a resposta."),
        "Lei 9.784/1999, art. 42",
    )


def speaks_for_the_applicant(subject: Subject) -> Refusal | None:
    """What belongs to the applicant is done by the applicant, or recorded for them by the registry."""
    if Role.REGISTRY in subject.actor.roles or any(party.side == "applicant" for party in subject.own_parties):
        return None
    return Refusal(N_("Este ato cabe a quem fez o pedido."), "Lei 9.784/1999, art. 9º", kind="role")


def appeal_in_time(subject: Subject) -> Refusal | None:
    """The appeal comes within its term; before the notice arrived it is early and welcome."""
    deadline = next((row for row in reversed(subject.deadlines) if row.rule == "D-APPEAL"), None)
    if deadline is not None and subject.on > deadline.due:
        return Refusal(
            N_("O prazo para recorrer terminou em {due}. Você pode fazer um pedido novo."), "Lei 9.784/1999, art. 59",
            params={"due": day_text(deadline.due)},
        )
    return None


def appeal_term_over(subject: Subject) -> Refusal | None:
    """Nobody appealed in time."""
    return still_running(
        subject, "D-APPEAL", N_("Quem pediu pode recorrer até {due}. Espere o fim do prazo."),
        "Lei 9.784/1999, art. 59",
    )


def appeal_is_with_the_author(subject: Subject) -> Refusal | None:
    """Reconsidering and forwarding are the appeal's first step."""
    if subject.facts.appeal == "forwarded":
        return Refusal(
            N_("O recurso já foi enviado. Agora quem decide é o Procurador-Geral ou quem ele designar."),
            "Lei 9.784/1999, art. 56, § 1º",
        )
    return None


def appeal_was_forwarded(subject: Subject) -> Refusal | None:
    """The author had the chance to reconsider first."""
    if subject.facts.appeal == "forwarded":
        return None
    return Refusal(
        N_("Espere a Coordenação: primeiro ela muda ou mantém a decisão; depois o recurso é julgado."),
        "Lei 9.784/1999, art. 56, § 1º",
    )


def did_not_decide_before(subject: Subject) -> Refusal | None:
    """Who wrote the contested decision does not decide the appeal (00.18)."""
    if subject.actor.account is not None and subject.actor.account == subject.facts.decided_by:
        return Refusal(
            N_("Você assinou a decisão contestada. Outra pessoa precisa decidir o recurso."),
            "Lei 9.784/1999, arts. 18 e 56",
        )
    return None


GUIDANCE = "contrary_to_formal_legal_guidance"
"""The reason of a rejection that rests on what the Attorney General's office itself laid down."""


def gave_no_contested_guidance(subject: Subject) -> Refusal | None:
    """Whoever gave the contested guidance does not decide the appeal: it is delegated (00.18)."""
    if subject.facts.ground != GUIDANCE or Role.APPEAL_DECIDER in subject.actor.roles:
        return None
    return Refusal(
        N_("A decisão contestada segue orientação da própria Procuradoria-Geral. Peça à Coordenação que designe outra "
           "pessoa para julgar o recurso."),
        "Lei 9.784/1999, arts. 18 e 56",
    )


def others_were_heard(subject: Subject) -> Refusal | None:
    """Other interested parties told of the appeal had their time to answer (00.6)."""
    running = [row for row in subject.deadlines if row.rule == "D-APPEAL-ANSWER" and row.running]
    if running and subject.on <= (last := max(row.due for row in running)):
        return Refusal(
            N_("A outra parte pode responder ao recurso até {due}. Espere a resposta ou o fim do prazo."),
            "Lei 9.784/1999, art. 62", params={"due": day_text(last)}, available_on=last + timedelta(1),
        )
    return None


def may_answer_the_appeal(subject: Subject) -> Refusal | None:
    """The answer comes from another interested party, not from whoever appealed."""
    if any(party.side != "applicant" for party in subject.own_parties):
        return None
    return Refusal(N_("Cabe à outra parte responder ao recurso."), "Lei 9.784/1999, art. 62", kind="role")


def was_refused_on_merit(subject: Subject) -> Refusal | None:
    """An application archived for missing documents was not judged on its merit, so it goes back to be checked."""
    if subject.facts.ground != "incomplete":
        return None
    return Refusal(
        N_("O pedido foi arquivado por falta de documentos. Escolha a volta à conferência ou a nova análise."),
        "Lei 9.784/1999, art. 59", field="back_to",
    )


def was_archived_incomplete(subject: Subject) -> Refusal | None:
    """Only an application archived for missing documents goes back to the check of documents."""
    if subject.facts.ground == "incomplete":
        return None
    return Refusal(
        N_("Os documentos já foram conferidos. Escolha o caso aceito ou a nova análise."), "Lei 9.784/1999, art. 59",
        field="back_to",
    )


# --- invitation and mediator --------------------------------------------------------------------------------------


def was_offered_directly(subject: Subject) -> Refusal | None:
    """Only a standard proposal made without a meeting is refused this way (T41)."""
    if subject.facts.mediator is None and not subject.facts.sessions_opened:
        return None
    return Refusal(N_("Não há proposta padrão para recusar. Se não há acordo, use “Encerrar sem acordo”."), RULES)


def someone_to_invite(subject: Subject) -> Refusal | None:
    """There is a party to invite."""
    if any(party.invitation in ("", "undeliverable") for party in subject.facts.invitees):
        return None
    return Refusal(N_("Não há parte para convidar. Inclua a outra parte no caso."), "Lei 13.140/2015, art. 21")


def needs_an_invitation(subject: Subject) -> Refusal | None:
    """Agencies of one legal person start without an invitation, where the chamber's rules have that way (T52)."""
    if subject.facts.same_person and "same_person_track" in subject.switches:
        return Refusal(N_("As partes são da mesma pessoa jurídica: use “Começar sem convite”."), RULES)
    return None


def same_legal_person(subject: Subject) -> Refusal | None:
    """Both sides are agencies of the municipality."""
    if subject.facts.same_person:
        return None
    return Refusal(
        N_("Só quando as duas partes são órgãos da mesma pessoa jurídica. Envie o convite."), "Lei 13.140/2015, art. 21"
    )


def is_open_invitee(subject: Subject) -> Refusal | None:
    """The actor speaks for an invitee who has not answered."""
    mine = {party.id for party in subject.own_parties}
    if any(party.id in mine for party in subject.facts.open_invitees):
        return None
    if any(party.id in mine for party in subject.facts.invitees):
        return Refusal(
            N_("O convite já foi respondido. Você não precisa fazer nada agora."), "Lei 13.140/2015, art. 21"
        )
    return Refusal(N_("Cabe a quem foi convidado responder ao convite."), "Lei 13.140/2015, art. 21", kind="role")


def invitation_lapsed(subject: Subject) -> Refusal | None:
    """Some invitee's own time ended; the city's silence never counts (00.5)."""
    if subject.overdue_invitees:
        return None
    private = [party for party in subject.facts.open_invitees if not party.is_city]
    if not private:
        return Refusal(
            N_("A Prefeitura tem o dever de responder: o silêncio dela não encerra o caso. Cobre a resposta."),
            "Lei 9.784/1999, art. 48",
        )
    mine = {None, *(party.id for party in private)}
    dues = [row.due for row in subject.deadlines if row.rule == "D-INVITE" and row.running and row.party in mine]
    if not dues:
        return Refusal(NOT_STARTED, RULES)
    return Refusal(
        N_("A outra parte pode responder até {due}. Espere o fim do prazo."), RULES,
        params={"due": day_text(min(dues))}, available_on=min(dues) + timedelta(1),
    )


def names_an_open_invitee(subject: Subject) -> Refusal | None:
    """The invitee said to be out of reach has not answered, and is not the city, which is always within reach."""
    ordinal = subject.value("party")
    if ordinal is None:
        return None
    party = next((party for party in subject.facts.open_invitees if party.id == ordinal), None)
    if party is None:
        return Refusal(N_("Escolha um convidado que ainda não respondeu."), RULES, field="party")
    if party.is_city and not subject.value("other_medium"):
        return Refusal(
            N_("A Prefeitura sempre pode ser encontrada. Envie o convite por outro meio."), "Lei 9.784/1999, art. 48",
            field="other_medium",
        )
    return None


def mediator_was_assigned(subject: Subject) -> Refusal | None:
    """There is a mediator to replace or refuse."""
    if subject.facts.mediator is None:
        return Refusal(N_("Ainda não há mediador. Use “Escolher o mediador”."), "Lei 13.140/2015, art. 4º")
    return None


def no_mediator_yet(subject: Subject) -> Refusal | None:
    """A second choice is a replacement, with its reason."""
    if subject.facts.mediator is None:
        return None
    return Refusal(N_("Já há mediador. Para mudar, use “Trocar o mediador”."), RULES)


def mediator_not_disclosed_yet(subject: Subject) -> Refusal | None:
    """The declaration is made once per assignment, and not after a refusal."""
    mediator = subject.facts.mediator
    if mediator is not None and mediator.challenged:
        return Refusal(
            N_("Uma parte recusou o mediador. Espere a Coordenação escolher outro."), "Lei 13.140/2015, art. 5º"
        )
    if mediator is not None and mediator.disclosed_on is not None:
        return Refusal(
            N_("A declaração já foi feita. Se surgir fato novo, peça a troca à Coordenação."),
            "Lei 13.140/2015, art. 5º",
        )
    return None


def mediator_disclosed(subject: Subject) -> Refusal | None:
    """The parties know what the mediator declared, so they can refuse."""
    mediator = subject.facts.mediator
    if mediator is None:
        return Refusal(N_("Ainda não há mediador. Espere a Coordenação escolher."), "Lei 13.140/2015, art. 4º")
    if mediator.disclosed_on is None:
        return Refusal(N_("O mediador ainda não fez sua declaração. Espere por ela."), "Lei 13.140/2015, art. 5º")
    return None


def not_challenged_yet(subject: Subject) -> Refusal | None:
    """A mediator is refused once; then another is chosen."""
    if subject.facts.mediator is not None and subject.facts.mediator.challenged:
        return Refusal(
            N_("O mediador já foi recusado. Espere a Coordenação escolher outro."),
            "Lei 13.140/2015, art. 5º, parágrafo único",
        )
    return None


def mediator_settled(subject: Subject) -> Refusal | None:
    """A mediator declared, was not refused, and the time to refuse is over."""
    missing = mediator_disclosed(subject)
    if missing is not None:
        return missing
    article = "Lei 13.140/2015, art. 5º, parágrafo único"
    if subject.facts.mediator is not None and subject.facts.mediator.challenged:
        return Refusal(N_("Uma parte recusou o mediador. Espere a Coordenação escolher outro."), article)
    challenge = subject.deadline("D-CHALLENGE")
    if challenge is not None and subject.on <= challenge.due:
        return Refusal(
            N_("As partes podem recusar o mediador até {due}. Marque a reunião depois."), article,
            params={"due": day_text(challenge.due)}, available_on=challenge.due + timedelta(1),
        )
    return None


# --- sessions -----------------------------------------------------------------------------------------------------


def session_notice_in_time(subject: Subject) -> Refusal | None:
    """The date leaves the parties the minimum notice, and is not in the past."""
    day = subject.session_day
    if day is None:
        return None
    earliest = subject.on if subject.earliest_session is None else subject.earliest_session
    if day < earliest:
        return Refusal(
            N_("Escolha uma data a partir de {day}: as partes precisam ser avisadas antes."),
            "Lei 9.784/1999, arts. 26, § 2º, e 41", field="starts_at", params={"day": day_text(earliest)},
            available_on=earliest,
        )
    return None


def parties_want_another_meeting(subject: Subject) -> Refusal | None:
    """Meetings after the first need the parties' agreement."""
    if subject.values is None or not subject.facts.sessions_opened or subject.value("parties_agreed"):
        return None
    return Refusal(
        N_("Depois da primeira reunião, outra só com o acordo das partes. Confirme que elas concordaram."),
        "Lei 13.140/2015, art. 18", field="parties_agreed",
    )


def session_day_came(subject: Subject) -> Refusal | None:
    """A meeting opens, or is missed, on its day or later."""
    session = subject.facts.scheduled_session
    if session is None:
        return Refusal(N_("Não há reunião marcada. Use “Remarcar a reunião”."), "Lei 13.140/2015, art. 17")
    if subject.on < session.on:
        return Refusal(
            N_("A reunião está marcada para {day}. Faça o registro nesse dia ou depois."), "Lei 13.140/2015, art. 17",
            params={"day": day_text(session.on)}, available_on=session.on,
        )
    return None


def absence_may_close(subject: Subject) -> Refusal | None:
    """Ending the case with an absence is an option of the chamber's rules, and the mediator's to decide."""
    if not subject.value("close"):
        return None
    if "no_show_closes" not in subject.switches:
        return Refusal(
            N_("O regulamento não encerra o caso por ausência. Desmarque essa opção e marque outra data."), RULES,
            field="close",
        )
    return Refusal(
        N_("Cabe ao mediador encerrar o caso por ausência. Desmarque essa opção."), "Lei 13.140/2015, art. 20",
        field="close",
    )


def both_sides_came(subject: Subject) -> Refusal | None:
    """A joint session opens with somebody from each side."""
    present = subject.value("present")
    if present is None:
        return None
    sides = {party.side for party in subject.facts.parties if party.id in present}
    if {"applicant", "invitee"} <= sides or len({party.side for party in subject.facts.parties}) == 1:
        return None
    return Refusal(
        N_("Falta alguém de um dos lados. Marque quem veio ou registre a ausência."), "Lei 13.140/2015, art. 2º, § 1º",
        field="present",
    )


def equally_assisted(subject: Subject) -> Refusal | None:
    """Both sides have counsel or neither has; otherwise the lawful ways out (00.8)."""
    choice = subject.value("assistance")
    if choice in (None, "all_assisted"):
        return None
    article = "Lei 13.140/2015, art. 10, parágrafo único"
    present = set(subject.value("present") or ())
    came = [party for party in subject.facts.parties if party.id in present]
    if any(party.counsel and not party.is_city for party in came) and choice != "informed_choice":
        return Refusal(
            N_("Uma das partes que vieram tem advogado. Pause até que todas tenham, ou registre que todas têm."),
            article, field="assistance",
        )
    if choice == "none_assisted" and any(party.is_city for party in came):
        return Refusal(
            N_("A cidade vem com procurador. Diga se veio só o preposto, se a outra parte tem defensor ou advogado, "
               "ou pause para que tenha."),
            article, field="assistance",
        )
    if choice == "informed_choice" and not subject.rules.informed_choice:
        return Refusal(
            N_("O regulamento não admite que o cidadão dispense advogado. Pause até que ele tenha defensor ou "
               "advogado, ou receba a cidade só com preposto."),
            article, field="assistance",
        )
    return None


# --- leaving, pausing ---------------------------------------------------------------------------------------------


def takes_part(subject: Subject) -> Refusal | None:
    """A party outside the talks does not end or steer them; the mediator and the coordination always may."""
    if subject.actor.roles & {Role.MEDIATOR, Role.COORDINATOR}:
        return None
    if any(party.takes_part for party in subject.own_parties):
        return None
    return Refusal(
        N_("Sua parte não está nesta negociação. Se quiser entrar, fale com a Secretaria."),
        "Lei 13.140/2015, art. 2º, § 2º", kind="role",
    )


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
    if subject.facts.bound_by_settlement:
        return Refusal(
            N_("Há um acordo assinado neste caso. Cumpra o acordo, ou peça para refazê-lo."), "Lei 13.140/2015, art. 20"
        )
    return None


def may_withdraw(subject: Subject) -> Refusal | None:
    """Only the applicant withdraws before admission; any party may leave afterwards."""
    if any(party.side == "applicant" for party in subject.own_parties):
        return None
    if subject.facts.admitted_on is None:
        return Refusal(
            N_("Antes de o caso ser aceito, só quem pediu pode desistir."), "Lei 9.784/1999, art. 51", kind="role"
        )
    accepted = any(party.invitation == "accepted" for party in subject.own_parties)
    if subject.state in (CaseState.ADMITTED, CaseState.INVITATION_PENDING) and not accepted:
        return Refusal(
            N_("Para não participar, espere o convite e use “Recusar o convite”."), "Lei 13.140/2015, art. 2º, § 2º",
            kind="role",
        )
    return None


def origin_allows_leaving(subject: Subject) -> Refusal | None:
    """Where the case came from decides, in a pause or a consultation (00.17)."""
    origin = subject.facts.return_state
    if origin is None or origin in BEFORE_SIGNATURES:
        return None
    return Refusal(
        N_("O caso foi pausado depois das assinaturas. Cumpra o acordo, ou peça para refazê-lo."),
        "Lei 13.140/2015, art. 20",
    )


def pause_has_end(subject: Subject) -> Refusal | None:
    """A pause names the day on which it should end."""
    until = subject.value("until")
    if until is not None and until <= subject.on:
        return Refusal(N_("Escolha uma data depois de hoje para o fim da pausa."), RULES, field="until")
    return None


def timer_waits_for_the_planned_end(subject: Subject) -> Refusal | None:
    """The timer resumes a case only after the day planned; a person may resume it earlier."""
    until = subject.facts.suspended_until
    if subject.actor.roles == {Role.SYSTEM} and (until is None or subject.on <= until):
        return Refusal(
            N_("A pausa vai até {day}. Espere, ou peça à Coordenação que retome antes."), RULES,
            params={"day": day_text(until) if until else "-"},
            available_on=until + timedelta(1) if until else None,
        )
    return None


def timer_waits_for_reconsideration(subject: Subject) -> Refusal | None:
    """The timer forwards an appeal only after the author's time to reconsider (D-RECONS)."""
    if subject.actor.roles != {Role.SYSTEM}:
        return None
    return still_running(
        subject, "D-RECONS", N_("A Coordenação pode mudar a decisão até {due}. Espere o fim do prazo."),
        "Lei 9.784/1999, art. 56, § 1º",
    )


def has_a_mediator(subject: Subject) -> Refusal | None:
    """The talks need a mediator to go back to."""
    if subject.facts.mediator is not None:
        return None
    return Refusal(
        N_("Não há mediador: a proposta foi feita por escrito. Mude a minuta ou registre a recusa da proposta."), RULES,
    )


# --- at any time --------------------------------------------------------------------------------------------------


UNDOABLE_NEVER = frozenset(
    {
        "", "submit", "reopen", "register_legacy", "adopt_legacy", "sign", "set_aside", "split_rejected",
        "split_remainder", "admit_partially",
    }
)
"""Acts that began or split a case, that somebody signed, or that undid another."""


def last_act_can_fall(subject: Subject) -> Refusal | None:
    """Only the last docket act falls, never one that somebody signed or was served with (T50)."""
    facts = subject.facts
    if facts.last_act in UNDOABLE_NEVER:
        return Refusal(N_("Não há ato recente que possa ficar sem efeito. Para mudar algo, faça um ato novo."), RULES)
    if facts.last_act == "record_service" and facts.last_role not in (Role.REGISTRY, Role.COORDINATOR):
        return Refusal(N_("O aviso já foi recebido. Para mudar algo, faça um ato novo."), RULES)
    if subject.last_notice_received:
        return Refusal(N_("O aviso deste ato já foi aberto. Para mudar algo, faça um ato novo."), RULES)
    if subject.values is not None and (subject.previous is None or subject.previous[0] is not facts.last_from):
        return Refusal(N_("Não encontramos o ato anterior. Atualize a página e tente de novo."), RULES)
    return None


def city_is_a_party(subject: Subject) -> Refusal | None:
    """Only a municipality that is a party has somebody to speak for it."""
    if subject.facts.city_party is not None:
        return None
    return Refusal(N_("A Prefeitura não é parte neste caso. Inclua o órgão dela, se for."), RULES)


def notice_is_open(subject: Subject) -> Refusal | None:
    """There is a notice whose receipt is not recorded yet."""
    if subject.facts.notices_waiting:
        return None
    return Refusal(
        N_("Nenhum aviso espera registro de recebimento. Não é preciso fazer nada."), "Lei 9.784/1999, art. 26"
    )


def notice_is_own(subject: Subject) -> Refusal | None:
    """A party acknowledges its own notice; the registry records anybody's, the timer what the rules deem served."""
    if subject.actor.roles & {Role.REGISTRY, Role.COORDINATOR, Role.SYSTEM}:
        return None
    ordinal = subject.value("party")
    if subject.values is None or ordinal in {party.id for party in subject.own_parties}:
        return None
    return Refusal(
        N_("Este aviso é de outra pessoa. Abra os seus avisos."), "Lei 9.784/1999, art. 26", kind="role", field="notice"
    )


def service_follows_the_notice(subject: Subject) -> Refusal | None:
    """A notice arrives on the day it was given or later: an earlier date would take time away from its addressee."""
    served_on, given_on = subject.value("served_on"), subject.value("given_on")
    if served_on is None or given_on is None or served_on >= given_on:
        return None
    return Refusal(
        N_("O aviso é de {day}. Escreva uma data desse dia em diante."), "Lei 9.784/1999, art. 26", "value",
        "served_on", params={"day": day_text(given_on)},
    )


def caucus_with_own_side(subject: Subject) -> Refusal | None:
    """A party writes only in its own reserved conversation; the mediator in any."""
    ordinal = subject.value("party")
    if ordinal is None or Role.MEDIATOR in subject.actor.roles:
        return None
    if ordinal in {party.id for party in subject.own_parties}:
        return None
    return Refusal(
        N_("Essa conversa não é sua. Abra a sua conversa com o mediador."), "Lei 13.140/2015, art. 31", "role", "party"
    )


def case_was_admitted(subject: Subject) -> Refusal | None:
    """The city's own file begins when the case is admitted, so nobody reads it who decides an appeal before that."""
    if subject.facts.admitted_on is not None:
        return None
    return Refusal(N_("O dossiê da cidade começa quando o caso é aceito. Espere a decisão."), "AM, art. 12")
