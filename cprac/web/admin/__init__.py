"""The administrator's room: people and offices, leave, agencies, imports, the system's health. No case content."""

from cprac.domain.words import N_
from cprac.web.admin import system
from cprac.web.admin.views import blueprint
from cprac.web.navigation import Entry

__all__ = ["blueprint", "menu", "system"]

menu = (
    Entry(N_("Pessoas e funções"), "admin.people", "staff"),
    Entry(N_("Órgãos"), "admin.agencies", "staff"),
    Entry(N_("Importações"), "admin.imports", "staff"),
    Entry(N_("Saúde do sistema"), "admin.system", "staff"),
)
