"""What each act asks for, declared once: form, checks, timeline and services read it (architecture.md).

``private`` text is kept in the erasable part of the event; everything else enters the docket. A little over
400 lines, for it is one table read as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cprac.domain.act_names import Act
from cprac.domain.words import N_


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
    OBLIGATIONS = "obligations"  # [tuple[dict, ...]] the rows of a draft (settlement.py says their keys)
    NOTICE = "notice"  # [int] a notice of the case
    DEADLINE = "deadline"  # [int] a deadline of the case that still runs
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
        return self.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.LINES, Kind.FILES, Kind.OBLIGATIONS)


def _f(name: str, label: str, kind: Kind, **more: object) -> ActField:
    return ActField(name, label, kind, **more)  # type: ignore[arg-type]  # keyword table, checked by ActField itself


LAWSUIT_DATES = (
    ("hearing", N_("Audiência")), ("deadline", N_("Prazo")),
    ("judgment", N_("Julgamento")), ("other", N_("Outra data")),
)  # fmt: skip
"""What the next date of a linked lawsuit may be."""

_REASON = _f("reason", N_("Motivo"), Kind.LONG_TEXT, hint=N_("Em palavras simples. Fica registrado no caso."))
_NOTE = _f("note", N_("Observação"), Kind.LONG_TEXT, required=False)
_DECIDED = _f("grounds", N_("Fundamentos"), Kind.LONG_TEXT,
              hint=N_("Fatos, motivo e artigo. As partes leem a decisão."))
_CHANNELS = (
    ("portal", N_("Portal")), ("email", N_("E-mail com confirmação")), ("letter", N_("Carta com aviso de recebimento")),
    ("in_person", N_("Em mãos")), ("messaging", N_("Aplicativo de mensagem com confirmação")),
    ("gazette", N_("Diário oficial")),
)
_FILES = _f("files", N_("Arquivos"), Kind.FILES, required=False, hint=N_("PDF, JPG, PNG, DOCX ou ODT, até 20 MB cada."))

_DATE_GROUND = _f("ground", N_("Por que a data muda"), Kind.CHOICE, choices=(
    ("error", N_("A data tinha um erro")), ("calendar", N_("O expediente ou o sistema falhou")),
    ("request", N_("Uma parte pediu")), ("force_majeure", N_("Força maior")),
    ("complexity", N_("O caso é complexo"))), hint=N_("Fica no histórico do caso."))
_DATE_REASON = _f("reason", N_("Motivo, com os fatos"), Kind.LONG_TEXT, article="Lei 9.784/1999, art. 50",
                  hint=N_("Guardado à parte, só para quem participa do caso. Nunca vai em e-mail."))

_ADMISSIBLE = (
    _f("transactable", N_("O direito pode ser negociado"), Kind.FLAG, must_be_true=True,
       article="Lei 13.140/2015, art. 3º"),
    _f("within_regulation", N_("O assunto está no regulamento da Câmara"), Kind.FLAG, must_be_true=True,
       article="Lei 13.140/2015, art. 32, § 2º"),
    _f("no_legislation", N_("Não depende de autorização da Câmara Municipal"), Kind.FLAG, must_be_true=True,
       article="Lei 13.140/2015, art. 32, § 4º"),
    _f("no_exclusion", N_("Não há motivo de não aceitação"), Kind.FLAG, must_be_true=True,
       article="Lei 13.140/2015, art. 32"),
    _f("powers", N_("Quem representa as partes tem poderes"), Kind.FLAG, must_be_true=True,
       article="Lei 9.784/1999, art. 9º"),
)
"""What whoever admits vouches for, one by one (T9, i to v)."""

_UNAVAILABLE = _f(
    "unavailable_right", N_("É direito indisponível que admite acordo (exige juiz e Ministério Público)"), Kind.FLAG,
    required=False, article="Lei 13.140/2015, art. 3º, § 2º",
)
_SEVERABLE_PARTIES = _f(
    "severable_parties", N_("Se alguém convidado não vier, o caso pode seguir com quem aceitar"), Kind.FLAG,
    required=False,
)

FIELDS: dict[Act, tuple[ActField, ...]] = {
    Act.REGISTER_LEGACY: (),
    Act.LEGACY_STEP: (),
    Act.ADOPT_LEGACY: (
        _f("applicant_name", N_("Nome de quem pediu"), Kind.TEXT),
        _f("agency", N_("Órgão da Prefeitura no conflito"), Kind.AGENCY, required=False),
        _f("matter", N_("Assunto"), Kind.CHOICE, choices="regulation:matters"),
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
        *_ADMISSIBLE,
        _f("grounds", N_("Fundamentos da decisão"), Kind.LONG_TEXT, hint=N_("Fatos, fundamentos e encaminhamento.")),
        _UNAVAILABLE,
        _SEVERABLE_PARTIES,
    ),
    Act.ADMIT_PARTIALLY: (
        _f("severable", N_("As partes do pedido podem ser separadas"), Kind.FLAG, must_be_true=True,
           article="Lei 13.140/2015, art. 3º, § 1º"),
        *_ADMISSIBLE,
        _f("grounds", N_("Fundamentos da decisão"), Kind.LONG_TEXT),
        _f("rejected_part", N_("Parte não aceita"), Kind.LONG_TEXT, hint=N_("Descreva o que fica de fora.")),
        _f("reason_code", N_("Motivo da não aceitação dessa parte"), Kind.CHOICE,
           choices="regulation:inadmissibility_reasons"),
        _UNAVAILABLE,
        _SEVERABLE_PARTIES,
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
            ("admitted", N_("Caso aceito")), ("merit_admissibility", N_("Nova análise")),
            ("formal_review", N_("Nova conferência dos documentos")))),
        _UNAVAILABLE,
        _SEVERABLE_PARTIES,
    ),
    Act.ANSWER_APPEAL: (
        _f("answer", N_("Sua resposta ao recurso"), Kind.LONG_TEXT, article="Lei 9.784/1999, art. 62"),
        _FILES,
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
        _f("warned", N_("Avisei as partes do sigilo"), Kind.FLAG, must_be_true=True,
           article="Lei 13.140/2015, art. 14"),
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
    Act.SPLIT_REMAINDER: (),
    Act.CLOSE_WITHOUT_AGREEMENT: (),
    Act.WITHDRAW: (),
    Act.DRAFT_AGREEMENT: (
        _f("summary", N_("Resumo do pedido"), Kind.LONG_TEXT),
        _f("object", N_("Objeto, fundamentos e forma de cumprir"), Kind.LONG_TEXT),
        _f("direction", N_("Quem paga"), Kind.CHOICE, choices=(
            ("city_pays", N_("A cidade paga")), ("city_receives", N_("A cidade recebe")),
            ("none", N_("Ninguém paga")))),
        _f("amount", N_("Valor do acordo"), Kind.MONEY, required=False),
        _f("funds", N_("De onde sai o dinheiro (dotação)"), Kind.TEXT, required=False,
           hint=N_("Obrigatório quando a cidade paga.")),
        _f("obligations", N_("Obrigações"), Kind.OBLIGATIONS,
           hint=N_("Cada obrigação com quem deve, o quê e até quando.")),
        _f("penalty", N_("Atraso: multa, índice de correção e prazo para cumprir"), Kind.TEXT),
        _f("waiver", N_("As partes renunciam a outros direitos sobre este objeto"), Kind.FLAG, must_be_true=True),
        _f("costs", N_("Custas e honorários de processos ligados"), Kind.TEXT, required=False,
           hint=N_("Obrigatório quando há processo na Justiça.")),
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
        _f("powers", N_("Posso fechar este acordo em meu nome ou em nome de quem represento"), Kind.FLAG,
           must_be_true=True, article="Lei 9.784/1999, art. 9º"),
        _f("delegation", N_("Ato que dá esse poder, com data"), Kind.TEXT, required=False,
           hint=N_("Só para quem assina pela cidade ou por outra pessoa jurídica.")),
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
    Act.KEEP_SETTLEMENT: (_NOTE,),
    Act.ENFORCE: (_f("cnj", N_("Número da execução, se já houver"), Kind.CNJ, required=False,
                     article="CPC, art. 910"),),
    Act.ARBITRATE_INTERNAL: (_DECIDED,),
    Act.DECLARE_MOOT: (
        _f("reason_code", N_("Motivo"), Kind.CHOICE, choices="regulation:moot_reasons"),
        _DECIDED,
    ),
    Act.ANNUL: (
        _f("reason_code", N_("Motivo"), Kind.CHOICE, choices=(
            ("judicial_rescission", N_("Rescisão judicial")),
            ("self_review", N_("Autotutela (Lei 9.784/1999, art. 53)")),
            ("audit_court", N_("Decisão do Tribunal de Contas")))),
        _DECIDED,
    ),
    Act.SET_ASIDE: (_REASON,),
    Act.ASSIGN_SUBSTITUTE: (
        _f("role", N_("Função"), Kind.CHOICE, choices=(
            ("mediator", N_("Mediação")), ("municipal_attorney", N_("Procuradoria da parte")),
            ("opinion_author", N_("Autoria do parecer")), ("approver", N_("Autoridade que autoriza")),
            ("appeal_decider", N_("Decisão do recurso")))),
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
        _f("served_on", N_("Dia em que chegou"), Kind.DATE,
           hint=N_("No Diário oficial, o dia em que a edição foi disponibilizada.")),
        _f("proof", N_("Número do comprovante"), Kind.TEXT, required=False,
           hint=N_("O número do aviso de recebimento, ou a edição e a página do Diário oficial.")),
    ),
    Act.EXTEND_DEADLINE: (
        _f("deadline", N_("Qual prazo"), Kind.DEADLINE, choices="case:extendable_deadlines"),
        _DATE_GROUND, _DATE_REASON,
    ),
    Act.CHANGE_DEADLINE: (
        _f("deadline", N_("Qual prazo"), Kind.DEADLINE, choices="case:changeable_deadlines"),
        _f("new_due", N_("Nova data"), Kind.DATE,
           hint=N_("Sem expediente nesse dia, vale o próximo dia com expediente. Se encurta o tempo de uma parte, "
                   "outra pessoa ainda precisa confirmar.")),
        _DATE_GROUND, _DATE_REASON,
    ),
    Act.CONFIRM_DEADLINE_CHANGE: (_NOTE,),
    Act.REFUSE_DEADLINE_CHANGE: (_REASON,),
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
            ("suspended", N_("Suspenso")), ("suspension_denied", N_("Suspensão negada")),
            ("suspension_expired", N_("Suspensão terminou")), ("judgment_final", N_("Sentença definitiva")),
            ("extinguished", N_("Extinto")))),
        _f("next_on", N_("Próxima data no processo"), Kind.DATE, required=False,
           hint=N_("A Justiça não avisa este sistema: quem sabe da data escreve aqui")),
        _f("next_kind", N_("O que há nessa data"), Kind.CHOICE, required=False, choices=LAWSUIT_DATES),
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
