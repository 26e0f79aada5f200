from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from formats.findings import Finding
from hub.store import documents, submissions
from hub.store.database import Connection, Database
from hub.store.documents import DocumentState
from tests.hub.store.rows import DOCUMENT, SUBMISSION


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as made:
        submissions.add(made, SUBMISSION)
        yield made


def test_a_document_comes_back_as_it_was_and_as_it_was_changed(connection: Connection) -> None:
    finding = Finding(rule="BR-02", message="no number")
    documents.add(connection, replace(DOCUMENT, findings=(finding,)))
    documents.change(connection, DOCUMENT.id, findings=(), recipient="{}", round=1)
    documents.set_state(connection, DOCUMENT.id, DocumentState.SENDING)
    changed = replace(DOCUMENT, recipient="{}", round=1, state=DocumentState.SENDING)
    assert documents.get(connection, DOCUMENT.id) == changed
    assert documents.many(connection, [DOCUMENT.id, "s9-1"]) == {DOCUMENT.id: changed}
    assert documents.get(connection, "s9-1") is None


def test_documents_of_a_file_come_in_its_order(connection: Connection) -> None:
    for position in (10, 2, 0):
        documents.add(connection, replace(DOCUMENT, id=f"s1-{position + 1}", position=position))
    found = documents.of_submission(connection, "s1")
    assert [row.id for row in found] == ["s1-1", "s1-3", "s1-11"]


def test_of_two_who_want_what_is_parked_one_has_it(connection: Connection) -> None:
    documents.add(connection, replace(DOCUMENT, state=DocumentState.PARKED))
    assert documents.supersede(connection, DOCUMENT.id)
    assert not documents.supersede(connection, DOCUMENT.id)
    assert not documents.next_round(connection, DOCUMENT.id, DOCUMENT.round)


FOUND = {
    "": ["s1-3", "s1-2", "s1-1"],
    "R-1": ["s1-3", "s1-1"],
    "r-1": ["s1-3", "s1-1"],
    "müll": ["s1-3", "s1-2", "s1-1"],
    "MÜLLER": ["s1-3", "s1-2", "s1-1"],
    "K2": ["s1-2"],
    "s1-3": ["s1-3"],
    "100%": ["s1-2"],
    "%": ["s1-2"],
    "_": [],
    "'": [],
    "nothing": [],
}


def test_words_are_found_in_number_customer_and_id(connection: Connection) -> None:
    for position, (number, customer) in enumerate(
        (("R-1", "K1"), ("G-2/100%", "K2"), ("R-10", "K1"))
    ):
        at = DOCUMENT.received_at + timedelta(seconds=position)
        row = replace(DOCUMENT, id=f"s1-{position + 1}", position=position, received_at=at)
        documents.add(connection, replace(row, number=number, customer=customer))
    found = {words: [row.id for row in documents.found(connection, words=words)] for words in FOUND}
    assert found == FOUND


def test_a_list_goes_on_after_its_last_document_whatever_has_come_since(
    connection: Connection,
) -> None:
    def add(position: int, seconds: int) -> None:
        at = DOCUMENT.received_at + timedelta(seconds=seconds)
        row = replace(DOCUMENT, id=f"s1-{position}", position=position, received_at=at)
        documents.add(connection, row)

    for position in range(5):
        add(position, seconds=position // 2)
    first = documents.found(connection, limit=2)
    add(9, seconds=9)
    second = documents.found(connection, limit=2, after=first[-1])
    third = documents.found(connection, words="r-1", limit=2, after=second[-1])
    pages = [[row.id for row in page] for page in (first, second, third)]
    assert pages == [["s1-4", "s1-3"], ["s1-2", "s1-1"], ["s1-0"]]


LISTS: list[dict[str, Any]] = [
    {},
    {"words": "r"},
    {"state": "parked"},
    {"tenant": "nordwind"},
    {"tenant": "nordwind", "words": "r"},
    {"tenant": "nordwind", "state": "parked"},
    {"tenant": "nordwind", "state": "parked", "words": "r"},
    {"tenant": "nordwind", "after": DOCUMENT},
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("wanted", LISTS, ids=" ".join)
def test_a_list_is_found_in_an_index_alone(connection: Connection, wanted: dict[str, Any]) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked.append((statement, values))

    sa.event.listen(connection, "before_cursor_execute", note)
    documents.found(connection, **wanted)
    statement, values = asked[0]
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    (step,) = (line[-1] for line in plan)
    assert "USING COVERING INDEX documents_" in step


def test_what_strangers_write_is_cut_to_what_an_index_holds(connection: Connection) -> None:
    noise = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(5000))
    documents.add(connection, replace(DOCUMENT, number=noise, customer=noise, customer_name=noise))
    documents.change(connection, DOCUMENT.id, customer_name=noise[1:])
    (row,) = documents.found(connection, words=noise[:50])
    assert (row.number, row.customer, row.customer_name) == (noise[:200], noise[:200], noise[1:201])


def test_lists_are_by_tenant_and_state_page_by_page_and_counted(connection: Connection) -> None:
    for position in range(6):
        state = DocumentState.PARKED if position < 2 else DocumentState.WORKING
        tenant = "nordwind" if position % 2 else "suedwind"
        documents.add(
            connection,
            replace(DOCUMENT, id=f"s1-{position}", position=position, state=state, tenant=tenant),
        )

    def ids(**wanted: object) -> list[str]:
        return [row.id for row in documents.found(connection, **wanted)]  # type: ignore[arg-type]

    assert ids(limit=2) == ["s1-5", "s1-4"]
    assert ids(limit=2, offset=4) == ["s1-1", "s1-0"]
    assert ids(tenant="nordwind", state="parked") == ["s1-1"]
    assert documents.counts(connection) == {"parked": 2, "working": 4}
    assert documents.counts(connection, "nordwind") == {"parked": 1, "working": 2}
