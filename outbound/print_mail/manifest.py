"""The manifest of a job: a line for each piece and a last one with the totals, as CSV and JSON."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from outbound.channel import Enclosure

LINES_MAX = 6
"""Of an address: DIN 5008:2020, 6.2; NF Z10-011."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One envelope of a job, a line of its manifest.

    Attributes:
        piece: keys of its parcels, joined by `+`: by this the partner reports.
        documents: numbers of the documents in it.
        copy: of each of them `copy` or `original`.
        sequence: place in the job, from 1: that of the envelope in the post's order.
        first_page, last_page: in the job's PDF, from 1; blank backs count.
        pages: of the letters themselves.
        plex: `simplex` or `duplex`.
        weight_g: sheets, envelope and inserts, three decimals.
        product: class of the letter with the post, empty where no tariff knows it.
        zone: `home` or `abroad`.
        sort_bucket: by what the post sorts first.
        returns: what becomes of it if it comes back.
        sha256: of each letter's PDF as it was given.
        repeats: of each copy the key under which the document left before, or `-`.
    """

    piece: str
    documents: tuple[str, ...]
    copy: tuple[str, ...]
    sequence: int
    first_page: int
    last_page: int
    pages: int
    sheets: int
    plex: str
    colour: str
    paper: str
    envelope: str
    inserts: tuple[str, ...]
    weight_g: str
    product: str
    zone: str
    country: str
    post_code: str
    sort_bucket: str
    address_lines: tuple[str, ...]
    returns: str
    sha256: tuple[str, ...]
    repeats: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        """Keys of its parcels."""
        return keys_of(self.piece)

    def evidence(self) -> Enclosure:
        """Return the line of the manifest as JSON."""
        return Enclosure(
            name="piece.json", media_type="application/json", data=written(asdict(self))
        )


def piece_id(keys: Sequence[str]) -> str:
    """Return by what a piece is known to the partner."""
    return "+".join(keys)


def keys_of(piece: str) -> list[str]:
    """Return the keys of the parcels in a piece.

    >>> keys_of(piece_id(["a.0", "b.0"]))
    ['a.0', 'b.0']
    """
    return piece.split("+")


def totals(pieces: Sequence[Piece]) -> dict[str, Any]:
    """Return the sums of a job."""
    weight = sum(milligrams(piece.weight_g) for piece in pieces)
    return {
        "pieces": len(pieces),
        "documents": sum(len(piece.documents) for piece in pieces),
        "pages": sum(piece.pages for piece in pieces),
        "printed_pages": pieces[-1].last_page if pieces else 0,
        "sheets": sum(piece.sheets for piece in pieces),
        "weight_g": grams(weight),
    }


def manifest_json(job: str, job_code: str, pieces: Sequence[Piece]) -> bytes:
    """Return the manifest as JSON."""
    rows = [asdict(piece) for piece in pieces]
    return written({"job": job, "job_code": job_code, "pieces": rows, "totals": totals(pieces)})


def manifest_csv(pieces: Sequence[Piece]) -> bytes:
    """Return the manifest with one column for each address line, semicolons, UTF-8.

    What a piece has several of is joined by blanks; the first column says `piece` or `total`.
    """
    plain = [field.name for field in fields(Piece) if field.name != "address_lines"]
    numbered = [f"address_{number + 1}" for number in range(LINES_MAX)]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["line", *plain, *numbered])
    for piece in pieces:
        padding = [""] * (LINES_MAX - len(piece.address_lines))
        row = [_cell(getattr(piece, name)) for name in plain]
        writer.writerow(["piece", *row, *piece.address_lines, *padding])
    sums = totals(pieces) | {"piece": len(pieces), "documents": totals(pieces)["documents"]}
    writer.writerow(["total", *(sums.get(name, "") for name in plain), *[""] * LINES_MAX])
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    return " ".join(value) if isinstance(value, tuple) else value


def grams(milligrams_: int) -> str:
    """Return a weight in grams.

    >>> grams(19_970), milligrams("19.970")
    ('19.970', 19970)
    """
    return f"{milligrams_ // 1000}.{milligrams_ % 1000:03d}"


def milligrams(grams_: str) -> int:
    """Return what `grams` has written."""
    return int(grams_.replace(".", ""))


def written(facts: Mapping[str, Any]) -> bytes:
    """Return facts as JSON, the same each time."""
    return json.dumps(facts, indent=2, ensure_ascii=False).encode()
