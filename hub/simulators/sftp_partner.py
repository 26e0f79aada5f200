"""A partner's SFTP server: a folder, a host key, a user, and hang-ups on order.

Files lie under `DIR/files`; `DIR/log.jsonl` has a line for each that got its final name, with size
and hash; `DIR/host_key.pub` and `DIR/host_key.fingerprint` are for the partner record.

    python -m hub.simulators.sftp_partner --dir /tmp/partner --password partner:open-sesame
"""

import asyncio
import hashlib
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import asyncssh

from hub.simulators.process import Faults, Log, arguments, begin, serve

FAULTS = (
    "deny",  # permission denied when a file is opened for writing
    "full",  # failure instead of taking data
    "cut",  # hangs up in the middle of the data
    "cut-before-rename",  # hangs up instead of giving the file its name
    "cut-after-rename",  # gives the file its name and hangs up instead of saying so
    "no-posix-rename",  # knows only the plain SFTP rename
    "take",  # takes the file away as soon as it has its name
)
"""What `--faults` may order; matched against the file name without `.part`."""


class Files(asyncssh.SFTPServer):
    """The library's server for one folder, with misbehaviour on order."""

    def __init__(
        self, channel: asyncssh.SSHServerChannel[bytes], folder: Path, faults: Faults, log: Log
    ) -> None:
        super().__init__(channel, chroot=str(folder).encode())
        self._folder = folder
        self._faults = faults
        self._log = log
        self._written: dict[int, str] = {}

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a file and remember its name for `write`."""
        name = _name(path)
        if pflags & asyncssh.FXF_WRITE and self._faults.strikes("deny", name):
            raise asyncssh.SFTPPermissionDenied("not for you")
        file = super().open(path, pflags, attrs)
        self._written[id(file)] = name
        return file

    def write(self, file_obj: object, offset: int, data: bytes) -> Any:
        """Write, or fail as ordered."""
        name = self._written.get(id(file_obj), "")
        if self._faults.strikes("full", name):
            raise asyncssh.SFTPFailure("no space left")
        if self._faults.strikes("cut", name):
            data = data[: len(data) // 2]
            self._hang_up("cut", name)
        return super().write(file_obj, offset, data)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> Any:
        """Rename, or fail as ordered."""
        if self._faults.strikes("no-posix-rename", _name(newpath)):
            raise asyncssh.SFTPOpUnsupported("Operation unsupported")
        return self._renamed(oldpath, newpath, super().posix_rename)

    def rename(self, oldpath: bytes, newpath: bytes) -> Any:
        """Rename, or fail as ordered."""
        return self._renamed(oldpath, newpath, super().rename)

    def _renamed(self, oldpath: bytes, newpath: bytes, rename: Any) -> None:
        name = _name(newpath)
        if self._faults.strikes("cut-before-rename", name):
            self._hang_up("cut-before-rename", name)
            return
        rename(oldpath, newpath)
        file = self._folder / newpath.decode().lstrip("/")
        data = file.read_bytes()
        self._log.write(
            "arrived",
            path=newpath.decode().lstrip("/"),
            size_bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
        )
        if self._faults.strikes("take", name):
            file.unlink()
        if self._faults.strikes("cut-after-rename", name):
            self._hang_up("cut-after-rename", name)

    def _hang_up(self, fault: str, name: str) -> None:
        self._log.write(fault, name=name)
        self.connection.abort()


class Gate(asyncssh.SSHServer):
    """Checks a password; keys are checked by the library."""

    def __init__(self, user: str, password: str) -> None:
        self._expected = (user, password)

    def password_auth_supported(self) -> bool:
        """Only where there is a password."""
        return bool(self._expected[1])

    def validate_password(self, username: str, password: str) -> bool:
        """Compare."""
        return (username, password) == self._expected


async def listen(options: Namespace, faults: Faults, log: Log) -> int:
    """Serve `DIR/files` and return the port."""
    folder = root(options)
    user, _, password = options.password.partition(":")
    server = await asyncssh.listen(
        "127.0.0.1",
        options.port,
        server_host_keys=[_host_key(options.dir)],
        authorized_client_keys=str(options.authorized_key) if options.authorized_key else None,
        server_factory=lambda: Gate(user, password),
        sftp_factory=lambda channel: Files(channel, folder, faults, log),
        allow_scp=False,
    )
    return server.get_port()


def options_parser(description: str) -> ArgumentParser:
    """Return a parser with the options of an SFTP server."""
    parser = arguments(description)
    parser.add_argument("--authorized-key", type=Path, help="public key file that may log in")
    parser.add_argument("--password", default="", help="NAME:PASSWORD that may log in")
    return parser


def root(options: Namespace) -> Path:
    """Return the folder that a client sees as `/`, made where it is missing."""
    folder: Path = options.dir / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _host_key(folder: Path) -> asyncssh.SSHKey:
    """Return the key of this server, made on the first start."""
    file = folder / "host_key"
    if not file.exists():
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(file)
    key = asyncssh.read_private_key(file)
    key.write_public_key(folder / "host_key.pub")
    (folder / "host_key.fingerprint").write_text(key.get_fingerprint())
    return key


def _name(path: bytes) -> str:
    return path.decode().rpartition("/")[2].removesuffix(".part")


async def _run(options: Namespace) -> None:
    log = Log(options.dir)
    port = await listen(options, Faults(options.faults), log)
    begin(port, die_with_parent=options.die_with_parent)
    await asyncio.Event().wait()


def main() -> None:
    """Read the options and serve."""
    serve(_run(options_parser("An SFTP partner for tests and demonstrations.").parse_args()))


if __name__ == "__main__":
    main()
