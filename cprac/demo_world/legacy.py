"""The demonstration's old register: a small invented spreadsheet, as a chamber brings it along, and its import.

One of its cases was brought into the procedure since.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from cprac.demo_world.seeding import Simulation
from cprac.demo_world.world import Script
from cprac.domain.acts import Act
from cprac.domain.legacy_mapping import SheetKind
from cprac.domain.states import CaseState
from cprac.persistence.models import Case
from cprac.services import legacy_import

ROWS, OPEN_ROWS, WITHOUT_DATE = 40, 9, 2
IMPORTED_AGO, ADOPTED_AGO = 70, 9
"""Business days before the day of the demonstration."""
ADOPTED = "legado_adotado"

HEADER = (
    "Nº do protocolo", "Data de abertura", "Prazo", "Data de encerramento", "Assunto", "Interessado", "CPF", "Setor",
    "Valor do pedido", "Resultado",
)  # fmt: skip
MATTERS = (
    "Queda de árvore", "Buraco em via", "Batida com veículo oficial", "Multa de postura", "Cobrança em dobro",
    "Alagamento", "Contrato sem pagamento",
)  # fmt: skip
FIRST = ("Alda", "Basílio", "Creuza", "Dirceu", "Elza", "Firmino", "Glória", "Hélio", "Isaura", "Juvenal")
LAST = ("Abreu", "Bicalho", "Cançado", "Drumond", "Esteves", "Frade", "Guedes", "Horta")
SECTORS = ("Obras", "Saúde", "Fazenda", "Meio Ambiente", "Trânsito")


def sheet(today: date) -> str:
    """The old spreadsheet as it stood before *today*: separated by semicolons, one line a case, some still open."""
    dice = Random(f"{today}|sheet")  # noqa: S311  (rows of an invented sheet)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    ended = sorted(dice.randint(260, 1200) for _row in range(ROWS - OPEN_ROWS))
    open_since = sorted(dice.randint(120, 255) for _row in range(OPEN_ROWS))
    for row, ago in enumerate([*reversed(ended), *reversed(open_since)]):
        on, running = today - timedelta(days=ago), row >= len(ended)
        closed = None if running else on + timedelta(days=dice.randint(20, 130))
        name = f"{FIRST[row % len(FIRST)]} {LAST[row * 3 % len(LAST)]}"
        value = f"{dice.randint(3, 220) * 100:,}".replace(",", ".") + ",00"
        writer.writerow(
            (
                f"{on.year}/{1000 + row}", "" if row < WITHOUT_DATE else _day(on), _day(on + timedelta(days=180)),
                _day(closed), MATTERS[row % len(MATTERS)], name, "", SECTORS[row % len(SECTORS)], value,
                "" if running else ("Resolvido" if row % 3 else "Não resolvido"),
            )
        )  # fmt: skip
    return out.getvalue()


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


def imported(world: Simulation) -> Iterator[datetime]:
    """The registry brings the old sheet in; yields the instants at which it goes on."""
    now = world.at(world.ago(IMPORTED_AGO), 8 * 60)
    yield now
    path = world.chamber.files.parent / "planilha-antiga.csv"
    path.write_text(sheet(world.today), encoding="cp1252", newline="")
    with world.app.app_context():
        found = legacy_import.open_sheet(path, SheetKind.CASES)
        legacy_import.run(
            world.chamber,
            found,
            as_of=world.chamber.day(now),
            now=now,
            account=world.account("registry"),
            pause=lambda: None,
        )


def adopted(world: Simulation) -> Iterator[datetime]:
    """The newest open case of the old sheet is brought into the procedure, and its documents are being checked."""
    now = world.at(world.ago(ADOPTED_AGO), 10 * 60)
    yield now
    running = select(Case.number).where(Case.state == CaseState.LEGACY_OPEN).order_by(Case.filed_on.desc(), Case.number)
    case = ADOPTED
    world.numbers[case], world.clock[case] = world.all(running)[0], now
    world.scripts[case] = Script(applicant="registry")
    world.do(
        case, "registry", Act.ADOPT_LEGACY, applicant_name="Isaura Guedes Frade", agency=world.agencies["obras"],
        matter="public_works_damage", reason="O conserto do telhado, pedido no registro antigo.",
    )  # fmt: skip
    yield world.at(world.ago(ADOPTED_AGO - 2), 10 * 60)
    world.clock[case] = world.at(world.ago(ADOPTED_AGO - 2), 10 * 60)
    world.do(case, "registry", Act.SCREEN)
