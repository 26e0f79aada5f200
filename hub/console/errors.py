"""What went wrong, as a page that says what to do."""

from collections.abc import Callable, Mapping
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from archive.entry import ArchiveError, NotKept
from hub.console.pages import page
from hub.console.visitor import NotSignedIn, house_of, visitor_of
from hub.pipeline.cancel import NotStopped
from hub.pipeline.differing import NotDiffering
from hub.pipeline.receive import NoRoom, Unacceptable
from hub.pipeline.resubmit import NotParked

_PROBLEMS: Final[Mapping[type[Exception], tuple[int, str]]] = {
    NotParked: (409, "This is at rest already"),
    Unacceptable: (422, "The file is not acceptable"),
    NotStopped: (409, "This was not cancelled"),
    NotDiffering: (409, "This was not settled"),
    NotKept: (404, "Nothing of this name is kept"),
    NoRoom: (503, "The hub has no room now"),
    ArchiveError: (503, "The archive does not answer as it should"),
}
"""Exception to status and title; its message is the text."""

_TITLES: Final = {
    403: "This was not done",
    404: "There is no such page",
    405: "There is no such page",
    411: "This was not done",
    413: "The file is too large",
    422: "Something is missing",
}
_TEXTS: Final = {
    404: "What you look for is not here, or belongs to another company than you may see.",
    405: "This address takes no request of this kind.",
    411: "The browser did not say how long its request is.",
    413: "It is larger than this hub takes (hub.max_file_mb in its settings).",
}


def install(pages: FastAPI) -> None:
    """Answer every error with a page; without a session, with the way to the log-in."""
    for kind, (status, title) in _PROBLEMS.items():
        pages.add_exception_handler(kind, _handler(status, title))
    pages.add_exception_handler(HTTPException, _http)
    pages.add_exception_handler(RequestValidationError, _invalid)
    pages.add_exception_handler(NotSignedIn, _not_signed_in)
    pages.add_exception_handler(Exception, _handler(500, "The console has failed"))


def _handler(status: int, title: str) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, error: Exception) -> Response:
        known = "The log of the hub says more." if status == 500 else str(error)
        return _problem(request, status, title, known)

    return handle


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    title = _TITLES.get(status, "This did not work")
    return _problem(request, status, title, _TEXTS.get(status, str(error.detail)))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = "; ".join(f"{e['loc'][-1]}: {e['msg']}" for e in error.errors())
    return _problem(request, 422, "The address is not understood", faults)


def _not_signed_in(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/login", 303)


def _problem(request: Request, status: int, title: str, words: str) -> Response:
    try:
        visitor = visitor_of(request, house_of(request))
    except NotSignedIn:
        visitor = None
    return page("error.html", visitor, status=status, code=status, title=title, words=words)
