"""IS-R-*: what Peppol asks of Icelandic sellers."""

from datetime import date

from formats.findings import Severity
from formats.model import Invoice, Party, PostalAddress
from formats.rules.countries import of_address
from formats.rules.engine import Rule
from formats.rules.worksheet import Worksheet, the_buyer, the_invoice

KENNITALA = "0196"
CLAIM = "9"
TRANSFER = "42"
LAST_DAY = "EINDAGI"
"""What describes the supporting document whose reference is the last day to pay."""


def _icelandic(sheet: Worksheet) -> bool:
    return of_address(sheet.invoice.seller) == "IS"


def _domestic(sheet: Worksheet) -> bool:
    return _icelandic(sheet) and of_address(sheet.invoice.buyer) == "IS"


the_icelandic_invoice = the_invoice.where("of an Icelandic seller", _icelandic)
the_icelandic_buyer = the_buyer.where("between Icelanders", _domestic)


def _registered(party: Party | None) -> bool:
    registration = None if party is None else party.legal_registration
    return registration is not None and registration.scheme == KENNITALA


def _located(party: Party | None) -> bool:
    address = (None if party is None else party.address) or PostalAddress()
    return address.line_1 is not None and address.post_code is not None


def _account(means_code: str, invoice: Invoice) -> bool | None:
    payment = invoice.payment
    if payment is None or payment.means_code != means_code:
        return None
    transfers = payment.credit_transfers
    return bool(transfers) and all(len(each.account or "") == 12 for each in transfers)


def _last_days(invoice: Invoice) -> list[str]:
    documents = invoice.supporting_documents
    return [each.reference or "" for each in documents if each.description == LAST_DAY]


def _due(invoice: Invoice) -> date | None:
    """Return BT-9, which a credit note does not state where the official rules look for it."""
    return None if invoice.is_credit_note else invoice.due_date


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False


def _dates(invoice: Invoice) -> bool | None:
    days = _last_days(invoice)
    return all(map(_is_date, days)) if days else None


def _has_due_date(invoice: Invoice) -> bool | None:
    return _due(invoice) is not None if _last_days(invoice) else None


def _due_before(invoice: Invoice) -> bool | None:
    days, due = _last_days(invoice), _due(invoice)
    if not days:
        return None
    return due is not None and any(due.isoformat() <= day for day in days)


RULES: tuple[Rule, ...] = (
    the_icelandic_invoice(
        "IS-R-001",
        "BT-3",
        "an Icelandic document is an invoice (380) or a credit note (381)",
        lambda invoice: invoice.type_code in {"380", "381"},
        at="type_code",
        severity=Severity.WARNING,
        fix="send 380 or 381",
    ),
    the_icelandic_invoice(
        "IS-R-002",
        "BT-30",
        "an Icelandic seller has a kennitala as registration number",
        lambda invoice: _registered(invoice.seller),
        at="seller.legal_registration",
        fix=f"send the kennitala with scheme {KENNITALA}",
    ),
    the_icelandic_invoice(
        "IS-R-003",
        "BG-5",
        "an Icelandic seller's address has a street and a post code",
        lambda invoice: _located(invoice.seller),
        at="seller.address",
        fix="send street (BT-35) and post code (BT-38)",
    ),
    the_icelandic_buyer(
        "IS-R-004",
        "BT-47",
        "an Icelandic buyer has a kennitala as registration number",
        _registered,
        at="legal_registration",
        fix=f"send the kennitala with scheme {KENNITALA}",
    ),
    the_icelandic_buyer(
        "IS-R-005",
        "BG-8",
        "an Icelandic buyer's address has a street and a post code",
        _located,
        at="address",
        fix="send street (BT-50) and post code (BT-53)",
    ),
    the_icelandic_invoice(
        "IS-R-006",
        "BT-84",
        f"the account of a claim ({CLAIM}) has twelve digits",
        lambda invoice: _account(CLAIM, invoice),
        at="payment.credit_transfers",
        fix="send bank, ledger and number of the account in twelve digits",
    ),
    the_icelandic_invoice(
        "IS-R-007",
        "BT-84",
        f"the account of a transfer ({TRANSFER}) has twelve digits",
        lambda invoice: _account(TRANSFER, invoice),
        at="payment.credit_transfers",
        fix="send bank, ledger and number of the account in twelve digits",
    ),
    the_icelandic_invoice(
        "IS-R-008",
        "BT-122",
        f"the reference of a supporting document {LAST_DAY} is a date",
        _dates,
        at="supporting_documents",
        fix="write the last day to pay as YYYY-MM-DD",
    ),
    the_icelandic_invoice(
        "IS-R-009",
        "BT-9",
        f"an invoice with a supporting document {LAST_DAY} has a due date",
        _has_due_date,
        at="due_date",
        fix="send the due date",
    ),
    the_icelandic_invoice(
        "IS-R-010",
        "BT-9",
        f"the due date is not after the date of {LAST_DAY}",
        _due_before,
        at="due_date",
        fix="send the last day to pay on or after the due date",
    ),
)
