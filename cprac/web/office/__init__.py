"""The room of the Attorney General's office and of those who authorise: what waits for a decision, counts by state."""

from cprac.domain.words import N_
from cprac.web.navigation import Entry
from cprac.web.office import dashboard, desk, figure_files, flow, on_time, publications, recommendations, surveys
from cprac.web.office.room import blueprint

__all__ = [
    "blueprint", "dashboard", "desk", "figure_files", "flow", "footer", "menu", "on_time", "publications",
    "recommendations", "surveys",
]  # fmt: skip

menu = (
    Entry(N_("Para decidir"), "office.decisions", "staff"),
    Entry(N_("Todos os casos"), "office.cases", "staff"),
    Entry(N_("Câmara em números"), "office.figures", "staff", also=("office.publications",)),
    Entry(N_("Recomendações"), "office.recommendations_list", "staff"),
    Entry(N_("Pesquisa"), "office.survey_results", "staff"),
)
footer = ()
