"""The job ticket: how a job is made, what it counts, and what the post is to be told of it.

`ticket.schema.json` beside this file says what stands in it (JSON Schema 2020-12).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from outbound.print_mail.batches import Make
from outbound.print_mail.manifest import Piece, grams, milligrams, totals
from outbound.print_mail.marks import Mark
from outbound.print_mail.stationery import Stationery

SCHEMA = Path(__file__).with_suffix(".schema.json")
VERSION = "1"


def ticket(
    job: str, job_code: str, pieces: Sequence[Piece], make: Make, stationery: Stationery
) -> Mapping[str, Any]:
    """Return the ticket of a job."""
    return {
        "version": VERSION,
        "job": job,
        "job_code": job_code,
        **totals(pieces),
        "plex": "duplex" if make.duplex else "simplex",
        "colour": make.colour,
        "paper": make.paper,
        "sheet_size": "A4",
        "envelope": make.envelope,
        "inserts": [_insert(name, stationery) for name in make.inserts],
        "product": make.product,
        "zone": make.zone,
        "posted_in": stationery.posted_in,
        "returns": stationery.returns,
        "sheet_mark": mark_facts(stationery.mark),
        "posting_list": posting_list(pieces, make),
        "files": {
            "print": f"{job}.pdf",
            "manifest": [f"{job}.csv", f"{job}.json"],
            "checksums": f"{job}.sha256",
            "done": f"{job}.done",
        },
    }


def posting_list(pieces: Sequence[Piece], make: Make) -> list[dict[str, Any]]:
    """Return how many pieces of which class go where, in the order in which they lie."""
    each = Decimal(make.price) if make.price else None
    alike = Counter((piece.zone, piece.country, piece.sort_bucket) for piece in pieces)
    weights: Counter[tuple[str, str, str]] = Counter()
    for piece in pieces:
        weights[piece.zone, piece.country, piece.sort_bucket] += milligrams(piece.weight_g)
    return [
        {
            "product": make.product,
            "zone": zone,
            "country": country,
            "sort_bucket": bucket,
            "pieces": count,
            "weight_g": grams(weights[zone, country, bucket]),
            "postage": str(each * count) if each is not None else None,
            "currency": make.currency or None,
            "postage_is": ("verified" if make.is_verified else "unverified") if each else None,
        }
        for (zone, country, bucket), count in alike.items()
    ]


def mark_facts(mark: Mark) -> dict[str, Any]:
    """Return what the machine must know of the marks."""
    shared = ("kind", "left_mm", "top_mm")
    own = {
        "none": (),
        "datamatrix": ("module_mm", "fields"),
        "omr": ("pitch_mm", "dash_mm", "line_mm", "tracks"),
    }[mark.kind]
    return {name: getattr(mark, name) for name in (*shared, *own)}


def _insert(name: str, stationery: Stationery) -> dict[str, Any]:
    found = stationery.insert(name)
    return {"name": name, "station": found.station if found else 0}
