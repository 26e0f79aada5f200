from datetime import timedelta

from hub.store import print_jobs
from hub.store.database import Database
from hub.store.print_jobs import PrintJob
from outbound.channel import DeliveryState
from tests.hub.store.rows import NOW


def job(name: str, channel: str, seconds: int, state: str = DeliveryState.SENDING) -> PrintJob:
    at = NOW + timedelta(seconds=seconds)
    return PrintJob(job=name, channel=channel, state=state, pieces=3, made_at=at)


JOBS = [job("b", "print", 2), job("a", "print", 1), job("c", "print", 2), job("z", "other", 9)]


def test_jobs_are_counted_by_partner_and_the_unfinished_come_first(database: Database) -> None:
    with database.transaction() as connection:
        for one in JOBS:
            print_jobs.add(connection, one)
        print_jobs.set_state(connection, "b", DeliveryState.HANDED_OVER)
        assert print_jobs.count(connection, "print") == 3
        assert print_jobs.unfinished(connection, "print") == [JOBS[1], JOBS[2]]
        assert print_jobs.unfinished(connection, "nobody") == []
