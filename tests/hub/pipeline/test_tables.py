"""Tables through the hub: a workbook and a ZIP of joined files are read whole, never in parts."""

from dataclasses import replace
from pathlib import Path

import pytest

from formats.guide import parse
from hub.pipeline.receive import Arrival, receive
from hub.store import documents, submissions
from tests.hub.houses import Home

TABLES = Path(__file__).parents[2] / "samples" / "table"
NUMBERS = {
    "workbook": ["X-1", "X-2"],
    "joined-files-in-a-zip": ["B-1", "B-2", "B-3"],
    "fixed-width-records": ["R00001", "R00002"],
    "records-with-totals": ["R-1", "R-2"],
}


@pytest.mark.parametrize("sample", NUMBERS)
def test_a_table_enters_as_one_file_with_its_documents(sample: str, home: Home) -> None:
    file = next(TABLES.joinpath(sample).glob("in.*"))
    guide = parse("own.toml", file.with_name("guide.toml").read_text("utf-8"))
    home.house = replace(home.house, guides={"erp": [guide]})
    arrival = Arrival(
        data=file.read_bytes(), name=file.name, tenant="nordwind", sender="erp", door="folder"
    )
    receive(home.house, arrival)
    home.run()
    with home.house.database.transaction() as connection:
        (only,) = submissions.listed(connection, tenant=None, state=None, limit=9)
        found = documents.of_submission(connection, only.id)
    assert [row.number for row in found] == NUMBERS[sample]
    assert {row.format for row in found} == {"table"}
