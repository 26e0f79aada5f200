"""A drop of 1 GB: what a running hub takes for it in memory and time, and whether all of it stays.

    python -m bench.large_drop [--mb 1024] [--members 4000] [--keep]

`facteur serve` runs in a folder of its own with `max_file_mb` raised and nothing else changed. It
gets a ZIP file of invoices, each with an attachment that cannot be compressed, and single files
that no child can read. It is killed while the file comes and after the 202. Memory is resident,
over what the idle hub has. What is measured is kept in bench/large_drop.json.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp

import msgspec

from bench.large.files import Large, csv, invoices, noise, xml
from bench.large.hub import Hub, founded
from bench.large.memory import Peaks, resident_mb
from hub.wiring.clock import now

RESULTS = Path(__file__).with_suffix(".json")
KILLED_PART = 8
"""The file during which a hub is killed is so much smaller; it is unpacked four times."""
TARGET_MB = 300
"""What the hub may need over what it has idle."""


class Drop(msgspec.Struct, kw_only=True):
    """One file that was sent.

    Attributes:
        way: `body` or `form` over HTTP, `folder`, or `get`, which is the way back.
        seconds: from the first byte to the answer; in a folder, until it is put away.
        hub_mb: peak of the hub over idle, until all of it was read or parked; of `get`, over what
            it had before that.
        child_mb: peak of its largest child.
        settled_seconds: until then.
        outcome: what became of it.
    """

    file: str
    mb: int
    way: str
    seconds: float
    hub_mb: int
    child_mb: int
    settled_seconds: float
    outcome: str


class Killed(msgspec.Struct, kw_only=True):
    """One `kill -9`, and what was there afterwards."""

    when: str
    outcome: str
    faults: list[str]


class Result(msgspec.Struct, kw_only=True):
    """What one run gave.

    Attributes:
        idle_mb: resident memory of the hub before anything came.
        load: of the machine, before.
    """

    measured_at: str
    load: float
    idle_mb: int
    drops: list[Drop]
    killed: list[Killed]


def main() -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description="memory and time of a drop of 1 GB")
    parser.add_argument("--mb", type=int, default=1024)
    parser.add_argument("--members", type=int, default=4000)
    parser.add_argument("--keep", action="store_true", help="leave the folder behind")
    options = parser.parse_args()
    folder = Path(mkdtemp(prefix="facteur-large-"))
    try:
        result = measure(folder, options.mb, options.members)
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
    faults = [fault for kill in result.killed for fault in kill.faults]
    for fault in faults:
        print(f"WRONG {fault}")
    return 1 if faults or max(drop.hub_mb for drop in result.drops) > TARGET_MB else 0


def measure(folder: Path, mb: int, members: int) -> Result:
    """Send each file in its ways to a hub of its own, then kill one."""
    load = os.getloadavg()[0]
    drops: list[Drop] = []
    idle: list[int] = []
    for file, ways in _plan(folder, mb, members):
        for way in ways:
            with _running(folder / f"{file.path.stem}-{way}", mb) as hub:
                idle.append(hub.idle_mb)
                drops += _sent(hub, file, way)
        file.path.unlink()
    packed = invoices(folder, mb // KILLED_PART, members // KILLED_PART)
    return Result(
        measured_at=now().isoformat(timespec="seconds"),
        load=load,
        idle_mb=max(idle),
        drops=drops,
        killed=list(_killed(folder, packed, mb)),
    )


def _plan(folder: Path, mb: int, members: int) -> Iterator[tuple[Large, Sequence[str]]]:
    yield invoices(folder, mb, members), ("body",)
    yield xml(folder, mb), ("body",)
    yield csv(folder, mb), ("body",)
    yield noise(folder, mb), ("form", "folder")


@contextmanager
def _running(folder: Path, mb: int) -> Iterator[Hub]:
    """Run a hub until the block ends, and leave nothing of it."""
    hub = founded(folder, max_file_mb=2 * mb)
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()
        shutil.rmtree(folder)


def _sent(hub: Hub, file: Large, way: str) -> Iterator[Drop]:
    """Send a file, wait until it is read or parked; fetch one of many files again."""
    with Peaks(hub.pid) as peaks:
        begun = time.perf_counter()
        submission = hub.send(file.path, way)
        seconds = time.perf_counter() - begun
        outcome = hub.settled(submission, file.members)
        settled = time.perf_counter() - begun
    yield _told(
        Drop(
            file=file.words,
            mb=file.path.stat().st_size >> 20,
            way=way,
            seconds=seconds,
            hub_mb=peaks.hub_mb - hub.idle_mb,
            child_mb=peaks.child_mb,
            settled_seconds=settled,
            outcome=outcome,
        )
    )
    if not file.members:
        return
    before_mb = resident_mb(hub.pid)
    with Peaks(hub.pid) as peaks:
        begun = time.perf_counter()
        same = hub.fetched(submission) == _sha256(file.path)
        seconds = time.perf_counter() - begun
    yield _told(
        Drop(
            file=file.words,
            mb=file.path.stat().st_size >> 20,
            way="get",
            seconds=seconds,
            hub_mb=peaks.hub_mb - before_mb,
            child_mb=peaks.child_mb,
            settled_seconds=seconds,
            outcome="the same" if same else "ANOTHER FILE",
        )
    )


def _told(drop: Drop) -> Drop:
    print(
        f"{drop.file}, {drop.mb} MB by {drop.way}: {drop.seconds:.1f} s, all after"
        f" {drop.settled_seconds:.1f} s; hub +{drop.hub_mb} MB, child {drop.child_mb} MB:"
        f" {drop.outcome}",
        flush=True,
    )
    return drop


def _killed(folder: Path, file: Large, mb: int) -> Iterator[Killed]:
    """Kill a hub while a file comes, then another one when it has just been answered."""
    for when in ("at half of the upload", "at the end of the upload", "after the 202", "unpacking"):
        hub = founded(folder / "killed", max_file_mb=2 * mb)
        hub.start()
        try:
            outcome, faults = _survived(hub, file, when)
        finally:
            hub.stop()
            shutil.rmtree(folder / "killed")
        print(f"killed {when}: {outcome}", flush=True)
        yield Killed(when=when, outcome=outcome, faults=faults)


def _survived(hub: Hub, file: Large, when: str) -> tuple[str, list[str]]:
    faults: list[str] = []
    answered = ""
    if when.endswith("the upload"):
        hub.send_and_kill(file.path, 0.5 if "half" in when else 1.0)
    else:
        answered = hub.send(file.path, "body")
        if when == "unpacking":
            hub.wait_for_members(1)
        hub.kill()
    hub.start()
    left = hub.leftovers()
    if left:
        faults.append(f"{when}: left behind: {', '.join(left)}")
    before = hub.submissions()
    if answered not in {"", *before}:
        faults.append(f"{when}: what was answered is lost")
    submission = hub.send(file.path, "body")
    outcome = hub.settled(submission, file.members)
    if outcome != file.outcome:
        faults.append(f"{when}: {outcome}")
    fetched = hub.fetched(submission)
    if fetched != _sha256(file.path):
        faults.append(f"{when}: what is kept is another file")
    said = "it was there" if before else "nothing was there"
    return f"{said}; sent again: {outcome}", faults


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
