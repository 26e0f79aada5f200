"""What is noted once somebody was told: the notices, and a line in each document's timeline."""

from collections.abc import Sequence

from archive.entry import Entry
from formats.answers.notice import Notice
from hub.pipeline.house import House
from hub.store import events, notices
from hub.store.database import Connection
from hub.store.events import Event
from hub.store.notices import NoticeState


def tell_tale(
    house: House, connection: Connection, told: Sequence[Notice], whom: str, entry: Entry
) -> None:
    """Note that these notices were told to `whom`; `entry` proves what exactly."""
    notices.change(connection, [notice.id for notice in told], state=NoticeState.TOLD, reason="")
    events.add(connection, [_line(house, notice, whom, entry) for notice in told])


def _line(house: House, notice: Notice, whom: str, entry: Entry) -> Event:
    return Event(
        id=house.new_id(),
        at=house.clock(),
        tenant=notice.tenant,
        submission=notice.submission,
        document=notice.document or None,
        room="answer",
        text=f"told {whom}: {notice.state}",
        entry=entry.id,
    )
