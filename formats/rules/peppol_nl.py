"""NL-R-*: what Peppol asks of sellers in the Netherlands."""

from functools import partial

from formats.model import Identifier, Invoice, Line, Party, PostalAddress
from formats.rules.countries import both_in, representative_in, seller_in
from formats.rules.engine import Rule, getter
from formats.rules.worksheet import (
    Worksheet,
    the_buyer,
    the_buyer_address,
    the_invoice,
    the_payment,
    the_representative_address,
    the_seller,
    the_seller_address,
    the_worksheet,
)

KVK_OR_OIN = ("0106", "0190")
MEANS = ("30", "48", "49", "57", "58", "59")

_DUTCH = partial(seller_in, "NL")
_DOMESTIC = partial(both_in, "NL")

the_dutch_invoice = the_invoice.where("of a Dutch seller", _DUTCH)
the_dutch_worksheet = the_worksheet.where("of a Dutch seller", _DUTCH)
the_dutch_seller = the_seller.where("who is Dutch", _DUTCH)
the_domestic_buyer = the_buyer.where("between Dutch", _DOMESTIC)
the_domestic_payment = the_payment.where("between Dutch", _DOMESTIC)


def _represented(sheet: Worksheet) -> bool:
    return _DUTCH(sheet) and representative_in("NL", sheet)


def _located(address: PostalAddress) -> bool:
    return None not in (address.line_1, address.city, address.post_code)


def _registered(party: Party) -> bool | None:
    registration: Identifier | None = party.legal_registration
    return None if registration is None else registration.scheme in KVK_OR_OIN


def _preceded(invoice: Invoice) -> bool | None:
    if not invoice.is_credit_note:
        return None
    return any(preceding.number is not None for preceding in invoice.preceding)


def _payable(sheet: Worksheet) -> bool | None:
    """Whether there are payment means, if there is something for the buyer to pay."""
    totals = sheet.invoice.totals
    if totals is None:
        return None
    if the_payment.find(sheet):
        return True
    if totals.due is None:
        return False
    return totals.due >= 0 if sheet.invoice.is_credit_note else totals.due <= 0


_ORDERS = (getter("purchase_order"), getter("sales_order"))


def _ordered(sheet: Worksheet) -> bool | None:
    """Whether lines that refer to an order's line have an order to refer to."""
    if not any(map(_of_order, sheet.invoice.lines)):
        return None
    return any(order(sheet.invoice) is not None for order in _ORDERS)


def _of_order(line: Line) -> bool:
    return line.order_line is not None


RULES: tuple[Rule, ...] = (
    the_dutch_invoice(
        "NL-R-001",
        "BT-25",
        "a Dutch credit note names the invoice it credits",
        _preceded,
        at="preceding",
        fix="send the number of that invoice",
    ),
    the_seller_address.where("in the Netherlands", _DUTCH)(
        "NL-R-002",
        "BG-5",
        "a Dutch seller's address has street, city and post code",
        _located,
        fix="send street, city and post code",
    ),
    the_dutch_seller(
        "NL-R-003",
        "BT-30",
        "a Dutch seller's registration number is a KVK number (0106) or OIN (0190)",
        _registered,
        at="legal_registration.scheme",
        fix="send the KVK number with scheme 0106, or the OIN with 0190",
    ),
    the_buyer_address.where("between Dutch", _DOMESTIC)(
        "NL-R-004",
        "BG-8",
        "a Dutch buyer's address has street, city and post code",
        _located,
        fix="send street, city and post code",
    ),
    the_domestic_buyer(
        "NL-R-005",
        "BT-47",
        "a Dutch buyer's registration number is a KVK number (0106) or OIN (0190)",
        _registered,
        at="legal_registration.scheme",
        fix="send the KVK number with scheme 0106, or the OIN with 0190",
    ),
    the_representative_address.where("in the Netherlands", _represented)(
        "NL-R-006",
        "BG-12",
        "a Dutch tax representative's address has street, city and post code",
        _located,
        fix="send street, city and post code",
    ),
    the_dutch_worksheet(
        "NL-R-007",
        "BG-16",
        "a Dutch seller who is to be paid says how",
        _payable,
        at="payment",
        fix="send payment means and account",
    ),
    the_domestic_payment(
        "NL-R-008",
        "BT-81",
        f"a payment means between Dutch is one of {', '.join(MEANS)}",
        lambda payment: payment.means_code in MEANS,
        at="means_code",
        fix="send one of these payment means",
    ),
    the_dutch_worksheet(
        "NL-R-009",
        "BT-13",
        "an invoice whose lines refer to lines of an order names the order",
        _ordered,
        at="purchase_order",
        fix="send the order number",
    ),
)
