"""Requests to the API with a key of a tenant."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from hub.store import access
from tests.hub.houses import START, Home
from tests.hub.served import served

Ask = Callable[..., httpx.Response]


def asker(home: Home, tenant: str = "nordwind", scopes: Sequence[str] = ("submit", "read")) -> Ask:
    """Return what sends a request with a key of the tenant."""
    key_id = f"{tenant}-{'-'.join(scopes)}"
    with home.house.database.transaction() as connection:
        key = access.add_key(
            connection,
            key_id=key_id,
            secret="s",
            tenant=tenant,
            sender="erp",
            scopes=scopes,
            now=START,
        )
    return bearer(home, key)


def bearer(home: Home, key: str | None) -> Ask:
    """Return what sends a request with these words for a key, or without any."""

    def ask(method: str, path: str, **more: Any) -> httpx.Response:
        async def call() -> httpx.Response:
            app = served(home.house)
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
                if key is not None:
                    client.headers["Authorization"] = f"Bearer {key}"
                return await client.request(method, f"/v1/{path}", **more)

        return asyncio.run(call())

    return ask
