"""A release made: from the base of a closed period to protected tables, with the report of what was tried on them.

Tables that share a base are cut together (``disclosure.settle``); the file of cases is the base as it is shown, and the
tables of endings and agreements are sums over it. Over 400 lines: the tables of a release are one list, with its words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from cprac.domain import disclosure, release_base
from cprac.domain.disclosure import Cut, rounded
from cprac.domain.open_tables import NOT_SHOWN, OTHERS, POOLED, Cell, OpenTable, Release, column
from cprac.domain.regulation_parts import StatisticsRules
from cprac.domain.release_base import Base, Ending, Period, table_id
from cprac.domain.release_corrections import POOLED_TABLE, TABLE_OF, corrected, look, told_before
from cprac.domain.release_curve import curve_rows, curve_table, times
from cprac.domain.survival import kaplan_meier
from cprac.domain.words import N_

COUNTED = (
    ("filed_by_matter", "matter", "filed", N_("Pedidos por assunto"), N_("Pedidos recebidos no período.")),
    ("resolved_by_outcome", "ending", "resolved", N_("Casos encerrados por desfecho"),
     N_("Casos que terminaram no período, pelo modo como terminaram.")),
    ("agreements_by_matter", "matter", "agreement", N_("Acordos por assunto"),
     N_("Acordos que passaram a valer no período.")),
    ("filed_by_agency", "agency", "filed", N_("Pedidos por órgão"),
     N_("Pedidos recebidos no período, pelo órgão da cidade de que tratam.")),
    ("filed_by_channel", "channel", "filed", N_("Pedidos por canal"),
     N_("Pedidos recebidos no período, pelo caminho por onde chegaram.")),
    ("filed_by_priority", "priority", "filed", N_("Pedidos por prioridade"),
     N_("Pedidos recebidos no período, pela prioridade que a lei dá.")),
)  # fmt: skip
"""The tables of counts: id, family, what is counted, title, description."""

ATTEMPTS = 50

METHOD = N_(
    "Só casos novos da Câmara (os casos antigos, trazidos de planilha, não entram). Cada período é fechado, calculado "
    "uma vez e não muda; uma correção é uma nova publicação, com o motivo. Categorias com poucos casos aparecem juntas "
    "em “Outros (reunidos)”, de modo que nenhuma conta com todas as tabelas publicadas, desta e de outras vezes, e com "
    "os extratos dos acordos, mostre um número pequeno. Estoques são arredondados para baixo, de 10 em 10. A curva "
    "conta também os casos ainda em aberto (Kaplan–Meier)."
)


@dataclass(frozen=True, slots=True)
class Labels:
    """The categories of each family with their words, in the order of the pages; which of them are sensitive."""

    families: Mapping[str, Mapping[str, str]]
    sensitive: Mapping[str, Collection[str]] = field(default_factory=dict)

    def of(self, family: str, category: str) -> str:
        """The words of a category; the category itself where it has none any more."""
        return self.families.get(family, {}).get(category) or category or N_("Não informado")


@dataclass(frozen=True, slots=True)
class OnTime:
    """How the deadlines of one rule that fell due in the period ended."""

    rule: str
    label: str
    ended: int
    on_time: int


class DisclosureError(ValueError):
    """Tables that the last look before publication refuses. The message names the table."""


_N = column("n", N_("Casos"), N_("Quantos casos"), unit="cases")


@dataclass(slots=True)
class _Making:
    """One release being made."""

    base: Base
    labels: Labels
    rules: StatisticsRules
    past: Mapping[str, Mapping[str, Cut | None]]
    formers: Sequence[Release]
    notes: list[str] = field(default_factory=list)
    cuts: dict[str, dict[str, Cut | None]] = field(default_factory=dict)
    narrowest: dict[str, int | None] = field(default_factory=dict)
    cells: int = 0
    beyond: int = 0

    # --- cutting ------------------------------------------------------------------------------------------------------

    def counts(self, family: str, what: str) -> tuple[dict[str, int], dict[str, int]]:
        """Every category of the family with its count, and what of it is public by extracts."""
        told, public = self.base.counts(family, what)
        return {name: told[name] for name in sorted({*self.labels.families[family], *told})}, dict(public)

    def cut(self, family: str, tables: Iterable[str], pooled: Collection[str] = ()) -> None:
        """Cut the tables of a family together, against all that was released before; *pooled* are not named."""
        first: dict[str, Cut | None] = {}
        for what in tables:
            counts, public = self.counts(family, what)
            sensitive = self.labels.sensitive.get(family, ())
            cut = disclosure.first_cut(counts, public, sensitive, self.rules, pooled)
            first[table_id(what, self.base.period)] = cut
        patterns = self.base.patterns.get(family, Counter())
        # a correction names nothing that earlier versions did not and is held against them by its differences: what
        # entered late was never counted by them
        own = tuple(f"@{former.period}#{former.revision}" for former in self.formers)
        past = {name: cut for name, cut in self.past.get(family, {}).items() if not name.endswith(own)}
        for _attempt in range(ATTEMPTS):
            proof = disclosure.settle(patterns, past, first)
            again = {name: self._corrected(family, name, cut) for name, cut in proof.cuts.items()}
            if again == proof.cuts:
                break
            first = again
        else:  # the two rules pull apart: rather no table than one that fails either
            proof = disclosure.settle(patterns, past, dict.fromkeys(first))
        self.cuts[family] = dict(proof.cuts)
        self.narrowest[family] = proof.narrowest
        self.cells += len(proof.rooms)
        self.beyond += len(proof.beyond)

    def _corrected(self, family: str, name: str, cut: Cut | None) -> Cut | None:
        """A cut held against the same table of the release that is corrected; None: the change is too small to tell."""
        what = name.partition("@")[0]
        counts, _public = self.counts(family, what)
        start: Cut | None = None
        while cut is not None and cut != start:
            start = cut
            for former in self.formers:  # what an earlier version told is known, whatever a later one pooled
                span = Period(former.period, former.first, former.last, former.revision)
                old = self.past.get(family, {}).get(table_id(what, span))
                if old is not None and cut is not None:
                    told = dict(told_before(former, family, what))
                    cut = disclosure.corrected_cut(old, told, told.get(POOLED, 0), cut, counts)
        return cut

    def told(self, family: str, what: str) -> list[tuple[str, int]]:
        """The rows of a table as it is cut: category and count, the pool last; empty where it is left out."""
        cut = self.cuts[family].get(table_id(what, self.base.period))
        if cut is None:
            return []
        counts, _public = self.counts(family, what)
        shown, pool = disclosure.parts(cut, counts)
        order = [name for name in (*self.labels.families[family], *sorted(shown)) if name in shown]
        rows = [(name, shown[name]) for name in dict.fromkeys(order)]
        return rows if pool is None else [*rows, (POOLED, pool)]

    def forget(self, name: str) -> None:
        """A table that stays as it was told adds nothing to what is known: its new cut was never shown."""
        for (family, what), table in TABLE_OF.items():
            if table == name:
                self.cuts[family][table_id(what, self.base.period)] = None
        if name == "cases":
            for ending in Ending:
                self.cuts["matter"].pop(table_id(ending.value, self.base.period), None)

    # --- tables -------------------------------------------------------------------------------------------------------

    def counted(self, name: str, family: str, what: str, title: str, description: str) -> OpenTable:
        """A table of counts by the categories of one family; without rows where it is left out."""
        rows = self.told(family, what)
        columns = (
            column("id", N_("Código"), N_("Código da categoria; others reúne as que não aparecem"), "string"),
            column(family, N_("Categoria"), N_("Nome da categoria"), "string"),
            _N,
        )
        told = tuple((key, OTHERS if key == POOLED else self.labels.of(family, key), n) for key, n in rows)
        return OpenTable(name, title, description, columns, told, ("id",))

    def cases(self) -> OpenTable:
        """The file of cases: one row a case that ended in the period, told as far as its group is large enough."""
        rows: list[tuple[Cell, ...]] = []
        for ending, n in self.told("ending", "resolved"):
            label = OTHERS if ending == POOLED else self.labels.of("ending", ending)
            matters = self.told("matter", ending) if ending != POOLED else []
            for matter, count in matters or [(POOLED, n)]:
                words = NOT_SHOWN if matter == POOLED else self.labels.of("matter", matter)
                rows += [(self.base.period.id, label, words)] * count
        columns = (
            column("period", N_("Período"), N_("Período em que o caso terminou"), "string"),
            column("ending", N_("Desfecho"), N_("Como o caso terminou"), "string"),
            column(
                "matter", N_("Assunto"), N_("Assunto, ou “não mostrado” onde apontaria para poucos casos"), "string"
            ),
        )
        title = N_("Casos encerrados, um por linha")
        description = N_("Cada linha é um caso. Linhas iguais são casos diferentes do mesmo grupo; a ordem nada diz.")
        return OpenTable("cases", title, description, columns, tuple(rows))

    def pooled(self) -> OpenTable:
        """Which categories each table pools: with it, a pooled row says what it is the sum of."""
        rows: list[tuple[Cell, ...]] = []
        for (family, what), name in TABLE_OF.items():
            cut = self.cuts.get(family, {}).get(table_id(what, self.base.period))
            pool = cut.pool if cut else frozenset()
            order = dict.fromkeys((*self.labels.families[family], *sorted(pool)))
            rows += [(name, key, self.labels.of(family, key)) for key in order if key in pool]
        columns = (
            column("table", N_("Tabela"), N_("Código da tabela"), "string"),
            column("id", N_("Código"), N_("Código da categoria"), "string"),
            column("category", N_("Categoria"), N_("Nome da categoria"), "string"),
        )
        title, description = N_("O que está reunido"), N_("As categorias que cada tabela mostra juntas em “Outros (reunidos)”, também as que não tiveram caso.")  # fmt: skip  # noqa: E501
        return OpenTable(POOLED_TABLE, title, description, columns, tuple(rows))

    def total(self, family: str, what: str) -> int | None:
        """How many cases a table tells of; None where it is left out."""
        rows = self.told(family, what)
        return sum(n for _name, n in rows) if rows else None

    def admitted(self) -> int | None:
        """How many cases were admitted in the period, as a total only; None where it is not told.

        By matter it is no table: nearly every case is admitted in the period of its filing, so that the two would tell
        of each other's pools, and neither could name its large categories.
        """
        n, public = self.base.admitted, self.base.admitted_public
        return n if disclosure.tellable(n, public, self.rules) else None

    def totals(self) -> OpenTable:
        """The four headline counts of the period."""
        agreed = dict(self.told("ending", "resolved")).get(Ending.AGREEMENT.value)
        rows = (
            ("filed", N_("Pedidos recebidos"), self.total("matter", "filed")),
            ("admitted", N_("Pedidos aceitos"), self.admitted()),
            ("resolved", N_("Casos encerrados"), self.total("ending", "resolved")),
            ("agreements", N_("Acordos"), agreed),
        )
        columns = (
            column("id", N_("Código"), N_("Código da contagem"), "string"),
            column("measure", N_("Contagem"), N_("O que se conta"), "string"),
            column("n", N_("Casos"), N_("Quantos casos; vazio: não mostrado, por serem poucos"), unit="cases"),
        )
        return OpenTable("totals", N_("O período em números"), N_("As contagens do período."), columns, rows, ("id",))

    def durations(self) -> OpenTable:
        """Quartiles of the days to the end, over the cases that ended in the period; a group too small is not told."""
        groups: list[tuple[str, str, Counter[int]]] = []
        named = [name for name, n in self.told("ending", "resolved") if name != POOLED and n]
        if self.total("ending", "resolved"):
            everyone = sum(self.base.lengths.values(), Counter[int]())
            groups.append(("all", N_("Todos os casos encerrados"), everyone))
            groups += [(name, self.labels.of("ending", name), self.base.lengths.get(name, Counter())) for name in named]
        rows: list[tuple[Cell, ...]] = []
        for key, label, days in groups:
            n = days.total()
            enough = n >= self.rules.min_cases_for_quartiles
            quartiles = [_quantile(days, Fraction(part, 4)) if enough else None for part in (1, 2, 3)]
            rows.append((key, label, n, *quartiles))
        columns = (
            column("id", N_("Código"), N_("all, ou o código do desfecho"), "string"),
            column("ending", N_("Desfecho"), N_("Como os casos terminaram"), "string"),
            _N,
            column("q1", N_("Um quarto até"), N_("Dias em que um quarto destes casos terminou"), unit="days"),
            column("median", N_("Metade até"), N_("Dias em que metade destes casos terminou"), unit="days"),
            column("q3", N_("Três quartos até"), N_("Dias em que três quartos destes casos terminaram"), unit="days"),
        )
        description = N_(
            "Dias do pedido ao fim, só dos casos que terminaram no período: os que continuam abertos não entram aqui. "
            "Para saber quanto tempo um caso leva, veja a curva, que conta também os abertos. Vazio: menos de 10 casos."
        )
        return OpenTable("durations", N_("Tempo dos casos encerrados"), description, columns, tuple(rows), ("id",))

    def values(self) -> OpenTable:
        """Agreements by who pays: how many, and the sum where no case stands out in it.

        Pooled directions have one sum, of all that is paid either way; never in a correction, where it could differ
        from an earlier sum by what one case paid.
        """
        agreed = dict(self.told("ending", "resolved")).get(Ending.AGREEMENT.value)
        rows: list[tuple[Cell, ...]] = []
        for direction, n in self.told("direction", "agreements") if agreed else []:
            cut = self.cuts["direction"][table_id("agreements", self.base.period)]
            members = sorted(cut.pool) if cut and direction == POOLED else [direction]
            values = [value for name in members for value in self.base.values.get(name, [])]
            public = [value for name in members for value in self.base.public_values.get(name, [])]
            pays = self._pool_may_have_sum(members) if direction == POOLED else direction != "none"
            total = sum(values) if pays and disclosure.sum_tellable(values, public, self.rules) else None
            label = OTHERS if direction == POOLED else self.labels.of("direction", direction)
            rows.append((direction, label, n, total))
        columns = (
            column("id", N_("Código"), N_("city_pays, city_receives, none ou others"), "string"),
            column("direction", N_("Quem paga"), N_("Quem paga pelo acordo"), "string"),
            _N,
            column("sum", N_("Soma"), N_("Soma dos valores, em centavos; vazio: não mostrada"), unit="centavos"),
        )
        title, description = N_("Valores dos acordos"), N_("Acordos do período por quem paga. A soma não se mostra onde um caso só pesaria demais.")  # fmt: skip  # noqa: E501
        return OpenTable("agreements_value_by_direction", title, description, columns, tuple(rows), ("id",))

    def _pool_may_have_sum(self, members: Collection[str]) -> bool:
        """Whether a sum over pooled directions leaves room in each of them.

        That there is a sum tells that five or more pay, so where others of the pool pay nothing these could be
        narrowed: enough that no extract told must remain beside those five.
        """
        counts, public = self.counts("direction", "agreements")
        hidden = {name: counts[name] - public.get(name, 0) for name in members}
        paying = sum(n for name, n in hidden.items() if name != "none")
        room = "none" not in members or (paying >= self.rules.min_cell <= sum(hidden.values()) - disclosure.WIDTH)
        return room and not self.formers

    def on_time(self, rows: Iterable[OnTime]) -> OpenTable:
        """Deadlines kept, by rule; a rule with few deadlines, or few late or kept ones, is not told."""
        told: list[tuple[Cell, ...]] = []
        for row in sorted(rows, key=lambda item: item.rule):
            late = row.ended - row.on_time
            shown = row.ended >= self.rules.min_cell and all(
                n == 0 or n >= self.rules.min_cell for n in (row.on_time, late)
            )
            told.append((row.rule, row.label, *((row.ended, row.on_time) if shown else (None, None))))
        columns = (
            column("id", N_("Código"), N_("Código do prazo"), "string"),
            column("rule", N_("Prazo"), N_("Nome do prazo"), "string"),
            column("ended", N_("Prazos"), N_("Prazos que venceram no período"), unit="deadlines"),
            column("on_time", N_("No prazo"), N_("Quantos deles foram cumpridos no prazo"), unit="deadlines"),
        )
        description = N_("Prazos que venceram no período, de cada tipo. Vazio: não mostrado, por serem poucos.")
        return OpenTable("on_time_by_rule", N_("Prazos cumpridos"), description, columns, tuple(told), ("id",))

    def backlog(self) -> OpenTable:
        """Cases open at the end of the period, rounded down."""
        waiting = self.base.still_open
        rows = tuple(
            (key, label, rounded(sum(n for days, n in waiting.items() if days > over)))
            for key, label, over in (
                ("open", N_("Em aberto"), -1),
                ("open_180", N_("Em aberto há mais de 180 dias"), 180),
                ("open_365", N_("Em aberto há mais de 365 dias"), 365),
            )
        )
        columns = (
            column("id", N_("Código"), N_("Código da contagem"), "string"),
            column("stock", N_("Estoque"), N_("O que se conta"), "string"),
            column("at_least", N_("Pelo menos"), N_("Arredondado para baixo, de 10 em 10"), unit="cases"),
        )
        description = N_("Casos em aberto no último dia do período, de 10 em 10: 0 quer dizer menos de 10.")
        return OpenTable("backlog", N_("Casos em aberto"), description, columns, rows, ("id",))


def _quantile(days: Mapping[int, int], share: Fraction) -> int:
    """The first day by which *share* of the cases had ended."""
    wanted, seen = share * sum(days.values()), 0
    for day in sorted(days):
        seen += days[day]
        if seen >= wanted:
            return day
    raise DisclosureError("durations: nenhum caso")


def _promises(making: _Making, times: OpenTable) -> OpenTable:
    """The five results promised to the public: a number, or why there is none."""
    lawsuits = dict(making.told("lawsuits", "agreements")) if "lawsuits" in making.cuts else {}
    agreed = dict(making.told("ending", "resolved")).get(Ending.AGREEMENT.value)
    in_court = lawsuits.get("yes") if agreed else None
    median = next((row[1] for row in times.rows if row[0] == 50), None)
    few = N_("não mostrado: ainda são poucos casos")
    rows = (
        ("court_conflicts_resolved", N_("Conflitos que já estavam na Justiça, resolvidos aqui por acordo"), in_court,
         "cases", "" if in_court is not None else few),
        ("response_time", N_("Tempo em que metade dos casos termina"), median, "days",
         "" if median is not None else few),
        ("new_lawsuits", N_("Menos processos novos contra a cidade"), None, "",
         N_("sem dados: a contagem de processos novos depende da Justiça")),
        ("strategic_conflicts", N_("Soluções de conflitos estratégicos"), None, "",
         N_("sem dados: ainda não há critério aprovado do que é estratégico")),
        ("guidance", N_("Orientação à Administração"), None, "",
         N_("sem dados neste arquivo: veja o registro de recomendações")),
    )  # fmt: skip
    columns = (
        column("id", N_("Código"), N_("Código do resultado"), "string"),
        column("result", N_("Resultado prometido"), N_("O que a cidade prometeu"), "string"),
        column("value", N_("Valor"), N_("O número, na unidade ao lado")),
        column("unit", N_("Unidade"), N_("cases (casos) ou days (dias)"), "string"),
        column("why_not", N_("Por que não há número"), N_("Vazio quando há número"), "string"),
    )
    title = N_("Os cinco resultados prometidos")
    return OpenTable("promised_results", title, N_("O que se prometeu e o que se sabe."), columns, rows, ("id",))


# --- the release ------------------------------------------------------------------------------------------------------


def _endings(making: _Making) -> list[str]:
    """Cut endings, and matters with them; an ending whose cases cannot be told by matter at all is not named either.

    Else its total alone would tell of the few cases in it that no extract has made public.
    """
    pooled: set[str] = set()
    while True:
        making.cut("ending", ["resolved"], pooled)
        endings = [name for name, n in making.told("ending", "resolved") if name != POOLED and n]
        making.cut("matter", ["filed", *endings])
        lost = {name for name in endings if making.cuts["matter"][table_id(name, making.base.period)] is None}
        if not lost:
            return endings
        pooled |= lost


def past_cuts(releases: Iterable[Release]) -> dict[str, dict[str, Cut | None]]:
    """How the tables of earlier releases were cut, by family."""
    found: dict[str, dict[str, Cut | None]] = {}
    for release in releases:
        for family, cuts in release.anonymisation_report.get("cuts", {}).items():
            found.setdefault(family, {}).update(release_base.cuts_from_plain(cuts))
    return found


def build(
    chamber: str,
    base: Base,
    labels: Labels,
    rules: StatisticsRules,
    released: Sequence[Release],
    on_time: Iterable[OnTime] = (),
    reason: str = "",
) -> Release | None:
    """The release of the base's period; None where its filings are too few to be told alone.

    *released*: all releases there are, earlier revisions of this period too. With a *reason* it corrects the latest of
    this period. Raises DisclosureError where the last look finds something that must not leave.
    """
    formers = [item for item in released if item.period == base.period.id]
    formers.sort(key=lambda item: item.revision, reverse=True)
    before = formers[0] if formers else None
    making = _Making(base, labels, rules, past_cuts(released), formers)
    endings = _endings(making)
    for family in release_base.ONE_WAY:
        making.cut(family, ["filed"])
    if Ending.AGREEMENT.value in endings:
        making.cut("direction", ["agreements"])
        making.cut("lawsuits", ["agreements"])
    if before is None and making.total("matter", "filed") is None:
        return None
    curve = kaplan_meier(base.ended, base.still_open)
    spent = times(curve, rules)
    counted = {row[0]: making.counted(*row) for row in COUNTED}
    tables = (
        making.totals(),
        *counted.values(),
        making.durations(),
        curve_table(curve_rows(curve)),
        spent,
        making.values(),
        making.on_time(on_time),
        making.backlog(),
        _promises(making, spent),
        making.cases(),
        making.pooled(),
    )
    making.notes += [f"{table.id}: {NOT_SHOWN}" for table in tables if not table.rows and table.id != POOLED_TABLE]
    release = Release(
        chamber=chamber,
        period=base.period.id,
        first=base.period.first,
        last=base.period.last,
        as_of=base.as_of,
        tables=tables,
        method=METHOD,
        anonymisation_report={},
        revision=base.period.revision,
        reason=reason,
        notes=tuple(making.notes),
    )
    if before is not None:
        release = corrected(release, formers, making.forget)
    if not release.table(POOLED_TABLE).rows:
        release = replace(release, tables=tuple(table for table in release.tables if table.id != POOLED_TABLE))
    problems = [problem for former in formers or (None,) for problem in look(release, rules, former)]
    if problems:
        raise DisclosureError("; ".join(problems))
    return replace(release, anonymisation_report=_report(making, release, len(released)))


def _report(making: _Making, release: Release, earlier: int) -> dict[str, Any]:
    """The report that travels with the release: the rules, which attacks were tried, and what came of them."""
    rules = making.rules
    cells = [row[2] for name in TABLE_OF.values() for row in release.table(name).rows if isinstance(row[2], int)]
    sums = [row[3] for row in release.table("agreements_value_by_direction").rows]
    told = [width for width in making.narrowest.values() if width is not None]
    counts = {
        f"{family}:{table.partition('@')[0]}": [[name, n] for name, n in making.told(family, table.partition("@")[0])]
        for family, cuts in sorted(making.cuts.items())
        for table, cut in sorted(cuts.items())
        if cut is not None
    }
    attacks = [
        {"id": "minimum_cell", "title": N_("Ler uma célula pequena"), "tried": len(cells), "found": 0,
         "least": min((n for n in cells if n), default=None)},
        {"id": "other_worlds", "tried": making.cells, "found": 0, "least": min(told, default=None),
         "title": N_("Estreitar uma célula reunida, com todas as tabelas e extratos, desta e de outras vezes")},
        {"id": "dominance", "title": N_("Ler o valor de um caso numa soma"), "tried": len(sums), "found": 0,
         "least": None, "withheld": sum(value is None for value in sums)},
        {"id": "differencing", "title": N_("Comparar com as publicações anteriores do mesmo período"),
         "tried": len(release.changes), "found": 0, "least": None, "earlier_releases": earlier},
        {"id": "case_groups", "title": N_("Isolar uma linha no arquivo de casos"), "found": 0,
         "tried": len(set(release.table("cases").rows)),
         "least": min(Counter(release.table("cases").rows).values(), default=None)},
    ]  # fmt: skip
    return {
        "rules": {
            "min_cell": rules.min_cell,
            "min_cell_sensitive": rules.min_cell_sensitive,
            "min_cases_for_quartiles": rules.min_cases_for_quartiles,
            "dominance_percent": rules.dominance_percent,
            "width": disclosure.WIDTH,
            "stock_step": disclosure.STEP,
        },
        "attacks": attacks,
        "known_by_extracts": making.beyond,
        "cuts": {family: release_base.cuts_to_plain(cuts) for family, cuts in sorted(making.cuts.items())},
        "counts": counts,
    }
