from datetime import timedelta

from hub.store import events
from hub.store.database import Database
from hub.store.events import Event
from tests.hub.store.rows import NOW


def line(number: int, submission: str | None = "s1", **about: str) -> Event:
    return Event(
        id=f"{number:08}",
        at=NOW + timedelta(seconds=number),
        tenant="nordwind",
        submission=submission,
        room="read",
        text=f"line {number}",
        **about,
    )


LINES = [
    line(5, document="s1-1", delivery="s1-1-d0", entry="e"),
    line(1),
    line(4, document="s1-2"),
    line(3, document="s1-1"),
    line(2, "s2"),
    line(6, "s2", document="s2-1"),
    line(7),
]


def test_a_timeline_is_in_order_and_holds_its_own_lines_alone(database: Database) -> None:
    with database.transaction() as connection:
        events.add(connection, [])
        events.add(connection, LINES)
        found = {
            "s1-1": events.of_document(connection, "s1-1", "s1"),
            "s2-1": events.of_document(connection, "s2-1", "s2"),
            "s1": events.of_submission(connection, "s1"),
            "s9": events.of_submission(connection, "s9"),
        }
    assert {name: [int(line.id) for line in lines] for name, lines in found.items()} == {
        "s1-1": [1, 3, 5, 7],
        "s2-1": [2, 6],
        "s1": [1, 3, 4, 5, 7],
        "s9": [],
    }
    assert found["s1-1"][2] == LINES[0]
