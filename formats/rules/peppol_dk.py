"""DK-R-*: what Peppol asks of Danish sellers, most of it where the buyer is Danish too."""

import re
from collections.abc import Callable
from decimal import Decimal

from formats.model import (
    AllowanceCharge,
    CreditTransfer,
    Identifier,
    Invoice,
    Item,
    Line,
    Party,
    PaymentInstructions,
)
from formats.rules.check_digits import is_number
from formats.rules.countries import of_address
from formats.rules.engine import Context, Rule, stated
from formats.rules.worksheet import (
    Places,
    Worksheet,
    any_allowance,
    any_charge,
    each_line,
    each_party_identifier,
    the_buyer,
    the_invoice,
    the_payment,
)

CVR = "0184"
MEANS = ("1", "10", "31", "42", "48", "49", "50", "58", "59", "93", "97")
BANK_ACCOUNTS = ("31", "42")
BETALINGSSERVICE = "49"
GIRO = "50"
FIK = "93"
UNSPSC_VERSIONS = ("19.05.01", "19.0501", "26.08.01", "26.0801")
GIRO_ACCOUNT = re.compile("[0-9]{7,8}", re.ASCII)


def _danish(sheet: Worksheet) -> bool:
    return of_address(sheet.invoice.seller) == "DK"


def _domestic(sheet: Worksheet) -> bool:
    return _danish(sheet) and of_address(sheet.invoice.buyer) == "DK"


def _domestic_invoice(sheet: Worksheet) -> bool:
    return _domestic(sheet) and not sheet.invoice.is_credit_note


def _identifiers(sheet: Worksheet) -> Places[Identifier]:
    places = each_party_identifier.find(sheet) if _domestic(sheet) else []
    return [place for place in places if not place[0].startswith("payee")]


def _taxes(sheet: Worksheet) -> Places[AllowanceCharge]:
    return [*any_allowance.find(sheet), *any_charge.find(sheet)] if _domestic(sheet) else []


the_danish_invoice = the_invoice.where("of a Danish seller", _danish)
the_domestic_payment = the_payment.where("between Danes", _domestic_invoice)
the_domestic_buyer = the_buyer.where("between Danes", _domestic)
each_domestic_line = each_line.where("between Danes", _domestic)
each_domestic_identifier: Context[Identifier] = Context(
    name="each identifier of Danish seller and buyer", find=_identifiers
)
each_domestic_tax: Context[AllowanceCharge] = Context(
    name="each allowance and charge between Danes", find=_taxes
)


def _registered(party: Party | None) -> bool | None:
    """Whether a registration number, if there is one, is a CVR number."""
    if party is None or party.legal_registration is None:
        return None
    return party.legal_registration.scheme == CVR


def _credited(invoice: Invoice) -> bool | None:
    if not invoice.is_credit_note or of_address(invoice.buyer) != "DK":
        return None
    due = None if invoice.totals is None else invoice.totals.due
    return due is None or not due < 0


def _transfers(payment: PaymentInstructions, holds: Callable[[CreditTransfer], bool]) -> bool:
    return bool(payment.credit_transfers) and all(map(holds, payment.credit_transfers))


def _bank_account(payment: PaymentInstructions) -> bool | None:
    if payment.means_code not in BANK_ACCOUNTS:
        return None
    return _transfers(payment, lambda each: stated(each.account) and stated(each.bank))


def _mandated(payment: PaymentInstructions) -> bool | None:
    if payment.means_code != BETALINGSSERVICE:
        return None
    debit = payment.direct_debit
    return debit is not None and stated(debit.mandate) and stated(debit.account)


def _giro(payment: PaymentInstructions) -> bool | None:
    if payment.means_code != GIRO:
        return None
    return (payment.remittance or "").startswith(("01#", "04#", "15#")) and _transfers(
        payment, lambda each: GIRO_ACCOUNT.fullmatch(each.account or "") is not None
    )


def _giro_line(payment: PaymentInstructions) -> bool | None:
    line = payment.remittance or ""
    if payment.means_code != GIRO or not line.startswith(("04#", "15#")):
        return None
    return len(line) == 19


def _fik(payment: PaymentInstructions) -> bool | None:
    if payment.means_code != FIK:
        return None
    return (payment.remittance or "").startswith(("71#", "73#", "75#")) and _transfers(
        payment, lambda each: len(each.account or "") == 8
    )


def _fik_line(payment: PaymentInstructions) -> bool | None:
    line = payment.remittance or ""
    if payment.means_code != FIK or not line.startswith(("71#", "75#")):
        return None
    return len(line) in {18, 19}


def _unspsc(line: Line) -> bool | None:
    classes = (line.item or Item()).classifications
    if not any(each.scheme == "TST" for each in classes):
        return None
    return any(each.scheme_version in UNSPSC_VERSIONS for each in classes)


def _tax_named(part: AllowanceCharge) -> bool | None:
    """Whether the reason of a tax that is no VAT is a four-digit code, or has a # inside."""
    if part.reason_code != "ZZZ":
        return None
    reason = " ".join((part.reason or "").split())
    code = len(reason) == 4 and is_number(reason) and 0 <= Decimal(reason) <= 9999
    return code or ("#" in reason and not reason.startswith("#") and not reason.endswith("#"))


PARTIES: tuple[Rule, ...] = (
    the_danish_invoice.states(
        "DK-R-002",
        "BT-30",
        "a Danish seller has a CVR number",
        "seller.legal_registration.value",
        fix=f"send the CVR number with scheme {CVR}",
    ),
    the_danish_invoice(
        "DK-R-014",
        "BT-30",
        f"the registration number of a Danish seller has scheme {CVR}",
        lambda invoice: _registered(invoice.seller),
        at="seller.legal_registration.scheme",
        fix=f"send the CVR number with scheme {CVR}",
    ),
    the_domestic_buyer(
        "DK-R-017",
        "BT-47",
        f"the registration number of a Danish buyer has scheme {CVR}",
        _registered,
        at="legal_registration.scheme",
        fix=f"send the CVR number with scheme {CVR}",
    ),
    each_domestic_identifier(
        "DK-R-013",
        {"seller.identifiers.scheme": "BT-29", "buyer.identifiers.scheme": "BT-46"},
        "an identifier of seller or buyer has a scheme",
        lambda identifier: stated(identifier.scheme),
        at="scheme",
        fix="send the scheme of the identifier, e.g. 0088 for a GLN",
    ),
    the_danish_invoice(
        "DK-R-016",
        "BT-115",
        "a credit note is not negative",
        _credited,
        at="totals.due",
        fix="send an invoice instead, or turn the signs",
    ),
)

LINES: tuple[Rule, ...] = (
    each_domestic_line(
        "DK-R-003",
        "BT-158",
        "a UNSPSC classification (TST) is of version 19.05.01 or 26.08.01",
        _unspsc,
        at="item.classifications",
        fix="send the version of UNSPSC with the code",
    ),
    each_domestic_tax(
        "DK-R-004",
        {
            "allowances.reason": "BT-97",
            "charges.reason": "BT-104",
            "lines.allowances.reason": "BT-139",
            "lines.charges.reason": "BT-144",
        },
        "a tax that is no VAT (ZZZ) has a four-digit code or a # inside its reason",
        _tax_named,
        at="reason",
        fix="send the four digits of the tax category, or code#text",
    ),
)

PAYMENT: tuple[Rule, ...] = (
    the_domestic_payment(
        "DK-R-005",
        "BT-81",
        f"a payment means is one of {', '.join(MEANS)}",
        lambda payment: payment.means_code in MEANS,
        at="means_code",
        fix="send one of these payment means",
    ),
    the_domestic_payment(
        "DK-R-006",
        "BT-84",
        "a bank transfer (31, 42) names account and bank",
        _bank_account,
        at="credit_transfers",
        fix="send account number and registration number",
    ),
    the_domestic_payment(
        "DK-R-007",
        "BT-89",
        "a Betalingsservice payment (49) names mandate and debited account",
        _mandated,
        at="direct_debit",
        fix="send the mandate (BT-89) and the debited account (BT-91)",
    ),
    the_domestic_payment(
        "DK-R-008",
        "BT-83",
        "a giro payment (50) has a card type 01#, 04# or 15# and an account of 7 or 8 digits",
        _giro,
        at="remittance",
        fix="send the card type before the payment reference, and the giro account",
    ),
    the_domestic_payment(
        "DK-R-009",
        "BT-83",
        "a giro reference 04# or 15# has 16 characters behind the card type",
        _giro_line,
        at="remittance",
        fix="send all 16 characters of the payment reference",
    ),
    the_domestic_payment(
        "DK-R-010",
        "BT-83",
        "a FIK payment (93) has a card type 71#, 73# or 75# and an account of 8 characters",
        _fik,
        at="remittance",
        fix="send the card type before the payment reference, and the creditor's number",
    ),
    the_domestic_payment(
        "DK-R-011",
        "BT-83",
        "a FIK reference 71# or 75# has 15 or 16 characters behind the card type",
        _fik_line,
        at="remittance",
        fix="send all characters of the payment reference",
    ),
)

RULES = PARTIES + LINES + PAYMENT
