from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub.pipeline.standing import STANDING, restate
from hub.store import deliveries, documents, submissions
from hub.store.database import Connection, Database
from hub.store.deliveries import CANCELLED, GATHERED, Delivery
from outbound.channel import DeliveryState
from tests.hub.store.rows import DELIVERY, DOCUMENT, SUBMISSION


@pytest.fixture
def connection(sqlite_database: Database) -> Iterator[Connection]:
    with sqlite_database.transaction() as made:
        submissions.add(made, SUBMISSION)
        documents.add(made, DOCUMENT)
        yield made


def standing(connection: Connection, *ways: Delivery) -> str:
    for way in ways:
        deliveries.add(connection, way)
    restate(connection, DOCUMENT.id)
    row = documents.get(connection, DOCUMENT.id)
    assert row is not None
    return row.state


def test_each_state_of_a_delivery_says_where_its_document_is() -> None:
    assert STANDING.keys() == {*DeliveryState, GATHERED, CANCELLED}


def test_a_courtesy_copy_says_nothing_about_the_document(connection: Connection) -> None:
    own = replace(DELIVERY, state=DeliveryState.DELIVERED)
    copy = replace(DELIVERY, id="s1-1-d1", copy_of=DELIVERY.id, state=DeliveryState.REJECTED)
    assert standing(connection, own, copy) == "delivered"


@pytest.mark.parametrize("rounds", [1, 9, 10, 11, 100])
def test_the_last_round_counts(connection: Connection, rounds: int) -> None:
    failed = [
        replace(
            DELIVERY,
            id="s1-1-d0" if not number else f"s1-1-r{number}-d0",
            state=DeliveryState.REJECTED,
        )
        for number in range(rounds)
    ]
    last = replace(DELIVERY, id=f"s1-1-r{rounds}-d0", state=DeliveryState.HANDED_OVER)
    assert standing(connection, *failed, last) == "handed_over"
