"""VAT of an IDoc: categories that only the rate tells; the breakdown and its taxable amounts."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from formats.findings import Finding
from formats.idoc.mapping import Index, fill, index_of
from formats.idoc.profile import Profile, Rule
from formats.model import ZERO, AllowanceCharge, Line, VatBreakdown
from formats.model.paths import Draft, Term, Value, term
from formats.rules.totals import total

Pair = tuple[Term, Term]
"""The terms of a VAT category and its rate."""

LINE: Pair = (term("vat_category", Line), term("vat_rate", Line))
CONDITION: Pair = (term("vat_category", AllowanceCharge), term("vat_rate", AllowanceCharge))
_ROW: Pair = (term("category", VatBreakdown), term("rate", VatBreakdown))

_NET = term("net", Line)
_AMOUNT = term("amount", AllowanceCharge)
_TAXABLE = term("taxable", VatBreakdown)
_TAX = term("tax", VatBreakdown)
_VAT_TOTAL = term("totals.vat")

_Key = tuple[Value | None, Value | None]


def settle(draft: Draft, pair: Pair, found: list[Finding], profile: Profile) -> list[Finding]:
    """Put the category of a tax code that the profile does not know, where the rate is above zero.

    Returns:
        `found` without the fault that this settles.
    """
    category, rate_term = pair
    rate = draft.number(rate_term)
    if draft.get(category) is not None or not rate or rate < 0 or not profile.taxed_category:
        return found
    path = draft.prefix + category.path
    places = [fault.place for fault in found if fault.path == path and fault.place]
    place = places[0] if places else draft.sources[draft.prefix + rate_term.path]
    draft.put(category, profile.taxed_category, place)
    return [fault for fault in found if fault.path != path]


def settle_line(line: Draft, header: Sequence[Draft]) -> None:
    """Put the VAT of a line that has none of its own, where the whole invoice has just one."""
    if len(header) == 1 and line.get(LINE[0]) is None and line.get(LINE[1]) is None:
        for mine, theirs in zip(LINE, _ROW, strict=True):
            _copy(header[0], theirs, line, mine)


def stated(index: Index, profile: Profile) -> tuple[list[Draft], list[Finding]]:
    """Return a draft for each E1EDK04; they belong to no document yet."""
    rows: list[Draft] = []
    found: list[Finding] = []
    for segment in index.get(("E1EDK04", None), ()):
        row = Draft()
        row.prefix = f"vat_breakdown[{len(rows)}]."
        found += settle(row, _ROW, fill(row, profile.vat_breakdown, index_of([segment])), profile)
        rows.append(row)
    return rows, found


def put_breakdown(
    draft: Draft,
    rows: Sequence[Draft],
    lines: Sequence[Draft],
    conditions: Iterable[tuple[Draft, int]],
) -> None:
    """Put the VAT breakdown (BG-23) of the rows, one for each category and rate.

    Args:
        draft: of the invoice.
        rows: from `stated`, or `of_lines` where the header has none.
        lines: of the invoice.
        conditions: its charges with 1, its allowances with -1.
    """
    taxable = _taxable(lines, conditions)
    merged: dict[_Key, Draft] = {}
    for row in rows:
        key = _key(row, _ROW)
        if key in merged:
            _add_tax(merged[key], row)
        else:
            merged[key] = _adopt(draft, row)
    for key, row in merged.items():
        if row.get(_TAXABLE) is None and key in taxable:
            category, rate = key
            row.put(_TAXABLE, taxable[key], f"sum of amounts with VAT {category} {rate}")
    taxes = [row.number(_TAX) for row in merged.values()]
    if draft.get(_VAT_TOTAL) is None and None not in taxes and taxes:
        draft.put(_VAT_TOTAL, total(taxes), "sum of vat_breakdown[].tax")


def of_lines(lines: Iterable[tuple[Draft, Index]], profile: Profile) -> list[Draft]:
    """Return a draft for each line's E1EDP04, as `stated` does for the header's E1EDK04."""
    rows = []
    for line, index in lines:
        row = Draft()
        for mine, theirs in zip(_ROW, LINE, strict=True):
            _copy(line, theirs, row, mine)
        for segment in index.get(("E1EDP04", None), ())[:1]:
            fill(row, _only_tax(profile), {("E1EDK04", None): [segment]})
        rows.append(row)
    return rows


def _only_tax(profile: Profile) -> tuple[Rule, ...]:
    """Return the rules for BT-117; E1EDP04 has the fields of E1EDK04."""
    return tuple(rule for rule in profile.vat_breakdown if rule.term == _TAX)


def _taxable(
    lines: Iterable[Draft], conditions: Iterable[tuple[Draft, int]]
) -> dict[_Key, Decimal]:
    amounts: dict[_Key, Decimal] = {}
    for line in lines:
        key = _key(line, LINE)
        amounts[key] = amounts.get(key, ZERO) + (line.number(_NET) or ZERO)
    for condition, sign in conditions:
        key = _key(condition, CONDITION)
        amounts[key] = amounts.get(key, ZERO) + sign * (condition.number(_AMOUNT) or ZERO)
    return amounts


def _key(draft: Draft, pair: Pair) -> _Key:
    return draft.get(pair[0]), draft.get(pair[1])


def _adopt(draft: Draft, row: Draft) -> Draft:
    """Put a row that belongs to no document yet into the draft."""
    adopted = draft.add("vat_breakdown")
    for path in row.sources:
        found = term(path.removeprefix(row.prefix), VatBreakdown)
        _copy(row, found, adopted, found)
    return adopted


def _add_tax(row: Draft, other: Draft) -> None:
    more, place = other.number(_TAX), other.sources.get(other.prefix + _TAX.path, "")
    if more is not None:
        before = row.sources.get(row.prefix + _TAX.path, "")
        row.put(_TAX, (row.number(_TAX) or ZERO) + more, f"{before} + {place}")


def _copy(source: Draft, theirs: Term, target: Draft, mine: Term) -> None:
    value = source.get(theirs)
    if value is not None:
        target.put(mine, value, source.sources[source.prefix + theirs.path])
