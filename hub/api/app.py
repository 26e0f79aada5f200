"""The HTTP application: API, console, health; bodies are bounded, every error is a problem."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

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
    app.include_router(submission_routes(house))
    app.include_router(worklist_routes(house))
    app.include_router(document_routes(house))
    app.include_router(endpoint_routes(house))
    app.include_router(recipient_routes(house))
    app.include_router(wish_routes(house))
    app.include_router(page_routes(house))
    app.include_router(archive_routes(house))
    app.include_router(link_routes(house))
    app.include_router(self_service_routes(house))

    @app.get("/health", include_in_schema=False)
    def health() -> dict[str, str]:
        """Answer 200 when the database answers."""
        with house.database.transaction():
            return {"status": "ok"}

    return app
