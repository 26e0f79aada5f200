"""Lanes: which work waits together, so that nothing slow stands in the way of something else."""

from collections.abc import Mapping
from typing import Final

import msgspec

from hub.config.config import Config
from hub.endpoints.lanes import ChannelLanes
from hub.endpoints.outlet import Outlet
from hub.engine.lane import Lane
from hub.pipeline.house import House
from hub.store.documents import DocumentRow
from hub.store.work import RUNS_LAST
from outbound.channel import Channel, Destination, GatheringChannel, RelayingChannel
from routing_rules.recipient import Recipient

DOCUMENTS: Final = "documents"
RUNS: Final = "runs"
ADDRESS_CHECKS: Final = "address-checks"
_BEFORE: Final = {DOCUMENTS: Lane(batch_size=50, batches=2, patience_seconds=1)}
_AFTER: Final = {
    ADDRESS_CHECKS: Lane(batch_size=10, batches=1),
    RUNS: Lane(batch_size=10, batches=1),
}


def lane_of(priority: int) -> str:
    """Return the lane for reading, checking and rendering at this priority."""
    return RUNS if priority >= RUNS_LAST else DOCUMENTS


def send_lane(channel: str) -> str:
    """Return the lane of a channel, for all its endpoints that need no care."""
    return f"send:{channel}"


def endpoint_of(house: House, channel: str, row: DocumentRow) -> str:
    """Return who stands beyond a channel's server for a document; empty for nobody."""
    known: object = house.channels.get(channel)
    if not isinstance(known, RelayingChannel):
        return ""
    recipient = msgspec.json.decode(row.recipient, type=Recipient)
    return known.endpoint_of(Destination(name=recipient.name, email=recipient.email))


def outlet_of(house: House, channel: str) -> Outlet:
    """Return a channel of the house with what its settings say of its traffic."""
    return outlet(house.config, channel, house.channels[channel])


def outlet(config: Config, name: str, channel: object) -> Outlet:
    """Return a channel with what its settings say of its traffic."""
    return Outlet(
        channel=name,
        lane=send_lane(name),
        relays=isinstance(channel, RelayingChannel),
        gathers=isinstance(channel, GatheringChannel),
        traffic=config.traffic_of(name),
    )


def outlets(config: Config, channels: Mapping[str, Channel]) -> list[Outlet]:
    """Return all channels with what the settings say of their traffic, by name."""
    return [outlet(config, name, channels[name]) for name in sorted(channels)]


def lanes(house: House) -> ChannelLanes:
    """Return all lanes, the most urgent first."""
    return ChannelLanes(
        before=_BEFORE,
        outlets=outlets(house.config, house.channels),
        after=_AFTER,
        retry=house.config.retry,
        clock=house.clock,
    )
