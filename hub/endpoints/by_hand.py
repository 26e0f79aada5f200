"""What operators do to endpoints: stopped, or let go again; each act is filed with who and why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec

from archive.archive import Archive
from archive.entry import Draft, Item
from hub.endpoints.outlet import Outlet
from hub.store import endpoints
from hub.store.database import Database
from hub.store.endpoints import Endpoint


class NoEndpoint(Exception):
    """There is no endpoint of this name, or nobody said why. Says which there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Somebody pauses or resumes an endpoint.

    Attributes:
        id: of this act.
        name: of the endpoint, as operators write it.
        who: as evidence has it.
        why: in his own words.
    """

    id: str
    at: datetime
    name: str
    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """What acts are done with; endpoints serve all companies, so all have them in their archive."""

    database: Database
    archive: Archive
    outlets: Sequence[Outlet]
    tenants: Iterable[str]


_PAUSED: Final = "endpoint-paused"
_RESUMED: Final = "endpoint-resumed"


def pause(hand: Hand, act: Act) -> None:
    """Send nothing to an endpoint until it is resumed.

    Raises:
        NoEndpoint: no channel is called so, or it has no domains; or nobody said why.
        ArchiveError: it cannot be filed; nothing is changed.
    """

    def paused(known: Endpoint) -> Endpoint:
        words = f"{act.who}: {act.why.strip()}"
        return replace(known, paused_at=known.paused_at or act.at, paused_by=words)

    _do(hand, act, _PAUSED, paused)


def resume(hand: Hand, act: Act) -> None:
    """Send to an endpoint again, at once and at full pace, whatever it has said.

    Raises:
        NoEndpoint, ArchiveError: as for `pause`.
    """

    def resumed(known: Endpoint) -> Endpoint:
        return Endpoint(channel=known.channel, name=known.name, changed_at=act.at)

    _do(hand, act, _RESUMED, resumed)


def named(outlets: Sequence[Outlet], name: str) -> tuple[str, str]:
    """Return channel and endpoint that an operator has named.

    Raises:
        NoEndpoint: no channel is called so, or it has no domains.
    """
    channel, _, endpoint = name.partition("/")
    outlet = next((each for each in outlets if each.channel == channel), None)
    if outlet is None:
        known = ", ".join(each.channel for each in outlets) or "none"
        raise NoEndpoint(f"{name}: no channel {channel!r}; there are: {known}")
    if endpoint and not outlet.relays:
        raise NoEndpoint(f"{name}: {channel} talks to one server; name it as {channel!r} alone")
    return channel, endpoint.strip().lower()


def _do(hand: Hand, act: Act, step: str, how: Callable[[Endpoint], Endpoint]) -> None:
    channel, endpoint = named(hand.outlets, act.name)
    if not act.why.strip():
        raise NoEndpoint(f"{act.name}: say why; it is filed")
    with hand.database.transaction() as connection:
        endpoints.change(connection, channel, endpoint, act.at, how)
        hand.archive.append([_draft(act, step, tenant) for tenant in hand.tenants])


def _draft(act: Act, step: str, tenant: str) -> Draft:
    item = Item(
        role="act",
        name="act.json",
        media_type="application/json",
        data=msgspec.json.encode(act),
    )
    return Draft(
        key=f"{act.id}/{step}/{tenant}",
        tenant=tenant,
        subject=act.id,
        kind="operator",
        step=step,
        fields={"who": act.who, "endpoint": act.name},
        items=(item,),
    )
