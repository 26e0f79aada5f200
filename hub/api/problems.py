"""Error species to RFC 9457 problem details, one table."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from archive.entry import ArchiveError, NotKept
from hub.enrichment.address_book import BadAddressBook
from hub.pipeline.receive import KeyConflict, NoRoom, Unacceptable
from hub.pipeline.resubmit import NotParked

PROBLEMS: Mapping[type[Exception], tuple[int, str]] = {
    Unacceptable: (422, "The file is not acceptable"),
    KeyConflict: (409, "The idempotency key belongs to another file"),
    NotParked: (409, "This cannot be resubmitted"),
    BadAddressBook: (422, "The address book cannot be taken"),
    NotKept: (404, "Nothing of this name is kept"),
    NoRoom: (503, "The hub has no room now"),
    ArchiveError: (503, "The archive does not take anything now"),
}
"""Exception to status and title; the message is the detail."""

_RETRY_AFTER_SECONDS = "60"


def install(app: FastAPI) -> None:
    """Answer every error with application/problem+json."""
    for kind, (status, title) in PROBLEMS.items():
        app.add_exception_handler(kind, _handler(status, title))
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


def problem(status: int, title: str, detail: str, headers: Mapping[str, str]) -> JSONResponse:
    """Return a problem document; RFC 9457 section 3."""
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": detail},
        status_code=status,
        media_type="application/problem+json",
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
