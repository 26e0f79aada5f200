"""What went wrong, as a page that says so and shows nothing else."""

import logging
from collections.abc import Callable
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from archive.entry import ArchiveError, NotKept
from hub.auditor.pages import page, spoken_of
from hub.auditor.reader import Closed, NotEntered, Reader
from hub.auditor.visiting import house_of, reader_of

_TOLD: Final = frozenset({403, 404, 405, 413, 422, 503, 507})
"""Statuses that have words of their own."""
_log = logging.getLogger("facteur.auditor")


def install(pages: FastAPI) -> None:
    """Answer every error with a page; who has not come in is led to the door."""
    pages.add_exception_handler(Closed, _closed)
    pages.add_exception_handler(NotEntered, _not_entered)
    pages.add_exception_handler(NotKept, _says(404))
    pages.add_exception_handler(ArchiveError, _unfiled)
    pages.add_exception_handler(RequestValidationError, _says(404))
    pages.add_exception_handler(HTTPException, _http)
    pages.add_exception_handler(Exception, _says(500))


def _closed(request: Request, error: Exception) -> Response:
    assert isinstance(error, Closed)
    return page(
        "closed.html",
        None,
        status=403,
        language=_language(request),
        access=error.access,
        revoked=error.access.revoked_at is not None,
    )


def _not_entered(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/enter", 303)


def _unfiled(request: Request, error: Exception) -> Response:
    """Say that nothing is shown because it could not be filed, or is not whole; the log has why."""
    _log.error("nothing was shown: %s: %s", type(error).__name__, error)
    return _problem(request, 503)


def _says(status: int) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, _error: Exception) -> Response:
        return _problem(request, status)

    return handle


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _problem(request, error.status_code)


def _problem(request: Request, status: int) -> Response:
    told = str(status if status in _TOLD else 500)
    reader = _reader(request)
    picks = request.app.state.picks.of(reader) if reader and status != 503 else ()
    language = _language(request)
    base = request.scope.get("root_path", "")
    return page(
        "error.html", reader, status=status, language=language, base=base, told=told, picks=picks
    )


def _reader(request: Request) -> Reader | None:
    try:
        return reader_of(request, house_of(request))
    except (NotEntered, Closed, HTTPException):
        return None


def _language(request: Request) -> str:
    return spoken_of(request.headers.get("accept-language", ""))
