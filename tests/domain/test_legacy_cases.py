"""What a legacy case says about itself: open or ended, overdue, how long it took."""

from dataclasses import replace
from datetime import date

import pytest

from cprac.domain.legacy_interpret import interpret
from cprac.domain.legacy_mapping import Column, Mapping, Outcome, SheetKind, Target
from cprac.domain.legacy_rows import RawRow

AS_OF = date(2012, 1, 23)
PLAIN = interpret(RawRow(2, ("1",)), Mapping(SheetKind.CASES, (Column("Nº", Target.LEGACY_NUMBER),)), AS_OF)
JAN, FEB = date(2012, 1, 10), date(2012, 2, 10)


@pytest.mark.parametrize(
    "opened, closed, due, outcome, is_open, overdue, days",
    [
        (JAN, None, None, None, True, False, None),
        (JAN, None, date(2012, 1, 22), None, True, True, None),
        (JAN, None, AS_OF, None, True, False, None),  # due today is not overdue
        (JAN, AS_OF, JAN, None, False, False, 13),
        (JAN, FEB, JAN, None, True, True, 31),  # closed after the day of reading: open on it
        (JAN, JAN, None, None, False, False, 0),
        (FEB, JAN, None, None, False, False, None),  # closed before it was opened: no duration
        (None, JAN, None, None, False, False, None),
        (None, None, None, None, True, False, None),
        (None, None, None, Outcome.NOT_SETTLED, False, False, None),  # ended, on a day that nobody wrote down
        (JAN, None, None, Outcome.NOT_SETTLED, True, False, None),
    ],
)
def test_open_overdue_and_duration(opened, closed, due, outcome, is_open, overdue, days):
    case = replace(PLAIN, opened_on=opened, closed_on=closed, due_on=due, outcome=outcome)
    assert (case.is_open(AS_OF), case.is_overdue(AS_OF), case.duration_days) == (is_open, overdue, days)
    assert case.in_duration_figures == (opened is not None and (closed is None or closed >= opened))
