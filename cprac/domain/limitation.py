"""The limitation clock (prescrição), per claim and per ground of suspension.

Procedure section 00, items 1-3: the clock runs per claim; two grounds of suspension stand side by side (Lei
13.140/2015 art. 34 §1, only for an admitted case and back to its filing; Dec. 20.910/1932 art. 4, contestable); what
is printed is an estimate. So nothing here ever says that a claim is lost, or that it was never suspended at all.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from cprac.domain.business_days import DAY
from cprac.domain.deadline_rules import DeadlineError, MonthEnd, Unit, add_months, date_to_date
from cprac.domain.words import N_

ESTIMATE_NOTE = N_(
    "Estimativa informativa: não obriga o juiz e não é reconhecimento de dívida. Confira com um advogado ou procurador."
)
# Half of the five years against the Treasury, from which an interruption restarts (Dec. 20.910 art. 9).
_TREASURY_YEARS = 5


class Direction(StrEnum):
    """Who claims: Dec. 20.910/1932 protects the Treasury as debtor and does not help its own claims."""

    AGAINST_CITY = "against_city"
    BY_CITY = "by_city"


class Ground(StrEnum):
    """What may stop the clock, with the words that cite it."""

    label: str

    ART_34 = "lei_13140_art_34", N_("art. 34 da Lei 13.140/2015")
    DEC_20910 = "dec_20910_art_4", N_("art. 4º do Decreto 20.910/1932")

    def __new__(cls, value: str, label: str) -> Self:
        """Take the label beside the value, so that no list of labels runs apart from the members."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class ClockState(StrEnum):
    """Where the clock stands under one ground; `never_suspended` is said of that ground only."""

    NOT_STARTED = "not_started"
    CONDITIONAL = "conditional"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    NEVER_SUSPENDED = "never_suspended"
    TAX_REGIME = "tax_regime"
    TIME_BARRED_AT_FILING = "time_barred_at_filing"
    INTERRUPTED_BY_LAWSUIT = "already_interrupted_by_lawsuit"
    REPLACED_BY_TITLE = "replaced_by_title"


class InterruptionKind(StrEnum):
    """What restarted the clock: a lawsuit's summons order (CPC 240 §1) or the debtor's acknowledgement (CC 202 VI)."""

    LAWSUIT = "lawsuit"
    ACKNOWLEDGEMENT = "acknowledgement"


@dataclass(frozen=True, slots=True)
class Interruption:
    """The one interruption of a claim. `last_act_on` is the end of the lawsuit, None while it is pending."""

    kind: InterruptionKind
    on: dt.date
    last_act_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class GroundPause:
    """The dates of one ground: filing, admission or final refusal, and the closing (from the next day the clock runs).

    `refused_on` is when an inadmissibility became final (S31) or the case was archived before admission; until then the
    ground of art. 34 stays conditional, because a reversal on appeal suspends back to the filing too (procedure T12).
    """

    ground: Ground
    filed_on: dt.date
    admitted_on: dt.date | None = None
    refused_on: dt.date | None = None
    ended_on: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse dates before the filing."""
        if any(day is not None and day < self.filed_on for day in (self.admitted_on, self.refused_on, self.ended_on)):
            raise DeadlineError(N_("a admissão, a recusa e o encerramento não podem vir antes do pedido"))


@dataclass(frozen=True, slots=True)
class LimitationClaim:
    """One claim: who claims from whom, since when and for how long, and what stopped or restarted the clock."""

    creditor: str
    debtor: str
    direction: Direction
    trigger_on: dt.date
    amount: int = _TREASURY_YEARS
    unit: Unit = Unit.YEARS
    pauses: tuple[GroundPause, ...] = ()
    interruption: Interruption | None = None
    tax: bool = False
    replaced_by_title_on: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse a period that is not in months or years, and an interruption before the claim existed."""
        if self.amount < 1 or not self.unit.is_date_to_date:
            raise DeadlineError(N_("a prescrição conta-se em meses ou anos, de 1 em diante"))
        if self.interruption is not None and self.interruption.on < self.trigger_on:
            raise DeadlineError(N_("a interrupção não pode vir antes do começo da prescrição"))


@dataclass(frozen=True, slots=True)
class Suspension:
    """What a suspension leaves: days to run, and the new last day (None while it lasts)."""

    remaining_days: int
    new_end: dt.date | None


def original_end(trigger_on: dt.date, amount: int, unit: Unit = Unit.YEARS) -> dt.date:
    """Return the last day of a limitation period, date to date; a missing day is the next one (CC art. 132 §3)."""
    return date_to_date(trigger_on, amount, unit, MonthEnd.NEXT_DAY)


def suspend(
    end: dt.date, suspended_from: dt.date, resumed_on: dt.date | None, *, filing_day_stops: bool = True
) -> Suspension:
    """Return what is left of a period up to *end* that stops on *suspended_from* and runs again on *resumed_on*.

    *resumed_on* is the first day that counts again. By our convention (procedure 00.3) the filing day is already
    suspended; with ``filing_day_stops=False`` it still ran, and one day less is left. The end is not moved to a
    business day: that a limitation period is prorogued is disputed, and the earlier date is the prudent one. A period
    that ended before the suspension is left as it was, with 0 days.
    """
    if resumed_on is not None and resumed_on < suspended_from:
        raise DeadlineError(N_("a prescrição não pode voltar a correr antes de parar"))
    if end < suspended_from:
        return Suspension(0, end)
    remaining = (end - suspended_from).days + (1 if filing_day_stops else 0)
    return Suspension(remaining, None if resumed_on is None else resumed_on + (remaining - 1) * DAY)


@dataclass(frozen=True, slots=True)
class GroundEstimate:
    """The clock under one ground: state, days left and end by our convention, the earlier end of the other reading."""

    ground: Ground
    state: ClockState
    remaining_days: int | None
    end: dt.date | None
    prudent_end: dt.date | None
    words: str


@dataclass(frozen=True, slots=True)
class ClaimEstimate:
    """The estimate for one claim. `base_end` is the end without any suspension, None where no clock runs towards one.

    `prudent_date` is the earliest end that the readings give; the contestable ground never makes it later. None while
    the clock is certainly stopped.
    """

    base_end: dt.date | None
    grounds: tuple[GroundEstimate, ...]
    prudent_date: dt.date | None
    note: str = ESTIMATE_NOTE


def base_end(claim: LimitationClaim) -> dt.date | None:
    """Return the end of the period before any suspension, None where a lawsuit holds it or a title replaced it.

    Against the Treasury an interruption restarts the clock for half of the period, never below the whole period from
    the start (Dec. 20.910 arts. 8-9; Súmula STF 383); against a private debtor it restarts the whole period. One that
    comes after the end, while no admitted case had stopped the clock, changes nothing.
    """
    end = original_end(claim.trigger_on, claim.amount, claim.unit)
    cut = claim.interruption
    if claim.replaced_by_title_on is not None:
        return None
    if cut is None or (cut.on > end and not any(_holds_at(pause, end, cut.on) for pause in claim.pauses)):
        return end
    restart = _restart(cut)
    if restart is None:
        return None
    if claim.direction is Direction.BY_CITY:
        return original_end(restart, claim.amount, claim.unit)
    months = claim.amount * (12 if claim.unit is Unit.YEARS else 1)
    # Half of an odd number of months is rounded up: the doubt is resolved for the longer period.
    return max(end, add_months(restart, (months + 1) // 2, MonthEnd.NEXT_DAY))


def _holds_at(pause: GroundPause, end: dt.date, on: dt.date) -> bool:
    """Tell whether an admitted case, filed in time, had the clock stopped on the day *on*."""
    admitted = pause.ground is Ground.ART_34 and pause.admitted_on is not None
    return admitted and pause.filed_on <= min(end, on) and (pause.ended_on is None or on <= pause.ended_on)


def _restart(cut: Interruption) -> dt.date | None:
    return cut.last_act_on if cut.kind is InterruptionKind.LAWSUIT else cut.on


def estimate(claim: LimitationClaim, on: dt.date) -> ClaimEstimate:
    """Return where the clock of *claim* stands on the day *on*, under each of its grounds, in words fit for print.

    Several pauses of one ground (a case filed again) build on each other, in the order of their filing.
    """
    end = base_end(claim)
    ends: dict[Ground, tuple[dt.date | None, dt.date | None]] = dict.fromkeys(Ground, (end, end))
    free_from = dict.fromkeys(Ground, dt.date.min)
    stopped = False
    grounds: list[GroundEstimate] = []
    for pause in sorted(claim.pauses, key=lambda pause: (pause.filed_on, pause.ground)):
        ours, prudent = ends[pause.ground]
        found = _estimate_ground(claim, pause, ours, prudent, on, free_from[pause.ground])
        grounds.append(found)
        if found.state is ClockState.RESUMED and pause.ended_on is not None:
            ends[pause.ground] = (found.end, found.prudent_end)
            free_from[pause.ground] = max(free_from[pause.ground], pause.ended_on + DAY)
        stopped = stopped or (pause.ground is Ground.ART_34 and found.state is ClockState.SUSPENDED)
    return ClaimEstimate(end, tuple(grounds), None if stopped else ends[Ground.ART_34][1])


def _state(claim: LimitationClaim, pause: GroundPause, end: dt.date | None, on: dt.date) -> ClockState:
    """Return the state under one ground on the day *on*; what stops the question comes first."""
    if claim.tax:
        return ClockState.TAX_REGIME
    if claim.replaced_by_title_on is not None:
        return ClockState.REPLACED_BY_TITLE
    if end is None:
        return ClockState.INTERRUPTED_BY_LAWSUIT
    if on < pause.filed_on:
        return ClockState.NOT_STARTED
    if end < pause.filed_on:
        return ClockState.TIME_BARRED_AT_FILING
    return _state_of_art_34(pause, on) if pause.ground is Ground.ART_34 else _state_of_dec_20910(claim, pause, on)


def _state_of_art_34(pause: GroundPause, on: dt.date) -> ClockState:
    over = pause.ended_on is not None and pause.ended_on < on
    if pause.refused_on is not None and pause.refused_on <= on:
        return ClockState.NEVER_SUSPENDED
    if pause.admitted_on is None or pause.admitted_on > on:
        return ClockState.NEVER_SUSPENDED if over else ClockState.CONDITIONAL
    return ClockState.RESUMED if over else ClockState.SUSPENDED


def _state_of_dec_20910(claim: LimitationClaim, pause: GroundPause, on: dt.date) -> ClockState:
    if claim.direction is Direction.BY_CITY:
        return ClockState.NEVER_SUSPENDED
    return ClockState.RESUMED if pause.ended_on is not None and pause.ended_on < on else ClockState.SUSPENDED


_STANDS = (ClockState.NEVER_SUSPENDED, ClockState.TIME_BARRED_AT_FILING)


def _estimate_ground(
    claim: LimitationClaim,
    pause: GroundPause,
    end: dt.date | None,
    prudent_end: dt.date | None,
    on: dt.date,
    free_from: dt.date,
) -> GroundEstimate:
    """Return the estimate of one pause; the pauses before it left two ends and held the clock until *free_from*."""
    state = _state(claim, pause, end, on)
    words = _WORDS[state]
    facts = {"ground": pause.ground.label, "filed": f"{pause.filed_on:%d/%m/%Y}"}
    if end is None or prudent_end is None or state in (ClockState.TAX_REGIME, ClockState.NOT_STARTED):
        return GroundEstimate(pause.ground, state, None, None, prudent_end, words % facts)
    facts["base"] = f"{end:%d/%m/%Y}"
    if state in _STANDS:
        if pause.ground is Ground.ART_34 and claim.direction is Direction.AGAINST_CITY:
            words = f"{words} {_MAY_APPLY}"
        return GroundEstimate(pause.ground, state, None, end, prudent_end, words % facts)
    stops = max(pause.filed_on, free_from)
    # An acknowledgement made while the clock stood still restarts it: only the restarted period is left then.
    restart = _restart(claim.interruption) if claim.interruption is not None else None
    if restart is not None and stops <= restart < end:
        stops = restart + DAY
    resumed = pause.ended_on + DAY if state is ClockState.RESUMED and pause.ended_on is not None else None
    if resumed is not None:
        resumed = max(resumed, stops)
    ours = suspend(end, stops, resumed)
    other = suspend(prudent_end, stops, resumed, filing_day_stops=stops != pause.filed_on)
    facts |= {
        "days": Unit.CALENDAR_DAYS.words(ours.remaining_days),
        "other_days": Unit.CALENDAR_DAYS.words(other.remaining_days),
        "resumed": _day(resumed),
        "end": _day(ours.new_end),
        "other_end": _day(other.new_end),
    }
    if pause.ground is Ground.DEC_20910:
        words = f"{words} {_CONTESTABLE}"
    prudent = prudent_end if state is ClockState.CONDITIONAL else other.new_end
    return GroundEstimate(pause.ground, state, ours.remaining_days, ours.new_end, prudent, words % facts)


def _day(day: dt.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


_MAY_APPLY = N_("O art. 4º do Decreto 20.910/1932 pode aplicar-se (é discutível).")
_CONTESTABLE = N_("Este fundamento é discutível.")
_WORDS = {
    ClockState.NOT_STARTED: N_("Ainda não há pedido que conte para o %(ground)s."),
    ClockState.CONDITIONAL: N_(
        "Depende da aceitação do caso: aceito, a prescrição fica suspensa desde %(filed)s e restam %(days)s"
        " (%(other_days)s em outra leitura); não aceito, o %(ground)s não a suspende e o prazo vai até %(base)s."
    ),
    ClockState.SUSPENDED: N_(
        "Suspensa desde %(filed)s pelo %(ground)s; restam %(days)s (%(other_days)s em outra leitura)."
    ),
    ClockState.RESUMED: N_(
        "Suspensa pelo %(ground)s desde %(filed)s, voltou a correr em %(resumed)s com %(days)s: vai até %(end)s"
        " (%(other_end)s em outra leitura)."
    ),
    ClockState.NEVER_SUSPENDED: N_("Não suspensa pelo %(ground)s: o prazo vai até %(base)s."),
    ClockState.TAX_REGIME: N_("Crédito tributário: só o Código Tributário Nacional diz quando a prescrição para."),
    ClockState.TIME_BARRED_AT_FILING: N_(
        "O prazo foi até %(base)s, antes do pedido de %(filed)s: o %(ground)s não o faz renascer."
    ),
    ClockState.INTERRUPTED_BY_LAWSUIT: N_("Interrompida por ação judicial em curso: não corre enquanto ela durar."),
    ClockState.REPLACED_BY_TITLE: N_("Substituída pelo título do acordo, que tem prazo próprio."),
}
