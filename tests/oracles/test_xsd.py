"""The official schemas judge what we write: UBL 2.1 of OASIS, CII D22B of UN/CEFACT, Factur-X."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from formats import canonical
from formats.cii import read as cii_read
from formats.cii import write as cii_write
from formats.codec import Material, Writer
from formats.facturx.levels import BASIC, EN_16931, EXTENDED, Level
from formats.facturx.room import narrowed
from formats.findings import is_fatal
from formats.model import Document, Invoice
from formats.rules.en16931 import EN16931
from formats.rules.engine import check
from formats.ubl import read as ubl_read
from formats.ubl import write as ubl_write
from formats.xml.parsing import parse
from formats.xml.payload import payload
from tests.formats.reading import SAMPLES
from tests.formats.shared_examples import examples, name_of_example, needs_corpora
from tests.oracles.artefacts import artefact
from tests.oracles.verdicts import Verdicts
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
    "invoice/ERR-9 BII04 minimal VAT invoice example 01.xml": "a row of the VAT breakdown is of a"
    " tax that is none, so it has no VAT category",
    "cas/DATA-001/factur-x.xml": "BT-2 is no date, so there is none",
    "cas/DATA-002/factur-x.xml": "BT-2 is no date",
}
"""End of the path: what the source does not state and the schema wants."""

SAMPLE_DOCUMENTS = sorted(
    path.relative_to(SAMPLES).as_posix()
    for pattern in ("*/*/document.json", "letter/*.json")
    for path in SAMPLES.glob(pattern)
)

Write = Callable[[Invoice], bytes]
JUDGE = "XSD by libxml2"
SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)


@cache
def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(artefact(name)))


def faults(data: bytes, by: str | None = None) -> list[str]:
    """The first fault that a schema finds, if any; without a name that of the document's root."""
    document = payload(parse(data, what="an example"), what="an example")
    try:
        schema(by or SCHEMAS[etree.QName(document).localname]).assertValid(document)
    except etree.DocumentInvalid as invalid:
        return [str(invalid)]
    return []


def documents(path: Path) -> list[Document]:
    """The canonical document in a file, or the several."""
    content = msgspec.json.decode(path.read_bytes())
    several = content if isinstance(content, list) else [content]
    return [canonical.decode(msgspec.json.encode(each)) for each in several]


@needs_corpora
@pytest.mark.parametrize(
    ("syntax", "path"), EXAMPLES, ids=[name_of_example(path) for _, path in EXAMPLES]
)
def test_a_valid_example_stays_valid(syntax: str, path: Path, verdict: Verdicts) -> None:
    read, write = SYNTAXES[syntax]
    data = path.read_bytes()
    if "RBT-002" in str(path) or faults(data):
        pytest.skip("the example itself is not valid")
    document = read(data).document
    assert isinstance(document, Invoice)
    excused = any(path.as_posix().endswith(end) for end in EXCUSED)
    found = faults(write(document))
    verdict(JUDGE, name_of_example(path), agrees=bool(found) is excused, says=found)


@pytest.mark.parametrize("writer", [*ubl_write.WRITERS, *cii_write.WRITERS], ids=lambda w: w.name)
@pytest.mark.parametrize("sample", ["ubl/every-term", "ubl/credit-note", "cii/every-term"])
def test_samples_are_valid_as_they_are_and_from_every_writer(
    sample: str, writer: Writer, verdict: Verdicts
) -> None:
    data = (SAMPLES / sample / "in.xml").read_bytes()
    read, _ = SYNTAXES[sample.partition("/")[0]]
    assert faults(data) == []
    found = faults(writer.write(read(data).document, Material()))
    verdict(JUDGE, f"{sample} as {writer.name}", agrees=not found, says=found)


@pytest.mark.parametrize("sample", SAMPLE_DOCUMENTS)
def test_what_our_rules_let_through_is_valid(sample: str, verdict: Verdicts) -> None:
    for document in documents(SAMPLES / sample):
        if not isinstance(document, Invoice):
            continue
        refused = is_fatal(check(document, EN16931))
        for syntax, (_, write) in SYNTAXES.items():
            found = faults(write(document))
            name = f"{sample}, {document.number}, as {syntax}"
            verdict(JUDGE, name, agrees=refused or not found, says=found)


@pytest.mark.parametrize("level", [BASIC, EN_16931, EXTENDED], ids=lambda level: level.key)
@pytest.mark.parametrize("sample", ["invoice", "reverse-charge", "credit-note"])
def test_the_file_in_a_factur_x_is_valid_in_its_profile(
    sample: str, level: Level, verdict: Verdicts
) -> None:
    (document,) = documents(SAMPLES / f"letter/{sample}.json")
    assert isinstance(document, Invoice)
    carried = narrowed(document, level)
    xml = cii_write.write_cii(carried, specification=level.specification)
    found = faults(xml, by=f"facturx-{level.key}-xsd")
    verdict(JUDGE, f"{sample} as factur-x.xml, {level.key}", agrees=not found, says=found)


@pytest.mark.parametrize("write", [ubl_write.write_ubl, cii_write.write_cii])
@given(invoice=invoices())
@settings(max_examples=50, deadline=None, suppress_health_check=SLOW)
def test_any_invoice_is_valid(write: Write, invoice: Invoice, verdict: Verdicts) -> None:
    found = faults(write(invoice))
    verdict(JUDGE, f"generated, {write.__name__}", agrees=not found, says=found)
