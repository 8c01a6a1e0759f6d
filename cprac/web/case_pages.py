"""The pages of a case, mounted by each room on its own blueprint.

How a room uses it::

    room = Room(
        "party", "/meus-casos", guards.signed_in, "_layouts/party.html", "party", (N_("Meus casos"), "party.my_cases")
    )
    case_pages.mount(blueprint, room)

gives, below ``/<prefix>/<number>``, the endpoints ``case``, ``history``, ``act`` (GET and POST), ``document``,
``attachment``, ``deadline``, ``conversations`` and ``conversation``. A room that draws a page itself names its template
in ``Room.templates``; every template gets ``room``, ``file`` (the ``CaseFile``), ``sight``, and what the page needs.
Nothing here knows the rooms; what a reader may see was decided by the queries.

A few lines over 400 lines: the pages of one thing, mounted together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from cprac.domain.acts import FIELDS, Act, Compartment, InformationClass, Kind
from cprac.domain.deadline_rules import FRAME_RULES
from cprac.domain.deadlines import DeadlineError, StillPausedError, due_date
from cprac.domain.lifecycle import NEVER_IN_MENU
from cprac.domain.permissions import MARKERS
from cprac.domain.roles import Role
from cprac.domain.states import Turn
from cprac.domain.words import N_
from cprac.persistence import queries_case, queries_items
from cprac.persistence.queries_case import CaseFile, DeadlineLine
from cprac.persistence.queries_items import Conversation
from cprac.services.errors import NotFoundError
from cprac.web import case_views, filters, guards, kept_text, legacy_views, notice_pages, security, timeline_views
from cprac.web import deadline_views as deadlines
from cprac.web.case_acts import ActPage
from cprac.web.case_files import attachment_of
from cprac.web.case_room import (
    Room,
    file_of,
    head_of,
    menu_of,
    menu_rows,
    reader,
    refused_rows,
    role_words,
    sight,
)
from cprac.web.deadline_views import Sight
from cprac.web.ledgers import ledger_view
from cprac.web.next_steps import TURNS, Asked, Task, task_for

Answer = str | Response | tuple[str, int]


def mount(blueprint: Blueprint, room: Room) -> None:
    """Hang the pages of a case, as *room* shows them, on *blueprint*."""
    pages = CasePages(room)
    address = f"{room.prefix}/<number>"
    for rule, endpoint, view, methods in (
        ("", "case", pages.case, ("GET",)),
        ("/linha-do-tempo", "history", pages.history, ("GET",)),
        ("/atos/<act>", "act", pages.act, ("GET", "POST")),
        ("/documentos/<token>", "document", pages.document, ("GET",)),
        ("/documentos/<token>/arquivo", "attachment", pages.attachment, ("GET",)),
        ("/prazos/<int:ordinal>", "deadline", pages.deadline, ("GET",)),
        ("/reservado", "conversations", pages.conversations, ("GET",)),
        ("/reservado/<compartment>", "conversation", pages.conversation, ("GET",)),
    ):
        shown = room.policy(_view(view))
        if endpoint == "act":
            shown = kept_text.gives_back(security.takes_files(shown, when=_act_takes_files))
        blueprint.add_url_rule(address + rule, endpoint, shown, methods=list(methods))
    for rule, endpoint, page in (
        ("/avisos/<int:ordinal>/historico", "notice_history", notice_pages.history),
        ("/avisos/<int:ordinal>/certidao", "notice_certificate", notice_pages.certificate),
    ):
        blueprint.add_url_rule(address + rule, endpoint, room.policy(_view(partial(page, room), page)))


def _act_takes_files(values: Mapping[str, Any]) -> bool:
    """Whether the act in an address has a field for files."""
    act = next((each for each in Act if each.value == values.get("act")), None)
    return act is not None and any(item.kind is Kind.FILES for item in FIELDS[act])


def _view(method: Callable[..., Answer], named: Callable[..., Answer] | None = None) -> Callable[..., Answer]:
    """A function of its own for each page: a bound method cannot carry its policy. *named*: what it is called like."""

    def view(**values: Any) -> Answer:
        return method(**values)

    like = named or method
    view.__name__, view.__doc__ = like.__name__, like.__doc__
    return view


class CasePages:
    """The pages of a case in one room."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def _render(self, page: str, file: CaseFile, look: Sight, **more: Any) -> str:
        given = {"room": self.room, "file": file, "sight": look, "now": guards.now(), "trail": self._trail(file)}
        return render_template(self.room.template(page), **given, **more)

    def _trail(self, file: CaseFile) -> list[tuple[str, str | None]]:
        label, endpoint = self.room.home
        return [(gettext(label), url_for(endpoint)), (file.number, self.room.url("case", file.number))]

    # --- the file -----------------------------------------------------------------------------------------------------

    def case(self, number: str) -> Answer:
        """The case: what comes next, what may be done, deadlines, history, parties, documents."""
        file = file_of(number)
        look = sight(self.room, file.procedure)
        menu = menu_of(file, look)
        coming = deadlines.next_deadline(look, file)
        task = task_of(file, look, coming[0] if coming else None)
        talks = queries_items.conversations(file)
        acts = (*menu.steps, *menu.any_time)
        primary = _primary(task, acts)
        # what waited for a party, and is now for whoever reads to end or to answer
        yours = primary is not None and file.responsible in (Role.APPLICANT, Role.INVITEE)
        turn = gettext(TURNS[file.responsible]) if file.responsible in TURNS else ""
        return self._render(
            "file",
            file,
            look,
            headline=case_views.headline(look, file),
            chip=coming[1] if coming else None,
            turn=gettext("Agora cabe a você") if yours else turn,
            waiting_on=Turn.CHAMBER if yours else file.waiting_on,
            task=task,
            title=task_title(task, coming[0] if coming else None, look),
            primary=primary,
            steps=menu_rows(self.room, file, menu.steps),
            any_time=menu_rows(self.room, file, menu.any_time),
            refused=refused_rows(menu.refused),
            role=role_words(file),
            deadline_rows=deadlines.deadline_rows(look, file),
            ended_rows=deadlines.deadline_rows(look, file, ended=True),
            limitation=deadlines.limitation_rows(look, file),
            ledger=ledger_of(look, coming[0]) if coming else None,
            entries=timeline_views.timeline(look, file),
            oldest=file.events[0].version if file.events else 0,
            parties=case_views.parties(file),
            money=case_views.money_path(look, file),
            documents=timeline_views.documents(look, file),
            hidden=sum(1 for line in file.documents if not line.full),
            talks=talks,
            add_document=self.room.act(file.number, Act.ADD_DOCUMENT) if Act.ADD_DOCUMENT in acts else "",
            notices=self._notices(file, may_record=Act.RECORD_SERVICE in acts),
            linked=self._linked(file),
            legacy=legacy_views.rows(reader(), file),
            rule_words=case_views.rule_words(look, file),
            rules_url=url_for("public.rules") if guards.may_open("public.rules") else "",
        )

    def _notices(self, file: CaseFile, *, may_record: bool) -> list[dict[str, Any]]:
        """Notices of the case: to whom, whether they arrived, and recording that they did."""
        return [
            {
                "what": gettext(notice.act.past),
                "to": notice.to,
                "when": gettext("chegou em %(day)s", day=filters.date_short(notice.served_on))
                if notice.served_on
                else gettext("enviado em %(day)s", day=filters.date_short(notice.created_at)),
                "url": self.room.act(file.number, Act.RECORD_SERVICE, notice=notice.ordinal)
                if may_record and notice.served_on is None
                else "",
                "history": self.room.url("notice_history", file.number, ordinal=notice.ordinal),
            }
            for notice in file.notices
            if notice.starts or notice.served_on
        ]

    def _linked(self, file: CaseFile) -> list[dict[str, Any]]:
        """Cases of the same application, and the case that this one takes up again."""
        rows = [
            {
                "label": gettext("Do mesmo pedido"),
                "value": number,
                "note": gettext(state.label),
                "url": self._to(number),
            }
            for number, state in file.siblings
        ]
        if file.previous:
            rows.append({"label": gettext("Retoma o caso"), "value": file.previous, "url": self._to(file.previous)})
        return rows

    def _to(self, number: str) -> str:
        return self.room.url("case", number)

    def history(self, number: str) -> Answer:
        """Older entries of the timeline, a page at a time."""
        file = file_of(number)
        look = sight(self.room, file.procedure)
        before = request.args.get("antes", type=int)
        events, more = queries_case.events_of(reader(), file, Compartment.DOCKET.value, before)
        return self._render(
            "history",
            file,
            look,
            entries=timeline_views.timeline(look, file, events),
            more=more,
            oldest=events[0].version if events else 0,
            older=before is not None,
        )

    # --- acts ---------------------------------------------------------------------------------------------------------

    def act(self, number: str, act: str) -> Answer:
        """The form of an act, and doing it."""
        known = next((each for each in Act if each.value == act and each not in NEVER_IN_MENU), None)
        if known is None:
            raise NotFoundError(act)
        page = ActPage(self.room, head_of(number), known)
        if request.method == "GET":
            return page.show()
        return page.do()

    # --- documents ----------------------------------------------------------------------------------------------------

    def document(self, number: str, token: str) -> Answer:
        """A page that the chamber wrote; for a file somebody attached, what it is and where to get it."""
        file = head_of(number)
        found = queries_items.document(reader(), file.number, token)
        if found is None:
            raise NotFoundError(token)
        look = sight(self.room, file.procedure)
        return self._render(
            "document",
            file,
            look,
            document=found,
            marker=MARKERS[found.information_class],
            names={party.ordinal: party.name for party in file.parties},
            download=self.room.url("attachment", file.number, token=token) if found.media_type else "",
        )

    def attachment(self, number: str, token: str) -> Answer:
        """A file, only ever as a download."""
        file = head_of(number)
        found = queries_items.document(reader(), file.number, token)
        if found is None or found.media_type is None:
            raise NotFoundError(token)
        return attachment_of(guards.chamber(), found)

    # --- deadlines ----------------------------------------------------------------------------------------------------

    def deadline(self, number: str, ordinal: int) -> Answer:
        """Why a deadline ends when it does, day by day."""
        file = head_of(number)
        line = next((line for line in file.deadlines if line.ordinal == ordinal), None)
        if line is None or not file.sees(InformationClass.EXISTENCE):
            raise NotFoundError(str(ordinal))
        look = sight(self.room, file.procedure)
        rule = deadlines.rule_of(look, line.rule)
        return self._render(
            "deadline",
            file,
            look,
            line=line,
            rule=rule,
            name=deadlines.deadline_name(look, line),
            chip=deadlines.deadline_chip(look, line, file),
            reason=deadlines.deadline_reason(look, line),
            ledger=ledger_of(look, line),
            given=line.given,
            by_hand=line.by_hand and line.rule not in deadlines.GIVEN,
            believed=self._believed(file, line),
        )

    def _believed(self, file: CaseFile, line: DeadlineLine) -> list[dict[str, Any]]:
        """What the date of a deadline was, since when, and what changed it: for those who see the case's acts."""
        if not file.sees(InformationClass.MINUTES):
            return []
        return [
            {"at": each.at, "due": each.due, "status": each.status, "what": gettext(each.act.past)}
            for each in queries_case.dates_of(file, line.ordinal)
        ]

    # --- reserved conversations ---------------------------------------------------------------------------------------

    def conversations(self, number: str) -> Answer:
        """Which reserved conversations the reader takes part in."""
        file = head_of(number)
        talks = queries_items.conversations(file)
        if not talks:
            raise NotFoundError(number)
        look = sight(self.room, file.procedure)
        rows = [{"talk": talk, **talk_words(file, talk), "url": self._talk_url(file, talk)} for talk in talks]
        return self._render("conversations", file, look, talks=rows)

    def conversation(self, number: str, compartment: str) -> Answer:
        """One reserved conversation: its entries, and writing in it. The read is logged before it is shown."""
        file = head_of(number)
        talk = next((talk for talk in queries_items.conversations(file) if in_path(talk) == compartment), None)
        if talk is None:
            raise NotFoundError(compartment)
        before = request.args.get("antes", type=int)
        events, more = queries_items.compartment(reader(), file, talk, before)
        look = sight(self.room, file.procedure)
        act = WRITTEN_BY[talk.kind]
        may_write = act in menu_of(file, look).private
        party = {"party": talk.party} if talk.party is not None else {}
        return self._render(
            "conversation",
            file,
            look,
            talk=talk,
            entries=[timeline_views.note_view(look, event) for event in events],
            more=more,
            oldest=events[0].version if events else 0,
            path=in_path(talk),
            write_url=self.room.act(file.number, act, **party) if may_write else "",
            write_label=gettext(act.label),
            **talk_words(file, talk),
        )

    def _talk_url(self, file: CaseFile, talk: Conversation) -> str:
        return self.room.url("conversation", file.number, compartment=in_path(talk))


# --- Words and figures of these pages ---------------------------------------------------------------------------------

WRITTEN_BY = {
    Compartment.JOINT: Act.RECORD_OFFER,
    Compartment.CAUCUS: Act.CAUCUS,
    Compartment.NOTES: Act.MEDIATOR_NOTE,
    Compartment.CITY: Act.CITY_NOTE,
}


def in_path(talk: Conversation) -> str:
    """The name of a conversation in addresses: ``caucus-1``; one's own notes need no number."""
    return f"{talk.kind.value}-{talk.party}" if talk.party is not None else talk.kind.value


def talk_words(file: CaseFile, talk: Conversation) -> dict[str, str]:
    """Heading, explanation and readers of a conversation, to the reader of the case."""
    if talk.kind is Compartment.CAUCUS:
        party = file.party(talk.party)
        own = talk.party in file.viewer.parties
        return {
            "heading": gettext("Conversa reservada com o mediador")
            if own
            else gettext("Conversa reservada com %(name)s", name=party.name if party else ""),
            "lead": gettext(
                "Só você e o mediador veem este texto. A outra parte e a Câmara não sabem que ele existe."
                if own
                else "Só você e esta parte veem este texto. A outra parte e a Câmara não sabem que ele existe."
            ),
            "marker": gettext("Só você e o mediador") if own else gettext("Só você e esta parte"),
        }
    heading, lead, marker = TALKS[talk.kind]
    return {"heading": gettext(heading), "lead": gettext(lead), "marker": gettext(marker)}


TALKS = {
    Compartment.JOINT: (
        N_("Propostas na mesa"),
        N_("O que se diz na negociação é sigiloso: só quem negocia vê (Lei 13.140/2015, art. 30)."),
        N_("Só quem negocia"),
    ),
    Compartment.NOTES: (
        N_("Minhas anotações"),
        N_("Só você vê. Não são documento do caso e não são lidas por mais ninguém."),
        N_("Só você"),
    ),
    Compartment.CITY: (
        N_("Dossiê da cidade"),
        N_("Limite de valor, risco e opinião da Procuradoria da parte. Quem autoriza vê enquanto decide."),
        N_("Só a Procuradoria da parte"),
    ),
}


def task_of(file: CaseFile, look: Sight, line: DeadlineLine | None) -> Task:
    """What is to be done in the case now."""
    due, rule = (line.due, line.rule) if line is not None and line.status != "paused" else (None, "")
    return task_for(Asked(file.state, file.facts, file.responsible, due, rule, look.today))


ANSWERS = (Act.SIGN, Act.ACCEPT)
"""Acts that answer the reader's own turn, where the task of the case is somebody else's."""


def _primary(task: Task, acts: tuple[Act, ...]) -> Act | None:
    """The one act that the card on top offers as its button."""
    return next((act for act in (task.act, *ANSWERS) if act in acts), None)


def task_title(task: Task, line: DeadlineLine | None, look: Sight) -> str:
    """The task with its date: "Decidir se o caso é aceito até segunda, 30/03/2026"."""
    if line is None or line.status == "paused" or line.due < look.today or "{day}" in task.title:
        return task.words
    if line.rule in FRAME_RULES:
        return task.words
    return gettext("%(task)s até %(day)s", task=task.words, day=deadlines.spoken_day(line.due))


def ledger_of(look: Sight, line: DeadlineLine) -> dict[str, Any] | None:
    """The count of a deadline, day by day, and its sentence; None where there is nothing to count."""
    rule = deadlines.rule_of(look, line.rule)
    if rule is None or line.given:
        return None
    pauses = deadlines.pauses_of(line)
    if line.urgent:
        rule = look.regulation.rule(line.rule, urgent=True)
    try:
        found = due_date(rule, line.trigger_on, look.calendar, pauses, extension=line.extended)
    except (StillPausedError, DeadlineError):
        return None
    return ledger_view(found, look.today, line.due)
