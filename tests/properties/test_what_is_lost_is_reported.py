"""Law: what a format does not carry of an invoice is what the report of losses names, no more."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.catalogue import WRITERS, read
from formats.cii.write import write_cii
from formats.codec import Material
from formats.facturx.overlay import FILE_NAME, overlay
from formats.facturx.room import narrowed
from formats.facturx.supplements import supplements
from formats.facturx.write import FORMS
from formats.losses import STATED, losses
from formats.model import Contact, Invoice, PostalAddress
from formats.model.extensions import Extensions
from formats.model.france import France, LogisticsCharge
from formats.model.germany import Germany, ThirdPartyPayment
from formats.model.terms import term_of
from formats.pdf.archival import to_pdfa3
from formats.shown import variants
from tests.formats.letter.cases import CREATED
from tests.formats.pdf.small import one_page
from tests.formats.rules.samples import change
from tests.properties.examples import examples
from tests.properties.invoices import invoices
from tests.properties.national_invoices import ITALY, POLAND, SPAIN, national_invoices

NATIONAL = {"fatturapa": ITALY, "ksef-fa3": POLAND, "facturae": SPAIN}
READ_BACK = [
    *(name for name, each in WRITERS.items() if each.suffix == ".xml" and name not in NATIONAL),
    *FORMS,
]
MORE: dict[str, Any] = {
    "payee.contact": Contact(name="Someone"),
    "payee.address": PostalAddress(city="Somewhere"),
    "buyer.tax_registration": "12",
    "extensions": Extensions(
        de=Germany(
            third_party_payments=(
                ThirdPartyPayment(kind="1", amount=Decimal(1), description="deposit"),
            )
        ),
        fr=France(logistics_charges=(LogisticsCharge(amount=Decimal(5), reason="freight"),)),
    ),
}
"""What not every syntax has a place for."""
SPARING = settings(
    max_examples=examples(4),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@st.composite
def invoices_with_more(draw: st.DrawFn) -> Invoice:
    invoice = draw(invoices())
    for path in draw(st.sets(st.sampled_from(sorted(MORE)))):
        group = path.partition(".")[0]
        if group == "extensions" or getattr(invoice, group) is not None:
            invoice = change(invoice, {path: MORE[path]})
    return invoice


def terms(invoice: Invoice) -> Counter[tuple[str, str]]:
    """What is said, by term; in numbers and blanks the syntaxes are free."""
    return Counter(
        (term_of(path) or re.sub(r"\[\d+\]", "", path), " ".join(str(value).split()))
        for path, value in leaves("", msgspec.to_builtins(invoice, builtin_types=(Decimal,)))
        if path != "kind" and str(value).strip()
    )


def leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, below in value.items():
            yield from leaves(f"{path}.{name}" if path else name, below)
    elif isinstance(value, list | tuple):
        for number, below in enumerate(value):
            yield from leaves(f"{path}[{number}]", below)
    else:
        yield path, value


def come_back(name: str, invoice: Invoice) -> Invoice:
    """What a reader finds in what the writer makes; a Factur-X has a page that says nothing."""
    data = _factur_x(name, invoice) if name in FORMS else WRITERS[name].write(invoice, Material())
    _, (reading,) = read(data, "")
    document = reading.document
    assert isinstance(document, Invoice)
    return document


@cache
def page() -> bytes:
    return to_pdfa3(one_page(), created=CREATED)


def _factur_x(name: str, invoice: Invoice) -> bytes:
    level = FORMS[name][0]
    xml = write_cii(narrowed(invoice, level, strict=False), specification=level.specification)
    beside = supplements(invoice, level, taken=FILE_NAME)
    return overlay(page(), xml, level=level, created=CREATED, beside=beside)


@pytest.mark.parametrize("name", READ_BACK)
@given(invoice=invoices_with_more())
@SPARING
def test_what_does_not_come_back_was_reported(name: str, invoice: Invoice) -> None:
    missing = {term for term, _ in terms(invoice) - terms(come_back(name, invoice))}
    reported = {finding.rule.removeprefix("LOSS-") for finding in losses(invoice, name)}
    assert missing - STATED == reported


PARTS = ("lines", "allowances", "charges")
IMPLIED = {
    *("type_code", "vat_breakdown.category", "vat_breakdown.rate", "vat_breakdown.tax"),
    *(f"{part}.vat_{what}" for part in PARTS for what in ("category", "rate")),
}
"""A code or a zero that other values imply: another unknown code may change nothing."""


@pytest.mark.parametrize("name", NATIONAL)
@given(data=st.data())
@SPARING
def test_what_shows_when_it_is_changed_was_not_reported_and_the_rest_was(
    name: str, data: st.DataObject
) -> None:
    invoice = data.draw(national_invoices(NATIONAL[name]))
    plain = WRITERS[name].write(invoice, Material())
    reported = {finding.rule.removeprefix("LOSS-") for finding in losses(invoice, name)}
    hidden = {
        term_of(path) or field
        for path, field, other in variants(invoice)
        if field not in IMPLIED
        and "extensions" not in field
        and WRITERS[name].write(other, Material()) == plain
    }
    implied = {term_of(field) for field in IMPLIED}
    assert hidden - STATED == reported - implied
