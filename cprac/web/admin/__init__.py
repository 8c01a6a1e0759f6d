"""The administrator's room: people and offices, leave, agencies, imports. No case content."""

from cprac.domain.words import N_
from cprac.web.admin.views import blueprint
from cprac.web.navigation import Entry

__all__ = ["blueprint", "menu"]

menu = (
    Entry(N_("Pessoas e funções"), "admin.people", "staff"),
    Entry(N_("Órgãos"), "admin.agencies", "staff"),
    Entry(N_("Importações"), "admin.imports", "staff"),
)
