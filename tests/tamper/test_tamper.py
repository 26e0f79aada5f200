"""Mutations of many kinds, and archives nobody has touched; `make tamper` does all of them.

Some of each are in the fast suite, more among the scenarios.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.archive.packs.store_server import needs_server
from tests.tamper.aged import aged
from tests.tamper.clean import false_alarms
from tests.tamper.grown import Grown, grown
from tests.tamper.judging import judge_archive, judge_bundle, judge_bundle_here
from tests.tamper.mutation import Mutation
from tests.tamper.on_aged import aged_bundle_mutations, aged_mutations
from tests.tamper.on_archive import mutations
from tests.tamper.on_bucket import bucket_mutations, stored
from tests.tamper.on_bundle import bundle_mutations
from tests.tamper.suite import SEED, Judge, Result, Work, misses, needs_outsider

LONG = pytest.mark.scenario
OF_ARCHIVE = [6, pytest.param(22, marks=LONG)]
"""So many kinds of mutations."""
OF_EXPORT = [
    (judge_bundle_here, 8),
    pytest.param(judge_bundle_here, 99, marks=LONG),
    pytest.param(judge_bundle, 2, marks=LONG),
]
"""Here, or each in a Python of its own."""
UNTOUCHED = [2, pytest.param(8, marks=LONG)]
"""So many archives left alone."""
pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grown]:
    with grown(tmp_path_factory.mktemp("town")) as made:
        yield made


def one_of_each(made: list[Mutation]) -> list[Mutation]:
    """Return one mutation of each kind, always the same ones in the same order."""
    chance = Random(SEED)  # noqa: S311  (replayable)
    kinds = {mutation.kind: mutation for mutation in chance.sample(made, len(made))}
    return list(kinds.values())


@pytest.mark.parametrize("most", OF_ARCHIVE)
def test_whatever_is_done_to_an_archive_is_named(town: Grown, tmp_path: Path, most: int) -> None:
    chosen = one_of_each(mutations(town, SEED))[:most]
    work = Work(where="archive", whole=town.whole, judge=judge_archive, town=town, near=tmp_path)
    results: list[Result] = list(map(work, chosen))
    assert list(misses(results)) == []
    assert len(results) == most
    assert {line.split(": ")[1] for line in needs_outsider(results)} <= {"fork", "roll back"}


@pytest.mark.parametrize(("judge", "most"), OF_EXPORT)
def test_whatever_is_done_to_an_export_is_named(
    town: Grown, tmp_path: Path, judge: Judge, most: int
) -> None:
    chosen = one_of_each(bundle_mutations(town, SEED))[:most]
    work = Work(where="export", whole=town.bundle, judge=judge, town=town, near=tmp_path)
    assert list(misses([work(mutation) for mutation in chosen])) == []


@LONG
def test_whatever_is_done_after_rotations_and_renewals_is_named(tmp_path: Path) -> None:
    with aged(tmp_path / "aged") as old:
        for made, whole, judge in (
            (aged_mutations(old, SEED), old.grown.whole, judge_archive),
            (aged_bundle_mutations(old, SEED), old.grown.bundle, judge_bundle_here),
        ):
            work = Work(where="aged", whole=whole, judge=judge, town=old.grown, near=tmp_path)
            assert list(misses([work(mutation) for mutation in one_of_each(made)])) == []


@LONG
@needs_server
def test_whatever_is_done_at_an_object_store_is_named(tmp_path: Path) -> None:
    with stored(tmp_path / "store") as (town, bucket):
        made = one_of_each(bucket_mutations(town, bucket, SEED))
        work = Work(where="store", whole=town.whole, judge=judge_archive, town=town, near=tmp_path)
        assert list(misses([work(mutation) for mutation in made])) == []


def test_a_mutation_is_the_same_for_the_same_seed(town: Grown) -> None:
    one, same, other = (mutations(town, seed) for seed in (1, 1, 2))
    assert list(map(str, one)) == list(map(str, same)) != list(map(str, other))


@pytest.mark.parametrize("many", UNTOUCHED)
def test_what_nobody_touched_is_never_suspected(tmp_path: Path, many: int) -> None:
    assert list(false_alarms(many, SEED, tmp_path)) == []
