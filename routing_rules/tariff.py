"""What a road costs: postage by weight and size, network, printing, as dated data in TOML."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import msgspec

from routing_rules.entries import Source

SHIPPED = Path(__file__).with_suffix(".toml")
_UNVERIFIED = "unverified"
_ANY = 1_000_000
"""More than a letter weighs or measures."""
_WANTED: Mapping[str, str] = {
    "each": 'an amount like "0.95"',
    "currency": 'a currency like "EUR"',
    "valid_from": "a date like 2026-01-31 without quotes",
    "valid_until": "a date like 2026-01-31 without quotes",
}
"""Key to what it must be, for people."""


class UnusableTariff(Exception):
    """A tariff cannot be used; the message says where and why."""


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[price]]`.

    Attributes:
        channel: name of a channel, or a kind of channel.
        what: what is paid: `postage`, `network`, `print`…; of each, the first price that fits.
        each: of one document, or one letter.
        source: price list or contract; one that begins with `unverified` was not read there.
        seller_country: where it is sent from; None for anywhere.
        country: where it goes to; None for anywhere.
        product: what the post calls this class of letters.
        weight_max_g: what a letter may weigh, with its envelope; None for any weight.
        long_max_mm, short_max_mm: what its envelope may measure; None for any size.
    """

    channel: str
    what: str
    each: Annotated[str, msgspec.Meta(pattern=r"^\d{1,9}(\.\d{1,6})?$")]
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$")]
    source: str
    valid_from: date
    valid_until: date | None = None
    seller_country: str | None = None
    country: str | None = None
    product: str = ""
    weight_max_g: Annotated[int, msgspec.Meta(gt=0)] | None = None
    long_max_mm: Annotated[int, msgspec.Meta(gt=0)] | None = None
    short_max_mm: Annotated[int, msgspec.Meta(gt=0)] | None = None

    @property
    def is_verified(self) -> bool:
        """Whether somebody has read it where it comes from."""
        return not self.source.startswith(_UNVERIFIED)

    def fits(self, way: "Way") -> bool:
        """Whether it is the price of a letter on a way."""
        return self.is_in_force(way) and self.takes(way)

    def takes(self, way: "Way") -> bool:
        """Whether a letter may be so heavy and large, and goes where it counts."""
        return (
            self.country in (None, way.country)
            and way.weight_mg <= 1000 * (self.weight_max_g or way.weight_mg)
            and way.long_mm <= (self.long_max_mm or way.long_mm)
            and way.short_mm <= (self.short_max_mm or way.short_mm)
        )

    def is_in_force(self, way: "Way") -> bool:
        """Whether it is asked of this sender on this channel and day, wherever a letter goes."""
        return self._concerns(way) and self.valid_from <= way.day <= (self.valid_until or date.max)

    def has_ended(self, way: "Way") -> bool:
        """Whether it was, and is no more on this day."""
        return self._concerns(way) and self.valid_until is not None and self.valid_until < way.day

    def _concerns(self, way: "Way") -> bool:
        return self.channel in (way.channel, way.kind) and (
            self.seller_country in (None, way.seller_country)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A road as far as its price goes.

    Attributes:
        weight_mg: of a letter; where nothing is said, one of three sheets in a DL envelope.
        long_mm, short_mm: of its envelope.
    """

    channel: str
    kind: str
    day: date
    seller_country: str | None = None
    country: str | None = None
    weight_mg: int = 19_970
    long_mm: int = 220
    short_mm: int = 110


def load(files: Iterable[tuple[str, str]] = ()) -> tuple[Price, ...]:
    """Return the prices of `files` (name and text), then those that ship with us.

    Raises:
        UnusableTariff: with all faults of all files, each with file and line.
    """
    shipped = (SHIPPED.name, SHIPPED.read_text("utf-8"))
    faults: list[str] = []
    found = [price for name, text in (*files, shipped) for price in _prices(name, text, faults)]
    if faults:
        raise UnusableTariff("\n".join(faults))
    return tuple(found)


def _prices(name: str, text: str, faults: list[str]) -> list[Price]:
    source = Source.of(name, text, str, _WANTED, faults)
    source.refuse_all_but("price")
    return [price for _, price in source.listed("price", Price)]


def postage(prices: Iterable[Price], way: Way) -> tuple[Price, ...]:
    """Return the classes of letters in force for a sender, in the order in which they are tried."""
    return tuple(each for each in prices if each.what == "postage" and each.is_in_force(way))


def outdated(prices: Iterable[Price], way: Way) -> list[Price]:
    """Return the classes of letters that have ended and that nothing replaces, the latest first.

    Their letters leave all the same; a post that has new prices keeps most of its classes.
    """
    prices = list(prices)
    ended = [each for each in prices if each.what == "postage" and each.has_ended(way)]
    known, found = list(postage(prices, way)), []
    for each in sorted(ended, key=lambda one: one.valid_until or way.day, reverse=True):
        if not any(one.takes(_largest(each, way)) for one in known):
            known.append(each)
            found.append(each)
    return found


def unverified(prices: Iterable[Price], way: Way) -> list[Price]:
    """Return postage in force that nobody has read in its list, where no price before replaces it.

    What a letter weighs that is on its `way` does not matter: all classes are looked at.
    """
    in_force = postage(prices, way)
    return [
        each
        for each in in_force
        if not each.is_verified
        and next(one for one in in_force if one.takes(_largest(each, way))) is each
    ]


def _largest(price: Price, way: Way) -> Way:
    """Return the heaviest and largest letter of a class, on its way."""
    return replace(
        way,
        country=price.country,
        weight_mg=1000 * (price.weight_max_g or _ANY),
        long_mm=price.long_max_mm or _ANY,
        short_mm=price.short_max_mm or _ANY,
    )


def cost(prices: Iterable[Price], way: Way) -> dict[str, Decimal] | None:
    """Return what one document costs on this way, by currency; None if no price is known.

    Where the postage in force has none for such a letter, that which has run out last counts, as
    in print jobs (see `outdated`).

    >>> way = Way(channel="post", kind="print", day=date(2026, 5, 1), seller_country="DE",
    ...           country="DE")
    >>> cost(load(), way)
    {'EUR': Decimal('0.95')}
    """
    prices = list(prices)
    found: dict[str, Price] = {}
    for price in prices:
        if price.fits(way):
            found.setdefault(price.what, price)
    if "postage" not in found and (ended := _ended(prices, way)):
        found["postage"] = ended
    sums: dict[str, Decimal] = {}
    for price in found.values():
        sums[price.currency] = sums.get(price.currency, Decimal(0)) + Decimal(price.each)
    return sums or None


def _ended(prices: Iterable[Price], way: Way) -> Price | None:
    return next((each for each in outdated(prices, way) if each.takes(way)), None)
