"""`make bench`, its second part: our validation beside the official rules and two native peers.

    python -m bench.validation [--quick]

The same XRechnung invoices, UBL and CII, of 1 to 4,000 lines, go to each validator, each in a
process of its own and warm. Peers live in throw-away environments below the user's cache; one that
cannot be had is left out, and said to be.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bench.environments import python_with
from bench.invoice import invoice
from formats.catalogue import WRITERS
from formats.codec import Material
from tests.oracles.artefacts import artefact

RESULTS = Path(__file__).parent / "validation.json"
CHILD = Path(__file__).with_name("validator_child.py")
SYNTAXES = ("ubl", "cii")
LINES = (1, 20, 200, 4_000)
OURS = ("ours, from model", "ours")
PEERS = {
    "official": "saxonche==13.1.1",
    "verifyhash-einvoice": "verifyhash-einvoice==0.2.9",
    "mock-einvoice": "mock-einvoice==0.4.0",
}
UBL_ONLY = frozenset({"mock-einvoice"})
SHEETS = ("en16931-ubl-xslt", "en16931-cii-xslt", "xrechnung-ubl-xslt", "xrechnung-cii-xslt")
TYPICAL = 20
"""Lines of the invoice that the targets are about."""
_TIMEOUT_SECONDS = 600


class Timing(msgspec.Struct, kw_only=True):
    """What one validator took for one document.

    Attributes:
        milliseconds: median of the runs.
        peak_mb: resident memory of its process.
        findings: ids of the rules it finds broken; of these documents there should be none.
    """

    validator: str
    syntax: str
    lines: int
    milliseconds: float
    runs: int
    peak_mb: float
    findings: tuple[str, ...]


def main() -> None:
    """Measure, print a table, and keep it unless it was quick."""
    parser = argparse.ArgumentParser(description="Measure our validation beside others.")
    parser.add_argument("--quick", action="store_true", help="small invoices; nothing is kept")
    options = parser.parse_args()
    lines = LINES[:2] if options.quick else LINES
    pythons = dict(_pythons())
    with tempfile.TemporaryDirectory(prefix="facteur-bench-") as folder:
        timings = list(_timings(Path(folder), pythons, lines))
    print("\n".join(_table(timings, lines)))
    for missing in [name for name in PEERS if name not in pythons]:
        print(f"{missing}: not available here, left out")
    if not options.quick:
        RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(timings)) + b"\n")


def _pythons() -> Iterator[tuple[str, Path]]:
    """Yield each validator with the Python that has it."""
    yield from ((name, Path(sys.executable)) for name in OURS)
    for name, requirement in PEERS.items():
        python = python_with(requirement)
        if python is not None:
            yield name, python


def _timings(folder: Path, pythons: dict[str, Path], lines: Sequence[int]) -> Iterator[Timing]:
    sheets = [str(artefact(name)) for name in SHEETS]
    for syntax in SYNTAXES:
        for count in lines:
            file = folder / f"{syntax}-{count}.xml"
            file.write_bytes(WRITERS[f"xrechnung-{syntax}"].write(invoice(count), Material()))
            for name, python in pythons.items():
                if syntax == "ubl" or name not in UBL_ONLY:
                    print(f"measuring {name}: {syntax}, {count} lines", file=sys.stderr)
                    command = [str(python), str(CHILD), name, str(file), *sheets]
                    measured = _measured(command, is_ours=name in OURS)
                    named = {"validator": name, "syntax": syntax, "lines": count}
                    yield msgspec.convert(named | measured, Timing)


def _measured(command: list[str], *, is_ours: bool) -> dict[str, Any]:
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        check=True,
        timeout=_TIMEOUT_SECONDS,
        env=os.environ | ({"PYTHONPATH": str(Path.cwd())} if is_ours else {}),
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _table(timings: Sequence[Timing], lines: Sequence[int]) -> Iterator[str]:
    ours = {(t.syntax, t.lines): t.milliseconds for t in timings if t.validator == "ours"}
    yield (
        f"{'XRechnung, ms a document (peak MB)':<36}" + "".join(f"{n:>22,} lines" for n in lines)
    )
    for syntax in SYNTAXES:
        for name in (*OURS, *PEERS):
            row = [t for t in timings if (t.validator, t.syntax) == (name, syntax)]
            if row:
                cells = (_cell(t, ours[t.syntax, t.lines]) for t in row)
                yield f"{f'{syntax.upper()}, {name}':<36}" + "".join(f"{c:>28}" for c in cells)
    for t in timings:
        if t.findings:
            yield f"{t.validator}, {t.syntax}, {t.lines} lines: finds {', '.join(t.findings)}"


def _cell(timing: Timing, ours: float) -> str:
    ratio = "" if timing.validator in OURS else f" x{timing.milliseconds / ours:.1f}"
    return f"{timing.milliseconds:.2f} ({timing.peak_mb:.0f}){ratio}"


if __name__ == "__main__":
    main()
