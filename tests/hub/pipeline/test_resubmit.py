"""What was parked comes back as itself once its cause is mended, whoever had to mend it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from formats import guide
from formats.findings import is_fatal
from hub.console.fields import source_of
from hub.pipeline.resubmit import NotParked, resubmit
from hub.store import documents, events
from hub.store.documents import DocumentRow
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum
from tests.hub.pipeline.test_runner import drop

SAMPLES = Path(__file__).parents[2] / "samples"
TWO = (SAMPLES / "idoc/two-in-one-xml/in.xml").read_text(encoding="utf-8")
NO_UNIT = {"MENEE": "ZX"}
NO_CATEGORY = {"MWSKZ": "ZX", "MSATZ": ""}
MENDED = """
format = "idoc"
[codes.unit]
ZX = "C62"
[codes.vat_category]
ZX = "S"
"""


def second(change: dict[str, str]) -> bytes:
    """Return two IDocs, of which the second has other values in these fields."""
    first, other = TWO.split("</IDOC>", 1)
    for field, value in change.items():
        other = re.sub(f"<{field}>[^<]*", f"<{field}>{value}", other)
    return f"{first}</IDOC>{other}".encode()


def states(home: Home, submission: str) -> list[str]:
    return [row.state for row in rows(home, submission)]


def rows(home: Home, submission: str) -> list[DocumentRow]:
    with home.house.database.transaction() as connection:
        return documents.of_submission(connection, submission)


def use(home: Home, toml: str) -> None:
    home.house = replace(home.house, guides={"erp": [guide.parse("own.toml", toml)]})


def test_a_mended_guide_lets_out_what_it_had_parked_and_nothing_twice(home: Home) -> None:
    file = drop(home, second(NO_UNIT))
    sent, parked = rows(home, file)
    assert (sent.state, parked.state) == ("handed_over", "parked")
    fatal = {finding.rule for finding in parked.findings if is_fatal([finding])}
    assert fatal == {"IN-IDOC-CODE"}
    resubmit(home.house, parked.id, who="test")
    home.run()
    assert states(home, file) == ["handed_over", "parked"]
    use(home, MENDED)
    resubmit(home.house, parked.id, who="test")
    home.run()
    assert states(home, file) == ["handed_over", "handed_over"]
    assert [parcel.labels["number"] for parcel in home.post.sent] == ["900200002", "900200003"]
    assert home.house.archive.verify().ok


def test_what_no_guide_could_read_is_read_again(home: Home) -> None:
    file = drop(home, second(NO_CATEGORY))
    parked = rows(home, file)[1]
    assert "IN-IDOC-CODE" in {finding.rule for finding in parked.findings}
    use(home, MENDED)
    resubmit(home.house, parked.id, who="test")
    home.run()
    read = rows(home, file)[1]
    assert "IN-IDOC-CODE" not in {finding.rule for finding in read.findings}
    assert "E1EDP04" in str(source_of(home.house, read))
    with home.house.database.transaction() as connection:
        lines = [line.text for line in events.of_document(connection, read.id, file)]
    assert "read as SAP IDoc: 2 documents, 1 with faults" in lines
    assert "read again as SAP IDoc" in lines


def test_a_guide_mended_the_wrong_way_parks_again_and_says_why(home: Home) -> None:
    file = drop(home, second(NO_CATEGORY))
    parked = rows(home, file)[1]
    use(home, 'format = "idoc"\n[match]\nSNDPRN = "SOMEBODYELSE"\n[invoice]\nnumber = "NO.SUCH"\n')
    resubmit(home.house, parked.id, who="test")
    home.run()
    assert states(home, file) == ["handed_over", "parked"]
    assert rows(home, file)[1].findings != ()


def test_a_number_that_was_taken_may_be_free_now(home: Home) -> None:
    """The first one was faulty itself, and is replaced by a file with another number."""
    first = rows(home, drop(home, wrong_sum()))[0]
    second = rows(home, drop(home, ubl(number="R-1")))[0]
    assert [finding.rule for finding in second.findings] == ["IN-CONFLICT"]
    with home.house.database.transaction() as connection:
        last = events.of_submission(connection, second.submission)[-1]
    assert (last.document, last.room) == (second.id, "check")
    assert last.text == f"parked: 1 finding, first IN-CONFLICT: {second.findings[0].message}"
    drop(home, ubl(number="R-2"), replaces=first.id)
    resubmit(home.house, second.id, who="test")
    home.run()
    assert states(home, second.submission) == ["handed_over"]


def test_a_fault_in_the_file_itself_wants_another_file(home: Home) -> None:
    broken = ubl().replace(b">2026-11-20<", b">20th of November<")
    row = rows(home, drop(home, broken))[0]
    assert (row.state, row.findings[0].value) == ("parked", "20th of November")
    with pytest.raises(NotParked, match="corrected"):
        resubmit(home.house, row.id, who="test")
