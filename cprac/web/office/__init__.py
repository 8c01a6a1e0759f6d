"""The Attorney General's room: what waits for a decision, the case while deciding, how many there are."""

from cprac.domain.words import N_
from cprac.web.navigation import Entry
from cprac.web.office.room import blueprint

__all__ = ["blueprint", "menu"]

menu = (
    Entry(N_("Para decidir"), "office.decisions", "staff"),
    Entry(N_("Câmara em números"), "office.figures", "staff"),
)
