"""What an indicator is: its words, its reading, and the figure that its one function answers with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cprac.domain.rates import wilson
from cprac.domain.regulation import Regulation
from cprac.domain.words import N_, Labelled
from cprac.persistence.queries_on_time import Outcomes
from cprac.services.sums import Sums


class Unit(StrEnum):
    """What a figure counts. ``SHARE``: a fraction from 0 to 1, shown in percent; ``MONEY``: centavos."""

    CASES = "cases"
    COUNT = "count"
    DAYS = "days"
    SHARE = "share"
    MONEY = "money"
    RATIO = "ratio"


class Reading(Labelled):
    """Of which cases a figure speaks."""

    COHORT = "cohort", N_("casos pedidos no período, até hoje")
    PERIOD = "period", N_("o que aconteceu no período, seja de quando for o pedido")
    STOCK = "stock", N_("o que está aberto no dia da consulta")


class Group(Labelled):
    """Where the catalogue shows an indicator."""

    ENTRY = "entry", N_("Pedidos e admissão")
    TALKS = "talks", N_("Convites e reuniões")
    RESULTS = "results", N_("Resultados")
    TIME = "time", N_("Tempo")
    STOCK = "stock", N_("Casos em aberto")
    MONEY = "money", N_("Valores")
    COURTS = "courts", N_("Justiça")
    SERVICE = "service", N_("Serviço prestado")
    PREVENTION = "prevention", N_("Prevenção")


class Promise(Labelled):
    """The five results promised to the public in the Open Government plan."""

    IN_COURT = "in_court", N_("Mais conflitos que estavam na Justiça, resolvidos na Câmara")
    RESPONSE = "response", N_("Tempo de resposta menor")
    NEW_SUITS = "new_suits", N_("Menos ações novas")
    STRATEGIC = "strategic", N_("Solução efetiva de conflitos estratégicos")
    GUIDANCE = "guidance", N_("Orientação à Administração")


NO_DATA = N_("Sem dados")


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a breakdown: ``key`` is the value's id, ``label`` what people read."""

    key: str
    label: str
    value: float | None
    n: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its doubt. ``value`` None: it cannot be told, and ``why`` says why, in words for anyone.

    ``low``, ``high``: the limits of its 95 % interval where it is an estimate; a missing ``high`` beside a ``low``
    reads "at least". ``numerator`` of ``denominator``: what a share was made of. ``n``: cases it rests on.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    n: int = 0
    parts: tuple[Part, ...] = ()
    why: str = ""

    @property
    def known(self) -> bool:
        """Whether there is anything to show."""
        return self.value is not None or bool(self.parts)


def unknown(why: str = "") -> Figure:
    """A figure without data, and why."""
    return Figure(why=why or NO_DATA)


@dataclass(frozen=True)
class Context:
    """What indicators are computed from. Sources other than the sums are asked when an indicator needs them."""

    sums: Sums
    regulation: Regulation
    on_time: Callable[[], Mapping[str, Outcomes] | None] = lambda: None
    loads: Callable[[], tuple[int, ...] | None] = lambda: None
    recommendations: Callable[[], Mapping[str, int] | None] = lambda: None
    survey: Callable[[], Mapping[str, Figure] | None] = lambda: None
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def label(self, dimension: str, value: str) -> str:
        """What people read for *value* of *dimension*; the value itself where nothing names it."""
        return self.names.get(dimension, {}).get(value, value)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One entry of the catalogue: the words people need to trust a figure, and the one function that computes it.

    ``formula`` and ``denominator`` are written for a person who wants to compute it again; ``source`` names tables;
    ``caveat`` is what the figure does not say. ``public``: shown outside the office. ``article``: the rule, where one
    asks for it.
    """

    id: str
    name: str
    definition: str
    formula: str
    denominator: str
    unit: Unit
    reading: Reading
    group: Group
    source: str
    caveat: str
    compute: Callable[[Context], Figure]
    public: bool = True
    promise: Promise | None = None
    better: str = ""
    article: str = ""


# --- figures of the simple kinds --------------------------------------------------------------------------------------

NOBODY_YET = N_("Sem dados: nenhum caso no período.")
NONE_ENDED = N_("Sem dados: nenhum caso terminou no período.")
NO_SOURCE = N_("Sem dados: o sistema ainda não tem de onde tirar este número.")
NOT_CUT = N_("Sem dados neste recorte: este número existe só para a Câmara toda.")


def count(n: int) -> Figure:
    """An exact count."""
    return Figure(value=n, n=n)


def share(part: int, whole: int, why: str = NOBODY_YET) -> Figure:
    """A share with its 95 % interval (Wilson)."""
    if not whole:
        return unknown(why)
    low, high = wilson(part, whole)
    return Figure(part / whole, low, high, part, whole, whole)


def _ordered(found: Mapping[str, int], labels: Mapping[str, str]) -> list[tuple[str, str, int]]:
    known = [(key, label, found[key]) for key, label in labels.items() if found.get(key)]
    others = sorted(((key, key, n) for key, n in found.items() if key not in labels and n), key=lambda row: -row[2])
    return [*known, *others]


def split(found: Mapping[str, int], labels: Mapping[str, str]) -> Figure:
    """Counts by value, each with its share of the whole."""
    total = sum(found.values())
    if not total:
        return unknown(NOBODY_YET)
    parts = tuple(Part(key, label, n, n) for key, label, n in _ordered(found, labels))
    return Figure(value=total, n=total, parts=parts)
