"""What is in doubt is asked about less and less often, and a dead server not at all."""

import pytest

from hub.pipeline import doubts
from hub.pipeline.doubts import resolve_doubts
from hub.pipeline.questions import Questions
from hub.pipeline.receive import Arrival, receive
from hub.store import deliveries
from outbound.channel import Deferred, DeliveryState, InDoubt, Parcel, Receipt
from tests.hub.houses import Home
from tests.hub.invoices import ubl


def doubtful(home: Home, count: int) -> list[str]:
    """Let parcels come into doubt, one after the other; return their keys."""
    home.post.announces_commit = True
    for number in range(count):
        home.post.answers = [InDoubt("cut")]
        data = ubl(number=f"R-{number}")
        arrival = Arrival(data=data, name="a", tenant="nordwind", sender="erp", door="api")
        receive(home.house, arrival)
        home.run()
        home.clock.forward(hours=2)
    with home.house.database.transaction() as connection:
        listed = deliveries.listed(connection, state=DeliveryState.IN_DOUBT)
    assert len(listed) == count
    return [each.parcel_key for each in listed]


def test_pauses_grow_as_the_doubt_lasts_up_to_a_day(home: Home) -> None:
    (key,) = doubtful(home, 1)
    home.clock.forward(hours=-2)
    home.post.known = {key: InDoubt("cannot tell")}
    asked = []
    questions = Questions(first_seconds=60)
    resolve = home.post.resolve

    def noted(parcel: Parcel) -> Receipt | None:
        asked.append(home.clock.now)
        return resolve(parcel)

    home.post.resolve = noted  # type: ignore[method-assign]
    pauses = [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440]
    for count, minutes in enumerate(pauses, 1):
        home.clock.forward(minutes=minutes, seconds=-1)
        resolve_doubts(home.house, questions)
        assert len(asked) == count - 1, f"asked before {minutes} minutes were over"
        home.clock.forward(seconds=1)
        resolve_doubts(home.house, questions)
        assert len(asked) == count, f"not asked after {minutes} minutes"


def test_a_dead_server_is_asked_no_more_than_to_see_that_it_is_dead(home: Home) -> None:
    keys = doubtful(home, 8)
    home.post.known = {key: Deferred("timed out", endpoint_down=True) for key in keys}
    asked: list[str] = []
    resolve = home.post.resolve

    def noted(parcel: Parcel) -> Receipt | None:
        asked.append(parcel.key)
        return resolve(parcel)

    home.post.resolve = noted  # type: ignore[method-assign]
    assert resolve_doubts(home.house) == resolve_doubts(home.house) == 0
    assert len(asked) <= 3
    home.post.known = {}
    home.clock.forward(hours=2)
    assert resolve_doubts(home.house) == 8


def test_what_waits_longest_is_asked_about_first_and_all_in_turn(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubts, "_AT_ONCE", 2)
    monkeypatch.setattr(doubts, "_PAGE", 3)
    keys = doubtful(home, 5)[::-1]
    home.post.known = {key: InDoubt("cannot tell") for key in keys}
    asked: list[str] = []
    resolve = home.post.resolve

    def noted(parcel: Parcel) -> Receipt | None:
        asked.append(parcel.key)
        return resolve(parcel)

    home.post.resolve = noted  # type: ignore[method-assign]
    questions = Questions(first_seconds=60)
    for _ in range(4):
        resolve_doubts(home.house, questions)
    assert asked == keys
    home.clock.forward(hours=24)
    resolve_doubts(home.house, questions)
    assert asked[5:] == keys[:2]
