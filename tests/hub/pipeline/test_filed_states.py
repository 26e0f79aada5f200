"""Every change of state has its entry: what a trigger saw in the tables, the archive tells."""

import re
from collections import defaultdict
from dataclasses import replace

import pytest
import sqlalchemy as sa

from archive.entry import Entry, Query
from hub.pipeline.by_hand import decide_doubt
from hub.pipeline.cancel import cancel
from hub.pipeline.confirm import confirm
from hub.pipeline.doubts import resolve_doubts
from hub.pipeline.filed_states import file_states
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import resubmit
from hub.pipeline.standing import STANDING
from hub.store import documents, standings
from hub.store.documents import DocumentState
from outbound.channel import Deferred, DeliveryState, Event, InDoubt, Refused
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

FILE = Arrival(data=b"", name="a.xml", tenant="nordwind", sender="erp", door="api")
MARKS = frozenset({"sending", "in_doubt"})
"""What is written down before a byte leaves; what became of it is filed."""
STEPS = {
    "receive": ("received",),
    "read": ("read", "working"),
    "enrich": ("working",),
    "route": ("sending", "waiting"),
    "resubmit": ("received", "working"),
}
"""Step of an entry to what it tells by itself; a route is told to each delivery."""


WATCH = """
CREATE TRIGGER {0}_{1} AFTER {2} ON {0} BEGIN INSERT INTO seen VALUES (new.id, new.state); END
"""


def watch(home: Home) -> None:
    with home.house.database.transaction() as connection:
        connection.execute(sa.text("CREATE TABLE seen (subject TEXT, state TEXT)"))
        for table in ("documents", "deliveries", "submissions"):
            for name, act in (("new", "INSERT"), ("changed", "UPDATE OF state")):
                connection.execute(sa.text(WATCH.format(table, name, act)))


def seen(home: Home) -> dict[str, set[str]]:
    found = defaultdict(set)
    with home.house.database.transaction() as connection:
        for subject, state in connection.execute(sa.text("SELECT subject, state FROM seen")):
            found[subject].add(state)
    return found


def told(entry: Entry) -> set[str]:
    """Return what an entry says of a state: its own word, or what follows from step or state."""
    state = entry.fields.get("state", "")
    said = {state, entry.fields.get("standing", ""), *STEPS.get(entry.step, ())}
    return said | ({STANDING[DeliveryState(state)]} if state else set())


def send(home: Home, data: bytes, *answers: Exception, replaces: str | None = None) -> str:
    home.post.answers += answers
    submission, _ = receive(home.house, replace(FILE, data=data, replaces=replaces))
    home.run()
    return f"{submission.id}-1"


def live(home: Home) -> None:
    """Let everything happen that gives a document another state."""
    clean = send(home, ubl())
    home.post.reports = [
        Event(
            source="r1",
            state=DeliveryState.DELIVERED,
            reason="read",
            parcel_key=f"{clean}-d0.0",
            external_id=None,
        )
    ]
    confirm(home.house, "post")
    send(home, ubl() + b"\n")
    cancel(home.house, send(home, ubl(buyer_reference="B-2")), who="anna", reason="twice")
    parked = send(home, wrong_sum())
    send(home, ubl(number="R-2"), replaces=parked)
    send(home, ubl(number="R-3"), replaces=send(home, b"nothing").removesuffix("-1"))
    send(home, ubl(number="R-4"), Deferred("later"))
    home.clock.forward(hours=1)
    home.run()
    decide_doubt(
        home.house, f"{send(home, ubl(number='R-5'), InDoubt('?'))}-d0", arrived=True, who="anna"
    )
    send(home, ubl(number="R-6"), InDoubt("?"))
    resolve_doubts(home.house)
    home.run()
    home.second.answers.append(Refused("no"))
    resubmit(home.house, send(home, ubl(number="R-7"), Refused("no")), who="anna")
    home.run()


def test_every_change_of_state_has_its_entry(home: Home) -> None:
    watch(home)
    live(home)
    known: dict[str, set[str]] = defaultdict(set)
    for entry in home.house.archive.find(Query(limit=10_000)):
        for subject in {entry.subject, entry.document or entry.subject}:
            known[subject] |= told(entry)
    changes = seen(home)
    for subject in changes:
        way = re.fullmatch(r"(.*-\d+)(-r\d+)?-d\d+", subject)
        known[subject] |= (known[way[1]] | MARKS) if way else set()
    assert {s: silent for s, states in changes.items() if (silent := states - known[s])} == {}
    assert {state for states in changes.values() for state in states} >= {
        *("working", "parked", "duplicate", "superseded", "cancelled", "delivered", "in_doubt"),
        *("handed_over", "waiting", "sending", "received", "read"),
    }
    the_index_knows_what_became_of_each_document(home)


def the_index_knows_what_became_of_each_document(home: Home) -> None:
    listed = home.house.archive.questions.documents(Query(tenant="nordwind", limit=1000)).rows
    with home.house.database.transaction() as connection:
        rows = documents.found(connection, tenant="nordwind", limit=1000)
    ordinary = {"sending", "handed_over", "delivered", "working", "in_doubt"}
    assert {row.document: "" if row.standing in ordinary else row.standing for row in listed} == {
        row.id: "" if row.state in ordinary else row.state for row in rows
    }
    (series,) = home.house.archive.questions.numbers("nordwind")
    assert (series.first, series.last, series.gaps) == ("R-1", "R-7", ())
    assert [(each.number, each.why) for each in series.duplicates] == [("R-1", "duplicate")]


def test_what_a_dead_process_left_is_filed_with_the_next(home: Home) -> None:
    row = send(home, ubl())
    with home.house.database.transaction() as connection:
        documents.set_state(connection, row, DocumentState.SUPERSEDED)
        assert [one.state for one in standings.unfiled(connection, 9)] == ["superseded"]
    file_states(home.house)
    file_states(home.house)
    found = home.house.archive.find(Query(standing="superseded"))
    assert [(entry.subject, entry.fields["number"]) for entry in found] == [(row, "R-1")]
