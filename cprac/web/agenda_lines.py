"""A date of an agenda in words: what for, whose turn, how long. For pages, files and calendars alike."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from cprac.persistence.queries_agenda import SESSION, Item
from cprac.services import agendas
from cprac.services.agenda_files import Line
from cprac.web import guards
from cprac.web.deadline_views import WHO, Sight, due_words, rule_of


def line_of(item: Item, look: Sight, url: str = "") -> tuple[Line, dict[str, Any]]:
    """The line of a date, and its chip. *look*: the rules of its case."""
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
