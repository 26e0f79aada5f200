"""What `doctor` says of the tariff: how many prices, which nobody has looked up or have run out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from hub.cli.output import Noted
from hub.config.config import Config
from hub.runs.postage import ended_of, prices_of, unsure_of
from hub.wiring.clock import now
from outbound.print_mail.stationery import Stationery
from routing_rules.tariff import Price

_Look = Callable[[Config, str, str, date], Sequence[Price]]


def tariff(config: Config) -> str:
    """Look whether the tariff can be used, and whether postage of a print partner is unverified."""
    return tariff_of(config, now().date())


def tariff_of(config: Config, today: date) -> str:
    """Say how many prices there are.

    Raises:
        Noted: nobody has looked up some that are in force, or some have run out.
        Faulty: a file of `[routing] tariff` cannot be used.
    """
    count = len(prices_of(config))
    unsure = _named(config, today, unsure_of)
    ended = _named(config, today, ended_of)
    notes = []
    if unsure:
        notes.append(f"nobody has held these against the post's price list ({unsure})")
    if ended:
        notes.append(f"these have run out, and sort what no other class takes ({ended})")
    if not notes:
        return f"{count} prices"
    raise Noted(f"{count} prices; {'; '.join(notes)}: set your own in [routing] tariff")


def _named(config: Config, today: date, look: _Look) -> str:
    """Return the classes of each print partner that a look finds."""
    found = {
        name: dict.fromkeys(price.product for price in look(config, name, _posted_in(table), today))
        for name, table in config.channels.items()
        if table["kind"] == "print"
    }
    return "; ".join(
        f"{name}: {', '.join(products)}" for name, products in found.items() if products
    )


def _posted_in(table: Mapping[str, Any]) -> str:
    return str(table.get("stationery", {}).get("posted_in", Stationery().posted_in))
