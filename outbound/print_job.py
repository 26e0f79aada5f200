"""A print job as files: one PDF with marks, a manifest in two writings, a ticket, checksums.

The same parcels give the same bytes, in whatever order they come: a repeated job can be told from
another one by its checksums.
"""

import base64
import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

import pikepdf

from outbound.channel import Enclosure, Parcel, Refused
from outbound.pdf_sharing import share_equal_objects
from outbound.print_marks import POINTS_PER_MM, Place, draw, payload

_A4_MM = (210, 297)
_A4_BOX = (0, 0, Decimal("595.276"), Decimal("841.89"))
_TOLERANCE_MM = 2
_NO_LETTER = "the letter is not a PDF with pages"
_ADDRESS_LINES_MAX = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationery:
    """What letters are printed on and put into.

    Attributes:
        duplex: whether both sides are printed.
        colour, paper, envelope: the partner's own words, for the ticket.
        sheet_weight_mg: A4 of 80 g/m² weighs 4990 mg.
        envelope_weight_mg: of the empty envelope.
        sheets_max: how many sheets the envelope takes.
        mark: where the sheet marks stand.
    """

    duplex: bool = True
    colour: str = "colour"
    paper: str = "A4 80 g/m2"
    envelope: str = "DL"
    sheet_weight_mg: int = 4990
    envelope_weight_mg: int = 5000
    sheets_max: int = 8
    mark: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One letter in a job, a line of its manifest.

    Attributes:
        piece: the parcel's key, by which the partner reports.
        document: number of the document.
        sequence: place in the job, from 1.
        first_page, last_page: in the job's PDF, from 1; blank backs count.
        pages: of the letter itself.
        weight_g: sheets and envelope, three decimals.
        sha256: of the letter's PDF as it was given.
    """

    piece: str
    document: str
    sequence: int
    first_page: int
    last_page: int
    pages: int
    sheets: int
    weight_g: str
    country: str
    post_code: str
    address_lines: tuple[str, ...]
    sha256: str

    def evidence(self) -> Enclosure:
        """Return the line of the manifest as JSON."""
        return Enclosure(name="piece.json", media_type="application/json", data=_json(asdict(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What goes to the partner, and what does not.

    Attributes:
        files: name to content; the checksum file last.
        pieces: in order of sequence.
        unfit: parcel key to the reason why it is not in the job.
    """

    files: Mapping[str, bytes]
    pieces: tuple[Piece, ...]
    unfit: Mapping[str, str]


def build(job: str, parcels: Sequence[Parcel], stationery: Stationery) -> Job:
    """Sort, merge and mark the letters, and describe them."""
    ordered = sorted(parcels, key=_sort_key)
    unfit: dict[str, str] = {}
    pieces: list[Piece] = []
    with ExitStack() as open_letters:
        out = open_letters.enter_context(pikepdf.Pdf.new())
        for parcel in ordered:
            try:
                letter = open_letters.enter_context(_letter(parcel, stationery))
            except Refused as reason:
                unfit[parcel.key] = str(reason)
                continue
            piece = _describe(parcel, len(letter.pages), len(out.pages), len(pieces), stationery)
            _append(out, letter, job_code(job), piece, stationery)
            pieces.append(piece)
        share_equal_objects(out)
        pdf = _saved(out)
    return Job(files=_files(job, pdf, pieces, stationery), pieces=tuple(pieces), unfit=unfit)


def job_code(job: str) -> str:
    """Return seven letters and digits that stand for a job on its marks.

    >>> job_code("2026-11-04-de-dl")
    'E5SF52X'
    """
    return base64.b32encode(hashlib.sha256(job.encode()).digest()).decode()[:7]


def _sort_key(parcel: Parcel) -> tuple[str, str, str]:
    to = parcel.destination
    return to.country or "", to.post_code or "", parcel.key


def _letter(parcel: Parcel, stationery: Stationery) -> pikepdf.Pdf:
    """Open the parcel's PDF.

    Raises:
        Refused: no address, no PDF, not readable, not A4, or too thick for the envelope.
    """
    lines = parcel.destination.address_lines
    if not 0 < len(lines) <= _ADDRESS_LINES_MAX:
        raise Refused(f"an address has 1 to {_ADDRESS_LINES_MAX} lines, this one {len(lines)}")
    if not parcel.enclosures:
        raise Refused("the parcel holds no letter")
    try:
        letter = pikepdf.open(io.BytesIO(parcel.enclosures[0].data))
    except pikepdf.PasswordError as fault:
        raise Refused("the letter is encrypted") from fault
    except pikepdf.PdfError as fault:
        raise Refused(_NO_LETTER) from fault
    try:
        _check_pages(letter, stationery)
    except BaseException:
        letter.close()
        raise
    return letter


def _check_pages(letter: pikepdf.Pdf, stationery: Stationery) -> None:
    if not letter.pages:
        raise Refused(_NO_LETTER)
    sheets = _sheets(len(letter.pages), stationery)
    if sheets > stationery.sheets_max:
        raise Refused(f"the letter has {sheets} sheets, the envelope takes {stationery.sheets_max}")
    for number, page in enumerate(letter.pages, 1):
        size = _size_mm(page)
        if any(abs(is_ - a4) > _TOLERANCE_MM for is_, a4 in zip(size, _A4_MM, strict=True)):
            raise Refused(
                f"page {number} measures {size[0]:.0f} by {size[1]:.0f} mm, not A4 upright"
            )


def _size_mm(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height as seen."""
    left, bottom, right, top = (float(edge) / POINTS_PER_MM for edge in page.cropbox)
    upright = page.rotation % 180 == 0
    return (right - left, top - bottom) if upright else (top - bottom, right - left)


def _sheets(pages: int, stationery: Stationery) -> int:
    return -(-pages // 2) if stationery.duplex else pages


def _describe(
    parcel: Parcel, pages: int, pages_before: int, pieces_before: int, stationery: Stationery
) -> Piece:
    sheets = _sheets(pages, stationery)
    weight_mg = sheets * stationery.sheet_weight_mg + stationery.envelope_weight_mg
    to = parcel.destination
    return Piece(
        piece=parcel.key,
        document=parcel.labels.get("number", ""),
        sequence=pieces_before + 1,
        first_page=pages_before + 1,
        last_page=pages_before + sheets * (2 if stationery.duplex else 1),
        pages=pages,
        sheets=sheets,
        weight_g=f"{weight_mg // 1000}.{weight_mg % 1000:03d}",
        country=to.country or "",
        post_code=to.post_code or "",
        address_lines=to.address_lines,
        sha256=hashlib.sha256(parcel.enclosures[0].data).hexdigest(),
    )


def _append(
    out: pikepdf.Pdf, letter: pikepdf.Pdf, code: str, piece: Piece, stationery: Stationery
) -> None:
    """Add a letter's pages, a blank back where its last sheet needs one, and the marks."""
    out.pages.extend(letter.pages)
    if len(out.pages) < piece.last_page:
        out.add_blank_page().mediabox = pikepdf.Array(_A4_BOX)
    sides = 2 if stationery.duplex else 1
    for sheet in range(1, piece.sheets + 1):
        front = out.pages[piece.first_page - 1 + (sheet - 1) * sides]
        text = payload(code, sequence=piece.sequence, sheet=sheet, sheets=piece.sheets)
        draw(front, text, stationery.mark)


def _saved(out: pikepdf.Pdf) -> bytes:
    buffer = io.BytesIO()
    out.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def _files(
    job: str, pdf: bytes, pieces: Sequence[Piece], stationery: Stationery
) -> Mapping[str, bytes]:
    files = {
        f"{job}.pdf": pdf,
        f"{job}.csv": _manifest_csv(pieces),
        f"{job}.json": _json({"job": job, "job_code": job_code(job), "pieces": _rows(pieces)}),
        f"{job}.ticket.json": _json(_ticket(job, pieces, stationery)),
    }
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    return files | {f"{job}.sha256": "".join(sums).encode()}


def _ticket(job: str, pieces: Sequence[Piece], stationery: Stationery) -> Mapping[str, Any]:
    return {
        "job": job,
        "job_code": job_code(job),
        "pieces": len(pieces),
        "pages": sum(piece.pages for piece in pieces),
        "printed_pages": pieces[-1].last_page if pieces else 0,
        "sheets": sum(piece.sheets for piece in pieces),
        "plex": "duplex" if stationery.duplex else "simplex",
        "colour": stationery.colour,
        "paper": stationery.paper,
        "envelope": stationery.envelope,
        "sheet_mark": {"symbology": "Data Matrix ECC 200", **asdict(stationery.mark)},
    }


def _rows(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    return [asdict(piece) for piece in pieces]


def _manifest_csv(pieces: Sequence[Piece]) -> bytes:
    """The manifest with one column for each address line, semicolons, UTF-8."""
    plain = [name for name in Piece.__dataclass_fields__ if name != "address_lines"]
    numbered = [f"address_{number + 1}" for number in range(_ADDRESS_LINES_MAX)]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([*plain, *numbered])
    for piece in pieces:
        padding = [""] * (_ADDRESS_LINES_MAX - len(piece.address_lines))
        row = [getattr(piece, name) for name in plain]
        writer.writerow([*row, *piece.address_lines, *padding])
    return text.getvalue().encode()


def _json(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts, indent=2, ensure_ascii=False).encode()
