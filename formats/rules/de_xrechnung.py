"""BR-DE-*: what XRechnung adds to EN 16931; with the rules it shares with Peppol BIS 3."""

import re
from collections.abc import Callable
from string import ascii_uppercase

from formats.findings import Actor, Severity
from formats.model import Invoice, PaymentInstructions, PrecedingInvoice
from formats.rules import de_extensions, peppol_shared
from formats.rules.de_extensions import CIUS, CVD, EXTENSION
from formats.rules.en16931 import EN16931
from formats.rules.engine import Rule, RuleSet, getter, stated
from formats.rules.worksheet import (
    CREDIT_TRANSFERS,
    Worksheet,
    each_row,
    each_supporting_document,
    lay_out,
    the_buyer_address,
    the_delivery_address,
    the_invoice,
    the_payment,
    the_seller,
    the_seller_address,
    the_seller_contact,
    the_worksheet,
)

TYPES = ("326", "380", "381", "384", "389", "875", "876", "877")
CORRECTION = "384"
CARDS = ("48", "54", "55")
DIRECT_DEBIT = "59"
SEPA_TRANSFER = "58"
TAXED = ("S", "Z", "E", "AE", "K", "G", "L", "M")

CASH_DISCOUNT = re.compile(
    r"#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#"
)
EMAIL = re.compile(r"[^@\s]+@([^@.\s]+\.)+[^@.\s]+")
URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")
DIGITS = frozenset("0123456789")
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{0,30}")
_AS_DIGITS = str.maketrans({letter: str(int(letter, 36)) for letter in ascii_uppercase})


def iban_holds(text: str | None) -> bool:
    """Whether an IBAN has the right shape and check digits; blanks do not count.

    Source:
        ISO 13616, ISO 7064 mod 97-10.

    >>> iban_holds("DE02 1203 0000 0000 2020 51"), iban_holds("DE03120300000000202051")
    (True, False)
    """
    iban = "".join((text or "").split())
    if not IBAN.fullmatch(iban):
        return False
    turned = (iban[4:] + iban[:4]).upper()
    return int(turned.translate(_AS_DIGITS)) % 97 == 1


def _taxed(sheet: Worksheet) -> bool | None:
    if not any(sheet.uses(category) for category in TAXED):
        return None
    seller = sheet.invoice.seller
    return sheet.invoice.tax_representative is not None or (
        seller is not None and (stated(seller.vat_identifier) or stated(seller.tax_registration))
    )


def discounts_hold(terms: str) -> bool | None:
    """Whether each line of BT-20 that begins with # is well-formed and ends as a line.

    None where there is no such line.
    """
    discounts = [line for line in re.split(r"\r?\n", terms) if line.lstrip().startswith("#")]
    if not discounts:
        return None
    rest = re.split("#.+#", terms)[-1]
    return (
        all(CASH_DISCOUNT.fullmatch(" ".join(line.split())) for line in discounts)
        and re.match(r"\s*\n", rest) is not None
    )


def _cash_discount(invoice: Invoice) -> bool | None:
    """Judge BT-20; readers trim the line break that must follow the last discount."""
    terms = invoice.payment_terms
    return None if terms is None else discounts_hold(f"{terms}\n")


def _unique_names(invoice: Invoice) -> bool | None:
    names = [
        document.attachment.file_name
        for document in invoice.supporting_documents
        if document.attachment is not None and document.attachment.file_name is not None
    ]
    return len(names) == len(set(names)) if names else None


def _corrects(invoice: Invoice) -> bool | None:
    if invoice.type_code != CORRECTION:
        return None
    return any(preceding != PrecedingInvoice() for preceding in invoice.preceding)


def _dated(sheet: Worksheet) -> bool:
    invoice = sheet.invoice
    delivered = invoice.delivery is not None and invoice.delivery.delivered_on is not None
    return (
        delivered
        or invoice.period is not None
        or invoice.tax_point_code is not None
        or all(line.period is not None for line in invoice.lines)
    )


def _sepa_account(invoice: Invoice) -> bool | None:
    payment = invoice.payment
    if payment is None or payment.means_code != SEPA_TRANSFER:
        return None
    return bool(payment.credit_transfers) and all(
        iban_holds(transfer.account) for transfer in payment.credit_transfers
    )


def _debited_account(invoice: Invoice) -> bool | None:
    payment = invoice.payment
    if payment is None or payment.means_code != DIRECT_DEBIT:
        return None
    return payment.direct_debit is not None and iban_holds(payment.direct_debit.account)


def _debits(payment: PaymentInstructions) -> bool:
    """Whether there is a direct debit; the creditor's identifier alone may be master data."""
    debit = payment.direct_debit
    return debit is not None and (debit.mandate is not None or debit.account is not None)


def _debit_has(field: str) -> Callable[[PaymentInstructions], bool | None]:
    get = getter(f"direct_debit.{field}")
    return lambda payment: get(payment) is not None if _debits(payment) else None


def _means_has(
    codes: tuple[str, ...], has: Callable[[PaymentInstructions], bool]
) -> Callable[[PaymentInstructions], bool | None]:
    return lambda payment: has(payment) if payment.means_code in codes else None


SELLER: tuple[Rule, ...] = (
    the_seller.has(
        "BR-DE-2",
        "BG-6",
        "the seller names a contact",
        "contact",
        fix="send the seller's contact with name, telephone and email",
    ),
    the_seller_address.states(
        "BR-DE-3", "BT-37", "the seller's address has a city", "city", fix="send the seller's city"
    ),
    the_seller_address.states(
        "BR-DE-4",
        "BT-38",
        "the seller's address has a post code",
        "post_code",
        fix="send the seller's post code",
    ),
    the_seller_contact.states(
        "BR-DE-5",
        "BT-41",
        "the seller's contact has a name",
        "name",
        fix="send the name of a person or department",
    ),
    the_seller_contact.states(
        "BR-DE-6",
        "BT-42",
        "the seller's contact has a telephone number",
        "phone",
        fix="send the contact's telephone number",
    ),
    the_seller_contact.states(
        "BR-DE-7",
        "BT-43",
        "the seller's contact has an email address",
        "email",
        fix="send the contact's email address",
    ),
    the_seller_contact(
        "BR-DE-27",
        "BT-42",
        "a telephone number has at least three digits",
        lambda contact: sum(character in DIGITS for character in contact.phone or "") >= 3,
        at="phone",
        severity=Severity.WARNING,
        private=True,
        fix="send the contact's telephone number",
    ),
    the_seller_contact(
        "BR-DE-28",
        "BT-43",
        "an email address has one @ with something before it and a domain behind it",
        lambda contact: EMAIL.fullmatch((contact.email or "").strip()) is not None,
        at="email",
        severity=Severity.WARNING,
        private=True,
        fix="send the contact's email address and nothing else in this field",
    ),
)

BUYER_AND_DELIVERY: tuple[Rule, ...] = (
    the_buyer_address.states(
        "BR-DE-8", "BT-52", "the buyer's address has a city", "city", fix="send the buyer's city"
    ),
    the_buyer_address.states(
        "BR-DE-9",
        "BT-53",
        "the buyer's address has a post code",
        "post_code",
        fix="send the buyer's post code",
    ),
    the_delivery_address.states(
        "BR-DE-10", "BT-77", "the delivery address has a city", "city", fix="send the city"
    ),
    the_delivery_address.states(
        "BR-DE-11",
        "BT-78",
        "the delivery address has a post code",
        "post_code",
        fix="send the post code",
    ),
)

DOCUMENT: tuple[Rule, ...] = (
    each_row.has(
        "BR-DE-14",
        "BT-119",
        "a row of the VAT breakdown has a rate",
        "rate",
        fix="send the VAT rate in percent, 0 where none is charged",
    ),
    the_invoice.states(
        "BR-DE-15",
        "BT-10",
        "an invoice has a buyer reference",
        "buyer_reference",
        fix="send the Leitweg-ID, or what the buyer asked to be referred to by",
        actor=Actor.CUSTOMER,
    ),
    the_worksheet(
        "BR-DE-16",
        "BT-31",
        "the seller has a VAT identifier, a tax number or a tax representative",
        _taxed,
        at="seller.vat_identifier",
        fix="send the seller's VAT identifier (BT-31) or tax number (BT-32)",
    ),
    the_invoice(
        "BR-DE-17",
        "BT-3",
        f"an invoice is of one of the types {', '.join(TYPES)}",
        lambda invoice: invoice.type_code in TYPES,
        at="type_code",
        severity=Severity.WARNING,
        fix="send one of these type codes",
    ),
    the_invoice(
        "BR-DE-18",
        "BT-20",
        "a cash discount is written #SKONTO#TAGE=14#PROZENT=2.00# on a line of its own",
        _cash_discount,
        at="payment_terms",
        fix="write each discount as #SKONTO#TAGE=n#PROZENT=n.nn# with an own line, in capitals",
    ),
    the_invoice(
        "BR-DE-21",
        "BT-24",
        "an invoice follows XRechnung 3.0",
        lambda invoice: invoice.specification in (CIUS, EXTENSION, CVD),
        at="specification",
        severity=Severity.WARNING,
        fix=f"send {CIUS}",
    ),
    the_invoice(
        "BR-DE-22",
        "BT-125",
        "each attachment has a file name of its own",
        _unique_names,
        at="supporting_documents",
        fix="rename attachments that have the same name",
    ),
    the_invoice(
        "BR-DE-26",
        "BG-3",
        "a corrected invoice names the invoice it corrects",
        _corrects,
        at="preceding",
        severity=Severity.WARNING,
        fix="send number and date of the invoice that is corrected",
    ),
    the_worksheet(
        "BR-DE-TMP-32",
        "BT-72",
        "an invoice says when was delivered: a date, a period, or a period on each line",
        _dated,
        at="delivery.delivered_on",
        severity=Severity.WARNING,
        fix="send the delivery date (BT-72) or the invoicing period (BG-14)",
    ),
    each_supporting_document(
        "BR-TMP-2",
        "BT-124",
        "the location of an external document is a URL with its scheme",
        lambda document: (
            None if document.location is None else URL.match(document.location) is not None
        ),
        at="location",
        fix="send an absolute URL, e.g. https://seller.example/sheet.pdf",
    ),
)

PAYMENT: tuple[Rule, ...] = (
    the_worksheet(
        "BR-DE-1",
        "BG-16",
        "an invoice has payment instructions",
        lambda sheet: bool(the_payment.find(sheet)),
        at="payment",
        fix="send payment means, and the account to pay to",
    ),
    the_invoice(
        "BR-DE-19",
        "BT-84",
        "the account of a SEPA transfer is a valid IBAN",
        _sepa_account,
        at="payment.credit_transfers",
        severity=Severity.WARNING,
        private=True,
        fix="correct the IBAN",
    ),
    the_invoice(
        "BR-DE-20",
        "BT-91",
        "the debited account is a valid IBAN",
        _debited_account,
        at="payment.direct_debit.account",
        severity=Severity.WARNING,
        private=True,
        fix="correct the IBAN",
    ),
    the_payment(
        "BR-DE-23-a",
        "BG-17",
        "a credit transfer (30, 58) names an account to pay to",
        _means_has(CREDIT_TRANSFERS, lambda payment: bool(payment.credit_transfers)),
        at="credit_transfers",
        fix="send the IBAN or account number of the payee",
    ),
    the_payment(
        "BR-DE-23-b",
        "BG-16",
        "a credit transfer (30, 58) has neither card nor direct debit beside it",
        _means_has(CREDIT_TRANSFERS, lambda p: p.card is None and not _debits(p)),
        fix="send only what belongs to the payment means code",
    ),
    the_payment(
        "BR-DE-24-a",
        "BG-18",
        "a card payment (48, 54, 55) has the card's data",
        _means_has(CARDS, lambda payment: payment.card is not None),
        at="card",
        fix="send the last digits of the card",
    ),
    the_payment(
        "BR-DE-24-b",
        "BG-16",
        "a card payment (48, 54, 55) has neither account nor direct debit beside it",
        _means_has(CARDS, lambda p: not p.credit_transfers and not _debits(p)),
        fix="send only what belongs to the payment means code",
    ),
    the_payment(
        "BR-DE-25-a",
        "BG-19",
        "a direct debit (59) has the direct debit's data",
        _means_has((DIRECT_DEBIT,), _debits),
        at="direct_debit",
        fix="send mandate, creditor identifier and debited account",
    ),
    the_payment(
        "BR-DE-25-b",
        "BG-16",
        "a direct debit (59) has neither account nor card beside it",
        _means_has((DIRECT_DEBIT,), lambda p: not p.credit_transfers and p.card is None),
        fix="send only what belongs to the payment means code",
    ),
    the_payment(
        "BR-DE-30",
        "BT-90",
        "a direct debit names the creditor",
        _debit_has("creditor"),
        at="direct_debit.creditor",
        fix="send the bank assigned creditor identifier",
    ),
    the_payment(
        "BR-DE-31",
        "BT-91",
        "a direct debit names the debited account",
        _debit_has("account"),
        at="direct_debit.account",
        fix="send the IBAN of the debited account",
    ),
)

OWN = DOCUMENT + SELLER + BUYER_AND_DELIVERY + PAYMENT
"""What holds for every XRechnung; Peppol asks the same of Germans."""

UNJUDGED = {
    "BR-TMP-6": "how a date was written is seen by the reader, not in the model",
    **de_extensions.UNJUDGED,
    **peppol_shared.UNJUDGED,
}

XRECHNUNG = RuleSet(
    key="xrechnung-3.0",
    version="3.0.2",
    source="XRechnung 3.0.2, as in KoSIT's Schematron 2.6.0",
    lay_out=lay_out,
    extends=(EN16931,),
    rules=(
        *OWN,
        *de_extensions.RULES,
        *peppol_shared.SHARED,
    ),
    unjudged=UNJUDGED,
)
