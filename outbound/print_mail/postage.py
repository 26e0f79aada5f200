"""The class of a letter by weight, size and country, as a tariff of its day has it."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """A class of letters and its price, in force on the day that is asked about.

    Attributes:
        product: its name with the post.
        country: where it goes to; None for anywhere.
        weight_max_mg: what a letter of it may weigh; None for any weight.
        long_max_mm, short_max_mm: what its envelope may measure; None for any size.
        is_verified: whether somebody has read the price in the post's list.
    """

    product: str
    country: str | None = None
    weight_max_mg: int | None = None
    long_max_mm: int | None = None
    short_max_mm: int | None = None
    price: Decimal
    currency: str
    is_verified: bool = True

    def takes(self, *, country: str, weight_mg: int, size_mm: tuple[int, int]) -> bool:
        """Whether a letter can be posted at it."""
        short, long = sorted(size_mm)
        return (
            self.country in (None, country)
            and (self.weight_max_mg is None or weight_mg <= self.weight_max_mg)
            and (self.long_max_mm is None or long <= self.long_max_mm)
            and (self.short_max_mm is None or short <= self.short_max_mm)
        )


def rate_for(
    rates: Iterable[Rate], *, country: str, weight_mg: int, size_mm: tuple[int, int]
) -> Rate | None:
    """Return the first rate that takes a letter; None if the tariff knows none.

    >>> rates = [Rate(product="20 g", weight_max_mg=20_000, price=Decimal("0.95"), currency="EUR")]
    >>> rate_for(rates, country="DE", weight_mg=20_001, size_mm=(220, 110)) is None
    True
    """
    fitting = (
        each for each in rates if each.takes(country=country, weight_mg=weight_mg, size_mm=size_mm)
    )
    return next(fitting, None)
