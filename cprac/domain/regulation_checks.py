"""The rules between the parts of a chamber's file: what the shape of a table alone cannot see.

Each check yields problems; a problem names the place in the file by its path and says what to do. Two kinds of rules
stand here: those that keep the program from contradicting itself (a ladder without holes, dates in order, names that
exist) and those that law fixes for every chamber.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from cprac.domain.acts import Act
from cprac.domain.business_days import DayKind, RecessPolicy
from cprac.domain.deadlines import Basis, DeadlineRule, Unit
from cprac.domain.regulation import (
    RULE_IDS,
    Direction,
    Regulation,
    RegulationError,
    Switch,
    ValueUnit,
    ladder_of,
    reference_value,
)
from cprac.domain.regulation_parts import Holiday, LadderRow
from cprac.domain.regulation_places import Path, Problem, parts_of
from cprac.domain.regulation_words import ANY, DATED_IN_THE_CASE
from cprac.domain.roles import Office, Role

RESPONSIBLE = (*Role, "parties", "court")
"""Who may answer for a deadline: a role, whichever party it binds, or the judge."""

APPROVERS = (Office.APPROVER, Office.ATTORNEY_GENERAL, Office.COUNCIL)
"""The offices that may stand on a rung of the ladder."""

MOST_REMINDED = 30
"""Business days: a reminder that comes earlier than this reminds of nothing."""

_FIXED_BY_LAW = {
    "D-QUARANTINE": (1, Unit.YEARS, "Lei 13.140/2015, art. 6º"),
    "D-PRESC-FAZ": (5, Unit.YEARS, "Decreto 20.910/1932, art. 1º"),
    "D-RPV": (2, Unit.MONTHS, "CPC, art. 535, § 3º, II"),
    "D-LAI": (20, Unit.CALENDAR_DAYS, "Lei 12.527/2011, art. 11"),
    "D-OUVIDORIA": (30, Unit.CALENDAR_DAYS, "Lei 13.460/2017, art. 16"),
    "D-LGPD": (15, Unit.CALENDAR_DAYS, "Lei 13.709/2018, art. 19, II"),
    "D-INCIDENT": (3, Unit.BUSINESS_DAYS, "Resolução CD/ANPD 15/2024"),
}


def problems_of(regulation: Regulation) -> list[Problem]:
    """Everything wrong with a regulation whose tables have the right shape; empty when it may be used."""
    checks = (
        _repeated_names,
        _switches,
        _deadline_names,
        _deadline_rows,
        _invitation,
        _deadlines_of_law,
        _grounds,
        _dated_values,
        _ladder_rows,
        _ladder_bands,
        _holidays,
        _decrees,
        _recess,
        _settings,
    )
    return [problem for check in checks for problem in check(regulation)]


# --- Names -----------------------------------------------------------------------------------------------------------


def _repeated_names(regulation: Regulation) -> Iterator[Problem]:
    seen: set[tuple[Path, str]] = set()
    for path, part in parts_of(regulation):
        if len(path) == 2 and isinstance(path[1], int) and hasattr(part, "id"):
            key = (path[:1], part.id)
            if key in seen:
                yield Problem((*path, "id"), f"'{part.id}' já está nesta lista. Dê outro nome ou apague a repetição.")
            seen.add(key)


def _exactly(table: str, given: Mapping[str, object], known: tuple[str, ...], what: str) -> Iterator[Problem]:
    for name in given:
        if name not in known:
            yield Problem((table, name), f"{what} desconhecido. Os que existem são: {', '.join(known)}.")
    for name in known:
        if name not in given:
            yield Problem((table, name), f"falta este {what}. Acrescente-o ao arquivo.")


def _switches(regulation: Regulation) -> Iterator[Problem]:
    yield from _exactly("switches", regulation.switch_choices, tuple(Switch), "passo ou opção")


# --- Deadlines -------------------------------------------------------------------------------------------------------


def _deadline_names(regulation: Regulation) -> Iterator[Problem]:
    yield from _exactly("deadlines", regulation.deadlines, RULE_IDS, "prazo")
    for rule_id, amount in regulation.urgent_amounts.items():
        rule = regulation.deadlines.get(rule_id)
        if rule is None:
            yield Problem(("urgent_amounts", rule_id), "não é um prazo deste arquivo. Corrija o nome.")
        elif not 1 <= amount < rule.amount:
            advice = f"o prazo urgente deve ser de 1 a {rule.amount - 1}, menor que o comum, que é {rule.amount}."
            yield Problem(("urgent_amounts", rule_id), advice)


def _deadline_rows(regulation: Regulation) -> Iterator[Problem]:
    for rule_id, rule in regulation.deadlines.items():
        path = ("deadlines", rule_id)
        yield from ((Problem((*path, key), message)) for key, message in _deadline_problems(rule))


def _deadline_problems(rule: DeadlineRule) -> Iterator[tuple[str, str]]:
    if rule.id in DATED_IN_THE_CASE and (rule.amount, rule.unit) != (1, Unit.CALENDAR_DAYS):
        where = DATED_IN_THE_CASE[rule.id]
        yield "amount", f"a data deste prazo está {where}. Use amount = 1 e unit = 'calendar_days', da véspera."
    if rule.responsible not in RESPONSIBLE:
        yield "responsible", f"'{rule.responsible}' não é um papel. Use um destes: {', '.join(RESPONSIBLE)}."
    effect, _, act = rule.on_expiry.partition(":")
    if act and act not in tuple(Act):
        yield "on_expiry", f"'{act}' não é um ato. Veja os atos com `cprac lifecycle`."
    elif effect == "automatic" and rule.on_expiry != _AUTOMATIC_INVITATION:
        yield "on_expiry", "o fim de um prazo só propõe: uma pessoa assina. Troque automatic por propose."


_AUTOMATIC_INVITATION = f"automatic:{Act.LAPSE_INVITATION}"


def _invitation(regulation: Regulation) -> Iterator[Problem]:
    """The one lapse that a regulation may automate (procedure 00.5): its switch and its deadline say the same."""
    rule = regulation.deadlines.get("D-INVITE")
    automatic = Switch.INVITATION_LAPSE_AUTOMATIC in regulation.switches
    if rule is not None and automatic is not (rule.on_expiry == _AUTOMATIC_INVITATION):
        wanted = _AUTOMATIC_INVITATION if automatic else f"propose:{Act.LAPSE_INVITATION}"
        advice = f"com switches.{Switch.INVITATION_LAPSE_AUTOMATIC} = {str(automatic).lower()}, use '{wanted}'."
        yield Problem(("deadlines", "D-INVITE", "on_expiry"), advice)


def _deadlines_of_law(regulation: Regulation) -> Iterator[Problem]:
    for rule_id, (amount, unit, article) in _FIXED_BY_LAW.items():
        rule = regulation.deadlines.get(rule_id)
        if rule is not None and (rule.amount, rule.unit) != (amount, unit):
            words = f"{amount} {unit.singular if amount == 1 else unit.plural}"
            yield Problem(
                ("deadlines", rule_id, "amount"),
                f"a lei fixa {words} ({article}), e nenhum regulamento muda isso. Escreva {amount} e unit = '{unit}'.",
            )
    notice = regulation.deadlines.get("D-NOTICE")
    if notice is not None and (notice.amount < 3 or notice.unit is not Unit.BUSINESS_DAYS or not notice.backward):
        yield Problem(
            ("deadlines", "D-NOTICE", "amount"),
            "o aviso de reunião sai pelo menos 3 dias úteis antes (Lei 9.784/1999, arts. 26, § 2º, e 41). "
            "Use amount = 3 ou mais, unit = 'business_days' e backward = true.",
        )
    stay = regulation.deadlines.get("D-LAWSUIT-STAY")
    if stay is not None and (stay.unit is not Unit.MONTHS or stay.amount > 6):
        yield Problem(
            ("deadlines", "D-LAWSUIT-STAY", "amount"),
            "a suspensão do processo pelas partes vai até 6 meses (CPC, art. 313, II e § 4º). "
            "Use amount = 6 ou menos e unit = 'months'.",
        )


def _grounds(regulation: Regulation) -> Iterator[Problem]:
    for path, part in parts_of(regulation):
        if getattr(part, "basis", Basis.DEFAULT) is not Basis.DEFAULT and not getattr(part, "legal_basis", "-"):
            advice = f"basis = '{part.basis}' pede o artigo. Escreva legal_basis, ou use basis = 'default'."
            yield Problem((*path, "basis"), advice)


# --- Values and ladder -----------------------------------------------------------------------------------------------


def _dated_values(regulation: Regulation) -> Iterator[Problem]:
    for place, row in enumerate(regulation.reference_values):
        path = ("reference_values", place)
        if row.unit is ValueUnit.BRL:
            yield Problem((*path, "unit"), "o real não tem valor de referência. Apague esta linha.")
        if row.valid_to is not None and row.valid_to < row.valid_from:
            yield Problem((*path, "valid_to"), _inverted(row.valid_from, row.valid_to))
        for other in regulation.reference_values[:place]:
            if other.unit is row.unit and _meet(other.valid_from, other.valid_to, row.valid_from, row.valid_to):
                yield Problem(
                    (*path, "valid_from"),
                    f"em {max(row.valid_from, other.valid_from):%d/%m/%Y} já vale outro valor de {row.unit}. "
                    "Ponha valid_to no valor mais antigo, um dia antes.",
                )


def _meet(first: date, last: date | None, other_first: date, other_last: date | None) -> bool:
    return first <= (other_last or date.max) and other_first <= (last or date.max)


def _inverted(first: date, last: date) -> str:
    return f"termina em {last:%d/%m/%Y}, antes de começar em {first:%d/%m/%Y}. Troque as datas."


def _ladder_rows(regulation: Regulation) -> Iterator[Problem]:
    matters = {ANY, *(matter.id for matter in regulation.matters)}
    for place, row in enumerate(regulation.ladder):
        path = ("ladder", place)
        if row.valid_to is not None and row.valid_to < row.valid_from:
            yield Problem((*path, "valid_to"), _inverted(row.valid_from, row.valid_to))
        if row.up_to is not None and row.up_to <= row.above:
            yield Problem((*path, "up_to"), f"a faixa vai de {row.above} a {row.up_to}: aumente up_to.")
        if row.matter not in matters:
            yield Problem((*path, "matter"), f"'{row.matter}' não está em matters. Corrija, ou use 'any'.")
        if not row.approvers or len(set(row.approvers)) < len(row.approvers):
            yield Problem((*path, "approvers"), "diga quem autoriza, cada um uma vez, na ordem em que decidem.")
        for office in row.approvers:
            if office not in APPROVERS:
                yield Problem((*path, "approvers"), f"'{office}' não autoriza. Use um destes: {', '.join(APPROVERS)}.")


def _turning_days(regulation: Regulation) -> list[date]:
    """The days, from the regulation's first on, on which the bands or their values may change."""
    spans = [(row.valid_from, row.valid_to) for row in regulation.ladder]
    spans += [(row.valid_from, row.valid_to) for row in regulation.reference_values]
    starts = {regulation.in_force_from, *(first for first, _ in spans)}
    ends = {last + timedelta(days=1) for _, last in spans if last and last < date.max}
    return sorted(day for day in starts | ends if day >= regulation.in_force_from)


def _ladder_bands(regulation: Regulation) -> Iterator[Problem]:
    """On every day a change may fall on, each kind of settlement has bands from 0 up, without holes or overlaps."""
    told: set[tuple[str, Direction]] = set()
    named = {row.matter for row in regulation.ladder} | {ANY}
    for day in _turning_days(regulation):
        for matter in sorted(named):
            for direction in (Direction.CITY_PAYS, Direction.CITY_RECEIVES):
                problem = _band_problem(regulation, matter, direction, day)
                if problem is not None and (matter, direction) not in told:
                    told.add((matter, direction))
                    yield problem


def _band_problem(regulation: Regulation, matter: str, direction: Direction, day: date) -> Problem | None:
    where = f"matter = '{matter}', direction = '{direction}', em {day:%d/%m/%Y}"
    try:
        rows = ladder_of(regulation, matter, direction, day)
        limits = [_limits(regulation, row, day) for row in rows]
    except RegulationError as error:
        return Problem(("reference_values",), f"{error}, e a alçada usa essa unidade. Acrescente o valor.")
    if not rows:
        return Problem(("ladder",), f"nenhuma faixa para {where}. Acrescente a que falta.")
    expected: int | None = 0
    for row, (above, up_to) in zip(rows, limits, strict=True):
        path = ("ladder", regulation.ladder.index(row), "above")
        if expected is None or above < expected:
            return Problem(path, f"esta faixa cobre valores que outra já cobre ({where}). Acerte above e up_to.")
        if above > expected:
            return Problem(path, f"falta a faixa logo abaixo desta ({where}). Acerte above e up_to.")
        expected = up_to
    if expected is not None:
        path = ("ladder", regulation.ladder.index(rows[-1]), "up_to")
        return Problem(path, f"falta a faixa acima desta ({where}). Apague este up_to ou acrescente a faixa.")
    return None


def _limits(regulation: Regulation, row: LadderRow, day: date) -> tuple[int, int | None]:
    value = reference_value(regulation, row.unit, day)
    return row.above * value, None if row.up_to is None else row.up_to * value


# --- Calendar --------------------------------------------------------------------------------------------------------

_HOLIDAY_KINDS = (DayKind.NATIONAL, DayKind.STATE, DayKind.MUNICIPAL)
_DECREED_KINDS = (DayKind.OPTIONAL_FULL, DayKind.OPTIONAL_PARTIAL, DayKind.CLOSURE)


def _holidays(regulation: Regulation) -> Iterator[Problem]:
    for place, holiday in enumerate(regulation.holidays):
        path = ("holidays", place)
        yield from (Problem((*path, key), message) for key, message in _holiday_problems(holiday))
        for other in regulation.holidays[:place]:
            same = (other.month_day, other.easter_offset) == (holiday.month_day, holiday.easter_offset)
            first, last = other.first_year or 0, other.last_year or 9999
            if same and (holiday.first_year or 0) <= last and first <= (holiday.last_year or 9999):
                yield Problem((*path, "name"), f"é o mesmo dia de '{other.name}'. Apague um dos dois.")


def _holiday_problems(holiday: Holiday) -> Iterator[tuple[str, str]]:
    if bool(holiday.month_day) is (holiday.easter_offset is not None):
        yield "month_day", "diga o dia por month_day ou por easter_offset: um dos dois, e só um."
    elif holiday.month_day:
        month, day = map(int, holiday.month_day.split("-"))
        try:
            date(2024, month, day)  # a leap year: 29 February is a day that exists in some years
        except ValueError:
            yield "month_day", f"o dia {day} não existe no mês {month}."
    if holiday.easter_offset is not None and not -80 <= holiday.easter_offset <= 250:
        yield "easter_offset", "um feriado móvel fica no mesmo ano: de -80 a 250 dias a partir da Páscoa."
    if holiday.kind not in _HOLIDAY_KINDS:
        yield "kind", f"feriado é de um destes tipos: {', '.join(_HOLIDAY_KINDS)}. Os outros dias vão em decrees."
    if holiday.first_year and holiday.last_year and holiday.last_year < holiday.first_year:
        yield "last_year", f"termina em {holiday.last_year}, antes de começar em {holiday.first_year}. Troque os anos."


def _decrees(regulation: Regulation) -> Iterator[Problem]:
    seen: set[date] = set()
    for place, decree in enumerate(regulation.decrees):
        for number, day in enumerate(decree.days):
            path = ("decrees", place, "days", number)
            if day.date.year != decree.year:
                advice = f"{day.date:%d/%m/%Y} não é de {decree.year}, o ano deste decreto. Corrija o ano ou o dia."
                yield Problem((*path, "date"), advice)
            if day.date in seen:
                yield Problem((*path, "date"), f"{day.date:%d/%m/%Y} já está decretado acima. Apague a repetição.")
            if day.kind not in _DECREED_KINDS:
                yield Problem((*path, "kind"), f"use um destes tipos: {', '.join(_DECREED_KINDS)}.")
            seen.add(day.date)


def _recess(regulation: Regulation) -> Iterator[Problem]:
    recess = regulation.recess
    if bool(recess.spans) is not (recess.policy is RecessPolicy.MUNICIPAL_DECREE):
        advice = "datas próprias e policy = 'municipal_decree' vêm juntas. Troque policy, ou acerte spans."
        yield Problem(("recess", "policy"), advice)
    for place, span in enumerate(recess.spans):
        if span.last < span.first:
            yield Problem(("recess", "spans", place, "last"), _inverted(span.first, span.last))


# --- Settings --------------------------------------------------------------------------------------------------------


def _reminders(regulation: Regulation) -> Iterator[Problem]:
    if regulation.reminders.from_hour > 23:
        yield Problem(("reminders", "from_hour"), "a hora vai de 0 a 23. Use, por exemplo, 7.")
    for key in ("staff_business_days", "party_business_days", "instalment_business_days"):
        if getattr(regulation.reminders, key) > MOST_REMINDED:
            yield Problem(("reminders", key), f"lembre com até {MOST_REMINDED} dias úteis de antecedência.")


def _statistics(regulation: Regulation) -> Iterator[Problem]:
    rules = regulation.statistics
    if rules.release_months not in (3, 4, 6, 12):
        advice = "publica-se por trimestre (3), quadrimestre (4), semestre (6) ou ano (12)."
        yield Problem(("statistics", "release_months"), advice)
    if rules.delay_days > 366:
        yield Problem(("statistics", "delay_days"), "publique até um ano depois do fim do período. Use até 366.")
    if rules.min_cell < 5:
        yield Problem(("statistics", "min_cell"), "menos de 5 casos apontariam para pessoas. Use 5 ou mais.")
    if rules.min_cell_sensitive < max(10, rules.min_cell):
        advice = "assunto sensível pede mais cuidado que os outros. Use 10 ou mais, e não menos que min_cell."
        yield Problem(("statistics", "min_cell_sensitive"), advice)
    if rules.min_cases_for_quartiles < 10:
        yield Problem(("statistics", "min_cases_for_quartiles"), "quartis pedem ao menos 10 casos. Use 10 ou mais.")
    if not 50 <= rules.dominance_percent <= 80:
        yield Problem(("statistics", "dominance_percent"), "use de 50 a 80: mais que isso mostraria o maior caso.")


def _settings(regulation: Regulation) -> Iterator[Problem]:
    sessions, uploads, service = regulation.sessions, regulation.uploads, regulation.service
    offered = sessions.lengths_minutes
    if any(length < 1 for length in offered) or sessions.default_minutes not in offered:
        advice = "a duração usual deve ser uma das durações oferecidas, todas de 1 minuto ou mais."
        yield Problem(("sessions", "default_minutes"), advice)
    if uploads.max_file_bytes > uploads.max_case_bytes:
        yield Problem(("uploads", "max_file_bytes"), "um arquivo não pode ter mais que o total do caso. Diminua-o.")
    if not uploads.types or any(not kind.isalnum() or not kind.islower() for kind in uploads.types):
        yield Problem(("uploads", "types"), "liste os tipos pelo fim do nome do arquivo, sem ponto: 'pdf', 'jpg'.")
    if not service.outage_from_hour < service.outage_to_hour <= 24:
        yield Problem(("service", "outage_to_hour"), "as horas vão de 0 a 24, a segunda depois da primeira.")
    if regulation.quarantine.covers_city and not regulation.quarantine.opinion:
        advice = "impedir também o lado da cidade pede parecer assinado. Cite-o em opinion, ou use covers_city = false."
        yield Problem(("quarantine", "opinion"), advice)
    if not regulation.mediators.eligible:
        yield Problem(("mediators", "eligible"), "diga quem pode mediar.")
    if regulation.report.every_months > 12:
        yield Problem(("report", "every_months"), "o relatório sai ao menos uma vez por ano. Use de 1 a 12.")
    yield from _reminders(regulation)
    yield from _statistics(regulation)
    for place, row in enumerate(regulation.retention):
        if row.permanent is bool(row.amount):
            advice = "guarde por um prazo (amount a partir de 1) ou para sempre (permanent = true), não os dois."
            yield Problem(("retention", place, "amount"), advice)
