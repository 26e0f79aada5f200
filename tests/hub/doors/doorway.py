"""The SFTP door of a house, open in a thread of its own; clients that nobody here wrote."""

import asyncio
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncssh
import msgspec
import paramiko
from paramiko.sftp import CMD_CLOSE

from hub.doors.sftp import SftpDoor
from hub.store import submissions
from hub.store.submissions import Submission
from tests.hub.houses import Home
from tests.servers.waiting import wait_for

KEY = asyncssh.generate_private_key("ssh-ed25519")
_LINE = KEY.export_public_key().decode().strip()


@dataclass(frozen=True, kw_only=True)
class Doorway:
    """An open door for the sender `erp`.

    Attributes:
        root: what he sees as `/`.
    """

    home: Home
    port: int
    root: Path
    key_file: Path

    @contextmanager
    def client(self) -> Iterator[paramiko.SFTPClient]:
        """Log in with paramiko."""
        with paramiko.Transport(("127.0.0.1", self.port)) as transport:
            key = paramiko.Ed25519Key.from_private_key_file(str(self.key_file))
            transport.connect(username="erp", pkey=key)
            sftp = paramiko.SFTPClient.from_transport(transport)
            assert sftp is not None
            yield sftp

    def openssh(self, *lines: str, user: str = "erp", key: Path | None = None) -> tuple[int, str]:
        """Run OpenSSH's `sftp` with these commands; return its exit code and what it complains."""
        run = subprocess.run(
            self.command("-b", "-", user=user, key=key),
            input="\n".join(lines),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return run.returncode, run.stderr

    def command(self, *options: str, user: str = "erp", key: Path | None = None) -> list[str]:
        """Return the command line of `sftp`."""
        settings = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
        wanted = [part for setting in (*settings, "BatchMode=yes") for part in ("-o", setting)]
        login = ["-P", str(self.port), "-i", str(key or self.key_file), "-F", "none"]
        return ["sftp", *wanted, *login, *options, f"{user}@127.0.0.1"]

    def taken(self) -> list[Submission]:
        """Return what the house has, once it has what was closed."""
        wait_for(self._is_settled)
        with self.home.house.database.transaction() as connection:
            return submissions.listed(connection, tenant=None, state=None, limit=99)

    def lying(self) -> list[str]:
        """Return the names of all files in the root and its folders, but reasons."""
        wait_for(self._is_settled)
        files = (path for path in self.root.rglob("*") if path.is_file())
        names = (path.relative_to(self.root).as_posix() for path in files)
        return sorted(name for name in names if not name.endswith(".err.txt"))

    def _is_settled(self) -> bool:
        closed = self.root.parent / ".closed"
        return not any(path.is_file() for path in closed.rglob("*"))


def upload(sftp: Any, name: str | bytes, content: bytes) -> None:
    """Upload and raise what the server says, also to CLOSE, which the library's own close hides."""
    file = sftp.open(name, "wb")
    file.write(content)
    close(sftp, file)


def close(sftp: Any, file: Any) -> None:
    """Close and raise what the server says."""
    file._closed = True
    sftp._request(CMD_CLOSE, file.handle)


@contextmanager
def open_door(home: Home, folder: Path, **changes: Any) -> Iterator[Doorway]:
    """Open the door until the block ends.

    `changes` are to the sender, to `[hub]` or to `[sftp_door]`.
    """
    change = msgspec.structs.replace
    config = home.house.config
    of_hub = {name: changes.pop(name) for name in ("max_file_mb", "min_free_mb") if name in changes}
    of_door = {
        name: changes.pop(name) for name in ("idle_seconds", "login_tries") if name in changes
    }
    erp = change(config.senders["erp"], sftp_keys=(_LINE,), **changes)
    opened = change(
        config,
        hub=change(config.hub, **of_hub),
        senders={**config.senders, "erp": erp},
        sftp_door=change(config.sftp_door, listen="127.0.0.1:0", **of_door),
    )
    key_file = folder / "client_key"
    KEY.write_private_key(key_file)
    key_file.chmod(0o600)
    with _in_a_thread(SftpDoor(replace(home.house, config=opened))) as port:
        yield Doorway(home=home, port=port, root=config.data / "sftp" / "erp", key_file=key_file)


@contextmanager
def _in_a_thread(door: SftpDoor) -> Iterator[int]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(door.start(), loop).result(30)
        asyncio.run_coroutine_threadsafe(door.stop(), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
