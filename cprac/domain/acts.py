"""The acts of the chamber: imperative name, past name, effect in a line, and the fields each act asks for.

Acts are imperative (``admit``), happenings past tense (the ``past`` label). One form page, one timeline line and one
service serve every act, because each act declares here what it needs (architecture.md, "acts declare their fields").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cprac.domain.words import N_


class Compartment(StrEnum):
    """Where an act is written. Only ``docket`` changes a case; the others are kept apart, each in its own chain."""

    DOCKET = "docket"
    JOINT = "joint"
    CAUCUS = "caucus"
    NOTES = "notes"
    CITY = "city"


class InformationClass(StrEnum):
    """The rows of the confidentiality matrix (procedure.md e)."""

    EXISTENCE = "existence"
    APPLICATION = "application"
    PERSONAL = "personal"
    ADMISSIBILITY = "admissibility"
    NOTICE = "notice"
    MINUTES = "minutes"
    JOINT_SESSION = "joint_session"
    CAUCUS = "caucus"
    MEDIATOR_NOTES = "mediator_notes"
    CITY_STRATEGY = "city_strategy"
    MEDIATION_DOCUMENT = "mediation_document"
    AGENCY_EVIDENCE = "agency_evidence"
    DRAFT_TERM = "draft_term"
    APPROVER_FILE = "approver_file"
    SIGNED_TERM = "signed_term"
    FINAL_RECORD = "final_record"
    VALUES = "values"
    COMPLIANCE = "compliance"
    MEDIATOR_IDENTITY = "mediator_identity"


class Kind(StrEnum):
    """What a field holds: the cleaned Python value it yields is in brackets."""

    TEXT = "text"  # [str] one line
    LONG_TEXT = "long_text"  # [str]
    LINES = "lines"  # [tuple[str, ...]] one item a line
    DATE = "date"  # [date]
    MOMENT = "moment"  # [datetime, UTC]
    MONEY = "money"  # [int, centavos]
    FLAG = "flag"  # [bool] something the person vouches for or switches on
    CHOICE = "choice"  # [str] one of ``choices``
    ACCOUNT = "account"  # [int] a person with the office named in ``choices``
    PARTY = "party"  # [int] ordinal of a party of the case
    PARTIES = "parties"  # [tuple[int, ...]]
    AGENCY = "agency"  # [int]
    OBLIGATION = "obligation"  # [int] number of an obligation of the settlement
    OBLIGATIONS = "obligations"  # [tuple[dict, ...]] the rows of a draft
    NOTICE = "notice"  # [int] a notice of the case
    CNJ = "cnj"  # [str, 20 digits]
    PROCESS = "process"  # [str] number of an administrative process of the city
    FILES = "files"  # [tuple[upload, ...]] handled by the documents service


@dataclass(frozen=True, slots=True)
class ActField:
    """A thing an act asks for.

    ``private`` text never enters the docket payload: it is kept in the erasable part of the event. ``choices`` names a
    list: of the regulation (``regulation:inadmissibility_reasons``), an office (``office:mediator``), a fixed list of
    (value, label) pairs, or facts of the case (``case:open_invitees``).
    """

    name: str
    label: str
    kind: Kind
    required: bool = True
    hint: str = ""
    choices: str | tuple[tuple[str, str], ...] = ()
    must_be_true: bool = False
    article: str = ""

    @property
    def private(self) -> bool:
        """Free text and files may hold personal data, so they are kept apart from the docket."""
        return self.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.LINES, Kind.FILES)


class Act(StrEnum):
    """One thing a person (or, where the regulation automates it, the timer) does in a case."""

    code: str
    label: str
    past: str
    effect: str
    grave: bool
    information_class: InformationClass
    compartment: Compartment

    def __new__(  # noqa: PLR0913  (a table row: one argument a column)
        cls,
        value: str,
        code: str,
        label: str,
        past: str,
        effect: str,
        information_class: InformationClass = InformationClass.EXISTENCE,
        grave: bool = False,
        compartment: Compartment = Compartment.DOCKET,
    ) -> Act:
        member = str.__new__(cls, value)
        member._value_ = value
        member.code = code
        member.label = label
        member.past = past
        member.effect = effect
        member.grave = grave
        member.information_class = information_class
        member.compartment = compartment
        return member

    # Filing and formal screening
    REGISTER_LEGACY = (
        "register_legacy", "T0", N_("Registrar caso antigo"), N_("Caso antigo registrado"),
        N_("Traz um caso da planilha antiga, sem prazos nem avisos."), InformationClass.APPLICATION,
    )
    ADOPT_LEGACY = (
        "adopt_legacy", "T53", N_("Trazer o caso antigo para o procedimento"), N_("Caso antigo adotado"),
        N_("O caso passa a seguir as regras e os prazos de hoje."), InformationClass.APPLICATION,
    )
    CLOSE_LEGACY = (
        "close_legacy", "T0b", N_("Encerrar caso antigo"), N_("Caso antigo encerrado"),
        N_("Guarda o resultado que o caso teve fora do sistema."), InformationClass.APPLICATION, True,
    )
    LEGACY_STEP = (
        "legacy_step", "T0a", N_("Registrar andamento antigo"), N_("Andamento antigo"),
        N_("Guarda um andamento da planilha antiga."), InformationClass.APPLICATION,
    )
    SUBMIT = (
        "submit", "T1", N_("Enviar o pedido"), N_("Pedido recebido"),
        N_("O pedido ganha número e data. A Câmara começa a conferir."), InformationClass.APPLICATION,
    )
    REOPEN = (
        "reopen", "T39", N_("Reabrir em novo caso"), N_("Novo caso aberto a partir de outro"),
        N_("Abre um caso novo, ligado ao anterior, com nova data de pedido."), InformationClass.APPLICATION, True,
    )
    SCREEN = (
        "screen", "T2", N_("Começar a conferir os documentos"), N_("Conferência iniciada"),
        N_("A Secretaria começa a conferência."),
    )
    REQUEST_COMPLETION = (
        "request_completion", "T3", N_("Pedir o que falta"), N_("Complementação pedida"),
        N_("Quem pediu é avisado do que falta e do prazo. O prazo da Câmara para."), InformationClass.APPLICATION,
    )
    COMPLETE = (
        "complete", "T4", N_("Enviar o que falta"), N_("Documentos entregues"),
        N_("A Câmara volta a conferir o pedido."), InformationClass.APPLICATION,
    )
    EXTEND_COMPLETION = (
        "extend_completion", "T4a", N_("Dar mais prazo para completar"), N_("Prazo para completar prorrogado"),
        N_("O prazo de quem pediu aumenta uma vez, com motivo."), InformationClass.APPLICATION,
    )
    ARCHIVE_INCOMPLETE = (
        "archive_incomplete", "T5", N_("Arquivar por falta de documentos"), N_("Pedido arquivado por falta de documentos"),
        N_("O pedido é arquivado. Quem pediu pode fazer outro, com nova data."), InformationClass.ADMISSIBILITY, True,
    )
    PASS_FORMAL = (
        "pass_formal", "T6", N_("Concluir a conferência"), N_("Conferência concluída"),
        N_("O pedido segue para a decisão de aceitar ou não."),
    )
    ASK_AGENCY = (
        "ask_agency", "T7", N_("Pedir informação a um órgão"), N_("Informação pedida a órgão"),
        N_("O órgão é avisado da pergunta e do prazo."), InformationClass.AGENCY_EVIDENCE,
    )
    AGENCY_ANSWERS = (
        "agency_answers", "T8", N_("Registrar a resposta do órgão"), N_("Órgão respondeu"),
        N_("O caso volta para onde estava."), InformationClass.AGENCY_EVIDENCE,
    )
    PROCEED_WITHOUT_ANSWER = (
        "proceed_without_answer", "T8a", N_("Seguir sem a resposta do órgão"), N_("Caso seguiu sem a resposta do órgão"),
        N_("O caso volta para onde estava, com o que já existe."),
    )
    ADMIT = (
        "admit", "T9", N_("Aceitar o caso"), N_("Caso aceito"),
        N_("O procedimento é instaurado. A prescrição fica suspensa desde o pedido."),
        InformationClass.ADMISSIBILITY, True,
    )
    ADMIT_PARTIALLY = (
        "admit_partially", "T10", N_("Aceitar só uma parte"), N_("Caso aceito em parte"),
        N_("A parte aceita segue; a outra vira um caso não aceito, com recurso."), InformationClass.ADMISSIBILITY, True,
    )
    SPLIT_REJECTED = (
        "split_rejected", "T10a", N_("Separar a parte não aceita"), N_("Parte não aceita separada"),
        N_("Abre o caso da parte que não foi aceita."), InformationClass.ADMISSIBILITY,
    )
    REJECT = (
        "reject", "T11", N_("Não aceitar o caso"), N_("Pedido não aceito"),
        N_("Quem pediu é avisado do motivo e pode recorrer."), InformationClass.ADMISSIBILITY, True,
    )
    APPEAL = (
        "appeal", "T12", N_("Recorrer"), N_("Recurso apresentado"),
        N_("Quem decidiu pode mudar de ideia; se não mudar, outra autoridade decide."), InformationClass.ADMISSIBILITY,
    )
    RECONSIDER = (
        "reconsider", "T12a", N_("Reconsiderar a decisão"), N_("Decisão reconsiderada"),
        N_("A própria Coordenação muda a decisão e o caso volta a andar."), InformationClass.ADMISSIBILITY, True,
    )
    FORWARD_APPEAL = (
        "forward_appeal", "T12b", N_("Manter a decisão e enviar o recurso"), N_("Recurso enviado ao Procurador-Geral"),
        N_("O recurso segue para quem decide."), InformationClass.ADMISSIBILITY,
    )
    UPHOLD = (
        "uphold", "T12c", N_("Negar o recurso"), N_("Recurso negado"),
        N_("A decisão contestada fica mantida e o caso é encerrado."), InformationClass.ADMISSIBILITY, True,
    )
    REVERSE = (
        "reverse", "T12d", N_("Aceitar o recurso"), N_("Recurso aceito"),
        N_("A decisão contestada cai e o caso segue."), InformationClass.ADMISSIBILITY, True,
    )
    DISMISS_APPEAL = (
        "dismiss_appeal", "T12e", N_("Não conhecer do recurso"), N_("Recurso não conhecido"),
        N_("O recurso não pode ser analisado; a decisão fica mantida."), InformationClass.ADMISSIBILITY, True,
    )
    LAPSE_APPEAL = (
        "lapse_appeal", "T12f", N_("Encerrar: ninguém recorreu no prazo"), N_("Prazo de recurso terminou sem recurso"),
        N_("A decisão fica definitiva."), InformationClass.ADMISSIBILITY, True,
    )
    # Invitation and mediator
    INVITE = (
        "invite", "T13", N_("Enviar o convite"), N_("Convite enviado"),
        N_("A outra parte recebe o convite. O prazo corre quando ela receber."), InformationClass.NOTICE,
    )
    OFFER_DIRECTLY = (
        "offer_directly", "T41", N_("Oferecer proposta padrão"), N_("Proposta padrão oferecida"),
        N_("Sem reunião: quem pediu recebe a proposta por escrito."), InformationClass.DRAFT_TERM,
    )
    REFUSE_OFFER = (
        "refuse_offer", "T41a", N_("Recusar a proposta"), N_("Proposta recusada"),
        N_("O caso segue para a escolha do mediador."), InformationClass.DRAFT_TERM,
    )
    START_WITHOUT_INVITATION = (
        "start_without_invitation", "T52", N_("Começar sem convite"), N_("Caso começou sem convite"),
        N_("As duas partes são da mesma pessoa jurídica: não há convite."),
    )
    ACCEPT = (
        "accept", "T14", N_("Aceitar o convite"), N_("Convite aceito"),
        N_("A conversa vai acontecer. A Câmara escolhe o mediador."), InformationClass.NOTICE,
    )
    DECLINE = (
        "decline", "T15", N_("Recusar o convite"), N_("Convite recusado"),
        N_("Sem outra parte, o caso termina. A prescrição volta a correr."), InformationClass.NOTICE, True,
    )
    LAPSE_INVITATION = (
        "lapse_invitation", "T15a", N_("Encerrar o convite sem resposta"), N_("Convite sem resposta"),
        N_("O prazo do convite terminou sem resposta."), InformationClass.NOTICE, True,
    )
    INVITATION_UNDELIVERABLE = (
        "invitation_undeliverable", "T48", N_("Certificar que o convite não chegou"), N_("Convite não chegou"),
        N_("Tenta-se outro meio; sem outro meio, o caso termina com certidão."), InformationClass.NOTICE,
    )
    ASSIGN = (
        "assign", "T16", N_("Escolher o mediador"), N_("Mediador designado"),
        N_("O mediador é avisado e precisa declarar se algo o impede."), InformationClass.MEDIATOR_IDENTITY,
    )
    DISCLOSE = (
        "disclose", "T17", N_("Declarar se algo me impede"), N_("Mediador fez sua declaração"),
        N_("As partes são avisadas e podem recusar o mediador no prazo."), InformationClass.MEDIATOR_IDENTITY,
    )
    CHALLENGE = (
        "challenge", "T17a", N_("Recusar o mediador"), N_("Mediador recusado por uma parte"),
        N_("A Coordenação escolhe outra pessoa."), InformationClass.MEDIATOR_IDENTITY,
    )
    REPLACE = (
        "replace", "T17b", N_("Trocar o mediador"), N_("Mediador trocado"),
        N_("Abre nova escolha e novo prazo para recusa."), InformationClass.MEDIATOR_IDENTITY,
    )
    # Sessions
    SCHEDULE = (
        "schedule", "T18", N_("Marcar reunião"), N_("Reunião marcada"),
        N_("As partes são avisadas da data e do lugar."), InformationClass.NOTICE,
    )
    RESCHEDULE = (
        "reschedule", "T18a", N_("Remarcar a reunião"), N_("Reunião remarcada"),
        N_("As partes são avisadas da nova data."), InformationClass.NOTICE,
    )
    OPEN_SESSION = (
        "open_session", "T19", N_("Abrir a reunião"), N_("Reunião aberta"),
        N_("Começa a negociação. O aviso de sigilo fica registrado."), InformationClass.MINUTES,
    )
    RECORD_MINUTES = (
        "record_minutes", "T19a", N_("Registrar a ata"), N_("Ata registrada"),
        N_("Só presença, próxima data e resultado: nada do que foi dito."), InformationClass.MINUTES,
    )
    NO_SHOW = (
        "no_show", "T23", N_("Registrar ausência"), N_("Ausência registrada"),
        N_("A reunião não aconteceu. O mediador decide se marca outra."), InformationClass.MINUTES,
    )
    CAUCUS = (
        "caucus", "T20", N_("Anotar conversa reservada"), N_("Conversa reservada"),
        N_("Só a parte e o mediador veem."), InformationClass.CAUCUS, False, Compartment.CAUCUS,
    )
    RECORD_OFFER = (
        "record_offer", "T20a", N_("Registrar proposta"), N_("Proposta registrada"),
        N_("Só quem negocia vê."), InformationClass.JOINT_SESSION, False, Compartment.JOINT,
    )
    MEDIATOR_NOTE = (
        "mediator_note", "T20b", N_("Anotar para mim"), N_("Anotação do mediador"),
        N_("Só o mediador vê."), InformationClass.MEDIATOR_NOTES, False, Compartment.NOTES,
    )
    CITY_NOTE = (
        "city_note", "T20c", N_("Anotar no dossiê da cidade"), N_("Anotação no dossiê da cidade"),
        N_("Só a Procuradoria da parte vê; quem autoriza vê quando decide."), InformationClass.CITY_STRATEGY, False,
        Compartment.CITY,
    )
    SUSPEND = (
        "suspend", "T21", N_("Pausar"), N_("Caso pausado"),
        N_("Os prazos param. A prescrição continua suspensa."),
    )
    RESUME = (
        "resume", "T22", N_("Retomar"), N_("Caso retomado"), N_("Os dias que faltavam voltam a correr."),
    )
    TERMS_REACHED = (
        "terms_reached", "T24", N_("Registrar que houve acordo"), N_("As partes chegaram a um acordo"),
        N_("Começa a redação do termo."), InformationClass.MINUTES,
    )
    CLOSE_WITHOUT_AGREEMENT = (
        "close_without_agreement", "T25", N_("Encerrar sem acordo"), N_("Encerrado sem acordo"),
        N_("O termo final não diz motivos. A prescrição volta a correr amanhã."), InformationClass.FINAL_RECORD, True,
    )
    WITHDRAW = (
        "withdraw", "T26", N_("Desistir"), N_("Encerrado a pedido"),
        N_("O caso termina. A prescrição volta a correr."), InformationClass.FINAL_RECORD, True,
    )
    # Agreement
    DRAFT_AGREEMENT = (
        "draft_agreement", "T24a", N_("Escrever a minuta"), N_("Minuta escrita"),
        N_("Grava objeto, valores e obrigações, cada uma com data."), InformationClass.DRAFT_TERM,
    )
    REDRAFT = (
        "redraft", "T45", N_("Voltar a negociar"), N_("Caso voltou à negociação"),
        N_("A minuta fica no histórico e a conversa recomeça."), InformationClass.DRAFT_TERM,
    )
    SEND_TO_REVIEW = (
        "send_to_review", "T27", N_("Enviar a minuta para parecer"), N_("Minuta enviada para parecer"),
        N_("Quem dá o parecer é outra pessoa, que não negociou."), InformationClass.DRAFT_TERM,
    )
    ISSUE_OPINION = (
        "issue_opinion", "T27a", N_("Dar parecer favorável"), N_("Parecer favorável"),
        N_("Com o parecer, pode-se pedir a autorização."), InformationClass.APPROVER_FILE,
    )
    OPINION_ADVERSE = (
        "opinion_adverse", "T42", N_("Dar parecer contrário"), N_("Parecer contrário"),
        N_("A minuta volta para ser refeita, ou o caso volta à negociação."), InformationClass.APPROVER_FILE, True,
    )
    REQUEST_AUTHORIZATION = (
        "request_authorization", "T28", N_("Pedir autorização"), N_("Autorização pedida"),
        N_("Decide quem a tabela de valores manda."), InformationClass.APPROVER_FILE,
    )
    AUTHORIZE = (
        "authorize", "T29", N_("Autorizar o acordo"), N_("Acordo autorizado"),
        N_("O termo segue para assinatura quando a última autorização sair."), InformationClass.APPROVER_FILE, True,
    )
    DENY = (
        "deny", "T29a", N_("Negar a autorização"), N_("Autorização negada"),
        N_("O caso volta à negociação."), InformationClass.APPROVER_FILE, True,
    )
    SIGN = (
        "sign", "T30", N_("Assinar o termo"), N_("Termo assinado"),
        N_("A assinatura vale para o texto exato que você leu."), InformationClass.SIGNED_TERM, True,
    )
    LAPSE_SIGNATURES = (
        "lapse_signatures", "T44", N_("Encerrar a coleta de assinaturas"), N_("Prazo de assinatura terminou"),
        N_("O caso volta à negociação."), InformationClass.DRAFT_TERM, True,
    )
    HOMOLOGATE_ADMIN = (
        "homologate_admin", "T31", N_("Homologar"), N_("Acordo homologado pelo Procurador-Geral"),
        N_("O acordo passa à próxima condição para valer."), InformationClass.SIGNED_TERM, True,
    )
    REFUSE_HOMOLOGATION = (
        "refuse_homologation", "T43", N_("Não homologar"), N_("Homologação recusada"),
        N_("A minuta volta para ser refeita."), InformationClass.APPROVER_FILE, True,
    )
    PUBLISH = (
        "publish", "T32", N_("Registrar a publicação"), N_("Extrato publicado"),
        N_("O acordo passa a valer, ou segue para o juiz."), InformationClass.SIGNED_TERM,
    )
    FILE_IN_COURT = (
        "file_in_court", "T33", N_("Registrar o pedido ao juiz"), N_("Acordo levado ao juiz"),
        N_("Espera-se a homologação judicial."), InformationClass.SIGNED_TERM,
    )
    COURT_HOMOLOGATES = (
        "court_homologates", "T34", N_("Registrar a homologação judicial"), N_("Juiz homologou o acordo"),
        N_("O acordo vale como título judicial."), InformationClass.SIGNED_TERM,
    )
    COURT_REFUSES = (
        "court_refuses", "T46", N_("Registrar a recusa do juiz"), N_("Juiz não homologou o acordo"),
        N_("O caso volta à negociação ou à redação."), InformationClass.SIGNED_TERM,
    )
    # Compliance
    REGISTER_FULFILMENT = (
        "register_fulfilment", "T35", N_("Registrar cumprimento"), N_("Obrigação cumprida"),
        N_("Cumprida a última obrigação, o caso é encerrado."), InformationClass.COMPLIANCE,
    )
    NOTIFY_TO_CURE = (
        "notify_to_cure", "T36a", N_("Notificar para cumprir"), N_("Notificação para cumprir"),
        N_("Quem deve é avisado e ganha prazo para cumprir."), InformationClass.COMPLIANCE,
    )
    DECLARE_BREACH = (
        "declare_breach", "T36", N_("Declarar descumprimento"), N_("Descumprimento declarado"),
        N_("O acordo pode ser cobrado, refeito ou ainda cumprido."), InformationClass.COMPLIANCE, True,
    )
    CURE = (
        "cure", "T37", N_("Registrar que cumpriu depois"), N_("Descumprimento sanado"),
        N_("O acordo volta a correr."), InformationClass.COMPLIANCE,
    )
    RENEGOTIATE = (
        "renegotiate", "T37a", N_("Refazer o acordo"), N_("Acordo em renegociação"),
        N_("As partes escrevem novo termo."), InformationClass.COMPLIANCE,
    )
    ENFORCE = (
        "enforce", "T37b", N_("Levar à cobrança na Justiça"), N_("Acordo levado à execução"),
        N_("O caso termina aqui e continua na Justiça."), InformationClass.COMPLIANCE, True,
    )
    ARBITRATE_INTERNAL = (
        "arbitrate_internal", "T38", N_("Decidir entre os órgãos"), N_("Decidido pela Procuradoria-Geral"),
        N_("A decisão vincula os órgãos."), InformationClass.FINAL_RECORD, True,
    )
    DECLARE_MOOT = (
        "declare_moot", "T47", N_("Encerrar por perda de objeto"), N_("Encerrado: perdeu o motivo"),
        N_("O caso termina sem decisão sobre o pedido."), InformationClass.FINAL_RECORD, True,
    )
    ANNUL = (
        "annul", "T49", N_("Registrar a anulação do acordo"), N_("Acordo anulado"),
        N_("O acordo deixa de valer. É o único ato possível em caso encerrado."), InformationClass.SIGNED_TERM, True,
    )
    # Any time
    SET_ASIDE = (
        "set_aside", "T50", N_("Tornar sem efeito o último ato"), N_("Último ato tornado sem efeito"),
        N_("O caso volta à situação anterior. Nada é apagado."), InformationClass.EXISTENCE, True,
    )
    ASSIGN_SUBSTITUTE = (
        "assign_substitute", "T51", N_("Designar substituto"), N_("Substituto designado"),
        N_("Outra pessoa assume a função entre as datas do ato."),
    )
    REDISTRIBUTE = (
        "redistribute", "T40", N_("Redistribuir"), N_("Caso redistribuído"),
        N_("Outra pessoa passa a cuidar do caso. Os prazos não mudam."),
    )
    TAKE_OVER = (
        "take_over", "T40a", N_("Avocar"), N_("Caso avocado pelo Procurador-Geral"),
        N_("Medida excepcional, com motivo. Os prazos não mudam."), InformationClass.EXISTENCE, True,
    )
    ASSIGN_CITY_ATTORNEY = (
        "assign_city_attorney", "T51a", N_("Indicar quem representa a cidade"), N_("Procurador da parte indicado"),
        N_("A pessoa passa a responder pela Prefeitura neste caso."),
    )
    RECORD_SERVICE = (
        "record_service", "T13a", N_("Registrar que o aviso chegou"), N_("Aviso recebido"),
        N_("O prazo de quem recebeu começa a contar."), InformationClass.NOTICE,
    )
    ADD_DOCUMENT = (
        "add_document", "T4b", N_("Juntar documento"), N_("Documento juntado"),
        N_("O documento entra no caso, com quem pode ver."), InformationClass.APPLICATION,
    )
    LINK_LAWSUIT = (
        "link_lawsuit", "T33a", N_("Ligar processo da Justiça"), N_("Processo da Justiça ligado"),
        N_("O número fica no caso e as datas do processo aparecem."),
    )
    SET_EXTERNAL_PROCESS = (
        "set_external_process", "T1a", N_("Anotar o processo da Prefeitura"), N_("Processo da Prefeitura anotado"),
        N_("Liga o caso ao processo administrativo da cidade."),
    )
    RECORD_CLAIM = (
        "record_claim", "T9a", N_("Anotar a prescrição de um pedido"), N_("Prescrição anotada"),
        N_("Guarda início e prazo de prescrição, para a estimativa."), InformationClass.APPLICATION,
    )


def _f(name: str, label: str, kind: Kind, **more: object) -> ActField:
    return ActField(name, label, kind, **more)  # type: ignore[arg-type]  # keyword table, checked by ActField itself


_REASON = _f("reason", N_("Motivo"), Kind.LONG_TEXT, hint=N_("Em palavras simples. Fica registrado no caso."))
_NOTE = _f("note", N_("Observação"), Kind.LONG_TEXT, required=False)
_DECIDED = _f("grounds", N_("Fundamentos"), Kind.LONG_TEXT, hint=N_("Fatos, motivo e artigo. A decisão é pública para as partes."))
_CHANNELS = (
    ("portal", N_("Portal")), ("email", N_("E-mail com confirmação")), ("letter", N_("Carta com aviso de recebimento")),
    ("in_person", N_("Em mãos")), ("messaging", N_("Aplicativo de mensagem com confirmação")),
    ("gazette", N_("Diário oficial")),
)
_FILES = _f("files", N_("Arquivos"), Kind.FILES, required=False, hint=N_("PDF, JPG, PNG, DOCX ou ODT, até 20 MB cada."))

FIELDS: dict[Act, tuple[ActField, ...]] = {
    Act.REGISTER_LEGACY: (),
    Act.LEGACY_STEP: (),
    Act.ADOPT_LEGACY: (
        _f("applicant_name", N_("Nome de quem pediu"), Kind.TEXT),
        _f("reason", N_("O que se pede"), Kind.LONG_TEXT, hint=N_("Resumo do pedido, como ficará no caso.")),
    ),
    Act.CLOSE_LEGACY: (
        _f("closed_on", N_("Data do encerramento"), Kind.DATE),
        _f("outcome", N_("Resultado"), Kind.CHOICE, choices=(
            ("settled", N_("Resolvido")), ("not_settled", N_("Não resolvido")), ("unknown", N_("Não consta")))),
    ),
    Act.SUBMIT: (),
    Act.REOPEN: (_REASON,),
    Act.SCREEN: (),
    Act.REQUEST_COMPLETION: (
        _f("items", N_("O que falta"), Kind.LINES, article="Lei 9.784/1999, arts. 6º, 39 e 40",
           hint=N_("Um item por linha, bem específico: “Foto do muro, com data”.")),
    ),
    Act.COMPLETE: (
        _f("answer", N_("Sua resposta"), Kind.LONG_TEXT, hint=N_("Explique o que está enviando.")),
        _FILES,
    ),
    Act.EXTEND_COMPLETION: (_REASON,),
    Act.ARCHIVE_INCOMPLETE: (_DECIDED,),
    Act.PASS_FORMAL: (
        _f("checklist", N_("Conferi os documentos e estão completos"), Kind.FLAG, must_be_true=True),
        _NOTE,
    ),
    Act.ASK_AGENCY: (
        _f("agency", N_("Órgão"), Kind.AGENCY),
        _f("question", N_("Pergunta"), Kind.LONG_TEXT),
        _f("urgent", N_("É urgente (prazo menor)"), Kind.FLAG, required=False),
    ),
    Act.AGENCY_ANSWERS: (_f("answer", N_("Resposta do órgão"), Kind.LONG_TEXT), _FILES),
    Act.PROCEED_WITHOUT_ANSWER: (_REASON,),
    Act.ADMIT: (
        _f("transactable", N_("O direito pode ser negociado"), Kind.FLAG, must_be_true=True, article="Lei 13.140/2015, art. 3º"),
        _f("within_regulation", N_("O assunto está no regulamento da Câmara"), Kind.FLAG, must_be_true=True,
           article="Lei 13.140/2015, art. 32, § 2º"),
        _f("no_legislation", N_("Não depende de autorização da Câmara Municipal"), Kind.FLAG, must_be_true=True,
           article="Lei 13.140/2015, art. 32, § 4º"),
        _f("no_exclusion", N_("Não há motivo de não aceitação"), Kind.FLAG, must_be_true=True),
        _f("powers", N_("Quem representa as partes tem poderes"), Kind.FLAG, must_be_true=True),
        _f("grounds", N_("Fundamentos da decisão"), Kind.LONG_TEXT, hint=N_("Fatos, fundamentos e encaminhamento.")),
        _f("unavailable_right", N_("É direito indisponível que admite acordo (exige juiz e Ministério Público)"), Kind.FLAG,
           required=False, article="Lei 13.140/2015, art. 3º, § 2º"),
    ),
    Act.ADMIT_PARTIALLY: (
        _f("severable", N_("As partes do pedido podem ser separadas"), Kind.FLAG, must_be_true=True,
           article="Lei 13.140/2015, art. 3º, § 1º"),
        _f("powers", N_("Quem representa as partes tem poderes"), Kind.FLAG, must_be_true=True),
        _f("grounds", N_("Fundamentos da decisão"), Kind.LONG_TEXT),
        _f("rejected_part", N_("Parte não aceita"), Kind.LONG_TEXT, hint=N_("Descreva o que fica de fora.")),
        _f("reason_code", N_("Motivo da não aceitação dessa parte"), Kind.CHOICE, choices="regulation:inadmissibility_reasons"),
    ),
    Act.SPLIT_REJECTED: (),
    Act.REJECT: (
        _f("reason_code", N_("Motivo"), Kind.CHOICE, choices="regulation:inadmissibility_reasons"),
        _f("grounds", N_("Fundamentos da decisão"), Kind.LONG_TEXT, article="Lei 9.784/1999, art. 50",
           hint=N_("Explique para quem pediu, em palavras simples.")),
    ),
    Act.APPEAL: (_f("grounds", N_("Por que a decisão deve mudar"), Kind.LONG_TEXT), _FILES),
    Act.RECONSIDER: (_DECIDED,),
    Act.FORWARD_APPEAL: (_f("grounds", N_("Por que a decisão fica mantida"), Kind.LONG_TEXT),),
    Act.UPHOLD: (_DECIDED,),
    Act.REVERSE: (
        _DECIDED,
        _f("back_to", N_("Para onde o caso volta"), Kind.CHOICE, choices=(
            ("admitted", N_("Caso aceito")), ("merit_admissibility", N_("Nova análise")))),
    ),
    Act.DISMISS_APPEAL: (_DECIDED,),
    Act.LAPSE_APPEAL: (_NOTE,),
    Act.INVITE: (
        _f("scope", N_("Sobre o que será a conversa"), Kind.LONG_TEXT, article="Lei 13.140/2015, art. 21"),
        _f("place", N_("Lugar ou link da primeira reunião"), Kind.TEXT),
        _f("first_meeting", N_("Data proposta para a primeira reunião"), Kind.DATE, required=False,
           hint=N_("Em branco: a combinar depois do aceite.")),
        _f("channel", N_("Meio do convite"), Kind.CHOICE, choices=_CHANNELS),
    ),
    Act.OFFER_DIRECTLY: (_f("offer", N_("Proposta"), Kind.LONG_TEXT),),
    Act.REFUSE_OFFER: (_NOTE,),
    Act.START_WITHOUT_INVITATION: (_NOTE,),
    Act.ACCEPT: (
        _f("online", N_("Aceito reunião por vídeo"), Kind.FLAG, required=False, article="Lei 13.140/2015, art. 46"),
        _NOTE,
    ),
    Act.DECLINE: (_NOTE,),
    Act.LAPSE_INVITATION: (_NOTE,),
    Act.INVITATION_UNDELIVERABLE: (
        _f("party", N_("Quem não recebeu"), Kind.PARTY, choices="case:open_invitees"),
        _f("other_medium", N_("Há outro meio para tentar"), Kind.FLAG, required=False),
        _f("reason", N_("O que aconteceu"), Kind.LONG_TEXT),
    ),
    Act.ASSIGN: (
        _f("mediator", N_("Mediador"), Kind.ACCOUNT, choices="office:mediator"),
        _f("reason", N_("Motivo, se não for a ordem da distribuição"), Kind.LONG_TEXT, required=False),
    ),
    Act.DISCLOSE: (
        _f("free", N_("Declaro que nada me impede de mediar este caso"), Kind.FLAG, must_be_true=True,
           article="Lei 13.140/2015, art. 5º"),
        _f("statement", N_("Fatos que as partes devem saber"), Kind.LONG_TEXT, required=False),
    ),
    Act.CHALLENGE: (_f("reason", N_("Motivo"), Kind.LONG_TEXT, required=False, article="Lei 13.140/2015, art. 5º"),),
    Act.REPLACE: (_f("mediator", N_("Novo mediador"), Kind.ACCOUNT, choices="office:mediator"), _REASON),
    Act.SCHEDULE: (
        _f("starts_at", N_("Dia e hora"), Kind.MOMENT, hint=N_("dd/mm/aaaa hh:mm")),
        _f("place", N_("Lugar ou link"), Kind.TEXT),
        _f("remote", N_("É por vídeo"), Kind.FLAG, required=False),
        _f("parties_agreed", N_("As partes concordaram com nova reunião"), Kind.FLAG, required=False,
           article="Lei 13.140/2015, art. 18"),
    ),
    Act.RESCHEDULE: (
        _f("starts_at", N_("Novo dia e hora"), Kind.MOMENT, hint=N_("dd/mm/aaaa hh:mm")),
        _f("place", N_("Lugar ou link"), Kind.TEXT),
        _f("remote", N_("É por vídeo"), Kind.FLAG, required=False),
        _REASON,
    ),
    Act.OPEN_SESSION: (
        _f("warned", N_("Avisei as partes do sigilo"), Kind.FLAG, must_be_true=True, article="Lei 13.140/2015, art. 14"),
        _f("assistance", N_("Assistência das partes"), Kind.CHOICE, article="Lei 13.140/2015, art. 10, parágrafo único",
           choices=(
               ("all_assisted", N_("Todas com advogado ou defensor")), ("none_assisted", N_("Nenhuma com advogado")),
               ("city_by_delegate", N_("A cidade veio por preposto, sem procurador")),
               ("informed_choice", N_("O cidadão dispensou advogado, informado do direito")))),
        _f("present", N_("Quem veio"), Kind.PARTIES, choices="case:parties"),
    ),
    Act.RECORD_MINUTES: (
        _f("present", N_("Quem veio"), Kind.PARTIES, choices="case:parties"),
        _f("result", N_("Resultado"), Kind.CHOICE, choices=(
            ("continues", N_("A conversa continua")), ("agreement", N_("Acordo encaminhado")),
            ("no_result", N_("Sem resultado por ora")))),
        _f("next_on", N_("Próxima data"), Kind.DATE, required=False),
    ),
    Act.NO_SHOW: (
        _f("absent", N_("Quem faltou"), Kind.PARTIES, choices="case:parties"),
        _f("close", N_("Encerrar o caso sem acordo"), Kind.FLAG, required=False),
    ),
    Act.CAUCUS: (
        _f("party", N_("Conversa com"), Kind.PARTY, choices="case:my_caucus"),
        _f("text", N_("Texto"), Kind.LONG_TEXT, article="Lei 13.140/2015, art. 31",
           hint=N_("Só a parte e o mediador veem este texto. A outra parte e a Câmara não sabem que ele existe.")),
    ),
    Act.RECORD_OFFER: (
        _f("text", N_("Proposta"), Kind.LONG_TEXT, article="Lei 13.140/2015, art. 30"),
        _f("amount", N_("Valor"), Kind.MONEY, required=False),
    ),
    Act.MEDIATOR_NOTE: (_f("text", N_("Anotação"), Kind.LONG_TEXT),),
    Act.CITY_NOTE: (
        _f("subject", N_("Assunto"), Kind.CHOICE, choices=(
            ("ceiling", N_("Limite de valor")), ("risk", N_("Risco")), ("opinion", N_("Opinião antes da decisão")),
            ("other", N_("Outro")))),
        _f("text", N_("Texto"), Kind.LONG_TEXT),
    ),
    Act.SUSPEND: (
        _f("reason_code", N_("Motivo"), Kind.CHOICE, choices="regulation:suspension_reasons"),
        _f("until", N_("Até quando"), Kind.DATE),
        _NOTE,
    ),
    Act.RESUME: (_NOTE,),
    Act.TERMS_REACHED: (
        _f("extent", N_("O acordo é"), Kind.CHOICE, choices=(("total", N_("Total")), ("partial", N_("Parcial")))),
    ),
    Act.CLOSE_WITHOUT_AGREEMENT: (),
    Act.WITHDRAW: (),
    Act.DRAFT_AGREEMENT: (
        _f("summary", N_("Resumo do pedido"), Kind.LONG_TEXT),
        _f("object", N_("Objeto e fundamentos do acordo"), Kind.LONG_TEXT),
        _f("direction", N_("Quem paga"), Kind.CHOICE, choices=(
            ("city_pays", N_("A cidade paga")), ("city_receives", N_("A cidade recebe")), ("none", N_("Ninguém paga")))),
        _f("amount", N_("Valor do acordo"), Kind.MONEY, required=False),
        _f("funds", N_("De onde sai o dinheiro (dotação)"), Kind.TEXT, required=False),
        _f("obligations", N_("Obrigações"), Kind.OBLIGATIONS, hint=N_("Cada obrigação com quem deve, o quê e até quando.")),
        _f("penalty", N_("Multa e forma de cumprir com atraso"), Kind.TEXT),
        _f("waiver", N_("As partes renunciam a outros direitos sobre este objeto"), Kind.FLAG, must_be_true=True),
        _f("costs", N_("Custas e honorários de processos ligados"), Kind.TEXT, required=False),
        _f("public_parts", N_("O que do termo é público"), Kind.TEXT),
    ),
    Act.REDRAFT: (_NOTE,),
    Act.SEND_TO_REVIEW: (
        _f("opinion_author", N_("Quem dará o parecer"), Kind.ACCOUNT, choices="office:municipal_attorney"),
        _f("budget", N_("Há previsão de orçamento"), Kind.FLAG, required=False),
    ),
    Act.ISSUE_OPINION: (
        _f("opinion", N_("Parecer"), Kind.LONG_TEXT, article="LINDB, art. 26"),
        _f("advantage", N_("O acordo é vantajoso para a cidade"), Kind.FLAG, must_be_true=True),
    ),
    Act.OPINION_ADVERSE: (
        _f("opinion", N_("Parecer"), Kind.LONG_TEXT),
        _f("back_to", N_("Para onde o caso volta"), Kind.CHOICE, choices=(
            ("drafting_agreement", N_("Refazer a minuta")), ("in_progress", N_("Voltar à negociação")))),
    ),
    Act.REQUEST_AUTHORIZATION: (
        _f("dossier", N_("Resumo para quem autoriza"), Kind.LONG_TEXT,
           hint=N_("Objeto, limite, vantagem, orçamento e precedentes. Não copie o que foi dito na mediação.")),
    ),
    Act.AUTHORIZE: (_f("grounds", N_("Fundamentos"), Kind.LONG_TEXT),),
    Act.DENY: (_f("grounds", N_("Fundamentos"), Kind.LONG_TEXT),),
    Act.SIGN: (
        _f("read", N_("Li o termo inteiro e concordo"), Kind.FLAG, must_be_true=True),
    ),
    Act.LAPSE_SIGNATURES: (_NOTE,),
    Act.HOMOLOGATE_ADMIN: (_f("grounds", N_("Despacho"), Kind.LONG_TEXT),),
    Act.REFUSE_HOMOLOGATION: (_f("grounds", N_("Despacho"), Kind.LONG_TEXT),),
    Act.PUBLISH: (
        _f("published_on", N_("Data da publicação"), Kind.DATE),
        _f("edition", N_("Edição do diário oficial"), Kind.TEXT, article="LINDB, art. 26"),
    ),
    Act.FILE_IN_COURT: (
        _f("cnj", N_("Número do processo"), Kind.CNJ),
        _f("filed_on", N_("Data"), Kind.DATE),
    ),
    Act.COURT_HOMOLOGATES: (
        _f("cnj", N_("Número do processo"), Kind.CNJ),
        _f("decided_on", N_("Data da sentença"), Kind.DATE),
        _f("prosecution_heard", N_("O Ministério Público foi ouvido"), Kind.FLAG, required=False,
           article="Lei 13.140/2015, art. 3º, § 2º"),
    ),
    Act.COURT_REFUSES: (
        _f("decided_on", N_("Data da decisão"), Kind.DATE),
        _f("back_to", N_("Para onde o caso volta"), Kind.CHOICE, choices=(
            ("in_progress", N_("Voltar à negociação")), ("drafting_agreement", N_("Refazer a minuta")))),
        _NOTE,
    ),
    Act.REGISTER_FULFILMENT: (
        _f("obligation", N_("Obrigação"), Kind.OBLIGATION, choices="case:pending_obligations"),
        _f("fulfilled_on", N_("Cumprida em"), Kind.DATE),
        _f("amount", N_("Valor pago"), Kind.MONEY, required=False),
        _f("proof", N_("Comprovante"), Kind.TEXT, hint=N_("Número do empenho, recibo ou documento.")),
    ),
    Act.NOTIFY_TO_CURE: (
        _f("obligation", N_("Obrigação em atraso"), Kind.OBLIGATION, choices="case:overdue_obligations"), _NOTE,
    ),
    Act.DECLARE_BREACH: (_DECIDED,),
    Act.CURE: (
        _f("cured_on", N_("Cumprida em"), Kind.DATE),
        _f("proof", N_("Comprovante"), Kind.TEXT),
    ),
    Act.RENEGOTIATE: (
        _f("agreed", N_("As partes concordaram em refazer o acordo"), Kind.FLAG, must_be_true=True), _NOTE,
    ),
    Act.ENFORCE: (_f("cnj", N_("Número da execução, se já houver"), Kind.CNJ, required=False, article="CPC, art. 910"),),
    Act.ARBITRATE_INTERNAL: (_DECIDED,),
    Act.DECLARE_MOOT: (
        _f("reason_code", N_("Motivo"), Kind.CHOICE, choices=(
            ("moot", N_("Perdeu o objeto")), ("judicial_decision", N_("Decisão judicial")),
            ("legislation_needed", N_("Precisa de lei")))),
        _DECIDED,
    ),
    Act.ANNUL: (
        _f("reason_code", N_("Motivo"), Kind.CHOICE, choices=(
            ("judicial_rescission", N_("Rescisão judicial")), ("self_review", N_("Autotutela (Lei 9.784/1999, art. 53)")),
            ("audit_court", N_("Decisão do Tribunal de Contas")))),
        _DECIDED,
    ),
    Act.SET_ASIDE: (_REASON,),
    Act.ASSIGN_SUBSTITUTE: (
        _f("role", N_("Função"), Kind.CHOICE, choices=(
            ("mediator", N_("Mediação")), ("municipal_attorney", N_("Procuradoria da parte")))),
        _f("substitute", N_("Substituto"), Kind.ACCOUNT, choices="office:any"),
        _f("from_on", N_("De"), Kind.DATE),
        _f("until_on", N_("Até"), Kind.DATE),
        _f("legal_act", N_("Ato que designou"), Kind.TEXT),
    ),
    Act.REDISTRIBUTE: (
        _f("assignee", N_("Quem passa a cuidar"), Kind.ACCOUNT, choices="office:any"), _REASON,
    ),
    Act.TAKE_OVER: (_REASON,),
    Act.ASSIGN_CITY_ATTORNEY: (
        _f("attorney", N_("Procurador"), Kind.ACCOUNT, choices="office:municipal_attorney"),
    ),
    Act.RECORD_SERVICE: (
        _f("notice", N_("Aviso"), Kind.NOTICE, choices="case:open_notices"),
        _f("channel", N_("Como chegou"), Kind.CHOICE, choices=_CHANNELS),
        _f("served_on", N_("Dia em que chegou"), Kind.DATE),
    ),
    Act.ADD_DOCUMENT: (
        _f("title", N_("O que é"), Kind.TEXT),
        _f("audience", N_("Quem pode ver"), Kind.CHOICE, choices=(
            ("application", N_("Partes e Câmara")), ("mediation_document", N_("Só quem negocia")))),
        _f("files", N_("Arquivos"), Kind.FILES, hint=N_("PDF, JPG, PNG, DOCX ou ODT, até 20 MB cada.")),
    ),
    Act.LINK_LAWSUIT: (
        _f("cnj", N_("Número do processo"), Kind.CNJ, article="Resolução CNJ 65/2008"),
        _f("status", N_("Situação"), Kind.CHOICE, choices=(
            ("pending", N_("Em andamento")), ("suspension_requested", N_("Suspensão pedida")),
            ("suspended", N_("Suspenso")), ("extinguished", N_("Extinto")))),
    ),
    Act.SET_EXTERNAL_PROCESS: (_f("process_number", N_("Número do processo da Prefeitura"), Kind.PROCESS),),
    Act.RECORD_CLAIM: (
        _f("direction", N_("Pretensão de"), Kind.CHOICE, choices=(
            ("against_city", N_("Alguém contra a cidade")), ("by_city", N_("A cidade contra alguém")))),
        _f("trigger_on", N_("Data do fato ou ato"), Kind.DATE),
        _f("years", N_("Prazo"), Kind.CHOICE, choices=(
            ("5", N_("5 anos (Decreto 20.910/1932)")), ("3", N_("3 anos")), ("10", N_("10 anos")))),
        _f("tax", N_("É matéria tributária (só o CTN suspende)"), Kind.FLAG, required=False),
    ),
}
"""What each act asks for. A test holds every act to have its entry."""
