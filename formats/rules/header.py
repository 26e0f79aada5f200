"""BR-01 to BR-11, BR-16 to BR-20, BR-29, BR-49 to BR-63: parties, references, dates, payment."""

from datetime import date

from formats.findings import Severity
from formats.model import Invoice, PaymentInstructions, Period, Totals
from formats.rules.engine import Rule
from formats.rules.worksheet import (
    CREDIT_TRANSFERS,
    SEPA,
    each_credit_transfer,
    each_preceding,
    each_supporting_document,
    the_buyer,
    the_buyer_address,
    the_card,
    the_delivery_address,
    the_invoice,
    the_payee,
    the_payment,
    the_period,
    the_representative,
    the_representative_address,
    the_seller,
    the_seller_address,
)

COUNTRY = "send the country as an ISO 3166 code, e.g. DE"
SCHEME = "send the scheme of the address, e.g. 0204, 9930 or EM for email"


def not_before(end: date | None, start: date | None) -> bool | None:
    """Whether a period does not end before it starts; None if one of both is open."""
    return None if end is None or start is None else end >= start


def _payee_is_other(invoice: Invoice) -> bool:
    payee, seller = invoice.payee, invoice.seller
    if payee is None or payee.name is None:
        return False
    if seller is None:
        return True
    known = {identifier.value for identifier in seller.identifiers}
    return payee.name != seller.trading_name and not any(
        identifier.value in known for identifier in payee.identifiers
    )


def _seller_known(invoice: Invoice) -> bool | None:
    seller = invoice.seller
    if seller is None:
        return None
    return (
        seller.vat_identifier is not None
        or seller.legal_registration is not None
        or any(identifier.scheme != SEPA for identifier in seller.identifiers)
    )


def _accounting_vat(invoice: Invoice) -> bool | None:
    if invoice.accounting_currency is None:
        return None
    totals = invoice.totals or Totals()
    same = invoice.accounting_currency == invoice.currency
    return totals.vat_in_accounting_currency is not None or (same and totals.vat is not None)


def _one_tax_point(invoice: Invoice) -> bool | None:
    if invoice.tax_point_date is None and invoice.tax_point_code is None:
        return None
    return invoice.tax_point_date is None or invoice.tax_point_code is None


def _period_in_order(invoice: Invoice) -> bool | None:
    period = invoice.period or Period()
    return not_before(period.end, period.start)


def _period_filled(invoice: Invoice) -> bool:
    return invoice.period != Period() or invoice.tax_point_code is not None


def _account(payment: PaymentInstructions) -> bool | None:
    if payment.means_code not in CREDIT_TRANSFERS:
        return None
    transfers = payment.credit_transfers
    return bool(transfers) and all(transfer.account is not None for transfer in transfers)


PARTIES: tuple[Rule, ...] = (
    the_invoice.states(
        "BR-06", "BT-27", "an invoice names the seller", "seller.name", fix="send the seller's name"
    ),
    the_invoice.states(
        "BR-07", "BT-44", "an invoice names the buyer", "buyer.name", fix="send the buyer's name"
    ),
    the_invoice.has(
        "BR-08",
        "BG-5",
        "an invoice has the seller's postal address",
        "seller.address",
        fix="send the seller's address, at least its country",
    ),
    the_seller_address.states(
        "BR-09", "BT-40", "the seller's address has a country", "country", fix=COUNTRY
    ),
    the_invoice.has(
        "BR-10",
        "BG-8",
        "an invoice has the buyer's postal address",
        "buyer.address",
        fix="send the buyer's address, at least its country",
    ),
    the_buyer_address.states(
        "BR-11", "BT-55", "the buyer's address has a country", "country", fix=COUNTRY
    ),
    the_payee(
        "BR-17",
        "BT-59",
        "a payee is named, and is another than the seller",
        _payee_is_other,
        at="payee.name",
        fix="send the payee's name, or no payee where the seller is paid",
    ),
    the_representative.states(
        "BR-18",
        "BT-62",
        "the seller's tax representative is named",
        "name",
        fix="send the tax representative's name",
    ),
    the_representative.has(
        "BR-19",
        "BG-12",
        "the seller's tax representative has a postal address",
        "address",
        fix="send the tax representative's address",
    ),
    the_representative_address.states(
        "BR-20", "BT-69", "the tax representative's address has a country", "country", fix=COUNTRY
    ),
    the_representative.has(
        "BR-56",
        "BT-63",
        "the seller's tax representative has a VAT identifier",
        "vat_identifier",
        fix="send the tax representative's VAT identifier",
    ),
    the_delivery_address.has(
        "BR-57", "BT-80", "the delivery address has a country", "country", fix=COUNTRY
    ),
    the_seller(
        "BR-62",
        "BT-34",
        "the seller's electronic address has a scheme",
        lambda party: None if (a := party.electronic_address) is None else a.scheme is not None,
        at="electronic_address.scheme",
        fix=SCHEME,
    ),
    the_buyer(
        "BR-63",
        "BT-49",
        "the buyer's electronic address has a scheme",
        lambda party: None if (a := party.electronic_address) is None else a.scheme is not None,
        at="electronic_address.scheme",
        fix=SCHEME,
    ),
    the_invoice(
        "BR-CO-26",
        "BT-31",
        "the seller has an identifier, a registration number or a VAT identifier",
        _seller_known,
        at="seller.vat_identifier",
        fix="send the seller's VAT identifier (BT-31), registration (BT-30) or identifier (BT-29)",
    ),
)

DOCUMENT: tuple[Rule, ...] = (
    the_invoice.states(
        "BR-01",
        "BT-24",
        "an invoice names the specification it follows",
        "specification",
        fix="send the specification identifier, e.g. urn:cen.eu:en16931:2017",
    ),
    the_invoice.states(
        "BR-02", "BT-1", "an invoice has a number", "number", fix="send the invoice number"
    ),
    the_invoice.states(
        "BR-03", "BT-2", "an invoice has an issue date", "issue_date", fix="send the invoice date"
    ),
    the_invoice.states(
        "BR-04",
        "BT-3",
        "an invoice has a type",
        "type_code",
        fix="send the type code, e.g. 380 for an invoice or 381 for a credit note",
    ),
    the_invoice.states(
        "BR-05",
        "BT-5",
        "an invoice has a currency",
        "currency",
        fix="send the currency as an ISO 4217 code, e.g. EUR",
    ),
    the_invoice.states(
        "BR-16", "BG-25", "an invoice has at least one line", "lines", fix="send the invoice lines"
    ),
    the_period(
        "BR-29",
        "BT-74",
        "the invoicing period does not end before it starts",
        _period_in_order,
        at="period.end",
        fix="correct start or end of the invoicing period",
    ),
    each_supporting_document.states(
        "BR-52",
        "BT-122",
        "a supporting document has a reference",
        "reference",
        fix="send a number or name of the supporting document",
    ),
    the_invoice(
        "BR-53",
        "BT-111",
        "an invoice with an accounting currency has its VAT total in that currency",
        _accounting_vat,
        at="totals.vat_in_accounting_currency",
        fix="send the VAT total in the accounting currency, or leave that currency out",
    ),
    each_preceding.has(
        "BR-55",
        "BT-25",
        "a reference to a preceding invoice has that invoice's number",
        "number",
        fix="send the number of the invoice that this one corrects",
    ),
    the_invoice(
        "BR-CO-03",
        "BT-8",
        "an invoice has a tax point date or a tax point code, not both",
        _one_tax_point,
        at="tax_point_code",
        fix="send the tax point date (BT-7) or the code that says how to find it (BT-8)",
    ),
    the_period(
        "BR-CO-19",
        "BG-14",
        "an invoicing period has a start or an end",
        _period_filled,
        at="period.start",
        fix="send start or end of the period, or no period",
    ),
)

PAYMENT: tuple[Rule, ...] = (
    the_payment.has(
        "BR-49",
        "BT-81",
        "payment instructions say by which means to pay",
        "means_code",
        fix="send the payment means code, e.g. 58 for a SEPA credit transfer",
    ),
    each_credit_transfer.states(
        "BR-50",
        "BT-84",
        "an account to pay to has a number",
        "account",
        fix="send the IBAN or account number",
    ),
    the_card(
        "BR-51",
        "BT-87",
        "a payment card shows at most ten digits of its number",
        lambda card: None if card.number is None else len(card.number) <= 10,
        at="number",
        severity=Severity.WARNING,
        private=True,
        fix="send the last four digits only",
    ),
    the_payment(
        "BR-61",
        "BT-84",
        "a credit transfer names the account to pay to",
        _account,
        at="credit_transfers",
        fix="send the IBAN or account number of the payee",
    ),
)

RULES = DOCUMENT + PARTIES + PAYMENT
