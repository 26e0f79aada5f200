"""worklist(): all that waits for a person, by cause; doubts first, then what is most frequent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from formats.findings import Actor
from hub.pipeline.house import House
from hub.runs.deadlines import Alarm, alarms
from hub.store import calls, deliveries, documents, drops, endpoints, print_pieces, work
from hub.store.calls import Call
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.drops import Drop
from hub.store.print_pieces import PrintPiece
from hub.worklist.items import Act, Group, Item
from hub.worklist.parked import LOOKED_AT, Cause, Stuck, causes
from hub.worklist.printed import of_partners
from outbound.channel import DeliveryState, Stray, StrayingChannel

_DIFFERENCES: Final = timedelta(days=90)
"""How old a difference may be that is still listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A kind of cause; `{}` stands for the channel, the deadline."""

    title: str
    fix: str
    act: Act
    actor: Actor = Actor.OPERATOR


_NOBODY_TO_ASK: Final = frozenset({"email", "print"})
"""Kinds of channels that cannot say what became of one delivery."""
_KINDS: Final[Mapping[str, _Kind]] = {
    "stranger": _Kind(
        title="{} is not the server we know",
        fix="ask the partner by another way whether he has changed his key; if so, set host_keys "
        "and restart; if not, cancel what waits, or pause {}",
        act=Act.NONE,
    ),
    "doubt": _Kind(
        title="In doubt on {}: it may have arrived or not",
        fix="ask the recipient, or look at the other side of {}; then say whether it arrived",
        act=Act.STATE,
    ),
    "job": _Kind(
        title="Print job of {} in doubt",
        fix="ask {} whether it has the job; then say so for all of its letters",
        act=Act.STATE,
    ),
    Call.UNCONFIRMED: _Kind(
        title="Handed over to {}, and never confirmed",
        fix="ask the recipient; then say whether it arrived",
        act=Act.STATE,
    ),
    Call.ADDRESS: _Kind(
        title="A letter came back",
        fix="correct the postal address in the address book; then say that it is seen to",
        act=Act.LOOK,
    ),
    "spoiled": _Kind(
        title="Spoiled by {}, and not made again",
        fix="ask {} whether it makes it again, or have it reprinted on the page of its job, or by "
        "facteur print reprint; or say that it is seen to",
        act=Act.LOOK,
    ),
    "moved": _Kind(
        title="Came back to {}, with a new address",
        fix="take the address into the book on the page of the job, or by facteur print accept; "
        "or say that it is seen to",
        act=Act.LOOK,
    ),
    "silent": _Kind(
        title="{} is silent for longer than promised",
        fix="ask {} what became of the job; its report ends this. Without one, say on the page of "
        "the job, or by facteur print posted, that it was posted, or have it reprinted",
        act=Act.NONE,
    ),
    "odd_line": _Kind(
        title="A line of {} that fits nothing, and changed nothing",
        fix="ask {} what is right; then say that it is seen to",
        act=Act.LOOK,
    ),
    Call.CONTRADICTED: _Kind(
        title="Cancelled here, and yet {} reports it",
        fix="find out at the other side of {} whether it left; then say that it is seen to",
        act=Act.LOOK,
    ),
    Call.COPY: _Kind(
        title="A copy that {} does not take",
        fix="correct the recipient in the address book, then retry",
        act=Act.RETRY,
    ),
    "missed": _Kind(title="Deadline missed: {}", fix="", act=Act.NONE),
    "near": _Kind(title="Deadline near: {}", fix="", act=Act.NONE),
    "stray": _Kind(
        title="Came back on {}, and only a person can read it",
        fix="read it where it lies, act on it, then mark it as seen or delete it",
        act=Act.NONE,
    ),
    "difference": _Kind(
        title="Not what was stated of it",
        fix="ask who exported it what is missing or too much; if it is right, say why",
        act=Act.SETTLE,
    ),
}
"""In the order in which they are listed; what is parked comes last, the most frequent first."""


def worklist(house: House, tenant: str | None = None) -> list[Group]:
    """Return all that waits for a person, of one company or of all."""
    with house.database.transaction() as connection:
        found = [
            *_strangers(connection, tenant),
            *_doubts(house, connection, tenant),
            *_calls(connection, tenant),
            *_printed(connection, tenant, house.clock()),
            *_deadlines(alarms(connection, tenant)),
            *_differences(connection, tenant, house.clock()),
        ]
    found += _strays(house, tenant)
    order = {kind: place for place, kind in enumerate(_KINDS)}
    found.sort(key=lambda group: (order[group.kind], group.rule))
    return [*found, *map(_parked, causes(house, tenant))]


def of_group(house: House, tenant: str | None, group: str) -> Group | None:
    """Return the group of this id; None if nothing waits in it any more."""
    return next((each for each in worklist(house, tenant) if each.id == group), None)


def of_sender(groups: Iterable[Group], sender: str) -> list[Group]:
    """Return the groups with what is of one sender; all of it for an empty one."""
    own = (
        replace(group, items=[item for item in group.items if sender in ("", item.sender)])
        for group in groups
    )
    return [group for group in own if group.items]


def _made(kind: str, rule: str, items: Sequence[Item], fix: str = "") -> Group:
    known = _KINDS[kind]
    return Group(
        kind=kind,
        rule=rule,
        title=known.title.format(rule),
        fix=fix or known.fix.format(rule),
        actor=known.actor,
        act=known.act,
        items=items,
    )


def _strangers(connection: Connection, tenant: str | None) -> Iterator[Group]:
    """Yield endpoints in whose place somebody else answers; they are for who sees all companies."""
    for each in endpoints.listed(connection) if tenant is None else ():
        if each.stranger_since is not None:
            name = "/".join(part for part in (each.channel, each.name) if part)
            item = Item(
                subject=name, title=name, tenant="", words=each.words, since=each.stranger_since
            )
            yield _made("stranger", name, [item])


def _doubts(house: House, connection: Connection, tenant: str | None) -> Iterator[Group]:
    """Yield what no channel could say: what still waits in a room may be answered by it."""
    listed = deliveries.listed(
        connection, tenant=tenant, state=DeliveryState.IN_DOUBT, limit=LOOKED_AT
    )
    waiting = work.waiting(connection, [way.id for way in listed])
    doubts = [way for way in listed if way.id not in waiting]
    rows = documents.many(connection, [way.document for way in doubts])
    by_channel: dict[tuple[str, str], dict[str, Item]] = defaultdict(dict)
    for way in reversed(doubts):
        item = _item(way, rows[way.document])
        if way.job is None:
            item = replace(item, words=item.words + _still_asked(house, way))
            by_channel["doubt", way.channel][way.id] = item
        else:
            job = replace(
                item, subject=way.job, document="", title=way.job, customer="", is_job=True
            )
            by_channel["job", way.channel].setdefault(way.job, job)
    for (kind, channel), items in by_channel.items():
        yield _made(kind, channel, list(items.values()))


def _still_asked(house: House, way: Delivery) -> str:
    """Return until when to wait for what a channel says itself; nothing if it has been asked."""
    until = way.changed_at + 2 * timedelta(seconds=house.config.polling.in_doubt_seconds)
    kind = house.config.channels.get(way.channel, {}).get("kind")
    if kind in _NOBODY_TO_ASK or house.clock() >= until:
        return ""
    return f"; {way.channel} is asked what became of it: wait until {until:%Y-%m-%d %H:%M} UTC"


def _calls(connection: Connection, tenant: str | None) -> Iterator[Group]:
    called = calls.calling(connection, tenant, LOOKED_AT)
    rows = documents.many(connection, [way.document for way in called])
    back = _came_back(connection, tenant, called)
    groups: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for way in called:
        item = replace(_item(way, rows[way.document]), again=way.waits_for == Call.COPY)
        if way.waits_for == Call.ADDRESS and (piece := back.get(way.id)):
            item = replace(item, words=f"{piece.subject}: {piece.words}", since=piece.changed_at)
        groups[way.waits_for, way.channel].append(item)
    for (kind, channel), items in groups.items():
        yield _made(kind, channel, items)


def _came_back(
    connection: Connection, tenant: str | None, called: Iterable[Delivery]
) -> Mapping[str, PrintPiece]:
    """Return the pieces of letters that came back: the letters themselves have gone on since."""
    if all(way.waits_for != Call.ADDRESS for way in called):
        return {}
    return print_pieces.returned(connection, tenant, LOOKED_AT)


def _printed(connection: Connection, tenant: str | None, now: datetime) -> Iterator[Group]:
    for (kind, channel), items in of_partners(connection, now, tenant).items():
        yield _made(kind, channel, items)


def _item(way: Delivery, row: DocumentRow) -> Item:
    return Item(
        subject=way.id,
        document=row.id,
        title=row.number or row.id,
        tenant=row.tenant,
        sender=row.sender,
        customer=row.customer_name or row.customer,
        words=way.reason,
        since=way.changed_at,
    )


def _deadlines(found: Sequence[Alarm]) -> Iterator[Group]:
    groups: dict[tuple[str, str, str], list[Item]] = defaultdict(list)
    for alarm in found:
        due, row = alarm.deadline, alarm.row
        item = Item(
            subject=row.id,
            document=row.id,
            title=row.number or row.id,
            tenant=row.tenant,
            sender=row.sender,
            customer=row.customer_name or row.customer,
            words=f"{due.reached.replace('_', ' ')} by then: {due.law}{_at_door(alarm)}",
            since=due.due_at,
        )
        groups[due.told, due.name, due.fix].append(item)
    for (told, name, fix), items in groups.items():
        yield _made(told, name, items, fix)


def _at_door(alarm: Alarm) -> str:
    return f"; it waits: {alarm.held}" if alarm.held else ""


def _differences(connection: Connection, tenant: str | None, now: datetime) -> Iterator[Group]:
    found = drops.differing(connection, since=now - _DIFFERENCES, tenant=tenant, limit=LOOKED_AT)
    if found:
        yield _made("difference", "", [_difference(drop) for drop in found if drop.submission])


def _strays(house: House, tenant: str | None) -> Iterator[Group]:
    """Yield mail that lies on this machine; it is for who sees all companies."""
    for name, channel in house.channels.items() if tenant is None else ():
        if isinstance(channel, StrayingChannel) and (found := channel.strays(here=True)):
            yield _made("stray", name, [_stray(house, each) for each in found])


def _stray(house: House, stray: Stray) -> Item:
    return Item(
        subject=stray.place,
        title=stray.subject or "no subject",
        tenant="",
        customer=stray.author,
        words=stray.place,
        since=stray.sent or house.clock(),
    )


def _difference(drop: Drop) -> Item:
    return Item(
        subject=drop.submission or "",
        title=drop.name,
        tenant=drop.tenant,
        sender=drop.sender,
        words=drop.verdict_text,
        since=drop.at,
        is_file=True,
    )


def _parked(cause: Cause) -> Group:
    return Group(
        kind="parked",
        rule=cause.rule,
        title=cause.title,
        fix=cause.fix,
        actor=Actor(cause.actor),
        act=Act.RETRY,
        items=[_stuck(one) for one in cause.stuck],
    )


def _stuck(one: Stuck) -> Item:
    return Item(
        subject=one.subject,
        document=one.subject if one.is_document else "",
        title=one.title,
        tenant=one.tenant,
        sender=one.sender,
        customer=one.customer,
        words=one.first.message,
        since=one.since,
        again=one.again,
    )
