"""When letters leave: by the cut-offs of their print partner, unless he is held or it is quiet."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.config import hours
from hub.endpoints import circuit
from hub.pipeline.house import House
from hub.store import deliveries, endpoints
from hub.store.endpoints import SERVER


def is_due(house: House, channel: str) -> bool:
    """Whether a letter waits that was gathered before the last cut-off, if we ran then or not.

    One that a law's deadline would find here at the end of the quiet hours waits for neither.
    """
    with house.database.transaction() as connection:
        waiting = deliveries.gathered(connection, channel)
    if not waiting:
        return False
    now, traffic = house.clock(), house.config.traffic_of(channel)
    quiet_until = hours.closed_until(now, traffic.windows, traffic.zone)
    if quiet_until is not None:
        return any(each.due_by is not None and each.due_by <= quiet_until for each in waiting)
    gathered_at = min(letter.changed_at for letter in waiting)
    every_minutes = house.config.runs.print_every_minutes
    if every_minutes and not traffic.cut_offs:
        return now - gathered_at >= timedelta(minutes=every_minutes)
    return gathered_at < _last_cut_off(house, channel, now)


def is_held(house: House, channel: str) -> bool:
    """Whether nothing may be said to a print partner now: he is down, or an operator paused him."""
    with house.database.transaction() as connection:
        server = endpoints.many(connection, channel, [SERVER]).get(SERVER)
    return server is not None and circuit.is_held(server, house.clock())


def _last_cut_off(house: House, channel: str, now: datetime) -> datetime:
    traffic = house.config.traffic_of(channel)
    if traffic.cut_offs:
        return hours.last_cut_off(now, traffic.cut_offs, traffic.zone)
    return hours.last_cut_off(now, (house.config.runs.print_at,), ZoneInfo("UTC"))
