"""Loads: as many documents as asked for, no number twice, over all channels."""

from collections import Counter

import pytest

from bench.crash.loads import every_fate, thousands
from bench.crash.papers import portions


@pytest.mark.parametrize("count", [200, 1_000])
def test_thousands_are_as_many_as_asked_for(count: int) -> None:
    papers = list(thousands(1, count))
    numbers = Counter(number for paper in papers for number in paper.documents)
    assert (len(numbers), max(numbers.values())) == (count, 1)
    peers = {peer for paper in papers for own in paper.documents.values() for peer in own}
    assert peers == {"mail", "partner", "access point", "print house"}
    assert {number[0] for number in numbers} == {"F", "M"}


def test_every_fate_is_shared_out_without_loss() -> None:
    papers = list(every_fate(1, 100))
    assert sorted(paper.name for part in portions(papers, 7) for paper in part) == sorted(
        paper.name for paper in papers
    )
    numbers = Counter(number for paper in papers for number in paper.documents)
    assert max(numbers.values()) == 1
