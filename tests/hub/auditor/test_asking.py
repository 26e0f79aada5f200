from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.auditor.asking import FIELDS, Asked, Unclear, amount, read
from hub.auditor.reader import Reader
from tests.hub.store.test_auditors import access

AMOUNTS = {
    "1250": "1250",
    "1250.00": "1250.00",
    "1.250,00": "1250.00",
    "1,250.00": "1250.00",
    "1 250,5": "1250.5",
    "1'250.50": "1250.50",
    "1.234.567": "1234567",
    "-12,3": "-12.3",
    "0.005": "0.005",
    "12,345": "12345",
}


@pytest.mark.parametrize("text", AMOUNTS)
def test_amounts_are_read_as_people_write_them(text: str) -> None:
    assert amount(text) == Decimal(AMOUNTS[text])


@pytest.mark.parametrize(
    "text", ["viel", "NaN", "1e5", "", "--1", "٣", "9" * 20, "1" * 600, ".5", "1.2.3", "1,2.3,4"]
)
def test_what_is_no_amount_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Unclear):
        amount(text)


READER = Reader(
    access=access(), company="Nordwind", who="auditor", base="", language="en", secret="x"
)


SIZES = Counter({"nordwind/2026": 118})


def asked(written: dict[str, str]) -> Asked:
    return read(dict.fromkeys(FIELDS, "") | written, READER, SIZES.__getitem__)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=600)))
def test_no_form_asks_beyond_the_access(written: dict[str, str]) -> None:
    """Whatever is written: a query names the company, and a part of the period at most."""
    found = asked(written)
    assert (found.query is None) == bool(found.faults)
    if found.query is not None:
        assert found.query.tenant == "nordwind"
        assert found.query.issued_from is not None
        assert found.query.issued_to is not None
        assert found.query.issued_from >= date(2026, 1, 1)
        assert found.query.issued_to <= date(2026, 12, 31)
        assert found.query.as_of is None or found.query.as_of.log.startswith("nordwind/")


def test_a_period_that_ends_before_it_begins_is_said() -> None:
    days = {"issued_from": "2026-03-02", "issued_to": "2026-03-01"}
    assert asked(days).faults == {"issued_to": "backwards"}
    assert not asked(days | {"issued_to": "2026-03-02"}).faults


@pytest.mark.parametrize(
    ("first", "last", "is_clear"),
    [
        ("R-1", "R-9", True),
        ("R-1", "", True),
        ("R-1", "S-9", False),
        ("R-", "", False),
        ("", "R-2026", True),
    ],
)
def test_a_range_of_numbers_is_of_one_series(first: str, last: str, *, is_clear: bool) -> None:
    faults = asked({"number_from": first, "number_to": last}).faults
    assert faults == ({} if is_clear else {"number_from": "no_series"})


@pytest.mark.parametrize(
    ("moment", "fault"),
    [
        ("nordwind/2026@118", None),
        ("nordwind/2026@119", "yet_to_come"),
        ("nordwind/2027@1", "yet_to_come"),
        ("nordwind/2027@0", None),
        ("suedwind/2026@1", "no_checkpoint"),
    ],
)
def test_a_moment_that_is_yet_to_come_is_refused(moment: str, fault: str | None) -> None:
    assert asked({"as_of": moment}).faults.get("as_of") == fault


def test_a_document_without_a_day_lies_beyond_every_period() -> None:
    days = {"2026-01-01": True, "2026-12-31": True, "2025-12-31": False, "": False, "x": False}
    assert {day: READER.covers("nordwind", {"issue_date": day}) for day in days} == days
    assert not READER.covers("suedwind", {"issue_date": "2026-06-01"})
