"""BR-RO-L*: how long a text may be in Romania, blanks counted once."""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from formats.model import CreditTransfer, Invoice, Note
from formats.rules.engine import Context, Rule, getter
from formats.rules.worksheet import (
    Places,
    Worksheet,
    each_allowance,
    each_attribute,
    each_charge,
    each_line,
    each_line_allowance,
    each_line_charge,
    each_note,
    each_preceding,
    each_supporting_document,
    the_buyer_address,
    the_delivery,
    the_delivery_address,
    the_invoice,
    the_payment,
    the_representative_address,
    the_seller_address,
)

T = TypeVar("T")

BLANKS = re.compile("[ \t\r\n]+")


def fits(text: str | None, longest: int) -> bool | None:
    """Whether a text has at most so many characters; blanks in a row count as one.

    >>> fits("a  b ", 3), fits("abcd", 3), fits(None, 3)
    (True, False, None)
    """
    if text is None:
        return None
    return len(text) <= longest or len(BLANKS.sub(" ", text).strip(" ")) <= longest


def in_invoices(context: Context[T]) -> Context[T]:
    """Return the context without its places in credit notes.

    The official file looks for these there under the namespace of Invoice, where nothing is.
    """
    return Context(
        name=f"{context.name} of an invoice",
        find=lambda sheet: [] if sheet.invoice.is_credit_note else context.find(sheet),
    )


an_invoice_allowance = in_invoices(each_allowance)
an_invoice_charge = in_invoices(each_charge)


def _accounts(sheet: Worksheet) -> Places[CreditTransfer]:
    payment = sheet.invoice.payment
    transfers = () if payment is None else payment.credit_transfers
    return [(f"payment.credit_transfers[{n}]", each) for n, each in enumerate(transfers)]


each_account: Context[CreditTransfer] = Context(name="each account", find=_accounts)

LIMITS: tuple[tuple[Context[Any], str, str, str, int, str], ...] = (
    (the_invoice, "BR-RO-L155", "BT-1", "number", 200, "the invoice number"),
    (the_invoice, "BR-RO-L0302", "BT-12", "contract", 200, "the contract's number"),
    (the_invoice, "BR-RO-L0303", "BT-13", "purchase_order", 200, "the order's number"),
    (the_invoice, "BR-RO-L0304", "BT-14", "sales_order", 200, "the sales order's number"),
    (the_invoice, "BR-RO-L0305", "BT-15", "receiving_advice", 200, "the receiving advice"),
    (the_invoice, "BR-RO-L0306", "BT-16", "despatch_advice", 200, "the despatch advice"),
    (the_invoice, "BR-RO-L0307", "BT-17", "tender", 200, "the tender's number"),
    (the_invoice, "BR-RO-L1001", "BT-19", "accounting_reference", 100, "the buyer's account"),
    (the_invoice, "BR-RO-L301", "BT-20", "payment_terms", 300, "the payment terms"),
    (the_invoice, "BR-RO-L201", "BT-27", "seller.name", 200, "the seller's name"),
    (the_invoice, "BR-RO-L202", "BT-28", "seller.trading_name", 200, "the seller's trading name"),
    (the_invoice, "BR-RO-L1000", "BT-33", "seller.legal_information", 1000, "legal information"),
    (the_invoice, "BR-RO-L1004", "BT-41", "seller.contact.name", 100, "a contact's name"),
    (the_invoice, "BR-RO-L1005", "BT-42", "seller.contact.phone", 100, "a telephone number"),
    (the_invoice, "BR-RO-L1006", "BT-43", "seller.contact.email", 100, "an email address"),
    (the_invoice, "BR-RO-L203", "BT-44", "buyer.name", 200, "the buyer's name"),
    (the_invoice, "BR-RO-L204", "BT-45", "buyer.trading_name", 200, "the buyer's trading name"),
    (the_invoice, "BR-RO-L1009", "BT-56", "buyer.contact.name", 100, "a contact's name"),
    (the_invoice, "BR-RO-L1010", "BT-57", "buyer.contact.phone", 100, "a telephone number"),
    (the_invoice, "BR-RO-L1011", "BT-58", "buyer.contact.email", 100, "an email address"),
    (the_invoice, "BR-RO-L205", "BT-59", "payee.name", 200, "the payee's name"),
    (the_invoice, "BR-RO-L206", "BT-62", "tax_representative.name", 200, "a representative's name"),
    (the_delivery, "BR-RO-L207", "BT-70", "name", 200, "the name of who receives the goods"),
    (the_payment, "BR-RO-L1016", "BT-82", "means_text", 100, "the payment means in words"),
    (the_payment, "BR-RO-L140", "BT-83", "remittance", 140, "the remittance information"),
    (each_account, "BR-RO-L208", "BT-85", "account_name", 200, "the name of an account"),
    (the_payment, "BR-RO-L209", "BT-88", "card.holder", 200, "the name of a card holder"),
    (each_preceding, "BR-RO-L156", "BT-25", "number", 200, "the number of a preceding invoice"),
    (
        an_invoice_allowance,
        "BR-RO-L1017",
        "BT-98",
        "reason_code",
        100,
        "the reason of an allowance",
    ),
    (an_invoice_charge, "BR-RO-L1018", "BT-105", "reason_code", 100, "the reason of a charge"),
    (each_supporting_document, "BR-RO-L1020", "BT-123", "description", 100, "a description"),
    (each_supporting_document, "BR-RO-L210", "BT-124", "location", 200, "a document's location"),
    (
        each_supporting_document,
        "BR-RO-L211",
        "BT-125",
        "attachment.file_name",
        200,
        "an attachment's file name",
    ),
    (each_line, "BR-RO-L1021", "BT-133", "accounting_reference", 100, "a line's account"),
    (each_line, "BR-RO-L1024", "BT-153", "item.name", 100, "an item's name"),
    (each_line, "BR-RO-L212", "BT-154", "item.description", 200, "an item's description"),
    (each_line, "BR-RO-L303", "BT-127", "note", 300, "a line's note"),
    (each_line_allowance, "BR-RO-L1022", "BT-139", "reason", 100, "a line allowance's reason"),
    (each_line_charge, "BR-RO-L1023", "BT-144", "reason", 100, "a line charge's reason"),
    (each_attribute, "BR-RO-L0505", "BT-160", "name", 50, "the name of an item attribute"),
    (each_attribute, "BR-RO-L1025", "BT-161", "value", 100, "the value of an item attribute"),
)

ADDRESSES: tuple[tuple[Context[Any], str, tuple[str, str, str, str, str], tuple[str, ...]], ...] = (
    (
        the_seller_address,
        "the seller's",
        ("BR-RO-L151", "BR-RO-L1002", "BR-RO-L1003", "BR-RO-L0501", "BR-RO-L0201"),
        ("BT-35", "BT-36", "BT-162", "BT-37", "BT-38"),
    ),
    (
        the_buyer_address,
        "the buyer's",
        ("BR-RO-L152", "BR-RO-L1007", "BR-RO-L1008", "BR-RO-L0502", "BR-RO-L0202"),
        ("BT-50", "BT-51", "BT-163", "BT-52", "BT-53"),
    ),
    (
        the_representative_address,
        "the tax representative's",
        ("BR-RO-L153", "BR-RO-L1012", "BR-RO-L1013", "BR-RO-L0503", "BR-RO-L0203"),
        ("BT-64", "BT-65", "BT-164", "BT-66", "BT-67"),
    ),
    (
        the_delivery_address,
        "the delivery",
        ("BR-RO-L154", "BR-RO-L1014", "BR-RO-L1015", "BR-RO-L0504", "BR-RO-L0204"),
        ("BT-75", "BT-76", "BT-165", "BT-77", "BT-78"),
    ),
)
ADDRESS_FIELDS = (
    ("line_1", 150, "first address line"),
    ("line_2", 100, "second address line"),
    ("line_3", 100, "third address line"),
    ("city", 50, "city"),
    ("post_code", 20, "post code"),
)


def _fits(at: str, longest: int) -> Callable[[object], bool | None]:
    get: Callable[[object], Any] = getter(at)
    return lambda group: fits(get(group), longest)


def _limits() -> Iterator[tuple[Context[Any], str, str, str, int, str]]:
    yield from LIMITS
    for context, whose, rules, terms in ADDRESSES:
        for rule, term, (field, longest, what) in zip(rules, terms, ADDRESS_FIELDS, strict=True):
            yield context, rule, term, field, longest, f"{whose} {what}"


def _in_ubl(note: Note) -> str:
    """Return the text as UBL writes it, with the subject code in front."""
    return f"#{note.subject_code}#{note.text}" if note.subject_code else note.text or ""


def _any_note(sheet: Worksheet) -> Places[str]:
    """Return BT-22, BT-20 and BT-127: the official rule asks of every element called Note."""
    found = [(f"{path}.text", _in_ubl(note)) for path, note in each_note.find(sheet) if note.text]
    if sheet.invoice.payment_terms is not None:
        found.append(("payment_terms", sheet.invoice.payment_terms))
    return found + [(f"{path}.note", line.note) for path, line in sheet.lines if line.note]


any_note: Context[str] = Context(name="each note", find=_any_note)


def _references(sheet: Worksheet) -> Places[str]:
    """Return BT-18 and BT-122, which UBL writes in the same place."""
    invoice: Invoice = sheet.invoice
    found = [
        (f"supporting_documents[{number}].reference", document.reference)
        for number, document in enumerate(invoice.supporting_documents)
        if document.reference is not None
    ]
    if invoice.invoiced_object is not None:
        found.append(("invoiced_object.value", invoice.invoiced_object.value))
    return found


each_reference: Context[str] = Context(name="each document referred to", find=_references)

LENGTHS: tuple[Rule, ...] = (
    *(
        context(
            rule,
            term,
            f"{what} has at most {longest} characters",
            _fits(at, longest),
            at=at,
            fix="shorten the text",
            private=".contact." in at or at == "card.holder",
        )
        for context, rule, term, at, longest, what in _limits()
    ),
    any_note(
        "BR-RO-L302",
        {"notes.text": "BT-22", "payment_terms": "BT-20", "lines.note": "BT-127"},
        "a note has at most 300 characters",
        lambda text: fits(text, 300),
        fix="shorten the text, or send it in several notes",
    ),
    each_reference(
        "BR-RO-L0308",
        {"supporting_documents.reference": "BT-122", "invoiced_object.value": "BT-18"},
        "the number of a document referred to has at most 200 characters",
        lambda text: fits(text, 200),
        fix="shorten the number",
    ),
)
