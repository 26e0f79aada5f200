"""Files a second by OpenSSH's own `sftp`: at our door, and at OpenSSH's server beside it.

python -m bench.sftp_door [--files 1000] [--rounds 5]

Both take the same 30 KB files from the same client, in turn, so that what else the machine does
meets both. Ours syncs each file to the disk before it answers CLOSE, OpenSSH's does not. Medians
are kept in bench/sftp_door.json.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from hub.engine.garbage import collect_seldom
from hub.engine.pool import Pool
from hub.store.database import Database
from hub.wiring.clock import now
from tests.hub.doors.doorway import open_door
from tests.hub.houses import opened_house
from tests.servers.openssh import openssh

RESULTS = Path(__file__).with_suffix(".json")
TARGET = 0.5
_SIZE_BYTES = 30_000
_SETTINGS = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")


class Result(msgspec.Struct, kw_only=True):
    """Medians, in files a second.

    Attributes:
        settled_seconds: until all files of the last round were in the house.
        load: of the machine, before.
    """

    measured_at: str
    load: float
    files: int
    rounds: int
    ours: float
    openssh: float
    ratio: float
    settled_seconds: float


def main() -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description="files a second at the SFTP door")
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    collect_seldom()
    with TemporaryDirectory() as name:
        result = measure(Path(name), options.files, options.rounds, load)
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
    print(
        f"{result.files} files of 30 KB: {result.ours:.0f} a second here, {result.openssh:.0f} at "
        f"OpenSSH's server, {result.ratio:.2f} (target {TARGET}); in the house "
        f"{result.settled_seconds:.1f} s later; load {load:.1f}"
    )
    return 0 if result.ratio >= TARGET else 1


def measure(folder: Path, files: int, rounds: int, load: float) -> Result:
    """Upload all files to both, in turn."""
    ours, theirs, settled = [], [], 0.0
    for number in range(rounds):
        sources = _sources(folder / str(number), files)
        theirs.append(files / _at_openssh(sources))
        seconds, settled = _at_ours(folder / f"house{number}", sources)
        ours.append(files / seconds)
    here, there = statistics.median(ours), statistics.median(theirs)
    return Result(
        measured_at=now().isoformat(timespec="seconds"),
        load=load,
        files=files,
        rounds=rounds,
        ours=here,
        openssh=there,
        ratio=here / there,
        settled_seconds=settled,
    )


def _sources(folder: Path, files: int) -> Sequence[Path]:
    folder.mkdir()
    body = os.urandom(_SIZE_BYTES)
    paths = [folder / f"{number:05}.xml" for number in range(files)]
    for number, path in enumerate(paths):
        path.write_bytes(f"{folder.name}/{number}".encode() + body)
    return paths


def _at_openssh(sources: Sequence[Path]) -> float:
    with openssh() as server:
        key = server.folder / "client_key"
        login = ["-P", str(server.port), "-i", str(key), f"{server.user}@127.0.0.1"]
        wanted = [part for setting in _SETTINGS for part in ("-o", setting)]
        command = ["sftp", "-b", "-", "-F", "none", *wanted, *login]
        return _uploaded(command, sources, f"{server.files}/")


def _at_ours(folder: Path, sources: Sequence[Path]) -> tuple[float, float]:
    """Return how long the upload took, and how long after it all was in the house."""
    folder.mkdir()
    with (
        _database(folder) as database,
        _pool() as pool,
        opened_house(folder, database, pool) as home,
        open_door(home, folder) as door,
    ):
        seconds = _uploaded(door.command("-b", "-"), sources, "/")
        begun = time.perf_counter()
        assert len(door.lying()) == len(sources)
        return seconds, time.perf_counter() - begun


def _uploaded(command: Sequence[str], sources: Sequence[Path], where: str) -> float:
    lines = "\n".join(f"put {path} {where}" for path in sources)
    begun = time.perf_counter()
    subprocess.run(command, input=lines, text=True, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


@contextmanager
def _database(folder: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{folder / 'facteur.db'}")
    database.migrate()
    yield database
    database.close()


@contextmanager
def _pool() -> Iterator[Pool]:
    pool = Pool(1)
    yield pool
    pool.close()


if __name__ == "__main__":
    sys.exit(main())
