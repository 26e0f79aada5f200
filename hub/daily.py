"""The daily report: what each sender dropped on a day, and where all of it is now, with sums."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from hub.pipeline.reconciling import amount
from hub.runs.deadlines import Alarm, standing
from hub.store import daily, drops, print_pieces, submissions
from hub.store.daily import DayRow
from hub.store.database import Connection
from hub.store.deadlines import missed_of
from hub.store.documents import DocumentState
from hub.store.drops import Drop, Fate, Verdict
from hub.store.print_pieces import Overdue
from hub.store.submissions import SubmissionState

_LEAVING: Final = {DocumentState.HANDED_OVER, DocumentState.DELIVERED}
_PARTS: Final = (
    *("dropped", "accepted", "parked", "duplicate", "replaced", "cancelled", "in_work"),
)
_FILES: Final = ("taken", "again", "refused", "unread", "unreadable")
_STATED: Final = ("agrees", "differs", "settled", "open")
ALARMED: Final = timedelta(days=7)
"""How long a difference is on the first page; it stays in the report of its day."""
HEAD: Final = ("day", "tenant", "sender", "currency", "what", "channel", "documents", "sum")


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many documents, and what they come to."""

    count: int = 0
    total: Decimal = Decimal(0)

    def add(self, value: Decimal | None) -> None:
        """Count one more; one without a total counts for nothing in the sum."""
        self.count += 1
        self.total += value or 0


@dataclass(slots=True, kw_only=True)
class Balance:
    """One sender's documents of one currency.

    Dropped = accepted + parked + duplicate + replaced + cancelled.
    Accepted is what is in work, and what has left by each channel; only a document itself says
    whether it has arrived.
    """

    dropped: Tally = field(default_factory=Tally)
    accepted: Tally = field(default_factory=Tally)
    parked: Tally = field(default_factory=Tally)
    duplicate: Tally = field(default_factory=Tally)
    replaced: Tally = field(default_factory=Tally)
    cancelled: Tally = field(default_factory=Tally)
    in_work: Tally = field(default_factory=Tally)
    left: dict[str, Tally] = field(default_factory=dict)

    def add(self, row: DayRow) -> None:
        """Count a document where it belongs."""
        value = amount(row.kind, row.total)
        self.dropped.add(value)
        if row.fate is Fate.AGAIN or row.state is DocumentState.DUPLICATE:
            self.duplicate.add(value)
        elif row.state is DocumentState.PARKED:
            self.parked.add(value)
        elif row.state is DocumentState.SUPERSEDED:
            self.replaced.add(value)
        elif row.state is DocumentState.CANCELLED:
            self.cancelled.add(value)
        else:
            self.accepted.add(value)
            self._onward(row).add(value)

    def _onward(self, row: DayRow) -> Tally:
        if row.state in _LEAVING:
            return self.left.setdefault(row.channel, Tally())
        return self.in_work

    def parts(self) -> Iterator[tuple[str, str, Tally]]:
        """Yield each part: what it is, its channel, how much."""
        for what in _PARTS:
            yield what.replace("_", " "), "", getattr(self, what)
        for channel, tally in sorted(self.left.items()):
            yield "left by", channel, tally


@dataclass(slots=True, kw_only=True)
class SenderDay:
    """What one sender dropped on a day.

    Attributes:
        files: how many were `taken`, came `again`, were `refused`; how many of those that were
            taken are `unread` yet, or `unreadable`.
        balances: by currency.
        stated: how many drops were what was stated of them, were not, were not and a person has
            said why that is right, or are not judged yet.
        differing: those that were not; `settled`: those of which that was said.
    """

    tenant: str
    sender: str
    files: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_FILES, 0))
    balances: dict[str, Balance] = field(default_factory=dict)
    stated: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_STATED, 0))
    differing: list[Drop] = field(default_factory=list)
    settled: list[Drop] = field(default_factory=list)


def report(connection: Connection, day: date, tenant: str | None = None) -> list[SenderDay]:
    """Return what each sender dropped on a day (UTC), as things stand now."""
    start = datetime.combine(day, time(), UTC)
    span: dict[str, Any] = {"start": start, "end": start + timedelta(days=1), "tenant": tenant}
    dropped = drops.between(connection, **span)
    found: dict[tuple[str, str], SenderDay] = {}
    states = _states(connection, dropped)
    for drop in dropped:
        own = found.setdefault(
            (drop.tenant, drop.sender), SenderDay(tenant=drop.tenant, sender=drop.sender)
        )
        _count(own, drop, states.get(drop.submission or ""))
    for row in daily.rows(connection, **span):
        balances = found[row.tenant, row.sender].balances
        balances.setdefault(row.currency, Balance()).add(row)
    return [found[key] for key in sorted(found)]


def differing(connection: Connection, now: datetime, tenant: str | None = None) -> list[Drop]:
    """Return the drops of the last days that were not what was stated of them."""
    return drops.differing(connection, since=now - ALARMED, tenant=tenant)


def late_of(connection: Connection, day: date, tenant: str | None = None) -> list[Alarm]:
    """Return the deadlines that are near or missed of what was received on a day (UTC)."""
    start = datetime.combine(day, time(), UTC)
    end = start + timedelta(days=1)
    return standing(connection, missed_of(connection, start=start, end=end, tenant=tenant))


def silent_on(
    connection: Connection, day: date, now: datetime, tenant: str | None = None
) -> list[Overdue]:
    """Return the print jobs of whose pieces a partner should have reported by now: told today."""
    return print_pieces.overdue(connection, now, tenant) if day == now.date() else []


def lines(day: date, senders: Iterable[SenderDay]) -> Iterator[tuple[str, ...]]:
    """Yield the report as rows under HEAD: one for each part of each balance, and for files."""
    for own in senders:
        start = (day.isoformat(), own.tenant, own.sender)
        for what, count in own.files.items():
            yield (*start, "", f"files {what}", "", str(count), "")
        for what, count in own.stated.items():
            yield (*start, "", f"statements {what}", "", str(count), "")
        for currency, balance in sorted(own.balances.items()):
            for what, channel, tally in balance.parts():
                yield (*start, currency, what, channel, str(tally.count), f"{tally.total:f}")


def _states(connection: Connection, dropped: Sequence[Drop]) -> Mapping[str, SubmissionState]:
    ids = sorted({drop.submission for drop in dropped if drop.submission})
    states: dict[str, SubmissionState] = {}
    for at in range(0, len(ids), 1000):
        rows = submissions.many(connection, ids[at : at + 1000])
        states |= {name: row.state for name, row in rows.items()}
    return states


def _count(own: SenderDay, drop: Drop, state: SubmissionState | None) -> None:
    own.files[drop.fate] += 1
    if drop.fate is Fate.TAKEN:
        own.files["unread"] += state is SubmissionState.RECEIVED
        own.files["unreadable"] += state is SubmissionState.PARKED
    if drop.states:
        own.stated["settled" if drop.settled else drop.verdict or "open"] += 1
    if drop.verdict is Verdict.DIFFERS:
        (own.settled if drop.settled else own.differing).append(drop)
