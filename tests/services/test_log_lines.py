"""What stands in the log of what went wrong: where and what, never whom."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy.exc import IntegrityError

from cprac.persistence.database import transaction
from cprac.persistence.models import Account
from cprac.services.log_lines import Scrubbing, scrubbed, told
from tests.worlds import NOW


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "line, kept",
    [
        ("no such user ana.lima@exemplo.com.br here", "no such user … here"),
        ("Key (email)=(josé@exemplo.com.br) exists", "Key (email)=(…) exists"),
        ("cpf 111.444.777-35.", "cpf …."),
        ("cpf 11144477735", "cpf …"),
        ("cnpj 16.727.230/0001-97 and 12ABC34501DE35", "cnpj … and …"),
        ("duplicate\nDETAIL:  Key (name)=(Ana) exists.\nmore", "duplicate\n…\nmore"),
        ('invalid input syntax for type integer: "Ana Lima"', "invalid input syntax for type integer: …"),
        ("a\x1b[2Jb\rc", "a�[2Jb�c"),
        ("case 0147/2026, line 12, 2026-03-25 10:00:00,123", "case 0147/2026, line 12, 2026-03-25 10:00:00,123"),
        ('File "cprac/services/acts.py", line 208, in perform', 'File "cprac/services/acts.py", line 208, in perform'),
    ],
)
def test_what_is_personal_goes_and_the_rest_stays(line, kept):
    assert scrubbed(line) == kept


def test_an_error_of_the_database_names_nobody(app):
    def twice():
        with transaction() as session:
            session.add_all(Account(email="ana.lima@exemplo.com.br", name="Ana Lima", created_at=NOW) for _ in range(2))

    with app.app_context(), pytest.raises(IntegrityError) as raised:
        twice()
    text = told(raised.value)
    assert "ana.lima" not in text
    assert "IntegrityError" in text
    assert "account" in text


@pytest.mark.databases("sqlite")
def test_a_whole_record_is_scrubbed_with_its_traceback():
    error = ValueError("ana@exemplo.com.br")
    told_of = ("bia@exemplo.com.br",)
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "to %s", told_of, (ValueError, error, None))
    line = Scrubbing("%(message)s").format(record)
    assert "@" not in line
    assert "ValueError" in line
