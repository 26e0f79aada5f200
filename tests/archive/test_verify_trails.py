"""What a trail shows to be missing."""

import pytest

from archive.evidence import Manifest
from archive.report import Report
from archive.verify_trails import Trails

FIVE = [(1, None), (2, "e1"), (3, "e2"), (4, "e3"), (5, "e4")]


@pytest.mark.parametrize(
    ("order", "erased", "said"),
    [
        ([1, 2, 3, 4, 5], (), []),
        ([5, 3, 1, 4, 2], (), []),
        ([2, 3, 4, 5], (), ["entry 1 of 5 of document d is missing"]),
        ([1, 2, 4, 5], (), ["entry 3 of 5 of document d is missing"]),
        ([5, 1], (), [f"entry {n} of 5 of document d is missing" for n in (2, 3, 4)]),
        ([1, 3, 5], (), [f"entry {n} of 5 of document d is missing" for n in (2, 4)]),
        ([3, 5], ("e1", "e2", "e4"), []),
        ([3, 5], ("e1", "e2"), ["entry 4 of 5 of document d is missing"]),
        ([1, 2, 2], (), ["entry 2 of 2 of document d does not follow the one before"]),
        (["old", "old", 3, 4], (), []),
        (["old", "old", 4], (), ["entry 3 of 4 of document d is missing"]),
        (["old", 3, 4], (), ["entry 2 of 4 of document d is missing"]),
        (["none", 1], (), []),
    ],
)
def test_what_is_missing(order: list[int | str], erased: tuple[str, ...], said: list[str]) -> None:
    trails, report, old = Trails(), Report(), 0
    for each in order:
        owner = None if each == "none" else ("acme", "document d")
        trail = FIVE[each - 1] if isinstance(each, int) else None
        old += each == "old"
        manifest = Manifest(document="d", log="l", items=[], owner=owner, trail=trail)
        trails.take("file", f"e{each if isinstance(each, int) else old}", manifest)
    trails.judge(erased, report)
    assert [str(fault) for fault in report.faults] == [f"file: {each}" for each in said]
