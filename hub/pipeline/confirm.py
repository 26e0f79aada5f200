"""Room 9: what the peers report later. Each report is filed raw, then believed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from archive.entry import ArchiveUnavailable, Entry
from hub.pipeline.believing import believe
from hub.pipeline.house import House, Outcome
from hub.pipeline.late_evidence import is_earlier
from hub.pipeline.print_lines import reconcile
from hub.pipeline.settling import settle
from hub.pipeline.suppressing import note_verdict
from hub.pipeline.witness_reports import is_of_witness
from hub.store import deliveries, documents, earlier_names, work
from hub.store.database import Connection, is_away
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.earlier_names import EarlierName
from outbound.channel import DeliveryState, Event, WatchingChannel

_log = logging.getLogger("facteur.confirm")
_TURN = 50
"""Reports that are settled in one commit."""

_WATCHED = {DeliveryState.HANDED_OVER: 2_000, DeliveryState.DELIVERED: 500}
"""Deliveries, the latest of each state, whose peer is asked what became of them."""
_EARLIER_MAX = 500
_LATE = timedelta(days=90)
"""For how long, and of how many parcels, a peer is asked whose road was left: the latest."""
_LEAVING = frozenset({DeliveryState.SENDING, DeliveryState.IN_DOUBT})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Report:
    """A report beside what it is about.

    Attributes:
        about: None where nothing of ours is meant, or nothing that we know yet.
        is_known: it was taken before.
        overtakes: the answer to the parcel is not written down yet; it must come again.
    """

    event: Event
    about: tuple[Delivery, DocumentRow] | None
    is_known: bool
    overtakes: bool

    @property
    def is_stale(self) -> bool:
        """Whether it is about a road that was left."""
        return self.about is not None and is_earlier(self.about[0], self.event)

    @property
    def is_fresh(self) -> bool:
        """Whether it is to be taken now."""
        return self.about is not None and not self.is_known and not self.overtakes


def confirm(house: House, channel: str) -> int:
    """Take a channel's reports; each is filed, applied once and then acknowledged.

    One that overtakes the peer's own answer is left for the next time; so is one that cannot be
    taken, which is in no other's way.

    Returns:
        how many were new.

    Raises:
        Deferred: the place where reports lie cannot be reached now.
    """
    new = 0
    waiting = _reported(house, channel)
    while waiting:
        reports = _look_up(house, channel, waiting[:_TURN])
        turn = _one_a_document(reports)
        later = [report.event for report in reports if report not in turn]
        waiting = later + waiting[_TURN:]
        new += _take(house, channel, turn)
    return new


def _reported(house: House, channel: str) -> list[Event]:
    """Return a channel's reports, and what it sees become of parcels that have left."""
    road = house.channels[channel]
    found = reconcile(house, channel, road.events())
    if isinstance(road, WatchingChannel):
        with house.database.transaction() as connection:
            away = [
                each
                for state, limit in _WATCHED.items()
                for each in deliveries.listed(connection, channel=channel, state=state, limit=limit)
            ]
            earlier = earlier_names.of_channel(
                connection, channel, since=house.clock() - _LATE, limit=_EARLIER_MAX
            )
        names = [each.external_id for each in away if each.external_id]
        found += [_hint_if(event, earlier) for event in road.look([*names, *earlier])]
    return found


def _hint_if(event: Event, earlier: Sequence[str]) -> Event:
    """Let what is seen of an earlier road prove nothing: a refused file is taken away, too."""
    return replace(event, strong=False) if event.external_id in earlier else event


def take(house: House, channel: str, event: Event) -> bool:
    """Take one report that did not come through its channel: a document was fetched by its link.

    Returns:
        whether it is taken, now or before; if not, it must come again.
    """
    [report] = _look_up(house, channel, [event])
    if report.is_fresh:
        return not _settle(house, channel, [report])
    return report.is_known


def _look_up(house: House, channel: str, events: Sequence[Event]) -> list[_Report]:
    with house.database.transaction() as connection:
        alike = _alike(house, channel)
        return [_report(connection, alike, event) for event in events]


def _alike(house: House, channel: str) -> list[str]:
    """Return the channels whose reports may come through this one: two may share a mailbox."""
    kind = type(house.channels[channel])
    return [name for name, other in house.channels.items() if isinstance(other, kind)]


def _report(connection: Connection, alike: Sequence[str], event: Event) -> _Report:
    delivery = deliveries.named(
        connection, parcel_key=event.parcel_key, external_id=event.external_id
    )
    if delivery is None and (earlier := _earlier(connection, event)):
        event = replace(event, parcel_key=earlier.parcel_key)
        delivery = deliveries.get(connection, earlier.delivery)
    row = documents.get(connection, delivery.document) if delivery else None
    report = _Report(
        event=event,
        about=(delivery, row) if delivery and row else None,
        is_known=deliveries.has_report(connection, event.source),
        overtakes=False,
    )
    if report.is_known or report.is_stale:
        return report
    if delivery is not None:
        return replace(report, overtakes=_is_leaving(connection, delivery))
    unnamed = event.parcel_key is None
    return replace(report, overtakes=unnamed and deliveries.are_leaving(connection, alike))


def _earlier(connection: Connection, event: Event) -> EarlierName | None:
    """Return whose name a report gives that names no parcel, if its road was left since."""
    if event.parcel_key is not None or not event.external_id:
        return None
    return earlier_names.get(connection, event.external_id)


def _one_a_document(reports: Sequence[_Report]) -> list[_Report]:
    """Return the first report of each document and source: it changes what the next finds."""
    turn: list[_Report] = []
    seen: set[str] = set()
    for report in reports:
        names = {report.event.source, report.about[1].id if report.about else report.event.source}
        if not names & seen:
            turn.append(report)
        seen |= names
    return turn


def _take(house: House, channel: str, turn: Sequence[_Report]) -> int:
    """File and apply what is new; acknowledge that and what is known, or nothing of ours."""
    fresh = [report for report in turn if report.is_fresh]
    failed = _settle(house, channel, fresh) if fresh else []
    for report in turn:
        if report.about is None and not report.overtakes and not is_of_witness(house, report.event):
            _log.warning("channel %s: report %s is of nothing here", channel, report.event.source)
        if not report.overtakes and report not in failed:
            house.channels[channel].acknowledge(report.event)
    return len(fresh) - len(failed)


def _settle(house: House, channel: str, fresh: Sequence[_Report]) -> list[_Report]:
    """Settle reports in one commit; if that fails, each in its own. Returns those that cannot."""
    try:
        settle(
            house,
            "confirm",
            [_outcome(house, channel, each, *each.about) for each in fresh if each.about],
        )
    except Exception as error:
        if is_away(error) or isinstance(error, ArchiveUnavailable):
            raise
        if len(fresh) > 1:
            return [report for each in fresh for report in _settle(house, channel, [each])]
        _log.exception("channel %s: report %s cannot be taken", channel, fresh[0].event.source)
        return list(fresh)
    return []


def _outcome(
    house: House, channel: str, report: _Report, delivery: Delivery, row: DocumentRow
) -> Outcome:
    """Return what a report changes; that it was taken is noted with it, so it is believed once."""
    outcome, source = believe(house, delivery, row, report.event), report.event.source

    def record(connection: Connection, entry: Entry | None) -> None:
        deliveries.note_report(connection, source=source, channel=channel, now=house.clock())
        note_verdict(house, connection, delivery, row, report.event)
        outcome.record(connection, entry)

    return replace(outcome, subject=source, record=record)


def _is_leaving(connection: Connection, delivery: Delivery) -> bool:
    """Whether room 8, or a print job, has yet to write down that the parcel left."""
    if delivery.state not in _LEAVING:
        return False
    task = work.waiting(connection, [delivery.id]).get(delivery.id)
    in_job = delivery.job is not None and delivery.state == DeliveryState.SENDING
    return in_job or (task is not None and task.room == "send")
