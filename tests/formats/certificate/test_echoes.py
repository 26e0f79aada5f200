"""What is there and cannot be read is said once: it is not called missing as well."""

import re
from datetime import UTC, date, datetime

import pytest

from formats.catalogue import WRITERS
from formats.certificate.echoes import without_echoes
from formats.certificate.judge import Terms, judge_file
from formats.codec import Material
from formats.findings import Finding
from tests.formats.guided_samples import SAMPLES, guides_of
from tests.hub.invoices import CLEAN

NOW = datetime(2026, 11, 22, tzinfo=UTC)
UBL = WRITERS["ubl"].write(CLEAN, Material()).decode()
CII = WRITERS["cii"].write(CLEAN, Material()).decode()
IN_XML = [  # file, element whose text becomes unreadable, its term
    (UBL, "cbc:IssueDate", "BT-2"),
    (UBL, "cbc:PayableAmount", "BT-115"),
    (UBL, "cbc:TaxInclusiveAmount", "BT-112"),
    (UBL, "cbc:TaxExclusiveAmount", "BT-109"),
    (UBL, "cbc:InvoicedQuantity", "BT-129"),
    (UBL, "cbc:PriceAmount", "BT-146"),
    (UBL, "cbc:TaxableAmount", "BT-116"),
    (UBL, "cbc:Percent", "BT-119"),
    (CII, "ram:DuePayableAmount", "BT-115"),
    (CII, "ram:GrandTotalAmount", "BT-112"),
    (CII, "ram:LineTotalAmount", "BT-131"),
    (CII, "ram:ChargeAmount", "BT-146"),
    (CII, "ram:BilledQuantity", "BT-129"),
    (CII, "ram:CalculatedAmount", "BT-117"),
    (CII, "ram:RateApplicablePercent", "BT-152"),
]
IN_OTHERS = [  # sample, what stands there, what becomes of it, the term
    ("csv/lines-german-cp1252", b"2.235,00", b"2.2x5,00", "BT-131"),
    ("csv/lines-german-cp1252", b"20.11.2026", b"31.11.2026", "BT-2"),
    ("idoc/invoic02-xml", b"<SUMME>910.12", b"<SUMME>9x.12", "BT-109"),
    ("edifact/eancom-d96a", b"PRI+AAA:10,00", b"PRI+AAA:1x,00", "BT-146"),
]


def said(data: bytes, name: str, folder: str | None = None) -> list[Finding]:
    guides = guides_of(SAMPLES / folder) if folder else ()
    terms = Terms(at=NOW, day=NOW.date(), by="a test", guides=guides)
    return [
        each for document in judge_file(data, name, terms).documents for each in document.findings
    ]


@pytest.mark.parametrize(("file", "element", "term"), IN_XML)
def test_an_unreadable_value_is_not_missing(file: str, element: str, term: str) -> None:
    spoilt = re.sub(rf"(<{element}\b[^>]*>)[^<]*", r"\1abc", file, count=1)
    assert spoilt != file
    found = said(spoilt.encode(), "a.xml")
    assert [each.rule for each in found if each.term == term][:1] == ["IN-VALUE"]
    assert not [each for each in found if "missing" in each.message]
    assert not [each for each in found if each.rule == "XSD-VALUE"]


def test_what_its_schema_refuses_counts_as_broken_even_if_the_reader_says_it() -> None:
    spoilt = UBL.replace(">2026-12-20<", ">abc<")
    terms = Terms(at=NOW, day=NOW.date(), by="a test")
    (document,) = judge_file(spoilt.encode(), "a.xml", terms).documents
    assert [each.rule for each in document.findings] == ["IN-VALUE"]
    assert next(each for each in document.sets if each.key == "ubl-elements").failed == (
        "XSD-VALUE",
    )


@pytest.mark.parametrize(("folder", "there", "spoilt", "term"), IN_OTHERS)
def test_nor_is_it_in_other_formats(folder: str, there: bytes, spoilt: bytes, term: str) -> None:
    file = next((SAMPLES / folder).glob("in.*"))
    data = file.read_bytes()
    assert there in data
    before = {(each.rule, each.path) for each in said(data, file.name, folder)}
    found = said(data.replace(there, spoilt, 1), file.name, folder)
    new = [each for each in found if (each.rule, each.path) not in before]
    assert [each.rule[:3] for each in new if each.term == term][:1] == ["IN-"]
    assert not [each for each in new if each.term == term and "missing" in each.message]


def test_what_is_not_there_is_missing() -> None:
    without = re.sub(r"<cbc:PayableAmount.*?</cbc:PayableAmount>", "", UBL)
    assert "BR-15" in {each.rule for each in said(without.encode(), "a.xml")}


def test_a_rule_with_nothing_else_to_say_is_not_applicable() -> None:
    spoilt = UBL.replace(">2026-", ">9999999-", 1)
    terms = Terms(at=NOW, day=date(2026, 11, 22), by="a test")
    (document,) = judge_file(spoilt.encode(), "a.xml", terms).documents
    core = next(each for each in document.sets if each.key == "en16931")
    assert "BR-03" in core.not_applicable
    assert "BR-03" not in (*core.failed, *core.passed)
    assert without_echoes(document, ()) == document
