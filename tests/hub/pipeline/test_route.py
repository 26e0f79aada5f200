from pathlib import Path

import msgspec
import pytest

from hub.engine.pool import Pool
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.route import route
from hub.store import documents
from hub.store.database import Database
from hub.store.documents import DocumentState
from hub.store.work import Task
from routing_rules.decision import Decision, Grounds
from tests.hub.houses import RULES, opened_house
from tests.hub.invoices import ubl

NOWHERE = """
[[rule]]
name = "nowhere"
because = "test"
source = "test"
roads = [{ channel = "email", format = "ubl" }]
"""


def test_a_document_without_a_road_keeps_the_decision_that_closed_them_all(
    tmp_path: Path, database: Database, pool: Pool
) -> None:
    with opened_house(tmp_path, database, pool, NOWHERE) as home:
        arrival = Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api")
        receive(home.house, arrival)
        home.run()
        with database.transaction() as connection:
            (row,) = documents.found(connection)
        assert row.state == DocumentState.PARKED
        decision = msgspec.json.decode(row.decision, type=Decision)
        assert (decision.rule, len(decision.dropped)) == ("nowhere", 1)
        (entry,) = (e for e in home.house.archive.entries(subject=row.id) if e.step == "route")
        assert [item.role for item in entry.items] == ["findings", "decision", "grounds", "rules"]


@pytest.mark.parametrize("rules", [RULES, NOWHERE], ids=["routed", "parked"])
def test_what_was_decided_before_a_crash_stays_decided_on_the_same_grounds(
    tmp_path: Path, database: Database, pool: Pool, rules: str
) -> None:
    with opened_house(tmp_path, database, pool, rules) as home:
        arrival = Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api")
        receive(home.house, arrival)
        home.run()
        with database.transaction() as connection:
            (row,) = documents.found(connection)
        home.clock.forward(days=1)
        task = Task(
            subject=row.id, room="route", lane="documents", priority=1, due_at=home.clock.now
        )
        (again,) = route(home.house, [task])
        assert again.evidence is not None
        (entry,) = home.house.archive.append([again.evidence])
        assert entry.at.date() < home.clock.now.date()
        kept = {item.role: home.house.archive.get(item.sha256) for item in entry.items}
        grounds = msgspec.json.decode(kept["grounds"], type=Grounds)
        assert grounds.facts.today == entry.at.date()
        assert kept["rules"] == home.house.rules.kept
