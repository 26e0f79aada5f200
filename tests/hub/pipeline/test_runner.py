import sqlite3
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import NotParked, resubmit
from hub.status import document_status, submission_status
from hub.store import deliveries, documents, recipients, submissions
from hub.store.documents import DocumentRow, DocumentState
from hub.store.submissions import SubmissionState
from outbound.channel import Refused
from routing_rules.recipient import Recipient
from tests.hub.houses import Home
from tests.hub.invoices import CLEAN, ubl, wrong_sum


def drop(home: Home, data: bytes, name: str = "in.xml", **more: str) -> str:
    arrival = Arrival(
        data=data,
        name=name,
        tenant="nordwind",
        sender="erp",
        door="api",
        **more,  # type: ignore[arg-type]
    )
    submission, _ = receive(home.house, arrival)
    home.run()
    return submission.id


def only(home: Home, submission: str) -> DocumentRow:
    with home.house.database.transaction() as connection:
        (row,) = documents.of_submission(connection, submission)
    return row


def test_a_document_walks_through_all_rooms_and_leaves_evidence_in_each(home: Home) -> None:
    row = only(home, drop(home, ubl()))
    assert row.state is DocumentState.HANDED_OVER
    assert row.size_bytes == len(home.house.archive.get(row.content_sha256))
    assert [parcel.labels["number"] for parcel in home.post.sent] == ["R-1"]
    steps = [entry.step for entry in home.house.archive.entries(document=row.id)]
    assert steps == ["enrich", "check", "route", "render", "send"]
    with home.house.database.transaction() as connection:
        status = document_status(connection, row.id)
    assert status is not None
    rooms = [line["room"] for line in status["timeline"]]
    assert rooms == ["receive", "read", "enrich", "check", "route", "render", "sign", "send"]
    assert home.house.archive.verify().ok


def test_what_is_sent_is_what_is_kept(home: Home) -> None:
    row = only(home, drop(home, ubl()))
    (sent,) = home.post.sent
    with home.house.database.transaction() as connection:
        (delivery,) = deliveries.of_documents(connection, [row.id])[row.id]
    assert home.house.archive.get(delivery.rendition_sha256) == sent.enclosures[0].data


def test_a_faulty_document_is_parked_with_all_findings_and_its_correction_goes_out(
    home: Home,
) -> None:
    submission = drop(home, wrong_sum())
    row = only(home, submission)
    assert row.state is DocumentState.PARKED
    assert "BR-CO-15" in {finding.rule for finding in row.findings}
    assert all(finding.place for finding in row.findings if finding.path)
    assert home.post.sent == []
    corrected = only(home, drop(home, ubl(), replaces=row.id))
    assert corrected.state is DocumentState.HANDED_OVER
    assert only(home, submission).state is DocumentState.SUPERSEDED


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"\x00\x01garbage", "IN-FORMAT"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", None),
        (b"%PDF-1.7 not really", None),
    ],
)
def test_an_unreadable_file_is_parked_and_can_be_replaced(
    home: Home, data: bytes, rule: str | None
) -> None:
    bad = drop(home, data)
    with home.house.database.transaction() as connection:
        status = submission_status(connection, bad)
    assert status is not None
    assert status["state"] is SubmissionState.PARKED
    assert status["findings"][0].fix
    assert rule in {None, status["findings"][0].rule}
    assert only(home, drop(home, ubl(), replaces=bad)).state is DocumentState.HANDED_OVER
    with home.house.database.transaction() as connection:
        replaced = submissions.get(connection, bad)
    assert replaced is not None
    assert replaced.state is SubmissionState.SUPERSEDED


@pytest.mark.parametrize(
    ("change", "state", "rule"),
    [
        ({}, DocumentState.DUPLICATE, "IN-SAME"),
        ({"payment_terms": "at once"}, DocumentState.PARKED, "IN-CONFLICT"),
    ],
)
def test_a_number_goes_out_once(
    home: Home, change: dict[str, Any], state: DocumentState, rule: str
) -> None:
    drop(home, ubl())
    again = only(home, drop(home, ubl(**change) + b"\n"))
    assert (again.state, [finding.rule for finding in again.findings]) == (state, [rule])
    assert len(home.post.sent) == 1


def test_corrected_master_data_lets_a_parked_document_out(home: Home) -> None:
    home.post.answers = [Refused("no such address")]
    home.second.answers = [Refused("nor here")]
    row = only(home, drop(home, ubl()))
    assert row.state is DocumentState.PARKED
    assert "nor here" in row.findings[0].message
    with home.house.database.transaction() as connection:
        new = Recipient(key="K1", name="Buyer", email="new@kunde.example")
        recipients.put(connection, "nordwind", [new], now=home.clock.now)
    resubmit(home.house, row.id, who="test")
    home.run()
    assert only(home, row.submission).state is DocumentState.HANDED_OVER
    assert [parcel.destination.email for parcel in home.post.sent] == ["new@kunde.example"]


def test_only_what_is_parked_can_be_resubmitted(home: Home) -> None:
    row = only(home, drop(home, ubl()))
    for subject in (row.id, row.submission, "nothing"):
        with pytest.raises(NotParked):
            resubmit(home.house, subject, who="test")


def test_a_bug_parks_its_document_and_no_other(home: Home) -> None:
    receive(home.house, Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api"))
    other = ubl(CLEAN, number="R-2")
    receive(home.house, Arrival(data=other, name="b", tenant="nordwind", sender="erp", door="api"))
    home.post.bugs = {"R-2"}
    home.run()
    with home.house.database.transaction() as connection:
        rows = documents.found(connection)
    assert sorted(row.state for row in rows) == ["handed_over", "parked"]
    (parked,) = (row for row in rows if row.state is DocumentState.PARKED)
    assert parked.findings[0].rule == "IN-BUG"


LOCKED = sa.exc.OperationalError("COMMIT", {}, sqlite3.OperationalError("database is locked"))
CUT = sa.exc.OperationalError("COMMIT", {}, psycopg.OperationalError("connection failed"))
WRONG = sa.exc.OperationalError("SELECT", {}, sqlite3.OperationalError("no such table: mailboxes"))


@pytest.mark.parametrize("outage", [LOCKED, CUT])
def test_a_database_that_is_away_is_no_fault_of_a_document(home: Home, outage: Exception) -> None:
    home.post.answers = [outage, outage]
    receive(home.house, Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api"))
    with pytest.raises(sa.exc.OperationalError):
        home.run()
    home.post.answers = []
    home.restart()
    with home.house.database.transaction() as connection:
        assert documents.counts(connection) == {"handed_over": 1}
    assert len(home.post.sent) == 1


def test_a_question_that_the_database_cannot_understand_is_a_bug(home: Home) -> None:
    home.post.answers = [WRONG, WRONG]
    assert only(home, drop(home, ubl())).findings[0].rule == "IN-BUG"
