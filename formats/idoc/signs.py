"""Credit memos with minus signs, turned: a credit note of EN 16931 credits what is positive."""

from collections.abc import Iterable

from formats.idoc.profile import Profile
from formats.model import Invoice, Line, VatBreakdown
from formats.model.paths import Draft, Term, Value, term

_TYPE = term("type_code")
_WITH_VAT = term("totals.with_vat")
_TOTALS = tuple(
    term(f"totals.{name}") for name in ("lines", "without_vat", "vat", "with_vat", "due")
)
_TAX = (term("tax", VatBreakdown), term("taxable", VatBreakdown))
_NET = term("net", Line)
_QUANTITY = term("quantity", Line)
_PRICE = term("price.net", Line)


def are_turned(draft: Draft, profile: Profile) -> bool:
    """Whether this is a credit memo with a negative total, and the profile turns those."""
    kind, total = draft.get(_TYPE), draft.number(_WITH_VAT)
    credit = isinstance(kind, str) and Invoice(type_code=kind).is_credit_note
    return profile.turns_signs and credit and total is not None and total < 0


def turn_totals(draft: Draft) -> None:
    """Turn the signs of an invoice's totals (BG-22)."""
    _turn(draft, _TOTALS)


def turn_tax(row: Draft) -> None:
    """Turn the signs of a row of the VAT breakdown (BG-23)."""
    _turn(row, _TAX)


def turn_line(line: Draft) -> None:
    """Turn a line's net amount; its quantity gets the same sign, and its price none."""
    _turn(line, (_NET,))
    net, quantity, price = line.number(_NET), line.number(_QUANTITY), line.number(_PRICE)
    if quantity is not None:
        _change(line, _QUANTITY, -abs(quantity) if net is not None and net < 0 else abs(quantity))
    if price is not None:
        _change(line, _PRICE, abs(price))


def _turn(draft: Draft, terms: Iterable[Term]) -> None:
    for each in terms:
        value = draft.number(each)
        if value:
            _change(draft, each, -value)


def _change(draft: Draft, each: Term, value: Value) -> None:
    draft.put(each, value, draft.sources[draft.prefix + each.path])
