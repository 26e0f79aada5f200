"""What each format cannot carry of an invoice that says everything."""

from decimal import Decimal
from typing import Any

import pytest

from formats.catalogue import WRITERS
from formats.findings import Severity
from formats.losses import losses
from formats.model import Contact, CreditTransfer, Identifier, Invoice, Line, Note, PostalAddress
from formats.model.extensions import Extensions
from formats.model.germany import Germany, ThirdPartyPayment
from tests.formats.national_samples import sample
from tests.formats.rules.samples import CLEAN, change
from tests.formats.rules.test_claims import STATEMENT

FULL: Invoice = change(
    CLEAN,
    {
        "project": "P-1",
        "tender": "T-1",
        "seller.legal_information": "HRB 1",
        "lines[0].note": "fragile",
        "lines[0].item.description": "large",
        "lines[1].item.description": "small",
        "totals.rounding": None,
    },
)
LINES_OF_BASIC = {"BT-137", "BT-142", "BT-154", "BT-158", "BT-158-1", "BT-159", "BT-160", "BT-161"}
HEADER_OF_BASIC = {
    *("BT-11", "BT-17", "BT-18", "BT-18-1", "BT-33", "BT-41", "BT-42", "BT-43", "BT-87"),
}

ROWS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("ubl", {}, set()),
    ("cii", {}, set()),
    ("facturx-en16931", {}, set()),
    ("facturx-extended", {}, set()),
    ("facturx-basic", {}, HEADER_OF_BASIC | LINES_OF_BASIC | {"BT-128", "BT-128-1"}),
    ("facturx-basic", {"totals.rounding": Decimal("0.01")}, {"BT-114"}),
    ("ubl", {"payee.contact": Contact(name="Someone")}, {"payee.contact.name"}),
    ("cii", {"payee.address": PostalAddress(city="Somewhere")}, {"payee.address.city"}),
    ("fr-ctc-cii", {"buyer.tax_registration": "12"}, {"buyer.tax_registration"}),
    ("cius-ro-ubl", {"specification": "urn:example", "business_process": "P1"}, set()),
    ("letter-din5008", {"payee.contact": Contact(name="Someone")}, set()),
]


def lost(invoice: Invoice, writer: str) -> set[str]:
    return {finding.rule.removeprefix("LOSS-") for finding in losses(invoice, writer)}


@pytest.mark.parametrize(("writer", "changes", "expected"), ROWS)
def test_what_a_format_cannot_carry(
    writer: str, changes: dict[str, Any], expected: set[str]
) -> None:
    assert writer in WRITERS
    already = lost(FULL, writer) if changes else set()
    assert lost(change(FULL, changes), writer) - already == expected


def test_minimum_keeps_no_line() -> None:
    terms = lost(FULL, "facturx-minimum")
    assert {"BT-126", "BT-131", "BT-22", "BT-49", "BT-116"} <= terms
    assert not terms & {"BT-1", "BT-2", "BT-27", "BT-31", "BT-40", "BT-44", "BT-109", "BT-115"}


def test_a_term_is_named_once_with_its_place_and_never_its_value() -> None:
    (finding,) = (each for each in losses(FULL, "facturx-basic") if each.term == "BT-154")
    assert finding.path == "lines[0].item.description"
    assert finding.message == (
        "BT-154 (Item description) is stated 2 times and has no place in facturx-basic"
    )
    assert finding.severity is Severity.WARNING
    assert "large" not in str(finding)


def test_of_two_equal_values_the_one_that_is_lost_counts() -> None:
    twice = Invoice(notes=(Note(text="a"),), lines=(Line(note="a"),))
    assert lost(twice, "facturx-minimum") == {"BT-22", "BT-127"}
    assert lost(Invoice(buyer=change(CLEAN.buyer, {"name": " A  B "})), "ubl") == set()
    assert lost(Invoice(invoiced_object=Identifier(value="1")), "ubl") == set()


NATIONAL: dict[str, tuple[dict[str, Any], set[str]]] = {
    "fatturapa": ({"buyer_reference": "B"}, {"BT-10"}),
    "ksef-fa3": ({"seller.legal_registration": Identifier(value="1")}, {"BT-30"}),
    "facturae": ({"lines[0].item.origin_country": "ES"}, {"BT-159"}),
}


@pytest.mark.parametrize("name", NATIONAL)
def test_what_a_national_format_cannot_carry(name: str) -> None:
    changes, expected = NATIONAL[name]
    invoice = sample({"fatturapa": "italy", "ksef-fa3": "poland", "facturae": "spain"}[name])
    with_more: Invoice = change(invoice, changes)
    assert lost(with_more, name) - lost(invoice, name) == expected
    assert not {term for term in lost(with_more, name) if "extensions" in term}
    (finding,) = (f for f in losses(with_more, name) if f.rule == f"LOSS-{next(iter(expected))}")
    assert (finding.path or "").startswith(next(iter(changes)))


def test_of_several_accounts_a_national_format_loses_the_rest() -> None:
    accounts = tuple(CreditTransfer(account=f"DE8937040044053201300{n}") for n in range(3))
    invoice: Invoice = change(sample("spain"), {"payment.credit_transfers": accounts})
    places = [finding.path for finding in losses(invoice, "facturae") if finding.term == "BT-84"]
    assert places == ["payment.credit_transfers[1].account"]


def test_national_data_are_lost_in_a_level_of_factur_x() -> None:
    paid = ThirdPartyPayment(kind="1", amount=Decimal(1), description="deposit")
    german = Invoice(extensions=Extensions(de=Germany(third_party_payments=(paid,))))
    assert "extensions.de.third_party_payments.amount" in lost(german, "facturx-basic")


def test_only_invoices_are_tried() -> None:
    assert losses(STATEMENT, "ubl") == ()
    assert losses(FULL, "no such writer") == ()
