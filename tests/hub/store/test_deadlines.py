from dataclasses import replace
from datetime import timedelta

from hub.store import deadlines, documents, submissions
from hub.store.database import Database
from hub.store.deadlines import Deadline, Told
from hub.store.documents import DocumentState
from tests.hub.store.rows import DOCUMENT, NOW, SUBMISSION

FIRST = Deadline(
    document=DOCUMENT.id,
    name="first",
    tenant="nordwind",
    law="a contract",
    reached="delivered",
    due_at=NOW + timedelta(hours=24),
    warn_at=NOW + timedelta(hours=18),
    fix="ask",
)
SECOND = replace(FIRST, name="second", due_at=FIRST.due_at + timedelta(days=1))


def test_what_was_said_stays_said_until_the_deadline_is_another(database: Database) -> None:
    with database.transaction() as connection:
        deadlines.put(connection, DOCUMENT.id, [SECOND, FIRST])
        assert deadlines.of_document(connection, DOCUMENT.id) == [FIRST, SECOND]
        assert deadlines.tell(connection, FIRST, Told.NEAR)
        assert not deadlines.tell(connection, FIRST, Told.NEAR), "somebody was faster"
        later = replace(SECOND, due_at=SECOND.due_at + timedelta(days=1))
        deadlines.put(connection, DOCUMENT.id, [FIRST, later])
        assert [each.told for each in deadlines.of_document(connection, DOCUMENT.id)] == [
            Told.NEAR,
            Told.NOTHING,
        ]
        deadlines.put(connection, DOCUMENT.id, [])
        assert deadlines.of_document(connection, DOCUMENT.id) == []


def test_only_what_is_near_or_has_passed_takes_a_turn_or_is_an_alarm(database: Database) -> None:
    with database.transaction() as connection:
        submissions.add(connection, SUBMISSION)
        documents.add(connection, DOCUMENT)
        deadlines.put(connection, DOCUMENT.id, [FIRST, SECOND])
        assert deadlines.turning(connection, NOW, 9) == []
        assert deadlines.turning(connection, FIRST.warn_at, 9) == [FIRST, SECOND]
        assert deadlines.alarmed(connection) == []
        deadlines.tell(connection, FIRST, Told.MISSED)
        deadlines.tell(connection, SECOND, Told.MET)
        missed = [replace(FIRST, told=Told.MISSED)]
        assert deadlines.alarmed(connection, "nordwind") == missed
        assert deadlines.alarmed(connection, "others") == []
        assert deadlines.turning(connection, NOW + timedelta(days=9), 9) == []
        documents.set_state(connection, DOCUMENT.id, DocumentState.DELIVERED)
        assert deadlines.turning(connection, NOW, 9) == missed
        day = {"start": NOW, "end": NOW + timedelta(days=1)}
        assert deadlines.missed_of(connection, **day, tenant="nordwind") == missed
        assert deadlines.missed_of(connection, **day, tenant="others") == []
