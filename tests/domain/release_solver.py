"""A reader who knows everything published and has an integer solver: how narrow can each pooled cell be made?

The unknowns are how many cases there are of each course: filed, admitted and ended in which period, how, about what.
Every published table, of all releases, is an equation; every extract says that there is at least such an agreement.
"""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from cprac.domain.open_tables import POOLED
from cprac.domain.release_base import Ending, Period, cuts_from_plain, table_id

NEVER = -1


class Reader:
    """What the solver knows, as equations over the courses that cases may have taken."""

    def __init__(self, releases, matters, extracts):
        """*extracts*: (number of the period, matter) → how many agreements were published by extract."""
        self.releases, self.matters, self.extracts = releases, matters, extracts
        times = range(len(releases))
        self.courses = [
            course
            for course in product(
                times, (NEVER, *times), (NEVER, *times), ("", *(item.value for item in Ending)), matters
            )
            if self.possible(course)
        ]
        self.rows, self.low, self.high = [], [], []
        for time, release in enumerate(releases):
            self.told(time, release)
        for (time, matter), n in extracts.items():
            self.know(self.places(ended=time, ending="agreement", matter=matter), n, np.inf)
        self.cells = [cell for time, release in enumerate(releases) for cell in self.pooled(time, release)]

    @staticmethod
    def possible(course):
        filed, admitted, ended, ending, _matter = course
        if (ended == NEVER) != (ending == "") or (ended != NEVER and ended < filed):
            return False
        if admitted == NEVER:
            return ending in ("", "not_admitted", "other")
        return filed <= admitted and ending != "not_admitted" and (ended == NEVER or admitted <= ended)

    def places(self, **wanted):
        names = ("filed", "admitted", "ended", "ending", "matter")
        return [
            place for place, course in enumerate(self.courses)
            if all(course[names.index(name)] == value for name, value in wanted.items())
        ]  # fmt: skip

    def know(self, places, low, high):
        self.rows.append(places)
        self.low.append(low)
        self.high.append(high)

    def tables(self, time, release):
        """(equations' key, cut, told counts) of each table of one release."""
        span = Period(release.period, release.first, release.last, release.revision)
        report = release.anonymisation_report
        for name, n in sorted(report["counts"].items()):
            family, what = name.split(":")
            cut = cuts_from_plain(report["cuts"][family]).get(table_id(what, span))
            if cut is None:
                continue
            if family == "matter" and what == "filed":
                yield {what: time}, "matter", cut, dict(n)
            elif family == "matter":
                yield {"ended": time, "ending": what}, "matter", cut, dict(n)
            elif family == "ending":
                yield {"ended": time}, "ending", cut, dict(n)

    def told(self, time, release):
        admitted = next(row[2] for row in release.table("totals").rows if row[0] == "admitted")
        if admitted is not None:
            self.know(self.places(admitted=time), admitted, admitted)
        for where, family, cut, counts in self.tables(time, release):
            for category in cut.named:
                places = self.places(**where, **{family: category})
                self.know(places, counts[category], counts[category])
            if cut.pool:
                places = [p for category in sorted(cut.pool) for p in self.places(**where, **{family: category})]
                self.know(places, counts[POOLED], counts[POOLED])

    def pooled(self, time, release):
        for where, family, cut, counts in self.tables(time, release):
            known = sum(n for (when, matter), n in self.extracts.items() if when == time and matter in cut.pool)
            if where.get("ending") == "agreement" and known == counts.get(POOLED):
                continue  # extracts have told every agreement of the pool: nothing is left to be found out
            for category in sorted(cut.pool):
                yield release.period, where, category, self.places(**where, **{family: category})

    def width(self, places):
        """Greatest minus least number of cases that *places* can hold."""
        columns = [place for row in self.rows for place in row]
        lines = [line for line, row in enumerate(self.rows) for _place in row]
        shape = (len(self.rows), len(self.courses))
        matrix = csr_array((np.ones(len(columns)), (lines, columns)), shape=shape)
        weight = np.zeros(len(self.courses))
        weight[places] = 1
        ends = []
        for sign in (1, -1):
            found = milp(
                sign * weight, constraints=LinearConstraint(matrix, self.low, self.high),
                integrality=np.ones(len(self.courses)), bounds=Bounds(0, np.inf),
            )  # fmt: skip
            if found.status == 3:  # without bound
                return np.inf
            assert found.success, found.message
            ends.append(sign * found.fun)
        return round(ends[1] - ends[0])

    def narrow(self, least=5):
        """The pooled cells narrower than *least*, with their width."""
        widths = ((period, where, category, self.width(places)) for period, where, category, places in self.cells)
        return [cell for cell in widths if cell[3] < least]


def extracts_of(rows, releases):
    """What extracts have told, in the way the reader knows them."""
    found = Counter()
    for row in rows:
        for time, release in enumerate(releases):
            if row.published_on and row.ending == "agreement" and release.first <= row.resolved_on <= release.last:
                found[time, row.matter] += 1
    return found
