"""The tamper suite: whatever is done to an archive or an export, a verifier says so by name.

    python -m tests.tamper.suite [--seed N] [--clean N] [--only WORDS]

Each mutation is done to a copy. The verifier looks at the files alone; then the archive with what
its index remembers; then openssl at the time stamps; then the verifier with what others keep: an
earlier checkpoint and the log's key. The first that names the file counts; what only an outsider
can show is listed. Then archives nobody has touched are looked at. The last line is
`tamper: N mutations, F found, A false alarms`.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.archive.packs.store_server import PROGRAM
from tests.tamper.aged import aged
from tests.tamper.clean import false_alarms
from tests.tamper.grown import Grown, grown
from tests.tamper.judging import By, Verdict, judge_archive, judge_bundle
from tests.tamper.mutation import Mutation, spoilt
from tests.tamper.on_aged import aged_bundle_mutations, aged_mutations
from tests.tamper.on_archive import mutations
from tests.tamper.on_bucket import bucket_mutations, stored
from tests.tamper.on_bundle import bundle_mutations

SEED = 7
CLEAN_RUNS = 1000

Judge = Callable[[Path, Mutation, Grown], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one mutation."""

    mutation: Mutation
    where: str
    verdict: Verdict

    @property
    def found(self) -> bool:
        """Whether it was seen, and a file of it named."""
        return self.verdict.named


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that is tampered with, and what is done to it.

    Attributes:
        where: what it is called; an export is looked at by several threads at once.
    """

    where: str
    town: Grown
    whole: Path
    made: Sequence[Mutation]
    judge: Judge

    @property
    def threads(self) -> int:
        """How many mutations are judged at a time."""
        return (os.cpu_count() or 1) if self.judge is judge_bundle else 1


@contextmanager
def parts(near: Path, seed: int) -> Iterator[list[Part]]:
    """Build all that is tampered with; without a store to run, what lies there is left out."""
    with grown(near / "grown") as town, aged(near / "aged") as old, _stored(near, seed) as there:
        elder = old.grown
        of_archive, of_export = mutations(town, seed), bundle_mutations(town, seed)
        aged_archive, aged_export = aged_mutations(old, seed), aged_bundle_mutations(old, seed)
        yield [
            _part("archive", town, town.whole, of_archive, judge_archive),
            _part("export", town, town.bundle, of_export, judge_bundle),
            _part("aged archive", elder, elder.whole, aged_archive, judge_archive),
            _part("aged export", elder, elder.bundle, aged_export, judge_bundle),
            *there,
        ]


@contextmanager
def _stored(near: Path, seed: int) -> Iterator[list[Part]]:
    if PROGRAM is None:
        print("versitygw is not installed: nothing is done to packs at an object store")  # noqa: T201
        yield []
        return
    with stored(near / "stored") as (town, bucket):
        made = bucket_mutations(town, bucket, seed)
        yield [_part("store", town, town.whole, made, judge_archive)]


def _part(where: str, town: Grown, whole: Path, made: Sequence[Mutation], judge: Judge) -> Part:
    return Part(where=where, town=town, whole=whole, made=made, judge=judge)


def tamper(part: Part, near: Path, *, only: str = "") -> Iterator[Result]:
    """Do all mutations, each to a copy of its own."""
    chosen = [mutation for mutation in part.made if only in str(mutation)]
    work = Work(where=part.where, whole=part.whole, judge=part.judge, town=part.town, near=near)
    with ThreadPoolExecutor(part.threads) as threads:
        yield from threads.map(work, chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Does one mutation and has it judged."""

    where: str
    whole: Path
    judge: Judge
    town: Grown
    near: Path

    def __call__(self, mutation: Mutation) -> Result:
        with spoilt(self.whole, mutation, near=self.near) as copy:
            verdict = self.judge(copy, mutation, self.town)
        return Result(mutation=mutation, where=self.where, verdict=verdict)


def table(results: Sequence[Result]) -> Iterator[str]:
    """Say by kind how many were found, and by what."""
    for where in dict.fromkeys(result.where for result in results):
        own = [result for result in results if result.where == where]
        counted = Counter((r.mutation.kind, r.verdict.by, r.found) for r in own)
        for (kind, by, found), count in sorted(counted.items(), key=str):
            yield f"{where:14}{count:5}  {kind:30}{'found by ' + by if found and by else 'MISSED'}"


def misses(results: Sequence[Result]) -> Iterator[str]:
    """Say of each that was not found or not named what was said instead."""
    for result in results:
        if not result.found:
            said = "; ".join(each.line for each in result.verdict.said[:3]) or "nothing"
            yield f"MISSED in the {result.where}: {result.mutation} (said: {said})"


def needs_outsider(results: Sequence[Result]) -> list[str]:
    """Return what only what others keep can show."""
    return [
        f"{result.where}: {result.mutation}"
        for result in results
        if result.verdict.by is By.OUTSIDE
    ]


def main() -> int:
    """Run all of it; 1 if anything was missed or wrongly said."""
    options = _options()
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        near = Path(name)
        with parts(near, options.seed) as made:
            results = [r for part in made for r in tamper(part, near, only=options.only)]
        alarms = list(false_alarms(options.clean, options.seed, near))
    for line in (*table(results), *misses(results), *alarms):
        print(line)  # noqa: T201
    print("only what others keep shows:")  # noqa: T201
    for line in needs_outsider(results):
        print(f"  {line}")  # noqa: T201
    found = sum(result.found for result in results)
    print(f"tamper: {len(results)} mutations, {found} found, {len(alarms)} false alarms")  # noqa: T201
    return int(found < len(results) or bool(alarms))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Tamper with an archive and with exports of it.")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--clean", type=int, default=CLEAN_RUNS, help="archives left alone")
    parser.add_argument("--only", default="", metavar="WORDS", help="mutations that say so")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
