"""The room of anyone: what the chamber is, where a case stands, the rules in force, help, privacy, accessibility."""

from cprac.domain.words import N_
from cprac.web.navigation import Entry
from cprac.web.public import agenda_feed, calculator, machine, pages, status
from cprac.web.public.room import blueprint

__all__ = ["agenda_feed", "blueprint", "calculator", "footer", "machine", "menu", "pages", "status"]

menu = (
    Entry(N_("Consultar caso"), "public.lookup", "visitor"),
    Entry(N_("Como funciona"), "public.help_page", "visitor"),
    Entry(N_("Ajuda"), "public.help_page", "party"),
)
footer = (
    Entry(N_("Regras em vigor"), "public.rules"),
    Entry(N_("Calculadora de prazos"), "public.calculator"),
    Entry(N_("Ajuda"), "public.help_page"),
    Entry(N_("Privacidade"), "public.privacy"),
    Entry(N_("Acessibilidade"), "public.accessibility"),
)
