"""The HTTP application: API, console, health; bodies are bounded, every error is a problem."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

from fastapi import FastAPI

from hub.api import problems
from hub.api.archive import routes as archive_routes
from hub.api.documents import routes as document_routes
from hub.api.endpoints import routes as endpoint_routes
from hub.api.links import routes as link_routes
from hub.api.pages import routes as page_routes
from hub.api.recipients import routes as recipient_routes
from hub.api.self_service import routes as self_service_routes
from hub.api.submissions import routes as submission_routes
from hub.api.wishes import routes as wish_routes
from hub.api.worklist import routes as worklist_routes
from hub.pipeline.house import House

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

ROUTES: Final = (
    submission_routes,
    worklist_routes,
    document_routes,
    endpoint_routes,
    recipient_routes,
    wish_routes,
    page_routes,
    archive_routes,
    link_routes,
    self_service_routes,
)
"""In this order. Each is taken as it is: to include a router builds all its routes again."""


def create(house: House, *, lifespan: Lifespan | None = None) -> FastAPI:
    """Return the application; `lifespan` starts and stops what runs beside it."""
    app = FastAPI(
        title="Facteur",
        version="1",
        summary="Post office for business documents",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    for routes in ROUTES:
        app.router.routes.extend(routes(house).routes)

    @app.get("/health", include_in_schema=False)
    def health() -> dict[str, str]:
        """Answer 200 when the database answers."""
        with house.database.transaction():
            return {"status": "ok"}

    return app
