from datetime import date
from decimal import Decimal

import pytest

from formats.cii.read import read_cii
from formats.cii.write import WRITERS, write_cii
from formats.codec import Material
from formats.model import (
    CreditTransfer,
    Delivery,
    Identifier,
    Invoice,
    Line,
    PaymentInstructions,
    Price,
    VatBreakdown,
)
from formats.profile import BILLING, EN16931, FR_CTC, FR_EXTENDED, XRECHNUNG

TWO_ACCOUNTS = PaymentInstructions(
    means_code="58",
    credit_transfers=(
        CreditTransfer(account="DE89 3704 0044 0532 0130 00", bank="COBADEFFXXX"),
        CreditTransfer(account="123-456"),
    ),
)
TWO_CATEGORIES = (VatBreakdown(category="S"), VatBreakdown(category="E"))

WRITTEN = {
    "the gross price of a discount": (
        Invoice(lines=(Line(price=Price(net=Decimal(8), discount=Decimal(2))),)),
        {"<ram:ChargeAmount>10</ram:ChargeAmount>": 1, "<ram:ActualAmount>2<": 1},
    ),
    "an IBAN or another number, with its bank": (
        Invoice(payment=TWO_ACCOUNTS),
        {"<ram:IBANID>DE89": 1, "<ram:ProprietaryID>123-456<": 1, "<ram:BICID>": 1}
        | {"<ram:SpecifiedTradeSettlementPaymentMeans>": 2, "<ram:TypeCode>58<": 2},
    ),
    "the tax point once, in the list that CII takes it from": (
        Invoice(tax_point_code="432", vat_breakdown=TWO_CATEGORIES),
        {"<ram:DueDateTypeCode>72</ram:DueDateTypeCode>": 1, "<ram:CategoryCode>": 2},
    ),
    "dates in format 102": (
        Invoice(due_date=date(2026, 3, 31)),
        {'<udt:DateTimeString format="102">20260331</udt:DateTimeString>': 1},
    ),
    "an identifier with scheme as a global one": (
        Invoice(delivery=Delivery(location=Identifier(value="1", scheme="0088"))),
        {'<ram:GlobalID schemeID="0088">1</ram:GlobalID>': 1, "<ram:ID>": 0},
    ),
    "an identifier without as a plain one": (
        Invoice(delivery=Delivery(location=Identifier(value="1"))),
        {"<ram:ID>1</ram:ID>": 1, "GlobalID": 0},
    ),
    "the currency beside VAT totals only": (
        Invoice(currency="EUR", lines=(Line(net=Decimal(1)),)),
        {"<ram:LineTotalAmount>1<": 1, "currencyID": 0},
    ),
}


@pytest.mark.parametrize(("invoice", "counts"), WRITTEN.values(), ids=WRITTEN)
def test_what_cii_writes_its_own_way(invoice: Invoice, counts: dict[str, int]) -> None:
    written = write_cii(invoice).decode()
    assert {text: written.count(text) for text in counts} == counts


def test_accounts_keep_their_banks() -> None:
    assert read_cii(write_cii(Invoice(payment=TWO_ACCOUNTS))).document == Invoice(
        payment=TWO_ACCOUNTS
    )


def test_each_writer_states_its_profile_and_repeats_itself() -> None:
    stated = {}
    for writer in WRITERS:
        data = writer.write(Invoice(), Material())
        assert data == writer.write(Invoice(), Material())
        document = read_cii(data).document
        assert isinstance(document, Invoice)
        stated[writer.name] = (document.specification, document.business_process)
    assert stated == {
        "cii": (EN16931.specification, None),
        "xrechnung-cii": (XRECHNUNG.specification, BILLING),
        "fr-ctc-cii": (FR_CTC.specification, None),
        "fr-extended-cii": (FR_EXTENDED.specification, None),
    }


def test_a_caller_may_state_another_specification() -> None:
    document = read_cii(write_cii(Invoice(specification="a"), specification="b")).document
    assert document == Invoice(specification="b")
