"""Enrichment adds and never changes: what the sender said is there afterwards, as he said it."""

from functools import partial
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.model import Contact, Identifier, Invoice, Party, PaymentInstructions, PostalAddress
from hub.config.companies import Tenant
from hub.enrichment.additions import Addition
from hub.enrichment.address_book import add_buyer
from hub.enrichment.seller import add_bank, add_seller, add_specification, add_tax_regime
from routing_rules.recipient import Recipient
from tests.properties.examples import examples

SAID = st.sampled_from(["", "x", "ACME", "DE"])
PERHAPS = st.none() | SAID
IDENTIFIERS = st.none() | st.builds(Identifier, value=SAID, scheme=PERHAPS)
ADDRESSES = st.none() | st.builds(PostalAddress, line_1=PERHAPS, city=PERHAPS, country=PERHAPS)
CONTACTS = st.none() | st.builds(Contact, name=PERHAPS, email=PERHAPS)
PARTIES = st.none() | st.builds(
    Party,
    name=PERHAPS,
    vat_identifier=PERHAPS,
    tax_registration=PERHAPS,
    legal_registration=IDENTIFIERS,
    legal_information=PERHAPS,
    electronic_address=IDENTIFIERS,
    address=ADDRESSES,
    contact=CONTACTS,
)
INVOICES = st.builds(
    Invoice,
    number=PERHAPS,
    type_code=st.sampled_from(["380", "381", None]),
    specification=PERHAPS,
    seller=PARTIES,
    buyer=PARTIES,
    payment=st.none() | st.builds(PaymentInstructions, means_code=PERHAPS),
)
TENANTS = st.builds(
    Tenant,
    name=SAID,
    vat_identifier=SAID,
    tax_registration=SAID,
    legal_registration=SAID,
    legal_information=SAID,
    street=SAID,
    country=SAID,
    email=SAID,
    endpoint=SAID,
    iban=SAID,
    tax_regime=SAID,
)
RECIPIENTS = st.builds(
    Recipient,
    name=SAID,
    identifiers=st.sampled_from([(), (Identifier(value="ATU1", scheme="vat"),)]),
    endpoint=IDENTIFIERS,
    address=ADDRESSES,
    known=st.booleans(),
)


def enriched(
    invoice: Invoice, tenant: Tenant, recipient: Recipient
) -> tuple[Invoice, list[Addition]]:
    invoice, additions = add_seller(invoice, tenant, "t")
    for step in (
        add_specification,
        partial(add_tax_regime, tenant=tenant, key="t"),
        partial(add_bank, tenant=tenant, key="t"),
        partial(add_buyer, recipient=recipient),
    ):
        invoice, more = step(invoice)
        additions += more
    return invoice, additions


def said(value: Any, path: str = "") -> dict[str, str]:
    """Every path at which something stands, and what."""
    if isinstance(value, dict):
        return {
            place: text
            for name, part in value.items()
            for place, text in said(part, f"{path}.{name}").items()
        }
    if isinstance(value, list):
        return said(dict(enumerate(value)), path)
    return {} if value in (None, "") else {path.lstrip("."): str(value)}


@given(invoice=INVOICES, tenant=TENANTS, recipient=RECIPIENTS)
@settings(max_examples=examples(75), deadline=None)
def test_enrichment_overwrites_nothing_and_tells_all_it_added(
    invoice: Invoice, tenant: Tenant, recipient: Recipient
) -> None:
    after, additions = enriched(invoice, tenant, recipient)
    before_says = said(msgspec.to_builtins(invoice))
    after_says = said(msgspec.to_builtins(after))
    assert before_says.items() <= after_says.items()
    told = {one.path for one in additions}
    new = after_says.keys() - before_says.keys()
    assert {path for path in new if not any(f"{path}.".startswith(f"{t}.") for t in told)} == set()
    assert {t for t in told if not any(f"{path}.".startswith(f"{t}.") for path in new)} == set()
