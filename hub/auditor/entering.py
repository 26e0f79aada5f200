"""In by a code and out again. A wrong one costs patience; one that is over is told so."""

import time
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from hub.auditor.filing import Act, file
from hub.auditor.pages import languages, page, spoken_of
from hub.auditor.reader import NotEntered, Reader, name_of, opened
from hub.auditor.sessions import COOKIE, Sessions
from hub.auditor.visiting import Form, Posted, sent
from hub.doors.throttle import Throttle
from hub.pipeline.house import House
from hub.store import auditors
from hub.store.auditors import Access

TRIES: Final = 5
"""Wrong codes from one address, or for one access, after which a minute must pass."""
_TRIES_SECONDS: Final = 60
_CODE_MAX: Final = 200


class CodeEntrance:
    """Lets in whoever has a session that began with a good code."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: Request, house: House) -> Reader:
        """Return who is looking; the access is looked up each time, so that its end counts."""
        secret = request.cookies.get(COOKIE, "")
        session = self._sessions.find(secret)
        if session is None:
            raise NotEntered
        with house.database.transaction() as connection:
            access = auditors.get(connection, session.access)
        if access is None:
            raise NotEntered
        return Reader(
            access=opened(access, house.clock()),
            company=name_of(house, access.tenant),
            who="auditor",
            base="",
            language=session.language,
            secret=secret,
        )


def routes(house: House, sessions: Sessions) -> APIRouter:
    """Return the routes by which an auditor comes in and leaves."""
    router = APIRouter()
    throttle = Throttle(tries=TRIES, seconds=_TRIES_SECONDS, monotonic=time.monotonic)

    @router.get("/enter")
    def ask(request: Request) -> Response:
        """Ask for the code."""
        return _door(request)

    @router.post("/enter")
    def enter(request: Request, form: Annotated[Form, Depends(sent)]) -> Response:
        """Begin a session, if the code is good and that can be filed."""
        written = form.one("code")[:_CODE_MAX]
        tried = _tried(request, written)
        if not all(map(throttle.lets_in, tried)):
            return _door(request, status=429, fault="slow_down")
        with house.database.transaction() as connection:
            access = auditors.by_code(connection, written)
        if access is None:
            for each in tried:
                throttle.note_failure(each)
            return _door(request, status=403, fault="unknown_code")
        return _begun(request, house, sessions, access)

    @router.post("/leave")
    def leave(request: Request, _form: Posted) -> Response:
        """End the session."""
        sessions.end(request.cookies.get(COOKIE, ""))
        response = RedirectResponse("/enter", 303)
        response.delete_cookie(COOKIE)
        return response

    @router.post("/language")
    def speak(request: Request, form: Posted) -> Response:
        """Go on in another language."""
        if (language := form.one("language")) in languages():
            sessions.speak(request.cookies.get(COOKIE, ""), language)
        return RedirectResponse("/", 303)

    return router


def _begun(request: Request, house: House, sessions: Sessions, access: Access) -> Response:
    """Begin a session.

    Raises:
        Closed: the access is over.
        ArchiveError: it cannot be filed, so nobody comes in.
    """
    opened(access, house.clock())
    language = spoken_of(request.headers.get("accept-language", ""))
    secret = sessions.begin(access.id, language)
    reader = Reader(
        access=access,
        company=name_of(house, access.tenant),
        who="auditor",
        base="",
        language=language,
        secret=secret,
    )
    try:
        file(house, reader, Act.ENTER, asked={}, hits=0)
    except BaseException:
        sessions.end(secret)
        raise
    response = RedirectResponse("/", 303)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(house.config.auditor.session_hours * 3600),
        httponly=True,
        samesite="strict",
        secure=house.config.auditor.public_url.startswith("https:"),
    )
    return response


def _tried(request: Request, written: str) -> list[str]:
    """Return what wrong codes are counted by: where they come from, and what they were for."""
    address = request.client.host if request.client else ""
    return [f"from {address}", f"for {written.split('_')[1][:40]}"][: 1 + written.count("_")]


def _door(request: Request, *, status: int = 200, fault: str = "") -> Response:
    language = spoken_of(request.headers.get("accept-language", ""))
    return page("enter.html", None, status=status, language=language, fault=fault)
