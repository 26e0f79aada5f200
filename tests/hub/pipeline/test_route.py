from pathlib import Path

import msgspec

from hub.engine.pool import Pool
from hub.pipeline.receive import Arrival, receive
from hub.store import documents
from hub.store.database import Database
from hub.store.documents import DocumentState
from routing_rules.decision import Decision
from tests.hub.houses import opened_house
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
