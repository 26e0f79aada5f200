"""One IDoc in every make of file: code pages, counted bytes, line ends, wrapped lines."""

from time import process_time

import pytest

from formats.codec import Guide, Reading
from formats.findings import Severity
from formats.guide import parse
from formats.idoc.code_pages import is_code_page
from formats.idoc.layout import LAYOUTS
from formats.idoc.read import READER, claims, read
from formats.model import Invoice
from tests.formats.guided_samples import SAMPLES
from tests.formats.idoc.forms import CONTROL, Row, flat

XML = (SAMPLES / "idoc/invoic02-xml/in.xml").read_text("utf-8")
FLAT = (SAMPLES / "idoc/invoic01-flat-trimmed/in.txt").read_bytes().decode("utf-8")
RECORDS = [line.ljust(524 if line.startswith("EDI_DC40") else 1063) for line in FLAT.splitlines()]
(WANTED,) = read(XML.encode(), [])


def guide(**words: str) -> list[Guide]:
    lines = [f'{word} = "{value}"' for word, value in words.items()]
    return [parse("mine", "\n".join(['format = "idoc"', *lines]))]


def wrapped(width: int, *, through: bool, padded: bool) -> str:
    """Break the file, or each of its records, into lines of one width."""
    parts = ["".join(RECORDS)] if through else RECORDS
    lines = [part[at : at + width] for part in parts for at in range(0, len(part), width)]
    return "\n".join(line.ljust(width) if padded else line for line in lines)


MAKES: dict[str, tuple[bytes, dict[str, str]]] = {
    "UTF-8": (FLAT.encode(), {}),
    "UTF-8 with a mark": (FLAT.encode("utf-8-sig"), {}),
    "UTF-16 with a mark": (FLAT.encode("utf-16"), {}),
    "UTF-16, low byte first": (FLAT.encode("utf-16-le"), {}),
    "UTF-16, high byte first": (FLAT.encode("utf-16-be"), {}),
    "code page 1252": (FLAT.encode("cp1252"), {}),
    "SAP's 1100": (FLAT.encode("latin-1"), {"encoding": "1100"}),
    "German EBCDIC": (FLAT.replace("\n", "\x85").encode("cp273"), {}),
    "EBCDIC told by the guide": (FLAT.encode("cp500"), {"encoding": "cp500"}),
    "EBCDIC without line ends": ("".join(RECORDS).encode("cp273"), {"encoding": "cp1141"}),
    "CR": (FLAT.replace("\n", "\r").encode(), {}),
    "blank lines between": (FLAT.replace("\n", "\r\n\r\n").encode(), {}),
    "bytes counted, of one each": (FLAT.encode("cp1252"), {"positions": "bytes"}),
    "blanks not cut": ("\n".join(RECORDS).encode(), {}),
    "wrapped at 80": (wrapped(80, through=False, padded=False).encode(), {}),
    "wrapped at 80 and filled": (wrapped(80, through=False, padded=True).encode(), {}),
    "wrapped at 255": (wrapped(255, through=False, padded=False).encode(), {}),
    "wrapped at 72 through all records": (wrapped(72, through=True, padded=False).encode(), {}),
    "wrapped at 132 through all and filled": (
        wrapped(132, through=True, padded=True).encode(),
        {},
    ),
}


@pytest.mark.parametrize("make", MAKES)
def test_every_make_says_what_the_xml_says(make: str) -> None:
    data, words = MAKES[make]
    assert claims(data[:4096], "in.dat")
    (reading,) = read(data, guide(**words))
    assert (reading.document, reading.sources, reading.unmapped) == (
        WANTED.document,
        WANTED.sources,
        WANTED.unmapped,
    )


@pytest.mark.parametrize("codec", ["iso8859-2", "1401", "cp1250"])
def test_the_guide_says_what_a_byte_means(codec: str) -> None:
    told = {"1401": "iso8859-2"}.get(codec, codec)
    data = FLAT.replace("Hafenstraße", "Wałowa Śląska").encode(told)
    invoice = invoice_of(data, guide(encoding=codec))
    assert invoice.seller is not None
    assert invoice.seller.address is not None
    assert invoice.seller.address.line_1 == "Wałowa Śląska 12"


def invoice_of(data: bytes, guides: list[Guide]) -> Invoice:
    return document_of(reading_of(data, guides))


def document_of(reading: Reading) -> Invoice:
    assert isinstance(reading.document, Invoice)
    return reading.document


def reading_of(data: bytes, guides: list[Guide]) -> Reading:
    (reading,) = READER.read(data, guides)
    return reading


SEGMENTS: list[Row] = [
    ("E1EDK01", {"CURCY": "JPY"}),
    ("E1EDKA1", {"PARVW": "RS", "NAME1": "東京工具株式会社", "ORT01": "東京", "LAND1": "JP"}),
    ("E1EDK02", {"QUALF": "009", "BELNR": "900200001"}),
]


def counted(codec: str, *, trimmed: bool = False) -> bytes:
    """Return a flat file whose fields are filled up to their width in bytes."""
    records = [flat([], CONTROL)[0].encode()]
    for number, (kind, fields) in enumerate(SEGMENTS, start=1):
        head = f"{kind.replace('E1', 'E2', 1):30}100{CONTROL['DOCNUM']}{number:06}00000002"
        parts = [
            fields.get(name, "").encode(codec).ljust(end - start)
            for name, start, end in LAYOUTS[kind].fields
        ]
        record = head.encode() + b"".join(parts)
        records.append(record if trimmed else record.ljust(1063))
    return b"\n".join(records)


@pytest.mark.parametrize(("codec", "told"), [("cp932", "8000"), ("utf-8", "cp1252")])
@pytest.mark.parametrize("trimmed", [True, False])
def test_a_sap_that_counts_bytes_is_read_by_bytes(codec: str, told: str, trimmed: bool) -> None:  # noqa: FBT001
    data = counted(codec, trimmed=trimmed)
    invoice = invoice_of(data, guide(encoding=told, positions="bytes"))
    assert invoice.seller is not None
    assert invoice.seller.name == "東京工具株式会社"
    assert invoice.seller.address is not None
    assert (invoice.seller.address.city, invoice.seller.address.country) == ("東京", "JP")


def test_the_wrong_count_is_named() -> None:
    told = [(each.rule, each.place) for each in reading_of(counted("utf-8"), []).notices]
    assert ("IN-IDOC-WIDTH", "record 2") in told
    characters = "\n".join(flat(SEGMENTS))
    longer = characters.replace("東京工具株式会社        ", "東京工具株式会社" * 2)
    for text, wanted in (
        (characters, {("IN-IDOC-WIDTH", "record 2")}),
        (longer, {("IN-IDOC-WIDTH", "record 2"), ("IN-IDOC-ENCODING", "E1EDKA1 (segment 2)")}),
    ):
        notices = reading_of(text.encode(), guide(positions="bytes")).notices
        assert {(each.rule, each.place) for each in notices} >= wanted


def test_names_of_code_pages() -> None:
    known = ("cp1252", "iso8859-2", "1160", "4110", "utf-16-le", "cp1141", "cp500", "8000")
    assert [name for name in known if not is_code_page(name)] == []
    assert [name for name in ("", "cp99999", "9999", "hex") if is_code_page(name)] == []


def test_a_record_cut_off_is_not_taken_for_a_wrapped_one() -> None:
    """Also where the control record is the longest line."""
    lines = [RECORDS[0].rstrip(), *(record[:100] for record in RECORDS[1:4]), RECORDS[4][:40]]
    reading = reading_of("\n".join(lines).encode(), [])
    assert [(each.rule, each.place) for each in reading.notices] == [
        ("IN-IDOC-RECORD", "record 5"),
    ]


LAST = RECORDS[-1].rstrip()
ENDS = {  # the last record, those before it, and whether that looks like a file that was cut
    "cut in its last value": (LAST[:-2], RECORDS[:-1], True),
    "cut, without line ends": ("".join([*RECORDS[:-1], LAST[:-2]]), [], True),
    "as long as its segment, blanks cut": (LAST, RECORDS[:-1], False),
    "whole": (RECORDS[-1], RECORDS[:-1], False),
    "among others without their blanks": (LAST[:-2], FLAT.splitlines()[:-1], False),
    "a segment of unknown length": (f"{'ZOWN':30}{LAST[30:]}", RECORDS[:-1], False),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_last_record_shorter_than_all_others_may_be_cut(end: str) -> None:
    last, before, is_cut = ENDS[end]
    notices = reading_of("\n".join([*before, last]).encode(), []).notices
    found = [(each.severity, each.place) for each in notices if each.rule == "IN-IDOC-CUT"]
    assert found == [(Severity.WARNING, f"record {len(RECORDS)}")] * is_cut


GARBAGE = {
    "short lines": "x\n" * 500_000,
    "lines as long as the first": f"{'x' * 200}\n" * 50_000,
    "one record again and again": f"{RECORDS[1].rstrip()}\n" * 5_000,
}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_a_file_of_garbage_is_told_in_bounds(garbage: str) -> None:
    began = process_time()
    reading = reading_of(f"{RECORDS[0][:200]}\n{GARBAGE[garbage]}".encode(), [])
    assert process_time() - began < 5
    assert 0 < len(reading.notices) <= 1100


def test_two_idocs_in_a_file_keep_apart() -> None:
    second = [line.replace("0000000007200001", "0000000007200002") for line in RECORDS]
    second[0] = second[0].replace(" INVOIC ", " INVOIC ")
    for text in ("\n".join([*RECORDS, *second]), "".join([*RECORDS, *second])):
        one, other = read(text.encode(), [])
        assert one.document == other.document == WANTED.document
        assert (one.reference, other.reference) == ("0000000007200001", "0000000007200002")
    mixed = "\n".join([*RECORDS, *second[1:3]])
    told = [each for each in reading_of(mixed.encode(), []).notices if each.rule == "IN-IDOC-MIXED"]
    assert [(each.place, each.value) for each in told] == [
        ("E1EDK01 (segment 1)", "0000000007200002")
    ]
