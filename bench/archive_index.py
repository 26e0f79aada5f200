"""What an auditor waits for: the archive's index at a million documents.

    python -m bench.archive_index [--documents 1000000] [--keep] [--postgresql URL]

Twenty companies, three years, 40 to 80 words a document and five events after it. The index is
filled through `Index.add` by generated entries, without packs; the proofs are made from a log of
as many leaves, without packs, too. Reindexing is measured from real packs of fewer documents.
Times are of a warm cache. With --keep the figures go to bench/archive_index.json, those of an empty
database of PostgreSQL to bench/archive_index_postgresql.json.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import ledger, seal, store
from archive.archive import Archive
from archive.entry import AsOf, Draft, Entry, Item, Query
from archive.index.postgresql import PostgresIndex
from archive.index.questions import Questions
from archive.index.sql_asking import SqlAsking
from archive.index.sqlite import Index
from archive.log import Log
from archive.manifest import leaf
from archive.packs.folder import FolderPacks
from archive.packs.holdings import Holdings
from archive.packs.vault import Masters, Vault
from bench.generated_entries import EVENTS, TENANTS, YEARS, Generator, places
from hub.wiring.clock import now

RESULTS = Path(__file__).with_suffix(".json")
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_ORIGIN = "bench.example/archive"
_AT_ONCE = 50
_REPEATS = 40
LOOK_UP, FULL_TEXT, SUMS, TRAIL = 50, 300, 500, 100
"""Milliseconds at most, for 95 of 100."""
REINDEX_A_SECOND = 2_800
"""Ten million documents an hour."""
Fields = Mapping[str, object]
"""Fields of a Query."""
_Ask = Callable[[random.Random], int]


class Figure(msgspec.Struct, kw_only=True):
    """How long a question takes, and at most may."""

    name: str
    p50_ms: float
    p95_ms: float
    target_ms: int
    found: float


class Result(msgspec.Struct, kw_only=True):
    """What is kept.

    Attributes:
        reindexed_cpu_a_second: documents in a second of this process's own time, whatever else
            the machine does; of PostgreSQL's, none is in it.
    """

    measured_at: str
    load: float
    documents: int
    entries: int
    index_mb: float
    filled_a_second: float
    reindexed: int
    reindexed_a_second: float
    reindexed_cpu_a_second: float
    figures: list[Figure]


def main() -> int:
    """Measure, print and keep; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description="An auditor's questions to a large index.")
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--reindexed", type=int, default=5_000, help="documents in real packs")
    parser.add_argument("--keep", action="store_true", help="write the figures to a file")
    parser.add_argument("--postgresql", default="", metavar="URL", help="instead of SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make = partial(_index, options.postgresql)
        result = _measured(Path(folder), make, options.documents, options.reindexed)
    print("\n".join(_table(result)))
    if options.keep:
        stem = f"{RESULTS.stem}_postgresql" if options.postgresql else RESULTS.stem
        RESULTS.with_stem(stem).write_bytes(
            msgspec.json.format(msgspec.json.encode(result)) + b"\n"
        )
    slow = any(figure.p95_ms > figure.target_ms for figure in result.figures)
    return int(slow or result.reindexed_a_second < REINDEX_A_SECOND)


def _index(url: str, path: Path) -> Index:
    return PostgresIndex(url) if url else Index(path)


def _size_bytes(index: Index, path: Path) -> int:
    """Return how much an index takes, in its file or in its database."""
    if isinstance(index, PostgresIndex):
        return int(index.rows("SELECT pg_database_size(current_database())", ())[0][0])
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))


def _measured(
    folder: Path, make: Callable[[Path], Index], documents: int, reindexed: int
) -> Result:
    made = Generator(documents)
    load = os.getloadavg()[0]
    index = make(folder / "index.db")
    began = time.perf_counter()
    entries = _fill(index, made)
    seconds = time.perf_counter() - began
    size = _size_bytes(index, folder / "index.db")
    asked = [_timed(name, target, ask) for name, target, ask in _questions(index, made)]
    asked.append(
        _timed("trail of a document, a proof for each entry", TRAIL, _trail(folder, index, made))
    )
    index.clear()
    index.close()
    a_second, cpu_a_second = _reindexed(folder / "packs", make, reindexed)
    return Result(
        measured_at=now().isoformat(timespec="seconds"),
        load=load,
        documents=made.each * len(TENANTS) * len(YEARS),
        entries=entries,
        index_mb=size / 1e6,
        filled_a_second=made.each * len(TENANTS) * len(YEARS) / seconds,
        reindexed=reindexed,
        reindexed_a_second=a_second,
        reindexed_cpu_a_second=cpu_a_second,
        figures=asked,
    )


def _fill(index: Index, made: Generator) -> int:
    entries = 0
    with index.filling():
        for tenant in TENANTS:
            for year in YEARS:
                for group, position in made.commits(tenant, year, _AT_ONCE):
                    log = f"{tenant}/{year}"
                    index.add(log, "note", pack=position, places=places(group), entries=group)
                    entries += len(group)
            print(f"{tenant}: {entries:,} entries", file=sys.stderr)
    return entries


class _Draw:
    """What a question is asked with: something that is there, by chance."""

    def __init__(self, made: Generator, chance: random.Random) -> None:
        self._made = made
        self.chance = chance

    def number(self) -> str:
        return f"R-{self.chance.choice(YEARS)}-{self.chance.randrange(self._made.each) + 1:07}"

    def five_hundred(self) -> Fields:
        first = self.chance.randrange(self._made.each) + 1
        return {"number_from": f"R-2025-{first:07}", "number_to": f"R-2025-{first + 499:07}"}

    def word(self, first: int, last: int) -> str:
        return self._made.words[self.chance.randrange(first, min(last, len(self._made.words)))]

    def customer(self) -> str:
        return f"C{self.chance.randrange(5000):05}"

    def vat_id(self) -> str:
        return f"XX{self.chance.randrange(5000):09}"

    def day(self) -> date:
        return date(2025, 1 + self.chance.randrange(12), 9)

    def size(self) -> int:
        return self.chance.randrange(self.whole)

    @property
    def whole(self) -> int:
        return self._made.each * 3

    def query(self, fields: Fields, size: int | None = None) -> Query:
        """Return the query of a company, as of a size of its log where one is given."""
        tenant = self.chance.choice(TENANTS)
        as_of = None if size is None else AsOf(log=f"{tenant}/2025", size=size)
        return replace(Query(tenant=tenant, as_of=as_of), **fields)  # type: ignore[arg-type]


_YEAR: Fields = {"issued_from": date(2025, 1, 1), "issued_to": date(2025, 12, 31)}
_PAGES: dict[str, tuple[int, Callable[[_Draw], Fields]]] = {
    "number, exact": (LOOK_UP, lambda d: {"number": d.number()}),
    "number, a part of it": (LOOK_UP, lambda d: {"number_fragment": d.number()[-6:]}),
    "numbers, a range of 500": (LOOK_UP, _Draw.five_hundred),
    "name, a part of it": (LOOK_UP, lambda d: {"name_fragment": d.word(0, 5000)[:5]}),
    "customer, a year": (LOOK_UP, lambda d: {"customer": d.customer(), **_YEAR}),
    "VAT id": (LOOK_UP, lambda d: {"vat_id": d.vat_id()}),
    "dates, the first page": (LOOK_UP, lambda d: {"issued_to": d.day()}),
    "amount, one percent, a year": (
        LOOK_UP,
        lambda _: {"amount_from": Decimal(9_000), "amount_to": Decimal(9_090), **_YEAR},
    ),
    "refused deliveries, a year": (LOOK_UP, lambda _: {"state": "rejected_permanent", **_YEAR}),
    "full text, a rare word": (FULL_TEXT, lambda d: {"words": d.word(20_000, 50_000)}),
    "full text, two common words, a year": (
        FULL_TEXT,
        lambda d: {"words": f"{d.word(0, 50)} {d.word(0, 50)}", **_YEAR},
    ),
    "full text, a phrase": (FULL_TEXT, lambda d: {"words": f'"{d.word(0, 30)} {d.word(0, 30)}"'}),
    "full text, a common word and a customer": (
        FULL_TEXT,
        lambda d: {"words": d.word(0, 50), "customer": d.customer()},
    ),
}
"""What is asked for the first page of documents, how long it may take, and for which documents."""


def _questions(index: Index, made: Generator) -> Iterator[tuple[str, int, _Ask]]:
    """Yield what is asked, how long it may take, and how it is asked with something drawn."""
    ask = Questions(SqlAsking(index), lambda _: ())

    def drawn(asked: Callable[[_Draw], int]) -> _Ask:
        return lambda chance: asked(_Draw(made, chance))

    for name, (target, fields) in _PAGES.items():
        yield name, target, drawn(partial(_page, ask, fields))
    for name, (target, asked) in _OTHERS.items():
        yield name, target, drawn(partial(asked, ask))


def _page(ask: Questions, fields: Callable[[_Draw], Fields], draw: _Draw) -> int:
    return len(ask.documents(draw.query(fields(draw))).rows)


def _two_words(draw: _Draw) -> Query:
    return draw.query({"words": f"{draw.word(0, 50)} {draw.word(0, 50)}"})


_OTHERS: dict[str, tuple[int, Callable[[Questions, _Draw], int]]] = {
    "as of a checkpoint": (LOOK_UP, lambda q, d: len(q.documents(d.query({}, d.size())).rows)),
    "count, two common words": (FULL_TEXT, lambda q, d: q.count(_two_words(d))),
    "sums of a company's year": (SUMS, lambda q, d: len(q.sums(d.query(_YEAR)).rows)),
    "sums, as of a checkpoint": (
        SUMS,
        lambda q, d: len(q.sums(d.query(_YEAR, d.whole)).rows),
    ),
    "sample of 25 out of a year": (
        SUMS,
        lambda q, d: len(q.sample(d.query(_YEAR), seed=str(d.chance.random()), count=25).rows),
    ),
    "missing numbers of a company": (
        10 * SUMS,
        lambda q, d: len(q.numbers(d.chance.choice(TENANTS))),
    ),
}
"""The other questions, their bounds, and how each is asked."""


def _timed(name: str, target_ms: int, ask: _Ask) -> Figure:
    chance = random.Random(name)  # noqa: S311
    repeats = _REPEATS if target_ms <= SUMS else 5
    ask(chance)
    took, found = [], []
    for _ in range(repeats):
        began = time.perf_counter()
        found.append(ask(chance))
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return Figure(
        name=name,
        p50_ms=statistics.median(took),
        p95_ms=took[int(len(took) * 0.95) - (len(took) == 5)],
        target_ms=target_ms,
        found=statistics.mean(found),
    )


def _trail(folder: Path, index: Index, made: Generator) -> _Ask:
    """Return the question for all entries about a document, each with its proof."""
    count = made.each * len(TENANTS) * len(YEARS)
    log = _log(folder, count)

    def ask(chance: random.Random) -> int:
        tenant, year, n = chance.choice(TENANTS), chance.choice(YEARS), chance.randrange(made.each)
        document = made.entry(tenant, year, n, 0).document
        found = index.about(document=document, subject=None)
        for _ in found:
            position = chance.randrange(count)
            log.proof(position, _manifest(position))
        return len(found)

    return ask


def _manifest(position: int) -> bytes:
    return f"manifest {position}".encode()


def _log(folder: Path, count: int) -> Log:
    """Write the tiles of a log of so many leaves."""
    root, name = folder / "log", "bench/2026"
    disk, masters = store.Disk(root), Masters()
    holdings = Holdings(FolderPacks(root, disk), Vault(root, disk, masters, os.urandom), os.urandom)
    edge = ledger.Edge()
    for start in range(0, count, 1 << 16):
        leaves = [leaf(_manifest(at)) for at in range(start, min(start + (1 << 16), count))]
        edge, tiles = ledger.extend(edge, leaves)
        for path, data in tiles.items():
            file = root / name / "log" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    head = seal.Checkpoint(origin=f"{_ORIGIN}/{name}", size=edge.size, root=edge.root())
    (root / name / "log" / "checkpoint").write_text(seal.sign_checkpoint(head, _KEY))
    return Log(root, name, origin=_ORIGIN, key=_KEY, disk=disk, holdings=holdings)


def _reindexed(root: Path, make: Callable[[Path], Index], documents: int) -> tuple[float, float]:
    """Return how many documents an index is built of again, from real packs, in a second.

    And in a second of this process's own time.
    """
    made = Generator(documents * 3)
    index = partial(make, root / "index.db")
    root.mkdir()
    with Archive(
        root, origin=_ORIGIN, key=_KEY, clock=now, random_bytes=os.urandom, index=index
    ) as archive:
        for tenant in TENANTS:
            for entries, _ in made.commits(tenant, YEARS[0], _AT_ONCE):
                archive.append([_draft(entry) for entry in entries])
        filed, began, own = made.each * len(TENANTS), time.perf_counter(), time.process_time()
        archive.reindex()
        return filed / (time.perf_counter() - began), filed / (time.process_time() - own)


def _draft(entry: Entry) -> Draft:
    return Draft(
        key=entry.key,
        tenant=entry.tenant,
        subject=entry.subject,
        kind=entry.kind,
        step=entry.step,
        document=entry.document,
        fields=entry.fields,
        items=tuple(
            Item(role=one.role, name=one.name, media_type=one.media_type, data=one.sha256.encode())
            for one in entry.items
        ),
    )


def _table(result: Result) -> Iterator[str]:
    yield f"{'milliseconds':<46}{'p50':>9}{'p95':>9}{'at most':>9}{'found':>9}"
    for one in result.figures:
        late = "  TOO SLOW" if one.p95_ms > one.target_ms else ""
        yield (
            f"{one.name:<46}{one.p50_ms:>9.2f}{one.p95_ms:>9.2f}{one.target_ms:>9}{one.found:>9.0f}{late}"
        )
    yield (
        f"{result.documents:,} documents, {result.entries:,} entries, {result.index_mb:,.0f} MB,"
        f" load {result.load:.1f}; filled {result.filled_a_second:,.0f} documents a second"
    )
    yield (
        f"reindexed from packs: {result.reindexed_a_second:,.0f} documents a second, each with"
        f" {len(EVENTS) + 1} entries (at least {REINDEX_A_SECOND:,});"
        f" {result.reindexed_cpu_a_second:,.0f} in a second of its own time"
    )


if __name__ == "__main__":
    sys.exit(main())
