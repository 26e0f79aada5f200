"""What is held (quiet hours, rate, closed breaker, pause) and cancelled meanwhile never leaves."""

from collections.abc import Callable

import pytest

from hub.config.traffic import Limits
from hub.pipeline.cancel import cancel
from hub.pipeline.runner import run_batch
from hub.store import deliveries, documents, work
from hub.store.deliveries import CANCELLED
from outbound.channel import Deferred
from tests.hub.endpoints.relaying import Relay, drop, relaying
from tests.hub.endpoints.test_standing import act
from tests.hub.houses import Home

DEAD = Deferred("timed out", endpoint_down=True)
SMOOTH = "good.example"


def quiet(home: Home) -> Relay:
    return relaying(home, quiet=("08:00-11:30",))


def paused(home: Home) -> Relay:
    relay = relaying(home)
    act(home, "pause", "post")
    return relay


def broken(home: Home) -> Relay:
    """Let the server fail until its breaker opens, then mend it: the next try comes later."""
    relay = relaying(home, Limits(down_after=1))
    relay.domains = {SMOOTH: DEAD}
    drop(home, SMOOTH, "first")
    home.run()
    relay.domains = {}
    return relay


def slow(home: Home) -> Relay:
    """Use up what a minute allows."""
    relay = relaying(home, Limits(per_minute=1))
    drop(home, SMOOTH, "first")
    home.run()
    assert [parcel.labels["number"] for parcel in relay.sent] == ["first"]
    return relay


@pytest.mark.parametrize("meanwhile", ["waiting", "claimed"])
@pytest.mark.parametrize("held", [quiet, paused, broken, slow])
def test_what_is_held_and_cancelled_never_leaves_and_its_work_is_gone(
    home: Home, held: Callable[[Home], Relay], meanwhile: str
) -> None:
    relay = held(home)
    drop(home, SMOOTH, "held", "goes")
    home.run()
    assert not {"held", "goes"} & {parcel.labels["number"] for parcel in relay.sent}
    with home.house.database.transaction() as connection:
        (row,) = documents.numbered(connection, "held")
        if meanwhile == "claimed":
            work.claim(
                connection,
                lane="send:post",
                batch="t",
                now=home.clock.now,
                limit=50,
                skip_locked=False,
            )
    cancel(home.house, row.id, who="a clerk", reason="ordered twice")
    if meanwhile == "claimed":
        run_batch(home.house, "send:post", "t")
    with home.house.database.transaction() as connection:
        assert work.waiting(connection, [f"{row.id}-d0"]) == {}
    if held is paused:
        act(home, "resume", "post")
    for _ in range(6):
        home.clock.forward(hours=1)
        home.run()
    numbers = [parcel.labels["number"] for parcel in (*relay.sent, *home.second.sent)]
    assert "goes" in numbers
    assert "held" not in numbers
    with home.house.database.transaction() as connection:
        ways = deliveries.of_documents(connection, [row.id])[row.id]
        assert ([way.state for way in ways], work.count(connection)) == ([CANCELLED], 0)
