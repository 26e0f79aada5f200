"""The official schemas and rules judge what we write, from invoices that add up.

FACTEUR_GENERATED says how many invoices are drawn; each is written by every writer of XML.
"""

import os
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from lxml import etree

from formats.catalogue import WRITERS
from formats.codec import Material, Writer
from formats.model import Invoice
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from formats.xml import parse
from tests.oracles.artefacts import artefact
from tests.oracles.saxon import saxon
from tests.oracles.verdicts import Verdicts
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
}

JUDGED = {
    "ubl": ("en16931-ubl-xslt",),
    "xrechnung-ubl": ("en16931-ubl-xslt", "xrechnung-ubl-xslt"),
    "peppol-bis-3": ("en16931-ubl-xslt",),
    "cii": ("en16931-cii-xslt",),
    "xrechnung-cii": ("en16931-cii-xslt", "xrechnung-cii-xslt"),
}


@pytest.mark.parametrize("name", JUDGED)
def test_what_we_write_is_valid(name: str, verdict: Verdicts) -> None:
    writer, wrong = WRITERS[name], []
    sheets = [artefact(each) for each in JUDGED[name]]
    with saxon() as official:

        @seed(20261122)
        @settings(
            max_examples=GENERATED,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(invoice=right_invoices())
        def judge(invoice: Invoice) -> None:
            data = writer.write(invoice, Material())
            said = [*ours(writer, invoice), *schema_says(data)]
            for sheet in sheets:
                fired = official.fired(sheet, data)
                said += ["it breaks down"] if fired is None else sorted(fired - WARNED.keys())
            if said:
                wrong.append(said)

        judge()
    judges, subject = f"XSD and Schematron, {name}", f"{GENERATED} generated invoices"
    verdict(judges, subject, agrees=True, files=GENERATED - len(wrong))
    verdict(judges, subject, agrees=not wrong, says=wrong[:20], files=len(wrong))


def ours(writer: Writer, invoice: Invoice) -> list[str]:
    """What our own rules for this writer say."""
    dressed = writer.dress(invoice)
    found = [f for key in writer.rules for f in check(dressed, RULESETS[key])]
    return [f"ours: {f.rule} {f.message}" for f in found]


@cache
def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(artefact(SCHEMAS[name])))


def schema_says(data: bytes) -> list[str]:
    root = parse(data, what="what we wrote")
    judge = schema(etree.QName(root).localname)
    return [] if judge.validate(root) else [str(judge.error_log)]
