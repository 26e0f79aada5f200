"""A PostgreSQL cluster of one's own in a temporary folder, from Debian's package."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_NO_DISK = "-c fsync=off -c full_page_writes=off"
"""No test takes the machine's power: what is written to files outlives a server that is killed."""


def available() -> bool:
    """Whether a server is installed."""
    return bool(_BINARIES) and (BIN / "initdb").exists()


BIN = _BINARIES[-1] if _BINARIES else Path("/nonexistent")


class Cluster:
    """A running server on a socket in its own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        """Return the SQLAlchemy URL of a database, made empty."""
        self._run("dropdb", "--if-exists", "--force", "-h", str(self.folder), name)
        self._run("createdb", "-h", str(self.folder), name)
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-k {self.folder} -c listen_addresses='' -c max_connections=200 {_NO_DISK}"
        self._run(
            "pg_ctl",
            "-D",
            str(self.folder / "data"),
            "-w",
            "-l",
            str(self.folder / "log"),
            "-o",
            options,
            "start",
        )

    def stop(self, mode: str = "immediate") -> None:
        """Stop; `immediate` is a crash."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")

    def make(self) -> None:
        """Initialise the data folder."""
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust", "-N")

    def _run(self, name: str, *arguments: str) -> None:
        environment = {"PATH": os.environ["PATH"], "PGUSER": "postgres", "LC_ALL": "C.UTF-8"}
        result = subprocess.run(
            [str(BIN / name), *arguments],
            check=False,
            stdout=subprocess.PIPE if name != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if name != "pg_ctl" else subprocess.DEVNULL,
            env=environment,
            user=_user(),
            cwd="/",
        )
        assert result.returncode == 0, (name, arguments, result.stdout)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Make and start a cluster; stop and forget it."""
    with TemporaryDirectory(prefix="facteur-pg-") as name:
        folder = Path(name)
        user = _user()
        if user is not None:
            shutil.chown(folder, user)
        made = Cluster(folder)
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()


def _user() -> str | None:
    """PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return None
    return pwd.getpwnam("postgres").pw_name
