"""What is to be done in a case, in a sentence with a verb: for the worklist's column and the card on top of a case.

Pure: state, facts and the next due date in, a ``Task`` with templates out; the page translates and fills them. They are
for those who work in the chamber; parties read ``domain.outlook``. A case that waits for a party says so, unless its
time is over or a receipt has not been recorded: then the chamber has something to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as _field
from datetime import date

from flask_babel import gettext

from cprac.domain.acts import Act
from cprac.domain.facts import CaseFacts, in_court, missing_signatories
from cprac.domain.roles import Role
from cprac.domain.settlement import Clause
from cprac.domain.states import CaseState as S
from cprac.domain.words import N_


@dataclass(frozen=True, slots=True)
class Task:
    """What to do, a note on it, and the act that does it where there is one.

    ``waits``: nothing can be done but wait; then the date is somebody else's.
    """

    title: str
    note: str = ""
    act: Act | None = None
    waits: bool = False
    params: Mapping[str, str] = _field(default_factory=dict)

    @property
    def words(self) -> str:
        """The title in the reader's language."""
        return gettext(self.title).format(**self.params)

    @property
    def more(self) -> str:
        """The note in the reader's language."""
        return gettext(self.note).format(**self.params) if self.note else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a task depends on. ``due``, ``rule``: the deadline that comes next; ``on``: today, local."""

    state: S
    facts: CaseFacts
    responsible: Role | None
    due: date | None
    rule: str
    on: date

    @property
    def over(self) -> bool:
        """Whether the date is past."""
        return self.due is not None and self.due < self.on

    def day(self, day: date | None) -> str:
        """A day as attorneys read it."""
        return f"{day:%d/%m/%Y}" if day else ""


SERVE = Task(
    N_("Registrar que o aviso chegou"),
    N_("O prazo de quem recebe só começa quando o aviso chega."),
    Act.RECORD_SERVICE,
)


def task_for(asked: Asked) -> Task:
    """What is to be done in the case."""
    return _TASKS[asked.state](asked)


def _always(title: str, note: str = "", act: Act | None = None) -> Callable[[Asked], Task]:
    task = Task(title, note, act)
    return lambda _asked: task


def _ended(asked: Asked) -> Task:
    return Task(
        N_("Caso encerrado"),
        N_("Desde {day}.") if asked.facts.closed_on else "",
        params={"day": asked.day(asked.facts.closed_on)},
    )


def _filed(asked: Asked) -> Task:
    return Task(
        N_("Começar a conferir o pedido"), N_("Pedido recebido em {day}."), Act.SCREEN,
        params={"day": asked.day(asked.facts.filed_on)},
    )  # fmt: skip


def _completion(asked: Asked) -> Task:
    if asked.over and asked.rule == "D-COMPLETE":
        return Task(
            N_("Decidir se arquiva por falta de documentos"),
            N_("O prazo de quem pediu terminou em {day}. O arquivamento precisa de assinatura."),
            Act.ARCHIVE_INCOMPLETE,
            params={"day": asked.day(asked.due)},
        )
    if asked.facts.notices_waiting:
        return SERVE
    return Task(N_("Esperar os documentos de quem pediu"), N_("Sem eles, o pedido pode ser arquivado."), waits=True)


def _agency(asked: Asked) -> Task:
    if asked.over:
        return Task(
            N_("Cobrar o órgão, ou seguir sem a resposta"), N_("O prazo do órgão terminou em {day}."),
            Act.PROCEED_WITHOUT_ANSWER, params={"day": asked.day(asked.due)},
        )  # fmt: skip
    return Task(N_("Ler a resposta do órgão quando chegar"), N_("O caso volta para onde estava."), Act.AGENCY_ANSWERS)


def _inadmissible(asked: Asked) -> Task:
    if asked.over and asked.rule == "D-APPEAL":
        return Task(
            N_("Encerrar: ninguém recorreu no prazo"), N_("O prazo de recurso terminou em {day}."), Act.LAPSE_APPEAL,
            params={"day": asked.day(asked.due)},
        )  # fmt: skip
    if asked.facts.notices_waiting:
        return SERVE
    return Task(N_("Esperar o prazo de recurso"), N_("Quem pediu pode recorrer."), waits=True)


def _review(asked: Asked) -> Task:
    if asked.facts.appeal == "forwarded":
        return Task(N_("Decidir o recurso"), N_("Quem assinou a decisão contestada não decide."))
    return Task(
        N_("Mudar a decisão, ou mantê-la e enviar o recurso"),
        N_("Primeiro responde quem decidiu; depois outra autoridade."),
    )


def _admitted(asked: Asked) -> Task:
    day = {"day": asked.day(asked.facts.admitted_on)}
    if asked.facts.same_person:
        return Task(N_("Começar sem convite"), N_("Caso aceito em {day}."), Act.START_WITHOUT_INVITATION, params=day)
    return Task(N_("Enviar o convite"), N_("Caso aceito em {day}."), Act.INVITE, params=day)


def _invited(asked: Asked) -> Task:
    city = next((party for party in asked.facts.open_invitees if party.is_city), None)
    if asked.rule == "D-RECEIPT":
        return Task(
            N_("Confirmar que o convite chegou"), N_("O prazo da resposta corre do recebimento."), Act.RECORD_SERVICE
        )
    if city is not None and asked.facts.city_attorney is None:
        return Task(
            N_("Indicar quem representa a cidade"), N_("Sem procurador, ninguém responde ao convite pela Prefeitura."),
            Act.ASSIGN_CITY_ATTORNEY,
        )  # fmt: skip
    if city is not None:
        return Task(N_("Responder ao convite pela cidade"), N_("A Prefeitura tem o dever de responder."), Act.ACCEPT)
    if asked.over:
        return Task(
            N_("Encerrar o convite sem resposta"), N_("O prazo para responder terminou em {day}."),
            Act.LAPSE_INVITATION, params={"day": asked.day(asked.due)},
        )  # fmt: skip
    return Task(N_("Esperar a resposta ao convite"), waits=True)


def _mediator(asked: Asked) -> Task:
    mediator = asked.facts.mediator
    if mediator is None:
        return Task(N_("Escolher o mediador"), N_("O convite foi aceito."), Act.ASSIGN)
    if mediator.challenged:
        return Task(N_("Escolher outro mediador"), N_("Uma parte recusou o anterior."), Act.REPLACE)
    if mediator.disclosed_on is None:
        return Task(
            N_("Declarar se algo impede de mediar"), N_("A reunião só é marcada depois da declaração."), Act.DISCLOSE
        )
    if asked.rule == "D-CHALLENGE" and not asked.over:
        return Task(
            N_("Esperar a recusa do mediador"),
            N_("As partes podem recusar até {day}. Silêncio vale como aceite; depois, marque a primeira reunião."),
            waits=True,
            params={"day": asked.day(asked.due)},
        )
    return Task(N_("Marcar a primeira reunião"), N_("O prazo para recusar o mediador terminou."), Act.SCHEDULE)


def _session(asked: Asked) -> Task:
    session = asked.facts.scheduled_session
    if session is not None and asked.on < session.on:
        return Task(
            N_("Preparar a reunião de {day}"), N_("As partes já foram avisadas."), Act.RESCHEDULE, waits=True,
            params={"day": f"{session.on:%d/%m}"},
        )  # fmt: skip
    return Task(N_("Abrir a reunião, ou registrar ausência"), "", Act.OPEN_SESSION)


def _pause(asked: Asked) -> Task:
    until = {"day": asked.day(asked.facts.suspended_until)}
    if asked.facts.suspended_until is not None and asked.facts.suspended_until < asked.on:
        return Task(N_("Retomar o caso"), N_("A pausa ia até {day}."), Act.RESUME, params=until)
    return Task(
        N_("Aguardar o fim da pausa"),
        N_("Volta em {day}. Os prazos estão parados."),
        Act.RESUME,
        waits=True,
        params=until,
    )


def _draft(asked: Asked) -> Task:
    settlement = asked.facts.settlement
    if settlement is not None and settlement.complete:
        return Task(N_("Enviar a minuta para parecer"), N_("Todas as cláusulas estão escritas."), Act.SEND_TO_REVIEW)
    if settlement is not None and settlement.missing:
        names = [gettext(Clause(name).label) for name in settlement.missing if name in set(Clause)]
        return Task(
            N_("Completar a minuta"),
            N_("Falta escrever: {what}."),
            Act.DRAFT_AGREEMENT,
            params={"what": "; ".join(names)},
        )
    return Task(N_("Escrever a minuta"), N_("Cada obrigação com quem deve e até quando."), Act.DRAFT_AGREEMENT)


def _opinion(asked: Asked) -> Task:
    settlement = asked.facts.settlement
    if settlement is not None and settlement.opinion == "favourable":
        return Task(N_("Pedir a autorização do acordo"), N_("O parecer é favorável."), Act.REQUEST_AUTHORIZATION)
    return Task(N_("Dar o parecer sobre a minuta"), N_("Quem negociou não dá o parecer."), Act.ISSUE_OPINION)


def _authorization(asked: Asked) -> Task:
    settlement = asked.facts.settlement
    given, all_of_them = (len(settlement.approvals), len(settlement.approvers)) if settlement else (0, 0)
    return Task(
        N_("Autorizar ou negar o acordo"), N_("{given} de {n} autorizações dadas. Silêncio não autoriza."),
        params={"given": str(given), "n": str(all_of_them)},
    )  # fmt: skip


def _signatures(asked: Asked) -> Task:
    if asked.over and asked.rule == "D-SIGN":
        return Task(
            N_("Decidir se encerra a coleta de assinaturas"), N_("O prazo para assinar terminou em {day}."),
            Act.LAPSE_SIGNATURES, params={"day": asked.day(asked.due)},
        )  # fmt: skip
    missing = missing_signatories(asked.facts)
    params = {"n": str(len(missing))}
    if missing and all(party.is_city for party in missing):
        return Task(N_("Assinar o termo pela cidade"), N_("As outras partes já assinaram."), Act.SIGN)
    note = N_("Falta 1 assinatura.") if len(missing) == 1 else N_("Faltam {n} assinaturas.")
    return Task(N_("Esperar as assinaturas"), note, Act.SIGN, waits=True, params=params)


def _homologation(asked: Asked) -> Task:
    if asked.facts.settlement is not None and asked.facts.settlement.homologated:
        return Task(
            N_("Levar o acordo ao juiz"), N_("O acordo só vale depois da homologação judicial."), Act.FILE_IN_COURT
        )
    return Task(N_("Homologar o acordo, ou não"), N_("O acordo só vale depois de homologado."), Act.HOMOLOGATE_ADMIN)


def _court(asked: Asked) -> Task:
    if in_court(asked.facts):
        return Task(N_("Esperar a decisão do juiz"), N_("Quando sair, registre."), Act.COURT_HOMOLOGATES, waits=True)
    return Task(N_("Levar o acordo ao juiz"), N_("O acordo só vale depois da homologação judicial."), Act.FILE_IN_COURT)


def _compliance(asked: Asked) -> Task:
    owed = sorted(asked.facts.pending_obligations, key=lambda item: (item.due, item.number))
    if not owed:
        return Task(N_("Conferir se o acordo foi cumprido"))
    first = owed[0]
    params = {"n": str(first.number), "all": str(len(asked.facts.obligations)), "day": asked.day(first.due)}
    if first.due < asked.on and first.status != "notified":
        return Task(
            N_("Confirmar a {n}ª obrigação, ou notificar"), N_("Venceu em {day}. Obrigação {n} de {all}."),
            Act.REGISTER_FULFILMENT, params=params,
        )  # fmt: skip
    if first.status == "notified":
        return Task(
            N_("Conferir se a {n}ª obrigação foi sanada"), N_("Quem deve foi notificado."), Act.REGISTER_FULFILMENT,
            params=params,
        )  # fmt: skip
    return Task(N_("Confirmar a {n}ª obrigação"), N_("Obrigação {n} de {all}."), Act.REGISTER_FULFILMENT, params=params)


_TASKS: Mapping[S, Callable[[Asked], Task]] = {
    S.DRAFT: _always(N_("Enviar o pedido")),
    S.FILED: _filed,
    S.FORMAL_REVIEW: _always(
        N_("Conferir os documentos"), N_("Se faltar algo, peça tudo de uma vez. Se não, conclua."), Act.PASS_FORMAL
    ),
    S.AWAITING_COMPLETION: _completion,
    S.MERIT_ADMISSIBILITY: _always(
        N_("Decidir se o caso é aceito"), N_("O prazo não aceita nem recusa o pedido: você precisa decidir.")
    ),
    S.AWAITING_AGENCY: _agency,
    S.INADMISSIBLE: _inadmissible,
    S.UNDER_REVIEW: _review,
    S.ADMITTED: _admitted,
    S.INVITATION_PENDING: _invited,
    S.MEDIATOR_ASSIGNMENT: _mediator,
    S.SESSION_SCHEDULED: _session,
    S.IN_PROGRESS: _always(
        N_("Conduzir a negociação"), N_("Registre a ata, marque outra reunião, ou registre como terminou.")
    ),
    S.SUSPENDED: _pause,
    S.DRAFTING_AGREEMENT: _draft,
    S.LEGAL_FISCAL_REVIEW: _opinion,
    S.AWAITING_AUTHORIZATION: _authorization,
    S.AWAITING_SIGNATURES: _signatures,
    S.AWAITING_ADMIN_HOMOLOGATION: _homologation,
    S.AWAITING_PUBLICATION: _always(
        N_("Publicar o extrato e registrar"), N_("O acordo só produz efeito com a publicação."), Act.PUBLISH
    ),
    S.AWAITING_COURT_HOMOLOGATION: _court,
    S.IN_FORCE: _compliance,
    S.BREACHED: _always(N_("Decidir: cobrar, refazer ou aceitar o cumprimento"), N_("O descumprimento foi declarado.")),
    S.LEGACY_OPEN: _always(
        N_("Decidir se o caso antigo entra no procedimento"), N_("Sem prazos nem avisos até lá."), Act.ADOPT_LEGACY
    ),
    **dict.fromkeys((state for state in S if state.terminal), _ended),
}
"""A task for each state; a test holds that none is missing."""

TURNS: Mapping[Role, str] = {
    Role.APPLICANT: N_("Vez de quem pediu"),
    Role.INVITEE: N_("Vez de quem foi convidado"),
    Role.REGISTRY: N_("Vez da Secretaria"),
    Role.COORDINATOR: N_("Vez da Coordenação"),
    Role.MEDIATOR: N_("Vez do mediador"),
    Role.MUNICIPAL_ATTORNEY: N_("Vez da Procuradoria da parte"),
    Role.OPINION_AUTHOR: N_("Vez de quem dá o parecer"),
    Role.APPROVER: N_("Vez de quem autoriza"),
    Role.ATTORNEY_GENERAL: N_("Vez da Procuradoria-Geral"),
    Role.APPEAL_DECIDER: N_("Vez de quem decide o recurso"),
}
"""Whose turn it is, by the role that must act."""
