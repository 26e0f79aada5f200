"""The official schemas judge what we write: UBL 2.1 of OASIS, CII D22B of UN/CEFACT."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from formats.cii import read as cii_read
from formats.cii import write as cii_write
from formats.codec import Material, Writer
from formats.model import Invoice
from formats.ubl import read as ubl_read
from formats.ubl import write as ubl_write
from formats.xml import parse, payload
from tests.formats.reading import SAMPLES
from tests.formats.shared_examples import examples, name_of_example, needs_corpora
from tests.oracles.artefacts import artefact
from tests.properties.invoices import invoices

SCHEMAS = {
    "Invoice": "ubl-invoice-xsd",
    "CreditNote": "ubl-credit-note-xsd",
    "CrossIndustryInvoice": "cii-xsd",
}
SYNTAXES = {
    "ubl": (ubl_read.read_ubl, ubl_write.write_ubl),
    "cii": (cii_read.read_cii, cii_write.write_cii),
}
EXAMPLES = [
    *(("ubl", path) for path in examples(ubl_read.claims)),
    *(("cii", path) for path in examples(cii_read.claims)),
]

EXCUSED = {
    "parse/en16931/credit-note1.xml": "no BT-5, so no currency for its amounts",
    "parse/en16931/custom-namespace-prefixes.xml": "no BT-5",
    "creditnote/UBL-CreditNote-2.0-Example.xml": "no BT-5",
    "invoice/UBL-Invoice-2.0-Example.xml": "no BT-5",
    "invoice/UBL-Invoice-2.0-Example-NS3.xml": "no BT-5",
    "invoice/UBL-Invoice-2.0-Example-NS4.xml": "no BT-5",
    "cas/DATA-001/factur-x.xml": "BT-2 is no date, so there is none",
    "cas/DATA-002/factur-x.xml": "BT-2 is no date",
}
"""End of the path: what the source does not state and the schema wants."""

Write = Callable[[Invoice], bytes]


@cache
def schema(root: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(artefact(SCHEMAS[root])))


def faults(data: bytes) -> list[str]:
    """The first fault that the schema of the document's root finds, if any."""
    document = payload(parse(data, what="an example"), what="an example")
    try:
        schema(etree.QName(document).localname).assertValid(document)
    except etree.DocumentInvalid as invalid:
        return [str(invalid)]
    return []


@needs_corpora
@pytest.mark.parametrize(
    ("syntax", "path"), EXAMPLES, ids=[name_of_example(path) for _, path in EXAMPLES]
)
def test_a_valid_example_stays_valid(syntax: str, path: Path) -> None:
    read, write = SYNTAXES[syntax]
    data = path.read_bytes()
    if "RBT-002" in str(path) or faults(data):
        pytest.skip("the example itself is not valid")
    document = read(data).document
    assert isinstance(document, Invoice)
    excused = any(path.as_posix().endswith(end) for end in EXCUSED)
    assert bool(faults(write(document))) is excused


@pytest.mark.parametrize("writer", [*ubl_write.WRITERS, *cii_write.WRITERS], ids=lambda w: w.name)
@pytest.mark.parametrize("sample", ["ubl/every-term", "ubl/credit-note", "cii/every-term"])
def test_samples_are_valid_as_they_are_and_from_every_writer(sample: str, writer: Writer) -> None:
    data = (SAMPLES / sample / "in.xml").read_bytes()
    read, _ = SYNTAXES[sample.partition("/")[0]]
    assert faults(data) == []
    assert faults(writer.write(read(data).document, Material())) == []


@pytest.mark.parametrize("write", [ubl_write.write_ubl, cii_write.write_cii])
@given(invoice=invoices())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_invoice_is_valid(write: Write, invoice: Invoice) -> None:
    assert faults(write(invoice)) == []
