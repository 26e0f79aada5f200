"""Files as lines: each place that a reader names is there, and only what is shown leaves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from formats import catalogue
from formats.codec import Guide, Reading
from formats.findings import Finding
from formats.guide import parse
from formats.model import Invoice
from hub.console.source.excerpt import MOST, PAGE, Asked, Excerpt, excerpt
from hub.console.source.lines import Form, Spot, spot_of
from hub.console.source.marks import anchors_of, lines_of, marks_of
from tests.hub.console.test_mending import COLUMNS, GUIDE, table
from tests.hub.invoices import ubl

SAMPLES = Path(__file__).parents[3] / "samples"
NOWHERE = ("sum of ", "VAT of lines ", "guide ", "the guide", "price times ", "UNO")
"""How places begin that are no line of a file: what was reckoned, set, or is an object."""


FILES = [
    path
    for kind in ("idoc", "edifact", "x12", "table", "csv")
    for path in sorted(SAMPLES.glob(f"{kind}/*/in.*"))
]


def cases(path: Path) -> Iterator[tuple[Asked, Reading]]:
    """Yield each document of a sample, with what is asked to see all of it."""
    own = path.with_name("guide.toml")
    guides = (parse("own.toml", own.read_text("utf-8")),) if own.exists() else ()
    data = path.read_bytes()
    reader, readings = catalogue.read(data, path.name, guides)
    whole = Asked(data=data, name=path.name, reader=reader.name, guides=guides, first=0)
    for position, reading in enumerate(readings):
        yield replace(whole, position=position), reading


def texts(found: Excerpt) -> dict[Spot, str]:
    return {
        Spot(line.at, piece.key): piece.text
        for _, line in found.lines
        for piece in line.pieces
        if piece.key is not None
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_each_place_of_a_text_file_is_one_of_its_values(path: Path) -> None:
    for asked, reading in cases(path):
        found = excerpt(asked)
        assert found.form is not Form.TEXT
        shown = texts(found)
        spots = {path: spot_of(place) for path, place in reading.sources.items()}
        nowhere = [reading.sources[path] for path, spot in spots.items() if spot is None]
        assert [place for place in nowhere if not place.startswith(NOWHERE)] == []
        assert [spot for spot in spots.values() if spot and spot not in shown] == []
        number = spots.get("number")
        assert isinstance(reading.document, Invoice)
        if number and reading.document.number:
            assert reading.document.number in shown[number]


@pytest.mark.parametrize(
    ("path", "line", "text"),
    [
        ("number", "<cbc:ID>R-1<", "R-1"),
        ("lines[0].unit", 'unitCode="C62"', "C62"),
        ("totals.with_vat", "<cbc:TaxInclusiveAmount", "119.00"),
    ],
)
def test_elements_and_attributes_of_xml_are_found(path: str, line: str, text: str) -> None:
    asked = _asked(ubl(), "ubl")
    (reading,) = catalogue.read(asked.data, "a.xml")[1]
    spot = spot_of(reading.sources[path])
    found = excerpt(asked)
    assert spot is not None
    assert texts(found)[spot] == text
    numbers = [n for n, each in enumerate(ubl().decode().split("\n"), 1) if line in each]
    assert [int(each.number) for _, each in found.lines if each.at == spot.at] == numbers[:1]


XML = [
    *SAMPLES.glob("ubl/*/in.xml"),
    *SAMPLES.glob("cii/*/in.xml"),
    *SAMPLES.glob("fatturapa/**/*.xml"),
]


@pytest.mark.parametrize(
    "path", sorted(XML), ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}-{path.stem}"
)
def test_each_place_of_an_xml_file_is_one_of_its_elements(path: Path) -> None:
    for asked, reading in cases(path):
        found = excerpt(asked)
        assert found.form is Form.ELEMENTS
        elements = {line.at for _, line in found.lines}
        spots = [spot_of(place) for place in reading.sources.values()]
        assert [spot for spot in spots if spot is None or spot.at not in elements] == []


def test_of_many_lines_those_with_faults_are_shown_first() -> None:
    guides = (parse("own.toml", GUIDE),)
    rows = [table(n, "238,00").split(b"\n", 1)[1] for n in range(1, 2000)]
    data = b"".join([table(0, "238,00"), *rows])
    wanted = frozenset(f"|{n}" for n in range(2, 3000))
    asked = Asked(
        data=data, name="a.csv", reader="table", guides=guides, faulty=frozenset(["|3500"]),
        wanted=wanted,
    )  # fmt: skip
    found = excerpt(asked)
    assert found.head == tuple(COLUMNS)
    assert (found.total, len(found.lines)) == (4000, MOST)
    numbers = [int(line.number) for _, line in found.lines]
    assert numbers[-5:] == [3498, 3499, 3500, 3501, 3502]
    lines = lines_of(found, marks_of((), ()), 0)
    assert sum(line.skipped for line in lines) + MOST == found.lines[-1][0] + 1


@pytest.mark.parametrize(("first", "count"), [(0, PAGE), (600, 200), (800, 0), (9999, 0)])
def test_the_whole_file_is_shown_page_by_page(first: int, count: int) -> None:
    data = b"\n".join(b"text" for _ in range(800))
    found = excerpt(_asked(data, "", first=first))
    assert (found.total, len(found.lines)) == (800, count)
    assert [number for number, _ in found.lines[:1]] == [first] * bool(count)


@pytest.mark.parametrize(
    ("data", "reader", "form", "total"),
    [
        (b"\x00\x01garbage", "", Form.TEXT, 0),
        (b"%PDF-1.7 broken", "", Form.TEXT, 0),
        (b"<a><b></a>", "ubl", Form.TEXT, 1),
        (b"UNB+UNOC:3+A+B'", "edifact", Form.TEXT, 1),
        (b"Nr;Netto\n1;2\n", "table", Form.TEXT, 2),
        ("Größe\nzwei".encode("latin-1"), "", Form.TEXT, 2),
        (b"", "", Form.TEXT, 0),
    ],
)
def test_what_cannot_be_cut_is_shown_as_text_if_it_is_any(
    data: bytes, reader: str, form: Form, total: int
) -> None:
    found = excerpt(_asked(data, reader))
    assert (found.form, found.total) == (form, total)


def test_long_and_unprintable_texts_are_cut_and_replaced() -> None:
    found = excerpt(_asked(b"a\x1b[31m" + b"x" * 10_000, ""))
    (text,) = [piece.text for _, line in found.lines for piece in line.pieces]
    assert len(text) == 301
    assert text.startswith("a\N{REPLACEMENT CHARACTER}[31m")


@pytest.mark.parametrize(
    ("finding", "at"),
    [
        (Finding(rule="X", message="", place="/Invoice/cbc:ID (line 4)"), "/Invoice/cbc:ID"),
        (Finding(rule="X", message="", place="address book K1", path="number"), None),
        (Finding(rule="X", message="", place="nowhere"), None),
        (Finding(rule="X", message=""), None),
    ],
)
def test_a_finding_marks_the_line_that_it_names(finding: Finding, at: str | None) -> None:
    found = excerpt(_asked(ubl(), "ubl"))
    lines = lines_of(found, marks_of((), [finding]), 0)
    anchors = {where: spot.at for spot, where in anchors_of(found).items()}
    marked = [anchors[line.anchor] for line in lines if line.findings]
    assert marked == ([at] if at else [])


def _asked(data: bytes, reader: str, first: int | None = None) -> Asked:
    guides: tuple[Guide, ...] = ()
    return Asked(data=data, name="a", reader=reader, guides=guides, first=first)
