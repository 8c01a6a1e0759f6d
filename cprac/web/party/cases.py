"""Following one's cases: the list, where a case stands, notices opened by a POST, and every page of a case."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from cprac.domain.acts import Act
from cprac.domain.outlook import DOES
from cprac.domain.states import CaseState, Turn
from cprac.domain.words import N_
from cprac.persistence import queries_case, queries_drafts, queries_items, queries_lists, queries_party, queries_surveys
from cprac.persistence.queries_case import CaseFile
from cprac.persistence.queries_lists import CaseRow, Filter
from cprac.persistence.queries_party import PARTY_ROLES, OwnNotice
from cprac.services import notice_opening
from cprac.services.errors import NotFoundError
from cprac.web import case_pages, deadline_views, guards, timeline_views
from cprac.web.case_room import Room, file_of, menu_of, menu_rows, number_of, reader, refused_rows, sight
from cprac.web.deadline_views import Sight
from cprac.web.party import standing
from cprac.web.party.room import blueprint, links

Answer = str | Response | tuple[str, int]
View = Callable[..., Any]


def parties_only(view: View) -> View:
    """Only a party of the case in the address, or who speaks for one, opens *view*: 404 for everybody else."""

    @wraps(view)
    def checked(number: str, **values: Any) -> Any:
        if not queries_party.speaks_in(reader(), number_of(number)):
            raise NotFoundError(number)
        return view(number=number, **values)

    return guards.signed_in(checked)


ROOM = Room(
    name="party",
    prefix="/meus-casos",
    policy=parties_only,
    layout="_layouts/party.html",
    audience="party",
    home=(N_("Meus casos"), "party.my_cases"),
    templates={"file": "party/file.html", "act": "party/act.html"},
)


LOOKED_FOR = frozenset({*DOES, Act.DECLINE, Act.WITHDRAW, Act.CLOSE_WITHOUT_AGREEMENT})
"""Acts a party would look for: shown with the reason while they are not possible."""


# --- The list and the notices -----------------------------------------------------------------------------------------


@blueprint.get("/meus-casos/")
@guards.signed_in
def my_cases() -> Answer:
    """One's cases, those that wait for the reader first; notices not opened, filings begun."""
    page = max(1, request.args.get("pagina", 1, type=int))
    who = reader()
    found = queries_lists.cases(who, Filter(page=page), only=PARTY_ROLES)
    fresh = [notice for notice in queries_party.notices(who) if notice.unread]
    return render_template(
        "party/my_cases.html",
        rows=sorted((_row(row) for row in found.rows), key=lambda row: not row["mine"]),
        next_url=url_for("party.my_cases", pagina=page + 1) if found.more else "",
        previous_url=url_for("party.my_cases", pagina=page - 1) if page > 1 else "",
        fresh=[_notice(notice) for notice in fresh if _starts(notice)],
        unread=sum(1 for notice in fresh if not _starts(notice)),
        drafts=queries_drafts.drafts_of(who.account or 0),
    )


def _row(row: CaseRow) -> dict[str, Any]:
    look = sight(ROOM, row.procedure)
    return {
        "number": row.number,
        "url": ROOM.url("case", row.number),
        "matter": standing.matter_words(look, row.facts.matter),
        "state": row.state,
        "turn": row.waiting_on.value,
        "mine": _mine(row, look),
        "filed_on": row.filed_on,
        "closed_on": row.closed_on,
        "deadline": standing.row_deadline(look, row),
    }


def _mine(row: CaseRow, look: Sight) -> str:
    """What the reader is to do in the case of *row*; the case is read only where it may wait for the reader."""
    if row.waiting_on is not Turn.CITIZEN and row.state not in (CaseState.IN_FORCE, CaseState.BREACHED):
        return ""
    file = queries_case.case_head(reader(), row.number)
    return standing.turn_of(file, look) if file is not None else ""


@blueprint.get("/avisos")
@guards.signed_in
def notices() -> Answer:
    """What one was told, in all one's cases."""
    entries = [_notice(notice) for notice in queries_party.notices(reader())]
    return render_template("party/notices.html", entries=entries)


@blueprint.post("/avisos/lidos")
@guards.signed_in
def read_notices() -> Answer:
    """Mark as read what only tells, in all one's cases; what starts a deadline is opened by itself."""
    who = reader()
    waiting = {notice.number for notice in queries_party.notices(who) if notice.unread and not _starts(notice)}
    for number in sorted(waiting):
        notice_opening.mark_read(guards.chamber(), who.account, number, guards.now())
    return redirect(url_for("party.notices"), 303)


@blueprint.post("/meus-casos/<number>/avisos/lidos")
@parties_only
def read_case_notices(number: str) -> Answer:
    """The same in one case."""
    here = number_of(number)
    notice_opening.mark_read(guards.chamber(), guards.member().account, here, guards.now())
    return redirect(ROOM.url("case", here), 303)


def _starts(notice: OwnNotice) -> bool:
    """Whether opening the notice sets off a deadline."""
    return bool(notice.starts) and not notice.closed


def _notice(notice: OwnNotice) -> dict[str, Any]:
    return {
        "title": gettext(notice.act.past),
        "number": notice.number,
        "case": notice.title,
        "at": notice.created_at,
        "unread": notice.unread,
        "served_on": notice.served_on,
        "starts": _starts(notice),
        "url": ROOM.url("notice", notice.number, ordinal=notice.ordinal),
        "open_url": ROOM.url("open_notice", notice.number, ordinal=notice.ordinal),
    }


@blueprint.get("/meus-casos/<number>/avisos/<int:ordinal>")
@parties_only
def notice(number: str, ordinal: int) -> Answer:
    """A notice: what happened, the papers of it, the deadline that runs. Reading it here opens nothing."""
    file = file_of(number)
    found = _own(file, ordinal)
    look = sight(ROOM, file.procedure)
    line = next(
        (line for line in reversed(file.deadlines) if line.rule == found.starts and line.party in file.viewer.parties),
        None,
    )
    rule = deadline_views.rule_of(look, found.starts) if found.starts else None
    papers = [paper for paper in file.documents if paper.full and paper.version == found.version]
    menu = menu_of(file, look)
    return render_template(
        "party/notice.html",
        room=ROOM,
        file=file,
        notice=found,
        what=_notice(found),
        effect=gettext(found.act.effect),
        rule=rule,
        length=rule.unit.words(rule.amount) if rule else "",
        chip=deadline_views.deadline_chip(look, line, file) if line else None,
        why_url=ROOM.deadline(file.number, line.ordinal) if line else "",
        papers=[(timeline_views.document_title(paper), ROOM.document(file.number, paper.token)) for paper in papers],
        acts=menu_rows(ROOM, file, tuple(act for act in menu.steps if act is not Act.RECORD_SERVICE)),
        case_url=ROOM.url("case", file.number),
    )


@blueprint.post("/meus-casos/<number>/avisos/<int:ordinal>/abrir")
@parties_only
def open_notice(number: str, ordinal: int) -> Answer:
    """Open a notice: from today it counts as received."""
    here = number_of(number)
    opened = notice_opening.open_notice(guards.chamber(), guards.member().account, here, ordinal, guards.now())
    if opened.started:
        flash(gettext("Aviso aberto. O prazo começou a contar; veja a data abaixo."), "good")
    return redirect(ROOM.url("notice", here, ordinal=ordinal), 303)


def _own(file: CaseFile, ordinal: int) -> OwnNotice:
    found = next((each for each in queries_party.notices(reader(), file.number) if each.ordinal == ordinal), None)
    if found is None:
        raise NotFoundError(str(ordinal))
    return found


# --- Where the case stands --------------------------------------------------------------------------------------------


@blueprint.context_processor
def for_templates() -> dict[str, Any]:
    """What the room's drawing of a case asks for beside what every room gets."""
    return {
        "where_it_stands": where_it_stands,
        "what_is_missing": lambda file: standing.checklist(_missing(file), guards.chamber().regulation.uploads),
        **links(),
    }


def where_it_stands(file: CaseFile, look: Sight) -> dict[str, Any]:
    """Whose turn, until when, what next, what was told: the first half of a party's page of a case."""
    unopened = [each for each in queries_party.notices(reader(), file.number) if each.unread]
    view = standing.of(ROOM, file, look, unopened, _missing(file))
    menu = menu_of(file, look)
    return {
        "standing": view,
        "unopened": [_notice(each) for each in unopened if _starts(each)],
        "unread": [_notice(each) for each in unopened if not _starts(each)],
        "read_url": ROOM.url("read_case_notices", file.number),
        "steps": menu_rows(ROOM, file, tuple(act for act in menu.steps if act not in view.offered)),
        "any_time": menu_rows(ROOM, file, menu.any_time),
        "refused": refused_rows(tuple(item for item in menu.refused if item.act in LOOKED_FOR)),
        "matter": standing.matter_words(look, file.facts.matter),
        "survey_url": ROOM.url("survey", file.number) if queries_surveys.asked(reader(), file.number) else "",
        "talks": _talks(file) if file.facts.mediator is not None else [],
    }


def _missing(file: CaseFile) -> tuple[str, ...]:
    """What the registry asked for, item by item, while it is waited for."""
    if not file.facts.missing:
        return ()
    asked = queries_case.last_of(reader(), file, Act.REQUEST_COMPLETION)
    return tuple(asked.private.get("items") or ()) if asked is not None else ()


def _talks(file: CaseFile) -> list[dict[str, str]]:
    """The reserved places this party may enter, with who else reads there."""
    return [
        {
            **case_pages.talk_words(file, talk),
            "url": ROOM.url("conversation", file.number, compartment=case_pages.in_path(talk)),
        }
        for talk in queries_items.conversations(file)
    ]


case_pages.mount(blueprint, ROOM)
