"""PEPPOL_BIS: Peppol BIS Billing 3 on top of EN 16931, with its rules of single countries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from formats.findings import Severity
from formats.model import Invoice, VatBreakdown
from formats.model.codes import (
    ALLOWANCE_REASONS,
    ATTACHMENT_TYPES,
    CHARGE_REASONS,
    CURRENCIES,
    ELECTRONIC_ADDRESS_SCHEMES,
    VAT_POINT_CODES,
    CodeList,
)
from formats.rules import (
    codes,
    peppol_de,
    peppol_dk,
    peppol_gr,
    peppol_identifiers,
    peppol_is,
    peppol_it,
    peppol_nl,
    peppol_no,
    peppol_se,
    peppol_shared,
)
from formats.rules.countries import both_in
from formats.rules.en16931 import EN16931
from formats.rules.engine import Rule, RuleSet
from formats.rules.peppol_shared import SLACK
from formats.rules.worksheet import (
    Worksheet,
    any_allowance,
    any_charge,
    each_party,
    each_row,
    each_supporting_document,
    lay_out,
    the_invoice,
    the_worksheet,
)

VERSION = "3.0.21"
SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROCESSES = (
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
    "urn:peppol:france:billing:regulated",
    "urn:peppol:france:billing:non-regulated",
    "urn:peppol:bis:billing_with_response",
)
INVOICES = CodeList(
    "71 80 82 84 102 218 219 326 331 380 382 383 384 386 388 393 395 553 575 623 780 817 870 875"
    " 876 877",
    name="UNTDID 1001, invoices in Peppol",
    version=VERSION,
)
CREDIT_NOTES = CodeList("81 83 381 396 532", name="UNTDID 1001, credit notes", version=VERSION)
GERMAN_ONLY = ("326", "384")
NOT_ON_THE_NETWORK = (
    "0037 0147 0154 0158 0170 0177 0193 0194 0202 0203 0205 0212 0213 0215 0217 0219 0220 AN AQ AS"
    " AU EM"
)
SCHEMES = CodeList(
    " ".join(ELECTRONIC_ADDRESS_SCHEMES - set(NOT_ON_THE_NETWORK.split())),
    name="EAS, as Peppol registers participants",
    version=VERSION,
)
MONEY = CodeList(
    " ".join((CURRENCIES - {"STD"}) | {"STN"}), name="ISO 4217 in Peppol", version=VERSION
)
CATEGORY_OF_REASON = {
    "VATEX-EU-G": ("PEPPOL-EN16931-P0104", "G"),
    "VATEX-EU-O": ("PEPPOL-EN16931-P0105", "O"),
    "VATEX-EU-IC": ("PEPPOL-EN16931-P0106", "K"),
    "VATEX-EU-AE": ("PEPPOL-EN16931-P0107", "AE"),
    "VATEX-EU-D": ("PEPPOL-EN16931-P0108", "E"),
    "VATEX-EU-F": ("PEPPOL-EN16931-P0109", "E"),
    "VATEX-EU-I": ("PEPPOL-EN16931-P0110", "E"),
    "VATEX-EU-J": ("PEPPOL-EN16931-P0111", "E"),
}


def _one_note(sheet: Worksheet) -> bool:
    return len(sheet.invoice.notes) <= 1 or both_in("DE", sheet)


def _referred(invoice: Invoice) -> bool:
    """Whether BT-10 or BT-13 is there; UBL states BT-14 only beside a BT-13."""
    return (
        invoice.buyer_reference is not None
        or invoice.purchase_order is not None
        or invoice.sales_order is not None
    )


def specified(invoice: Invoice, specification: str = SPECIFICATION) -> bool:
    """Whether BT-24 is a specification or an extension of it."""
    text = invoice.specification or ""
    return text.startswith(specification) and "::" not in text


def _invoice_type(invoice: Invoice) -> bool | None:
    if invoice.type_code is None or invoice.is_credit_note:
        return None
    return invoice.business_process not in PROCESSES or invoice.type_code in INVOICES


def _credit_note_type(invoice: Invoice) -> bool | None:
    if not invoice.is_credit_note:
        return None
    return invoice.business_process not in PROCESSES or invoice.type_code in CREDIT_NOTES


def _german_type(sheet: Worksheet) -> bool | None:
    code = sheet.invoice.type_code
    if code is None or sheet.invoice.is_credit_note:
        return None
    return code not in GERMAN_ONLY or both_in("DE", sheet)


def _in_money(invoice: Invoice) -> bool | None:
    """Whether the currencies of amounts are listed; in the model those are BT-5 and BT-6."""
    converted = invoice.totals is not None and invoice.totals.vat_in_accounting_currency is not None
    used = (invoice.currency, invoice.accounting_currency if converted else None)
    stated = [currency for currency in used if currency is not None]
    return all(currency in MONEY for currency in stated) if stated else None


def _of_category(reason: str, category: str) -> Callable[[VatBreakdown], bool | None]:
    def holds(row: VatBreakdown) -> bool | None:
        if row.exemption_code is None or row.exemption_code.upper() != reason:
            return None
        return row.category == category

    return holds


def _without_forint(predicate: Callable[[Any], bool | None]) -> Callable[[Any], bool | None]:
    """Return the predicate with Peppol's slack, which is the same in all currencies."""
    return lambda subject: predicate(subject._replace(slack=SLACK))


OTHERWISE: dict[str, dict[str, Any]] = {
    "PEPPOL-EN16931-R040": {"predicate": _without_forint(peppol_shared.percentage_holds)},
    "PEPPOL-EN16931-R120": {
        "predicate": _without_forint(peppol_shared.net_holds),
        "severity": Severity.FATAL,
    },
}
"""Where Peppol judges otherwise than XRechnung does by the same rule."""

DOCUMENT: tuple[Rule, ...] = (
    the_worksheet(
        "PEPPOL-EN16931-R002",
        "BG-1",
        "an invoice has one note at most, unless seller and buyer are German",
        _one_note,
        at="notes",
        fix="join the notes",
    ),
    the_invoice(
        "PEPPOL-EN16931-R003",
        "BT-10",
        "an invoice has a buyer reference or an order number",
        _referred,
        at="buyer_reference",
        fix="send the buyer's reference or order number",
    ),
    the_invoice(
        "PEPPOL-EN16931-R004",
        "BT-24",
        "an invoice follows Peppol BIS Billing 3",
        specified,
        at="specification",
        fix=f"send {SPECIFICATION}",
    ),
    the_invoice(
        "PEPPOL-EN16931-R007",
        "BT-23",
        "the business process is one that Peppol knows",
        lambda invoice: invoice.business_process in PROCESSES,
        at="business_process",
        fix=f"send {PROCESSES[0]}",
    ),
    the_invoice(
        "PEPPOL-EN16931-P0100",
        "BT-3",
        f"an invoice's type is a code of {INVOICES.name}",
        _invoice_type,
        at="type_code",
        fix="send a type that Peppol transports, e.g. 380",
    ),
    the_invoice(
        "PEPPOL-EN16931-P0101",
        "BT-3",
        f"a credit note's type is one of {', '.join(sorted(CREDIT_NOTES))}",
        _credit_note_type,
        at="type_code",
        fix="send a type that Peppol transports, e.g. 381",
    ),
    the_worksheet(
        "PEPPOL-EN16931-P0112",
        "BT-3",
        f"the types {' and '.join(GERMAN_ONLY)} are for German sellers with German buyers",
        _german_type,
        at="type_code",
        fix="send another type, e.g. 380",
    ),
    the_invoice(
        "PEPPOL-EN16931-CL007",
        "BT-5",
        f"the currency of an amount is a code of {MONEY.name}",
        _in_money,
        at="currency",
        fix="send the currency as an ISO 4217 code, e.g. EUR",
    ),
    *(
        each_row(
            rule,
            "BT-118",
            f"the exemption reason {reason} stands with VAT category {category}",
            _of_category(reason, category),
            at="category",
            fix=f"send category {category}, or another reason",
        )
        for reason, (rule, category) in CATEGORY_OF_REASON.items()
    ),
)

CODES: tuple[Rule, ...] = tuple(
    codes.coded(
        (
            (
                each_supporting_document,
                "PEPPOL-EN16931-CL001",
                "BT-125",
                "attachment.media_type",
                "the type of an attachment",
                ATTACHMENT_TYPES,
            ),
            (
                any_allowance,
                "PEPPOL-EN16931-CL002",
                codes.ALLOWANCES,
                "reason_code",
                "the reason code of an allowance",
                ALLOWANCE_REASONS,
            ),
            (
                any_charge,
                "PEPPOL-EN16931-CL003",
                codes.CHARGES,
                "reason_code",
                "the reason code of a charge",
                CHARGE_REASONS,
            ),
            (
                the_invoice,
                "PEPPOL-EN16931-CL006",
                "BT-8",
                "tax_point_code",
                "a tax point code",
                VAT_POINT_CODES,
            ),
            (
                each_party,
                "PEPPOL-EN16931-CL008",
                codes.ELECTRONIC_ADDRESSES,
                "electronic_address.scheme",
                "the scheme of an electronic address",
                SCHEMES,
            ),
        )
    )
)

GENERAL: tuple[Rule, ...] = (
    *DOCUMENT,
    *CODES,
    *(replace(rule, **OTHERWISE.get(rule.id, {})) for rule in peppol_shared.SHARED),
)
"""What holds in all countries, but for the shape of identifiers."""

UNJUDGED = {
    "PEPPOL-EN16931-F001": "how a date was written is seen by the reader, which refuses others",
    "PEPPOL-EN16931-R051": "amounts have no currency of their own in the model; readers refuse any"
    " other than BT-5",
    "PEPPOL-EN16931-R080": "of several project references readers take the first",
    "PEPPOL-EN16931-R100": "of several invoiced objects of a line readers take the first",
    **peppol_shared.UNJUDGED,
}

PEPPOL_BIS = RuleSet(
    key="peppol-bis-3",
    version=VERSION,
    source="Peppol BIS Billing 3.0.21, Schematron PEPPOL-EN16931-UBL, published in May 2026",
    valid_from=date(2026, 8, 17),
    valid_until=date(2027, 2, 23),
    lay_out=lay_out,
    extends=(EN16931,),
    rules=(
        *GENERAL,
        *peppol_identifiers.RULES,
        *peppol_de.RULES,
        *peppol_dk.RULES,
        *peppol_gr.RULES,
        *peppol_is.RULES,
        *peppol_it.RULES,
        *peppol_nl.RULES,
        *peppol_no.RULES,
        *peppol_se.RULES,
    ),
    unjudged=UNJUDGED,
)
