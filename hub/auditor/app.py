"""The auditor's pages as an application: of its own, or mounted where an operator looks."""

from datetime import timedelta
from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware

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
from hub.console.frame import SAFE, SafeHeaders, assets
from hub.pipeline.house import House

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    **SAFE,
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
"""On every answer that does not say otherwise."""


def create(house: House) -> FastAPI:
    """Return the application that auditors enter by their codes."""
    life = timedelta(hours=house.config.auditor.session_hours)
    sessions = Sessions(clock=house.clock, life=life)
    app = pages_of(house, CodeEntrance(sessions))
    app.router.routes.extend(entering.routes(house, sessions).routes)
    return app


def pages_of(house: House, entrance: Entrance) -> FastAPI:
    """Return the pages for whoever the entrance lets in."""
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(SafeHeaders, headers=HEADERS)],
    )
    app.state.house = house
    app.state.entrance = entrance
    app.state.picks = Picks(house)
    app.state.views = Views()
    errors.install(app)
    for router in (
        assets(STATIC, static),
        searching.router,
        sampling.router,
        sums.router,
        numbers.router,
        documents.router,
        picking.router,
        exporting.router,
        protocols.router,
    ):
        app.router.routes.extend(router.routes)  # to include it builds each route again
    return app
