"""Classes of letters of the day, out of the operator's tariff and the shipped one."""

import logging
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from hub.config.config import Config
from hub.config.faults import Faulty
from outbound.print_mail.postage import Rate
from outbound.print_mail.stationery import Stationery
from routing_rules import tariff
from routing_rules.tariff import Price, UnusableTariff, Way

_log = logging.getLogger("facteur")


def prices_of(config: Config) -> Sequence[Price]:
    """Return all prices, the operator's first.

    Raises:
        Faulty: a file of `[routing] tariff` cannot be used.
    """
    files = []
    for path in map(config.path, config.routing.tariff):
        try:
            files.append((path.name, path.read_text("utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise Faulty(f"routing.tariff: {path}: {error}") from error
    try:
        return tariff.load(files)
    except UnusableTariff as error:
        raise Faulty(f"routing.tariff: {error}") from error


def unsure_of(config: Config, channel: str, posted_in: str, day: date) -> list[Price]:
    """Return the classes in force on a channel whose price nobody has read in the post's list.

    Raises:
        Faulty: a file of `[routing] tariff` cannot be used.
    """
    way = Way(channel=channel, kind="print", day=day, seller_country=posted_in)
    return tariff.unverified(prices_of(config), way)


def ended_of(config: Config, channel: str, posted_in: str, day: date) -> list[Price]:
    """Return the classes by which letters of a channel are sorted although they have run out.

    Raises:
        Faulty: a file of `[routing] tariff` cannot be used.
    """
    way = Way(channel=channel, kind="print", day=day, seller_country=posted_in)
    return tariff.outdated(prices_of(config), way)


def rates_of(config: Config, channel: str, stationery: Stationery, day: date) -> tuple[Rate, ...]:
    """Return the classes in force where the partner posts, then those that have run out there.

    A tariff that cannot be used keeps no letter back: then the shipped one counts, and it is said.
    """
    try:
        prices = prices_of(config)
    except Faulty as error:
        _log.warning("%s; letters are sorted by the shipped tariff", error)
        prices = tariff.load()
    way = Way(channel=channel, kind="print", day=day, seller_country=stationery.posted_in)
    in_force = [_rate(price) for price in tariff.postage(prices, way)]
    ended = [_rate(price, is_outdated=True) for price in tariff.outdated(prices, way)]
    return (*in_force, *ended)


def _rate(price: Price, *, is_outdated: bool = False) -> Rate:
    return Rate(
        product=price.product or price.source,
        country=price.country,
        weight_max_mg=price.weight_max_g and price.weight_max_g * 1000,
        long_max_mm=price.long_max_mm,
        short_max_mm=price.short_max_mm,
        price=Decimal(price.each),
        currency=price.currency,
        is_verified=price.is_verified and not is_outdated,
    )
