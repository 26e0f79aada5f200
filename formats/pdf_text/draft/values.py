"""Numbers and dates beside their labels, and the totals that add up."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Final

from formats.pdf_text.draft.places import Spec, place_of, spelled
from formats.pdf_text.draft.sample import TABLE, Sample, Spot
from formats.rules.totals import CENT, tax_of

RATES: Final = tuple(
    Decimal(rate)
    for rate in (
        19,
        7,
        20,
        10,
        "5.5",
        "2.1",
        22,
        4,
        21,
        9,
        6,
        23,
        25,
        24,
        17,
        "8.1",
        "2.6",
        16,
        5,
        0,
    )
)
"""Of VAT, in percent."""
_DATES: Final = frozenset({"issue_date", "due_date", "delivery.delivered_on"})
_NUMBER: Final = r"(\S*\d\S*)"
_SIDE_BY_SIDE: Final = ("totals.without_vat", "vat_breakdown[0].tax", "totals.with_vat")
_TRIED: Final = 12
"""Places of each total that are tried against the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Amounts that add up: net and VAT make gross."""

    places: dict[str, Spec]
    net: Decimal | None = None
    vat: Decimal | None = None
    gross: Decimal | None = None

    @property
    def rate(self) -> Decimal | None:
        """The one rate of VAT that the amounts have; None if there are several, or none."""
        if self.net is None or self.vat is None:
            return None
        fits = (rate for rate in RATES if abs(tax_of(self.net, rate) - self.vat) <= CENT)
        return next(fits, None)


def fields_of(sample: Sample) -> dict[str, Spec]:
    """Return where numbers and dates stand."""
    places: dict[str, Spec] = {}
    for path, labels in TABLE["fields"].items():
        value = sample.notation.date_pattern if path in _DATES else _NUMBER
        for spot in sample.spots(labels, value):
            if (path in _DATES) is (sample.notation.day(spot.text) is None):
                continue
            place = place_of(sample, path, spot, value)
            if place is not None:
                places[path] = place
                break
    return places


def totals_of(sample: Sample) -> Totals:
    """Return where the totals stand; without three that add up, the gross amount alone."""
    net, vat, gross = (
        list(_amounts(sample, path))[:_TRIED]
        for path in ("totals.without_vat", "totals.vat", "totals.with_vat")
    )
    for one, tax, all_ in product(net, vat, gross):
        if one[1] + tax[1] == all_[1] and one[1] != 0 and len({one[0], tax[0], all_[0]}) == 3:
            places = {
                "totals.without_vat": _place(sample, "totals.without_vat", one[0]),
                "vat_breakdown[0].tax": _place(sample, "vat_breakdown[0].tax", tax[0]),
                "totals.with_vat": _place(sample, "totals.with_vat", all_[0]),
            }
            known = {path: place for path, place in places.items() if place is not None}
            if len(known) == len(places):
                known |= _allowance(sample, net, one[1])
                return Totals(places=known, net=one[1], vat=tax[1], gross=all_[1])
    if (found := _in_one_row(sample)) is not None:
        return found
    for spot, amount in sorted(gross, key=lambda found: -found[1]):
        place = _place(sample, "totals.with_vat", spot)
        if place is not None:
            return Totals(places={"totals.with_vat": place}, gross=amount)
    return Totals(places={})


def _allowance(
    sample: Sample, sums: Sequence[tuple[Spot, Decimal]], net: Decimal
) -> dict[str, Spec]:
    """Return where the sum of the lines and what is taken off it stand, if that leaves the net."""
    off = list(_amounts(sample, "totals.allowances"))[:_TRIED]
    for (line, lines), (spot, amount) in product(sums, off):
        if lines - amount == net and amount > 0:
            places = {
                "totals.lines": _place(sample, "totals.lines", line),
                "totals.allowances": _place(sample, "totals.allowances", spot),
            }
            if None not in places.values():
                return {path: place for path, place in places.items() if place is not None}
    return {}


def _in_one_row(sample: Sample) -> Totals | None:
    """Return net, VAT and gross that stand side by side and add up, in the last such row."""
    for row in reversed(sample.rows):
        spans = list(re.finditer(sample.notation.amount_pattern, row.text))[-3:]
        found = [sample.notation.amount(span[1]) for span in spans]
        amounts = [amount for amount in found if amount is not None]
        if len(amounts) < len(_SIDE_BY_SIDE) or not amounts[1]:
            continue
        net, vat, gross = amounts
        if net + vat == gross:
            places = dict(_side_by_side(sample, row.text[: spans[0].start()]))
            return Totals(places=places, net=net, vat=vat, gross=gross)
    return None


def _side_by_side(sample: Sample, label: str) -> Iterator[tuple[str, Spec]]:
    """Yield the place of each of three amounts behind a label."""
    amount = sample.notation.amount_pattern
    plain = amount.replace("(", "(?:", 1)
    for number, path in enumerate(_SIDE_BY_SIDE):
        parts = [amount if number == place else plain for place in range(len(_SIDE_BY_SIDE))]
        yield path, {"label": f"^{spelled(label)}{'[^0-9-]+'.join(parts)}", "take": "last"}


def _amounts(sample: Sample, path: str) -> Iterator[tuple[Spot, Decimal]]:
    """Yield the amounts right behind their labels, then those at the end of a row."""
    for value in (_next(sample), _value(sample)):
        for spot in sample.spots(TABLE["amounts"][path], value):
            amount = sample.notation.amount(spot.text)
            if amount is not None:
                yield spot, amount


def _place(sample: Sample, path: str, spot: Spot) -> Spec | None:
    tried = (place_of(sample, path, spot, value) for value in (_next(sample), _value(sample)))
    return next((place for place in tried if place is not None), None)


def _next(sample: Sample) -> str:
    """Return the amount right behind its label."""
    signs = "|".join(spelled(sign) for sign in sample.notation.signs if sign != "%")
    return rf"(?:(?:{signs}) ?)?{sample.notation.amount_pattern}(?!\S| ?%)"


def _value(sample: Sample) -> str:
    """Return the amount at the end of a row, with what stands between it and its label."""
    signs = "|".join(spelled(sign) for sign in sample.notation.signs if sign != "%")
    return rf".*?{sample.notation.amount_pattern}{f'(?: ?(?:{signs}))?' if signs else ''}$"
