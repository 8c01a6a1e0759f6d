"""Lawsuit numbers for invented cases: right in form, of the district of Contagem, in a range that courts reach late."""

from __future__ import annotations

from stdnum.iso7064 import mod_97_10

STATE_COURT_OF_MINAS, CONTAGEM = "813", "0079"


def cnj(sequence: int, year: int) -> str:
    """The twenty digits of an invented lawsuit (Resolução CNJ 65/2008): sequence, check digits, year, court, place."""
    head, tail = f"{9_000_000 + sequence:07d}", f"{year:04d}{STATE_COURT_OF_MINAS}{CONTAGEM}"
    return f"{head}{mod_97_10.calc_check_digits(head + tail)}{tail}"
