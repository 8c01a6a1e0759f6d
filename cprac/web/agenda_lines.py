"""A date of an agenda in words: what for, whose turn, how long. For pages, files and calendars alike."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from cprac.domain.act_fields import LAWSUIT_DATES
from cprac.domain.deadlines import Unit, deadline_words
from cprac.domain.identifiers import IdentifierKind, format_identifier
from cprac.persistence.queries_agenda import LAWSUIT, SESSION, Item
from cprac.services import agendas
from cprac.services.agenda_files import Line
from cprac.web import guards
from cprac.web.deadline_views import WHO, Sight, due_words, rule_of


def line_of(item: Item, look: Sight, url: str = "") -> tuple[Line, dict[str, Any]]:
    """The line of a date, and its chip. *look*: the rules of its case."""
    if item.rule == LAWSUIT:
        return _court_line(item, look, url)
    rule = rule_of(look, item.rule)
    name = gettext(rule.name) if rule else item.rule
    if item.subject:
        name = gettext("%(name)s (obrigação %(n)s)", name=name, n=item.subject)
    who = item.party or (gettext(WHO.get(rule.responsible, "")) if rule else "")
    if item.rule == SESSION:
        who = item.mediator
    chip = due_words(look, item.rule, item.due, item.pauses)
    line = Line(
        id=item.id,
        day=item.due,
        starts_at=item.starts_at.astimezone(guards.chamber().zone) if item.starts_at else None,
        name=name,
        kind=gettext(agendas.SHORT[agendas.kind_of(rule)]) if rule else "",
        number=item.number,
        title=item.title,
        who=who,
        situation=str(chip["words"]),
        url=url,
    )
    return line, chip


def _court_line(item: Item, look: Sight, url: str) -> tuple[Line, dict[str, Any]]:
    """A date of a linked lawsuit: nothing is counted here, so days are days of the calendar."""
    words, shown = deadline_words(item.due, look.today, Unit.CALENDAR_DAYS, look.calendar)
    name = gettext(
        "%(what)s no processo %(number)s",
        what=gettext(dict(LAWSUIT_DATES).get(item.lawsuit_kind, item.lawsuit_kind)),
        number=format_identifier(IdentifierKind.CNJ, item.lawsuit),
    )
    kind = gettext(agendas.SHORT[agendas.COURT])
    line = Line(item.id, item.due, None, name, kind, item.number, item.title, gettext(WHO["court"]), words, url)
    return line, {"words": words, "look": shown.value, "due": item.due}
