import re
from pathlib import Path

import pytest
from lxml import etree

from formats.codec import Unreadable
from formats.guide import parse
from formats.idoc.read import READER, claims, read
from formats.model import Invoice
from formats.xml.parsing import parse as parse_element
from tests.formats.guided_samples import (
    SAMPLES,
    assert_read_as_told,
    fields_of,
    folders,
    readings_of,
)
from tests.formats.shared_examples import CORPORA, needs_corpora

FOLDERS = folders("idoc")
XML = (SAMPLES / "idoc/invoic02-xml/in.xml").read_text("utf-8")
FLAT = (SAMPLES / "idoc/invoic01-flat-trimmed/in.txt").read_text("utf-8")
PUBLIC = CORPORA / "sap-idoc/sap-recipes-idoc/extracted"
INVOICES = sorted(PUBLIC.glob("INVOIC02*"))
OTHERS = [path for path in sorted(PUBLIC.glob("*")) if path not in INVOICES]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_samples_read_as_told(folder: Path) -> None:
    readings = readings_of(folder, READER)
    assert_read_as_told(folder, readings)
    for reading in readings:
        assert fields_of(reading.document) == set(reading.sources)


@pytest.mark.parametrize(
    "folder",
    [each for each in FOLDERS if "flat" in each.name and "three" not in each.name],
    ids=str,
)
def test_flat_files_say_what_the_xml_says(folder: Path) -> None:
    basic_type = ("INVOIC01", "INVOIC02")
    assert Path(folder, "in.txt").read_bytes().decode("cp1252").count(basic_type[0]) == 1
    (flat,), (xml,) = readings_of(folder, READER), read(XML.encode(), [])
    assert (flat.document, flat.sources, flat.unmapped) == (
        xml.document,
        xml.sources,
        xml.unmapped,
    )


UNDERSTOOD = {  # needs no place: it tells what its segment is, or goes into a text
    *("TABNAM", "DOCNUM", "IDOCTYP", "MESTYP"),
    *("QUALF", "IDDAT", "SUMID", "PARVW", "TDID", "KSCHL", "ALCKZ"),
    *("TSSPRAS", "TSSPRAS_ISO", "TDLINE", "TDFORMAT", "ZTERM_TXT"),
}


@pytest.mark.parametrize(
    "path",
    [*(next(each.glob("in.*")) for each in FOLDERS if list(each.glob("in.xml"))), *INVOICES],
    ids=lambda path: f"{path.parent.name}/{path.stem[-30:]}",
)
def test_no_field_vanishes(path: Path) -> None:
    for idoc, reading in zip(parse_xml(path), read(path.read_bytes(), []), strict=True):
        segments = [each for each in idoc.iter() if each.get("SEGMENT") and each.tag != "EDI_DC40"]
        faulty = [notice.place or "" for notice in reading.notices]
        listed = {re.sub(r"\[.*?\]", "", place) for place in (*reading.unmapped, *faulty)}
        places = " + ".join(reading.sources.values()).split(" + ")
        taken = {re.sub(r"\[.*?\]", "", place) for place in places}
        texts = {text for _, _, text in fields(segments)}
        vanished = {
            (name, text)
            for place, name, text in fields(segments)
            if place not in listed | taken and name not in UNDERSTOOD
        }
        said = {text for place, _, text in fields(segments) if place in taken}
        assert texts
        assert {text for _, text in vanished} <= said


def parse_xml(path: Path) -> list[etree._Element]:
    return parse_element(path.read_bytes(), what="a sample").findall("IDOC")


def fields(segments: list[etree._Element]) -> list[tuple[str, str, str]]:
    return [
        (f"{segment.tag}.{field.tag} (segment {number})", str(field.tag), field.text.strip())
        for number, segment in enumerate(segments, start=1)
        for field in segment
        if field.text and field.text.strip()
    ]


def stated(xml: str, segment: str, condition: str, field: str) -> list[str]:
    """What the file itself says, found without our reader."""
    blocks = re.findall(rf"<{segment} SEGMENT=.*?</{segment}>", xml, re.DOTALL)
    found = [re.search(rf"<{field}>([^<]*)<", block) for block in blocks if condition in block]
    return [each[1] for each in found if each]


@needs_corpora
@pytest.mark.parametrize("path", INVOICES, ids=lambda path: path.stem[-40:])
def test_invoices_of_others_read_to_their_own_figures(path: Path) -> None:
    xml = path.read_text("utf-8")
    (reading,) = read(xml.encode(), [])
    invoice = reading.document
    assert isinstance(invoice, Invoice)
    assert invoice.totals is not None
    assert [invoice.number] == stated(xml, "E1EDK02", "<QUALF>009<", "BELNR")
    assert [f"{invoice.issue_date:%Y%m%d}"] == stated(xml, "E1EDK03", "<IDDAT>026<", "DATUM")
    assert [f"{invoice.due_date:%Y%m%d}"] == stated(xml, "E1EDK03", "<IDDAT>028<", "DATUM")
    assert [str(invoice.totals.without_vat)] == stated(xml, "E1EDS01", "<SUMID>010<", "SUMME")
    assert [str(invoice.totals.with_vat)] == stated(xml, "E1EDS01", "<SUMID>011<", "SUMME")
    assert [str(line.net) for line in invoice.lines] == stated(
        xml, "E1EDP26", "<QUALF>003<", "BETRG"
    )
    assert [len(invoice.payment.credit_transfers) if invoice.payment else 0] == [
        xml.count("<E1EDK28 ")
    ]
    assert [(notice.rule, notice.value) for notice in reading.notices] == [("IN-IDOC-CODE", "BU")]


@needs_corpora
@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem[-40:])
def test_other_messages_are_told_apart(path: Path) -> None:
    data = path.read_bytes()
    is_idoc = path.suffix == ".xml" or ".idoc" in path.name
    assert claims(data[:4096], path.name) == is_idoc
    if is_idoc:
        with pytest.raises(Unreadable, match=r"is no invoice: its message is [A-Z]+"):
            read(data, [])


def without(tag: str, text: str = XML) -> str:
    return re.sub(rf"<{tag} SEGMENT.*?</{tag}>", "", text, count=1, flags=re.DOTALL)


def test_nothing_but_idocs_is_claimed() -> None:
    assert claims(XML.encode("utf-16")[:4096], "")
    assert claims(FLAT.encode()[:4096], "x.dat")
    assert not claims(b"<Invoice><ID>1</ID></Invoice>", "INVOIC02.xml")
    assert not claims(b"", "")


UNREADABLE: dict[
    str, tuple[str | bytes, str, str | None]
] = {  # what is wrong with the file: its bytes, rule, place
    "flat file without control record": (FLAT.partition("\n")[2], "IN-IDOC-CONTROL", "record 1"),
    "release 3 port": (FLAT.replace("EDI_DC40", "EDI_DC  "), "IN-IDOC-CONTROL", "record 1"),
    "no IDOC element": ("<INVOIC02/>", "IN-IDOC-CONTROL", "root element"),
    "orders": (
        XML.replace("<MESTYP>INVOIC<", "<MESTYP>ORDERS<"),
        "IN-IDOC-MESSAGE",
        "EDI_DC40.MESTYP (segment 0)",
    ),
    "half a file": (XML[: len(XML) // 2], "IN-XML-1", None),
    "entities": (
        XML.replace("<INVOIC02>", "<!DOCTYPE a [<!ENTITY b 'c'>]><INVOIC02>"),
        "IN-XML-2",
        None,
    ),
    "no text": (b"EDI_DC40" + b"\x81" * 9, "IN-IDOC-ENCODING", "byte 9"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable_files_say_why(case: str) -> None:
    data, rule, place = UNREADABLE[case]
    with pytest.raises(Unreadable) as caught:
        read(data if isinstance(data, bytes) else data.encode(), [])
    assert caught.value.finding.rule == rule
    assert place is None or caught.value.finding.place == place
    assert caught.value.finding.fix


def notices(text: str) -> list[tuple[str, str | None]]:
    (reading,) = read(text.encode(), [])
    return [(notice.rule, notice.place) for notice in reading.notices]


CUT = FLAT.splitlines()
FAULTS = {  # what is wrong with an IDoc that is read all the same: the file, its notices
    "no control record": (
        without("EDI_DC40"),
        [("IN-IDOC-CONTROL", "/INVOIC02/IDOC (line 3)")],
    ),
    "a test": (
        XML.replace("<MESTYP>", "<TEST>X</TEST><MESTYP>"),
        [("IN-IDOC-TEST", "EDI_DC40.TEST (segment 0)")],
    ),
    "an item's segment before any item": (
        XML.replace("<E1EDK02 ", "<E1EDP26 SEGMENT='1'><QUALF>003</QUALF></E1EDP26><E1EDK02 ", 1),
        [("IN-IDOC-HIERARCHY", "E1EDP26 (segment 7)")],
    ),
    "an item's segment below the header": (
        XML.replace("</CURCY>", "</CURCY><E1EDP26 SEGMENT='1'><QUALF>003</QUALF></E1EDP26>", 1),
        [("IN-IDOC-HIERARCHY", "E1EDP26 (segment 2)")] * 2,
    ),
    "PSGNUM names what is not there": (
        FLAT.replace(
            f"{'E2EDK02':30}1000000000007200001000007000000",
            f"{'E2EDK02':30}1000000000007200001000007000099",
        ),
        [("IN-IDOC-HIERARCHY", "E1EDK02 (segment 7)")],
    ),
    "segments a hundred deep": (
        XML.replace("<E1EDK02 ", "<Z1A SEGMENT='1'>" * 150 + "</Z1A>" * 150 + "<E1EDK02 ", 1),
        [("IN-IDOC-HIERARCHY", "Z1A (segment 107)"), ("IN-IDOC-SEGMENT", "Z1A (segment 7)")],
    ),
    "a record cut off inside its head": (
        "\n".join([*CUT, CUT[-1][:40]]),
        [("IN-IDOC-RECORD", f"record {len(CUT) + 1}")],
    ),
    "a number that is none, and two dates": (
        XML.replace("<MENGE>4.000<", "<MENGE>4,000<").replace("20261120<", "20261320<"),
        [
            ("IN-IDOC-VALUE", "E1EDK03[026].DATUM (segment 11)"),
            ("IN-IDOC-VALUE", "E1EDP01.MENGE (segment 29)"),
        ],
    ),
    "codes without a meaning": (
        XML.replace(">F2<", ">ZF2<").replace(">INVO<", ">ZINV<").replace(">7.000<", ">0.000<"),
        [
            ("IN-IDOC-CODE", "E1EDK14[015].ORGID (segment 28)"),
            ("IN-IDOC-CODE", "E1EDK04.MWSKZ (segment 17)"),
            ("IN-IDOC-CODE", "E1EDP04.MWSKZ (segment 55)"),
        ],
    ),
    "segments of the customer's own": (
        XML.replace("<E1EDK02 ", "<Z1A SEGMENT='1'><B>1</B></Z1A><E1EDK02 ", 1),
        [("IN-IDOC-SEGMENT", "Z1A (segment 7)")],
    ),
}


def test_a_chain_of_records_does_not_exhaust_the_stack() -> None:
    head = f"{'Z2A':30}1000000000007200001"
    item = f"{'E2EDP01011':30}100000000000720000100000100000002"
    chain = "\n".join(f"{head}{place:06}{place - 1:06}03" for place in range(2, 20_000))
    (reading,) = read(f"{CUT[0]}\n{item}\n{chain}".encode(), [])
    assert {notice.rule for notice in reading.notices} == {"IN-IDOC-HIERARCHY", "IN-IDOC-SEGMENT"}


@pytest.mark.parametrize("case", FAULTS)
def test_faults_are_named_by_segment_and_field(case: str) -> None:
    text, expected = FAULTS[case]
    assert text not in (XML, FLAT)
    assert notices(text) == expected


def test_a_foreign_idoc_does_not_stop_the_others() -> None:
    two = (SAMPLES / "idoc/two-in-one-xml/in.xml").read_text("utf-8")
    first, second = read(two.replace(">INVOIC<", ">ORDERS<", 1).encode(), [])
    assert (first.document, [notice.rule for notice in first.notices]) == (
        Invoice(),
        ["IN-IDOC-MESSAGE"],
    )
    assert second == read(two.encode(), [])[1]


def test_the_guide_that_fits_the_control_record_is_taken() -> None:
    other = parse("other", 'format = "idoc"\n[match]\nSNDPRN = "X"\n[invoice]\nnumber = []\n')
    mine = parse("mine", 'format = "idoc"\n[invoice]\nnumber = "E1EDK02[001].BELNR"\n')
    (reading,) = read(XML.encode(), [other, mine])
    assert reading.sources["number"] == "E1EDK02[001].BELNR (segment 8)"
