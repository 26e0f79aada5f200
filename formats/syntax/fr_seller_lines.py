"""LINES: what the lines of invoices of several sellers must say, in UBL and CII alike.

Sums may be off by a cent a line, and are compared exactly: the official files add in binary
fractions, so that at just so much what they say is chance.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from formats.rules.totals import CENT
from formats.syntax.amounts import decimal_of
from formats.syntax.fr_sublines import DETAIL, Contract, Line
from formats.syntax.looking import found, stated, texts
from formats.syntax.rules import text

CORRECTING: Final = ("384", "472", "381", "396", "503")
CORRECTING_SELF_BILLED: Final = ("261", "471", "473", "502")

OnLine = Callable[[Contract, Line], bool]


class Row(NamedTuple):
    """A rule: BT or EXT number, what breaks it, as a sentence and as a function, and what to do."""

    term: str
    sentence: str
    fix: str
    breaks: OnLine


def of_heads(breaks: OnLine) -> OnLine:
    """Ask lines only that stand for one seller's invoice as a whole."""
    return lambda contract, line: line.heads > 0 and breaks(contract, line)


def lacks(at: str) -> OnLine:
    """Whether there is nothing at one of the `Paths`."""
    return of_heads(
        lambda contract, line: not stated(line.element, getattr(contract.paths, at)),
    )


def _no_vat(contract: Contract, line: Line) -> bool:
    return not any(map(text, contract.vat(line, contract.paths.currency)))


def _no_vat_in_accounting_currency(contract: Contract, line: Line) -> bool:
    currency = contract.paths.accounting_currency
    if next(found(contract.root, currency), None) is None:
        return False
    return not any(map(text, contract.vat(line, currency)))


def _amount(line: Line, path: str) -> Decimal | None:
    return decimal_of(next(found(line.element, path), None))


def _vat(contract: Contract, line: Line) -> Decimal | None:
    totals = contract.vat(line, contract.paths.currency)
    return decimal_of(totals[0]) if totals else None


def _is_not_the_sum(contract: Contract, line: Line) -> bool:
    net = _amount(line, contract.paths.net)
    within = contract.nets_within.get(line.number, ())
    return net is None or abs(net - sum(within)) > CENT * len(within)


def _differs_from_parent(contract: Contract, line: Line, get: Callable[[Line], str]) -> bool:
    """Whether a line says nothing, or something else than the line that it is part of."""
    said, numbers = get(line), line.parents
    if not said or not numbers:
        return not said
    return said not in {
        get(parent) for number in numbers for parent in contract.by_number.get(number, ())
    }


def _reason_is_of_no_invoice(contract: Contract, line: Line) -> bool:
    if DETAIL not in {place.status for place in line.places}:
        return False
    reasons = texts(line.element, contract.paths.reason)
    begins = f"#{line.own_number}#"
    return not line.own_number or not any(each.startswith(begins) for each in reasons)


def _is_not_the_vat(contract: Contract, line: Line) -> bool:
    vat = _vat(contract, line)
    return vat is None or abs(vat - contract.vat_of(line.own_number)) > CENT


def _is_not_net_and_vat(contract: Contract, line: Line) -> bool:
    if next(found(line.element, contract.paths.with_vat), None) is None:
        return False
    given, net = (_amount(line, path) for path in (contract.paths.with_vat, contract.paths.net))
    vat = _vat(contract, line)
    if given is None or net is None or vat is None:
        return True
    return abs(given - net - vat) > CENT * contract.details_within.get(line.number, 0)


def _is_numbered_otherwise(contract: Contract, line: Line) -> bool:
    """Whether the document's own number stands at more than one line of its seller, or at none."""
    if line.registration not in contract.sellers:
        return False
    numbered = contract.numbered_as_whole
    if numbered == 0:
        return line.own_number not in contract.numbers
    return numbered > 1 and line.own_number in contract.numbers


def _unreferred(types: tuple[str, ...], *, many: bool, date: bool) -> OnLine:
    def breaks(contract: Contract, line: Line) -> bool:
        if contract.has_many is not many or not set(types).intersection(contract.type_codes):
            return False
        return not (line.preceding.date if date else line.preceding.number)

    return of_heads(breaks)


STATE_NUMBER: Final = "write the number of that seller's invoice, under AFL"
_REFER: Final = "refer to the invoice that this seller's invoice corrects or credits"

LINES: Final[Mapping[str, Row]] = {
    "BR-FR-MV-03_EXT-FR-FE-164": Row(
        "EXT-FR-FE-164",
        "a line that stands for a seller's invoice does not name that seller",
        "give the seller's name",
        lacks("name"),
    ),
    "BR-FR-MV-03_EXT-FR-FE-167": Row(
        "EXT-FR-FE-167",
        "a line that stands for a seller's invoice has no registration of that seller",
        "give the seller's SIREN",
        lacks("registration"),
    ),
    "BR-FR-MV-03_EXT-FR-FE-177": Row(
        "EXT-FR-FE-177",
        "a line that stands for a seller's invoice has no country of that seller",
        "give the country of the seller's address",
        lacks("country"),
    ),
    "BR-FR-MV-03_EXT-FR-FE-181": Row(
        "EXT-FR-FE-181",
        "a line that stands for a seller's invoice has no VAT total",
        "give the VAT total of that seller's invoice",
        of_heads(_no_vat),
    ),
    "BR-FR-MV-03_EXT-FR-FE-182": Row(
        "EXT-FR-FE-182",
        "a line that stands for a seller's invoice has no VAT total in the accounting currency",
        "give the VAT total of that seller's invoice in the accounting currency, too",
        of_heads(_no_vat_in_accounting_currency),
    ),
    "BR-FR-MV-05_EXT-FR-FE-BG-12": Row(
        "EXT-FR-FE-BG-12",
        "the net amount of a line that stands for a seller's invoice is not that of its lines",
        "correct the net amount, or the lines within",
        of_heads(_is_not_the_sum),
    ),
    "BR-FR-MV-06_EXT-FR-FE-167": Row(
        "EXT-FR-FE-167",
        "a line has no registration of its seller, or another than the line that it is part of",
        "give the seller's SIREN, the same for all lines of that seller",
        lambda contract, line: _differs_from_parent(contract, line, lambda each: each.registration),
    ),
    "BR-FR-MV-07_BT-128": Row(
        "BT-128",
        "a line has no number of its seller's invoice, or another than the line it is part of",
        STATE_NUMBER,
        lambda contract, line: _differs_from_parent(contract, line, lambda each: each.own_number),
    ),
    "BR-FR-MV-08_BT-128": Row(
        "BT-128",
        "why a line has no VAT does not begin with the number of its seller's invoice",
        "begin the exemption reason with #number#",
        _reason_is_of_no_invoice,
    ),
    "BR-FR-MV-09_EXT-FR-FE-181": Row(
        "EXT-FR-FE-181",
        "the VAT total of a line that stands for a seller's invoice is not that of its VAT rows",
        "correct the VAT total, or begin the reason of the rows with #number#",
        of_heads(_is_not_the_vat),
    ),
    "BR-FR-MV-10_EXT-FR-FE-184": Row(
        "EXT-FR-FE-184",
        "the total of a line that stands for a seller's invoice is not its net amount and VAT",
        "correct the total with VAT",
        of_heads(_is_not_net_and_vat),
    ),
    "BR-FR-MV-11_BT-128": Row(
        "BT-128",
        "the invoice's own number stands not at just one line of the seller who sends it",
        "give the invoice's own number to one line that stands for this seller's invoice",
        of_heads(_is_numbered_otherwise),
    ),
    "BR-FR-MV-14-EXT-FR-FE-136": Row(
        "EXT-FR-FE-136",
        "a seller's invoice within a correction names no preceding invoice",
        _REFER,
        _unreferred(CORRECTING, many=True, date=False),
    ),
    "BR-FR-MV-14-EXT-FR-FE-138": Row(
        "EXT-FR-FE-138",
        "a seller's invoice within a correction names no date of a preceding invoice",
        _REFER,
        _unreferred(CORRECTING, many=True, date=True),
    ),
    "BR-FR-BD-14-EXT-FR-FE-136": Row(
        "EXT-FR-FE-136",
        "a seller's invoice within a correction names no preceding invoice",
        _REFER,
        _unreferred(CORRECTING_SELF_BILLED, many=False, date=False),
    ),
    "BR-FR-BD-14-EXT-FR-FE-138": Row(
        "EXT-FR-FE-138",
        "a seller's invoice within a correction names no date of a preceding invoice",
        _REFER,
        _unreferred(CORRECTING_SELF_BILLED, many=False, date=True),
    ),
}
