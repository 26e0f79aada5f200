"""Rows of totals, such as the last row of many lists: what they say must be what the rows give."""

from decimal import Decimal
from typing import Any

from formats.codec import Reading
from formats.findings import is_fatal
from formats.model import ZERO
from formats.model.paths import Term
from formats.notation import number_reader
from formats.table import faults
from formats.table.bound import Bound
from formats.table.plan import Plan

_TotalsRow = tuple[Bound, int, list[str], int]
"""A row of totals with its number and how many other rows came before it."""


class Tally:
    """What is counted while rows go by, and the rows of totals that came."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._read = number_reader(plan.file.decimal, plan.file.thousands)
        self._rows = 0
        self._heard: list[_TotalsRow] = []

    def count(self) -> None:
        """Count a row that is none of totals."""
        self._rows += 1

    def hear(self, bound: Bound, number: int, texts: list[str]) -> None:
        """Take a row of totals."""
        self._heard.append((bound, number, texts, self._rows))

    def check(self, readings: list[Reading]) -> None:
        """See that the totals are right; sums only where all invoices could be read.

        Raises:
            Unreadable: IN-CSV-TOTALS, one is not, or the row is missing.
        """
        wanted = [part for part in self._plan.parts if part.totals]
        for part in wanted:
            if not any(bound.part is part for bound, *_ in self._heard):
                raise faults.no_totals(part.name, self._plan.name)
        good = not any(is_fatal(reading.notices) for reading in readings)
        for row in self._heard:
            totals = row[0].part.totals
            assert totals is not None
            self._compare(row, totals.rows, "the number of rows is", row[-1])
            self._compare(row, totals.invoices, "the number of invoices is", len(readings))
            for column, term in totals.sums if good else ():
                found = sum((_sum(reading.document, term) for reading in readings), ZERO)
                self._compare(row, column, f"the sum of {term.path} is", found)

    def _compare(self, row: _TotalsRow, column: str, what: str, found: Decimal | int) -> None:
        if not column:
            return
        bound, number, texts, _ = row
        said = bound.text(texts, column)
        try:
            right = self._read(said) == found
        except ValueError:
            right = False
        if not right:
            place = f"{bound.stream.row_place(number)}, column {column}"
            raise faults.wrong_totals(place, what, said or "nothing", f"{found}")


def _sum(group: Any, term: Term) -> Decimal:
    """Return a field's value, that of all items where there are several."""
    groups = [group]
    for step in term.groups:
        found = [getattr(each, step.name) for each in groups if each is not None]
        groups = [item for each in found for item in each] if step.many else found
    values = [getattr(each, term.name) for each in groups if each is not None]
    return sum((value for value in values if isinstance(value, Decimal)), ZERO)
