"""What the old register said of a case, as pages take it: its old steps, its old deadline, all that has no other place.

The registration of an old case is event 1; what the sheet said and no column holds stands in its private part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, ngettext

from cprac.domain.acts import Act, Compartment, InformationClass
from cprac.domain.words import N_
from cprac.persistence.queries import Reader
from cprac.persistence.queries_case import CaseFile, EventLine, events_of
from cprac.web import filters

KEPT: Mapping[str, str] = {
    "problem": N_("Problema"),
    "outcome_text": N_("Resultado, como escrito"),
    "last_step": N_("Último andamento"),
    "department": N_("Departamento"),
    "responsible": N_("Responsável"),
    "group": N_("Grupo"),
    "region": N_("Estado (UF)"),
    "trade_names": N_("Nome fantasia"),
    "number": N_("Número por inteiro"),
    "matter": N_("Assunto por inteiro"),
    "channel": N_("Canal por inteiro"),
    "external_number": N_("Número em outro sistema"),
    "names": N_("Nome por inteiro"),
    "tax_ids": N_("CPF ou CNPJ, como escrito"),
    "closing_announced": N_("Encerramento, com data no futuro"),
}
"""What is kept with the registration, in the order of the page; hours are left to exports."""


def is_old(event: EventLine) -> bool:
    """Whether *event* came with the old register."""
    return event.act in (Act.REGISTER_LEGACY, Act.LEGACY_STEP)


def when(event: EventLine) -> date | datetime:
    """When an old step happened: its instant where the sheet has one, else its day. Others when they were done."""
    if event.act is not Act.LEGACY_STEP:
        return event.at
    at = event.payload.get("values", {}).get("happened_at")
    return datetime.fromisoformat(at) if at else event.on


def who(event: EventLine) -> str:
    """Who did an old step, as the sheet names them; else where it comes from."""
    if event.act is Act.REGISTER_LEGACY:
        return event.who or gettext("Importação da planilha antiga")
    return str(event.private.get("responsible") or gettext("Planilha antiga"))


def summary(event: EventLine) -> str:
    """An old step in its own words."""
    if event.act is Act.REGISTER_LEGACY:
        return gettext("Linha %(n)s da planilha.", n=event.payload.get("values", {}).get("line", "?"))
    told = [str(event.private.get(name) or "") for name in ("step", "group")]
    return " · ".join(text for text in [*told, *_pairs(event.private.get("extra", ()))] if text)


def _pairs(extra: Iterable[Iterable[str]]) -> list[str]:
    return [f"{name}: {text}" for name, text in extra]


def rows(reader: Reader, file: CaseFile) -> list[dict[str, Any]]:
    """The panel "Da planilha antiga"; empty for a case that did not come from one, or that *reader* may not read."""
    legacy = file.facts.legacy
    if not legacy or not file.sees(InformationClass.APPLICATION):
        return []
    first, _more = events_of(reader, file, Compartment.DOCKET.value, before=2, limit=1)
    kept = first[0].private if first else {}
    said = [
        (gettext("Aberto em"), _day(legacy.get("opened_on"))),
        (gettext("Prazo na planilha"), _day(legacy.get("due_on"))),
        (gettext("Duração"), _duration(file, legacy)),
        (gettext("Canal"), legacy.get("channel") if "channel" not in kept else ""),
        (gettext("Andamentos"), legacy.get("steps")),
        *((gettext(label), _text(name, kept.get(name))) for name, label in KEPT.items()),
        *((name, text) for name, text in kept.get("extra", ())),
    ]
    return [{"label": label, "value": str(value)} for label, value in said if value not in (None, "")]


def _day(text: str | None) -> str:
    return filters.date_short(date.fromisoformat(text)) if text else ""


def _text(name: str, value: Any) -> str:
    if name == "closing_announced":
        return _day(value)
    return "; ".join(value) if isinstance(value, list) else str(value or "")


def _duration(file: CaseFile, legacy: Mapping[str, Any]) -> str:
    """How long the case lasted, where the sheet's dates say it."""
    if not legacy.get("closed"):
        return ""
    opened, closed = file.facts.filed_on, file.facts.closed_on
    if opened is None or closed is None:
        return gettext("não se conta: falta data na planilha")
    if not legacy.get("in_duration_figures"):
        return gettext("não se conta: a planilha diz que o caso terminou antes de começar")
    days = (closed - opened).days
    return ngettext("%(num)d dia corrido", "%(num)d dias corridos", days)
