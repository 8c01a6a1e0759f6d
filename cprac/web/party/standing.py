"""Where a case stands, for the party who reads: whose turn, until when, what to do, both ways it can go.

Functions of the case file, the rules and today. What comes next is ``domain.outlook``'s; here it becomes words, links.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext

from cprac.domain import outlook
from cprac.domain.acts import Act
from cprac.domain.deadlines import RuleKind
from cprac.domain.facts import ObligationFact
from cprac.domain.outlook import Branch, Sentence
from cprac.domain.regulation import RegulationError
from cprac.domain.regulation_parts import UploadRules
from cprac.domain.states import CaseState, Stage, Turn, stage_of
from cprac.domain.words import N_
from cprac.persistence.queries_case import CaseFile, DeadlineLine
from cprac.persistence.queries_lists import CaseRow
from cprac.persistence.queries_party import OwnNotice
from cprac.services.uploads import allowed
from cprac.web import filters
from cprac.web.case_room import Room, subject_of
from cprac.web.deadline_views import Sight, deadline_chip, due_words, rule_of

ANSWERS: Mapping[Act, tuple[str, str, str]] = {
    Act.COMPLETE: ("D-COMPLETE", N_("Envie até"), N_("Enviar documentos")),
    Act.APPEAL: ("D-APPEAL", N_("Recorra até"), N_("Recorrer")),
    Act.ACCEPT: ("D-INVITE", N_("Responda até"), N_("Aceitar o convite")),
    Act.SIGN: ("D-SIGN", N_("Assine até"), N_("Ler e assinar")),
    Act.REFUSE_OFFER: ("D-OFFER", N_("Responda até"), N_("Recusar a proposta")),
    Act.CHALLENGE: ("D-CHALLENGE", N_("Diga até"), N_("Recusar o mediador")),
}
"""For each act that answers a turn: its deadline, the words before the date, the button."""

TURN_IS_MINE = frozenset({Act.COMPLETE, Act.APPEAL, Act.ACCEPT, Act.SIGN})
"""Where one of these is open, the case waits for this person; the others are only possible."""

SECOND: Mapping[Act, Act] = {Act.ACCEPT: Act.DECLINE}
"""The other answer, offered beside the first."""

BODIES: Mapping[Act, str] = {
    Act.APPEAL: N_("O seu pedido não foi aceito. Leia a decisão e, se não concordar, recorra."),
    Act.ACCEPT: N_("Você foi convidado para uma conversa. Vir é escolha sua, e sair também."),
    Act.SIGN: N_("O acordo está pronto. Leia o termo inteiro antes de assinar."),
    Act.REFUSE_OFFER: N_("A Prefeitura fez uma proposta. Você pode recusá-la e pedir uma conversa."),
    Act.CHALLENGE: N_("O mediador foi escolhido e disse que nada o impede. Você pode pedir outro."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The first card of the page, the path, and what may follow. ``offered``: acts that already have a button here."""

    state: CaseState
    turn: str
    mine: bool
    title: str
    body: str
    verb: str
    deadline: dict[str, Any] | None
    why_url: str
    target: str
    checklist: list[dict[str, Any]]
    primary: dict[str, str] | None
    secondary: dict[str, str] | None
    offered: frozenset[Act]
    stages: tuple[str, ...]
    stage: int
    branches: list[dict[str, Any]]
    comes_next: str


def said(sentence: Sentence) -> str:
    """The sentence in the reader's language."""
    filled = {name: gettext(text) for name, text in sentence.params.items()}
    return gettext(sentence.template).format(**filled)


def matter_words(look: Sight, matter: str) -> str:
    """What the case is about, in plain words; an old register's own words stand for themselves."""
    try:
        return gettext(look.regulation.matter(matter).plain)
    except RegulationError:
        return matter


def of(room: Room, file: CaseFile, look: Sight, unopened: Sequence[OwnNotice], missing: Sequence[str]) -> Standing:
    """Where *file* stands for who reads it. *missing*: what the registry asked for and waits for."""
    subject = subject_of(file, look)
    act = outlook.turn_act(subject)
    owed = _own_obligation(file)
    mine = act in TURN_IS_MINE or owed is not None
    line = _own_deadline(file, act, owed)
    waiting = next((each for each in unopened if act in ANSWERS and each.starts == ANSWERS[act][0]), None)
    branches = outlook.branches(subject, look.regulation, line.due if line else None)
    comes_next = said(outlook.next_sentence(file.state, look.regulation))
    offered = {act, SECOND.get(act)} if act is not None else set()
    stages = tuple(Stage)
    ahead = line if line is not None and line.due >= look.today else None
    late = line if line is not None and ahead is None else None
    return Standing(
        state=file.state,
        turn="citizen" if mine else file.waiting_on.value,
        mine=mine,
        title=_title(file, mine=mine),
        body=" ".join(
            filter(None, (_body(file, act, owed, missing, waiting, comes_next, mine=mine), _late(late, act)))
        ),
        verb=gettext(_verb(act, owed)) if ahead else "",
        deadline=deadline_chip(look, ahead, file) if ahead else None,
        why_url=room.deadline(file.number, ahead.ordinal) if ahead and not owed else "",
        target=_target(file, look) if not mine else "",
        checklist=checklist(missing, look.regulation.uploads),
        primary=_button(room, file, act),
        secondary=_session_notice(room, file) or (_button(room, file, SECOND.get(act)) if act else None),
        offered=frozenset(each for each in offered if each is not None),
        stages=tuple(gettext(stage.label) for stage in stages),
        stage=stages.index(stage_of(file.state)) + 1,
        branches=[_branch(branch) for branch in branches],
        comes_next=comes_next,
    )


def turn_of(file: CaseFile, look: Sight) -> str:
    """What the reader is to do in *file* now, as its button says it; nothing where it is not the reader's turn."""
    act = outlook.turn_act(subject_of(file, look))
    if act in TURN_IS_MINE:
        return gettext(ANSWERS[act][2])
    return gettext("Cumprir o acordo") if _own_obligation(file) is not None else ""


def checklist(missing: Sequence[str], rules: UploadRules) -> list[dict[str, Any]]:
    """What the registry asked for, with how it may be sent."""
    note = gettext("%(kinds)s, até %(size)s MB", kinds=allowed(rules), size=rules.max_file_bytes // 2**20)
    return [{"label": item, "note": note} for item in missing]


def _late(line: DeadlineLine | None, act: Act | None) -> str:
    """A party's own missed date, with what can still be done: while nobody has decided, the act is open."""
    if line is None:
        return ""
    told = gettext("O prazo terminou em %(day)s.", day=filters.date_short(line.due))
    return f"{told} {gettext('Enquanto a Câmara não decidir, você ainda pode agir.')}" if act is not None else told


def _own_obligation(file: CaseFile) -> ObligationFact | None:
    """What this party still owes under the settlement, the earliest first."""
    if file.state not in (CaseState.IN_FORCE, CaseState.BREACHED):
        return None
    own = [item for item in file.facts.pending_obligations if item.debtor in file.viewer.parties]
    return min(own, key=lambda item: (item.due, item.number), default=None)


def _own_deadline(file: CaseFile, act: Act | None, owed: ObligationFact | None) -> DeadlineLine | None:
    """The running deadline of what this person should do."""
    rule = "D-OBL" if owed is not None else ANSWERS[act][0] if act in ANSWERS else ""
    running = [
        line
        for line in file.deadlines
        if line.running and line.rule == rule and (line.party is None or line.party in file.viewer.parties)
    ]
    if owed is not None:
        running = [line for line in running if line.subject == owed.number]
    return running[-1] if running else None


def _verb(act: Act | None, owed: ObligationFact | None) -> str:
    if owed is not None:
        return N_("Cumpra até")
    return ANSWERS[act][1] if act in ANSWERS else N_("Até")


TURNS: Mapping[Turn, str] = {
    Turn.CITY: N_("Agora é a vez da Prefeitura"),
    Turn.CHAMBER: N_("Agora é a vez da Câmara"),
    Turn.CITIZEN: N_("Agora é a vez da outra parte"),
    Turn.COURT: N_("Agora é a vez da Justiça"),
    Turn.NOBODY: N_("Este caso está encerrado"),
}


def _title(file: CaseFile, *, mine: bool) -> str:
    if mine:
        return gettext("Agora é a sua vez")
    session = file.facts.scheduled_session
    if file.state is CaseState.SESSION_SCHEDULED and session is not None:
        at = filters.clock(datetime.fromisoformat(session.starts_at)) if session.starts_at else ""
        day = filters.date_long(session.on)
        return gettext("Sua reunião: %(day)s, às %(hour)s", day=day, hour=at) if at else day
    return gettext(TURNS[file.waiting_on])


def _body(
    file: CaseFile,
    act: Act | None,
    owed: ObligationFact | None,
    missing: Sequence[str],
    waiting: OwnNotice | None,
    comes_next: str,
    *,
    mine: bool,
) -> str:
    if owed is not None:
        amount = f" ({filters.money(owed.amount)})" if owed.amount else ""
        return gettext("Falta cumprir a obrigação %(n)s do acordo%(amount)s.", n=owed.number, amount=amount)
    told = ""
    if act is Act.COMPLETE:
        told = ngettext(
            "Falta enviar %(num)d coisa para o seu pedido seguir.",
            "Faltam %(num)d coisas para o seu pedido seguir.",
            max(1, len(missing)),
        )
    elif act in BODIES:
        told = gettext(BODIES[act])
    if waiting is not None:
        unopened = gettext("Há um aviso para você: o seu prazo conta do dia em que você o abrir.")
        return f"{told} {unopened}".strip()
    if told:
        return told
    if file.state.terminal:
        return comes_next
    if file.state is CaseState.SESSION_SCHEDULED:
        return gettext("O lugar e a hora estão no aviso da reunião. Se não puder vir, avise a Secretaria antes.")
    if file.state in (CaseState.IN_PROGRESS, CaseState.DRAFTING_AGREEMENT) and not mine:
        return gettext("A conversa está aberta. Para propor algo, ou falar só com o mediador, veja “Conversas” abaixo.")
    return gettext("Você não precisa fazer nada agora. Avisaremos por e-mail.") if not mine else comes_next


def _target(file: CaseFile, look: Sight) -> str:
    """The chamber's own target for what it does now: told as a target, since nobody loses a right by it."""
    if file.state is CaseState.SESSION_SCHEDULED:
        return ""
    running = [line for line in file.deadlines if line.running and line.status != "paused"]
    line = min(running, key=lambda each: (each.due, each.ordinal), default=None)
    rule = rule_of(look, line.rule) if line else None
    if line is None or rule is None:
        return ""
    words = filters.date_long(line.due)
    if rule.kind is RuleKind.INTERNAL:
        late = line.due < look.today
        template = (
            N_("%(what)s: a meta da Câmara era %(day)s e passou. O seu caso não perde nada com isso.")
            if late
            else N_("%(what)s: a meta da Câmara é até %(day)s.")
        )
        return gettext(template, what=gettext(rule.name), day=words)
    return gettext("%(what)s: até %(day)s.", what=gettext(rule.name), day=words)


def _button(room: Room, file: CaseFile, act: Act | None) -> dict[str, str] | None:
    if act is None:
        return None
    label = ANSWERS[act][2] if act in ANSWERS else act.label
    return {"label": gettext(label), "url": room.act(file.number, act)}


def _session_notice(room: Room, file: CaseFile) -> dict[str, str] | None:
    """Where the meeting's place and hour are written."""
    if file.state is not CaseState.SESSION_SCHEDULED:
        return None
    written = [line for line in file.documents if line.kind == "session_notice" and line.full]
    if not written:
        return None
    newest = max(written, key=lambda line: line.version)
    return {"label": gettext("Ver o aviso da reunião"), "url": room.document(file.number, newest.token)}


def _branch(branch: Branch) -> dict[str, Any]:
    return {
        "look": "good" if branch.good else "bad",
        "title": said(branch.title),
        "body": " ".join(said(part) for part in branch.body),
    }


def row_deadline(look: Sight, row: CaseRow) -> dict[str, Any] | None:
    """The date a list shows: one that binds somebody; the chamber's own targets stay out of a party's list."""
    rule = rule_of(look, row.next_rule) if row.next_rule else None
    if rule is None or row.next_due is None or rule.kind is RuleKind.INTERNAL or row.state.terminal:
        return None
    return due_words(look, row.next_rule, row.next_due)
