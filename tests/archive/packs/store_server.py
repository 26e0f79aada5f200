"""A real S3 server for the tests: versitygw over a folder, with versions and Object Lock.

Built by `tools/setup.sh test` into .tools/bin, or found on the PATH.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from archive.packs.bucket import Bucket, _client

PROGRAM = shutil.which(
    "versitygw", path=f"{Path(__file__).parents[3] / '.tools' / 'bin'}:{Path.home() / 'go' / 'bin'}"
) or shutil.which("versitygw")
needs_server = pytest.mark.skipif(
    PROGRAM is None, reason="versitygw is not installed: tools/setup.sh test"
)
_START_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Server:
    """A server that can be stopped and started again where it was."""

    folder: Path
    port: int

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it for a while."""
        assert PROGRAM
        for name in ("objects", "versions", "sidecar"):
            (self.folder / name).mkdir(exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [
                    *(PROGRAM, "--port", f"127.0.0.1:{self.port}", "--access", "key"),
                    *("--secret", "secret", "posix", "--versioning-dir", self.folder / "versions"),
                    *("--sidecar", self.folder / "sidecar", self.folder / "objects"),
                ],
                stdout=log,
                stderr=log,
            )
        try:
            self._await(process)
            yield
        finally:
            process.terminate()
            process.wait(10)

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                continue
            return
        pytest.fail((self.folder / "log").read_text(errors="replace"))

    def bucket(self, name: str, *, lock: str = "COMPLIANCE") -> Bucket:
        """Make a bucket, with Object Lock if it is to lock."""
        bucket = Bucket(
            endpoint=f"http://127.0.0.1:{self.port}",
            name=name,
            prefix="facteur/",
            access_key="key",
            secret_key="secret",
            lock=lock,
            lock_years=10,
        )
        client(bucket).create_bucket(Bucket=name, ObjectLockEnabledForBucket=bool(lock))
        return bucket


def client(bucket: Bucket) -> Any:
    """Return a client of the owner, who may try anything."""
    return _client(replace(bucket))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
