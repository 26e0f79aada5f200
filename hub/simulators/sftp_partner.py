"""A partner's SFTP server: a folder, a host key, a user, answers and misbehaviour on order.

Files lie under `DIR/files`; `DIR/log.jsonl` has a line for each that got its final name, with size
and hash; `DIR/host_key.fingerprint` is for the partner record, `DIR/next_host_key.fingerprint` the
one it shows with `--next-key`.

    python -m hub.simulators.sftp_partner --dir /tmp/partner --password partner:open-sesame
"""

import asyncio
import hashlib
import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

import asyncssh

from hub.simulators.plan import FOR_EVER_SECONDS, Known
from hub.simulators.process import Faults, Log, arguments, begin, serve

FAULTS: Known = {
    "refuse": {
        "open": "permission denied when a file is opened for writing",
        "folder": "no such folder when a file is opened for writing",
        "rename": "permission denied when a file is to get its name",
        "login": "does not let the user in",
    },
    "defer": {
        "write": "no space left when data come",
        "close": "quota exceeded when a file is closed",
    },
    "hang": {
        "write": "takes data and does not confirm them",
        "open": "does not answer when a file is opened for writing",
        "close": "does not answer when a file is closed",
        "before-rename": "does not answer, and gives the file no name",
        "after-rename": "gives the file its name and does not answer",
        "login": "does not answer the password",
    },
    "cut": {
        "write": "hangs up in the middle of the data",
        "open": "hangs up when a file is opened for writing",
        "close": "hangs up when a file is closed",
        "before-rename": "hangs up instead of giving the file its name",
        "after-rename": "gives the file its name and hangs up instead of saying so",
        "login": "hangs up when the password comes",
    },
    "duplicate": {"answer": "puts each `accept` and `reject` twice, under two names"},
    "late": {"rename": "gives the file its name and says so after_seconds later (5)"},
    "lose": {"rename": "says that the file has its name, and has it no more"},
    "short": {"write": "keeps less of a file than it confirms"},
    "spoil": {"write": "keeps other bytes than it confirms, as many"},
    "no-posix-rename": {"rename": "knows only the plain SFTP rename"},
    "clock": {"rename": "its clock jumps: the file is from another century"},
    "take": {"file": "takes the file away, after_seconds after it got its name (0)"},
    "accept": {
        "file": "puts NAME.ack into answers/, after_seconds later (0)",
        "csv": "puts a CSV that says accepted",
    },
    "reject": {
        "file": "puts NAME.err into answers/, after_seconds later (0)",
        "csv": "puts a CSV that says rejected",
    },
}
"""What a plan may order; matched against the file name without `.part`, `login` the user."""

_LATE_SECONDS = 5
_ANSWERS = "answers"
_REASONS = {"accept": "booked", "reject": "ordered: the order number is unknown"}
_ENDINGS = {"accept": "ack", "reject": "err"}


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

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a file and remember its name for `write`, or fail as ordered."""
        name = _name(path)
        writes = bool(pflags & asyncssh.FXF_WRITE)
        if writes:
            if self._faults.strikes("refuse", name, at="open"):
                raise asyncssh.SFTPPermissionDenied("not for you")
            if self._faults.strikes("refuse", name, at="folder"):
                raise asyncssh.SFTPNoSuchFile("no such folder")
            await self._stop(name, "open")
        file = super().open(path, pflags, attrs)
        if writes:
            self._written[id(file)] = name
        return file

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write, or fail as ordered."""
        name = self._written.get(id(file_obj), "")
        if self._faults.strikes("defer", name, at="write"):
            raise asyncssh.SFTPFailure("no space left")
        if self._faults.strikes("cut", name, at="write"):
            data = data[: len(data) // 2]
            self._hang_up("write", name)
        kept = data
        if self._faults.strikes("short", name, at="write"):
            kept = data[:-1]
        if self._faults.strikes("spoil", name, at="write"):
            kept = bytes([data[0] ^ 1]) + data[1:]
        super().write(file_obj, offset, kept)
        await self._hang(name, "write")
        return len(data)

    async def close(self, file_obj: object) -> None:
        """Close, or fail as ordered."""
        name = self._written.pop(id(file_obj), None)
        super().close(file_obj)
        if name is not None and not self.channel.is_closing():
            if self._faults.strikes("defer", name, at="close"):
                raise asyncssh.SFTPFailure("quota exceeded")
            await self._stop(name, "close")

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename, or fail as ordered."""
        if self._faults.strikes("no-posix-rename", _name(newpath), at="rename"):
            raise asyncssh.SFTPOpUnsupported("Operation unsupported")
        await self._renamed(oldpath, newpath, super().posix_rename)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename, or fail as ordered."""
        await self._renamed(oldpath, newpath, super().rename)

    async def _renamed(self, oldpath: bytes, newpath: bytes, rename: Any) -> None:
        name = _name(newpath)
        if self._faults.strikes("refuse", name, at="rename"):
            raise asyncssh.SFTPPermissionDenied("not for you")
        if not await self._stop(name, "before-rename"):
            return
        rename(oldpath, newpath)
        self._arrived(newpath.decode().lstrip("/"), name)
        await self._stop(name, "after-rename")
        if late := self._faults.due("late", name, at="rename"):
            await asyncio.sleep(late.seconds(_LATE_SECONDS))

    def _arrived(self, path: str, name: str) -> None:
        """Write down what came, and do with it what a partner would."""
        file = self._folder / path
        if self._faults.strikes("lose", name, at="rename"):
            file.unlink()
            self._log.write("lost", path=path)
            return
        data = file.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        self._log.write("arrived", path=path, size_bytes=len(data), sha256=digest)
        if self._faults.strikes("clock", name, at="rename"):
            os.utime(file, (4_102_444_800, 4_102_444_800))
        loop = asyncio.get_running_loop()
        if take := self._faults.due("take", name, at="file"):
            loop.call_later(take.seconds(0), file.unlink)
        for word in _ENDINGS:
            for form in ("file", "csv"):
                if answer := self._faults.due(word, name, at=form):
                    loop.call_later(answer.seconds(0), self._answer, name, word, form)

    def _answer(self, name: str, word: str, form: str) -> None:
        """Put an answer where the client finds it, complete."""
        folder = self._folder / _ANSWERS
        folder.mkdir(exist_ok=True)
        text, ending = f"{_REASONS[word]}\n", _ENDINGS[word]
        if form == "csv":
            text, ending = f"file;status;reason\n{name};{word}ed;{_REASONS[word]}\n", "csv"
        again = self._faults.strikes("duplicate", name, at="answer")
        for more in ("", ".2") if again else ("",):
            part = folder / f"{name}{more}.part"
            part.write_text(text, encoding="utf-8")
            part.rename(folder / f"{name}{more}.{ending}")
        self._log.write("answered", name=name, word=word, form=form)

    async def _stop(self, name: str, moment: str) -> bool:
        """Hang up or hang where that is ordered; returns whether the line still stands."""
        if self._faults.strikes("cut", name, at=moment):
            self._hang_up(moment, name)
            return False
        return not await self._hang(name, moment)

    async def _hang(self, name: str, moment: str) -> bool:
        fault = self._faults.due("hang", name, at=moment)
        if fault is not None:
            self._log.write("hang", name=name, at_moment=moment)
            await asyncio.sleep(fault.seconds(FOR_EVER_SECONDS))
        return fault is not None and fault.after_seconds is None

    def _hang_up(self, moment: str, name: str) -> None:
        self._log.write("cut", name=name, at_moment=moment)
        self.connection.abort()


class Gate(asyncssh.SSHServer):
    """Checks a password; keys are checked by the library."""

    def __init__(self, user: str, password: str, faults: Faults) -> None:
        self._expected = (user, password)
        self._faults = faults
        self._line: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Remember the line."""
        self._line = conn

    def password_auth_supported(self) -> bool:
        """Only where there is a password."""
        return bool(self._expected[1])

    async def validate_password(self, username: str, password: str) -> bool:
        """Compare, or fail as ordered."""
        if self._faults.strikes("cut", username, at="login") and self._line is not None:
            self._line.abort()
        if fault := self._faults.due("hang", username, at="login"):
            await asyncio.sleep(fault.seconds(FOR_EVER_SECONDS))
        if self._faults.strikes("refuse", username, at="login"):
            return False
        return (username, password) == self._expected


async def listen(options: Namespace, faults: Faults, log: Log) -> int:
    """Serve `DIR/files` and return the port."""
    folder = root(options)
    user, _, password = options.password.partition(":")
    server = await asyncssh.listen(
        "127.0.0.1",
        options.port,
        server_host_keys=[_host_key(options.dir, shows_next=options.next_key)],
        authorized_client_keys=str(options.authorized_key) if options.authorized_key else None,
        server_factory=lambda: Gate(user, password, faults),
        sftp_factory=lambda channel: Files(channel, folder, faults, log),
        allow_scp=False,
    )
    return server.get_port()


def options_parser(description: str) -> ArgumentParser:
    """Return a parser with the options of an SFTP server."""
    parser = arguments(description)
    parser.add_argument("--authorized-key", type=Path, help="public key file that may log in")
    parser.add_argument("--password", default="", help="NAME:PASSWORD that may log in")
    parser.add_argument("--next-key", action="store_true", help="show the next host key")
    return parser


def root(options: Namespace) -> Path:
    """Return the folder that a client sees as `/`, made where it is missing."""
    folder: Path = options.dir / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _host_key(folder: Path, *, shows_next: bool) -> asyncssh.SSHKey:
    """Return the key of this server; it and the next one are made on the first start."""
    keys = {name: _kept_key(folder / name) for name in ("host_key", "next_host_key")}
    return keys["next_host_key" if shows_next else "host_key"]


def _kept_key(file: Path) -> asyncssh.SSHKey:
    if not file.exists():
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(file)
    key = asyncssh.read_private_key(file)
    key.write_public_key(file.with_name(f"{file.name}.pub"))
    file.with_name(f"{file.name}.fingerprint").write_text(key.get_fingerprint())
    return key


def _name(path: bytes) -> str:
    return path.decode().rpartition("/")[2].removesuffix(".part")


async def _run(options: Namespace) -> None:
    faults, log = Faults(options.faults, FAULTS), Log(options.dir)
    port = await listen(options, faults, log)
    begin(port, die_with_parent=options.die_with_parent)
    await asyncio.Event().wait()


def main() -> None:
    """Read the options and serve."""
    serve(_run(options_parser("An SFTP partner for tests and demonstrations.").parse_args()))


if __name__ == "__main__":
    main()
