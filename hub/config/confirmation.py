"""How long silence after "handed over" is borne: `[channel.KEY]`, beside what its kind says."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import msgspec

from hub.config.faults import Faults

_OWN: Final = ("unconfirmed_after_days", "unconfirmed")


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """What is expected of a channel that takes parcels over and reports later.

    Attributes:
        unconfirmed_after_days: of silence, after which a delivery is unconfirmed.
        unconfirmed: what follows: `nothing` (its timeline says so), `next_road` (a copy takes the
            next road; where there is none, a person decides), `worklist` (a person decides).
    """

    unconfirmed_after_days: Annotated[int, msgspec.Meta(gt=0, description="one day or more")]
    unconfirmed: Literal["nothing", "next_road", "worklist"] = "worklist"


def expected(
    faults: Faults, name: str, table: Mapping[str, Any]
) -> tuple[Confirmation | None, Mapping[str, Any]]:
    """Part a channel's table into what is expected of its reports, if anything, and the rest."""
    own = {key: table[key] for key in _OWN if key in table}
    rest = {key: value for key, value in table.items() if key not in _OWN}
    return (faults.fill(Confirmation, own, f"channel.{name}") if own else None), rest
