"""What the archive costs: filing documents of 72 kB, proofs, and checking all of it again.

    python -m bench.archive [--rounds 3] [--small]

A document is an XML file of 12 kB and a PDF of 60 kB that no other document has; it counts when
`append` has returned, so with its fsyncs. The same plain and encrypted. Medians of the rounds are
kept in bench/archive.json, with what one fsync took on the way.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.archive import Archive
from archive.entry import Draft, Item
from archive.packs.vault import Masters
from hub.wiring.clock import now

RESULTS = Path(__file__).with_suffix(".json")
XML_BYTES, PDF_BYTES = 12_000, 60_000
DOCUMENTS = {1: 300, 10: 2_000, 100: 4_000}
"""Documents of a round, by how many are filed in one call."""
SMALL = {1: 20, 10: 50, 100: 200}
A_SECOND_AT_LEAST = 1_000
"""At 10 in a call, on a quiet disk."""
ENTRIES = 20_000
_PROOFS = 200
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_MASTERS = Masters(keys=(bytes(range(32)),))
_CHANCE = os.urandom(PDF_BYTES)


class Appending(msgspec.Struct, kw_only=True):
    """How fast documents are filed.

    Attributes:
        at_once: documents in one call.
        cpu_a_second: in a second of this process's own time, whatever else the machine does.
        fsync_ms: what one fsync of a few bytes took right before.
    """

    encrypted: bool
    at_once: int
    a_second: float
    cpu_a_second: float
    mb_a_second: float
    fsync_ms: float


class Checking(msgspec.Struct, kw_only=True):
    """How fast the verifier goes through all of an archive."""

    what: str
    entries: int
    mb: float
    seconds: float
    entries_a_second: float
    mb_a_second: float


class Proving(msgspec.Struct, kw_only=True):
    """What a proof costs in a log of so many entries."""

    entries: int
    size_bytes: int
    made_ms: float


class Result(msgspec.Struct, kw_only=True):
    """Medians of the rounds."""

    measured_at: str
    load: float
    rounds: int
    appending: list[Appending]
    checking: list[Checking]
    proving: Proving


def main() -> int:
    """Measure, print and keep; 1 where the target is missed."""
    parser = argparse.ArgumentParser(description="Filing, proving and checking in the archive.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", action="store_true", help="to see that it runs; keeps nothing")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    documents = SMALL if options.small else DOCUMENTS
    appending, checking = _filed(documents, options.rounds)
    many = _many(ENTRIES // 100 if options.small else ENTRIES)
    result = Result(
        measured_at=now().isoformat(timespec="seconds"),
        load=load,
        rounds=options.rounds,
        appending=appending,
        checking=[*checking, many[0]],
        proving=many[1],
    )
    for line in _told(result):
        print(line)
    if not options.small:
        RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
    return int(any(a.at_once == 10 and a.a_second < A_SECOND_AT_LEAST for a in appending))


def _how(encrypted: bool) -> str:  # noqa: FBT001 - a word for it
    return "encrypted" if encrypted else "plain"


def _told(result: Result) -> Iterator[str]:
    for each in result.appending:
        yield (
            f"filed {each.at_once:3} at once, {_how(each.encrypted):9}: "
            f"{each.a_second:6.0f} documents a second, {each.mb_a_second:4.0f} MB/s, "
            f"{each.cpu_a_second:6.0f} in a second of its own time "
            f"(an fsync takes {each.fsync_ms:.2f} ms)"
        )
    for check in result.checking:
        yield (
            f"checked {check.what}: {check.entries_a_second:6.0f} entries a second, "
            f"{check.mb_a_second:.0f} MB/s ({check.entries} entries, {check.mb:.0f} MB)"
        )
    proof = result.proving
    yield f"proof among {proof.entries}: {proof.size_bytes} bytes, made in {proof.made_ms:.2f} ms"


# ---- documents -----------------------------------------------------------------------------------


def _filed(documents: dict[int, int], rounds: int) -> tuple[list[Appending], list[Checking]]:
    """File documents in calls of every size; check what the largest calls have filed."""
    appending, checking = [], []
    for encrypted in (False, True):
        for at_once, count in documents.items():
            speeds, fsyncs, checks = [], [], []
            for _ in range(rounds):
                with _folder() as folder, _opened(folder, encrypted=encrypted) as archive:
                    fsyncs.append(_fsync_ms(folder))
                    speeds.append(_append(archive, at_once, count))
                    if at_once == max(documents):
                        checks.append(_checked(archive, f"documents of 72 kB, {_how(encrypted)}"))
            speed = statistics.median(wall for wall, _ in speeds)
            appending.append(
                Appending(
                    encrypted=encrypted,
                    at_once=at_once,
                    a_second=speed,
                    cpu_a_second=statistics.median(own for _, own in speeds),
                    mb_a_second=speed * (XML_BYTES + PDF_BYTES) / 1e6,
                    fsync_ms=statistics.median(fsyncs),
                )
            )
            checking += sorted(checks, key=lambda check: check.seconds)[len(checks) // 2 :][:1]
    return appending, checking


def _append(archive: Archive, at_once: int, count: int) -> tuple[float, float]:
    """Return how many documents were filed in a second, and in one of our own time.

    The first few do not count.
    """
    batches = [
        [_document(number) for number in range(start, start + at_once)]
        for start in range(0, count + at_once, at_once)
    ]
    archive.append(batches[0])
    begun, own = time.perf_counter(), time.process_time()
    for batch in batches[1:]:
        archive.append(batch)
    return count / (time.perf_counter() - begun), count / (time.process_time() - own)


def _document(number: int) -> Draft:
    mark = f"{number:012}".encode()
    return _draft(
        number,
        Item(
            role="original",
            name=f"{number}.xml",
            media_type="application/xml",
            data=mark + _CHANCE[: XML_BYTES - len(mark)],
        ),
        Item(
            role="rendition",
            name=f"{number}.pdf",
            media_type="application/pdf",
            data=mark + _CHANCE[len(mark) :],
        ),
    )


def _draft(number: int, *items: Item) -> Draft:
    return Draft(
        key=f"d{number}/receive/1",
        tenant="bench",
        subject=f"s{number}",
        document=f"d{number}",
        kind="document",
        step="receive",
        fields={"number": f"R-{number:07}", "customer_name": f"Kunde {number} GmbH"},
        items=items,
    )


def _checked(archive: Archive, what: str) -> Checking:
    begun = time.perf_counter()
    report = archive.verify()
    seconds = time.perf_counter() - begun
    assert report.ok, report.faults
    entries, mb = sum(report.entries.values()), report.size_bytes / 1e6
    return Checking(
        what=what,
        entries=entries,
        mb=mb,
        seconds=seconds,
        entries_a_second=entries / seconds,
        mb_a_second=mb / seconds,
    )


# ---- many entries --------------------------------------------------------------------------------


def _many(count: int) -> tuple[Checking, Proving]:
    """File many entries without files; prove some of them, check all."""
    with _folder() as folder, _opened(folder, encrypted=False) as archive:
        ids: list[str] = []
        for start in range(0, count, 1_000):
            numbers = range(start, min(start + 1_000, count))
            ids += [entry.id for entry in archive.append([_draft(n) for n in numbers])]
        return _checked(archive, "entries without files"), _proved(archive, ids)


def _proved(archive: Archive, ids: Sequence[str]) -> Proving:
    chosen = ids[:: max(len(ids) // _PROOFS, 1)]
    sizes, times = [], []
    for entry_id in chosen:
        begun = time.perf_counter()
        proof = archive.proof(entry_id)
        times.append(time.perf_counter() - begun)
        sizes.append(len(proof.encode()))
    return Proving(
        entries=len(ids),
        size_bytes=round(statistics.median(sizes)),
        made_ms=statistics.median(times) * 1e3,
    )


# ---- where ---------------------------------------------------------------------------------------


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder on a true disk: where memory is mounted, an fsync costs nothing."""
    cache = Path.home() / ".cache/facteur"
    cache.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="archive-", dir=cache))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _opened(folder: Path, *, encrypted: bool) -> Archive:
    return Archive(
        folder,
        origin="bench.example/archive",
        key=_KEY,
        clock=now,
        random_bytes=os.urandom,
        masters=_MASTERS if encrypted else Masters(),
    )


def _fsync_ms(folder: Path) -> float:
    """Return the median of a few fsyncs, each of a new small file."""
    times = []
    for number in range(30):
        path = folder / f"fsync-{number}"
        with path.open("wb") as file:
            file.write(_CHANCE[:4096])
            begun = time.perf_counter()
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
        path.unlink()
    return statistics.median(times) * 1e3


if __name__ == "__main__":
    sys.exit(main())
