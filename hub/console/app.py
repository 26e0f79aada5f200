"""Pages for clerk, mailroom and auditor, mounted beside the API."""

from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.routing import Match, Mount
from starlette.types import Scope

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
from hub.console.frame import SAFE, SafeHeaders, assets
from hub.console.pages import STATIC, static
from hub.pipeline.house import House

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    **SAFE,
    "Referrer-Policy": "no-referrer",
}
"""On every answer that does not say otherwise."""


def mount(app: FastAPI, house: House) -> None:
    """Add the console's pages to the application, behind everything that it answers itself."""
    pages = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(SafeHeaders, headers=_HEADERS)],
    )
    pages.state.house = house
    errors.install(pages)
    for router in (
        assets(STATIC, static),
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
        pages.router.routes.extend(router.routes)  # to include it builds each route again
    app.router.routes.append(_BesideTheApi("", app=pages, name="console"))


class _BesideTheApi(Mount):
    """Everything but the API's own paths, whose errors stay problems and no pages."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Take what is not the API's."""
        if scope.get("path", "").startswith("/v1/"):
            return Match.NONE, {}
        return super().matches(scope)
