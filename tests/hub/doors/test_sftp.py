"""What clients do at the SFTP door, with a client that nobody here wrote."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import paramiko
import pytest

from hub.doors.sftp import SftpDoor
from hub.engine.pool import Pool
from hub.store import submissions
from hub.store.database import Database
from tests.hub.houses import Home, opened_house

KEY = paramiko.ECDSAKey.generate()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    database = Database(f"sqlite:///{tmp_path / 'facteur.db'}")
    database.migrate()
    pool = Pool(1)
    with opened_house(tmp_path, database, pool) as made:
        yield made
    pool.close()
    database.close()


def visit(home: Home, act: Callable[[paramiko.SFTPClient], Any]) -> Any:
    """Open the door, let a client of sender `erp` do something, close the door."""
    change = msgspec.structs.replace
    config = home.house.config
    erp = change(config.senders["erp"], sftp_keys=(f"{KEY.get_name()} {KEY.get_base64()}",))
    opened = change(
        config,
        senders={**config.senders, "erp": erp},
        sftp_door=change(config.sftp_door, listen="127.0.0.1:0"),
    )
    door = SftpDoor(replace(home.house, config=opened))

    def client(port: int) -> Any:
        with paramiko.Transport(("127.0.0.1", port)) as transport:
            transport.connect(username="erp", pkey=KEY)
            sftp = paramiko.SFTPClient.from_transport(transport)
            assert sftp is not None
            return act(sftp)

    async def both() -> Any:
        port = await door.start()
        try:
            return await asyncio.to_thread(client, port)
        finally:
            await door.stop()

    return asyncio.run(both())


def upload_and_look(sftp: paramiko.SFTPClient, name: str) -> tuple[int | None, list[str]]:
    with sftp.open(name, "w") as file:
        file.write(b"content")
    sftp.utime(name, (0, 0))
    return sftp.stat(name).st_size, sorted(sftp.listdir("."))


def test_a_client_may_look_at_what_it_has_just_uploaded(home: Home) -> None:
    def act(sftp: paramiko.SFTPClient) -> list[tuple[int | None, list[str]]]:
        return [upload_and_look(sftp, name) for name in ("a.xml", "a.xml", "b.xml")]

    assert visit(home, act) == [(7, ["error", "processed"])] * 3
    with home.house.database.transaction() as connection:
        assert len(submissions.listed(connection, tenant=None, state=None, limit=9)) == 1


def test_what_was_never_there_is_not_found(home: Home) -> None:
    def act(sftp: paramiko.SFTPClient) -> None:
        sftp.stat("c.xml")

    with pytest.raises(FileNotFoundError):
        visit(home, act)
