"""An inserting machine: reads the mark on each front by a real decoder and fills envelopes by it.

Whoever drew the marks has no part in this: what a mark says is read off the paper alone, by the
partner's own ticket.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from PIL.Image import Image

_ZXING = find_spec("zxingcpp") is not None
_DMTX = shutil.which("dmtxread")
CAN_READ_MARKS = _ZXING or _DMTX is not None
"""A decoder is no dependency of the house: without one, Data Matrix marks are not read."""

_DPI = 200
_MARGIN_POINTS = 72
_DARK_BELOW = 128
_DMTX_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the machine put together.

    Attributes:
        sequence: of the piece, as its marks say; 0 where dashes do not tell.
        fronts: pages, from 1, whose sheets are in it.
        inserts: what the last mark calls for.
    """

    sequence: int
    fronts: tuple[int, ...]
    inserts: str = ""


def read_marks(file: Path, ticket: Mapping[str, Any]) -> dict[int, str]:
    """Return what the mark on each front says, by page from 1; a page without one is left out."""
    mark = ticket["sheet_mark"]
    found = {}
    document = pypdfium2.PdfDocument(file)
    try:
        for number in range(1, len(document) + 1, sides_of(ticket)):
            page = document[number - 1]
            if mark["kind"] == "omr":
                text = _dashes(page.render(scale=_DPI / 72, grayscale=True).to_pil(), mark)
            else:
                rest = page.get_width() - _MARGIN_POINTS
                strip = page.render(scale=_DPI / 72, grayscale=True, crop=(0, 0, rest, 0)).to_pil()
                text = _zxing(strip) if _ZXING else _dmtx(strip)
            if text:
                found[number] = text
    finally:
        document.close()
    return found


def sides_of(ticket: Mapping[str, Any]) -> int:
    """Return how many pages a sheet has."""
    return 2 if ticket["plex"] == "duplex" else 1


def fill(
    read: Mapping[int, str], fronts: Sequence[int], ticket: Mapping[str, Any]
) -> tuple[list[Envelope], list[str]]:
    """Put sheets into envelopes, one after the other; return these and why the machine stopped."""
    is_omr = ticket["sheet_mark"]["kind"] == "omr"
    envelopes: list[Envelope] = []
    faults: list[str] = []
    open_: list[int] = []
    for count, page in enumerate(fronts):
        text = read.get(page, "")
        says = _omr_says(text, ticket, count) if is_omr else _says(text, ticket)
        if says is None:
            faults.append(f"page {page}: mark {text!r} cannot be read")
            continue
        wrong = "" if is_omr else _out_of_turn(says, len(open_) + 1, len(envelopes) + 1, ticket)
        if wrong:
            faults.append(f"page {page}: {wrong}")
        open_.append(page)
        if says["end"] == "1":
            envelope = Envelope(
                sequence=int(says.get("sequence", "0")),
                fronts=tuple(open_),
                inserts=says.get("inserts", ""),
            )
            envelopes.append(envelope)
            open_ = []
    if open_:
        faults.append(f"the last envelope has {len(open_)} sheets and no end")
    return envelopes, faults


def compare(
    envelopes: Sequence[Envelope], manifest: Mapping[str, Any], ticket: Mapping[str, Any]
) -> Iterator[str]:
    """Yield in what the manifest says otherwise than the marks."""
    pieces, sides = manifest["pieces"], sides_of(ticket)
    if len(pieces) != len(envelopes):
        yield f"{len(envelopes)} envelopes were filled, the manifest has {len(pieces)} pieces"
    inserts = f"{sum(1 << (one['station'] - 1) for one in ticket['inserts']):X}"
    for piece, envelope in zip(pieces, envelopes, strict=False):
        fronts = tuple(range(piece["first_page"], piece["last_page"] + 1, sides))
        if fronts != envelope.fronts or piece["sheets"] != len(fronts):
            marked = envelope.fronts
            yield f"piece {piece['sequence']} lies on pages {fronts}, its marks on {marked}"
        if envelope.sequence not in (0, piece["sequence"]):
            yield f"piece {piece['sequence']} is marked as {envelope.sequence}"
        if envelope.inserts not in ("", inserts):
            yield f"piece {piece['sequence']} calls for inserts {envelope.inserts}, not {inserts}"


def _says(text: str, ticket: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the fields of a Data Matrix as the ticket cuts it; None if it is not one of these."""
    fields = [field.split(":") for field in ticket["sheet_mark"]["fields"]]
    if len(text) != sum(int(width) for _, width in fields):
        return None
    says, place = {}, 0
    for name, width in fields:
        says[name] = text[place : place + int(width)]
        place += int(width)
    return says if "end" in says else None


def _out_of_turn(
    says: Mapping[str, str], sheet: int, sequence: int, ticket: Mapping[str, Any]
) -> str:
    if says.get("job", ticket["job_code"]) != ticket["job_code"]:
        return f"a sheet of job {says['job']}"
    if "sheet" in says and int(says["sheet"]) != sheet:
        return f"sheet {says['sheet']} where {sheet} is due"
    if "sequence" in says and int(says["sequence"]) != sequence:
        return f"piece {says['sequence']} where {sequence} is due"
    ends = says["end"] == "1"
    if "sheets" in says and ends != (says.get("sheet") == says["sheets"]):
        return "the end of the piece is not where its sheets end"
    return ""


def _omr_says(text: str, ticket: Mapping[str, Any], count: int) -> dict[str, str] | None:
    """Return what dashes say; None if parity, the count or the dash that is always there is off."""
    tracks = ticket["sheet_mark"]["tracks"]
    if len(text) != len(tracks):
        return None
    dash = {track: sign == "-" for track, sign in zip(tracks, text, strict=True)}
    bits = [int(track.partition("-")[2]) for track in tracks if track.startswith("count-")]
    says = sum(bit for bit in bits if dash[f"count-{bit}"])
    if not dash.get("always", True) or ("parity" in dash and text.count("-") % 2):
        return None
    if bits and says != count & sum(bits):
        return None
    return {"end": "1" if dash.get("end") else "0"}


def _zxing(picture: Image) -> str:
    import zxingcpp  # noqa: PLC0415 - only where it is installed

    wanted = zxingcpp.BarcodeFormat.DataMatrix
    found = (code for code in zxingcpp.read_barcodes(picture) if code.format == wanted)
    return next((code.text for code in found), "")


def _dmtx(picture: Image) -> str:
    assert _DMTX is not None
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        picture.save(file.name)
        done = subprocess.run(  # noqa: S603  (a decoder, on a picture of ours)
            [_DMTX, "-N1", file.name], capture_output=True, timeout=_DMTX_SECONDS, check=False
        )
    return done.stdout.decode("ascii", "replace").strip()


def _dashes(page: Image, mark: Mapping[str, Any]) -> str:
    """Return a sign for each track: `-` where a dash lies across most of its length."""
    signs = ""
    left, right = (_pixels(mark["left_mm"] + part * mark["dash_mm"]) for part in (0.1, 0.9))
    for track in range(len(mark["tracks"])):
        top = mark["top_mm"] + track * mark["pitch_mm"] + mark["line_mm"] / 2
        row = page.crop((left, _pixels(top), right, _pixels(top) + 1)).tobytes()
        signs += "-" if sum(grey < _DARK_BELOW for grey in row) > len(row) / 2 else "."
    return signs


def _pixels(millimetres: float) -> int:
    return int(millimetres * _DPI / 25.4)
