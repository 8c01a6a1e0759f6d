"""The acts of the chamber: imperative name, past name, effect in a line; where each is written and who may see it.

Acts are imperative (``admit``), happenings past tense (the ``past`` label). Over 400 lines because it is one list, read
as one; what each act asks for stands in ``act_fields``. Everyone else imports both from ``acts``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

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


class Act(StrEnum):
    """One thing a person (or, where the regulation automates it, the timer) does in a case."""

    code: str
    label: str
    past: str
    effect: str
    grave: bool
    information_class: InformationClass
    compartment: Compartment

    def __new__(  # the defaults only let a value be looked up: each member gives every column
        cls,
        value: str,
        code: str = "",
        label: str = "",
        past: str = "",
        effect: str = "",
        information_class: InformationClass = InformationClass.EXISTENCE,
        grave: bool = False,  # noqa: FBT001, FBT002  (enum members are positional)
        compartment: Compartment = Compartment.DOCKET,
    ) -> Self:
        """Keep the columns of the row beside the id."""
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
        "archive_incomplete", "T5", N_("Arquivar por falta de documentos"),
        N_("Pedido arquivado por falta de documentos"),
        N_("O pedido é arquivado. Quem pediu pode fazer outro, com nova data."), InformationClass.ADMISSIBILITY, True,
    )
    PASS_FORMAL = (
        "pass_formal", "T6", N_("Concluir a conferência"), N_("Conferência concluída"),
        N_("O pedido segue para a decisão de aceitar ou não."), InformationClass.APPLICATION,
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
        "proceed_without_answer", "T8a", N_("Seguir sem a resposta do órgão"),
        N_("Caso seguiu sem a resposta do órgão"),
        N_("O caso volta para onde estava, com o que já existe."), InformationClass.AGENCY_EVIDENCE,
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
    ANSWER_APPEAL = (
        "answer_appeal", "T12g", N_("Responder ao recurso"), N_("Recurso respondido"),
        N_("Quem decide o recurso lê a sua resposta antes."), InformationClass.ADMISSIBILITY,
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
        N_("As duas partes são da mesma pessoa jurídica: não há convite."), InformationClass.MINUTES,
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
        N_("O mediador é avisado e precisa declarar se algo o impede."), InformationClass.MINUTES,
    )
    DISCLOSE = (
        "disclose", "T17", N_("Declarar se algo me impede"), N_("Mediador fez sua declaração"),
        N_("As partes são avisadas e podem recusar o mediador no prazo."), InformationClass.MINUTES,
    )
    CHALLENGE = (
        "challenge", "T17a", N_("Recusar o mediador"), N_("Mediador recusado por uma parte"),
        N_("A Coordenação escolhe outra pessoa."), InformationClass.MINUTES,
    )
    REPLACE = (
        "replace", "T17b", N_("Trocar o mediador"), N_("Mediador trocado"),
        N_("Abre nova escolha e novo prazo para recusa."), InformationClass.MINUTES,
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
        N_("Os prazos param. A prescrição continua suspensa."), InformationClass.MINUTES,
    )
    RESUME = (
        "resume", "T22", N_("Retomar"), N_("Caso retomado"), N_("Os dias que faltavam voltam a correr."),
        InformationClass.MINUTES,
    )
    TERMS_REACHED = (
        "terms_reached", "T24", N_("Registrar que houve acordo"), N_("As partes chegaram a um acordo"),
        N_("Começa a redação do termo."), InformationClass.MINUTES,
    )
    SPLIT_REMAINDER = (
        "split_remainder", "T24b", N_("Separar o que ficou sem acordo"), N_("Parte sem acordo separada"),
        N_("O que ainda não foi resolvido vira outro caso, e a negociação dele continua."), InformationClass.MINUTES,
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
        N_("A minuta volta para ser refeita."), InformationClass.DRAFT_TERM, True,
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
    KEEP_SETTLEMENT = (
        "keep_settlement", "T37c", N_("Manter o acordo já assinado"), N_("Acordo anterior mantido"),
        N_("A renegociação termina sem novo termo. O acordo assinado continua valendo."),
        InformationClass.COMPLIANCE, True,
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
        N_("O caso volta à situação anterior. Nada é apagado."), InformationClass.MINUTES, True,
    )
    ASSIGN_SUBSTITUTE = (
        "assign_substitute", "T51", N_("Designar substituto"), N_("Substituto designado"),
        N_("Outra pessoa assume a função entre as datas do ato."), InformationClass.MINUTES,
    )
    REDISTRIBUTE = (
        "redistribute", "T40", N_("Redistribuir"), N_("Caso redistribuído"),
        N_("Outra pessoa passa a cuidar do caso. Os prazos não mudam."), InformationClass.MINUTES,
    )
    TAKE_OVER = (
        "take_over", "T40a", N_("Avocar"), N_("Caso avocado pelo Procurador-Geral"),
        N_("Medida excepcional, com motivo. Os prazos não mudam."), InformationClass.MINUTES, True,
    )
    ASSIGN_CITY_ATTORNEY = (
        "assign_city_attorney", "T51a", N_("Indicar quem representa a cidade"), N_("Procurador da parte indicado"),
        N_("A pessoa passa a responder pela Prefeitura neste caso."),
    )
    RECORD_SERVICE = (
        "record_service", "T13a", N_("Registrar que o aviso chegou"), N_("Aviso recebido"),
        N_("O prazo de quem recebeu começa a contar."), InformationClass.NOTICE,
    )
    EXTEND_DEADLINE = (
        "extend_deadline", "T40b", N_("Dar mais prazo"), N_("Prazo prorrogado"),
        N_("O prazo ganha, uma vez, o que a regra dele permite."), InformationClass.MINUTES,
    )
    CHANGE_DEADLINE = (
        "change_deadline", "T40c", N_("Corrigir a data de um prazo"), N_("Correção da data de um prazo"),
        N_("A data nova vale no lugar da antiga. Se encurta o tempo de uma parte, espera outra pessoa confirmar."),
        InformationClass.MINUTES, True,
    )
    CONFIRM_DEADLINE_CHANGE = (
        "confirm_deadline_change", "T40d", N_("Confirmar a nova data do prazo"), N_("Nova data do prazo confirmada"),
        N_("O prazo passa a terminar na data proposta. As partes são avisadas."), InformationClass.MINUTES, True,
    )
    REFUSE_DEADLINE_CHANGE = (
        "refuse_deadline_change", "T40e", N_("Recusar a nova data do prazo"), N_("Nova data do prazo recusada"),
        N_("O prazo continua com a data que tinha."), InformationClass.MINUTES,
    )
    ADD_DOCUMENT = (
        "add_document", "T4b", N_("Juntar documento"), N_("Documento juntado"),
        N_("O documento entra no caso. Você diz quem pode ver."), InformationClass.APPLICATION,
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
