"""Measures, prints a table, and keeps the figures in bench/results.json.

python -m bench.run            1,000 and 10,000 documents; 200 and 1,000 where pages are drawn
python -m bench.run --full     1,000 and 10,000 documents everywhere
python -m bench.run --quick    a few documents, to see that it works; nothing is kept
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bench.measure import Cost, Figure
from hub.wiring.clock import now

RESULTS = Path(__file__).parent / "results.json"
WORKERS = (1, 2)
PATHS = {
    "idoc-ubl": "IDoc, UBL",
    "idoc-facturx-signed": "IDoc, Factur-X, pades-b-b",
    "csv-reminder-email": "CSV, reminder, PDF, email",
    "archive-append-1": "archive, 1 a call",
    "archive-append-50": "archive, 50 a call",
}
DRAWN = frozenset({"idoc-facturx-signed", "csv-reminder-email"})
"""Paths that draw pages, which takes most of their time."""
ROOMS = {"rooms-ubl": "UBL", "rooms-facturx-signed": "Factur-X signed"}
TARGET_A_SECOND = 60
TARGET_ENGINE_MS = 5


class Row(msgspec.Struct, kw_only=True):
    """One figure and how it was got."""

    name: str
    workers: int
    documents: int
    figure: Figure

    @property
    def a_second(self) -> float:
        return self.documents / self.figure.cost.seconds

    def milliseconds(self, cpu_seconds: float) -> float:
        """Return CPU seconds of all documents as milliseconds of one."""
        return cpu_seconds * 1000 / self.documents


class Results(msgspec.Struct, kw_only=True):
    """What is kept.

    Attributes:
        measured_at: ISO 8601, UTC.
        commit: what was measured; `+` if files were changed since.
        load: running processes just before, as an average of the last minute: other people's.
    """

    measured_at: str
    commit: str
    cpu_count: int | None
    python: str
    load: float
    rows: list[Row]


def main() -> None:
    """Measure everything and print it; keep it unless it was quick."""
    parser = argparse.ArgumentParser(description="Measure the hub.")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a few documents; nothing is kept")
    size.add_argument("--full", action="store_true", help="also draw 10,000 documents")
    options = parser.parse_args()
    results = Results(
        measured_at=now().isoformat(timespec="seconds"),
        commit=_commit(),
        cpu_count=os.cpu_count(),
        python=platform.python_version(),
        load=os.getloadavg()[0],
        rows=[],
    )
    for name, workers, documents in _plan(quick=options.quick, full=options.full):
        results.rows.append(_measured(name, workers, documents))
    print("\n".join(_table(results)))
    if not options.quick:
        RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")


def _plan(*, quick: bool, full: bool) -> Iterator[tuple[str, int, int]]:
    """Yield what is measured: name, workers, documents."""
    for name in PATHS:
        many = (200, 1_000) if name in DRAWN and not full else (1_000, 10_000)
        for documents in (20,) if quick else many:
            for workers in WORKERS:
                yield name, workers, documents
    for name in ROOMS:
        yield name, WORKERS[-1], 20 if quick else 500
    yield "engine-alone", 1, 200 if quick else 1_000


def _measured(name: str, workers: int, documents: int) -> Row:
    print(f"measuring {name}: {workers} workers, {documents} documents", file=sys.stderr)
    command = [sys.executable, "-m", "bench.measure", name, str(workers), str(documents)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    figure = msgspec.json.decode(done.stdout, type=Figure)
    return Row(name=name, workers=workers, documents=documents, figure=figure)


def _commit() -> str:
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD"], check=False).returncode
    return head.stdout.strip() + "+" * changed


def _table(results: Results) -> Iterator[str]:
    yield (
        f"{results.cpu_count} cores, load {results.load:.1f} before, Python {results.python}, "
        f"{results.commit[:10]}, {results.measured_at}"
    )
    yield from _paths([row for row in results.rows if row.name in PATHS])
    yield from _rooms([row for row in results.rows if row.name in ROOMS])
    yield _verdict(results.rows)


def _paths(rows: Sequence[Row]) -> Iterator[str]:
    yield ""
    yield (
        f"{'path':<26}{'workers':>8}{'documents':>11}{'a second':>10}"
        f"{'CPU ms each':>13}{'hub':>7}{'pool':>7}{'peak MB: hub':>14}{'child':>7}"
    )
    for row in rows:
        own = row.milliseconds(row.figure.cost.own_cpu_seconds)
        children = row.milliseconds(row.figure.cost.children_cpu_seconds)
        yield (
            f"{PATHS[row.name]:<26}{row.workers:>8}{row.documents:>11,}{row.a_second:>10.1f}"
            f"{own + children:>13.1f}{own:>7.1f}{children:>7.1f}"
            f"{row.figure.own_peak_mb:>14.0f}{row.figure.child_peak_mb:>7.0f}"
        )
    yield "Workers are children of the pool; for the archive, threads that append."
    drawn = sorted({row.documents for row in rows if row.name in DRAWN})
    yield f"Where pages are drawn, {' and '.join(f'{n:,}' for n in drawn)} documents are measured."


def _rooms(rows: Sequence[Row]) -> Iterator[str]:
    yield ""
    yield f"{'CPU ms each, by room':<22}" + "".join(
        f"{ROOMS[row.name]:>18}{'hub':>7}{'pool':>7}" for row in rows
    )
    for room in rows[0].figure.rooms:
        yield f"{room:<22}" + "".join(_room(row, row.figure.rooms[room]) for row in rows)
    yield f"{'all':<22}" + "".join(_room(row, row.figure.cost) for row in rows)


def _room(row: Row, cost: Cost) -> str:
    own = row.milliseconds(cost.own_cpu_seconds)
    children = row.milliseconds(cost.children_cpu_seconds)
    return f"{own + children:>18.2f}{own:>7.2f}{children:>7.2f}"


def _verdict(rows: Sequence[Row]) -> str:
    best = max(row.a_second for row in rows if row.name == "idoc-ubl")
    alone = next(row for row in rows if row.name == "engine-alone")
    overhead = alone.milliseconds(alone.figure.cost.own_cpu_seconds)
    return (
        f"\nbench: {best:.0f} documents a second without drawing (wanted {TARGET_A_SECOND}), "
        f"engine {overhead:.1f} ms CPU a document (at most {TARGET_ENGINE_MS})"
    )


if __name__ == "__main__":
    main()
