"""The auditor's pages as an application: of its own, or mounted where an operator looks."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.auditor import (
    documents,
    entering,
    errors,
    exporting,
    numbers,
    picking,
    protocols,
    sampling,
    searching,
    sums,
)
from hub.auditor.entering import CodeEntrance
from hub.auditor.pages import STATIC, static
from hub.auditor.picks import Picks
from hub.auditor.reader import Entrance
from hub.auditor.sessions import Sessions
from hub.auditor.views import Views
from hub.pipeline.house import House

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer that does not say otherwise."""

_assets = APIRouter()


def create(house: House) -> FastAPI:
    """Return the application that auditors enter by their codes."""
    life = timedelta(hours=house.config.auditor.session_hours)
    sessions = Sessions(clock=house.clock, life=life)
    app = pages_of(house, CodeEntrance(sessions))
    app.include_router(entering.routes(house, sessions))
    return app


def pages_of(house: House, entrance: Entrance) -> FastAPI:
    """Return the pages for whoever the entrance lets in."""
    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, middleware=[Middleware(_SafeHeaders)]
    )
    app.state.house = house
    app.state.entrance = entrance
    app.state.picks = Picks(house)
    app.state.views = Views()
    errors.install(app)
    for router in (
        _assets,
        searching.router,
        sampling.router,
        sums.router,
        numbers.router,
        documents.router,
        picking.router,
        exporting.router,
        protocols.router,
    ):
        app.include_router(router)
    return app


class _SafeHeaders:
    """Sets the headers that keep strangers' content from doing anything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


@_assets.get("/static/{name}")
def asset(name: str) -> Response:
    """Return a file of ours; its address changes with its content."""
    if name not in STATIC:
        raise HTTPException(404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(static(name), media_type=STATIC[name], headers=headers)
