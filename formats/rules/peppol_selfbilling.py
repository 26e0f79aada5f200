"""PEPPOL_SELFBILLING: Peppol BIS Self-Billing 3, which a buyer writes; no rules of countries."""

from dataclasses import replace
from typing import Any

from formats.model import Invoice
from formats.rules import peppol_bis, peppol_identifiers
from formats.rules.engine import Rule, RuleSet

SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"
PROCESSES = (PROCESS, *peppol_bis.PROCESSES[1:])
WITH_RESPONSE = "urn:peppol:bis:billing_with_response"
"""The process under which types of documents are not restricted."""
INVOICES = ("389", "527")
CREDIT_NOTES = ("261",)


def _invoice_type(invoice: Invoice) -> bool | None:
    if invoice.type_code is None or invoice.is_credit_note:
        return None
    return not _restricted(invoice) or invoice.type_code in INVOICES


def _credit_note_type(invoice: Invoice) -> bool | None:
    if not invoice.is_credit_note:
        return None
    return not _restricted(invoice) or invoice.type_code in CREDIT_NOTES


def _restricted(invoice: Invoice) -> bool:
    return invoice.business_process in PROCESSES and invoice.business_process != WITH_RESPONSE


OTHERWISE: dict[str, dict[str, Any]] = {
    "PEPPOL-EN16931-R004": {
        "sentence": "an invoice follows Peppol BIS Self-Billing 3",
        "predicate": lambda invoice: peppol_bis.specified(invoice, SPECIFICATION),
        "fix": f"send {SPECIFICATION}",
    },
    "PEPPOL-EN16931-R007": {
        "predicate": lambda invoice: invoice.business_process in PROCESSES,
        "fix": f"send {PROCESS}",
    },
    "PEPPOL-EN16931-P0100": {
        "sentence": f"a self-billed invoice's type is one of {', '.join(INVOICES)}",
        "predicate": _invoice_type,
        "fix": "send 389",
    },
    "PEPPOL-EN16931-P0101": {
        "sentence": "a self-billed credit note's type is 261",
        "predicate": _credit_note_type,
        "fix": "send 261",
    },
}
"""What self-billing judges otherwise than billing by the same rule."""

BILLING_ONLY = "PEPPOL-EN16931-P0112"


def _for_self_billing(rule: Rule) -> Rule:
    return replace(rule, **OTHERWISE.get(rule.id, {}))


PEPPOL_SELFBILLING = RuleSet(
    key="peppol-selfbilling-3",
    version=peppol_bis.VERSION,
    source="Peppol BIS Self-Billing 3, Schematron PEPPOL-EN16931-UBL-SB, published in May 2026",
    valid_from=peppol_bis.PEPPOL_BIS.valid_from,
    valid_until=peppol_bis.PEPPOL_BIS.valid_until,
    lay_out=peppol_bis.PEPPOL_BIS.lay_out,
    extends=peppol_bis.PEPPOL_BIS.extends,
    rules=(
        *(_for_self_billing(rule) for rule in peppol_bis.GENERAL if rule.id != BILLING_ONLY),
        *peppol_identifiers.RULES,
    ),
    unjudged=peppol_bis.UNJUDGED,
)
