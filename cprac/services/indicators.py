"""The functions of the catalogue that count. Pure; each is named in exactly one entry of ``reporting``.

Over 400 lines because it is one list of small functions, read beside the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from cprac.domain.deadline_rules import DeadlineRule, RuleKind, is_awaited
from cprac.domain.states import CaseState
from cprac.domain.tallies import AGREEMENT, Dimension, Tally
from cprac.domain.words import N_
from cprac.services.indicator_kinds import (
    NO_SOURCE,
    NOBODY_YET,
    NONE_ENDED,
    NOT_CUT,
    Context,
    Figure,
    Part,
    count,
    share,
    split,
    unknown,
)
from cprac.services.sums import Sums

OUTCOMES: Mapping[str, str] = {
    AGREEMENT: N_("Acordo"),
    CaseState.CLOSED_NO_AGREEMENT.value: N_("Sem acordo"),
    CaseState.CLOSED_INADMISSIBLE.value: N_("Pedido não aceito"),
    CaseState.CLOSED_WITHDRAWN.value: N_("Desistência"),
    CaseState.CLOSED_NO_RESPONSE.value: N_("Convite recusado ou sem resposta"),
    CaseState.CLOSED_INCOMPLETE.value: N_("Documentos não entregues"),
    CaseState.CLOSED_MOOT.value: N_("Perdeu o motivo"),
    CaseState.CLOSED_ARBITRATED.value: N_("Decidido pela Procuradoria"),
    "unknown": N_("Desfecho não informado"),
}
"""How a conflict may end here, in the order in which pages list it."""

OUTCOME_UNKNOWN = N_("Sem dados: há casos cujo desfecho a planilha não informa.")

AGES: tuple[tuple[int, int | None, str], ...] = (
    (0, 30, N_("até 30 dias")),
    (31, 60, N_("31 a 60")),
    (61, 120, N_("61 a 120")),
    (121, 180, N_("121 a 180")),
    (181, 365, N_("181 a 365")),
    (366, None, N_("mais de um ano")),
)
"""Bands of the age of open cases, in days since filing, both ends included."""


# --- entry ------------------------------------------------------------------------------------------------------------


def filed(ctx: Context) -> Figure:
    """Cases filed."""
    return count(ctx.sums.cohort.n("filed"))


def admitted(ctx: Context) -> Figure:
    """Cases admitted in the period."""
    return count(ctx.sums.admitted.n("admitted"))


def admissibility(ctx: Context) -> Figure:
    """Of the cases of the cohort on which admission was decided, the share admitted."""
    cohort = ctx.sums.cohort
    refused = _ended(cohort, CaseState.CLOSED_INADMISSIBLE)
    return share(cohort.n("admitted"), cohort.n("admitted") + refused, N_("Sem dados: nenhum pedido foi decidido."))


def grounds(ctx: Context) -> Figure:
    """Why cases of the cohort were not admitted."""
    return split(ctx.sums.cohort.counters("ground"), ctx.names.get("ground", {}))


def channels(ctx: Context) -> Figure:
    """How requests arrived."""
    found = {value: narrowed.filed for value, narrowed in ctx.sums.by(Dimension.CHANNEL).items()}
    return split(found, ctx.names.get("channel", {}))


def matters(ctx: Context) -> Figure:
    """What requests are about, the most frequent first."""
    return _frequent(ctx, Dimension.MATTER)


def agencies(ctx: Context) -> Figure:
    """Which agencies requests are about, the most frequent first."""
    return _frequent(ctx, Dimension.AGENCY)


def _frequent(ctx: Context, dimension: Dimension) -> Figure:
    found = {value: narrowed.filed for value, narrowed in ctx.sums.by(dimension).items()}
    total = sum(found.values())
    if not total:
        return unknown(NOBODY_YET)
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = tuple(Part(value, ctx.label(dimension.value, value), n, n) for value, n in ordered if n)
    return Figure(value=total, n=total, parts=parts)


def reopened(ctx: Context) -> Figure:
    """Of the cases filed, the share that reopens an earlier one."""
    cohort = ctx.sums.cohort
    return share(cohort.n("reopened"), cohort.n("filed"))


# --- talks ------------------------------------------------------------------------------------------------------------


def invitations(ctx: Context) -> Figure:
    """Of the invitations answered or lapsed, the share accepted."""
    cohort = ctx.sums.cohort
    return share(cohort.n("invited_accepted"), cohort.n("invited"), N_("Sem dados: nenhum convite foi respondido."))


def sessions(ctx: Context) -> Figure:
    """Meetings held."""
    return count(ctx.sums.cohort.n("sessions"))


def sessions_remote(ctx: Context) -> Figure:
    """Of the meetings held, the share by video."""
    cohort = ctx.sums.cohort
    return share(cohort.n("sessions_remote"), cohort.n("sessions"), N_("Sem dados: nenhuma reunião foi feita."))


def no_shows(ctx: Context) -> Figure:
    """Of the meetings due, the share that somebody missed."""
    cohort = ctx.sums.cohort
    due = cohort.n("sessions") + cohort.n("sessions_missed")
    return share(cohort.n("sessions_missed"), due, N_("Sem dados: nenhuma reunião foi marcada."))


# --- results ----------------------------------------------------------------------------------------------------------


def _ended(tally: Tally, *states: CaseState | str) -> int:
    return sum(tally.n(f"end:{state!s}") for state in states)


def resolved(tally: Tally) -> int:
    """How many cases of *tally* came to their end here."""
    return sum(tally.counters("end").values())


def outcomes(ctx: Context) -> Figure:
    """How cases of the period ended."""
    return split(ctx.sums.period.counters("end"), OUTCOMES)


def agreements(ctx: Context) -> Figure:
    """Agreements that took effect in the period."""
    if ctx.sums.period.n("end:unknown"):
        return unknown(OUTCOME_UNKNOWN)
    return count(_ended(ctx.sums.period, AGREEMENT))


def agreements_total(ctx: Context) -> Figure:
    """Agreements on the whole conflict."""
    return count(ctx.sums.period.n("extent_total"))


def agreements_partial(ctx: Context) -> Figure:
    """Agreements on a part."""
    return count(ctx.sums.period.n("extent_partial"))


def agreed_of_filed(ctx: Context) -> Figure:
    """Of the cases filed, the share with an agreement so far."""
    cohort = ctx.sums.cohort
    if cohort.n("end:unknown"):
        return unknown(OUTCOME_UNKNOWN)
    return share(_ended(cohort, AGREEMENT), cohort.n("filed"))


def agreed_of_admitted(ctx: Context) -> Figure:
    """Of the cases admitted, the share with an agreement so far."""
    cohort = ctx.sums.cohort
    return share(_ended(cohort, AGREEMENT), cohort.n("admitted"), N_("Sem dados: nenhum caso foi aceito."))


def agreed_of_met(ctx: Context) -> Figure:
    """Of the cases with a meeting, the share with an agreement so far."""
    cohort = ctx.sums.cohort
    met = max(cohort.n("with_session"), 0)
    if _ended(cohort, AGREEMENT) > met:
        return Figure(
            numerator=_ended(cohort, AGREEMENT), denominator=met, n=met,
            why=N_("Não se aplica: há acordos feitos sem reunião."),
        )  # fmt: skip
    return share(_ended(cohort, AGREEMENT), met, N_("Sem dados: nenhum caso teve reunião."))


def homologated_admin(ctx: Context) -> Figure:
    """Agreements homologated by the Attorney General."""
    return count(ctx.sums.period.n("homologated_admin"))


def homologated_court(ctx: Context) -> Figure:
    """Agreements homologated by a judge."""
    return count(ctx.sums.period.n("homologated_court"))


def clearance(ctx: Context) -> Figure:
    """Resolved over filed in the period: above one the backlog shrinks."""
    entered = ctx.sums.cohort.n("filed")
    left = resolved(ctx.sums.period)
    return Figure(left / entered, numerator=left, denominator=entered, n=entered) if entered else unknown(NOBODY_YET)


# --- stock ------------------------------------------------------------------------------------------------------------


def backlog(ctx: Context) -> Figure:
    """Cases open."""
    return count(sum(ctx.sums.stock.still_open(ctx.sums.asked.as_of).values()))


def ages(sums: Sums) -> dict[str, dict[str, int]]:
    """Open cases by band of age, each by whose turn it is. Reckoned once for the catalogue and its drawing."""
    if ages not in sums.kept:
        sums.kept[ages] = _ages(sums)
    found: dict[str, dict[str, int]] = sums.kept[ages]
    return found


def _ages(sums: Sums) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {label: {} for _low, _high, label in AGES}
    for turn, days in sums.stock.open_by_turn(sums.asked.as_of).items():
        for day, n in days.items():
            band = next(label for low, high, label in AGES if day >= low and (high is None or day <= high))
            found[band][turn] = found[band].get(turn, 0) + n
    return found


def backlog_age(ctx: Context) -> Figure:
    """Open cases by age."""
    found = {label: sum(turns.values()) for label, turns in ages(ctx.sums).items()}
    return split(found, {label: label for label in found})


def overdue_old(ctx: Context) -> Figure:
    """Old cases still open past the date that their sheet gave."""
    if not ctx.sums.asked.legacy:
        return unknown(N_("Não se aplica: os casos da Câmara têm prazos próprios, contados regra por regra."))
    today = ctx.sums.asked.as_of.toordinal()
    return count(sum(n for day, n in ctx.sums.stock.days("late").items() if day < today))


def loads(ctx: Context) -> Figure:
    """Cases in hand by mediator: how many mediators, least, median, most. Never who."""
    found = ctx.loads()
    if found is None:
        return unknown(NOT_CUT if ctx.sums.asked.dimension is not Dimension.ALL else NO_SOURCE)
    if not found:
        return unknown(N_("Sem dados: nenhum mediador tem caso em mãos."))
    parts = (
        Part("mediators", N_("Mediadores com casos"), len(found), len(found)),
        Part("least", N_("Menor carga"), min(found), len(found)),
        Part("median", N_("Carga do meio"), median(found), len(found)),
        Part("most", N_("Maior carga"), max(found), len(found)),
    )
    return Figure(value=median(found), n=len(found), parts=parts)


# --- service ----------------------------------------------------------------------------------------------------------


def on_time(ctx: Context) -> Figure:
    """Of the deadlines that bind, the share met by their day, and rule by rule."""
    found = ctx.on_time()
    if found is None:
        return unknown(NOT_CUT)
    rules = ctx.regulation.deadlines
    parts = []
    met = ended = 0
    for name, outcome in sorted(found.items()):
        if outcome.ended and (name not in rules or _binds(rules[name])):
            one = share(outcome.on_time, outcome.ended)
            label = rules[name].name if name in rules else name
            parts.append(Part(name, label, one.value, outcome.ended, one.low, one.high))
            met, ended = met + outcome.on_time, ended + outcome.ended
    if not ended:
        return unknown(N_("Sem dados: nenhum prazo venceu no período."))
    whole = share(met, ended)
    return Figure(whole.value, whole.low, whole.high, met, ended, ended, tuple(parts))


def _binds(rule: DeadlineRule) -> bool:
    """Somebody had to act by its day, and not only because the chamber set itself a target."""
    return is_awaited(rule) and rule.kind is not RuleKind.INTERNAL


def satisfaction(ctx: Context) -> Figure:
    """What the parties answered."""
    found = ctx.survey()
    return (found or {}).get("satisfaction") or unknown(N_("Sem dados: ainda não há respostas à pesquisa."))


def survey_response(ctx: Context) -> Figure:
    """How many of those asked answered."""
    found = ctx.survey()
    return (found or {}).get("response") or unknown(N_("Sem dados: ninguém foi convidado a responder."))


# --- money ------------------------------------------------------------------------------------------------------------


def _agreed(ctx: Context, direction: str) -> Figure:
    period = ctx.sums.period
    n = period.n(f"agreed:{direction}")
    return Figure(period.money(f"agreed:{direction}"), n=n) if n else unknown(N_("Sem dados: nenhum acordo assim."))


def agreed_to_pay(ctx: Context) -> Figure:
    """What the city is to pay by the agreements of the period."""
    return _agreed(ctx, "city_pays")


def agreed_to_receive(ctx: Context) -> Figure:
    """What the city is to receive by them."""
    return _agreed(ctx, "city_receives")


def claimed(ctx: Context) -> Figure:
    """What was asked for in those in which the city pays."""
    period = ctx.sums.period
    n = period.n("claimed")
    return Figure(period.money("claimed"), n=n) if n else unknown(N_("Sem dados: nenhum acordo com valor pedido."))


def paid(ctx: Context) -> Figure:
    """What was paid or received so far under the agreements of the period."""
    period = ctx.sums.period
    return Figure(period.money("paid"), n=period.n("obligations")) if period.n("obligations") else unknown(NONE_ENDED)


def saved(ctx: Context) -> Figure:
    """Asked for minus agreed, where the city pays and the request had a value."""
    period = ctx.sums.period
    n = period.n("claimed")
    if not n:
        return unknown(N_("Sem dados: nenhum acordo com valor pedido."))
    asked, given = period.money("claimed"), period.money("agreed_of_claimed")
    return Figure(asked - given, numerator=given, denominator=asked, n=n)


def saved_indirect(ctx: Context) -> Figure:
    """Interest and correction that a lawsuit would have added: only with dated parameters in the regulation."""
    del ctx
    return unknown(N_("Sem dados: o regulamento ainda não fixou os parâmetros (juros, correção e tempo na Justiça)."))


def instalments(ctx: Context) -> Figure:
    """Of what fell due under the agreements of the period, the share done by its day."""
    period, today = ctx.sums.period, ctx.sums.asked.as_of.toordinal()
    owed = sum(n for day, n in period.days("owed").items() if day < today)
    done = period.n("obligations_on_time")
    return share(done, done + period.n("obligations_late") + owed, N_("Sem dados: nada venceu ainda."))


def breaches(ctx: Context) -> Figure:
    """Of the agreements of the period, the share breached."""
    period = ctx.sums.period
    return share(period.n("breached"), _ended(period, AGREEMENT), N_("Sem dados: nenhum acordo no período."))


# --- courts and prevention --------------------------------------------------------------------------------------------


def suits_resolved(ctx: Context) -> Figure:
    """Agreements on conflicts that already were in court."""
    return count(ctx.sums.period.n("suit_resolved"))


def suits_ended(ctx: Context) -> Figure:
    """Lawsuits ended by agreements."""
    return count(ctx.sums.period.n("lawsuits_ended"))


def suits_avoided(ctx: Context) -> Figure:
    """Agreements on conflicts that were not in court."""
    return count(ctx.sums.period.n("lawsuits_avoided"))


def new_suits(ctx: Context) -> Figure:
    """New lawsuits against the city: the court knows, the chamber does not."""
    del ctx
    return unknown(N_("Sem dados: depende do número de ações novas, que a Procuradoria recebe da Justiça."))


def people_benefited(ctx: Context) -> Figure:
    """People who gain from an agreement beyond its parties."""
    del ctx
    return unknown(N_("Sem dados: os acordos ainda não registram quantas pessoas alcançam."))


def strategic(ctx: Context) -> Figure:
    """Conflicts on rights that a judge must confirm, or between public bodies, that ended in agreement."""
    del ctx
    return unknown(N_("Sem dados: o regulamento ainda não diz quais conflitos são estratégicos."))


def recommendations(ctx: Context) -> Figure:
    """Recommendations made to agencies in the period, and what became of them."""
    found = ctx.recommendations()
    if found is None:
        return unknown(NOT_CUT)
    return count(0) if not sum(found.values()) else split(found, ctx.names.get("recommendation", {}))
