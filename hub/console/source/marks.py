"""What fields and findings say of lines, and lines as pages show them: linked, and red if wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from formats.findings import Finding
from hub.console.fields import Field
from hub.console.sheets import anchor
from hub.console.source.excerpt import Excerpt
from hub.console.source.lines import Line, Piece, Spot, spot_of

_OURS: Final = ("address book", "[")
"""How places begin that are in no file of the sender's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPiece:
    """A value of a line, or the signs between two.

    Attributes:
        label: what stands before it.
        is_sign: whether it is no value.
        anchor: by which it is reached; empty where nothing leads to it.
        field: anchor of the field that was read from it; empty where none was.
        words: names of all fields that were.
    """

    text: str
    label: str
    is_sign: bool
    anchor: str
    field: str
    words: str
    faulty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """A line of the file.

    Attributes:
        skipped: how many lines before it are not shown, and where they begin.
        findings: what is wrong in it.
    """

    number: str
    anchor: str
    depth: int
    pieces: Sequence[ShownPiece]
    findings: Sequence[Finding]
    skipped: int
    since: int


@dataclass(frozen=True, slots=True)
class Marks:
    """What fields and findings say of which lines."""

    fields: Mapping[Spot, Sequence[Field]]
    findings: Mapping[Spot, Sequence[Finding]]

    @property
    def wanted(self) -> frozenset[str]:
        """Keys of the lines that fields came from."""
        return frozenset(spot.at for spot in self.fields)

    @property
    def faulty(self) -> frozenset[str]:
        """Keys of the lines that findings are about."""
        return frozenset(spot.at for spot in self.findings)


def marks_of(fields: Sequence[Field], findings: Sequence[Finding]) -> Marks:
    """Return what fields and findings say of the places that they name."""
    named: dict[Spot, list[Field]] = {}
    places: dict[str, Spot] = {}
    for field in fields:
        spot = spot_of(field.origin)
        if spot is not None:
            named.setdefault(spot, []).append(field)
            places[field.path] = spot
    wrong: dict[Spot, list[Finding]] = {}
    for finding in findings:
        spot = _spot(finding, places)
        if spot is not None:
            wrong.setdefault(spot, []).append(finding)
    return Marks(named, wrong)


def _spot(finding: Finding, places: Mapping[str, Spot]) -> Spot | None:
    """Return where a finding is: where it says, where its field is, or what stands beside that."""
    place = finding.place or ""
    if place.startswith(_OURS):
        return None
    path = finding.path or ""
    return spot_of(place) or places.get(path) or _near(path, places)


def _near(path: str, places: Mapping[str, Spot]) -> Spot | None:
    """Return the line of the first field of the same group: what is missing belongs beside it."""
    while "." in path:
        path = path.rpartition(".")[0]
        inside = (f"{path}.", f"{path}[")
        for other, spot in places.items():
            if other == path or other.startswith(inside):
                return Spot(spot.at)
    return None


def anchors_of(found: Excerpt) -> dict[Spot, str]:
    """Return by what each line that is shown, and each value in it, is reached on its page."""
    anchors: dict[Spot, str] = {}
    for number, line in found.lines:
        anchors.setdefault(Spot(line.at), f"s{number}")
        for place, piece in enumerate(line.pieces):
            if piece.key is not None:
                anchors.setdefault(Spot(line.at, piece.key), f"s{number}-{place}")
    return anchors


def lines_of(found: Excerpt, marks: Marks, first: int) -> list[ShownLine]:
    """Return the lines as the page has them, which begins with the line `first`."""
    wrong: dict[str, dict[str | None, Sequence[Finding]]] = {}
    for spot, findings in marks.findings.items():
        wrong.setdefault(spot.at, {})[spot.key] = findings
    shown = []
    expected = first
    for number, line in found.lines:
        own = wrong.get(line.at, {})
        shown.append(
            ShownLine(
                number=line.number,
                anchor=f"s{number}",
                depth=min(line.depth, 12),
                pieces=[
                    _piece(f"s{number}-{place}", line, piece, marks, piece.key in own)
                    for place, piece in enumerate(line.pieces)
                ],
                findings=[finding for findings in own.values() for finding in findings],
                skipped=number - expected,
                since=expected,
            )
        )
        expected = number + 1
    return shown


def _piece(name: str, line: Line, piece: Piece, marks: Marks, wrong: bool) -> ShownPiece:  # noqa: FBT001
    fields = marks.fields.get(Spot(line.at, piece.key), ()) if piece.key is not None else ()
    return ShownPiece(
        text=piece.text,
        label=piece.label,
        is_sign=piece.key is None,
        anchor=name if fields or wrong else "",
        field=anchor(fields[0].path) if fields else "",
        words=", ".join(f"{f.name} ({f.term})" if f.term else f.name for f in fields[:4]),
        faulty=wrong and piece.key is not None,
    )
