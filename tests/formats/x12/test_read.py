import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from formats import catalogue
from formats.codec import Unreadable
from formats.guide import parse as parse_guide
from formats.model import Invoice, Party
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from formats.x12.interchange import LIMIT_SEGMENTS, transactions
from formats.x12.read import READER, claims, read
from tests.formats.guided_samples import (
    SAMPLES,
    assert_read_as_told,
    fields_of,
    folders,
    readings_of,
)
from tests.formats.shared_examples import CORPORA, needs_corpora

FOLDERS = folders("x12")
CORPUS = CORPORA / "edifact-x12"
TEXT = (SAMPLES / "x12/invoice-4010/in.txt").read_text("utf-8")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_samples_read_as_told(folder: Path) -> None:
    readings = readings_of(folder, READER)
    assert_read_as_told(folder, readings)
    for reading in readings:
        said = {path for path in reading.sources if not path.endswith(".scheme")}
        assert fields_of(reading.document) == said


SNACKS = ("00001", "FOODSELLER", "BUYSNACKS", "BUYSNACKS PORT", "2554.38", 7, "1/15 NET 30")
CHIPS = ("00001", "FOODSELLER", "BUYER CHIPS", "BUYER CHIPS", "2554.38", 2, "1/15 NET 30")
STATED: dict[
    str, list[tuple[object, ...] | None]
] = {  # number, seller (whom to remit to), buyer, ship-to, total, lines, terms; all are tests
    "simple810.edi": [SNACKS, CHIPS],
    "invoice810_po850_dual.edi": [SNACKS, CHIPS, None],
}


@needs_corpora
@pytest.mark.parametrize("file", STATED)
def test_invoices_of_others_read_to_what_they_state(file: str) -> None:
    data = (CORPUS / "staedi/src/test/resources/x12" / file).read_bytes()
    reader, readings = catalogue.read(data, file)
    assert reader is READER
    for reading, stated in zip(readings, STATED[file], strict=True):
        rules = [notice.rule for notice in reading.notices]
        if stated is None:
            assert rules == ["IN-X12-MESSAGE"]
            assert reading.notices[0].value == "850"
        else:
            assert rules == ["IN-X12-ACCEPT"]
            assert isinstance(reading.document, Invoice)
            assert summary(reading.document) == stated


def summary(invoice: Invoice) -> tuple[object, ...]:
    delivery = invoice.delivery
    return (
        invoice.number,
        name_of(invoice.seller),
        name_of(invoice.buyer),
        delivery.name if delivery else None,
        str(invoice.totals.with_vat) if invoice.totals else None,
        len(invoice.lines),
        invoice.payment_terms,
    )


def name_of(party: Party | None) -> str | None:
    return party.name if party else None


@needs_corpora
def test_lines_of_others_read_to_what_they_state() -> None:
    data = (CORPUS / "staedi/src/test/resources/x12/simple810.edi").read_bytes()
    first, _ = read(data, [])
    stated = re.findall(rb"IT1\*\*(\d+)\*CA\*([\d.]+)\*.*?PID\*F\*\*\*\*(.*?)~", data, re.DOTALL)
    assert isinstance(first.document, Invoice)
    lines = [
        (str(line.quantity), str(line.price and line.price.net), line.item and line.item.name)
        for line in first.document.lines
    ]
    assert lines == [tuple(part.decode() for part in each) for each in stated[:7]]


@needs_corpora
def test_another_transaction_is_refused_by_its_name() -> None:
    file = CORPUS / "edi-net/test/indice.Edi.Tests/Samples/x12.810.mandatory-conditions.edi"
    with pytest.raises(Unreadable, match="is no invoice: it is 850") as refused:
        catalogue.read(file.read_bytes(), file.name)
    assert refused.value.finding.rule == "IN-X12-MESSAGE"


def test_what_an_810_does_not_say_is_found_by_the_check_and_not_made_up() -> None:
    (reading,) = read(TEXT.encode(), [])
    missing = {finding.rule for finding in check(reading.document, RULESETS["en16931"])}
    assert {
        "BR-01",  # specification
        "BR-12",  # sum of lines
        "BR-13",  # total without VAT
        "BR-24",  # net amount of a line
        "BR-45",  # taxable amount
        "BR-47",  # VAT category
    } <= missing


FAULTS: dict[str, tuple[str, Sequence[tuple[str, str | None]]]] = {
    # what is wrong: the file, its notices
    "no IEA": (re.sub(r"IEA.*\n", "", TEXT), [("IN-X12-ENVELOPE", "IEA")]),
    "no SE": (re.sub(r"SE\*3.*\n", "", TEXT), [("IN-X12-ENVELOPE", "SE (behind segment 30)")]),
    "cut off behind a segment": (
        TEXT[: TEXT.index("TDS*")],
        [("IN-X12-ENVELOPE", "IEA"), ("IN-X12-ENVELOPE", "SE (behind segment 25)")],
    ),
    "all counts and control numbers wrong": (
        TEXT.replace("SE*31*0001", "SE*30*0002")
        .replace("GE*1*100", "GE*2*101")
        .replace("IEA*1*000000100", "IEA*2*000000101"),
        [("IN-X12-ENVELOPE", "GE")] * 2
        + [("IN-X12-ENVELOPE", "IEA")] * 2
        + [("IN-X12-ENVELOPE", "SE (segment 31)")] * 2,
    ),
    "a control total": (
        TEXT.replace("CTT*2", "CTT*3"),
        [("IN-X12-COUNT", "CTT.1 (segment 30)")],
    ),
    "a test, and a cancellation": (
        TEXT.replace("*P*>", "*T*>").replace("***DI", "***DI*01"),
        [("IN-X12-ACCEPT", "ISA.15 (segment 0)"), ("IN-X12-ACCEPT", "BIG.8 (segment 2)")],
    ),
    "three values and a code at once": (
        TEXT.replace("BIG*20261122", "BIG*20261322")
        .replace("IT1*1*10*", "IT1*1*10,5*")
        .replace("TDS*20010", "TDS*200.10")
        .replace("***DI", "***XX"),
        [
            ("IN-X12-VALUE", "BIG.1 (segment 2)"),
            ("IN-X12-CODE", "BIG.7 (segment 2)"),
            ("IN-X12-VALUE", "TDS.1 (segment 26)"),
            ("IN-X12-VALUE", "TDS.1 (segment 26)"),  # BT-112 and BT-115
            ("IN-X12-VALUE", "IT1.2 (segment 21)"),
        ],
    ),
    "a party behind the lines": (
        TEXT.replace("CTT*2~", "CTT*2~\nBIG*1~").replace("SE*31", "SE*32"),
        [("IN-X12-ORDER", "BIG (segment 31)")],
    ),
    "segments of no invoice": (
        TEXT.replace("CTT*2~", "CTT*2~\nZZ*1~").replace("SE*31", "SE*32"),
        [("IN-X12-SEGMENT", "ZZ (segment 31)")],
    ),
    "an ISA that is not of its width": (
        TEXT.replace("SENDERID       *", "SENDERID*"),
        [("IN-X12-SYNTAX", "ISA")],
    ),
    "something behind the end": (TEXT + "GARBAGE", [("IN-X12-ENVELOPE", "IEA")]),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faults_are_named_by_segment_all_at_once(case: str) -> None:
    text, expected = FAULTS[case]
    assert text != TEXT
    (reading,) = read(text.encode(), [])
    assert [(notice.rule, notice.place) for notice in reading.notices] == list(expected)
    assert all(notice.fix for notice in reading.notices)


UNREADABLE = {
    "half a segment": (TEXT[:500], "IN-X12-SYNTAX"),
    "half an ISA": (TEXT[:90], "IN-X12-SYNTAX"),
    "an ISA whose two separators are one": (TEXT.replace("*P*>~", "*P**~"), "IN-X12-SYNTAX"),
    "nothing but its head": (TEXT[:107] + "IEA*0*000000100~", "IN-X12-ENVELOPE"),
    "an order": (TEXT.replace("ST*810", "ST*850"), "IN-X12-MESSAGE"),
    "too many segments": (TEXT[:107] + "A~" * (LIMIT_SEGMENTS + 1), "IN-X12-SYNTAX"),
}


MILLIONS = pytest.param("too many segments", marks=pytest.mark.scenario)


@pytest.mark.parametrize("case", [*sorted(UNREADABLE.keys() - {"too many segments"}), MILLIONS])
def test_unreadable_files_say_why(case: str) -> None:
    text, rule = UNREADABLE[case]
    with pytest.raises(Unreadable) as refused:
        read(text.encode(), [])
    assert refused.value.finding.rule == rule
    assert refused.value.finding.fix


SAME = {  # other ways to write the very same interchange
    "without line ends": TEXT.replace("~\n", "~"),
    "with DOS line ends": TEXT.replace("\n", "\r\n"),
    "indented": TEXT.replace("~\n", "~\n\t  "),
    "ended by line ends": TEXT.replace("~", ""),
    "padded by a transport": TEXT + "\x1a\0\0",
    "behind white space and a mark": f"\ufeff{TEXT}",
    "with other separators": TEXT.translate(str.maketrans("*>", "|\\")),
}


@pytest.mark.parametrize("case", SAME)
def test_however_it_is_written_it_says_the_same(case: str) -> None:
    assert read(SAME[case].encode(), []) == read(TEXT.encode(), [])


def test_several_interchanges_each_have_their_own_faults() -> None:
    first, second = read((TEXT + TEXT.replace("IEA*1*", "IEA*7*")).encode(), [])
    assert first.notices == ()
    assert second.document == first.document
    assert [notice.value for notice in second.notices] == ["7"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_segment_vanishes(folder: Path) -> None:
    text = (folder / "in.txt").read_text("utf-8")
    for transaction, reading in zip(transactions(text), readings_of(folder, READER), strict=True):
        noted = " ".join((*reading.sources.values(), *reading.unmapped))
        named = {int(number) for number in re.findall(r"segment (\d+)", noted)}
        numbers = {each.number for each in transaction.segments[1:] if each.tag != "CTT"}
        assert numbers <= named


def test_a_sum_needs_all_its_parts() -> None:
    (reading,) = read(TEXT.replace("TXI*CT*2.50", "TXI*CT*2,50").encode(), [])
    assert isinstance(reading.document, Invoice)
    assert reading.document.totals is not None
    assert reading.document.totals.vat is None
    assert {notice.place for notice in reading.notices} == {"TXI*CT.2 (segment 28)"}


def test_a_faulty_guide_is_refused() -> None:
    guide = parse_guide("mine", 'format = "x12"\n[invoice]\nnumber = "BIG02"')
    with pytest.raises(Unreadable, match="`BIG02` is no place"):
        read(TEXT.encode(), [guide])


def test_nothing_but_x12_is_claimed() -> None:
    assert not claims(b"ISABELLA", "x.x12")
    assert not claims(b"", "")
