"""What `doctor` says of the tariff: how many prices, and which of them nobody has looked up."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hub.cli.output import Noted
from hub.config.sections import Config
from hub.runs.postage import prices_of, unsure_of
from hub.wiring.clock import now
from outbound.print_mail.stationery import Stationery


def tariff(config: Config) -> str:
    """Look whether the tariff can be used, and whether postage of a print partner is unverified."""
    return tariff_of(config, now().date())


def tariff_of(config: Config, today: date) -> str:
    """Say how many prices there are.

    Raises:
        Noted: nobody has looked up some that are in force.
        Faulty: a file of `[routing] tariff` cannot be used.
    """
    count = len(prices_of(config))
    unsure = {
        name: ", ".join(dict.fromkeys(price.product for price in found))
        for name, table in config.channels.items()
        if table["kind"] == "print" and (found := unsure_of(config, name, _posted_in(table), today))
    }
    if not unsure:
        return f"{count} prices"
    named = "; ".join(f"{name}: {products}" for name, products in unsure.items())
    raise Noted(
        f"{count} prices; nobody has held these against the post's price list ({named}): "
        "set your own in [routing] tariff"
    )


def _posted_in(table: Mapping[str, Any]) -> str:
    return str(table.get("stationery", {}).get("posted_in", Stationery().posted_in))
