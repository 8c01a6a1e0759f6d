"""The room of anyone: what the chamber is, where a case stands, the rules in force, help, privacy, accessibility."""

from cprac.domain.words import N_
from cprac.web.navigation import Entry
from cprac.web.public import (
    agenda_feed,
    api,
    calculator,
    machine,
    open_data,
    pages,
    recommendations,
    statistics,
    status,
    survey,
)
from cprac.web.public.room import blueprint

__all__ = [
    "agenda_feed",
    "api",
    "blueprint",
    "calculator",
    "footer",
    "machine",
    "menu",
    "open_data",
    "pages",
    "recommendations",
    "statistics",
    "status",
    "survey",
]

menu = (
    Entry(N_("Consultar caso"), "public.lookup", "visitor"),
    Entry(N_("Como funciona"), "public.help_page", "visitor"),
    Entry(N_("Ajuda"), "public.help_page", "party"),
    Entry(N_("Estatísticas"), "public.statistics", "visitor"),
)
footer = (
    Entry(N_("Regras em vigor"), "public.rules"),
    Entry(N_("Calculadora de prazos"), "public.calculator"),
    Entry(N_("Estatísticas"), "public.statistics"),
    Entry(N_("Dados abertos"), "public.open_data_page"),
    Entry(N_("Recomendações à Prefeitura"), "public.recommendations"),
    Entry(N_("Ajuda"), "public.help_page"),
    Entry(N_("Privacidade"), "public.privacy"),
    Entry(N_("Acessibilidade"), "public.accessibility"),
)
