"""What all pages for recipients have in common: who may look how often, headers, forms."""

import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from fastapi import Request, Response

from hub.doors.throttle import Throttle
from hub.links.frame import style_source
from hub.links.page import busy
from hub.pipeline.house import House

_TOKEN_LENGTH: Final = 43
_FORM_BYTES_MAX: Final = 1024
_RETRY_AFTER_SECONDS: Final = 60
HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src {style_source()}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}


class Visits:
    """Counts requests by address, as `[links] tries_a_minute` allows."""

    def __init__(self, house: House) -> None:
        self._throttle = Throttle(
            tries=house.config.links.tries_a_minute, seconds=60, monotonic=time.monotonic
        )

    def lets_in(self, request: Request) -> bool:
        """Whether this one may look now; it is counted."""
        address = request.client.host if request.client else ""
        if not self._throttle.lets_in(address):
            return False
        self._throttle.note_failure(address)
        return True


def is_token(text: str) -> bool:
    """Whether it is worth looking for."""
    return len(text) == _TOKEN_LENGTH and text.isascii()


async def filled_in(request: Request) -> Mapping[str, str]:
    """Return the fields of a form; of a body larger than any of ours, none."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _FORM_BYTES_MAX:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}


def wait(request: Request, *, status: int = 429) -> Response:
    """Ask for patience."""
    answer = page(busy(wished(request)), status)
    answer.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    return answer


def wished(request: Request) -> str:
    """Return the languages that a browser asks for."""
    return request.headers.get("accept-language", "")[:200]


def page(content: bytes, status: int = 200) -> Response:
    """Return a page with all that keeps it to itself."""
    return Response(content, status, headers=HEADERS, media_type="text/html; charset=utf-8")
