"""The SFTP door: one root and key set a sender, exact end of upload, nothing half is taken.

A client's CLOSE is answered only when the file is durable; soon after it lies in `processed/`, or
in `error/` with the reason beside it. A connection that is cut leaves the part where it was, so
that the client can resume.
"""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import asyncssh
from asyncssh.constants import MSG_IGNORE

from hub.config.companies import Sender
from hub.doors.inbox import Inbox
from hub.doors.quota import Quota
from hub.doors.sftp_root import Place, Root
from hub.doors.sftp_session import Channel, Session, hush
from hub.doors.spool import Spool
from hub.doors.throttle import Throttle
from hub.pipeline.house import House

_LOGIN_SECONDS = 30
_ALIVE_SECONDS = 60
_THROTTLED_SECONDS = 60
_CIPHERS = (
    "aes256-gcm@openssh.com",
    "aes128-gcm@openssh.com",
    "aes256-ctr",
    "aes192-ctr",
    "aes128-ctr",
)
"""Without ChaCha20, OpenSSH's first choice, which takes as long here as all the rest."""


class SftpDoor:
    """Listens for the senders of a house."""

    def __init__(self, house: House) -> None:
        self._config = house.config
        self._house = house
        self._server: asyncssh.SSHAcceptor | None = None
        self._connected: set[asyncssh.SSHServerConnection] = set()
        self._throttle = Throttle(
            tries=house.config.sftp_door.login_tries,
            seconds=_THROTTLED_SECONDS,
            monotonic=time.monotonic,
        )
        self._places: dict[str, Place] = {}

    async def start(self) -> int:
        """Listen; returns the port."""
        door = self._config.sftp_door
        address, _, port = door.listen.rpartition(":")
        self._spool = self._opened()
        self._server = await asyncssh.listen(
            address,
            int(port),
            server_host_keys=[host_key(self._config.path(door.host_key))],
            server_factory=self._gate,
            encoding=None,
            line_editor=False,
            encryption_algs=_CIPHERS,
            login_timeout=_LOGIN_SECONDS,
            keepalive_interval=_ALIVE_SECONDS,
            x11_forwarding=False,
            agent_forwarding=False,
        )
        return self._server.get_port()

    async def stop(self) -> None:
        """Let no one in any more, hang up, and take what was closed."""
        if self._server is not None:
            self._server.close()
            connected = list(self._connected)
            for connection in connected:
                connection.close()
            await asyncio.gather(*(connection.wait_closed() for connection in connected))
            await self._server.wait_closed()
            await asyncio.to_thread(self._spool.stop)

    def _opened(self) -> Spool:
        """Make the roots and the spool, and let in what was left in it."""
        folder = self._config.data / "sftp"
        inboxes = {
            key: Inbox(self._house, key, sender, door="sftp", folder=folder / key)
            for key, sender in self._config.senders.items()
            if sender.sftp_keys
        }
        spool = Spool(folder / ".closed", inboxes)
        self._places = {
            key: Place(
                house=self._house,
                key=key,
                sender=self._config.senders[key],
                inbox=inbox,
                spool=spool,
                quota=Quota(
                    inbox.folder,
                    folder / ".closed" / key,
                    limit_bytes=self._config.senders[key].quota_mb << 20,
                ),
            )
            for key, inbox in inboxes.items()
        }
        spool.start()
        return spool

    def _gate(self) -> asyncssh.SSHServer:
        return _Gate(self._config.senders, self._connected, self._throttle, self._root_of)

    def _root_of(self, channel: Channel) -> Root:
        """Return a sender's root; from now on it watches, and not a timer set by each packet."""
        channel.get_connection().set_keepalive(0)
        return Root(channel, self._places[channel.get_extra_info("username")])


class _Gate(asyncssh.SSHServer):
    """The user name is the sender's key in the settings; only his own public keys open."""

    def __init__(
        self,
        senders: Mapping[str, Sender],
        connected: set[asyncssh.SSHServerConnection],
        throttle: Throttle,
        root_of: Callable[[Channel], Root],
    ) -> None:
        self._root_of = root_of
        self._senders = senders
        self._connected = connected
        self._throttle = throttle
        self._keys: asyncssh.SSHAuthorizedKeys | None = None
        self._address = ""
        self._is_in = False

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        _fill_nothing(conn)
        hush(conn)
        self._connection = conn
        self._address = str((conn.get_extra_info("peername") or ("",))[0])
        self._connected.add(conn)
        if not self._throttle.lets_in(self._address):
            self._is_in = True
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._connected.discard(self._connection)
        if not self._is_in:
            self._throttle.note_failure(self._address)

    def session_requested(self) -> Session:
        return Session(self._root_of)

    def begin_auth(self, username: str) -> bool:
        sender = self._senders.get(username)
        lines = "\n".join(sender.sftp_keys) if sender else ""
        self._keys = asyncssh.import_authorized_keys(lines) if lines else None
        return True

    def auth_completed(self) -> None:
        self._is_in = True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return self._keys is not None and (self._keys.validate(key, username, "", None) is not None)


def _fill_nothing(connection: asyncssh.SSHServerConnection) -> None:
    """Let a connection send no empty packet (SSH_MSG_IGNORE) before each of its own.

    The library does, against attacks on CBC ciphers (RFC 4251, 9.3.1), of which none is offered
    here; a client wakes for each.
    """
    send = connection.send_packet

    def send_packet(kind: int, *parts: bytes, **more: Any) -> None:
        if kind != MSG_IGNORE:
            send(kind, *parts, **more)

    connection.send_packet = send_packet  # type: ignore[assignment, method-assign]


def host_key(path: Path) -> asyncssh.SSHKey:
    """Return the door's key, made on the first start, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        key = asyncssh.generate_private_key("ssh-ed25519")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.export_private_key())
        key.write_public_key(str(path) + ".pub")
        part.rename(path)
    return asyncssh.read_private_key(path)
