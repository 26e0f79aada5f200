"""The way to a partner's SFTP server: who he is, how we get in, and open lines kept."""

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime

import paramiko

from outbound.channel import Deferred, Enclosure, Refused
from outbound.pool import Pool
from outbound.sftp_keys import FAMILIES, Pinned, UnknownHostKey, pinned, private_key
from outbound.sftp_session import Session
from outbound.sftp_upload import LINE_LOST, Comparison, Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to get into a partner's SFTP server.

    Attributes:
        host, port: the server.
        username: our name there.
        password, private_key: one of the two; the key as OpenSSH or PEM text.
        host_key: SHA-256 fingerprint of his host key, as `ssh-keygen -l` prints it.
        host_keys: instead of it two: that of now, and the one he has announced to change to.
        timeout_seconds: to connect, and for each answer.
        keep_alive_seconds: how often an idle line is used, so that no firewall forgets it.
        keeps_files: whether he leaves files where we put them. If he takes them away, a missing
            file may have arrived, and only a person can tell.
        read_back_bytes: up to which size a file is read again and compared before it gets its
            name, where his server does not give its hash; 0: only sizes are compared.
    """

    host: str
    port: int = 22
    username: str
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    host_key: str = ""
    host_keys: tuple[str, ...] = ()
    timeout_seconds: float = 30
    keep_alive_seconds: int = 30
    keeps_files: bool = False
    read_back_bytes: int = 1_048_576

    def __post_init__(self) -> None:
        """Refuse what is no fingerprint.

        Raises:
            ValueError: it is none, or there are too many, or none at all.
        """
        pinned(self.host_key, self.host_keys)


class Link:
    """Connections to one partner, shared by threads."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._pinned = pinned(access.host_key, access.host_keys)
        self._seen = ""
        self._comparison = Comparison(read_back_bytes_max=access.read_back_bytes)
        self._sessions = Pool(connect=self._connect, alive=Session.answers, close=Session.close)

    @property
    def endpoint(self) -> str:
        """The server."""
        return f"sftp://{self._access.host}:{self._access.port}"

    @property
    def notes(self) -> tuple[str, ...]:
        """What an operator should know of the partner: he has changed to his next host key."""
        if len(self._pinned) < 2 or self._seen != self._pinned[1]:
            return ()
        told = f"{self.endpoint}: the partner has changed to its next key, drop the old one: "
        return (f'{told}host_key = "{self._seen}" instead of host_keys',)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Lend a session; whatever goes wrong with it comes out as a DeliveryError.

        Raises:
            Deferred: he cannot be reached, does not let us in, or the line was lost.
            Refused: he says the file or folder is not for us.
        """
        with self._sessions.borrow() as session:
            try:
                yield session
            except (FileNotFoundError, PermissionError) as fault:
                raise Refused(f"{self.endpoint} says: {_reason(fault)}") from fault
            except (OSError, *LINE_LOST) as fault:
                session.close()
                raise Deferred(f"{self.endpoint} failed: {_reason(fault)}") from fault

    def examine(self, folder: str) -> str:
        """Log in, look for a folder if one is given, and say how it was.

        Raises:
            Refused: there is no such folder.
            Deferred: the server cannot be reached, is another, or does not let us in.
        """
        with self.session() as session:
            if folder and session.size(folder) is None:
                raise Refused(f"{self.endpoint} has no folder {folder}")
        return "\n".join([f"{self.endpoint} lets us in", *self.notes])

    def close(self) -> None:
        """Let all connections go."""
        self._sessions.close()

    def evidence(self, uploads: Sequence[Upload], *, at: datetime) -> Enclosure:
        """Return what we saw there, as JSON."""
        facts = {
            "server": self.endpoint,
            "username": self._access.username,
            "host_key_expected": self._pinned,
            "host_key_seen": self._seen,
            "seen_at": at.isoformat(),
            "files": [asdict(upload) for upload in uploads],
        }
        return Enclosure(
            name="sftp.json",
            media_type="application/json",
            data=json.dumps(facts, indent=2, ensure_ascii=False).encode(),
        )

    def _connect(self) -> Session:
        """Connect; a server that shows a key of another family is asked for the pinned one."""
        unknown: list[UnknownHostKey] = []
        for _ in FAMILIES:
            try:
                return self._entered(without=[fault.family for fault in unknown])
            except UnknownHostKey as fault:
                unknown.append(fault)
            except (paramiko.ssh_exception.IncompatiblePeer, OSError, *LINE_LOST) as fault:
                if not unknown:
                    raise self._down(f"cannot be entered: {_reason(fault)}") from fault
                break
        raise self._stranger([fault.seen for fault in unknown]) from unknown[0]

    def _entered(self, *, without: Sequence[str]) -> Session:
        access, policy = self._access, Pinned(self._pinned)
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(policy)
        others = [kind for family in without for kind in FAMILIES.get(family, (family,))]
        try:
            own = private_key(access.private_key)
            client.connect(
                access.host,
                access.port,
                access.username,
                sock=_socket(access),
                password=access.password,
                pkey=own,
                timeout=access.timeout_seconds,
                banner_timeout=access.timeout_seconds,
                auth_timeout=access.timeout_seconds,
                channel_timeout=access.timeout_seconds,
                look_for_keys=False,
                allow_agent=False,
                disabled_algorithms={"keys": others},
            )
            files = self._opened(client)
        except paramiko.AuthenticationException as fault:
            client.close()
            raise self._down("does not accept our user name, key or password") from fault
        except BaseException:
            client.close()
            raise
        self._seen = policy.seen
        return Session(client, files, self.endpoint, self._comparison)

    def _opened(self, client: paramiko.SSHClient) -> paramiko.SFTPClient:
        files = client.open_sftp()
        files.sock.settimeout(self._access.timeout_seconds)
        if line := client.get_transport():
            line.set_keepalive(self._access.keep_alive_seconds)
        return files

    def _stranger(self, seen: Sequence[str]) -> Deferred:
        shown, expected = seen[-1], " or ".join(self._pinned)
        return Deferred(
            f"{self.endpoint} shows the host key {' and '.join(seen)}, expected is {expected}. "
            "Nothing was sent, not even our name. Ask the partner by another way; only "
            f'if he has changed his key, set host_keys = ["{self._pinned[0]}", "{shown}"]',
            endpoint_down=True,
            stranger=True,
        )

    def _down(self, what: str) -> Deferred:
        return Deferred(f"{self.endpoint} {what}", endpoint_down=True)


def _socket(access: Access) -> socket.socket:
    """Connect so that small packets go at once; each block waits for its confirmation."""
    made = socket.create_connection((access.host, access.port), access.timeout_seconds)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _reason(fault: Exception) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__
