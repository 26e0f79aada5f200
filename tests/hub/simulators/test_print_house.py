"""What a simulated print partner writes down about the pieces of a job."""

import csv
from datetime import datetime, timedelta

from hub.simulators.mailroom import Fate, reports
from hub.simulators.print_house import as_csv
from hub.wiring.clock import now


def test_its_reports_are_in_order_and_none_lies_in_the_future() -> None:
    texts = [as_csv("job", report).decode() for report in reports({"p": Fate(word="remake")})]
    rows = [row for text in texts for row in csv.DictReader(text.splitlines(), delimiter=";")]
    assert [row["status"] for row in rows] == ["received", "spoiled", "printed", "posted"]
    instants = [datetime.fromisoformat(row["at"]) for row in rows]
    assert instants == sorted(set(instants))
    assert instants[-1] - now() < timedelta(seconds=1)
