"""Numbers and dates beside their labels, and the totals that add up."""

from collections.abc import Iterator
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
_TRIED: Final = 8
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
            if path in _DATES and sample.notation.day(spot.text) is None:
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
        if one[1] + tax[1] == all_[1] and one[1] > 0 and len({one[0], tax[0], all_[0]}) == 3:
            places = {
                "totals.without_vat": _place(sample, "totals.without_vat", one[0]),
                "vat_breakdown[0].tax": _place(sample, "vat_breakdown[0].tax", tax[0]),
                "totals.with_vat": _place(sample, "totals.with_vat", all_[0]),
            }
            known = {path: place for path, place in places.items() if place is not None}
            if len(known) == len(places):
                return Totals(places=known, net=one[1], vat=tax[1], gross=all_[1])
    for spot, amount in sorted(gross, key=lambda found: -found[1]):
        place = _place(sample, "totals.with_vat", spot)
        if place is not None:
            return Totals(places={"totals.with_vat": place}, gross=amount)
    return Totals(places={})


def _amounts(sample: Sample, path: str) -> Iterator[tuple[Spot, Decimal]]:
    for spot in sample.spots(TABLE["amounts"][path], _value(sample)):
        amount = sample.notation.amount(spot.text)
        if amount is not None:
            yield spot, amount


def _place(sample: Sample, path: str, spot: Spot) -> Spec | None:
    return place_of(sample, path, spot, _value(sample))


def _value(sample: Sample) -> str:
    """Return the amount at the end of a row, with what stands between it and its label."""
    signs = "|".join(spelled(sign) for sign in sample.notation.signs if sign != "%")
    return rf".*?{sample.notation.amount_pattern}{f'(?: ?(?:{signs}))?' if signs else ''}$"
