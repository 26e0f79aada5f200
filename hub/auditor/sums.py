"""Sums by month, rate and country, to be held against the VAT return."""

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from archive.index.answers import Sum, Sums
from hub.auditor import asking
from hub.auditor.filing import Act, file
from hub.auditor.moments import moments_of, size_of
from hub.auditor.pages import page
from hub.auditor.visiting import TheHouse, TheReader, given

_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_FIELDS: Final = ("issued_from", "issued_to", "country", "currency", "as_of")

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a month, or all months, come to in one currency."""

    label: str
    currency: str
    net: Decimal
    tax: Decimal

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day of the month; empty where it is none."""
        if not _MONTH.fullmatch(self.label):
            return "", ""
        year, month = map(int, self.label.split("-"))
        return f"{self.label}-01", f"{self.label}-{monthrange(year, month)[1]:02}"

    @property
    def gross(self) -> Decimal:
        """Net and tax together."""
        return self.net + self.tax


@router.get("/sums")
def shown(request: Request, house: TheHouse, reader: TheReader) -> Response:
    """Show what the documents of the period come to."""
    asked = asking.read(given(request, _FIELDS), reader, partial(size_of, house.archive))
    found = Sums(rows=(), documents=0, without_breakdown=0)
    entry = None
    if asked.query is not None:
        found = house.archive.questions.sums(asked.query)
        entry = file(house, reader, Act.SUMS, asked=asked.given, hits=found.documents)
    return page(
        "sums.html",
        reader,
        status=422 if asked.faults else 200,
        picks=request.app.state.picks.of(reader),
        moments=moments_of(house.archive, reader.access.tenant),
        asked=asked,
        found=found,
        months=totals(found.rows, by_month=True),
        overall=totals(found.rows, by_month=False),
        entry=entry,
    )


def totals(rows: Iterable[Sum], *, by_month: bool) -> list[Total]:
    """Add up the rows of each currency, by month or altogether."""
    added: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for row in rows:
        one = added[row.month if by_month else "", row.currency]
        one[0] += row.net
        one[1] += row.tax
    return [
        Total(label=label, currency=currency, net=net, tax=tax)
        for (label, currency), (net, tax) in sorted(added.items())
    ]
