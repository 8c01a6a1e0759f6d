"""What staff must see on every page: the clock stands still, the mail server is away, or effects wait for a person."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app, url_for
from flask_babel import gettext

from cprac.persistence.queries_accounts import SignedIn
from cprac.services import clock_holds, deadline_watch, deemed_service, heartbeats
from cprac.web import guards

STARTED = "cprac.started"
GRACE = timedelta(minutes=1)
"""A web process that just started leaves the clock, which starts beside it, the time of a first sweep."""

NEVER_RAN = timedelta(minutes=10)
"""How long a clock that never ran may take to begin: a demonstration or a new installation is not red at once."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A box above the page: look (error or note), title, words, and the page that says more, for who may open it."""

    look: str
    title: str
    words: str
    url: str = ""
    link: str = ""


def init_app(app: Flask) -> None:
    """Remember when this process started."""
    app.extensions[STARTED] = time.monotonic()


def alarm(who: SignedIn | None) -> Alarm | None:
    """What *who* must see now; nothing for parties and visitors: pages work without the clock."""
    if who is None or not who.is_staff:
        return None
    now = guards.now()
    beats = heartbeats.heartbeat(now)
    beat = beats[heartbeats.DEADLINES]
    running = timedelta(seconds=time.monotonic() - current_app.extensions[STARTED])
    if beat.stale and running > (NEVER_RAN if beat.last_at is None else GRACE):
        return _stopped(beat)
    hold = clock_holds.current()
    if hold is None or not who.holds(*clock_holds.RELEASED_BY):
        return _without_mail() if beats[heartbeats.OUTBOX].counts.get("unreachable") else None
    waiting = len(deadline_watch.waiting(guards.chamber())) + len(deemed_service.unopened(guards.chamber(), now))
    return _held(hold, waiting) if waiting else None


def _stopped(beat: heartbeats.Beat) -> Alarm:
    if beat.age is None:
        words = gettext("Nenhum prazo é vigiado e nenhum e-mail sai. Peça ao suporte que ligue “cprac scheduler”.")
    else:
        minutes = int(beat.age.total_seconds() // 60)
        words = gettext(
            "A última passagem foi há %(time)s. Prazos não vencem sozinhos e e-mails não saem até ele voltar; "
            "nada se perde. Avise o suporte.",
            time=_length(minutes),
        )
    return Alarm("error", gettext("O relógio dos prazos está parado"), words, *_page())


def _without_mail() -> Alarm:
    words = gettext(
        "Nada se perde: os avisos estão no portal e os e-mails saem sozinhos quando ele voltar. "
        "O que for urgente, entregue à mão."
    )
    return Alarm("note", gettext("O servidor de e-mail não responde"), words, *_page())


def _length(minutes: int) -> str:
    if minutes < 120:
        return gettext("%(n)s minutos", n=minutes)
    hours = minutes // 60
    return gettext("%(n)s horas", n=hours) if hours < 48 else gettext("%(n)s dias", n=hours // 24)


def _held(hold: clock_holds.Hold, waiting: int) -> Alarm:
    count = (
        gettext("1 efeito automático espera")
        if waiting == 1
        else gettext("%(n)s efeitos automáticos esperam", n=waiting)
    )
    words = gettext("%(why)s %(count)s até alguém conferir o relógio.", why=gettext(hold.reason.label), count=count)
    return Alarm("note", gettext("Confira o relógio"), words, *_page())


def _page() -> tuple[str, str]:
    if not guards.may_open("admin.system"):
        return "", ""
    return url_for("admin.system"), gettext("Ver a saúde do sistema")
