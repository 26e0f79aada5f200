"""The official schemas and rules judge what we write, from invoices that add up.

FACTEUR_GENERATED says how many invoices are drawn; each is written by every writer of XML that has
an official Schematron, and as the XML of each level of Factur-X.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from lxml import etree

from formats.catalogue import WRITERS
from formats.cii.write import write_cii
from formats.codec import Material
from formats.facturx.levels import Level
from formats.facturx.room import narrowed
from formats.facturx.write import FORMS
from formats.model import Invoice
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from formats.xml.parsing import parse
from tests.oracles.artefacts import artefact
from tests.oracles.saxon import Saxon, saxon
from tests.oracles.verdicts import Verdicts
from tests.properties.right_abroad import Finish, finishing
from tests.properties.right_invoices import right_invoices

GENERATED = int(os.environ.get("FACTEUR_GENERATED", "1000"))
SCHEMAS = {
    "Invoice": "ubl-invoice-xsd",
    "CreditNote": "ubl-credit-note-xsd",
    "CrossIndustryInvoice": "cii-xsd",
}
WARNED = {
    "CII-SR-475": "BG-24 comes 0..n times, each with its BT-124; the official rule only warns",
    "CII-SR-476": "BG-24 comes 0..n times, each with its BT-125; the official rule only warns",
    **{
        f"{prefix}-{category}-08rev": "why an allowance or charge is exempt has no place, and lines"
        " need not say it; the official rule only warns"
        for prefix in ("BR-FXEXT", "BR-FREXT")
        for category in ("AE", "E", "G", "IC", "O")
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is written, and who judges it.

    Attributes:
        writer: whose rules of ours must find nothing, and for whom the invoices are right.
        write: gives what is judged.
        sheets: artefacts.
        schema: artefact; that of the root element where none is named.
    """

    writer: str
    write: Callable[[Invoice], bytes]
    sheets: tuple[str, ...]
    schema: str = ""


def by_writer(name: str, *sheets: str) -> Judged:
    return Judged(
        writer=name,
        write=lambda invoice: WRITERS[name].write(invoice, Material()),
        sheets=tuple(f"{sheet}-xslt" for sheet in sheets),
    )


def by_level(name: str, level: Level) -> Judged:
    """What a Factur-X of this writer has inside."""

    def write(invoice: Invoice) -> bytes:
        return write_cii(narrowed(invoice, level), specification=level.specification)

    sheets = (f"facturx-{level.key}-xslt", *(["fr-ctc-cii-xslt"] if "fr-" in name else []))
    return Judged(writer=name, write=write, sheets=sheets, schema=f"facturx-{level.key}-xsd")


JUDGED = (
    by_writer("ubl", "en16931-ubl"),
    by_writer("xrechnung-ubl", "en16931-ubl", "xrechnung-ubl"),
    by_writer("peppol-bis-3", "en16931-ubl", "peppol-ubl"),
    by_writer("fr-ctc-ubl", "en16931-ubl", "fr-ctc-ubl"),
    by_writer("fr-extended-ubl", "fr-extended-ubl", "fr-ctc-ubl"),
    by_writer("cius-ro-ubl", "en16931-ubl", "cius-ro-ubl"),
    by_writer("cii", "en16931-cii"),
    by_writer("xrechnung-cii", "en16931-cii", "xrechnung-cii"),
    by_writer("fr-ctc-cii", "en16931-cii", "fr-ctc-cii"),
    by_writer("fr-extended-cii", "fr-extended-cii", "fr-ctc-cii"),
    *(by_level(name, level) for name, (level, _) in FORMS.items()),
)
NATIONAL = {"fatturapa", "ksef-fa3", "facturae"}
"""They have no Schematron; `test_national_xsd` judges them."""


def test_every_writer_of_xml_is_judged() -> None:
    xml = {name for name, each in WRITERS.items() if each.suffix in {".xml", ".xsig"}}
    assert {each.writer for each in JUDGED} == (xml - NATIONAL) | FORMS.keys()


@pytest.mark.parametrize("judged", JUDGED, ids=lambda judged: judged.writer)
def test_what_we_write_is_valid(judged: Judged, verdict: Verdicts) -> None:
    invoices = drawn(finishing(judged.writer))
    written = [judged.write(invoice) for invoice in invoices]
    said = [
        [*ours(judged.writer, invoice), *schema_says(data, judged.schema), *rules]
        for invoice, data, rules in zip(invoices, written, fired(judged, written), strict=True)
    ]
    wrong = [each for each in said if each]
    count = len(said)
    judges, subject = f"XSD and Schematron, {judged.writer}", f"{count} generated invoices"
    verdict(judges, subject, agrees=True, files=count - len(wrong))
    verdict(judges, subject, agrees=not wrong, says=wrong[:20], files=len(wrong))


@cache
def drawn(finish: Finish) -> Sequence[Invoice]:
    """Return the invoices that are finished so, always the same."""
    found: list[Invoice] = []

    @seed(20261122)
    @settings(
        max_examples=GENERATED,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(invoice=right_invoices(finish.rates))
    def draw(invoice: Invoice) -> None:
        found.append(finish.of(invoice))

    draw()
    return found


def fired(judged: Judged, written: Sequence[bytes]) -> Sequence[list[str]]:
    """Return what the official rules say of each; a Saxon for either half of them."""
    sheets = [artefact(each) for each in judged.sheets]

    def of_half(official: Saxon, half: Sequence[bytes]) -> list[list[str]]:
        return [[*chain(*(rules_say(official, each, data) for each in sheets))] for data in half]

    middle = len(written) // 2
    with saxon() as one, saxon() as two, ThreadPoolExecutor(2) as pool:
        halves = pool.map(of_half, (one, two), (written[:middle], written[middle:]))
        return [*chain(*halves)]


def ours(name: str, invoice: Invoice) -> list[str]:
    """What our own rules for this writer say."""
    writer = WRITERS[name]
    dressed = writer.dress(invoice)
    found = [f for key in writer.rules for f in check(dressed, RULESETS[key])]
    return [f"ours: {f.rule} {f.message}" for f in found if f.rule not in WARNED]


@cache
def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(artefact(name)))


def schema_says(data: bytes, name: str) -> list[str]:
    root = parse(data, what="what we wrote")
    judge = schema(name or SCHEMAS[etree.QName(root).localname])
    return [] if judge.validate(root) else [str(judge.error_log)]


def rules_say(official: Saxon, sheet: Path, data: bytes) -> list[str]:
    fired = official.fired(sheet, data)
    return ["it breaks down"] if fired is None else sorted(fired - WARNED.keys())
