"""Document: anything that walks through the house."""

from enum import StrEnum
from typing import assert_never

from formats.model.claims import Reminder, Statement
from formats.model.invoice import Invoice

Document = Invoice | Reminder | Statement


class DocumentKind(StrEnum):
    """What a rule, a route and the console call a document."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    REMINDER = "reminder"
    STATEMENT = "statement"


def kind_of(document: Document) -> DocumentKind:
    """Return the kind of `document`; an Invoice with a credit note's BT-3 is a credit note.

    >>> kind_of(Invoice(type_code="381"))
    <DocumentKind.CREDIT_NOTE: 'credit_note'>
    """
    match document:
        case Invoice():
            return DocumentKind.CREDIT_NOTE if document.is_credit_note else DocumentKind.INVOICE
        case Reminder():
            return DocumentKind.REMINDER
        case Statement():
            return DocumentKind.STATEMENT
    assert_never(document)
