"""The addresses behind links, for recipients: a page, and the file when they ask for it.

Looking at the page changes nothing, so that programs which follow links in mail prove nothing; only
the form's POST gives the file out, and counts.
"""

import time
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from archive.entry import ArchiveError
from hub.doors.throttle import Throttle
from hub.links.fetching import answers, fetched, link_of
from hub.links.page import busy, gone, landing, style_source
from hub.pipeline.house import House
from hub.pipeline.links import LINK_PATH
from hub.store.links import Link

_TOKEN_LENGTH = 43
_FORM_BYTES_MAX = 1024
_WRONG_ANSWERS_MAX = 10
_WRONG_ANSWERS_SECONDS = 3600
_RETRY_AFTER_SECONDS = 60
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src {style_source()}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}


def routes(house: House) -> APIRouter:
    """Return the routes below LINK_PATH."""
    router = APIRouter(prefix=LINK_PATH.rstrip("/"), include_in_schema=False)
    visits = Throttle(tries=house.config.links.tries_a_minute, seconds=60, monotonic=time.monotonic)
    guesses = Throttle(
        tries=_WRONG_ANSWERS_MAX, seconds=_WRONG_ANSWERS_SECONDS, monotonic=time.monotonic
    )

    @router.api_route("/{token}", methods=["GET", "HEAD"])
    def shown(token: str, request: Request) -> Response:
        """Show what lies behind a link, or that nothing does any more."""
        if not _may_visit(visits, request):
            return _wait(request)
        link = _link(house, token)
        if link is None or not link.is_open(house.clock()):
            return _gone(link, request)
        return _page(landing(link), 200)

    @router.post("/{token}")
    async def given(token: str, request: Request) -> Response:
        """Give the file out, if what is asked is answered."""
        if not _may_visit(visits, request):
            return _wait(request)
        answer = await _answer(request)
        return await run_in_threadpool(_given, house, guesses, token, answer, request)

    return router


def _given(house: House, guesses: Throttle, token: str, answer: str, request: Request) -> Response:
    link = _link(house, token)
    if link is None or not link.is_open(house.clock()):
        return _gone(link, request)
    if not guesses.lets_in(link.token_sha256):
        return _wait(request)
    if not answers(link, token, answer):
        guesses.note_failure(link.token_sha256)
        return _page(landing(link, wrong=True), 403)
    try:
        return _download(link, fetched(house, link))
    except ArchiveError:
        return _wait(request, status=503)


def _link(house: House, token: str) -> Link | None:
    return link_of(house, token) if len(token) == _TOKEN_LENGTH and token.isascii() else None


def _may_visit(visits: Throttle, request: Request) -> bool:
    address = request.client.host if request.client else ""
    if not visits.lets_in(address):
        return False
    visits.note_failure(address)
    return True


async def _answer(request: Request) -> str:
    """Return what was filled in; of a body larger than the form's, nothing."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _FORM_BYTES_MAX:
            return ""
    return parse_qs(body.decode(errors="replace")).get("answer", [""])[0]


def _gone(link: Link | None, request: Request) -> Response:
    """Say the same of all: 410 where there was one, in its recipient's language, else 404."""
    if link is None:
        return _page(gone(_wished(request)), 404)
    return _page(gone(link.language), 410)


def _wait(request: Request, *, status: int = 429) -> Response:
    answer = _page(busy(_wished(request)), status)
    answer.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    return answer


def _wished(request: Request) -> str:
    return request.headers.get("accept-language", "")[:200]


def _page(content: bytes, status: int) -> Response:
    return Response(content, status, headers=_HEADERS, media_type="text/html; charset=utf-8")


def _download(link: Link, data: bytes) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(link.file_name, safe='')}"
    headers = _HEADERS | {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox"}
    return Response(data, headers=headers, media_type=link.media_type)
