"""A print job as files: one PDF with marks, a manifest in two writings, a ticket, checksums.

The same parcels give the same bytes, in whatever order they come: a repeated job can be told from
another one by its checksums.
"""

import base64
import hashlib
import io
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec
import pikepdf

from outbound.channel import Parcel, Refused
from outbound.print_mail.batches import (
    Batch,
    Make,
    one_batch,
    sheets_of,
    sort_bucket,
    weight_mg,
    zone_of,
)
from outbound.print_mail.letters import Letter
from outbound.print_mail.manifest import (
    LINES_MAX,
    Piece,
    grams,
    manifest_csv,
    manifest_json,
    piece_id,
    totals,
    written,
)
from outbound.print_mail.marks import Sheet, draw
from outbound.print_mail.pdf_sharing import share_equal_objects
from outbound.print_mail.sheet_size import is_a4, size_mm
from outbound.print_mail.stationery import SHEETS_MAX, Stationery
from outbound.print_mail.ticket import ticket
from outbound.print_mail.xjdf import xjdf

A4_BOX = (0, 0, Decimal("595.276"), Decimal("841.89"))
_NO_LETTER = "the letter is not a PDF with pages"
_NOT_PRINTED = ("/Annots", "/AA", "/Thumb", "/B", "/Metadata", "/PieceInfo", "/StructParents")
"""Of a page, what no printer needs: links, forms, scripts, thumbnails, notes about the file."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A parcel with its letter's PDF."""

    parcel: Parcel
    pdf: pikepdf.Pdf

    @property
    def letter(self) -> Letter:
        """What its envelope must know of it."""
        to = self.parcel.destination
        return Letter(
            key=self.parcel.key,
            document=self.parcel.labels.get("number", ""),
            pages=len(self.pdf.pages),
            country=to.country or "",
            post_code=to.post_code or "",
            address_lines=to.address_lines,
        )


def build(job: str, parcels: Sequence[Parcel], stationery: Stationery, order: str = "") -> Job:
    """Merge and mark the letters of a batch, and describe them.

    `order` is the Batch as JSON; without it each letter is a piece and all of them are one batch,
    in the envelope of the thickest.
    """
    unfit: dict[str, str] = {}
    with ExitStack() as files:
        opened = _opened(parcels, unfit, files)
        batch = _batch(order, [one.letter for one in opened.values()], stationery)
        out = files.enter_context(pikepdf.Pdf.new())
        making = _Making(code=job_code(job), make=batch.make, stationery=stationery, out=out)
        for keys in batch.pieces:
            members = [opened[key] for key in keys if key in opened]
            if members and making.fits(members, unfit):
                making.add(members)
        share_equal_objects(out)
        pdf = _saved(out)
    papers = _papers(job, pdf, making.pieces, batch.make, stationery)
    return Job(files=papers, pieces=tuple(making.pieces), unfit=unfit)


def job_code(job: str) -> str:
    """Return seven letters and digits that stand for a job on its marks.

    >>> job_code("2026-11-04-de-dl")
    'E5SF52X'
    """
    return base64.b32encode(hashlib.sha256(job.encode()).digest()).decode()[:7]


def _opened(
    parcels: Sequence[Parcel], unfit: dict[str, str], files: ExitStack
) -> dict[str, _Opened]:
    opened = {}
    for parcel in sorted(parcels, key=lambda one: one.key):
        try:
            pdf = files.enter_context(_letter(parcel))
        except Refused as reason:
            unfit[parcel.key] = str(reason)
            continue
        opened[parcel.key] = _Opened(parcel=parcel, pdf=pdf)
    return opened


def _batch(order: str, letters: Sequence[Letter], stationery: Stationery) -> Batch:
    return msgspec.json.decode(order, type=Batch) if order else one_batch(letters, stationery)


@dataclass(slots=True, kw_only=True)
class _Making:
    """A job in the making."""

    code: str
    make: Make
    stationery: Stationery
    out: pikepdf.Pdf
    pieces: list[Piece] = field(default_factory=list)
    sheets: int = 0

    def fits(self, members: Sequence[_Opened], unfit: dict[str, str]) -> bool:
        """Whether the envelope holds a piece; if not, its letters are told why."""
        sheets = self._sheets(members)
        holds = min(self.stationery.envelope(self.make.envelope).sheets_max, SHEETS_MAX)
        if self.make.envelope and sheets <= holds:
            return True
        what = "letter has" if len(members) == 1 else f"{len(members)} letters have"
        for one in members:
            unfit[one.parcel.key] = f"the {what} {sheets} sheets, the envelope takes {holds}"
        return False

    def add(self, members: Sequence[_Opened]) -> None:
        """Append a piece: its letters, each beginning on a front, and its marks."""
        first_page = len(self.out.pages) + 1
        for one in members:
            self._append(one.pdf)
        piece = self._described(members, first_page)
        sides = 2 if self.make.duplex else 1
        for sheet in range(1, piece.sheets + 1):
            front = self.out.pages[first_page - 1 + (sheet - 1) * sides]
            draw(front, self._says(piece, sheet), self.stationery.mark)
        self.sheets += piece.sheets
        self.pieces.append(piece)

    def _append(self, letter: pikepdf.Pdf) -> None:
        """Add a letter's pages, and a blank back where its last sheet has none."""
        for page in letter.pages:
            for key in _NOT_PRINTED:
                if key in page.obj:
                    del page.obj[key]
        self.out.pages.extend(letter.pages)
        if self.make.duplex and len(self.out.pages) % 2:
            self.out.add_blank_page().mediabox = pikepdf.Array(A4_BOX)

    def _sheets(self, members: Sequence[_Opened]) -> int:
        return sheets_of((one.letter for one in members), duplex=self.make.duplex)

    def _says(self, piece: Piece, sheet: int) -> Sheet:
        found = (self.stationery.insert(name) for name in piece.inserts)
        return Sheet(
            job=self.code,
            sequence=piece.sequence,
            sheet=sheet,
            sheets=piece.sheets,
            count=self.sheets + sheet - 1,
            stations=frozenset(each.station for each in found if each),
        )

    def _described(self, members: Sequence[_Opened], first_page: int) -> Piece:
        make, to = self.make, members[0].parcel.destination
        sheets = self._sheets(members)
        country, post_code = to.country or "", to.post_code or ""
        return Piece(
            piece=piece_id([one.parcel.key for one in members]),
            documents=tuple(one.letter.document for one in members),
            copy=tuple(one.parcel.labels.get("copy", "original") for one in members),
            sequence=len(self.pieces) + 1,
            first_page=first_page,
            last_page=len(self.out.pages),
            pages=sum(one.letter.pages for one in members),
            sheets=sheets,
            plex="duplex" if make.duplex else "simplex",
            colour=make.colour,
            paper=make.paper,
            envelope=make.envelope,
            inserts=make.inserts,
            weight_g=grams(weight_mg(sheets, make.inserts, make.envelope, self.stationery)),
            product=make.product,
            zone=zone_of(country, self.stationery),
            country=country,
            post_code=post_code,
            sort_bucket=sort_bucket(country, post_code),
            address_lines=to.address_lines,
            returns=self.stationery.returns,
            sha256=tuple(_digest(one.parcel.enclosures[0].data) for one in members),
            repeats=tuple(one.parcel.labels.get("repeats") or "-" for one in members),
        )


def _letter(parcel: Parcel) -> pikepdf.Pdf:
    """Open the parcel's PDF.

    Raises:
        Refused: no address, no PDF, not readable, or not A4.
    """
    lines = parcel.destination.address_lines
    if not 0 < len(lines) <= LINES_MAX:
        raise Refused(f"an address has 1 to {LINES_MAX} lines, this one {len(lines)}")
    if not parcel.enclosures:
        raise Refused("the parcel holds no letter")
    try:
        letter = pikepdf.open(io.BytesIO(parcel.enclosures[0].data))
    except pikepdf.PasswordError as fault:
        raise Refused("the letter is encrypted") from fault
    except pikepdf.PdfError as fault:
        raise Refused(_NO_LETTER) from fault
    try:
        _check_pages(letter)
    except BaseException:
        letter.close()
        raise
    return letter


def _check_pages(letter: pikepdf.Pdf) -> None:
    if not letter.pages:
        raise Refused(_NO_LETTER)
    for number, page in enumerate(letter.pages, 1):
        if not is_a4(size := size_mm(page)):
            raise Refused(
                f"page {number} measures {size[0]:.0f} by {size[1]:.0f} mm, not A4 upright"
            )


def _saved(out: pikepdf.Pdf) -> bytes:
    buffer = io.BytesIO()
    out.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def _papers(
    job: str, pdf: bytes, pieces: Sequence[Piece], make: Make, stationery: Stationery
) -> Mapping[str, bytes]:
    """Return all files, those that are about the others last."""
    code = job_code(job)
    files = {
        f"{job}.pdf": pdf,
        f"{job}.csv": manifest_csv(pieces),
        f"{job}.json": manifest_json(job, code, pieces),
        f"{job}.ticket.json": written(ticket(job, code, pieces, make, stationery)),
    }
    if stationery.xjdf:
        sums = totals(pieces)
        files[f"{job}.xjdf"] = xjdf(job, make, sheets=sums["sheets"], pieces=sums["pieces"])
    sums_ = [f"{_digest(data)}  {name}\n" for name, data in files.items()]
    return files | {f"{job}.sha256": "".join(sums_).encode()}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
