"""What comes next, in plain words: one sentence for anyone, and for the person whose turn it is both ways it can go.

Where an act leads is asked of the lifecycle, how long things take of the regulation: nothing of it stands here twice.
Sentences are Portuguese templates; the web translates and fills them. Basis: face.md §1 (whose turn, until when, next).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as _field
from datetime import date
from typing import Final

from cprac.domain import lifecycle
from cprac.domain.acts import Act
from cprac.domain.lifecycle import Decision
from cprac.domain.regulation import Regulation
from cprac.domain.states import CaseState
from cprac.domain.subject import Subject
from cprac.domain.words import N_

S = CaseState


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template and the texts that fill it, such as "15 dias úteis"."""

    template: str
    params: Mapping[str, str] = _field(default_factory=dict)

    @property
    def words(self) -> str:
        """The sentence in the source language."""
        return self.template.format(**self.params)


@dataclass(frozen=True, slots=True)
class Branch:
    """One way a case can go: ``good`` is what the person does, the other what happens if nothing is done."""

    good: bool
    title: Sentence
    body: tuple[Sentence, ...]


NEXT: Final[Mapping[CaseState, str]] = {
    S.DRAFT: N_("O pedido só vale depois de enviado."),
    S.FILED: N_("A Secretaria confere os documentos em até {D_FORMAL}."),
    S.FORMAL_REVIEW: N_(
        "A Câmara termina de conferir os documentos e, depois, tem {D_ADMIT} para decidir se aceita o caso."
    ),
    S.AWAITING_COMPLETION: N_(
        "Quem pediu tem {D_COMPLETE}, desde o aviso, para enviar o que falta. Depois a Câmara termina de conferir."
    ),
    S.MERIT_ADMISSIBILITY: N_(
        "A decisão de aceitar sai em até {D_ADMIT}, por escrito e com os motivos. Se for negativa, cabe recurso."
    ),
    S.AWAITING_AGENCY: N_("O órgão tem {D_AGENCY} para responder. Depois o caso segue de onde parou."),
    S.INADMISSIBLE: N_("Quem pediu pode recorrer em {D_APPEAL}, desde o aviso. Sem recurso, o caso é encerrado."),
    S.UNDER_REVIEW: N_(
        "Quem decidiu tem {D_RECONS} para mudar a decisão. Se não mudar, outra autoridade julga em até {D_APPEAL_DEC}."
    ),
    S.ADMITTED: N_("A Secretaria envia o convite à outra parte em até {D_INVITE_SEND}."),
    S.INVITATION_PENDING: N_(
        "Quem foi convidado tem {D_INVITE}, desde que recebe o convite, para responder. Aceito, escolhe-se o mediador."
    ),
    S.MEDIATOR_ASSIGNMENT: N_(
        "O mediador diz se algo o impede, e as partes têm {D_CHALLENGE} para recusá-lo. Depois se marca a reunião."
    ),
    S.SESSION_SCHEDULED: N_("As partes conversam na reunião marcada, com o mediador."),
    S.IN_PROGRESS: N_(
        "As partes conversam com o mediador. Havendo acordo, ele é escrito; sem acordo, o caso é encerrado."
    ),
    S.SUSPENDED: N_("O caso está parado, e os prazos também. Volta a andar no fim da pausa."),
    S.DRAFTING_AGREEMENT: N_("O acordo é escrito e depois conferido por quem cuida das leis e do dinheiro da cidade."),
    S.LEGAL_FISCAL_REVIEW: N_("O parecer sai em até {D_OPINION}. Depois se pede a autorização do acordo."),
    S.AWAITING_AUTHORIZATION: N_(
        "Cada autoridade tem {D_AUTH} para decidir. Silêncio não autoriza. Autorizado, o termo vai para assinatura."
    ),
    S.AWAITING_SIGNATURES: N_("As partes têm {D_SIGN} para assinar o termo."),
    S.AWAITING_ADMIN_HOMOLOGATION: N_("O Procurador-Geral decide se homologa o acordo em até {D_HOMOLOGATE}."),
    S.AWAITING_PUBLICATION: N_("O extrato do acordo é publicado em até {D_PUBLISH}. Depois o acordo pode valer."),
    S.AWAITING_COURT_HOMOLOGATION: N_("O acordo vale depois que o juiz o homologar. Não há prazo fixo para isso."),
    S.IN_FORCE: N_("O acordo vale. Cada obrigação tem a sua data no termo; cumprida a última, o caso é encerrado."),
    S.BREACHED: N_(
        "A Procuradoria tem {D_BREACH_DECISION} para decidir: cobrar na Justiça, refazer ou aceitar o cumprimento."
    ),
    S.CLOSED_FULFILLED: N_("Tudo o que foi combinado foi cumprido. Não há mais nada a fazer."),
    S.CLOSED_NO_AGREEMENT: N_("O caso terminou sem acordo. Isso não tira o direito de ninguém de ir à Justiça."),
    S.CLOSED_WITHDRAWN: N_("O caso terminou a pedido. Quem pediu pode fazer outro pedido, com a data de então."),
    S.CLOSED_NO_RESPONSE: N_("O convite não foi aceito. Isso não tira o direito de ninguém de ir à Justiça."),
    S.CLOSED_INCOMPLETE: N_("Faltaram documentos. Pode ser feito outro pedido, que valerá com a data de então."),
    S.CLOSED_MOOT: N_("O pedido perdeu o motivo. Se ele voltar, pode ser feito outro pedido."),
    S.CLOSED_ARBITRATED: N_("A Procuradoria-Geral decidiu entre os órgãos, e a decisão vale para eles."),
    S.CLOSED_ENFORCED: N_("O acordo é cobrado na Justiça, e o caso segue lá."),
    S.CLOSED_INADMISSIBLE: N_("O pedido não foi aceito. Pode ser feito outro, com fato novo e com a data de então."),
    S.ANNULLED: N_("O acordo foi anulado. O despacho diz por quê."),
    S.LEGACY_OPEN: N_("Este caso é de antes deste sistema. A Câmara diz em que pé ele está."),
    S.LEGACY_CLOSED: N_("Este caso é de antes deste sistema e está encerrado."),
}
"""One sentence per state, for anyone. ``{D_…}`` is the length of that deadline in the chamber's regulation."""

DOES: Final[Mapping[Act, str]] = {
    Act.COMPLETE: N_("enviar"),
    Act.APPEAL: N_("recorrer"),
    Act.ACCEPT: N_("aceitar"),
    Act.SIGN: N_("assinar"),
    Act.REFUSE_OFFER: N_("recusar a proposta"),
    Act.CHALLENGE: N_("recusar o mediador"),
}
"""The acts that answer a turn, in the order in which one of them is the answer, and their verb after "se você"."""

WHILE_RUNNING: Final[Mapping[Act, str]] = {Act.CHALLENGE: "D-CHALLENGE"}
"""Acts that stay possible later, and are the matter of the day only while this deadline runs."""

OMITTED: Final[Mapping[Act, str]] = {
    Act.ARCHIVE_INCOMPLETE: N_("O pedido pode ser arquivado."),
    Act.LAPSE_APPEAL: N_("A decisão pode ficar definitiva."),
    Act.LAPSE_INVITATION: N_("A Câmara pode tomar o silêncio como recusa."),
    Act.LAPSE_SIGNATURES: N_("A coleta de assinaturas pode ser encerrada."),
}
"""What may follow when the deadline passes: never by itself, so always "pode"."""

SILENCE: Final[Mapping[Act, str]] = {
    Act.CHALLENGE: N_("O mediador fica. Um fato novo ainda pode ser apresentado depois."),
    Act.REFUSE_OFFER: N_("A Câmara segue com a proposta para conferência. Nada vale sem a sua assinatura."),
}
"""What follows where the deadline's end proposes no act."""

NOT_SUSPENDED: Final = N_("Enquanto o caso não for aceito, não conte com a suspensão do prazo para ir à Justiça.")
NEW_DATE: Final = N_("Você pode fazer outro pedido, mas valerá a data do novo pedido.")
BEFORE_ADMISSION: Final = frozenset(
    {S.FILED, S.FORMAL_REVIEW, S.AWAITING_COMPLETION, S.MERIT_ADMISSIBILITY, S.INADMISSIBLE, S.UNDER_REVIEW}
)


class _Lengths(dict[str, str]):
    """``{D_ADMIT}`` in a template: the length of the rule D-ADMIT, looked up when the sentence is filled."""

    def __init__(self, regulation: Regulation) -> None:
        super().__init__()
        self.regulation = regulation

    def __missing__(self, name: str) -> str:
        rule = self.regulation.rule(name.replace("_", "-"))
        return rule.unit.words(rule.amount)


def _named(template: str) -> tuple[str, ...]:
    return tuple(part.partition("}")[0] for part in template.split("{")[1:])


def _with_lengths(template: str, regulation: Regulation) -> Sentence:
    lengths = _Lengths(regulation)
    return Sentence(template, {name: lengths[name] for name in _named(template)})


def next_sentence(state: CaseState, regulation: Regulation) -> Sentence:
    """What happens next to a case in *state*, for anyone, with the lengths of this chamber."""
    if state is S.FILED and "formal_review" not in regulation.switches:
        return _with_lengths(NEXT[S.MERIT_ADMISSIBILITY], regulation)
    return _with_lengths(NEXT[state], regulation)


def turn_act(subject: Subject) -> Act | None:
    """The act by which the asking person would answer the turn that is theirs; None where it is somebody else's."""
    for act in DOES:
        if act in WHILE_RUNNING and not _runs(subject, WHILE_RUNNING[act]):
            continue
        if isinstance(lifecycle.decide(subject, act), Decision):
            return act
    return None


def _runs(subject: Subject, rule: str) -> bool:
    deadline = subject.deadline(rule)
    return deadline is not None and deadline.due >= subject.on


def branches(subject: Subject, regulation: Regulation, due: date | None) -> tuple[Branch, ...]:
    """Both ways the case can go for the person who asks, or nothing where it is not their turn.

    *subject* asks without values (as for the menu); *due* is the last day to act, where it is known.
    """
    act = turn_act(subject)
    if act is None:
        return ()
    answer = lifecycle.decide(subject, act)
    if not isinstance(answer, Decision):
        return ()
    ahead = due if due is not None and due >= subject.on else None
    return (_done(act, answer, regulation, ahead), _not_done(act, subject, regulation))


def _done(act: Act, decision: Decision, regulation: Regulation, due: date | None) -> Branch:
    verb = DOES[act]
    title = (
        Sentence(N_("Se você {verb} até {due}"), {"verb": verb, "due": f"{due:%d/%m}"})
        if due is not None
        else Sentence(N_("Se você {verb}"), {"verb": verb})
    )
    if act is Act.SIGN and decision.dest is S.AWAITING_SIGNATURES:
        return Branch(
            good=True, title=title, body=(Sentence(N_("Esperamos as outras assinaturas. Você recebe um aviso.")),)
        )
    if act is Act.CHALLENGE:
        return Branch(
            good=True,
            title=title,
            body=(Sentence(N_("A Coordenação escolhe outra pessoa. Você não precisa dar o motivo.")),),
        )
    return Branch(
        good=True, title=title, body=(next_sentence(decision.dest, regulation), Sentence(N_("Você recebe um aviso.")))
    )


def _not_done(act: Act, subject: Subject, regulation: Regulation) -> Branch:
    title = Sentence(N_("Se você não {verb}"), {"verb": DOES[act]})
    lapse = next((other for other in OMITTED if lifecycle.rows_from(subject.state, other)), None)
    if lapse is None:
        return Branch(good=False, title=title, body=(Sentence(SILENCE.get(act, N_("O caso continua como está."))),))
    body = [Sentence(OMITTED[lapse])]
    dest = _destination(lapse, subject)
    if dest is not None and dest is not subject.state:
        body.append(
            next_sentence(dest, regulation)
            if dest not in (S.CLOSED_INCOMPLETE, S.CLOSED_INADMISSIBLE)
            else Sentence(NEW_DATE)
        )
    if subject.state in BEFORE_ADMISSION:
        body.append(Sentence(NOT_SUSPENDED))
    return Branch(good=False, title=title, body=tuple(body))


def _destination(act: Act, subject: Subject) -> CaseState | None:
    """Where *act* would lead if those who may do it did it now: the chamber's row that the facts choose."""
    for row in lifecycle.rows_from(subject.state, act):
        if row.enabled(subject.switches) and all(selector(subject) for selector in row.when):
            return row.dest
    return None
