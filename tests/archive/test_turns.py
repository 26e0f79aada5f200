import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

import pytest

from archive import turns as module
from archive.entry import ArchiveConflict, ArchiveUnavailable, Entry, OnDisk
from archive.manifest import prepare
from archive.store import locked
from archive.turns import Call, Turns
from tests.archive.filing import draft, item, opened, sha256_hex


class Slow:
    """A commit that stands still in its first turn until it is let go."""

    def __init__(self, then: Callable[[Sequence[Call]], None]) -> None:
        self.then = then
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.turns: list[int] = []

    def __call__(self, calls: Sequence[Call]) -> None:
        self.turns.append(len(calls))
        self.begun.set()
        assert self.go_on.wait(10)
        self.then(calls)


def well(calls: Sequence[Call]) -> None:
    for call in calls:
        call.succeed({})


def call(number: int, text: str = "") -> Call:
    return Call(
        prepared=[prepare(draft(number, items=(item(text or str(number)),)))], first_stays=False
    )


def lying(number: int, folder: Path) -> Call:
    """Bring a file that lies on disk."""
    path = folder / str(number)
    path.write_bytes(b"text")
    data = OnDisk(path=path, size_bytes=4, sha256=sha256_hex(b"text"))
    items = (replace(item(""), data=data),)
    return Call(prepared=[prepare(draft(number, items=items))], first_stays=False)


def together(commit: Slow, calls: Sequence[Call]) -> list[Future[Mapping[str, Entry]]]:
    """Let the first have its turn, and all others wait for it."""
    turns = Turns(commit)
    with ThreadPoolExecutor(len(calls)) as threads:
        first = threads.submit(turns.settle, calls[0])
        assert commit.begun.wait(10)
        others = [threads.submit(turns.settle, each) for each in calls[1:]]
        while len(turns) < len(others):
            pass
        commit.go_on.set()
    return [first, *others]


def test_all_who_wait_are_committed_by_one_of_them() -> None:
    commit = Slow(well)
    together(commit, [call(n) for n in range(6)])
    assert commit.turns == [1, 5]


def test_who_brings_a_file_from_disk_goes_alone(tmp_path: Path) -> None:
    """It may have changed, which is nobody else's fault."""
    commit = Slow(well)
    together(commit, [call(0), *(lying(n, tmp_path) for n in range(1, 4))])
    assert commit.turns == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("bound", "value"), [("TURN_SIZE_BYTES", 20), ("TURN_ITEMS", 4)], ids=["bytes", "files"]
)
def test_a_turn_is_bounded(monkeypatch: pytest.MonkeyPatch, bound: str, value: int) -> None:
    monkeypatch.setattr(module, bound, value)
    commit = Slow(well)
    together(commit, [call(n, "ten bytes." * (5 if n == 5 else 1)) for n in range(1, 6)])
    assert commit.turns == ([1, 2, 1, 1] if bound == "TURN_SIZE_BYTES" else [1, 2, 2])


def test_an_error_is_everybodys_whose_call_it_was() -> None:
    def fail(_calls: Sequence[Call]) -> None:
        raise ArchiveUnavailable("the disk is full")

    settled = together(Slow(fail), [call(n) for n in range(3)])
    assert [str(each.exception()) for each in settled] == ["the disk is full"] * 3


def test_who_is_interrupted_leaves_nobody_waiting() -> None:
    def interrupt(calls: Sequence[Call]) -> None:
        if len(calls) > 1:
            raise KeyboardInterrupt
        well(calls)

    settled = together(Slow(interrupt), [call(n) for n in range(3)])
    kinds = {type(each.exception()) for each in settled}
    assert kinds == {type(None), KeyboardInterrupt, ArchiveUnavailable}


def test_only_who_comes_with_other_items_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        same, other = draft(1), draft(1, items=(item("other"),))
        archive.append([same])
        groups = [[same], [other, draft(2)], [draft(3)], [draft(3)]]
        with ThreadPoolExecutor(len(groups)) as threads, locked(tmp_path / "acme" / "lock"):
            done = [threads.submit(archive.append, group) for group in groups]
            assert not any(each.done() for each in done)
        assert wait(done, 10).not_done == set()
        failed = [type(each.exception()) for each in done]
        assert failed == [type(None), ArchiveConflict, type(None), type(None)]
        assert done[2].result() == done[3].result()
        assert {e.key for e in archive.entries()} == {"d1/receive/1", "d3/receive/1"}
        assert archive.verify().faults == []
