"""How long a parcel waits: as its peer wishes, but never past what would be too late."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.pipeline.receive import Arrival, receive
from hub.store import deliveries, work
from hub.worklist.gathering import worklist
from outbound.channel import Deferred
from tests.hub.houses import START, Home
from tests.hub.invoices import ubl

HOUR = 3600
YEARS = 10 * 365 * 24 * HOUR

WAITS = [  # what the peer wishes, when it is due by law, and how long it waits; all in seconds
    (90, None, 90),
    (0, None, 1),
    (-5, None, 1),
    (30 * HOUR, None, 30 * HOUR),
    (YEARS, None, 48 * HOUR),
    (10**30, None, 48 * HOUR),
    (YEARS, 6 * HOUR, 3 * HOUR),
    (90, 6 * HOUR, 90),
    (YEARS, 100, 60),
    (YEARS, -HOUR, 48 * HOUR),
    (None, None, 300),
    (None, 400, 200),
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("wish", "due", "waits"), WAITS)
def test_a_wish_is_granted_up_to_where_the_document_would_come_too_late(
    home: Home, wish: int | None, due: int | None, waits: int
) -> None:
    home.post.answers = [Deferred("later", retry_after_seconds=wish)]
    arrival = Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api")
    receive(home.house, arrival)
    home.run_lane("documents")
    if due is not None:
        with home.house.database.transaction() as connection:
            by = START + timedelta(seconds=due)
            connection.execute(sa.update(deliveries.deliveries).values(due_by=by))
    home.run()
    with home.house.database.transaction() as connection:
        (row,) = connection.execute(work.work.select()).all()
    assert (row.due_at - START, row.since) == (timedelta(seconds=waits), START)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_peer_that_wishes_years_is_asked_once_more_before_the_next_road(home: Home) -> None:
    home.post.answers = [Deferred("later", retry_after_seconds=YEARS)] * 5
    arrival = Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api")
    receive(home.house, arrival)
    home.run()
    home.clock.forward(hours=47)
    home.run()
    assert (len(home.post.answers), home.second.sent) == (4, [])
    home.clock.forward(hours=1)
    home.run()
    assert (len(home.post.answers), len(home.second.sent)) == (3, 1)


STRANGER = Deferred("sftp://x:22 shows the host key SHA256:B", endpoint_down=True, stranger=True)


@pytest.mark.parametrize("later", [STRANGER, Deferred("nobody answers", endpoint_down=True)])
def test_what_is_for_a_server_in_whose_place_another_answers_waits_for_a_person(
    home: Home, later: Deferred
) -> None:
    home.post.answers = [STRANGER, *[later] * 500]
    arrival = Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api")
    receive(home.house, arrival)
    for _ in range(20):
        home.run()
        home.clock.forward(hours=4)
    assert (home.post.sent, home.second.sent) == ([], []), "80 hours, 48 would open the next road"
    [group] = worklist(home.house)
    assert (group.kind, group.title) == ("stranger", "post is not the server we know")
    assert group.items[0].words == str(STRANGER)
    assert group.items[0].since == START
    assert worklist(home.house, "nordwind") == []
    home.post.answers = []
    home.clock.forward(hours=2)
    home.run()
    assert (len(home.post.sent), worklist(home.house)) == (1, [])
