"""UBL: the core rules on VAT of which a file shows more than the model.

A second VAT total, the tax that a category is of, a category without code, parts of lines.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Final, NamedTuple

from formats.rules.totals import to_cents
from formats.syntax.amounts import decimal_of
from formats.syntax.rules import Own, Sheet, text
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_ID: Final = tag("cbc:ID")
_SCHEME: Final = tag("cac:TaxScheme")
_CATEGORY: Final = tag("cac:TaxCategory")
_OF_LINE: Final = tag("cac:ClassifiedTaxCategory")
_ITEM: Final = tag("cac:Item")
_ROW: Final = tag("cac:TaxSubtotal")
_PART: Final = tag("cac:AllowanceCharge")
_INDICATOR: Final = tag("cbc:ChargeIndicator")
_TOTAL: Final = tag("cac:TaxTotal")
_AMOUNT: Final = tag("cbc:TaxAmount")
_CURRENCY: Final = tag("cbc:DocumentCurrencyCode")
_TOTALS: Final = tag("cac:LegalMonetaryTotal")
_WITH_VAT: Final = tag("cbc:TaxInclusiveAmount")
_WITHOUT_VAT: Final = tag("cbc:TaxExclusiveAmount")


Category = tuple[str, str, bool]
"""Where it stands: `row`, `line`, `allowance`, `charge`, `part` that is neither, or empty; its
code, empty if there is none; whether VAT is the tax that it names."""


class Categories(NamedTuple):
    """What a document says of VAT categories.

    Attributes:
        counts: how often it says what.
        categorized: lines, allowances and charges that have one of VAT.
    """

    counts: Counter[Category]
    categorized: set[Element | None]


def _categories(document: Element) -> Categories:
    """Look at all of them once; every line has one, so that this is written for speed."""
    counts: Counter[Category] = Counter()
    categorized: set[Element | None] = set()
    rows = set(_rows_of(document))
    for element in document.iter(_CATEGORY, _OF_LINE):
        code, of_vat, has_code = _said(element)
        holder = element.getparent()
        if element.tag == _OF_LINE:
            place = "line"
            holder = None if holder is None or holder.tag != _ITEM else holder.getparent()
        else:
            place = "row" if element in rows else _place(holder)
        counts[place, code, of_vat] += 1
        if of_vat and has_code:
            categorized.add(holder)
    return Categories(counts, categorized)


def _said(category: Element) -> tuple[str, bool, bool]:
    """Return its code, whether it is of VAT, and whether there is a code, be it empty."""
    code, of_vat, has_code = "", False, False
    for child in category:
        name = child.tag
        if name == _ID:
            code += (child.text or "").strip(WHITE_SPACE)
            has_code = True
        elif name == _SCHEME:
            for each in child:
                if each.tag == _ID and (each.text or "").strip(WHITE_SPACE).upper() == "VAT":
                    of_vat = True
    return code, of_vat, has_code


def _rows_of(document: Element) -> Iterator[Element]:
    for total in document.iterchildren(_TOTAL):
        for row in total.iterchildren(_ROW):
            yield from row.iterchildren(_CATEGORY)


def _place(holder: Element | None) -> str:
    if holder is None or holder.tag != _PART:
        return ""
    said = {text(each).strip(WHITE_SPACE) for each in holder.iterchildren(_INDICATOR)}
    if said & {"true", "1"}:
        return "charge"
    return "allowance" if said & {"false", "0"} else "part"


def _uncategorized(part: Element, sheet: Sheet) -> bool:
    return part not in sheet.once(_categories, sheet.root).categorized


def _not_one_row(document: Element, sheet: Sheet, wanted: str) -> bool:
    """Whether a category of VAT that is used anywhere has not one row."""
    counts = sheet.once(_categories, document).counts
    used = any(code == wanted and of_vat for _, code, of_vat in counts)
    return used and counts["row", wanted, True] != 1


def _rows_or_uses_only(document: Element, sheet: Sheet, wanted: str, *, of_any_tax: bool) -> bool:
    """Whether a category has rows and is not used, or the other way round."""
    counts = sheet.once(_categories, document).counts
    found = (place for place, code, of_vat in counts if code == wanted and (of_vat or of_any_tax))
    places = set(found) - {""}
    return bool(places) and (places == {"row"} or "row" not in places)


def _more_than_o(document: Element, sheet: Sheet, where: str) -> bool:
    """Whether there is a row not subject to VAT, and there another category, be it without code."""
    counts = sheet.once(_categories, document).counts
    if ("row", "O", True) not in counts:
        return False
    return any(place == where and code != "O" and of_vat for place, code, of_vat in counts)


def _wrong_total(document: Element) -> Element | None:
    """Return the total that no single VAT total in the invoice's currency explains."""
    currencies = [text(each) for each in document.iterchildren(_CURRENCY)]
    if not currencies:
        return None
    vat = [
        decimal_of(amount)
        for total in document.iterchildren(_TOTAL)
        for amount in total.iterchildren(_AMOUNT)
        if amount.get("currencyID") in currencies
    ]
    return _unexplained(document, vat[0] if len(vat) == 1 else None)


def _unexplained(document: Element, vat: Decimal | None) -> Element | None:
    wrong = document
    for totals in document.iterchildren(_TOTALS):
        amount = totals.find(_WITH_VAT)
        given, without = decimal_of(amount), decimal_of(totals.find(_WITHOUT_VAT))
        if amount is None or given is None:
            continue
        wrong = amount
        if vat is not None and without is not None and given == to_cents(without + vat):
            return None
    return wrong


def _never(_amount: Element, _sheet: Sheet) -> bool:
    return False


def _rows(code: str, name: str) -> Own:
    return Own(
        path=".",
        only=partial(_not_one_row, wanted=code),
        sentence=f"the VAT breakdown has not one row of category {code} ({name})",
        fix="give one cac:TaxSubtotal for the category, in one cac:TaxTotal",
        term="BG-23",
    )


def _rows_of_rates(code: str, name: str, *, of_any_tax: bool = False) -> Own:
    return Own(
        path=".",
        only=partial(_rows_or_uses_only, wanted=code, of_any_tax=of_any_tax),
        sentence=f"category {code} ({name}) is in the VAT breakdown or in lines, not in both",
        fix="give cac:TaxSubtotal for each rate that lines, allowances and charges have",
        term="BG-23",
    )


def _beside_o(where: str, whose: str, term: str) -> Own:
    return Own(
        path=".",
        only=partial(_more_than_o, where=where),
        sentence=f"{whose} has another category in an invoice that is not subject to VAT",
        fix="write O to all, or bill what is taxed in another invoice",
        term=term,
    )


def _no_category(whose: str, term: str) -> Own:
    return Own(
        path=".",
        only=_uncategorized,
        sentence=f"{whose} has no category of VAT",
        fix="give cbc:ID beside VAT as cbc:ID of cac:TaxScheme",
        term=term,
    )


_UNSEEN: Final = Own(
    path=".",
    only=_never,
    sentence="the VAT total has more than two decimals",
    fix="round the amount to two decimals",
)
"""The official test looks for the currency code inside of the amount and never fires; UBL-DT-01
finds what it should."""

VAT_OWN: Final = {
    "BR-32": _no_category("an allowance", "BT-95"),
    "BR-37": _no_category("a charge", "BT-102"),
    "BR-CO-04": _no_category("a line", "BT-151"),
    "BR-S-01": _rows_of_rates("S", "standard rated", of_any_tax=True),
    "BR-AF-01": _rows_of_rates("L", "IGIC"),
    "BR-AG-01": _rows_of_rates("M", "IPSI"),
    "BR-Z-01": _rows("Z", "zero rated"),
    "BR-E-01": _rows("E", "exempt"),
    "BR-AE-01": _rows("AE", "reverse charge"),
    "BR-IC-01": _rows("K", "intra-community"),
    "BR-G-01": _rows("G", "export"),
    "BR-O-01": _rows("O", "not subject to VAT"),
    "BR-O-11": _beside_o("row", "a row of the VAT breakdown", "BT-118"),
    "BR-O-12": _beside_o("line", "a line", "BT-151"),
    "BR-O-13": _beside_o("allowance", "an allowance", "BT-95"),
    "BR-O-14": _beside_o("charge", "a charge", "BT-102"),
    "BR-CO-15": Own(
        path=".",
        seek=_wrong_total,
        sentence="there is not one VAT total in the invoice's currency that, with the total without"
        " VAT, makes the total with VAT",
        fix="give one cac:TaxTotal in the currency of the invoice, and totals that add up",
        term="BT-112",
    ),
    "BR-DEC-13": _UNSEEN,
    "BR-DEC-15": _UNSEEN,
}
"""Core rule to what judges it."""
