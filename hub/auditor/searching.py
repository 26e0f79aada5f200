"""The search: everything an auditor asks by, filed with its number of hits before it is shown."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.auditor import asking
from hub.auditor.asking import Asked
from hub.auditor.filing import Act, file, heads
from hub.auditor.moments import moments_of, size_of
from hub.auditor.pages import page
from hub.auditor.reader import Reader
from hub.auditor.rows import moment_of, standings_of
from hub.auditor.visiting import TheHouse, TheReader, address_of, given
from hub.pipeline.house import House

_CURSOR_MAX: Final = 500

router = APIRouter()


@router.get("/")
def search(request: Request, house: TheHouse, reader: TheReader) -> Response:
    """Show the form, and what was asked for, if something was: an empty form asks for all."""
    asked = asking.read(
        given(request, tuple(asking.FIELDS)), reader, partial(size_of, house.archive)
    )
    after = request.query_params.get("after", "")[:_CURSOR_MAX]
    shown: dict[str, Any] = {"found": None}
    if asked.query is not None and request.query_params:
        asked, shown = _found(house, reader, asked, after)
    return page(
        "search.html",
        reader,
        status=422 if asked.faults else 200,
        picks=request.app.state.picks.of(reader),
        moments=moments_of(house.archive, reader.access.tenant),
        heads=heads(house.archive, reader.access.tenant),
        asked=asked,
        channels=[(name, name) for name in sorted(house.config.channels)],
        standings=standings_of(reader),
        here_again=address_of(request, reader),
        **_rows(shown),
    )


def _found(house: House, reader: Reader, asked: Asked, after: str) -> tuple[Asked, dict[str, Any]]:
    """Look, file, and only then tell."""
    assert asked.query is not None
    try:
        found = house.archive.questions.documents(replace(asked.query, after=after))
        hits = house.archive.questions.count(asked.query)
    except ValueError:
        return replace(asked, faults={"words": "no_words"}), {"found": None}
    words = asked.given | ({"after": after} if after else {})
    entry = file(house, reader, Act.SEARCH, asked=words, hits=hits)
    return asked, {"found": found, "hits": hits, "entry": entry, "after": after}


def _rows(shown: dict[str, Any]) -> dict[str, Any]:
    if shown["found"] is None:
        return {"rows": None, "hits": 0, "next": "", "entry": None, "begun": False, "moment": ""}
    return {
        "rows": shown["found"].rows,
        "hits": shown["hits"],
        "next": shown["found"].after,
        "entry": shown["entry"],
        "begun": not shown["after"],
        "moment": moment_of(shown["entry"]),
    }
