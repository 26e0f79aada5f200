"""The application of a house, built once for all requests to it."""

from fastapi import FastAPI

from hub.api.app import create
from hub.pipeline.house import House

_last: list[tuple[House, FastAPI]] = []


def served(house: House) -> FastAPI:
    """Return the application; the same one as before as long as it is the same house."""
    if not _last or _last[0][0] is not house:
        _last[:] = [(house, create(house))]
    return _last[0][1]
