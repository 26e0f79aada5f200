"""FileHeader, InvoiceHeader and InvoiceIssueData."""

from decimal import Decimal
from typing import Final

from formats.composing import Element, day, fixed, group, text
from formats.facturae.totals import euros, executable, outstanding, payable
from formats.model import Delivery, Invoice, Party, Period, PrecedingInvoice
from formats.rules.es_codes import (
    METHODS,
    REASONS,
    SELF_BILLED,
    correction_method,
    corrects,
    spain,
    tax_number,
)

LANGUAGES: Final = frozenset(
    {
        *("ar", "be", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr"),
        *("ga", "gl", "hr", "hu", "is", "it", "lv", "lt", "mk", "mt", "nl", "no", "pl", "pt"),
        *("ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk"),
    }
)


def file_header(invoice: Invoice) -> Element | None:
    """Return FileHeader: one invoice a file."""
    return group(
        "FileHeader",
        text("SchemaVersion", "3.2.2"),
        text("Modality", "I"),
        text("InvoiceIssuerType", "RE" if invoice.type_code in SELF_BILLED else "EM"),
        group(
            "Batch",
            text("BatchIdentifier", batch(invoice)),
            text("InvoicesCount", "1"),
            _amount(invoice, "TotalInvoicesAmount", payable(invoice)),
            _amount(invoice, "TotalOutstandingAmount", outstanding(invoice)),
            _amount(invoice, "TotalExecutableAmount", executable(invoice)),
            text("InvoiceCurrencyCode", invoice.currency),
        ),
    )


def batch(invoice: Invoice) -> str:
    """Return BatchIdentifier: the seller's tax number, the invoice's number and its series."""
    seller = tax_number(invoice.seller or Party()) or ""
    return f"{seller}{invoice.number or ''}{spain(invoice).series or ''}"


def _amount(invoice: Invoice, name: str, amount: Decimal | None) -> Element | None:
    return group(
        name,
        text("TotalAmount", fixed(amount)),
        text("EquivalentInEuros", fixed(euros(invoice, amount))),
    )


def invoice_header(invoice: Invoice, *, copy: bool) -> Element | None:
    """Return InvoiceHeader; its class says whether this is an original or a copy."""
    data = spain(invoice)
    own = "AF" if invoice.type_code in SELF_BILLED else "FC"
    return group(
        "InvoiceHeader",
        text("InvoiceNumber", invoice.number),
        text("InvoiceSeriesCode", data.series),
        text("InvoiceDocumentType", data.document_type or own),
        text("InvoiceClass", ("C" if copy else "O") + ("R" if corrects(invoice) else "O")),
        _corrective(invoice) if corrects(invoice) else None,
    )


def _corrective(invoice: Invoice) -> Element | None:
    data = spain(invoice)
    preceding = next(iter(invoice.preceding), PrecedingInvoice())
    period = corrected_period(invoice)
    method = correction_method(invoice)
    return group(
        "Corrective",
        text("InvoiceNumber", preceding.number),
        text("ReasonCode", data.correction_reason),
        text("ReasonDescription", REASONS.get(data.correction_reason or "")),
        _period("TaxPeriod", period),
        text("CorrectionMethod", method),
        text("CorrectionMethodDescription", METHODS.get(method)),
        text("InvoiceIssueDate", day(preceding.issue_date)),
    )


def corrected_period(invoice: Invoice) -> Period:
    """Return the period that a corrective invoice is about; the day of the original otherwise."""
    data = spain(invoice)
    own = invoice.period or Period()
    day_of_original = next((p.issue_date for p in invoice.preceding if p.issue_date), None)
    return Period(
        start=data.corrected_from or own.start or day_of_original,
        end=data.corrected_to or own.end or day_of_original,
    )


def issue_data(invoice: Invoice, language: str) -> Element | None:
    """Return InvoiceIssueData."""
    data, period = spain(invoice), invoice.period or Period()
    supplied = (invoice.delivery or Delivery()).delivered_on or invoice.tax_point_date
    rate = text("ExchangeRate", fixed(data.exchange_rate, 2, 8))
    return group(
        "InvoiceIssueData",
        text("IssueDate", day(invoice.issue_date)),
        text("OperationDate", day(supplied)),
        group(
            "InvoicingPeriod",
            text("StartDate", day(period.start)),
            text("EndDate", day(period.end)),
        )
        if period.start and period.end
        else None,
        text("InvoiceCurrencyCode", invoice.currency),
        group("ExchangeRateDetails", rate, text("ExchangeRateDate", day(data.exchange_rate_date)))
        if rate and data.exchange_rate_date
        else None,
        text("TaxCurrencyCode", invoice.accounting_currency or invoice.currency),
        text("LanguageName", language if language in LANGUAGES else "es"),
        text("InvoiceDescription", description(invoice)),
        text("ReceiverTransactionReference", invoice.purchase_order),
        text("FileReference", invoice.buyer_reference),
        text("ReceiverContractReference", invoice.contract),
    )


def _period(name: str, period: Period) -> Element | None:
    return group(name, text("StartDate", day(period.start)), text("EndDate", day(period.end)))


def description(invoice: Invoice) -> str | None:
    """Return InvoiceDescription: the notes, one behind the other."""
    return " ".join(note.text for note in invoice.notes if note.text) or None
