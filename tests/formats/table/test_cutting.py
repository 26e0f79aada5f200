"""A table in parts gives the invoices of the whole; what cannot be cut so is not cut."""

import io
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import pytest

from formats.codec import Guide, Unreadable
from formats.guide import parse
from formats.model import Document
from formats.table.cutting import Piece, Whole, cut
from formats.table.read import read
from tests.formats.guided_samples import folders, guides_of

NOT_CUT = {
    "joined-files-in-a-zip": "not made of lines",
    "workbook": "not made of lines",
    "records-with-totals": "totals",
    "fixed-width-records": "totals",
    "lines-german-cp1252": "other rows lie elsewhere",
}
PLAIN = """format = "csv"
rows = "lines"
key = "Nr"
[file]
encoding = "cp1252"
delimiter = ","
[columns]
Nr = "number"
Text = "lines[].item.name"
"""
OWN_ROW = PLAIN.replace('key = "Nr"\n', "").replace('"lines"', '"invoices"', 1)
FIXED = PLAIN.replace('"csv"', '"fixed_width"').replace(
    "[file]", "positions = {Nr = [1, 2], Text = [3, 9]}\n[file]"
)


def pieces_of(data: bytes, guides: Sequence[Guide], piece_bytes: int = 1) -> list[Piece]:
    return list(cut([data], io.BytesIO(data), guides, piece_bytes))


def documents(data: bytes, guides: Sequence[Guide]) -> list[Document]:
    return [reading.document for reading in read(data, guides)]


@pytest.mark.parametrize(
    ("toml", "text", "count"),
    [
        (PLAIN, 'Nr,Text\nA,"one\ntwo"\nA,\n\nB,3\nC,"4,"\nC,5', 3),
        (PLAIN, "\n\nNr,Text\r\nA,1\r\nB,Süß\r\n", 2),
        (PLAIN.replace("[file]", "[file]\nskip = 2"), '"a\nb"\nx\nNr,Text\nA,1\nB,2\n', 2),
        (PLAIN, "Nr,Text\nA,1\nB,2\nA,3\nC,4\n", None),
        (PLAIN, "Nr,Text\nA,1\n,2\nA,3\nC,4\n", None),
        (OWN_ROW, "Nr,Text\nA,1\nA,2\nB,2\n", 3),
        (FIXED, "A one\r\nA two\r\n\r\nB 3\nC 4", 3),
        (PLAIN, "Nr,Text\nA,1\nB,2Ã", 2),
    ],
    ids=[
        "quotes and blank lines",
        "letters",
        "rows above",
        "strewn",
        "no key",
        "rows",
        "width",
        "cut",
    ],
)
@pytest.mark.parametrize("codec", ["cp1252", "utf-8", "utf-8-sig"])
def test_parts_give_what_the_whole_gives(
    toml: str, text: str, count: int | None, codec: str
) -> None:
    guides, data = [parse("own", toml)], text.encode(codec)
    if count is None:
        with pytest.raises(Whole):
            pieces_of(data, guides)
        return
    parts = pieces_of(data, guides)
    assert len(parts) == count
    found = [documents(part.data, guides) for part in parts]
    assert list(chain.from_iterable(found)) == documents(data, guides)


@pytest.mark.parametrize(
    "folder", [*folders("csv"), *folders("table")], ids=lambda folder: folder.name
)
def test_samples_in_parts_give_what_the_whole_gives(folder: Path) -> None:
    data, guides = next(folder.glob("in.*")).read_bytes(), guides_of(folder)
    if why := NOT_CUT.get(folder.name):
        with pytest.raises(Whole, match=why):
            pieces_of(data, guides)
        return
    parts = pieces_of(data, guides)
    found = [documents(part.data, guides) for part in parts]
    assert list(chain.from_iterable(found)) == documents(data, guides)


def test_parts_are_named_by_their_rows_and_as_long_as_they_are_to_be() -> None:
    data = b"Nr,Text\nA,1\nB,2\nB,3\nC,4\nC,5\n"
    found = pieces_of(data, [parse("own", PLAIN)], piece_bytes=5)
    assert [(part.first, part.last, part.data) for part in found] == [
        (2, 4, b"Nr,Text\nA,1\nB,2\nB,3\n"),
        (5, 6, b"Nr,Text\nC,4\nC,5\n"),
    ]


def test_a_guide_in_whose_encoding_it_is_not_leaves_it_to_the_next() -> None:
    other, own = (parse("own", PLAIN.replace("cp1252", codec)) for codec in ("cp1252", "cp850"))
    (found,) = pieces_of("Nr,Text\nA,Süß\n".encode("cp850"), [other, own])
    assert found.data == "Nr,Text\nA,Süß\n".encode("cp850")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'Nr,Text\nA,1\nB,"2"x\n', "cannot be read"),
        (b"Nr,Text,More\nA,1,2\n", "More"),
        (b"Nr,Text\nA,1\nB,\x81\n", "neither UTF-8 nor cp1252"),
    ],
    ids=["broken row", "unknown column", "no text"],
)
def test_what_is_wrong_with_the_table_is_said_as_of_the_whole(data: bytes, said: str) -> None:
    guides = [parse("own", PLAIN)]
    told = []
    for reader in (pieces_of, documents):
        with pytest.raises(Unreadable, match=said) as error:
            reader(data, guides)
        told.append(error.value.finding)
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "data",
    [
        "Nr,Text\nA,1\nB,2\n".encode("utf-16"),
        b"Nr,Text\nA,1\n" * 90_000 + b"B,\x81\n",
        b"No,Text\nA,1\n",
        b"Nr,Text\nA," + b"x" * (1 << 20),
    ],
    ids=["two bytes a character", "no text", "no guide", "no lines"],
)
def test_what_cannot_be_cut_is_left_to_who_reads_it_whole(data: bytes) -> None:
    with pytest.raises(Whole):
        pieces_of(data, [parse("own", PLAIN)])
