"""One answer about a file and one about a document, for API, command line and console alike."""

import json
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from hub import status
from hub.pipeline.receive import Arrival, receive
from hub.store import documents, submissions
from outbound.channel import InDoubt, Refused
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def drop(home: Home, data: bytes) -> str:
    arrival = Arrival(data=data, name="a.xml", tenant="nordwind", sender="erp", door="api")
    submission, _ = receive(home.house, arrival)
    return submission.id


def file_status(home: Home, submission: str) -> dict[str, Any] | None:
    with home.house.database.transaction() as connection:
        return status.submission_status(connection, submission)


def document_status(home: Home, document: str) -> dict[str, Any] | None:
    with home.house.database.transaction() as connection:
        return status.document_status(connection, document)


def test_a_file_is_followed_from_its_door_to_its_documents(home: Home) -> None:
    submission = drop(home, ubl())
    received = file_status(home, submission)
    assert received is not None
    assert (received["state"], received["documents"]) == ("received", [])
    assert [line["room"] for line in received["timeline"]] == ["receive"]
    home.run()
    read = file_status(home, submission)
    assert read is not None
    assert (read["name"], read["door"], read["sender"]) == ("a.xml", "api", "erp")
    (document,) = read["documents"]
    assert (document["id"], document["number"], document["total"], document["state"]) == (
        f"{submission}-1",
        "R-1",
        "119.00",
        "handed_over",
    )
    proofs = {line["entry"] for line in read["timeline"] if line["entry"]}
    kept = {entry.id for entry in home.house.archive.entries(subject=submission)}
    assert kept <= proofs


def test_a_document_says_which_way_it_went_and_why_not_the_others(home: Home) -> None:
    home.post.answers = [Refused("no such mailbox")]
    home.second.answers = [InDoubt("cut")]
    submission = drop(home, ubl())
    home.run()
    found = document_status(home, f"{submission}-1")
    assert found is not None
    assert (found["state"], found["decision"].rule) == ("in_doubt", "all")
    (way,) = found["deliveries"]
    assert (way["channel"], way["state"], way["reason"], way["copy"]) == (
        "second",
        "in_doubt",
        "cut",
        False,
    )
    said = [line["text"] for line in found["timeline"] if line["room"] == "send"]
    assert said[0] == "post: no such mailbox; taking the next road, second"
    assert said[1].startswith("in doubt: cut")
    assert [line["delivery"] for line in found["timeline"][-2:]] == [way["id"]] * 2


def test_what_is_parked_names_its_faults_and_has_no_decision_yet(home: Home) -> None:
    submission = drop(home, wrong_sum())
    home.run()
    found = document_status(home, f"{submission}-1")
    assert found is not None
    assert (found["state"], found["decision"], found["deliveries"]) == ("parked", None, [])
    assert [finding.rule for finding in found["findings"]] == ["BR-CO-15"]


def test_many_are_asked_about_in_as_few_questions_as_one(home: Home) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    files = [drop(home, ubl(number=f"R-{number}")) for number in range(5)]
    home.run()
    sa.event.listen(home.house.database.engine, "before_cursor_execute", note)
    counts = []
    for ids in (files[:1], files):
        with home.house.database.transaction() as connection:
            asked.clear()
            rows = list(submissions.many(connection, ids).values())
            papers = list(documents.many(connection, [f"{each}-1" for each in ids]).values())
            of_files = status.submission_statuses(connection, rows)
            of_documents = status.document_statuses(connection, papers)
            counts.append(len(asked))
            assert of_files == [status.submission_status(connection, row.id) for row in rows]
            assert of_documents == [status.document_status(connection, row.id) for row in papers]
            assert [len(found["timeline"]) for found in of_documents] == [8] * len(ids)
    assert counts[0] == counts[1]


def test_what_is_unknown_is_none_and_what_is_known_is_json(home: Home) -> None:
    submission = drop(home, ubl())
    home.run()
    assert file_status(home, f"{submission}-1") is None
    assert document_status(home, submission) is None
    for found in (
        file_status(home, submission),
        document_status(home, f"{submission}-1"),
    ):
        assert json.loads(msgspec.json.encode(found))["tenant"] == "nordwind"
