"""Samples: documents drawn by a seed that is shown, so that anybody may draw them again."""

import secrets
from dataclasses import replace
from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from archive.index.answers import Sample
from hub.auditor import asking
from hub.auditor.filing import Act, file
from hub.auditor.moments import moments_of, size_of
from hub.auditor.pages import page
from hub.auditor.visiting import TheHouse, TheReader, address_of, given

_FIELDS: Final = ("issued_from", "issued_to", "document_kind", "country", "as_of")
SIZE: Final = 25
SIZE_MAX: Final = 200
_SEED_MAX: Final = 64

router = APIRouter()


@router.get("/sample")
def sample(request: Request, house: TheHouse, reader: TheReader) -> Response:
    """Show a form with a fresh seed; and the sample, if one was asked for."""
    values = given(request, _FIELDS)
    seed = request.query_params.get("seed", "").strip()[:_SEED_MAX].replace("\0", "")
    size, is_size = _size(request.query_params.get("size", str(SIZE)))
    asked = asking.read(values, reader, partial(size_of, house.archive))
    if not is_size:
        asked = replace(asked, query=None, faults={**asked.faults, "size": "no_size"})
    drawn: Sample | None = None
    entry = None
    if seed and asked.query is not None:
        drawn = house.archive.questions.sample(asked.query, seed=seed, count=size)
        words = asked.given | {"size": str(size)}
        ids = tuple(each.document for each in drawn.rows)
        hits = drawn.population
        entry = file(house, reader, Act.SAMPLE, asked=words, hits=hits, seed=seed, documents=ids)
    return page(
        "sample.html",
        reader,
        status=422 if asked.faults else 200,
        picks=request.app.state.picks.of(reader),
        moments=moments_of(house.archive, reader.access.tenant),
        asked=asked,
        seed=seed or secrets.token_hex(8),
        size=size,
        drawn=drawn,
        entry=entry,
        here_again=address_of(request, reader),
    )


def _size(text: str) -> tuple[int, bool]:
    """Return how many are wanted, and whether that can be."""
    good = text.strip().isdecimal() and len(text) < 6 and 0 < int(text) <= SIZE_MAX
    return (int(text), True) if good else (SIZE, False)
