"""The verdict: what was dropped against what arrived, and whether the proof is whole."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive.verify import check_archive
from bench.crash.books import Books
from bench.crash.papers import Paper
from bench.crash.peers import Arrivals, World
from hub.store.documents import DocumentState


@dataclass(kw_only=True)
class Verdict:
    """What a run has come to.

    Attributes:
        lost: arrivals that lack.
        doubled: arrivals too many.
        faults: in words, these and whatever else is wrong.
    """

    lost: int = 0
    doubled: int = 0
    faults: list[str] = field(default_factory=list)


def judge(
    papers: Sequence[Paper], acknowledged: Sequence[Paper], world: World, books: Books
) -> Verdict:
    """Count at the peers."""
    verdict = Verdict()
    expected: Arrivals = Counter()
    for paper in papers:
        for number, peers in paper.documents.items():
            expected.update((peer, number) for peer in peers)
    arrived = world.arrivals()
    for where, count in (expected - arrived).items():
        verdict.lost += count
        verdict.faults.append(f"LOST {where[1]} at {where[0]}")
    for where, count in (arrived - expected).items():
        verdict.doubled += count
        verdict.faults.append(f"DOUBLED {where[1]} at {where[0]}: {count} too many")
    verdict.faults += _wrong_states(papers, books)
    verdict.faults += [
        f"message {m} accepted {n} times" for m, n in world.message_ids().items() if n > 1
    ]
    verdict.faults += world.unsound_jobs()
    hashes = {hashlib.sha256(paper.data).hexdigest(): paper.name for paper in acknowledged}
    verdict.faults += [f"acknowledged and unknown: {hashes[h]}" for h in books.lacking(hashes)]
    return verdict


def check_proof(root: Path) -> list[str]:
    """Verify the archive; returns what is wrong with it."""
    report = check_archive(root)
    return [f"archive: {fault}" for fault in report.faults]


def _wrong_states(papers: Sequence[Paper], books: Books) -> list[str]:
    """A document that is to arrive nowhere is visibly parked, the others have left."""
    states = books.states()
    faults = []
    for paper in papers:
        for number, peers in paper.documents.items():
            state = states.get(number, "not known")
            good = (
                {DocumentState.HANDED_OVER, DocumentState.DELIVERED}
                if peers
                else {DocumentState.PARKED}
            )
            if state not in good:
                faults.append(f"{number} is {state}")
    return faults
