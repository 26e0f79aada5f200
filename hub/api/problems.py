"""Error species to RFC 9457 problem details, one table."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from archive.entry import ArchiveError, NotKept
from hub.enrichment.address_book import BadAddressBook
from hub.pipeline.cancel import NotStopped
from hub.pipeline.differing import NotDiffering
from hub.pipeline.receive import KeyConflict, NoRoom, Unacceptable
from hub.pipeline.resubmit import NotParked
from hub.pipeline.stated import Misstated
from hub.store.database import cannot_hold, is_away
from hub.wishes.consenting import NoConsent

PROBLEMS: Mapping[type[Exception], tuple[int, str]] = {
    Unacceptable: (422, "The file is not acceptable"),
    Misstated: (422, "What is stated of the file is not understood"),
    KeyConflict: (409, "The idempotency key belongs to another file"),
    NotParked: (409, "This cannot be resubmitted"),
    NotStopped: (409, "This cannot be cancelled"),
    NotDiffering: (409, "There is no difference to settle"),
    BadAddressBook: (422, "The address book cannot be taken"),
    NoConsent: (422, "This is no consent"),
    NotKept: (404, "Nothing of this name is kept"),
    NoRoom: (503, "The hub has no room now"),
    ArchiveError: (503, "The archive does not take anything now"),
}
"""Exception to status and title; the message is the detail."""

_RETRY_AFTER_SECONDS = "60"
_MEDIA_TYPE = "application/problem+json"


_SCHEMA = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
"""RFC 9457 section 3."""
_DESCRIPTIONS = {
    401: "no key, or none that is good",
    403: "the key lacks the scope",
    404: "there is no such thing, or it belongs to another company",
    409: "it contradicts what is there",
    413: "larger than this hub takes",
    422: "not understood, or not acceptable",
    503: "not now; come again later",
}


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the API's description says of these statuses, and of those of every address."""
    return {
        status: {
            "description": _DESCRIPTIONS[status],
            "content": {_MEDIA_TYPE: {"schema": _SCHEMA}},
        }
        for status in sorted({401, 403, 422, 503, *statuses})
    }


def install(app: FastAPI) -> None:
    """Answer every error with application/problem+json."""
    for kind, (status, title) in PROBLEMS.items():
        app.add_exception_handler(kind, _handler(status, title))
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _failed)


def problem(status: int, title: str, detail: str, headers: Mapping[str, str]) -> JSONResponse:
    """Return a problem document; RFC 9457 section 3."""
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": detail},
        status_code=status,
        media_type=_MEDIA_TYPE,
        headers=dict(headers),
    )


def _handler(status: int, title: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    async def handle(_request: Request, error: Exception) -> JSONResponse:
        headers = {"Retry-After": _RETRY_AFTER_SECONDS} if status == 503 else {}
        return problem(status, title, str(error), headers)

    return handle


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    return problem(error.status_code, detail.split(":", maxsplit=1)[0], detail, error.headers or {})


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return problem(422, "The request is not understood", faults, {})


async def _failed(_request: Request, error: Exception) -> JSONResponse:
    """Say nothing about the inside; the log does."""
    if is_away(error):
        again = {"Retry-After": _RETRY_AFTER_SECONDS}
        return problem(503, "The hub cannot answer now", "its database is away", again)
    if cannot_hold(error):
        return problem(422, "The request is not understood", "it holds what no text can hold", {})
    return problem(500, "The hub has failed", "the log of the hub says more", {})
