"""The pivot every format is translated through: Document = Invoice or Reminder or Statement.

Names follow EN 16931-1:2017 in plain words; `terms.toml` maps each BT and BG number to its path
here. Everything may be missing: a reader builds what it finds, and `formats.rules` judges it.
"""

from formats.model.amounts import HUNDRED, ZERO, round_half_up
from formats.model.claims import AgeBand, ClaimItem, Reminder, ReminderLevel, Statement
from formats.model.document import Document, DocumentKind, kind_of
from formats.model.invoice import (
    AllowanceCharge,
    Attachment,
    Attribute,
    Classification,
    CreditTransfer,
    Delivery,
    DirectDebit,
    Invoice,
    Item,
    Line,
    Note,
    PaymentCard,
    PaymentInstructions,
    Period,
    PrecedingInvoice,
    Price,
    SupportingDocument,
    Totals,
    VatBreakdown,
)
from formats.model.parties import Contact, Identifier, Party, PostalAddress, TaxRepresentative

__all__ = [
    "HUNDRED",
    "ZERO",
    "AgeBand",
    "AllowanceCharge",
    "Attachment",
    "Attribute",
    "ClaimItem",
    "Classification",
    "Contact",
    "CreditTransfer",
    "Delivery",
    "DirectDebit",
    "Document",
    "DocumentKind",
    "Identifier",
    "Invoice",
    "Item",
    "Line",
    "Note",
    "Party",
    "PaymentCard",
    "PaymentInstructions",
    "Period",
    "PostalAddress",
    "PrecedingInvoice",
    "Price",
    "Reminder",
    "ReminderLevel",
    "Statement",
    "SupportingDocument",
    "TaxRepresentative",
    "Totals",
    "VatBreakdown",
    "kind_of",
    "round_half_up",
]
