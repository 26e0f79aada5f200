"""Two batches at the same numbers at the same time: both end well, and nothing goes out twice.

Where each looks before it takes, the two are made to meet in between.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from archive.entry import Draft
from hub.pipeline.cancel import cancel
from hub.pipeline.receive import receive
from hub.pipeline.resubmit import NotParked, resubmit
from hub.pipeline.runner import run_batch
from hub.store import numbers, work
from hub.store.database import Connection, Database
from hub.store.documents import DocumentState
from hub.store.numbers import Holder, Number
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum
from tests.hub.pipeline.test_numbering import FILE, OTHER, document, drop, under

_PATIENCE_SECONDS = 5
LANE = "documents"


@pytest.fixture
def crossing(home: Home) -> Home:
    """Return a house whose ids may be drawn by several threads."""
    ids = count(10_000_000)
    home.house = replace(home.house, new_id=lambda: str(next(ids)))
    return home


@contextmanager
def looking_together(database: Database) -> Iterator[None]:
    """Let two threads that look who has a number, before they take it, do so at once."""
    barrier = threading.Barrier(2)
    come: set[int] = set()

    def after(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        mine = threading.get_ident()
        looks = statement.startswith("SELECT") and "document_numbers" in statement
        if looks and mine not in come:
            come.add(mine)
            barrier.wait(_PATIENCE_SECONDS)

    sa.event.listen(database.engine, "after_cursor_execute", after)
    try:
        yield
    finally:
        sa.event.remove(database.engine, "after_cursor_execute", after)


def claimed(home: Home) -> str:
    """Give a batch to the next subject that waits."""
    batch = f"t|{LANE}|{home.house.new_id()}"
    with home.house.database.transaction() as connection:
        assert work.claim(
            connection, lane=LANE, batch=batch, now=home.clock.now, limit=1, skip_locked=False
        )
    return batch


def both(home: Home, batches: list[str]) -> None:
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(run_batch, home.house, LANE, batch) for batch in batches]:
            done.result()


def states(home: Home, *names: str) -> list[DocumentState]:
    return sorted(document(home, name).state for name in names)


@pytest.mark.parametrize(
    ("policy", "left"),
    [
        ("first", {DocumentState.DUPLICATE}),
        ("park", {DocumentState.PARKED}),
        ("version", {DocumentState.PARKED, DocumentState.SUPERSEDED}),
    ],
)
def test_two_files_of_one_number_read_at_once_go_out_once(
    crossing: Home, policy: str, left: set[DocumentState]
) -> None:
    under(crossing, policy)
    names = [drop(crossing, data, run=False) for data in (ubl(), OTHER)]
    with looking_together(crossing.house.database):
        both(crossing, [claimed(crossing), claimed(crossing)])
    crossing.run()
    assert len(crossing.post.sent) == 1
    found = set(states(crossing, *names))
    assert len(found) == 2
    assert found - left == {DocumentState.HANDED_OVER}


def test_two_that_are_read_again_at_once_go_out_once(crossing: Home) -> None:
    first = drop(crossing, wrong_sum())
    others = [drop(crossing, ubl(buyer_reference=letter)) for letter in "ab"]
    cancel(crossing.house, first, who="test", reason="wrong")
    for name in others:
        resubmit(crossing.house, name, who="test")
    with looking_together(crossing.house.database):
        both(crossing, [claimed(crossing), claimed(crossing)])
    crossing.run()
    assert len(crossing.post.sent) == 1
    assert states(crossing, *others) == [DocumentState.HANDED_OVER, DocumentState.PARKED]
    rules = {f.rule for name in others for f in document(crossing, name).findings}
    assert rules == {"IN-CONFLICT"}


@pytest.mark.parametrize("part", ["-1", ""], ids=["the document", "its file"])
def test_what_is_sent_through_again_is_not_replaced_as_well(crossing: Home, part: str) -> None:
    """The correction comes while somebody resubmits what it is to replace."""
    first = drop(crossing, wrong_sum())
    replaced = first.removesuffix("-1") + part
    house = crossing.house
    append = house.archive.append

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        crossing.house.archive.append = append  # type: ignore[method-assign]
        resubmit(house, first, who="test")
        return append(*args, **kwargs)

    house.archive.append = meanwhile  # type: ignore[method-assign]
    with pytest.raises(NotParked, match="nothing replaces it"):
        receive(house, replace(FILE, data=ubl(), replaces=replaced))
    crossing.run()
    assert document(crossing, first).state is DocumentState.PARKED
    assert crossing.post.sent == []


@pytest.mark.postgresql
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_version_replaces_nothing_that_is_routed_meanwhile(crossing: Home) -> None:
    """The first gets its deliveries just after the second has looked for them."""
    under(crossing, "version")
    first = drop(crossing, ubl(), run=False)
    run_batch(crossing.house, LANE, claimed(crossing))
    batch = claimed(crossing)
    routed, go = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as threads, held_at(crossing, "route", routed, go):
        routing = threads.submit(run_batch, crossing.house, LANE, batch)
        assert routed.wait(_PATIENCE_SECONDS)
        second = drop(crossing, OTHER, run=False)
        database = crossing.house.database
        letting_on = partial(let_on, go, routing, database)
        with after(database, "FROM deliveries", _nothing, letting_on):  # first: is it stuck?
            run_batch(crossing.house, LANE, claimed(crossing))
        routing.result()
    crossing.run()
    assert len(crossing.post.sent) == 1
    assert document(crossing, first).state is DocumentState.HANDED_OVER
    assert document(crossing, second).state is DocumentState.PARKED


@contextmanager
def held_at(home: Home, step: str, come: threading.Event, go: threading.Event) -> Iterator[None]:
    """Let whoever files the evidence of a step wait."""
    archive = home.house.archive
    append = archive.append

    def held(drafts: Sequence[Draft], **kwargs: Any) -> Any:
        if any(draft.step == step for draft in drafts):
            come.set()
            assert go.wait(_PATIENCE_SECONDS)
        return append(drafts, **kwargs)

    archive.append = held  # type: ignore[method-assign]
    try:
        yield
    finally:
        archive.append = append  # type: ignore[method-assign]


@contextmanager
def after(database: Database, words: str, *acts: Callable[[], object]) -> Iterator[None]:
    """Act in the midst of this thread's transaction: after each statement with these words."""
    mine = threading.get_ident()
    left = list(acts)

    def listen(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if words in statement and threading.get_ident() == mine and left:
            left.pop(0)()

    sa.event.listen(database.engine, "after_cursor_execute", listen)
    try:
        yield
    finally:
        sa.event.remove(database.engine, "after_cursor_execute", listen)


def _nothing() -> None:
    pass


def let_on(go: threading.Event, other: Future[None], database: Database) -> None:
    """Let the other go on until it is done, or waits for a lock that somebody holds."""
    go.set()
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not other.done():
        with database.transaction() as connection:
            if connection.execute(waiting).scalar_one():
                return


@pytest.mark.postgresql
def test_who_waited_for_each_other_both_end_well(postgres_database: Database) -> None:
    """Each holds what the other wants next: the database lets one go, and it begins anew."""
    taken = threading.Barrier(2)
    tries: list[str] = []

    def claims(order: str) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            tries.append(order)
            claim(connection, order[0])
            if tries.count(order) == 1:
                taken.wait(_PATIENCE_SECONDS)
            claim(connection, order[1])

        def claim(connection: Connection, letter: str) -> None:
            numbers.claim(connection, Number("deadlock", "invoice", letter), Holder(order, "a"))

        return work

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(postgres_database.run, claims(o)) for o in ("ab", "ba")]:
            done.result()
    assert sorted(set(tries)) == ["ab", "ba"]
    assert len(tries) == 3
