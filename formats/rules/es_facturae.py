"""FAE-*: what Facturae 3.2.2 needs of an invoice beyond EN 16931. Our own ids."""

import re
from collections.abc import Callable
from decimal import Decimal

from formats.findings import Severity
from formats.model import Invoice, Party, PostalAddress
from formats.model.spain import Individual
from formats.rules.engine import Rule, RuleSet, stated
from formats.rules.es_codes import (
    ATTACHMENT_FORMATS,
    COUNTRIES,
    METHODS,
    REASONS,
    corrects,
    is_named,
    province,
    spain,
    tax_number,
)
from formats.rules.national import adds_up, fits
from formats.rules.totals import CENT, total
from formats.rules.worksheet import (
    each_allowance,
    each_charge,
    each_line,
    each_line_allowance,
    each_line_charge,
    each_preceding,
    each_supporting_document,
    lay_out,
    the_buyer,
    the_buyer_address,
    the_invoice,
    the_seller,
    the_seller_address,
    the_seller_contact,
    the_totals,
)

SYNTAX = "Facturae"
LARGEST = Decimal(10) ** 15
"""Amounts are read as double-precision numbers: fifteen digits hold."""
STREET_SIZE = 80
PROVINCE_SIZE = 20
TOWN_SIZE = 50
BATCH_SIZE = 70
CENTRE_ROLES = frozenset(f"{number:02}" for number in range(1, 10))

_POST_CODE = re.compile("[0-9]{5}")
_BIC = re.compile("[A-Z0-9]{8}(?:[A-Z0-9]{3})?")


def _street(address: PostalAddress) -> bool:
    lines = [line for line in (address.line_1, address.line_2, address.line_3) if stated(line)]
    return 1 <= len(", ".join(" ".join(str(line).split()) for line in lines)) <= STREET_SIZE


def _post_code(address: PostalAddress) -> bool | None:
    if address.country != "ES":
        return None
    return _POST_CODE.fullmatch(address.post_code or "") is not None


def _town(address: PostalAddress) -> bool:
    if address.country == "ES":
        return stated(address.city) and len(address.city or "") <= TOWN_SIZE
    return len(f"{address.post_code or ''} {address.city or ''}") <= TOWN_SIZE


def _province(address: PostalAddress) -> bool:
    found = province(address)
    if address.country == "ES" and not found:
        return False
    return len(found or "") <= PROVINCE_SIZE


def _country(address: PostalAddress) -> bool:
    return address.country in COUNTRIES


def _number(party: Party) -> bool:
    return 3 <= len(tax_number(party) or "") <= 30


def _person(get: Callable[[Invoice], Individual | None]) -> Callable[[Invoice], bool | None]:
    def predicate(invoice: Invoice) -> bool | None:
        person = get(invoice)
        return None if person is None else is_named(person)

    return predicate


def _reason(invoice: Invoice) -> bool | None:
    return spain(invoice).correction_reason in REASONS if corrects(invoice) else None


def _method(invoice: Invoice) -> bool | None:
    stated_method = spain(invoice).correction_method
    return stated_method in METHODS if corrects(invoice) and stated_method else None


def _period(invoice: Invoice) -> bool | None:
    """Whether it is known about which time a corrective invoice is."""
    if not corrects(invoice):
        return None
    data, own = spain(invoice), invoice.period
    dated = any(preceding.issue_date for preceding in invoice.preceding)
    start = data.corrected_from or (own and own.start)
    end = data.corrected_to or (own and own.end)
    return dated or bool(start and end)


def _on_account(invoice: Invoice) -> bool | None:
    paid = invoice.totals.paid if invoice.totals else None
    payments = spain(invoice).payments_on_account
    if not paid and not payments:
        return None
    dated = all(payment.paid_on and payment.amount is not None for payment in payments)
    return dated and total(payment.amount for payment in payments) == (paid or 0)


def _withheld(invoice: Invoice) -> bool | None:
    taxes = spain(invoice).withheld
    if not taxes:
        return None
    return all(
        t.kind and t.rate is not None and t.base is not None and t.amount is not None for t in taxes
    )


def _exchange(invoice: Invoice) -> bool | None:
    if invoice.currency == "EUR":
        return None
    data = spain(invoice)
    return data.exchange_rate is not None and data.exchange_rate_date is not None


def _centres(invoice: Invoice) -> bool | None:
    units = spain(invoice).centres
    if not units:
        return None
    return all(u.role in CENTRE_ROLES and u.code and len(u.code) <= 10 for u in units)


def _bank(invoice: Invoice) -> bool | None:
    transfers = invoice.payment.credit_transfers if invoice.payment else ()
    bank = transfers[0].bank if transfers else None
    return _BIC.fullmatch(bank) is not None if bank else None


def _account(invoice: Invoice) -> bool | None:
    payment = invoice.payment
    if payment is None:
        return None
    accounts = [transfer.account for transfer in payment.credit_transfers[:1]]
    accounts += [payment.direct_debit.account] if payment.direct_debit else []
    known = ["".join(account.split()) for account in accounts if account]
    return all(5 <= len(account) <= 34 for account in known) if known else None


def _due(invoice: Invoice) -> bool | None:
    return None if invoice.payment is None else invoice.due_date is not None


def _said(part: object) -> bool:
    return stated(getattr(part, "reason", None)) or stated(getattr(part, "reason_code", None))


def _batch(invoice: Invoice) -> bool:
    number = tax_number(invoice.seller or Party()) or ""
    return len(f"{number}{invoice.number or ''}{spain(invoice).series or ''}") <= BATCH_SIZE


def _addresses() -> tuple[Rule, ...]:
    """Return the rules on an address, for seller and buyer."""
    rules: list[Rule] = []
    for number, (place, street, town, code, area, country) in enumerate(
        (
            (the_seller_address, "BT-35", "BT-37", "BT-38", "BT-39", "BT-40"),
            (the_buyer_address, "BT-50", "BT-52", "BT-53", "BT-54", "BT-55"),
        )
    ):
        for step, (term, at, sentence, holds) in enumerate(
            (
                (
                    street,
                    "line_1",
                    "the street has 1 to 80 characters, with all lines",
                    _street,
                ),
                (code, "post_code", "a Spanish post code has five digits", _post_code),
                (town, "city", "the town has 1 to 50 characters, abroad with post code", _town),
                (area, "subdivision", "the province has at most 20 characters", _province),
                (country, "country", "the country is one that Facturae lists", _country),
            )
        ):
            name = f"FAE-{10 + 5 * number + step}"
            rules.append(place(name, term, sentence, holds, at=at, fix=f"correct {term}"))
    return tuple(rules)


NEEDED: tuple[Rule, ...] = (
    the_seller(
        "FAE-01",
        "BT-31",
        "the seller has a tax number",
        _number,
        at="vat_identifier",
        fix="state BT-31, BT-32 or BT-30",
    ),
    the_buyer(
        "FAE-02",
        "BT-48",
        "the buyer has a tax number",
        _number,
        at="vat_identifier",
        fix="state BT-48 or BT-47",
    ),
    the_seller.has("FAE-03", "BG-5", "the seller has an address", "address", fix="state BG-5"),
    the_buyer.has("FAE-04", "BG-8", "the buyer has an address", "address", fix="state BG-8"),
    the_invoice(
        "FAE-05",
        "extensions.es.seller",
        "a seller who is a natural person has name and surname",
        _person(lambda invoice: spain(invoice).seller),
        at="extensions.es.seller",
        fix="state name and first_surname in extensions.es.seller",
    ),
    the_invoice(
        "FAE-06",
        "extensions.es.buyer",
        "a buyer who is a natural person has name and surname",
        _person(lambda invoice: spain(invoice).buyer),
        at="extensions.es.buyer",
        fix="state name and first_surname in extensions.es.buyer",
    ),
    *_addresses(),
    the_invoice(
        "FAE-20",
        "extensions.es.correction_reason",
        "a corrective invoice says why, with a ReasonCode",
        _reason,
        at="extensions.es.correction_reason",
        fix="state 01 to 16 or 80 to 85 in extensions.es.correction_reason",
    ),
    the_invoice(
        "FAE-21",
        "BT-26",
        "a corrective invoice says which time it is about",
        _period,
        at="preceding",
        fix="state BT-26, BG-14, or extensions.es.corrected_from and corrected_to",
    ),
    the_invoice(
        "FAE-22",
        "extensions.es.correction_method",
        "the method of correction is 01 to 04",
        _method,
        at="extensions.es.correction_method",
        fix="correct extensions.es.correction_method",
    ),
    the_invoice(
        "FAE-23",
        "BT-113",
        "what was paid before has its dates, and they add up to BT-113",
        _on_account,
        at="totals.paid",
        fix="state date and amount of each payment in extensions.es.payments_on_account",
    ),
    the_invoice(
        "FAE-24",
        "extensions.es.withheld",
        "a withheld tax has kind, rate, base and amount",
        _withheld,
        at="extensions.es.withheld",
        fix="complete extensions.es.withheld",
    ),
    the_invoice(
        "FAE-25",
        "extensions.es.exchange_rate",
        "an invoice in another currency than euros has the rate of exchange and its date",
        _exchange,
        at="extensions.es.exchange_rate",
        fix="state extensions.es.exchange_rate and exchange_rate_date",
    ),
    the_invoice(
        "FAE-26",
        "extensions.es.centres",
        "an administrative centre has a role and a code of at most ten characters",
        _centres,
        at="extensions.es.centres",
        fix="state role and DIR3 code in extensions.es.centres",
    ),
    the_invoice("FAE-27", "BT-86", "the bank is named by its BIC", _bank, fix="state a BIC"),
    the_invoice(
        "FAE-28", "BT-84", "an account has 5 to 34 characters", _account, fix="state an IBAN"
    ),
    the_invoice(
        "FAE-29",
        "BT-9",
        "payment details have a due date, else they are left out",
        _due,
        at="due_date",
        severity=Severity.WARNING,
        fix="state BT-9",
    ),
)

SUMS: tuple[Rule, ...] = (
    each_line(
        "FAE-30",
        "BT-131",
        "the line's net amount is price times quantity with allowances and charges, to the cent",
        adds_up,
        at="net",
        fix="correct BT-131, BT-129, BT-146 or the line's allowances and charges",
    ),
    the_totals(
        "FAE-31",
        "BT-114",
        "nothing is rounded: Facturae has no such amount",
        lambda totals: abs(totals.rounding) < CENT if totals.rounding is not None else None,
        at="rounding",
        fix="leave out BT-114",
    ),
    the_totals(
        "FAE-32",
        "BT-112",
        "the total has at most fifteen digits before the point",
        lambda totals: None if totals.with_vat is None else abs(totals.with_vat) < LARGEST,
        at="with_vat",
        fix="split the invoice",
    ),
    each_allowance("FAE-33", "BT-97", "the allowance has a reason", _said, fix="state BT-97"),
    each_charge("FAE-34", "BT-104", "the charge has a reason", _said, fix="state BT-104"),
    each_line_allowance(
        "FAE-35", "BT-139", "the allowance has a reason", _said, fix="state BT-139"
    ),
    each_line_charge("FAE-36", "BT-144", "the charge has a reason", _said, fix="state BT-144"),
)

TEXTS: tuple[Rule, ...] = (
    the_invoice(
        "FAE-40",
        "BT-1",
        "tax number, number and series have at most 70 characters together",
        _batch,
        at="number",
        fix="shorten BT-1",
    ),
    the_seller_contact(
        "FAE-41",
        "BT-42",
        "the phone number has at most 15 digits, else it is left out",
        lambda contact: (
            len([c for c in contact.phone if c in "+0123456789"]) <= 15 if contact.phone else None
        ),
        at="phone",
        severity=Severity.WARNING,
        private=True,
        fix="state the number without separators",
    ),
    each_supporting_document(
        "FAE-42",
        "BT-125-1",
        "the attachment is of a kind that Facturae lists, else it is left out",
        lambda document: (
            document.attachment.media_type in ATTACHMENT_FORMATS if document.attachment else None
        ),
        at="attachment.media_type",
        severity=Severity.WARNING,
        fix="attach a PDF",
    ),
    the_invoice(
        "FAE-43",
        "BT-22",
        "the notes have at most 2,500 characters together",
        lambda invoice: sum(len(note.text or "") + 1 for note in invoice.notes) <= 2500,
        at="notes",
        fix="shorten BT-22",
    ),
    each_line(
        "FAE-44",
        "BT-154",
        "name and description of an item have at most 2,500 characters together",
        lambda line: (
            None
            if line.item is None
            else len(line.item.name or "") + len(line.item.description or "") + 3 <= 2500
        ),
        at="item.description",
        fix="shorten BT-154",
    ),
)

LIMITS = fits(
    "FAE-5",
    SYNTAX,
    (
        (the_invoice, "BT-1", "number", 20),
        (the_seller, "BT-27", "name", 80),
        (the_buyer, "BT-44", "name", 80),
        (the_seller, "BT-28", "trading_name", 40),
        (the_buyer, "BT-45", "trading_name", 40),
        (the_seller, "BT-41", "contact.name", 40),
        (the_buyer, "BT-56", "contact.name", 40),
        (the_seller, "BT-43", "contact.email", 60),
        (the_buyer, "BT-58", "contact.email", 60),
        (the_invoice, "BT-10", "buyer_reference", 20),
        (the_invoice, "BT-12", "contract", 20),
        (the_invoice, "BT-13", "purchase_order", 20),
        (the_invoice, "BT-16", "despatch_advice", 30),
        (each_preceding, "BT-25", "number", 20),
        (each_line, "BT-155", "item.seller_id", 20),
        (each_line, "BT-127", "note", 2500),
        (the_invoice, "BT-83", "payment.remittance", 60),
        (the_invoice, "BT-89", "payment.direct_debit.mandate", 60),
        (the_invoice, "BT-20", "payment_terms", 2500),
        (the_invoice, "extensions.es.series", "extensions.es.series", 20),
    ),
)

FACTURAE = RuleSet(
    key="es-facturae",
    version="3.2.2",
    source="Ministry of Finance of Spain, schema Facturae 3.2.2",
    lay_out=lay_out,
    rules=(*NEEDED, *SUMS, *TEXTS, *LIMITS),
)
