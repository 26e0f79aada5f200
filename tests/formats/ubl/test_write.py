from datetime import date
from decimal import Decimal

import pytest

from formats.codec import Material
from formats.model import (
    CreditTransfer,
    Invoice,
    Line,
    Party,
    PaymentCard,
    PaymentInstructions,
    Price,
)
from formats.profile import BILLING, CIUS_RO, EN16931, FR_CTC, FR_EXTENDED, PEPPOL_BIS, XRECHNUNG
from formats.ubl.read import read_ubl
from formats.ubl.write import WRITERS, write_ubl

TWO_ACCOUNTS = PaymentInstructions(
    means_code="58",
    means_text="SEPA",
    remittance="RF18",
    credit_transfers=(CreditTransfer(account="1"), CreditTransfer(account="2")),
    card=PaymentCard(number="4111111111"),
)

FILLED = {
    "an order number beside a sales order": (
        Invoice(sales_order="S-1"),
        ["<cbc:ID>NA</cbc:ID>", "<cbc:SalesOrderID>S-1</cbc:SalesOrderID>"],
    ),
    "a payment means for a credit note's due date": (
        Invoice(type_code="381", due_date=date(2026, 3, 31)),
        [
            "<cbc:PaymentMeansCode>1</cbc:PaymentMeansCode>",
            "<cbc:PaymentDueDate>2026-03-31</cbc:PaymentDueDate>",
        ],
    ),
    "the discount of a gross price": (
        Invoice(lines=(Line(price=Price(net=Decimal(8), gross=Decimal(10))),)),
        ["<cbc:Amount>2</cbc:Amount>", "<cbc:BaseAmount>10</cbc:BaseAmount>"],
    ),
    "no discount of a gross price alone": (
        Invoice(lines=(Line(price=Price(gross=Decimal(10))),)),
        ["<cbc:Amount>0</cbc:Amount>", "<cbc:BaseAmount>10</cbc:BaseAmount>"],
    ),
    "the scheme that Norway has for its register of enterprises": (
        Invoice(seller=Party(tax_registration="Foretaksregisteret")),
        ["<cbc:CompanyID>Foretaksregisteret</cbc:CompanyID>", "<cbc:ID>TAX</cbc:ID>"],
    ),
    "the end of a line of structured terms": (
        Invoice(payment_terms="Thanks\n#SKONTO#TAGE=7#PROZENT=2.00#"),
        ["<cbc:Note>Thanks\n#SKONTO#TAGE=7#PROZENT=2.00#\n</cbc:Note>"],
    ),
}


@pytest.mark.parametrize(("invoice", "texts"), FILLED.values(), ids=FILLED)
def test_what_ubl_wants_beyond_the_standard_is_filled(invoice: Invoice, texts: list[str]) -> None:
    written = write_ubl(invoice).decode()
    assert [text for text in texts if text not in written] == []


def test_one_payment_means_an_account_and_the_rest_once() -> None:
    written = write_ubl(Invoice(payment=TWO_ACCOUNTS)).decode()
    assert written.count("<cac:PaymentMeans>") == 2
    assert written.count("<cbc:PaymentID>RF18<") == 2
    assert written.count('name="SEPA"') == 1
    assert written.count("<cac:CardAccount>") == 1
    assert read_ubl(written.encode()).document == Invoice(payment=TWO_ACCOUNTS)


def test_each_writer_states_its_profile_and_repeats_itself() -> None:
    stated = {}
    for writer in WRITERS:
        data = writer.write(Invoice(), Material())
        assert data == writer.write(Invoice(), Material())
        document = read_ubl(data).document
        assert isinstance(document, Invoice)
        stated[writer.name] = (document.specification, document.business_process)
    assert stated == {
        "ubl": (EN16931.specification, None),
        "xrechnung-ubl": (XRECHNUNG.specification, BILLING),
        "peppol-bis-3": (PEPPOL_BIS.specification, BILLING),
        "fr-ctc-ubl": (FR_CTC.specification, None),
        "fr-extended-ubl": (FR_EXTENDED.specification, None),
        "cius-ro-ubl": (CIUS_RO.specification, None),
    }


def test_what_xml_cannot_carry_is_not_written() -> None:
    with pytest.raises(ValueError, match="U\\+000B"):
        write_ubl(Invoice(number="4711\x0b"))
    with pytest.raises(ValueError, match="NaN"):
        write_ubl(Invoice(lines=(Line(net=Decimal("NaN")),)))
