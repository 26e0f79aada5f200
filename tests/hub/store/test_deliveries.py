from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.store import deliveries, documents, submissions
from hub.store.database import Connection, Database
from hub.store.deliveries import GATHERED, Delivery
from outbound.channel import DeliveryState
from tests.hub.store.rows import DELIVERY, DOCUMENT, NOW, SUBMISSION


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as made:
        submissions.add(made, SUBMISSION)
        documents.add(made, DOCUMENT)
        documents.add(made, replace(DOCUMENT, id="s1-2", position=1))
        yield made


FULL = replace(
    DELIVERY,
    id="s1-1-d1",
    copy_of="s1-1-d0",
    road=1,
    external_id="<1@x.example>",
    rendered_at=NOW,
    job="print-1",
    round=2,
)


@pytest.mark.parametrize("row", [DELIVERY, FULL], ids=["plain", "full"])
def test_a_delivery_comes_back_as_it_was(connection: Connection, row: Delivery) -> None:
    deliveries.add(connection, row)
    assert deliveries.get(connection, row.id) == row
    assert deliveries.get(connection, "s9-1-d0") is None


@pytest.mark.parametrize(
    ("row", "key"), [(DELIVERY, "s1-1-d0.0"), (FULL, "s1-1-d1.1.2")], ids=["plain", "full"]
)
def test_a_report_finds_its_delivery_by_any_of_its_keys(
    connection: Connection, row: Delivery, key: str
) -> None:
    deliveries.add(connection, replace(DELIVERY, id="s1-1-d7"))
    deliveries.add(connection, row)
    assert row.parcel_key == key
    assert deliveries.named(connection, parcel_key=key, external_id=None) == row
    if row.external_id is not None:
        assert deliveries.named(connection, parcel_key=None, external_id=row.external_id) == row


@pytest.mark.parametrize(
    ("key", "external_id"), [(None, None), (None, "<9@x.example>"), (None, ""), ("s9-1-d0.0", None)]
)
def test_a_report_that_names_nobody_finds_nobody(
    connection: Connection, key: str | None, external_id: str | None
) -> None:
    deliveries.add(connection, DELIVERY)
    assert deliveries.named(connection, parcel_key=key, external_id=external_id) is None


def test_a_report_is_noted_by_its_source(connection: Connection) -> None:
    deliveries.note_report(connection, source="bounce-1", channel="post", now=NOW)
    seen = [deliveries.has_report(connection, source) for source in ("bounce-1", "bounce-2")]
    assert seen == [True, False]


def test_deliveries_are_grouped_by_document_gathered_by_channel_and_listed_by_job(
    connection: Connection,
) -> None:
    rows = [
        replace(DELIVERY, id="s1-1-d1", state=GATHERED, job="j1"),
        replace(DELIVERY, id="s1-1-d0", state=GATHERED, job="j1"),
        replace(DELIVERY, id="s1-2-d0", document="s1-2", state=GATHERED, channel="second"),
        replace(DELIVERY, id="s1-2-d1", document="s1-2", job="j2"),
    ]
    for row in rows:
        deliveries.add(connection, row)

    def ids(found: list[Delivery]) -> list[str]:
        return [row.id for row in found]

    by_document = deliveries.of_documents(connection, ["s1-1", "s1-2", "s9-1"])
    assert {document: ids(found) for document, found in by_document.items()} == {
        "s1-1": ["s1-1-d0", "s1-1-d1"],
        "s1-2": ["s1-2-d0", "s1-2-d1"],
        "s9-1": [],
    }
    assert ids(deliveries.gathered(connection, "post")) == ["s1-1-d0", "s1-1-d1"]
    assert ids(deliveries.of_job(connection, "j1")) == ["s1-1-d0", "s1-1-d1"]
    assert ids(deliveries.of_job(connection, "j2")) == ["s1-2-d1"]


def test_lists_are_by_what_is_asked_last_changed_first_and_counted(connection: Connection) -> None:
    for number in range(6):
        deliveries.add(
            connection,
            replace(
                DELIVERY,
                id=f"s1-1-d{number}",
                channel="post" if number % 2 else "second",
                state=DeliveryState.IN_DOUBT if number < 3 else DeliveryState.WAITING,
                tenant="nordwind" if number != 5 else "suedwind",
                changed_at=NOW + timedelta(seconds=number),
            ),
        )

    def ids(**wanted: object) -> list[str]:
        found = deliveries.listed(connection, **wanted)  # type: ignore[arg-type]
        return [row.id[-2:] for row in found]

    assert ids(limit=2) == ["d5", "d4"]
    assert ids(limit=2, offset=2) == ["d3", "d2"]
    assert ids(state=DeliveryState.IN_DOUBT, channel="second") == ["d2", "d0"]
    assert ids(tenant="suedwind") == ["d5"]
    assert deliveries.counts(connection) == {
        ("post", "in_doubt"): 1,
        ("post", "waiting"): 2,
        ("second", "in_doubt"): 2,
        ("second", "waiting"): 1,
    }
    assert deliveries.counts(connection, "suedwind") == {("post", "waiting"): 1}
