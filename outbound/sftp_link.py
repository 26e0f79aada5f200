"""The way to a partner's SFTP server: who he is, and how a file gets there whole or not at all."""

import base64
import hashlib
import io
import json
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

import paramiko

from outbound.channel import Deferred, Enclosure, InDoubt, Refused
from outbound.pool import Pool

_LINE_LOST = (EOFError, ConnectionError, TimeoutError, paramiko.SSHException)
_BLOCK_BYTES = 32_768
PART = ".part"
"""What a file is called while it is on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to get into a partner's SFTP server.

    Attributes:
        host, port: the server.
        username: our name there.
        password, private_key: one of the two; the key as OpenSSH or PEM text.
        host_key: SHA-256 fingerprint of his host key, as `ssh-keygen -l` prints it.
        next_host_key: the fingerprint he has announced to change to.
        timeout_seconds: to connect, and for each answer.
        keeps_files: whether he leaves files where we put them. If he takes them away, a missing
            file may have arrived, and only a person can tell.
    """

    host: str
    port: int = 22
    username: str
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    host_key: str
    next_host_key: str | None = None
    timeout_seconds: float = 30
    keeps_files: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it lies at the partner's."""

    path: str
    size_bytes: int
    sha256: str

    @classmethod
    def of(cls, path: str, data: bytes) -> "Upload":
        """Describe a file by its content."""
        return cls(path=path, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


class Link:
    """Connections to one partner, shared by threads."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._pinned = tuple(key for key in (access.host_key, access.next_host_key) if key)
        self._sessions = Pool(connect=self._connect, alive=Session.answers, close=Session.close)

    @property
    def endpoint(self) -> str:
        """The server."""
        return f"sftp://{self._access.host}:{self._access.port}"

    @contextmanager
    def session(self) -> Iterator["Session"]:
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
            except (OSError, *_LINE_LOST) as fault:
                session.close()
                raise Deferred(f"{self.endpoint} failed: {_reason(fault)}") from fault

    def close(self) -> None:
        """Let all connections go."""
        self._sessions.close()

    def evidence(self, uploads: Sequence[Upload], *, at: datetime) -> Enclosure:
        """Return what we saw there, as JSON."""
        facts = {
            "server": self.endpoint,
            "username": self._access.username,
            "host_key_expected": self._pinned,
            "seen_at": at.isoformat(),
            "files": [
                {"path": file.path, "size_bytes": file.size_bytes, "sha256": file.sha256}
                for file in uploads
            ],
        }
        return Enclosure(
            name="sftp.json",
            media_type="application/json",
            data=json.dumps(facts, indent=2, ensure_ascii=False).encode(),
        )

    def _connect(self) -> "Session":
        access = self._access
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(_Pinned(self._pinned))
        try:
            key = _private_key(access.private_key)
            client.connect(
                access.host,
                access.port,
                access.username,
                sock=_socket(access),
                password=access.password,
                pkey=key,
                timeout=access.timeout_seconds,
                banner_timeout=access.timeout_seconds,
                auth_timeout=access.timeout_seconds,
                channel_timeout=access.timeout_seconds,
                look_for_keys=False,
                allow_agent=False,
            )
            files = client.open_sftp()
            files.sock.settimeout(access.timeout_seconds)
        except paramiko.AuthenticationException as fault:
            client.close()
            raise self._down("does not accept our user name, key or password") from fault
        except (OSError, *_LINE_LOST) as fault:
            client.close()
            raise self._down(f"cannot be entered: {_reason(fault)}") from fault
        return Session(client, files, self.endpoint)

    def _down(self, what: str) -> Deferred:
        return Deferred(f"{self.endpoint} {what}", endpoint_down=True)


class Session:
    """Files on the partner's side, over one open connection."""

    def __init__(
        self, client: paramiko.SSHClient, files: paramiko.SFTPClient, endpoint: str
    ) -> None:
        self._client = client
        self._files = files
        self._endpoint = endpoint

    def answers(self) -> bool:
        """Whether the line is alive."""
        try:
            self._files.stat(".")
        except (OSError, *_LINE_LOST):
            return False
        return True

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def put(
        self,
        path: str,
        data: bytes,
        *,
        replace: bool = False,
        before_name: Callable[[], None] = lambda: None,
    ) -> Upload:
        """Bring a file there: under `path` it is whole or it is not.

        A file of the same size under that name counts as the same file, unless `replace`.
        `before_name` is called when all of it is there and it is about to get its name.

        Raises:
            Refused: another file has that name, or there is no such folder.
            InDoubt: the line was lost while the file got its name.
            OSError, EOFError, paramiko.SSHException: it is not there.
        """
        there = None if replace else self.size(path)
        if there is not None and there != len(data):
            raise Refused(
                f"{self._endpoint} has another file under the name {path}: {there} bytes instead "
                f"of {len(data)}"
            )
        if there is None:
            self._upload(path + PART, data)
            before_name()
            self._rename(path + PART, path)
        return Upload.of(path, data)

    def size(self, path: str) -> int | None:
        """Return a file's size in bytes, None if there is no such file."""
        try:
            return self._files.stat(path).st_size or 0
        except FileNotFoundError:
            return None

    def read(self, path: str, *, size_bytes_max: int) -> bytes | None:
        """Return a file's content, None if there is no such file or it is larger than that."""
        size = self.size(path)
        if size is None or size > size_bytes_max:
            return None
        with self._files.open(path, "rb") as file:
            return file.read(size_bytes_max)

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none if there is no such folder."""
        try:
            return sorted(self._files.listdir(folder))
        except FileNotFoundError:
            return []

    def make_folder(self, path: str) -> None:
        """Make a folder where there is none."""
        if self.size(path) is None:
            self._files.mkdir(path)

    def move(self, path: str, target: str) -> None:
        """Move a file into a folder that is there; harmless when repeated."""
        with suppress(FileNotFoundError):
            self._files.posix_rename(path, target)

    def _upload(self, path: str, data: bytes) -> None:
        """Write block by block, each confirmed, and compare the size.

        The library's `put` does not wait for confirmations and then ignores them: a block that a
        full disk refused leaves a hole in a file of the right size.
        """
        blocks = memoryview(data)
        try:
            with self._files.open(path, "wb") as file:
                for start in range(0, len(blocks), _BLOCK_BYTES):
                    file.write(bytes(blocks[start : start + _BLOCK_BYTES]))
        except FileNotFoundError as fault:
            raise Refused(f"{self._endpoint} has no folder for {path}") from fault
        if (there := self.size(path)) != len(data):
            raise Deferred(f"{self._endpoint} holds {there} of {len(data)} bytes of {path}")

    def _rename(self, path: str, target: str) -> None:
        """Give the file its name, by the plain SFTP request where he knows no POSIX rename."""
        try:
            self._files.posix_rename(path, target)
        except OSError as fault:
            if _line_lost(fault):
                raise self._doubt(path) from fault
            if "unsupported" not in str(fault).lower():
                raise
            self._plain_rename(path, target)
        except _LINE_LOST as fault:
            raise self._doubt(path) from fault

    def _plain_rename(self, path: str, target: str) -> None:
        try:
            self._files.rename(path, target)
        except _LINE_LOST as fault:
            raise self._doubt(path) from fault

    def _doubt(self, path: str) -> InDoubt:
        self.close()
        return InDoubt(f"{self._endpoint} was lost while {path} got its name")


class _Pinned(paramiko.MissingHostKeyPolicy):
    """Knows one or two fingerprints and accepts nothing else."""

    def __init__(self, fingerprints: tuple[str, ...]) -> None:
        self._fingerprints = fingerprints

    def missing_host_key(
        self,
        client: paramiko.SSHClient,  # noqa: ARG002 - the library's signature
        hostname: str,  # noqa: ARG002
        key: paramiko.PKey,
    ) -> None:
        """Compare; called before we say who we are."""
        if fingerprint(key) not in self._fingerprints:
            raise paramiko.SSHException(
                f"it shows the host key {fingerprint(key)}, expected is "
                f"{' or '.join(self._fingerprints)}; only if the partner confirms the change, "
                "set it as host_key"
            )


def fingerprint(key: paramiko.PKey) -> str:
    """Return the fingerprint as OpenSSH prints it."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _socket(access: Access) -> socket.socket:
    """Connect so that small packets go at once; each block waits for its confirmation."""
    made = socket.create_connection((access.host, access.port), access.timeout_seconds)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _private_key(text: str | None) -> paramiko.PKey | None:
    if text is None:
        return None
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with suppress(paramiko.SSHException, ValueError, IndexError):
            return kind.from_private_key(io.StringIO(text))
    raise paramiko.SSHException("our own private key is not readable")


def _line_lost(fault: OSError) -> bool:
    return isinstance(fault, _LINE_LOST) or "Socket is closed" in str(fault)


def _reason(fault: Exception) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__
