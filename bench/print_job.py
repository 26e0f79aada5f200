"""A print job of 500 letters: how long it takes to look at them, to make the job, and how large.

python -m bench.print_job [--letters 500] [--rounds 5]

The letters are invoices of ours, each with its own numbers and lines, of 1 to 8 pages; they are
written once and kept below the user's cache. The job is made in one process; letters are looked at
in as many children as there are cores. Medians are kept in bench/print_job.json.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

import msgspec

from formats.catalogue import WRITERS
from formats.codec import Material
from formats.letter.postal import address_lines
from formats.model import PostalAddress
from hub.engine.pool import Pool
from hub.wiring.clock import now
from outbound.channel import Destination, Enclosure, Parcel
from outbound.print_mail.batches import batched
from outbound.print_mail.job import Job, build
from outbound.print_mail.letters import Letter
from outbound.print_mail.preflight import Fitted, fit
from outbound.print_mail.stationery import Stationery
from tests.hub.invoices import CLEAN

T = TypeVar("T")
RESULTS = Path(__file__).with_suffix(".json")
SECONDS_AT_MOST = 2
SIZE_AT_MOST = 0.6
LINES = (30, 30, 60, 75, 100, 135, 30, 50, 90, 140)
"""Lines of invoices, in turn: 3.2 pages a letter."""
_ENVELOPE = Stationery(
    envelopes=tuple(replace(one, sheets_max=99) for one in Stationery().envelopes[:1])
)
"""One kind of envelope, so that all letters are one job."""


class Result(msgspec.Struct, kw_only=True):
    """Medians.

    Attributes:
        looked_at_seconds: preflight of all letters, in the children.
        job_cpu_seconds: of the same process: what the job costs on a busy machine.
        parts_bytes: of the letters before.
    """

    measured_at: str
    load: float
    letters: int
    pages: int
    printed_pages: int
    marks: int
    rounds: int
    looked_at_seconds: float
    batched_seconds: float
    job_seconds: float
    job_cpu_seconds: float
    parts_bytes: int
    job_bytes: int
    size: float


def main() -> int:
    """Measure, print and keep; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description="a print job of many letters")
    parser.add_argument("--letters", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    pool = Pool(os.cpu_count() or 1, preload=("outbound.print_mail.preflight",))
    try:
        parcels = _parcels(_letters(pool, options.letters))
        result = _measured(pool, parcels, options.rounds, load)
    finally:
        pool.close()
    print(
        f"{result.letters} letters, {result.pages} pages, {result.marks} marks: looked at in "
        f"{result.looked_at_seconds:.2f} s, job in {result.job_seconds:.2f} s "
        f"({result.job_cpu_seconds:.2f} s of one core), "
        f"{result.job_bytes / 1e6:.2f} MB of {result.parts_bytes / 1e6:.2f} MB "
        f"({result.size:.0%})"
    )
    if options.letters == parser.get_default("letters"):
        RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
    return int(result.job_seconds > SECONDS_AT_MOST or result.size > SIZE_AT_MOST)


def _measured(pool: Pool, parcels: list[Parcel], rounds: int, load: float) -> Result:
    calls = [(p.enclosures[0].data, p.destination.address_lines, _ENVELOPE) for p in parcels]
    looks: list[float] = []
    batches: list[float] = []
    jobs: list[float] = []
    processor: list[float] = []
    made: list[Job] = []
    for _ in range(rounds):
        found = _timed(looks, partial(pool.map, fit, calls))
        letters = [_letter(p, one) for p, one in zip(parcels, found, strict=True)]
        [batch] = _timed(batches, partial(batched, letters, _ENVELOPE))
        order = msgspec.json.encode(batch).decode()
        spent = time.process_time()
        made.append(_timed(jobs, partial(build, "bench", parcels, _ENVELOPE, order)))
        processor.append(time.process_time() - spent)
    job = made[-1]
    parts = sum(len(data) for data, _, _ in calls)
    whole = len(job.files["bench.pdf"])
    return Result(
        measured_at=now().isoformat(timespec="seconds"),
        load=load,
        letters=len(parcels),
        pages=sum(piece.pages for piece in job.pieces),
        printed_pages=job.pieces[-1].last_page,
        marks=sum(piece.sheets for piece in job.pieces),
        rounds=rounds,
        looked_at_seconds=statistics.median(looks),
        batched_seconds=statistics.median(batches),
        job_seconds=statistics.median(jobs),
        job_cpu_seconds=statistics.median(processor),
        parts_bytes=parts,
        job_bytes=whole,
        size=whole / parts,
    )


def _timed(seconds: list[float], act: Callable[[], T]) -> T:
    began = time.perf_counter()
    done = act()
    seconds.append(time.perf_counter() - began)
    return done


def _letter(parcel: Parcel, found: object) -> Letter:
    assert isinstance(found, Fitted), found
    to = parcel.destination
    return Letter(
        key=parcel.key,
        pages=found.pages,
        country=to.country or "",
        post_code=to.post_code or "",
        address_lines=to.address_lines,
    )


def _parcels(letters: list[bytes]) -> list[Parcel]:
    return [
        Parcel(
            key=f"{number:04d}.0",
            destination=Destination(
                name="Buyer",
                address_lines=_lines(number),
                post_code=_address(number).post_code,
                country="DE",
            ),
            enclosures=(Enclosure(name=f"{number}.pdf", media_type="application/pdf", data=data),),
            labels={"number": f"R-{number:04d}"},
            created=datetime(2026, 11, 20, tzinfo=UTC),
        )
        for number, data in enumerate(letters)
    ]


def _letters(pool: Pool, count: int) -> list[bytes]:
    """Return letters, written where they are not kept from before."""
    folder = Path.home() / ".cache/facteur/print-job"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [n for n in range(count) if not (folder / f"{n}.pdf").exists()]
    if missing:
        print(f"writing {len(missing)} letters, once", file=sys.stderr)
    lines = list(islice(cycle(LINES), count))
    for number, data in zip(
        missing, pool.map(_written, [(n, lines[n]) for n in missing]), strict=True
    ):
        if isinstance(data, Exception):
            raise data
        (folder / f"{number}.pdf").write_bytes(data)
    return [(folder / f"{number}.pdf").read_bytes() for number in range(count)]


def _written(number: int, lines: int) -> bytes:
    line = CLEAN.lines[0]
    assert line.item is not None
    many = tuple(
        msgspec.structs.replace(
            line,
            id=str(n),
            item=msgspec.structs.replace(line.item, name=f"Ventil {number * n % 9973:04d} Typ {n}"),
        )
        for n in range(1, lines + 1)
    )
    invoice = msgspec.structs.replace(CLEAN, number=f"R-{number:04d}", lines=many)
    material = Material(language="de", address_lines=_lines(number), created=date(2026, 11, 20))
    return WRITERS["letter-din5008"].write(invoice, material)


def _lines(number: int) -> tuple[str, ...]:
    return address_lines(f"Kunde {number:04d} GmbH", _address(number), home="DE")


def _address(number: int) -> PostalAddress:
    return PostalAddress(
        line_1=f"Gewerbering {number % 90 + 1}",
        post_code=f"{number * 37 % 90000 + 10000:05d}",
        city="Musterstadt",
        country="DE",
    )


if __name__ == "__main__":
    sys.exit(main())
