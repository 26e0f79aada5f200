"""The addresses behind links, for recipients: a page, and the file when they ask for it.

Looking at the page changes nothing, so that programs which follow links in mail prove nothing; only
the form's POST gives the file out, and counts.
"""

import time
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from archive.entry import ArchiveError
from hub.api.visits import HEADERS, Visits, filled_in, is_token, page, wait, wished
from hub.doors.throttle import Throttle
from hub.links.fetching import answers, fetched, link_of
from hub.links.page import gone, landing
from hub.pipeline.house import House
from hub.pipeline.links import LINK_PATH
from hub.store.links import Link

_WRONG_ANSWERS_MAX = 10
_WRONG_ANSWERS_SECONDS = 3600


def routes(house: House) -> APIRouter:
    """Return the routes below LINK_PATH."""
    router = APIRouter(prefix=LINK_PATH.rstrip("/"), include_in_schema=False)
    visits = Visits(house)
    guesses = Throttle(
        tries=_WRONG_ANSWERS_MAX, seconds=_WRONG_ANSWERS_SECONDS, monotonic=time.monotonic
    )

    @router.api_route("/{token}", methods=["GET", "HEAD"])
    def shown(token: str, request: Request) -> Response:
        """Show what lies behind a link, or that nothing does any more."""
        if not visits.lets_in(request):
            return wait(request)
        link = _link(house, token)
        if link is None or not link.is_open(house.clock()):
            return _gone(link, request)
        return page(landing(link), 200)

    @router.post("/{token}")
    async def given(token: str, request: Request) -> Response:
        """Give the file out, if what is asked is answered."""
        if not visits.lets_in(request):
            return wait(request)
        answer = (await filled_in(request)).get("answer", "")
        return await run_in_threadpool(_given, house, guesses, token, answer, request)

    return router


def _given(house: House, guesses: Throttle, token: str, answer: str, request: Request) -> Response:
    link = _link(house, token)
    if link is None or not link.is_open(house.clock()):
        return _gone(link, request)
    if not guesses.lets_in(link.token_sha256):
        return wait(request)
    if not answers(link, token, answer):
        guesses.note_failure(link.token_sha256)
        return page(landing(link, wrong=True), 403)
    try:
        return _download(link, fetched(house, link))
    except ArchiveError:
        return wait(request, status=503)


def _link(house: House, token: str) -> Link | None:
    return link_of(house, token) if is_token(token) else None


def _gone(link: Link | None, request: Request) -> Response:
    """Say the same of all: 410 where there was one, in its recipient's language, else 404."""
    if link is None:
        return page(gone(wished(request)), 404)
    return page(gone(link.language), 410)


def _download(link: Link, data: bytes) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(link.file_name, safe='')}"
    headers = HEADERS | {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox"}
    return Response(data, headers=headers, media_type=link.media_type)
