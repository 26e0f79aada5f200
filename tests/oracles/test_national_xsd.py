"""The official schemas judge what we write as FatturaPA 1.2.3, FA(3) and Facturae 3.2.2."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from formats.codec import Material, Writer
from formats.facturae.write import WRITER as FACTURAE
from formats.fatturapa.write import WRITER as FATTURAPA
from formats.findings import Finding, is_fatal
from formats.ksef_fa3.write import WRITER as KSEF
from formats.model import Invoice
from formats.rules.engine import RuleSet, check
from formats.rules.es_facturae import FACTURAE as FACTURAE_RULES
from formats.rules.it_fatturapa import FATTURAPA as FATTURAPA_RULES
from formats.rules.pl_ksef import KSEF_FA3 as KSEF_RULES
from formats.xml.parsing import parse
from tests.formats.facturae import test_write as facturae_cases
from tests.formats.fatturapa import test_write as fatturapa_cases
from tests.formats.ksef_fa3 import test_write as ksef_cases
from tests.formats.national_samples import sample
from tests.oracles.schemas import schema
from tests.oracles.test_generated import GENERATED
from tests.oracles.verdicts import Verdicts
from tests.properties.invoices import invoices
from tests.properties.national_invoices import (
    ITALY,
    POLAND,
    SPAIN,
    Country,
    national_invoices,
)

SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much)
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failing invoice is large; making it smaller takes minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """A national syntax, who judges it, and what its invoices are made of."""

    writer: Writer
    rules: RuleSet
    artefact: str
    country: Country


SYNTAXES = (
    Syntax(
        writer=FATTURAPA,
        rules=FATTURAPA_RULES,
        artefact="fatturapa-fpr12-xsd",
        country=ITALY,
    ),
    Syntax(writer=KSEF, rules=KSEF_RULES, artefact="ksef-fa3-xsd", country=POLAND),
    Syntax(writer=FACTURAE, rules=FACTURAE_RULES, artefact="facturae-xsd", country=SPAIN),
)
each_syntax = pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda s: s.writer.name)


def fatal(syntax: Syntax, invoice: Invoice) -> list[Finding]:
    return [found for found in check(invoice, syntax.rules) if is_fatal([found])]


def faults(data: bytes, artefact: str) -> list[str]:
    try:
        schema(artefact).assertValid(parse(data, what="what we wrote"))
    except etree.DocumentInvalid as invalid:
        return [str(invalid)]
    return []


CASES = {
    "fatturapa": ("italy", fatturapa_cases.OTHERWISE),
    "ksef-fa3": ("poland", ksef_cases.OTHERWISE),
    "facturae": ("spain", facturae_cases.OTHERWISE),
}


@each_syntax
def test_the_sample_and_its_variants_are_valid(syntax: Syntax, verdict: Verdicts) -> None:
    country, cases = CASES[syntax.writer.name]
    changes: list[dict[str, Any]] = [{}, *(changed for changed, _ in cases.values())]
    taken = [
        invoice for invoice in (sample(country, **c) for c in changes) if not fatal(syntax, invoice)
    ]
    assert len(taken) > len(cases) / 2
    for invoice in taken:
        found = faults(syntax.writer.write(invoice, Material()), syntax.artefact)
        name = f"sample {invoice.number} as {syntax.writer.name}"
        verdict("XSD by libxml2", name, agrees=not found, says=found)


@each_syntax
@given(data=st.data())
@settings(max_examples=GENERATED, deadline=None, phases=UNSHRUNK, suppress_health_check=SLOW)
def test_a_good_invoice_is_taken_and_valid(
    syntax: Syntax, data: st.DataObject, verdict: Verdicts
) -> None:
    invoice = data.draw(national_invoices(syntax.country))
    assert fatal(syntax, invoice) == []
    found = faults(syntax.writer.write(invoice, Material()), syntax.artefact)
    name = f"generated, {syntax.writer.name}"
    verdict("XSD by libxml2", name, agrees=not found, says=found)


@each_syntax
@given(data=st.data())
@settings(max_examples=150, deadline=None, phases=UNSHRUNK, suppress_health_check=SLOW)
def test_what_is_not_refused_is_valid(
    syntax: Syntax, data: st.DataObject, verdict: Verdicts
) -> None:
    """A good invoice with one field taken from any other: mostly refused, else valid."""
    good = data.draw(national_invoices(syntax.country))
    other = data.draw(invoices())
    field = data.draw(st.sampled_from(Invoice.__struct_fields__[:-1]))
    mixed = Invoice(
        **{name: getattr(good, name) for name in Invoice.__struct_fields__}
        | {field: getattr(other, field)}
    )
    written = syntax.writer.write(mixed, Material())
    if not fatal(syntax, mixed):
        found = faults(written, syntax.artefact)
        name = f"generated with another {field}, {syntax.writer.name}"
        verdict("XSD by libxml2", name, agrees=not found, says=found)
