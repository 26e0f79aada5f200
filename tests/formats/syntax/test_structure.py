"""Where elements may stand: what a spoilt file is told, and that a good one is told nothing."""

import pytest

from formats.catalogue import WRITERS
from formats.codec import Material
from formats.syntax.structure import RULES, source_of, structure_of
from formats.xml import parse
from tests.hub.invoices import CLEAN, ubl

WRITTEN = {"ubl": ubl(), "cii": WRITERS["cii"].write(CLEAN, Material())}
DATE = b"<cbc:IssueDate>2026-11-20</cbc:IssueDate>"
SUMMATION = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
LAST = b"</cac:InvoiceLine>"
EXTENSION = (
    b"<ext:UBLExtensions xmlns:ext='urn:oasis:names:specification:ubl:schema:xsd:"
    b"CommonExtensionComponents-2'><ext:UBLExtension><ext:ExtensionContent><own/>"
    b"</ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>"
)
SPOILT = {
    "order": (
        *("ubl", {DATE: b"", LAST: LAST + DATE}),
        {
            "XSD-ORDER: cbc:IssueDate stands in Invoice behind what must follow it",
        },
    ),
    "a wrong name": (
        *("ubl", {b"cbc:DueDate>": b"cbc:DueDay>"}),
        {"XSD-NAME: cbc:DueDay has no place in Invoice"},
    ),
    "twice": (
        *("ubl", {DATE: 2 * DATE}),
        {"XSD-ONCE: cbc:IssueDate may stand once in Invoice, but stands there again"},
    ),
    "gone": (
        *("ubl", {b"<cac:Item>": b"<cac:Price>", b"</cac:Item>": b"</cac:Price>"}),
        {
            "XSD-MISSING: cac:InvoiceLine has no cac:Item",
            "XSD-MISSING: cac:Price has no cbc:PriceAmount",
            "XSD-NAME: cac:ClassifiedTaxCategory has no place in cac:Price",
            "XSD-NAME: cbc:Name has no place in cac:Price",
            "XSD-ONCE: cac:Price may stand once in cac:InvoiceLine, but stands there again",
        },
    ),
    "inside a text": (
        *("ubl", {b">R-1<": b"><cbc:Note>R-1</cbc:Note><"}),
        {"XSD-NAME: cbc:Note has no place in cbc:ID"},
    ),
    "whatever lies in an extension": (
        "ubl",
        {b"<cbc:CustomizationID": EXTENSION + b"<cbc:CustomizationID"},
        set(),
    ),
    "one of two": (
        *("cii", {b"udt:DateTimeString": b"udt:DateTime"}),
        set(),
    ),
    "neither of two": (
        *("cii", {b'<udt:DateTimeString format="102">20261120</udt:DateTimeString>': b""}),
        {"XSD-MISSING: ram:IssueDateTime has no udt:DateTimeString"},
    ),
    "another's name": (
        *("cii", {b"ram:DuePayableAmount": b"ram:PayableAmount"}),
        {f"XSD-NAME: ram:PayableAmount has no place in {SUMMATION}"},
    ),
}


@pytest.mark.parametrize("syntax", WRITTEN)
def test_what_we_write_has_every_element_in_its_place(syntax: str) -> None:
    said = structure_of(parse(WRITTEN[syntax], what=syntax))
    assert (said.passed, said.failed, said.findings) == (RULES, (), ())
    assert "names, order and number" in source_of(said.rules)


@pytest.mark.parametrize("case", SPOILT)
def test_what_the_schema_has_no_place_for_is_named(case: str) -> None:
    syntax, changes, expected = SPOILT[case]
    data = WRITTEN[syntax]
    for old, new in changes.items():
        assert old in data
        data = data.replace(old, new)
    said = structure_of(parse(data, what=syntax))
    assert {f"{finding.rule}: {finding.message}" for finding in said.findings} == expected
    assert set(said.failed) == {finding.rule for finding in said.findings}
    assert sorted((*said.passed, *said.failed)) == sorted(RULES)
    assert all(finding.place and finding.fix for finding in said.findings)


def test_a_hostile_file_gets_a_hundred_findings_and_no_more() -> None:
    data = WRITTEN["ubl"].replace(DATE, b"".join(b"<cbc:A%d/>" % number for number in range(999)))
    assert len(structure_of(parse(data, what="ubl")).findings) == 100
