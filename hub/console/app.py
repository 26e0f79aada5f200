"""Pages for clerk, mailroom and auditor, mounted beside the API."""

from typing import Final

from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.console import (
    archived,
    closings,
    consents,
    daily,
    deliveries,
    documents,
    endpoints,
    errors,
    excerpts,
    keeping,
    login,
    overview,
    parked,
    printed,
    recipients,
    rules,
    runs,
    sheets,
    submissions,
    suppressed,
    wishes,
    worklist,
)
from hub.console.pages import STATIC, static
from hub.pipeline.house import House

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer that does not say otherwise."""

_assets = APIRouter()


def mount(app: FastAPI, house: House) -> None:
    """Add the console's pages to the application, behind everything that it answers itself."""
    pages = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(_SafeHeaders)],
    )
    pages.state.house = house
    errors.install(pages)
    for router in (
        _assets,
        login.router,
        overview.router,
        documents.router,
        sheets.router,
        submissions.router,
        worklist.router,
        parked.router,
        excerpts.router,
        deliveries.router,
        endpoints.router,
        printed.router,
        recipients.router,
        consents.router,
        suppressed.router,
        rules.router,
        runs.router,
        wishes.router,
        daily.router,
        archived.router,
        keeping.router,
        closings.router,
    ):
        pages.include_router(router)
    app.router.routes.append(_BesideTheApi("", app=pages, name="console"))


class _BesideTheApi(Mount):
    """Everything but the API's own paths, whose errors stay problems and no pages."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Take what is not the API's."""
        if scope.get("path", "").startswith("/v1/"):
            return Match.NONE, {}
        return super().matches(scope)


class _SafeHeaders:
    """Sets the headers that keep strangers' content from doing anything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
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
