from typing import Any

import pytest
from msgspec.structs import replace

from formats.losses import losses
from formats.model import Contact, Identifier, Invoice, Party, PaymentInstructions, PostalAddress
from formats.model.extensions import Extensions
from formats.model.italy import Italy
from hub.config.companies import Tenant
from hub.enrichment.seller import (
    EN16931,
    add_bank,
    add_seller,
    add_specification,
    add_tax_regime,
    foreign_seller,
)

IBAN = "DE02120300000000202051"
TENANT = Tenant(
    name="Nordwind Werkzeuge GmbH",
    vat_identifier="DE123456789",
    tax_registration="22/815/08154",
    legal_registration="HRB 1",
    legal_information="Amtsgericht Hamburg",
    street="Hafenstraße 1",
    city="Hamburg",
    post_code="20457",
    country="DE",
    contact_name="Debitoren",
    phone="+49 40 000",
    email="debitoren@nordwind.example",
    endpoint_scheme="0204",
    endpoint="04011000-1234512345-06",
    iban=IBAN,
    bic="BYLADEM1001",
)
BARE = Tenant(name="Nordwind")


def added_to(seller: Party | None, tenant: Tenant) -> tuple[Party | None, set[str]]:
    invoice, additions = add_seller(Invoice(seller=seller), tenant, "nordwind")
    assert {one.source for one in additions} <= {"[tenant.nordwind]"}
    return invoice.seller, {one.path.removeprefix("seller.") for one in additions}


def test_an_invoice_without_seller_gets_the_company() -> None:
    seller, added = added_to(None, TENANT)
    assert seller == TENANT.party
    assert added == {
        "name",
        "vat_identifier",
        "tax_registration",
        "legal_registration",
        "legal_information",
        "electronic_address",
        "address",
        "contact",
    }


SELLERS: dict[str, tuple[Party | None, Tenant, Party, set[str]]] = {
    "complete": (TENANT.party, TENANT, TENANT.party, set()),
    "a company that says its name alone": (None, BARE, Party(name="Nordwind"), {"name"}),
    "an address without country": (
        replace(TENANT.party, address=PostalAddress(city="Kiel")),
        TENANT,
        replace(TENANT.party, address=PostalAddress(city="Kiel", country="DE")),
        {"address.country"},
    ),
    "an address of its own": (
        replace(TENANT.party, address=PostalAddress(country="AT")),
        TENANT,
        replace(TENANT.party, address=PostalAddress(country="AT")),
        set(),
    ),
    "empty groups": (
        replace(TENANT.party, address=PostalAddress(), contact=Contact()),
        TENANT,
        TENANT.party,
        {"address", "contact"},
    ),
    "a contact of its own": (
        replace(TENANT.party, contact=Contact(phone="1")),
        TENANT,
        replace(TENANT.party, contact=Contact(phone="1")),
        set(),
    ),
    "another endpoint": (
        replace(TENANT.party, electronic_address=Identifier(value="x", scheme="0088")),
        TENANT,
        replace(TENANT.party, electronic_address=Identifier(value="x", scheme="0088")),
        set(),
    ),
}


@pytest.mark.parametrize("case", SELLERS)
def test_the_company_fills_what_its_erp_left_out(case: str) -> None:
    said, tenant, expected, added = SELLERS[case]
    assert added_to(said, tenant) == (expected, added)


BANKS: dict[str, tuple[dict[str, Any], Tenant, bool]] = {
    "no way to pay": ({}, TENANT, True),
    "a way to pay": ({"payment": PaymentInstructions(means_code="49")}, TENANT, False),
    "no account known": ({}, BARE, False),
    "credit note": ({"type_code": "381"}, TENANT, False),
}


@pytest.mark.parametrize("case", BANKS)
def test_an_account_is_named_where_an_invoice_says_no_way_to_pay_it(case: str) -> None:
    said, tenant, named = BANKS[case]
    before = Invoice(**({"number": "R-1", "type_code": "380"} | said))
    invoice, added = add_bank(before, tenant, "nordwind")
    assert [one.path for one in added] == (["payment"] if named else [])
    if not named:
        assert invoice == before
        return
    assert invoice.payment is not None
    (transfer,) = invoice.payment.credit_transfers
    assert (invoice.payment.means_code, invoice.payment.remittance) == ("58", "R-1")
    assert (transfer.account, transfer.account_name, transfer.bank) == (
        IBAN,
        "Nordwind Werkzeuge GmbH",
        "BYLADEM1001",
    )


SPLIT = Italy(vat_due="S")
REGIMES: dict[str, tuple[Italy | None, str, Italy | None]] = {
    "not said": (None, "RF01", Italy(regime="RF01")),
    "other things said": (SPLIT, "RF01", replace(SPLIT, regime="RF01")),
    "said": (Italy(regime="RF19"), "RF01", Italy(regime="RF19")),
    "not known": (None, "", None),
}


@pytest.mark.parametrize("case", REGIMES)
def test_what_fatturapa_wants_of_a_company_is_in_its_settings(case: str) -> None:
    said, ours, expected = REGIMES[case]
    before = Invoice(extensions=Extensions(it=said) if said else None)
    invoice, added = add_tax_regime(before, replace(TENANT, tax_regime=ours), "nordwind")
    assert (invoice.extensions.it if invoice.extensions else None) == expected
    paths = [one.path for one in added]
    assert paths == (["extensions.it.regime"] if expected != said else [])
    assert "LOSS-extensions.it.regime" not in {each.rule for each in losses(invoice, "ubl")}


@pytest.mark.parametrize(("said", "follows"), [(None, EN16931), ("urn:own", "urn:own")])
def test_the_specification_is_named_where_none_is(said: str | None, follows: str) -> None:
    invoice, added = add_specification(Invoice(specification=said))
    assert invoice.specification == follows
    assert len(added) == (said is None)


@pytest.mark.parametrize(
    ("type_code", "seller", "buyer", "path"),
    [
        ("380", "DE123456789", "FR1", None),
        ("380", "de 123.456.789", "FR1", None),
        ("380", None, "FR1", None),
        ("380", "FR40303265045", "DE123456789", "seller.vat_identifier"),
        ("389", "FR40303265045", "DE123456789", None),
        ("389", "DE123456789", "FR40303265045", "buyer.vat_identifier"),
    ],
)
def test_who_issues_it_is_the_company(
    type_code: str, seller: str | None, buyer: str, path: str | None
) -> None:
    invoice = Invoice(
        type_code=type_code,
        seller=Party(vat_identifier=seller),
        buyer=Party(vat_identifier=buyer),
    )
    assert [each.path for each in foreign_seller(invoice, TENANT, "nordwind")] == [path] * bool(
        path
    )
    assert foreign_seller(invoice, BARE, "nordwind") == ()
