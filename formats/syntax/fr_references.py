"""BR-FR-CO-03, 05, 07 and 09: what a document of a type or mode must refer to, and by which day.

Lines may each refer to the invoice that they credit, and a date in another form than 102 counts:
the model shows neither.
"""

from typing import Final

from formats.rules.fr_ctc import ADVANCES, CREDITS, PAID, REBATE
from formats.syntax.fr_paths import CII, STATUS
from formats.syntax.fr_sublines import DETAIL
from formats.syntax.looking import found, has, texts
from formats.syntax.rules import Own, Sheet
from formats.xml.names import Element

_UBL_DOCUMENT: Final = "cac:InvoiceDocumentReference"
_TRADE: Final = "rsm:SupplyChainTradeTransaction"
_SETTLEMENT: Final = f"{_TRADE}/ram:ApplicableHeaderTradeSettlement"
_AGREEMENT: Final = f"{_TRADE}/ram:ApplicableHeaderTradeAgreement"
_CONTRACT: Final = f"{_AGREEMENT}/ram:ContractReferencedDocument/ram:IssuerAssignedID"
_PERIOD: Final = f"{_SETTLEMENT}/ram:BillingSpecifiedPeriod"
_PERIOD_DAYS: Final = tuple(
    f"{_PERIOD}/ram:{end}DateTime/udt:DateTimeString" for end in ("Start", "End")
)
_ISSUED: Final = "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString"
_DUE: Final = f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString"
_DATE: Final = "ram:FormattedIssueDateTime/qdt:DateTimeString"


def _credits(document: Element, path: str) -> bool:
    return not set(CREDITS).isdisjoint(texts(document, path))


def _credits_nothing_in_ubl(document: Element, _sheet: Sheet) -> bool:
    if not _credits(document, "cbc:CreditNoteTypeCode"):
        return False
    headed = found(document, f"cac:BillingReference/{_UBL_DOCUMENT}")
    if any(map(_is_dated_in_ubl, headed)):
        return False
    numbers = texts(document, "cbc:ID")
    lines = found(document, "cac:CreditNoteLine")
    return not all(_line_refers_in_ubl(line, numbers) for line in lines)


def _is_dated_in_ubl(reference: Element) -> bool:
    return has(reference, "cbc:ID") and has(reference, "cbc:IssueDate")


def _line_refers_in_ubl(line: Element, numbers: list[str]) -> bool:
    """Whether a line that is invoiced names an earlier invoice; the sum of others need not."""
    own, statuses, others = False, set(), False
    for reference in found(line, f"cac:BillingReference/{_UBL_DOCUMENT}"):
        named = texts(reference, "cbc:ID")
        if set(named).intersection(numbers):
            own = True
            statuses |= {*texts(reference, "cbc:DocumentStatusCode")}
        if any(each != number for each in named for number in numbers):
            others = others or _is_dated_in_ubl(reference)
    return others or (own and DETAIL not in statuses)


def _credits_nothing_in_cii(document: Element, _sheet: Sheet) -> bool:
    if not _credits(document, CII.type_code):
        return False
    if any(map(_is_dated_in_cii, found(document, f"{_SETTLEMENT}/ram:InvoiceReferencedDocument"))):
        return False
    return not all(map(_line_refers_in_cii, found(document, CII.lines)))


def _is_dated_in_cii(reference: Element) -> bool:
    return has(reference, "ram:IssuerAssignedID") and has(reference, _DATE)


def _line_refers_in_cii(line: Element) -> bool:
    statuses = texts(line, STATUS)
    if statuses and DETAIL not in statuses:
        return True
    references = "ram:SpecifiedLineTradeSettlement/ram:InvoiceReferencedDocument"
    return any(map(_is_dated_in_cii, found(line, references)))


def _rebates_nothing(document: Element, _sheet: Sheet) -> bool:
    if REBATE not in texts(document, CII.type_code):
        return False
    return not all(any(texts(document, path)) for path in (_CONTRACT, *_PERIOD_DAYS))


def _is_due_before(document: Element, _sheet: Sheet) -> bool:
    days = texts(document, _DUE)
    if not any(map(str.split, days)):
        return False
    types, modes = texts(document, CII.type_code), texts(document, CII.mode)
    if set(ADVANCES).intersection(types) or set(PAID).intersection(modes):
        return False
    issued = next(iter(texts(document, _ISSUED)), None)
    return issued is None or any(day < issued for day in days)


def _paid_on_no_day(document: Element, _sheet: Sheet) -> bool:
    if not set(PAID).intersection(texts(document, CII.mode)):
        return False
    return not any(map(str.split, texts(document, _DUE)))


_CREDITED: Final = (
    "a credit note names no invoice that it credits, with its date",
    "give number and date of the invoice that is credited",
    "BG-3",
)
UBL_REFERENCES_OWN: Final = {
    "BR-FR-CO-05_BT-3": Own(
        path=".",
        only=_credits_nothing_in_ubl,
        sentence=_CREDITED[0],
        fix=_CREDITED[1],
        term=_CREDITED[2],
    ),
}
CII_REFERENCES_OWN: Final = {
    "BR-FR-CO-03_BT-3": Own(
        path=".",
        only=_rebates_nothing,
        sentence="a rebate credit note (262) names not both contract and invoicing period",
        fix="give the contract's number, and the period's first and last day",
        term="BT-12",
    ),
    "BR-FR-CO-05_BT-3": Own(
        path=".",
        only=_credits_nothing_in_cii,
        sentence=_CREDITED[0],
        fix=_CREDITED[1],
        term=_CREDITED[2],
    ),
    "BR-FR-CO-07_BT-9": Own(
        path=".",
        only=_is_due_before,
        sentence="the due date lies before the issue date",
        fix="correct the due date, or give B2, S2 or M2 for what is paid already",
        term="BT-9",
    ),
    "BR-FR-CO-09_BT-23-3": Own(
        path=".",
        only=_paid_on_no_day,
        sentence="it is not said on which day what is paid already (B2, S2, M2) was paid",
        fix="give the day of payment as due date",
        term="BT-9",
    ),
}
