"""The room of citizens, companies and their lawyers: filing, following a case, answering, signing."""

from cprac.domain.words import N_
from cprac.web.navigation import Entry
from cprac.web.party import cases, filing, survey
from cprac.web.party.room import blueprint

__all__ = ["blueprint", "cases", "filing", "footer", "menu", "survey"]

menu = (
    Entry(N_("Meus casos"), "party.my_cases", "party"),
    Entry(N_("Avisos"), "party.notices", "party"),
    Entry(N_("Fazer um pedido"), "party.start"),
)
footer = ()
