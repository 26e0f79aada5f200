"""`facteur report daily`, and what doctor says of what was stated."""

import csv
import io
from dataclasses import replace
from pathlib import Path

from hub.config.loading import load
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.stated import stated
from hub.wiring.building import close, tool
from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.invoices import ubl


def test_the_day_is_told_as_text_csv_and_json_and_a_difference_is_an_alarm(
    facteur: Facteur, hub: Hub
) -> None:
    assert facteur("report", "daily").out.startswith("nothing was dropped on ")
    file = Arrival(data=ubl(), name="a.xml", tenant="nordwind", sender="erp", door="api")
    house = tool(load(Path("facteur.toml")))
    receive(house, replace(file, stated=stated([("count", "2")])))
    close(house)
    assert facteur("report", "daily").code == 0
    hub.work()
    shown = facteur("report", "daily")
    assert shown.code == 1
    assert ["erp", "dropped", "EUR", "1", "119.00"] in map(str.split, shown.out.splitlines())
    assert "2 documents are stated, 1 came" in shown.out
    rows = list(csv.DictReader(io.StringIO(facteur("report", "daily", "--csv").out)))
    (dropped,) = [row for row in rows if row["what"] == "dropped"]
    assert (dropped["documents"], dropped["sum"], dropped["currency"]) == ("1", "119.00", "EUR")
    (own,) = facteur("report", "daily", "--json").json["senders"]
    assert facteur("report", "daily", "--json").json["deadlines"] == []
    assert own["settled"] == []
    assert own["statements"] == {"agrees": 0, "differs": 1, "settled": 0, "open": 0}
    assert facteur("report", "daily", "--day", "2020-01-01").code == 0
    assert facteur("report", "daily", "--tenant", "nobody").code == 2
    assert facteur("report", "daily", "--csv", "--json").code == 2
    assert "control totals: erp: a.xml: 2 documents are stated" in facteur("doctor").out
