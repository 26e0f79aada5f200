"""A machine reads what lies on paper: the marks of a job fill its envelopes, and a swapped, missing
or foreign sheet stops it; each decoder reads the same.
"""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from hub.simulators import inserter
from hub.simulators.inserter import compare, fill, read_marks, sides_of
from outbound.channel import Enclosure
from outbound.print_mail.job import build
from outbound.print_mail.marks import Mark
from outbound.print_mail.stationery import Stationery
from tests.outbound.rigs import parcel, pdf

KINDS = {
    "datamatrix": Stationery(),
    "datamatrix, simplex": Stationery(duplex=False),
    "omr": Stationery(mark=Mark(kind="omr")),
}


def made(folder: Path, stationery: Stationery) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """A job of letters with one to four pages: file, manifest, ticket."""
    letters = [
        parcel(f"k{pages}", Enclosure(name="a.pdf", media_type="application/pdf", data=pdf(pages)))
        for pages in range(1, 5)
    ]
    job = build("j", letters, stationery)
    file = folder / "j.pdf"
    file.write_bytes(job.files["j.pdf"])
    return file, json.loads(job.files["j.json"]), json.loads(job.files["j.ticket.json"])


def stops(file: Path, manifest: dict[str, Any], ticket: dict[str, Any]) -> list[str]:
    with pikepdf.open(file) as opened:
        fronts = range(1, len(opened.pages) + 1, sides_of(ticket))
    envelopes, faults = fill(read_marks(file, ticket), fronts, ticket)
    return [*faults, *compare(envelopes, manifest, ticket)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_envelopes_are_those_of_the_manifest(tmp_path: Path, kind: str) -> None:
    file, manifest, ticket = made(tmp_path, KINDS[kind])
    assert stops(file, manifest, ticket) == []
    manifest["pieces"][1]["last_page"] += 2
    assert stops(file, manifest, ticket) != []


def swap(pages: Any) -> None:
    first, third = pages[0], pages[2]
    pages[0], pages[2] = third, first


def blank(pages: Any) -> None:
    pages[4].obj.Contents = pikepdf.Array()


def drop(pages: Any) -> None:
    del pages[2:4]


@pytest.mark.parametrize("spoil", [swap, blank, drop])
@pytest.mark.parametrize("kind", ["datamatrix", "omr"])
def test_a_sheet_out_of_turn_stops_the_machine(
    tmp_path: Path, kind: str, spoil: Callable[[Any], None]
) -> None:
    file, manifest, ticket = made(tmp_path, KINDS[kind])
    with pikepdf.open(io.BytesIO(file.read_bytes())) as opened:
        spoil(opened.pages)
        opened.save(file)
    assert stops(file, manifest, ticket) != []


@pytest.mark.skipif(inserter._DMTX is None, reason="dmtxread is missing (Debian dmtx-utils)")
def test_both_decoders_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, _, ticket = made(tmp_path, KINDS["datamatrix"])
    first = read_marks(file, ticket)
    monkeypatch.setattr(inserter, "_ZXING", False)
    assert read_marks(file, ticket) == first
    assert len(first) == 6
