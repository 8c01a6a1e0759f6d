"""The room of those who work in the chamber: registry, coordination, mediators, attorneys, internal control."""

from cprac.domain.words import N_
from cprac.web.attorney import agenda, calendar, desk, keys, lists, receipts
from cprac.web.attorney.room import blueprint
from cprac.web.navigation import Entry

__all__ = ["agenda", "blueprint", "calendar", "desk", "footer", "keys", "lists", "menu", "receipts"]

menu = (
    Entry(N_("Meu trabalho"), "attorney.worklist", "staff"),
    Entry(N_("Casos"), "attorney.cases", "staff"),
    Entry(N_("Agenda"), "attorney.agenda", "staff"),
    Entry(N_("Avisos"), "attorney.notices", "staff"),
    Entry(N_("Calendário"), "attorney.calendar_year", "staff"),
)
footer = ()
