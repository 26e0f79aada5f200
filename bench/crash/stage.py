"""One hub, its peers and its senders, played until all is at rest, and judged."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import sqlalchemy as sa

from bench.crash import settings
from bench.crash.books import Books, Doubt
from bench.crash.hub import Hub, Nursery, seam_log
from bench.crash.judgement import check_proof, judge
from bench.crash.misbehaviour import Plans
from bench.crash.papers import Paper
from bench.crash.peers import World, world
from bench.crash.senders import Senders
from bench.crash.settings import AS_USUAL, Terms

REST_SECONDS = 240
"""Within which hubs must come to rest once nothing more happens to them."""
_LOOK_SECONDS = 0.05


@dataclass(kw_only=True)
class Run:
    """What a run has come to.

    Attributes:
        attempts: how often a file was dropped in vain.
        doubts: emails that were in doubt, and what an operator found in the mail server's log.
        settled: what was in doubt and was settled without him.
        misdeeds: how often peers did wrong as they were ordered, as far as they write it down.
        faults: in words, what was lost or doubled and whatever else is wrong.
    """

    documents: int
    kills: int
    attempts: int
    doubts: list[Doubt]
    settled: int
    misdeeds: int
    lost: int
    doubled: int
    faults: list[str]

    def add(self, other: "Run") -> None:
        """Take another run's figures in."""
        self.documents += other.documents
        self.kills += other.kills
        self.attempts += other.attempts
        self.doubts += other.doubts
        self.settled += other.settled
        self.misdeeds += other.misdeeds
        self.lost += other.lost
        self.doubled += other.doubled
        self.faults += other.faults


@dataclass(kw_only=True)
class Stage:
    """Everything of one run.

    Attributes:
        reasons: document number to what was done to the hub when it was dropped.
    """

    site: settings.Site
    world: World
    senders: Senders
    books: Books
    nursery: Nursery
    dropped: list[Paper] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    hubs: list[Hub] = field(default_factory=list)
    kills: int = 0

    def start(self, *, order: str = "", worker: int = 1) -> Hub:
        """Start a worker; the first has the doors."""
        command = "serve" if worker == 1 else "work"
        hub = self.nursery.start(self.site.settings[worker - 1], order=order, command=command)
        self.hubs.append(hub)
        return hub

    def drop(self, papers: Iterable[Paper], *, because: str = "") -> None:
        """Give files to the senders."""
        for paper in papers:
            self.dropped.append(paper)
            self.reasons |= dict.fromkeys(paper.documents, because)
            self.senders.drop(paper)

    @property
    def documents(self) -> int:
        """How many documents were dropped so far."""
        return sum(len(paper.documents) for paper in self.dropped)

    def unrest(self) -> str:
        """Say what is not at rest; empty when everything is."""
        if not self.senders.idle:
            return f"files not acknowledged; {self.senders.last_fault}"
        try:
            unfinished = self.books.unfinished()
        except sa.exc.OperationalError as error:
            return f"the database does not answer: {error.orig}"
        if unfinished:
            return unfinished
        return "reports at the peers" if self.world.has_more_to_say() else ""

    def wait(self, hub: Hub, *, seconds: float) -> str:
        """Wait until the hub dies, all is at rest or the time is over; return `unrest`."""
        end = time.monotonic() + seconds
        while not hub.is_dead(within_seconds=_LOOK_SECONDS) and time.monotonic() < end:
            if not self.unrest():
                return ""
        return self.unrest()

    def seams(self) -> list[str]:
        """Return the boundaries passed so far, in the order in which they were found."""
        log = seam_log(self.site.settings[0])
        return list(dict.fromkeys(log.read_text(encoding="utf-8").split("\n")[:-1]))

    def finish(self, hub: Hub) -> Run:
        """Let one hub come to rest, decide doubts as an operator would, end it, and judge."""
        return self.conclude(lambda: self.wait(hub, seconds=REST_SECONDS))

    def conclude(self, rest: Callable[[], str]) -> Run:
        """Do the same with any hubs; `rest` lets them come to rest and says what is not."""
        left, doubts = rest(), list[Doubt]()
        while more := [] if left else self.books.decide_doubts(self.world):
            doubts += more
            left = rest()
        for hub in self.hubs:
            hub.kill()
        verdict = judge(self.dropped, self.senders.acknowledged, self.world, self.books)
        faults = [fault + self._reason(fault) for fault in verdict.faults]
        faults += [f"not at rest: {left}"] if left else []
        faults += [f"not in the worklist: {d.number}" for d in doubts if not d.listed]
        faults += [hub.failure for hub in self.hubs if hub.failure]
        faults += check_proof(self.site.data / "archive")
        return Run(
            documents=self.documents,
            kills=self.kills,
            attempts=self.senders.repeats,
            doubts=doubts,
            settled=len(self.books.doubted() - {doubt.number for doubt in doubts}),
            misdeeds=self.world.misdeeds(),
            lost=verdict.lost,
            doubled=verdict.doubled,
            faults=faults,
        )

    def _reason(self, fault: str) -> str:
        found = (self.reasons[word] for word in fault.split() if word in self.reasons)
        return next((f" ({reason})" for reason in found if reason), "")


@contextmanager
def stage(
    nursery: Nursery, folder: Path, terms: Terms = AS_USUAL, plans: Plans = MappingProxyType({})
) -> Iterator[Stage]:
    """Start peers and senders; the hub is not started yet."""
    with world(folder / "world", plans) as peers:
        site = settings.make(folder / "hub", peers, terms)
        made = Stage(
            site=site, world=peers, senders=Senders(site), books=Books(site), nursery=nursery
        )
        try:
            yield made
        finally:
            made.senders.stop()
            made.books.close()


def say(words: str) -> None:
    """Tell who watches."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
