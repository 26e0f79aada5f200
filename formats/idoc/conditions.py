"""SAP's conditions (E1EDK05, E1EDP05) as allowances, charges and prices: the sums decide which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from formats.findings import Finding
from formats.idoc import prices, vat
from formats.idoc.mapping import Index, fill, index_of
from formats.idoc.profile import Profile, Rule
from formats.idoc.segments import Segment
from formats.model import AllowanceCharge, Line
from formats.model.paths import Draft, term
from formats.rules.totals import total

_NET = term("net", Line)
_QUANTITY = term("quantity", Line)
_PRICE = term("price.net", Line)
_BASE_QUANTITY = term("price.base_quantity", Line)
_AMOUNT = term("amount", AllowanceCharge)
_UNSIGNED = (_AMOUNT, term("percent", AllowanceCharge), term("base", AllowanceCharge))
_WITHOUT_VAT = term("totals.without_vat")
_LINES = term("totals.lines")
_SUMS = {"allowances": term("totals.allowances"), "charges": term("totals.charges")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """An allowance or charge that was put, and what is wrong with it."""

    kind: str
    item: Draft
    faults: list[Finding]

    @property
    def amount(self) -> Decimal | None:
        """BT-92 or BT-99."""
        return self.item.number(_AMOUNT)


def price_line(line: Draft, index: Index, profile: Profile, *, turned: bool) -> list[Finding]:
    """Put a line's price, where a condition states it, and its allowances and charges (BG-27, 28).

    They are put only where price times quantity is not the net amount without them.
    """
    conditions = _shown(index.get(("E1EDP05", None), ()), profile)
    of_price = [each for each in conditions if each.qualifier in profile.price_types]
    found: list[Finding] = []
    if line.number(_PRICE) is None and of_price:
        found += fill(line, profile.price, index_of(of_price[:1]))
    prices.convert(line, index, profile)
    if not _adds_up(line):
        for each in conditions:
            if each not in of_price and _read(each, "KRATE", profile) != line.number(_PRICE):
                found += _put(line, each, profile.line_condition, profile, turned=turned).faults
    return found


def add_to_invoice(
    draft: Draft, index: Index, lines: Sequence[Draft], profile: Profile, *, turned: bool
) -> tuple[list[Condition], list[Finding]]:
    """Put the invoice's allowances and charges (BG-20, 21), and return them.

    They are put only where the lines do not add up to the net total without them. As the net total
    is not the sum of the lines then, that sum and theirs are put as well.
    """
    amounts = total(line.number(_NET) for line in lines)
    if draft.number(_WITHOUT_VAT) in (None, amounts):
        return [], []
    segments = _shown(index.get(("E1EDK05", None), ()), profile)
    conditions = [_put(draft, each, profile.condition, profile, turned=turned) for each in segments]
    for kind, sum_term in _SUMS.items():
        parts = [each.amount for each in conditions if each.kind == kind]
        if parts:
            draft.put(_LINES, amounts, "sum of lines[].net")
            draft.put(sum_term, total(parts), f"sum of {kind}[].amount")
    return conditions, [fault for each in conditions for fault in each.faults]


def _put(
    draft: Draft, segment: Segment, rules: Sequence[Rule], profile: Profile, *, turned: bool
) -> Condition:
    """Put one condition: an allowance if it has a minus, in ALCKZ or, unless turned, its amount."""
    segment.taken.add("ALCKZ")
    amount = _read(segment, "BETRG", profile)
    negative = amount is not None and amount < 0 and not turned
    kind = "allowances" if segment.fields.get("ALCKZ") == "-" or negative else "charges"
    item = draft.add(kind)
    faults = vat.settle(item, vat.CONDITION, fill(item, rules, index_of([segment])), profile)
    for unsigned in _UNSIGNED:
        value = item.number(unsigned)
        if value is not None and value < 0:
            item.put(unsigned, -value, item.sources[item.prefix + unsigned.path])
    return Condition(kind=kind, item=item, faults=faults)


def _adds_up(line: Draft) -> bool:
    price, quantity, base, net = map(line.number, (_PRICE, _QUANTITY, _BASE_QUANTITY, _NET))
    return prices.adds_up(price, quantity, base, net)


def _shown(segments: Iterable[Segment], profile: Profile) -> list[Segment]:
    """Return the conditions that a customer may see, that come to something and are not put yet."""
    return [
        each
        for each in segments
        if each.qualifier not in profile.ignored_types
        and "BETRG" not in each.taken
        and _read(each, "BETRG", profile) != 0
    ]


def _read(segment: Segment, field: str, profile: Profile) -> Decimal | None:
    try:
        return profile.number(segment.fields.get(field, ""))
    except ValueError:
        return None
