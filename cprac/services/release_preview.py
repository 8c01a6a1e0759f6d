"""What the next release, or a correction, would publish: table by table, before anything is published.

A preview is the release itself, made and not kept: confirmed on the same day, unchanged, its bytes are published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cprac.domain.open_tables import POOLED, OpenTable, Release
from cprac.domain.release_base import Period, cuts_from_plain, table_id
from cprac.domain.release_content import Labels
from cprac.domain.release_corrections import CELLWISE, POOLED_TABLE, TABLE_OF
from cprac.domain.words import N_
from cprac.persistence import queries_releases
from cprac.persistence.database import db
from cprac.services import releases
from cprac.services.chamber import Chamber
from cprac.services.release_words import Told, changes_told, figures, note_told, row_name

FAMILY_OF: Mapping[str, tuple[str, str]] = {
    **{name: key for key, name in TABLE_OF.items()},
    "agreements_value_by_direction": ("direction", "agreements"),
}
"""How each table that names categories is cut: by which family, of which cases."""

LEFT_OUT: Mapping[str, str] = {
    "survival_curve": N_("Ainda são poucos casos para a curva."),
    "agreements_value_by_direction": N_("Não há acordos bastantes para mostrar valores sem apontar para um caso."),
    "cases": N_("Nenhum grupo de casos encerrados é grande o bastante."),
}
LEFT_OUT_ELSE = N_(
    "São menos de {min_cell} casos, ou a tabela deixaria descobrir um grupo pequeno por contas com as outras."
)
"""Why a table is left out."""

BLANK: Mapping[str, str] = {
    "totals": N_("São menos de {min_cell} casos, ou a tabela que faz a soma não sai."),
    "durations": N_("São menos de {min_cases_for_quartiles} casos, e o tempo de poucos aponta para cada um."),
    "survival_curve": N_("O limite não se calcula onde a curva está em 0% ou 100%."),
    "time_to_resolution": N_("Ainda não terminaram casos bastantes, ou o limite não foi alcançado."),
    "agreements_value_by_direction": N_(
        "São menos de {min_cell} casos, ou um só pesa mais de {dominance_percent}% na soma."
    ),
    "on_time_by_rule": N_("São menos de {min_cell} prazos, ou menos de {min_cell} deles em dia ou em atraso."),
    "promised_results": N_("O motivo está na própria tabela, ao lado de cada resultado."),
}
"""Why a cell has no figure, by table."""

SMALL_CHANGE = N_("Numa correção, também o que mudou por poucos casos fica sem número.")


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the preview: the categories it names, those it pools, the rows without a figure, and why.

    ``left_out``: why it has no rows at all, empty where it has. ``kept``: it stays as the release before told it. The
    sentences have places in braces for the numbers of ``rules_of``.
    """

    table: OpenTable
    named: int
    pooled: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    left_out: str = ""
    kept: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is told without holding anything back."""
        return not (self.pooled or self.blank or self.left_out or self.kept)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be published: the release without its reason, its parts, its changes; ``seen``: the hash of it.

    ``corrects``: the id of the stored release that it corrects, None for the first of its period.
    """

    release: Release
    seen: str
    parts: tuple[Part, ...]
    changes: tuple[Told, ...] = ()
    notes: tuple[str, ...] = ()
    corrects: int | None = None


def next_one(chamber: Chamber, now: datetime) -> tuple[releases.Awaited | None, Preview | None]:
    """The period that is published next, and its preview where it is due. Raises DisclosureError."""
    awaited = releases.awaited(chamber, now)
    if awaited is None or awaited.release is None:
        return awaited, None
    return awaited, _preview(chamber, awaited.release)


def correction(chamber: Chamber, period: str, now: datetime) -> Preview:
    """What a correction of *period* would publish. Raises ReleaseError (nothing to tell), DisclosureError."""
    made, corrects = releases.correction(chamber, period, now)
    every = queries_releases.released(db.session())
    db.session.rollback()
    before = next(item for item in every if (item.period, item.revision) == (period, made.revision - 1))
    return replace(_preview(chamber, made), changes=changes_told(made, before), corrects=corrects)


def seen_of(made: Release) -> str:
    """The hash of a release as a preview shows it: before its reason is written."""
    return releases.digest_of(replace(made, reason=""))


def rules_of(release: Release) -> dict[str, int]:
    """The numbers of the rules that the release was protected by, for the sentences of its parts."""
    return dict(release.anonymisation_report.get("rules", {}))


def _preview(chamber: Chamber, made: Release) -> Preview:
    labels = queries_releases.labels_of(db.session(), chamber.regulation)
    db.session.rollback()
    others = (table for table in made.tables if table.id != POOLED_TABLE)  # which is told beside each of them
    parts = tuple(part_of(made, table, labels) for table in others)
    return Preview(made, seen_of(made), parts, notes=tuple(note_told(made, note) for note in made.notes))


def part_of(release: Release, table: OpenTable, labels: Labels) -> Part:
    """How a table of *release* is told, from its rows and the anonymisation report."""
    kept = any(note.startswith(f"{table.id}: ") for note in release.notes) and bool(table.rows)
    named = len([row for row in table.rows if row[0] != POOLED]) if table.key else len(set(table.rows))
    if not table.rows:
        return Part(table, 0, left_out=LEFT_OUT.get(table.id, LEFT_OUT_ELSE))
    columns = {column.name for column in figures(table) if column.type == "integer"}
    places = [place for place, column in enumerate(table.columns) if column.name in columns]
    blank = tuple(
        row_name(str(row[0]), table) for row in table.rows if table.key and any(row[place] is None for place in places)
    )
    why = [BLANK.get(table.id, LEFT_OUT_ELSE)] if blank else []
    if blank and release.revision and table.id in CELLWISE:
        why.append(SMALL_CHANGE)
    return Part(table, named, () if kept else _pooled(release, table.id, labels), blank, tuple(why), kept=kept)


def _pooled(release: Release, name: str, labels: Labels) -> tuple[str, ...]:
    """The words of the categories that a table tells together, in the order of the pages."""
    if name not in FAMILY_OF:
        return ()
    family, what = FAMILY_OF[name]
    span = Period(release.period, release.first, release.last, release.revision)
    cut = cuts_from_plain(release.anonymisation_report["cuts"].get(family, {})).get(table_id(what, span))
    if cut is None:
        return ()
    order = [*labels.families[family], *sorted(cut.pool)]
    return tuple(labels.of(family, each) for each in dict.fromkeys(order) if each in cut.pool)
