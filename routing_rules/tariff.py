"""What a road costs: postage, network, printing, as dated data in TOML."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import msgspec

SHIPPED = Path(__file__).with_suffix(".toml")


class UnusableTariff(Exception):
    """A tariff cannot be used; the message says where and why."""


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[price]]`.

    Attributes:
        channel: name of a channel, or a kind of channel.
        what: what is paid: `postage`, `network`, `print`…; of each, the first price that fits.
        each: of one document.
        source: price list or contract.
        seller_country: where it is sent from; None for anywhere.
        country: where it goes to; None for anywhere.
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

    def fits(self, way: "Way") -> bool:
        """Whether it is the price of a way."""
        return (
            self.channel in (way.channel, way.kind)
            and self.valid_from <= way.day <= (self.valid_until or date.max)
            and self.seller_country in (None, way.seller_country)
            and self.country in (None, way.country)
        )


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    price: tuple[Price, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A road as far as its price goes."""

    channel: str
    kind: str
    day: date
    seller_country: str | None = None
    country: str | None = None


def load(files: Iterable[tuple[str, str]] = ()) -> tuple[Price, ...]:
    """Return the prices of `files` (name and text), then those that ship with us.

    Raises:
        UnusableTariff: with the file and the place in it.
    """
    shipped = (SHIPPED.name, SHIPPED.read_text("utf-8"))
    return tuple(price for name, text in (*files, shipped) for price in _prices(name, text))


def _prices(name: str, text: str) -> tuple[Price, ...]:
    try:
        table = tomllib.loads(text, parse_float=str)
        return msgspec.convert(table, type=_File).price
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UnusableTariff(f"{name}: {error}") from error


def cost(prices: Iterable[Price], way: Way) -> dict[str, Decimal] | None:
    """Return what one document costs on this way, by currency; None if no price is known.

    >>> way = Way(channel="post", kind="print", day=date(2026, 5, 1), seller_country="DE",
    ...           country="DE")
    >>> cost(load(), way)
    {'EUR': Decimal('0.95')}
    """
    found: dict[str, Price] = {}
    for price in prices:
        if price.what not in found and price.fits(way):
            found[price.what] = price
    sums: dict[str, Decimal] = {}
    for price in found.values():
        sums[price.currency] = sums.get(price.currency, Decimal(0)) + Decimal(price.each)
    return sums or None
