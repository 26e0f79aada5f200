"""The frame of pages, the console's and the auditors': headers, files that lie there, templates."""

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Headers of all pages; each house of pages adds what it lets a browser load, and from where."""


class SafeHeaders:
    """Sets headers that keep strangers' content from doing anything, where none say otherwise."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def assets(types: Mapping[str, str], read: Callable[[str], bytes]) -> APIRouter:
    """Return the route of our own files, by name and media type."""
    router = APIRouter()

    @router.get("/static/{name}")
    def asset(name: str) -> Response:
        """Return a file of ours; its address changes with its content."""
        if name not in types:
            raise HTTPException(404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(read(name), media_type=types[name], headers=headers)

    return router


def file_of(package: str, name: str) -> bytes:
    """Return a file of a package; its style sheet begins with what all pages have in common."""
    own = _file(package, name)
    return _file("hub.console", "frame.css") + b"\n" + own if name.endswith(".css") else own


def _file(package: str, name: str) -> bytes:
    return resources.files(package).joinpath("static", name).read_bytes()


def templates(package: str) -> Environment:
    """Return the templates of a package: all that is put in is escaped, all must be there."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
