"""`make bench`, its third part: what ERPs send, up to the model, beside who reads a part of it.

    python -m bench.intake [--quick]

Each drop is made here (`bench/drops`) and read in a process of its own, cold. Others are measured
on the same files and do less: pydifact parts segments, pdfplumber and pypdf give text, openpyxl and
python-calamine cells. Figures are CPU time, so that what else the machine does is left out.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from bench.drops import messages, spool, tables
from bench.drops.drop import Drop
from bench.environments import python_with

RESULTS = Path(__file__).with_suffix(".json")
CHILD = Path(__file__).with_name("intake_child.py")
QUICK = 10
"""A quick run reads a part of so many."""
MEMORY_MB = 512
"""What no drop of these may need: a quarter of what a child of the hub may."""
PEERS = {
    "pydifact": "pydifact==0.2.3",
    "pdfplumber": "pdfplumber==0.11.10",
    "pypdf": "pypdf==7.1.0",
    "openpyxl": "openpyxl==3.1.5",
    "python-calamine": "python-calamine==0.9.1",
}
_TIMEOUT_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of drop.

    Attributes:
        unit: what is counted: the reader finds one in each `each`.
        target: units a CPU second.
    """

    name: str
    make: Callable[[int], Drop]
    count: int
    unit: str
    each: int = 1
    target: int | None = None
    peers: Sequence[str] = ()


KINDS = (
    Kind(name="IDoc, flat", make=messages.idocs_flat, count=1000, unit="IDocs", target=500),
    Kind(name="IDoc, XML", make=messages.idocs_xml, count=1000, unit="IDocs", target=500),
    Kind(name="EDIFACT", make=messages.edifact, count=1000, unit="messages", peers=("pydifact",)),
    Kind(name="X12", make=messages.x12, count=1000, unit="messages"),
    Kind(
        name="CSV",
        make=tables.csv,
        count=100_000,
        unit="rows",
        each=tables.ROWS_AN_INVOICE,
        target=20_000,
    ),
    Kind(
        name="fixed width",
        make=tables.fixed_width,
        count=100_000,
        unit="rows",
        each=tables.ROWS_AN_INVOICE,
    ),
    Kind(
        name="xlsx",
        make=tables.xlsx,
        count=20_000,
        unit="rows",
        each=tables.ROWS_AN_INVOICE,
        peers=("openpyxl", "python-calamine"),
    ),
    Kind(
        name="spool PDF",
        make=spool.spool,
        count=300,
        unit="pages",
        each=spool.PAGES_AN_INVOICE,
        target=200,
        peers=("pdfplumber", "pypdf"),
    ),
)


class Figure(msgspec.Struct, kw_only=True):
    """What one reader took for one drop.

    Attributes:
        idle_mb: resident memory before anything was read.
    """

    kind: str
    reader: str
    unit: str
    count: int
    cpu_seconds: float
    idle_mb: float
    peak_mb: float

    @property
    def a_second(self) -> float:
        return self.count / self.cpu_seconds


def main() -> None:
    """Measure, print a table, and keep it unless it was quick."""
    parser = argparse.ArgumentParser(description="Measure reading of what ERPs send.")
    parser.add_argument("--quick", action="store_true", help="a part of it; nothing is kept")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory(prefix="facteur-bench-") as folder:
        figures = list(_figures(Path(folder), part=QUICK if quick else 1))
    print("\n".join(_table(figures)))
    print("\n".join(_verdict(figures)))
    if not quick:
        RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(figures)) + b"\n")


def _figures(folder: Path, *, part: int) -> Iterator[Figure]:
    for position, kind in enumerate(KINDS):
        count = -(-kind.count // part // kind.each) * kind.each
        own = folder / str(position)
        kind.make(count).write(own)
        for reader in ("ours", *kind.peers):
            python = _python(reader)
            if python is None:
                print(f"{reader}: not available here, left out", file=sys.stderr)
                continue
            print(f"measuring {reader}: {kind.name}, {count:,} {kind.unit}", file=sys.stderr)
            yield _measured([str(python), str(CHILD), reader, str(own)], kind, reader, count)


@cache
def _python(reader: str) -> Path | None:
    return Path(sys.executable) if reader == "ours" else python_with(PEERS[reader])


def _measured(command: list[str], kind: Kind, reader: str, count: int) -> Figure:
    is_ours = reader == "ours"
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        check=True,
        timeout=_TIMEOUT_SECONDS,
        env=os.environ | ({"PYTHONPATH": str(Path.cwd())} if is_ours else {}),
    )
    measured = json.loads(done.stdout)
    found, expected = measured.pop("found"), count // kind.each if is_ours else count
    assert found == expected, f"{reader} found {found} in {count} {kind.unit} of {kind.name}"
    named = {"kind": kind.name, "reader": reader, "unit": kind.unit, "count": count}
    return msgspec.convert(named | measured, Figure)


def _table(figures: Sequence[Figure]) -> Iterator[str]:
    ours = {figure.kind: figure.a_second for figure in figures if figure.reader == "ours"}
    head = f"{'what, and who reads it':<30}{'count':>17}{'a CPU second':>14}{'CPU ms each':>13}"
    yield f"{head}{'peak MB':>9}{'of it read':>12}{'ours to this':>14}"
    for figure in figures:
        ratio = f"x{ours[figure.kind] / figure.a_second:.1f}" if figure.reader != "ours" else ""
        yield (
            f"{f'{figure.kind}, {figure.reader}':<30}{f'{figure.count:,} {figure.unit}':>17}"
            f"{figure.a_second:>14,.0f}{1000 / figure.a_second:>13.3f}{figure.peak_mb:>9.0f}"
            f"{figure.peak_mb - figure.idle_mb:>12.0f}{ratio:>14}"
        )


def _verdict(figures: Sequence[Figure]) -> Iterator[str]:
    targets = {kind.name: kind.target for kind in KINDS}
    own = [figure for figure in figures if figure.reader == "ours"]
    for figure in own:
        target = targets[figure.kind]
        if target is not None:
            words = "reached" if figure.a_second >= target else "MISSED"
            reached = f"{figure.a_second:,.0f} {figure.unit} a CPU second"
            yield f"target of {figure.kind}: {target:,}, {words} with {reached}"
    most = max(own, key=lambda figure: figure.peak_mb)
    words = "reached" if most.peak_mb <= MEMORY_MB else "MISSED"
    yield f"target of memory: {MEMORY_MB} MB, {words} with {most.peak_mb:.0f} MB of {most.kind}"


if __name__ == "__main__":
    main()
