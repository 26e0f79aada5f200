"""What an invoice says in Facturae; each value worked out by hand from samples/national/spain."""

from typing import Any

import pytest

from formats.codec import Copy, Material
from formats.facturae.carried import CARRIED
from formats.facturae.write import WRITER
from formats.model import Invoice
from tests.formats.national_samples import carried, every_term, said, sample


def written(**changes: Any) -> bytes:
    return WRITER.write(sample("spain", **changes), Material(language="es"))


SAID = {
    "SchemaVersion": ["3.2.2"],
    "InvoiceIssuerType": ["EM"],
    "Batch/BatchIdentifier": ["B00000000A-17S1"],
    "Batch/TotalInvoicesAmount/TotalAmount": ["1260.00"],
    "Batch/TotalExecutableAmount/TotalAmount": ["1150.00"],
    "SellerParty/PersonTypeCode": ["J"],
    "SellerParty/ResidenceTypeCode": ["R"],
    "SellerParty/TaxIdentificationNumber": ["B00000000"],
    "SellerParty/TradeName": ["Ejemplo"],
    "SellerParty/Province": ["Madrid"],
    "SellerParty/CountryCode": ["ESP"],
    "SellerParty/Telephone": ["+34910000000"],
    "BuyerParty/LegalEntity/AddressInSpain/Province": ["Sevilla"],
    "AdministrativeCentre/RoleTypeCode": ["01", "02", "03"],
    "AdministrativeCentre/CentreCode": ["L01410917"] * 3,
    "InvoiceHeader/InvoiceNumber": ["A-17"],
    "InvoiceHeader/InvoiceSeriesCode": ["S1"],
    "InvoiceHeader/InvoiceDocumentType": ["FC"],
    "InvoiceHeader/InvoiceClass": ["OO"],
    "InvoiceIssueData/OperationDate": ["2026-02-27"],
    "InvoiceIssueData/TaxCurrencyCode": ["EUR"],
    "InvoiceIssueData/InvoiceDescription": ["Suministro de marzo"],
    "InvoiceIssueData/ReceiverTransactionReference": ["PO-5"],
    "InvoiceIssueData/FileReference": ["EXP-1"],
    "InvoiceTotals/TotalGrossAmount": ["1200.00"],
    "GeneralDiscounts/DiscountAmount": ["50.00"],
    "GeneralDiscounts/DiscountRate": ["5.00"],
    "GeneralSurcharges/ChargeAmount": ["50.00"],
    "TotalGrossAmountBeforeTaxes": ["1200.00"],
    "TotalTaxOutputs": ["210.00"],
    "TotalTaxesWithheld": ["150.00"],
    "InvoiceTotals/InvoiceTotal": ["1260.00"],  # 1,200 + 210 - 150
    "InvoiceTotals/TotalOutstandingAmount": ["1150.00"],  # less 110 on account
    "InvoiceTotals/TotalPaymentsOnAccount": ["110.00"],
    "PaymentOnAccountDate": ["2026-02-01"],
    "InvoiceLine/ItemDescription": ["Consultoría - in situ", "Formación"],
    "InvoiceLine/Quantity": ["10", "2"],
    "InvoiceLine/UnitOfMeasure": ["02", "01"],
    "InvoiceLine/UnitPriceWithoutTax": ["100.00", "100.00"],
    "InvoiceLine/TotalCost": ["1000.00", "200.00"],
    "InvoiceLine/DiscountAmount": ["20.00"],
    "InvoiceLine/ChargeAmount": ["20.00"],
    "InvoiceLine/GrossAmount": ["1000.00", "200.00"],
    "InvoiceLine/SpecialTaxableEventCode": ["01"],
    "InvoiceLine/SpecialTaxableEventReason": ["art. 20 Ley 37/1992"],
    "InvoiceLine/DeliveryNoteNumber": ["ALB-3", "ALB-3"],
    "Installment/InstallmentAmount": ["1150.00"],
    "Installment/PaymentMeans": ["04"],
    "Installment/IBAN": ["ES9121000418450200051332"],
    "Installment/BIC": ["CAIXESBBXXX"],
    "LegalReference": ["art. 20 Ley 37/1992"],
    "Attachment/AttachmentFormat": ["pdf"],
    "Attachment/AttachmentData": ["JVBERi0="],
}

ORIGINAL = [{"number": "A-9", "issue_date": "2026-01-15"}]
IN_BERLIN = {"line_1": "Weg 1", "city": "Berlin", "post_code": "10115", "country": "DE"}
OTHERWISE: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
    "a credit note": (
        {
            "type_code": "381",
            "preceding": ORIGINAL,
            "extensions__es__correction_reason": "83",
        },
        {
            "InvoiceClass": ["OR"],
            "Corrective/InvoiceNumber": ["A-9"],
            "Corrective/ReasonDescription": [
                "Base imponible modificada por descuentos y bonificaciones"
            ],
            "TaxPeriod/StartDate": ["2026-01-15"],
            "TaxPeriod/EndDate": ["2026-01-15"],
            "CorrectionMethod": ["02"],
            "InvoiceTotals/InvoiceTotal": ["-1260.00"],
            "InvoiceLine/Quantity": ["-10", "-2"],
            "InvoiceLine/UnitPriceWithoutTax": ["100.00", "100.00"],
            "InvoiceLine/GrossAmount": ["-1000.00", "-200.00"],
            "InstallmentAmount": ["-1150.00"],
        },
    ),
    "a corrected invoice": (
        {"type_code": "384", "preceding": ORIGINAL, "extensions__es__correction_reason": "12"},
        {
            "InvoiceClass": ["OR"],
            "CorrectionMethod": ["01"],
            "InvoiceTotals/InvoiceTotal": ["1260.00"],
        },
    ),
    "a natural person": (
        {"extensions__es__seller": {"name": "Nombre", "first_surname": "Apellido"}},
        {"SellerParty/PersonTypeCode": ["F"], "SellerParty/FirstSurname": ["Apellido"]},
    ),
    "a buyer in the Union": (
        {"buyer__vat_identifier": "DE123456789", "buyer__address": IN_BERLIN},
        {
            "BuyerParty/ResidenceTypeCode": ["U"],
            "BuyerParty/TaxIdentificationNumber": ["DE123456789"],
            "BuyerParty/LegalEntity/OverseasAddress/PostCodeAndTown": ["10115 Berlin"],
            "BuyerParty/LegalEntity/OverseasAddress/CountryCode": ["DEU"],
        },
    ),
    "dollars": (
        {
            "currency": "USD",
            "extensions__es__exchange_rate": "0.9",
            "extensions__es__exchange_rate_date": "2026-03-01",
        },
        {
            "ExchangeRate": ["0.90"],
            "Batch/TotalInvoicesAmount/EquivalentInEuros": ["1134.00"],  # 1,260 x 0.9
        },
    ),
    "the Canaries": (
        {"vat_breakdown__0__category": "L", "lines__0__vat_category": "L"},
        {"Invoice/TaxesOutputs/TaxTypeCode": ["03", "01", "03", "01"]},
    ),
    "a direct debit": (
        {
            "payment": {
                "means_code": "59",
                "direct_debit": {"mandate": "M-1", "account": "ES9121000418450200051332"},
            }
        },
        {
            "PaymentMeans": ["02"],
            "AccountToBeDebited/IBAN": ["ES9121000418450200051332"],
            "DebitReconciliationReference": ["M-1"],
        },
    ),
}


@pytest.mark.parametrize("path", SAID)
def test_the_sample_says(path: str) -> None:
    assert said(written(), path)[path] == SAID[path]


@pytest.mark.parametrize("case", OTHERWISE)
def test_other_invoices_say(case: str) -> None:
    changes, expected = OTHERWISE[case]
    assert said(written(**changes), *expected) == expected


def test_it_repeats_itself_and_writes_what_there_is_of_a_fragment() -> None:
    assert written() == written()
    assert b"Facturae" in WRITER.write(Invoice(number="1"), Material())


def test_what_is_carried_is_what_shows() -> None:
    """Each field of invoices that state every term is changed, and the table says if it shows."""
    shown = set()
    for invoice in every_term("spain"):
        shown |= carried(lambda changed: WRITER.write(changed, Material()), invoice)
    assert {path for path in shown if "extensions" not in path} == CARRIED


@pytest.mark.parametrize("why", [None, *Copy])
@pytest.mark.parametrize(("type_code", "kind"), [("380", "O"), ("381", "R")])
def test_class_says_original_or_copy(why: Copy | None, type_code: str, kind: str) -> None:
    invoice = sample("spain", type_code=type_code, preceding=ORIGINAL)
    data = WRITER.write(invoice, Material(language="es", copy=why))
    assert said(data, "InvoiceClass") == {"InvoiceClass": [("C" if why else "O") + kind]}
