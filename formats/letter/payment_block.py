"""The payment block: how much, by when, to which account, and the code to scan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from formats.letter.heading import Fact, account_facts, facts_of, grouped_iban
from formats.letter.payment_code import payment_code
from formats.letter.wording import EN_DASH, Wording
from formats.model import CreditTransfer, Invoice, Party, PaymentInstructions

# XRechnung 3.0, BR-DE-18: cash discounts are lines of BT-20 in this form.
CASH_DISCOUNT = re.compile(
    r"#SKONTO#TAGE=(?P<days>\d+)#PROZENT=(?P<percent>\d+\.\d+)#(?:BASISBETRAG=(?P<base>-?\d+\.\d+)#)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentBlock:
    """What the payer must know.

    Attributes:
        code: data URI of the QR code, where the payment can be scanned.
    """

    sentences: tuple[str, ...]
    facts: tuple[Fact, ...]
    code: str | None = None
    scan: str = ""


def invoice_payment(invoice: Invoice, words: Wording) -> PaymentBlock:
    """Return how `invoice` is to be paid; a credit note is not."""
    due = invoice.totals.due if invoice.totals else None
    if due is None or invoice.is_credit_note:
        return PaymentBlock(sentences=tuple(_terms(invoice, words)), facts=())
    if due <= 0:
        return PaymentBlock(sentences=(words.say("payment.nothing_due"),), facts=())
    payment = invoice.payment or PaymentInstructions()
    amount = words.money(due, invoice.currency)
    if debit := payment.direct_debit:
        sentence = words.say(
            "payment.direct_debit",
            amount=amount,
            account=grouped_iban(debit.account or EN_DASH),
            mandate=debit.mandate or EN_DASH,
            creditor=debit.creditor or EN_DASH,
        )
        return PaymentBlock(sentences=(sentence, *_terms(invoice, words)), facts=())
    return transfer_block(
        sentences=(*_by(invoice.due_date, amount, words), *_terms(invoice, words)),
        payment=payment,
        payee=invoice.payee or invoice.seller or Party(),
        amount=due,
        currency=invoice.currency,
        reference=payment.remittance or invoice.number or "",
        words=words,
    )


def transfer_block(
    *,
    sentences: tuple[str, ...],
    payment: PaymentInstructions,
    payee: Party,
    amount: Decimal,
    currency: str | None,
    reference: str,
    words: Wording,
) -> PaymentBlock:
    """Return the block for a credit transfer to the first account in `payment`."""
    transfer = next(iter(payment.credit_transfers), CreditTransfer())
    code = payment_code(
        transfer=transfer,
        name=payee.name or "",
        amount=amount,
        currency=currency,
        reference=reference,
    )
    return PaymentBlock(
        sentences=sentences,
        facts=tuple(_payment_facts(payment, transfer, payee, reference, words)),
        code=code,
        scan=words.label("scan"),
    )


def _payment_facts(
    payment: PaymentInstructions,
    transfer: CreditTransfer,
    payee: Party,
    reference: str,
    words: Wording,
) -> Iterator[Fact]:
    if transfer.account:
        payee_name = transfer.account_name or payee.name
        yield from facts_of(words, (("payee", payee_name),))
        yield from account_facts(transfer, words)
        yield from facts_of(words, (("remittance", reference),))
    if card := payment.card:
        yield from facts_of(words, (("card", card.number),))


def _by(due: date | None, amount: str, words: Wording) -> Iterator[str]:
    if due:
        yield words.say("payment.by_date", amount=amount, date=words.day(due))


def _terms(invoice: Invoice, words: Wording) -> Iterator[str]:
    for line in (invoice.payment_terms or "").splitlines():
        if match := CASH_DISCOUNT.fullmatch(line.strip()):
            yield _cash_discount(match, invoice.currency, words)
        elif line.strip():
            yield line.strip()


def _cash_discount(match: re.Match[str], currency: str | None, words: Wording) -> str:
    base = match["base"]
    shown = words.money(Decimal(base), currency) if base else ""
    return words.say(
        "payment.cash_discount",
        percent=words.percent(Decimal(match["percent"])),
        days=match["days"],
        base=words.say("payment.cash_discount_base", base=shown) if base else "",
    )
