"""An SFTP server with the check-file extension, which OpenSSH does not have: paramiko's own."""

import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import paramiko
from paramiko import sftp_server
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.sftp import SFTP_OK

from outbound.sftp_keys import fingerprint

USER, PASSWORD = "partner", "open-sesame"


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where it listens, and the fingerprint it shows."""

    port: int
    host_key: str


class Gate(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        known = (username, password) == (USER, PASSWORD)
        return AUTH_SUCCESSFUL if known else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002
        return OPEN_SUCCEEDED


class Files(paramiko.SFTPServerInterface):
    """One folder; files of a name that begins with `spoil` are kept otherwise than they came."""

    folder: Path

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._at(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> Any:  # noqa: ARG002
        try:
            file = os.fdopen(os.open(self._at(path), flags, 0o600), "r+b" if flags else "rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        handle: Any = Spoilt(flags) if path.lstrip("/").startswith("spoil") else Handle(flags)
        handle.readfile = handle.writefile = file
        return handle

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        self._at(oldpath).replace(self._at(newpath))
        return SFTP_OK

    def remove(self, path: str) -> int:
        self._at(path).unlink()
        return SFTP_OK

    def _at(self, path: str) -> Path:
        return self.folder / path.lstrip("/")


class Handle(paramiko.SFTPHandle):
    readfile: BinaryIO

    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class Spoilt(Handle):
    def write(self, offset: int, data: Any) -> int:
        return super().write(offset, bytes([data[0] ^ 1]) + data[1:])


@contextmanager
def check_file(folder: Path) -> Iterator[Server]:
    """Serve a folder until the block ends."""
    key = paramiko.ECDSAKey.generate()
    files = type("Folder", (Files,), {"folder": folder})
    hashes: dict[str, Any] = vars(sftp_server)["_hash_class"]
    hashes["sha256"] = hashlib.sha256  # it comes with sha1 and md5
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, key, files), daemon=True).start()
        yield Server(port=listener.getsockname()[1], host_key=fingerprint(key))


def _accept(listener: socket.socket, key: paramiko.PKey, files: type[Files]) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        transport = paramiko.Transport(line)
        transport.daemon = True
        transport.add_server_key(key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
        transport.start_server(server=Gate())
