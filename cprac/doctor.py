"""``cprac doctor``: what makes this installation unsafe or lets promises slip, and what to do about each.

It needs neither safe settings nor a database in order to say what is wrong with them. ``unsafe`` findings make the
command fail, ``warning`` findings are for somebody to look at, and ``ok`` is said too: silence proves nothing.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, create_engine, func, or_, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cprac import DEFAULTS, LOOPBACK, ROOT, chamber_of, key_secrets, unsafe_settings
from cprac.domain.regulation_places import warnings_of
from cprac.domain.roles import Office
from cprac.persistence import triggers
from cprac.persistence.database import WAL_SAFE_SINCE, engine_options
from cprac.persistence.models import Account, DeadlineRow, ImportBatch, OfficeHolding, OutboxMail
from cprac.persistence.regulation_files import RegulationFileError
from cprac.services import access_keys, heartbeats, mail_server, outbox, upgrade
from cprac.services.chamber import Chamber

OK, WARNING, UNSAFE = "ok", "warning", "unsafe"
PLACEHOLDERS = ("change", "troque", "secret", "segredo", "exemplo", "example", "password", "only for tests", "12345")
ENOUGH_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: ``level`` ok, warning or unsafe; what it is about, and what to do."""

    check: str
    level: str
    what: str
    advice: str = ""

    def as_plain(self) -> dict[str, str]:
        """As ``cprac doctor`` prints it."""
        return asdict(self)


Problem = tuple[str, str, str]
"""Level, what, advice."""


def examine(config: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """Look at everything, one finding or more for each check. *config* as for ``create_app``; writes nothing."""
    settings = {**DEFAULTS, **config}
    for name, check in SETTINGS_CHECKS.items():
        yield from _findings(name, check(settings))
    chamber = None
    try:
        chamber = chamber_of(settings)
        yield Finding("regulation", OK, f"{chamber.regulation.chamber.id}, versão {chamber.regulation.version}")
    except RegulationFileError as error:
        yield Finding("regulation", UNSAFE, str(error), "corrija o arquivo: `cprac regulation check ARQUIVO`")
    if chamber is not None:
        yield from _findings("regulation_facts", _regulation_facts(chamber, now))
        yield from _database(settings, chamber, now)


def _findings(name: str, problems: Iterable[Problem]) -> Iterator[Finding]:
    found = [Finding(name, *problem) for problem in problems]
    yield from found or [Finding(name, OK, "")]


# --- Settings ---------------------------------------------------------------------------------------------------------


def _is_local(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host in LOOPBACK


def _settings(config: Mapping[str, Any]) -> Iterator[Problem]:
    for sentence in unsafe_settings(config):
        yield UNSAFE, sentence, "mude a variável de ambiente e rode de novo"


def _secret(config: Mapping[str, Any]) -> Iterator[Problem]:
    secrets = {"CPRAC_SECRET_KEY": [config.get("SECRET_KEY") or ""]}
    if config.get("KEY_SECRET"):
        secrets["CPRAC_KEY_SECRET"] = list(key_secrets(config))
    for name, values in secrets.items():
        if any(len(set(value)) < 8 or any(word in value.lower() for word in PLACEHOLDERS) for value in values):
            advice = "gere outro: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
            yield UNSAFE, f"{name} é conhecido ou fácil de adivinhar", advice


def _debug(config: Mapping[str, Any]) -> Iterator[Problem]:
    on = [name for name in ("DEBUG", "TESTING") if config.get(name)]
    on += ["FLASK_DEBUG"] if os.environ.get("FLASK_DEBUG", "0").lower() not in {"", "0", "false"} else []
    if on:
        yield UNSAFE, f"ligado: {', '.join(on)}", "desligue: páginas de erro mostrariam dados e código"


def _cookie(config: Mapping[str, Any]) -> Iterator[Problem]:
    if urlsplit(config["PUBLIC_BASE_URL"]).scheme == "https" and not config["COOKIE_SECURE"]:
        yield UNSAFE, "o endereço é https e o cookie da sessão sai também por http", "defina CPRAC_COOKIE_SECURE=1"


def _frozen_day(config: Mapping[str, Any]) -> Iterator[Problem]:
    if config.get("TODAY"):
        yield UNSAFE, f"a data está parada em {config['TODAY']}", "só a demonstração para o relógio: tire TODAY"


def _hosts(config: Mapping[str, Any]) -> Iterator[Problem]:
    host = urlsplit(config["PUBLIC_BASE_URL"]).hostname or ""
    trusted = config.get("TRUSTED_HOSTS") or []
    if any("*" in name for name in trusted):
        yield UNSAFE, "CPRAC_TRUSTED_HOSTS aceita qualquer nome", "escreva só os nomes desta instalação"
    if trusted and not any(name == host or (name.startswith(".") and host.endswith(name)) for name in trusted):
        yield UNSAFE, f"CPRAC_TRUSTED_HOSTS não tem {host}", "acrescente o nome de CPRAC_PUBLIC_BASE_URL"


def _proxy(config: Mapping[str, Any]) -> Iterator[Problem]:
    hops = config["PROXY_HOPS"]
    if not 0 <= hops <= 3:
        yield UNSAFE, f"CPRAC_PROXY_HOPS={hops}", "diga quantos servidores de entrada há na frente (em geral 1)"
    elif hops == 0 and urlsplit(config["PUBLIC_BASE_URL"]).scheme == "https":
        advice = "com um servidor de entrada que faz o https, defina CPRAC_PROXY_HOPS=1"
        yield WARNING, "endereço https sem servidor de entrada declarado", advice


def _mail(config: Mapping[str, Any]) -> Iterator[Problem]:
    if not config["SMTP_URL"]:
        yield (
            WARNING,
            "sem correio: os avisos ficam na lista para enviar à mão",
            "defina CPRAC_SMTP_URL e CPRAC_MAIL_FROM",
        )
        return
    try:
        address = mail_server.parse_smtp_url(config["SMTP_URL"])
        outbox.sender_of(config["MAIL_FROM"])
    except ValueError as error:
        yield UNSAFE, str(error), "corrija: sem isso nenhum aviso sai"
        return
    if address.security == "none" and not _is_local(address.host):
        level = UNSAFE if address.user else WARNING
        yield level, f"o correio vai sem cifra até {address.host}", "use starttls:// ou smtps://"


def _root(_config: Mapping[str, Any]) -> Iterator[Problem]:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield WARNING, "rodando como administrador da máquina", "crie uma conta só para a Câmara e rode com ela"


def _time_zone(_config: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        ZoneInfo("America/Sao_Paulo")
    except (LookupError, OSError):
        yield UNSAFE, "faltam os fusos horários", "instale o pacote tzdata"


def _files(config: Mapping[str, Any]) -> Iterator[Problem]:
    folder = Path(config["FILES"])
    for public in ("static", "templates", "cprac"):
        if (ROOT / public) in (folder.absolute(), *folder.absolute().parents):
            yield UNSAFE, f"os anexos ficam em {folder}, que o programa publica ou executa", "mude CPRAC_FILES"
    if not folder.exists():
        return
    yield from _private(folder)
    if not os.access(folder, os.W_OK | os.X_OK):
        yield UNSAFE, f"{folder} não aceita arquivos novos", "dê a pasta à conta que roda a Câmara"


def _private(path: Path) -> Iterator[Problem]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o007:
        right = "700" if path.is_dir() else "600"
        yield UNSAFE, f"{path} pode ser lido por qualquer conta desta máquina ({mode:o})", f"chmod {right} {path}"


def _disk(config: Mapping[str, Any]) -> Iterator[Problem]:
    url = make_url(config["SQLALCHEMY_DATABASE_URI"])
    places = {Path(config["FILES"])} | ({Path(url.database or ".")} if url.get_backend_name() == "sqlite" else set())
    for place in sorted(places):
        there = next((folder for folder in (place, *place.absolute().parents) if folder.exists()), Path("/"))
        free = shutil.disk_usage(there).free
        if free < ENOUGH_BYTES:
            yield UNSAFE, f"só {free // 2**20} MB livres em {there}", "libere espaço: sem ele nada é gravado"


SETTINGS_CHECKS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Problem]]] = {
    "settings": _settings,
    "secret": _secret,
    "debug": _debug,
    "cookie": _cookie,
    "frozen_day": _frozen_day,
    "hosts": _hosts,
    "proxy": _proxy,
    "mail": _mail,
    "account": _root,
    "time_zone": _time_zone,
    "files": _files,
    "disk": _disk,
}


def _regulation_facts(chamber: Chamber, now: datetime) -> Iterator[Problem]:
    for sentence in warnings_of(chamber.regulation, chamber.day(now)):
        yield WARNING, sentence, "complete o arquivo do regulamento"


# --- Database ---------------------------------------------------------------------------------------------------------


def _database(config: Mapping[str, Any], chamber: Chamber, now: datetime) -> Iterator[Finding]:
    url = make_url(config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        if not path.is_file():
            yield Finding("database", UNSAFE, f"não há banco em {path}", "rode `cprac upgrade`")
            return
        beside = [Path(f"{path}{end}") for end in ("", "-wal", "-shm")]
        yield from _findings("database_file", (found for each in beside if each.exists() for found in _private(each)))
    engine = create_engine(url, **engine_options(url))
    try:
        yield from _findings("schema", _pending(engine, config, chamber))
        with engine.connect() as connection:
            for name, check in DATABASE_CHECKS.items():
                yield from _findings(name, check(connection, chamber, now))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        yield Finding(
            "database", UNSAFE, f"o banco não responde: {reason}", "confira CPRAC_DATABASE_URL e `cprac upgrade`"
        )
    finally:
        engine.dispose()


def _pending(engine: Any, config: Mapping[str, Any], chamber: Chamber) -> Iterator[Problem]:
    for sentence in upgrade.pending(engine, chamber, config["REGULATION"]):
        yield UNSAFE, sentence, "o programa e o banco precisam ser da mesma versão"


def _journal(connection: Connection, _chamber: Chamber, _now: datetime) -> Iterator[Problem]:
    if connection.dialect.name != "sqlite":
        return
    version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    if mode == "wal" and tuple(int(part) for part in version.split(".")) < WAL_SAFE_SINCE:
        advice = "instale o pacote pysqlite3; sem ele o programa usa outro modo"
        yield UNSAFE, f"SQLite {version} em modo WAL pode corromper o banco", advice


def _role(connection: Connection, _chamber: Chamber, _now: datetime) -> Iterator[Problem]:
    if (
        connection.dialect.name == "postgresql"
        and connection.scalar(text("SELECT current_setting('is_superuser')")) == "on"
    ):
        yield (
            UNSAFE,
            "a conta do banco pode tudo no servidor",
            "crie no PostgreSQL uma conta comum, dona só deste banco",
        )


def _triggers(connection: Connection, _chamber: Chamber, _now: datetime) -> Iterator[Problem]:
    missing = triggers.expected(connection) - triggers.names(connection)
    if missing:
        yield UNSAFE, f"faltam gatilhos que protegem o histórico: {', '.join(sorted(missing))}", "rode `cprac upgrade`"


def _clock(connection: Connection, _chamber: Chamber, now: datetime) -> Iterator[Problem]:
    with Session(connection) as session:
        for beat in heartbeats.heartbeat(now, session).values():
            if beat.stale:
                when = (
                    "nunca rodou" if beat.last_at is None else f"rodou por último em {beat.last_at:%d/%m/%Y %H:%M} UTC"
                )
                yield UNSAFE, f"relógio: {beat.name} {when}", "deixe `cprac scheduler` sempre rodando"


def _overdue(connection: Connection, chamber: Chamber, now: datetime) -> Iterator[Problem]:
    late = select(func.count()).where(
        DeadlineRow.status == "open", DeadlineRow.due < chamber.day(now - timedelta(days=1))
    )
    count = connection.scalar(late)
    if count:
        yield (
            UNSAFE,
            f"{count} prazos venceram há mais de um dia e não foram marcados",
            "veja o registro de `cprac scheduler`",
        )


def _outbox(connection: Connection, _chamber: Chamber, now: datetime) -> Iterator[Problem]:
    mails = select(func.count()).select_from(OutboxMail)
    old = connection.scalar(
        mails.where(OutboxMail.status == "queued", OutboxMail.created_at < now - timedelta(hours=1))
    )
    if old:
        yield WARNING, f"{old} avisos esperam há mais de uma hora", "confira o servidor de correio"
    failed = connection.scalar(mails.where(OutboxMail.status == "failed"))
    if failed:
        yield WARNING, f"{failed} avisos não puderam ser entregues", "a Secretaria precisa avisar por outro meio"


def _administrator(connection: Connection, chamber: Chamber, now: datetime) -> Iterator[Problem]:
    on = chamber.day(now)
    held = (
        select(func.count())
        .select_from(OfficeHolding)
        .join(Account)
        .where(
            Account.active,
            OfficeHolding.office == Office.ADMINISTRATOR,
            OfficeHolding.from_on <= on,
            or_(OfficeHolding.until_on.is_(None), OfficeHolding.until_on >= on),
        )
    )
    if not connection.scalar(held):
        yield UNSAFE, "ninguém administra o sistema", "`cprac user create EMAIL NOME --office administrator`"


def _imports(connection: Connection, _chamber: Chamber, now: datetime) -> Iterator[Problem]:
    stopped = select(ImportBatch.name).where(
        ImportBatch.status == "loading", ImportBatch.started_at < now - timedelta(days=1)
    )
    for name in connection.scalars(stopped):
        yield WARNING, f"a importação de {name} parou no meio", "rode a mesma importação de novo: ela continua"


def _access_keys(connection: Connection, chamber: Chamber, _now: datetime) -> Iterator[Problem]:
    with Session(connection) as session:
        if access_keys.secret_is_gone(session, chamber):
            advice = "escreva o segredo antigo em CPRAC_KEY_SECRET, depois do novo e de uma vírgula"
            yield WARNING, "as chaves de acesso dadas antes não abrem: o segredo delas mudou", advice
        if left := access_keys.plain_left(session):
            advice = "deixe `cprac scheduler` rodando: a faxina diária as protege"
            yield WARNING, f"{left} chaves de acesso estão guardadas como em versões antigas", advice


DATABASE_CHECKS: Mapping[str, Callable[[Connection, Chamber, datetime], Iterator[Problem]]] = {
    "journal": _journal,
    "database_role": _role,
    "history_triggers": _triggers,
    "clock": _clock,
    "overdue_deadlines": _overdue,
    "outbox": _outbox,
    "administrator": _administrator,
    "imports": _imports,
    "access_keys": _access_keys,
}
