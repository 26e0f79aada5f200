"""Series of numbers: which are missing, which are there twice, and what is known of them."""

from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from archive.index.answers import Series
from hub.auditor import asking
from hub.auditor.filing import Act, file
from hub.auditor.moments import moments_of, size_of
from hub.auditor.pages import page
from hub.auditor.visiting import TheHouse, TheReader, given

_FIELDS: Final = ("issued_from", "issued_to", "as_of")
GAPS_SHOWN: Final = 500
"""Gaps of one series that are listed; the others are counted."""

router = APIRouter()


@router.get("/numbers")
def shown(request: Request, house: TheHouse, reader: TheReader) -> Response:
    """Show the series of the period, in which documents beyond it only explain."""
    access, asked = (
        reader.access,
        asking.read(given(request, _FIELDS), reader, partial(size_of, house.archive)),
    )
    series: tuple[Series, ...] = ()
    entry = None
    if asked.query is not None:
        series = house.archive.questions.numbers(
            access.tenant,
            issued_from=asked.query.issued_from,
            issued_to=asked.query.issued_to,
            as_of=asked.query.as_of,
        )
        entry = file(house, reader, Act.NUMBERS, asked=asked.given, hits=len(series))
    return page(
        "numbers.html",
        reader,
        status=422 if asked.faults else 200,
        picks=request.app.state.picks.of(reader),
        moments=moments_of(house.archive, reader.access.tenant),
        asked=asked,
        series=series,
        shown=GAPS_SHOWN,
        entry=entry,
    )
