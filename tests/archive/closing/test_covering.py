"""Whatever clocks, authorities and processes do: each entry is in one closing, each day in one."""

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.closing.folder import closings
from archive.verify import check
from tests.archive.closing.office import MORNING, Office
from tests.archive.closing.stamping import Town

ACTS = st.one_of(
    st.tuples(st.just("file"), st.integers(1, 3)),
    st.tuples(st.just("wait"), st.integers(-30, 60)),
    st.tuples(st.just("close"), st.just(0)),
    st.tuples(st.just("silence"), st.integers(0, 1)),
    st.tuples(st.just("reopen"), st.just(0)),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(ACTS, min_size=5, max_size=30))
def test_each_entry_is_in_one_closing_and_each_day_has_one(acts: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder), Town(Path(folder), MORNING), names=("only",))
        filed = 0
        for act, number in acts:
            if act == "file":
                filed += len(office.file(*range(filed, filed + number)))
            elif act == "wait":
                office.at(office.town.now + timedelta(hours=number))
            elif act == "close":
                office.close()
            elif act == "silence":
                office.town.silent = {"only"} if number else set()
            else:
                office.reopen()
        office.town.silent = set()
        office.at(MORNING + timedelta(days=100)).file(filed)
        office.at(MORNING + timedelta(days=101)).close()
        _check(office)


def _check(office: Office) -> None:
    logs = office.archive.logs()
    for log in logs:
        done = list(closings(office.archive, log))
        reports = [each.report() for each in done]
        assert [r["start"] for r in reports] == [0, *(r["end"] for r in reports)][: len(reports)]
        days = [each.day for each in done]
        assert days == sorted(set(days))
        for report, day in zip(reports, days, strict=True):
            entries = list(office.archive.between(log, report["start"], report["end"]))
            assert len(entries) == report["entries"]
            assert max(entry.at.date() for entry in entries) <= day
        labels = [set(each.tree("evidence.tree").leaves) - {"checkpoint"} for each in done]
        assert sum(map(len, labels)) == len(set().union(*labels))
    last = [entry for entry in office.archive.between(logs[-1], 0) if entry.kind == "document"][-1]
    assert last.position < closings(office.archive, logs[-1])[-1].end()
    assert check(office.root).faults == []
