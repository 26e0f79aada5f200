"""Where elements may stand: what a spoilt file is told, and that a good one is told nothing."""

from random import Random

import pytest
from lxml import etree

from formats.catalogue import WRITERS
from formats.codec import Material
from formats.syntax.structure import RULES, source_of, structure_of
from formats.xml.parsing import parse
from tests.hub.invoices import CLEAN, ubl
from tests.oracles.artefacts import artefact
from tests.oracles.value_mutants import value_mutants

WRITTEN = {"ubl": ubl(), "cii": WRITERS["cii"].write(CLEAN, Material())}
DATE = b"<cbc:IssueDate>2026-11-20</cbc:IssueDate>"
CURRENCY = b"<cbc:DocumentCurrencyCode>"
XML = "{http://www.w3.org/XML/1998/namespace}"
LANGUAGE = "a language as en or de-AT"
SUMMATION = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
LAST = b"</cac:InvoiceLine>"
XSI = b"xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:schemaLocation='urn:a a.xsd'"
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
        *(
            "cii",
            {
                b'<udt:DateTimeString format="102">20261120</udt:DateTimeString>': (
                    b"<udt:DateTime>2026-11-20T00:00:00</udt:DateTime>"
                )
            },
        ),
        set(),
    ),
    "no date, where nobody reads one": (
        *("ubl", {CURRENCY: b"<cbc:TaxPointDate>2026-02-29</cbc:TaxPointDate>" + CURRENCY}),
        {"XSD-VALUE: '2026-02-29' in cbc:TaxPointDate is not a date as 2026-01-31"},
    ),
    "an attribute that is unknown": (
        *("ubl", {b'currencyID="EUR">19.00': b'currencyID="EUR" own="1">19.00'}),
        {"XSD-ATTRIBUTE: the attribute own of cbc:TaxAmount has no place there"},
    ),
    "an attribute of what has elements": (
        *("cii", {b"<ram:SellerTradeParty>": b"<ram:SellerTradeParty xml:lang='de'>"}),
        {
            f"XSD-ATTRIBUTE: the attribute {XML}lang of ram:SellerTradeParty has no place there",
        },
    ),
    "an attribute that is gone": (
        *("ubl", {b'currencyID="EUR">19.00': b">19.00"}),
        {"XSD-ATTRIBUTE-MISSING: the attribute currencyID of cbc:TaxAmount is missing"},
    ),
    "an attribute of another type": (
        *("ubl", {b"<cbc:Name>Hammer": b'<cbc:Name languageID="e_n">Hammer'}),
        {
            f"XSD-VALUE: 'e_n' in the attribute languageID of cbc:Name is not {LANGUAGE}",
        },
    ),
    "where its schema is": (
        *("ubl", {b"<cac:InvoiceLine>": b"<cac:InvoiceLine %s>" % XSI}),
        set(),
    ),
    "text between elements": (
        *("cii", {b"<ram:SellerTradeParty>": b"<ram:SellerTradeParty>\xc2\xa0x"}),
        {
            "XSD-TEXT: '\\xa0x' stands in ram:SellerTradeParty, which has elements and no text",
        },
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


@pytest.mark.parametrize("syntax", WRITTEN)
def test_the_official_schema_refuses_what_we_refuse(syntax: str) -> None:
    """A sample; tests/oracles does so over everybody's examples."""
    root = parse(WRITTEN[syntax], what=syntax)
    official = etree.XMLSchema(
        file=str(artefact("cii-xsd" if syntax == "cii" else "ubl-invoice-xsd"))
    )
    spoilt = [*value_mutants(root, count=150, random=Random(syntax))]  # noqa: S311 (the same each time)
    differing = [
        how
        for how, data in spoilt
        if official.validate(parse(data, what=how))
        is bool(structure_of(parse(data, what=how)).failed)
    ]
    assert differing == []
