"""Consent to invoices by email, where a company asks for it.

An electronic invoice is subject to acceptance by the recipient (directive 2006/112/EC article 232).
A road that a rule of law requires needs none, nor does a courtesy copy: the invoice goes elsewhere.
"""

from typing import Final

from formats.model import DocumentKind, kind_of
from routing_rules.conditions.case import Case
from routing_rules.recipient import Consent, Recipient

_INVOICES: Final = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE})
"""What amends an invoice is treated as one (article 219)."""


def lacking(kind: str, case: Case) -> str | None:
    """Return why a document may not take a road of this kind, or None if it may."""
    if kind != "email" or not case.facts.email_needs_consent:
        return None
    if kind_of(case.document) not in _INVOICES or agrees(case.recipient):
        return None
    return "the recipient has not agreed to invoices by email (2006/112/EC art. 232)"


def agrees(recipient: Recipient) -> bool:
    """Whether he takes invoices by email; a consent to links is one where he wants links.

    >>> agrees(Recipient(consents=(Consent.LINK,))), agrees(Recipient(consents=(Consent.EMAIL,)))
    (False, True)
    """
    if Consent.EMAIL in recipient.consents:
        return True
    return recipient.wants == "link" and Consent.LINK in recipient.consents
