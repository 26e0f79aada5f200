"""The files of 1 GB: many invoices packed, and single ones that no child can read."""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

from msgspec.structs import replace

from bench.drops import tables
from bench.invoice import invoice
from formats.catalogue import WRITERS
from formats.codec import Material
from formats.model import Attachment, SupportingDocument

_NUMBER = "@@@@@@@@"
_PIECE_BYTES = 1 << 20
_ROWS = 1_000


@dataclass(frozen=True, kw_only=True)
class Large:
    """A file, and what should become of it.

    Attributes:
        members: how many files lie in it.
        outcome: the state, and how many files came out or which rule parks it.
    """

    path: Path
    words: str
    outcome: str
    members: int = 0


def invoices(folder: Path, mb: int, members: int) -> Large:
    """Pack so many UBL invoices, each with a scan that does not get smaller."""
    each_bytes = (mb << 20) // members
    paper = replace(
        invoice(20),
        number=_NUMBER,
        supporting_documents=(
            SupportingDocument(
                reference="scan",
                attachment=Attachment(
                    data=os.urandom(each_bytes), media_type="application/pdf", file_name="scan.pdf"
                ),
            ),
        ),
    )
    head, tail = WRITERS["ubl"].write(paper, Material()).split(_NUMBER.encode())
    path = folder / "run.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(members):
            archive.writestr(f"{number:06}.xml", head + b"R-%06d" % number + tail)
    words = f"ZIP of {members} invoices"
    return Large(path=path, words=words, outcome=f"read, {members} files", members=members)


def xml(folder: Path, mb: int) -> Large:
    """Write one XML file that is longer than any that is read."""
    note = b"<Note>" + b"a" * (_PIECE_BYTES - 16) + b"</Note>\n"
    opening = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'
    path = _written(folder / "one.xml", chain([opening], repeat(note, mb), [b"</Invoice>"]))
    return Large(path=path, words="one XML file", outcome="parked, IN-XML-3")


def csv(folder: Path, mb: int) -> Large:
    """Write one table for which there is a guide, longer than a child can hold."""
    ((_, data),) = tables.csv(_ROWS).files
    head, _, rows = data.partition(b"\n")
    count = (mb << 20) // len(rows)
    path = _written(folder / "list.csv", chain([head, b"\n"], repeat(rows + b"\n", count)))
    return Large(path=path, words="one CSV file", outcome="parked, IN-TOO-LARGE")


def noise(folder: Path, mb: int) -> Large:
    """Write what calls itself a PDF and is none."""
    pieces = (os.urandom(_PIECE_BYTES) for _ in range(mb))
    path = _written(folder / "one.pdf", chain([b"%PDF-1.7\n"], pieces))
    return Large(path=path, words="one PDF of noise", outcome="parked")


def _written(path: Path, pieces: Iterator[bytes]) -> Path:
    with path.open("wb") as file:
        file.writelines(pieces)
    return path
