"""The table of bad inputs, through every reader: a finding that names the fault, never a pass."""

import pytest

from formats import catalogue
from formats.codec import Unreadable
from formats.findings import Severity
from tests.formats.bad_inputs import GOOD, MIXED, UNREADABLE
from tests.hub.invoices import CLEAN


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_no_document_is_refused_by_name(case: str) -> None:
    data, rule = UNREADABLE[case]
    with pytest.raises(Unreadable) as refused:
        catalogue.read(data, "file.xml")
    finding = refused.value.finding
    assert finding.rule == rule
    assert finding.severity is Severity.FATAL
    assert finding.message
    assert finding.fix
    assert len(finding.message) < 300


@pytest.mark.parametrize("case", MIXED)
def test_what_mixes_vocabularies_is_read_and_found_at_fault(case: str) -> None:
    _, (reading,) = catalogue.read(MIXED[case], "file.xml")
    (finding,) = (notice for notice in reading.notices if notice.rule == "IN-XML-7")
    assert finding.severity is Severity.FATAL
    assert finding.place
    assert finding.fix


@pytest.mark.parametrize("case", GOOD)
def test_what_only_looks_odd_is_read(case: str) -> None:
    _, (reading,) = catalogue.read(GOOD[case], "file.xml")
    assert reading.document == CLEAN
    assert reading.notices == ()


def test_an_idoc_is_known_behind_a_long_comment() -> None:
    data = b"<!--" + b"x" * 9000 + b"--><INVOIC02><IDOC BEGIN='1'></IDOC></INVOIC02>"
    reader, _ = catalogue.read(data, "file.xml")
    assert reader.name == "idoc"
