"""What a sender asks of the files he has sent, over HTTP."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.api.app import create
from hub.engine.pool import Pool
from hub.store import access
from hub.store.database import Database
from tests.hub.houses import START, Home, opened_house


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    database = Database(f"sqlite:///{tmp_path / 'facteur.db'}")
    database.migrate()
    pool = Pool(1)
    with opened_house(tmp_path, database, pool) as made:
        yield made
    pool.close()
    database.close()


Ask = Callable[..., httpx.Response]


def asker(home: Home, tenant: str) -> Ask:
    """Return what sends a request with a key of the tenant."""
    with home.house.database.transaction() as connection:
        key = access.add_key(
            connection,
            key_id=tenant,
            secret="s",
            tenant=tenant,
            sender="erp",
            scopes=("submit", "read"),
            now=START,
        )

    def ask(method: str, path: str, **more: Any) -> httpx.Response:
        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(app=create(home.house))
            async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
                client.headers["Authorization"] = f"Bearer {key}"
                return await client.request(method, f"/v1/{path}", **more)

        return asyncio.run(call())

    return ask


def test_files_that_nobody_could_read_are_listed_to_their_own_tenant(home: Home) -> None:
    nordwind, others = asker(home, "nordwind"), asker(home, "others")
    named = {"X-File-Name": "scan.dat"}
    assert nordwind("POST", "submissions", content=b"?", headers=named).status_code == 202
    home.run()
    (found,) = nordwind("GET", "submissions?state=parked").json()
    assert (found["name"], found["state"]) == ("scan.dat", "parked")
    assert found["findings"][0]["rule"] == "IN-FORMAT"
    assert found["timeline"][-1]["entry"]
    assert nordwind("GET", "submissions?state=received").json() == []
    assert others("GET", "submissions").json() == []
    assert nordwind("GET", "submissions?state=lost").status_code == 422
