import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.engine.pool import ChildDied, ChildOutgrown, Pool
from tests.hub.engine.tasks import (
    burn,
    crash,
    double,
    eat_memory,
    fail,
    hang,
    kill,
    kill_always,
    leave_memory,
    not_two,
)


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(2, memory_bytes=1 << 30, timeout_seconds=5)
    yield made
    made.close()


def test_results_come_in_the_order_of_the_calls(pool: Pool) -> None:
    assert pool.map(double, [(n,) for n in range(20)]) == [n * 2 for n in range(20)]


def test_what_the_children_spend_is_counted_by_function() -> None:
    pool = Pool(1)
    assert pool.submit(double, 2).result() == 4
    pool.map(burn, [(0.05,), (0.1,)])
    with pytest.raises(ValueError, match="wrong"):
        pool.submit(fail, "wrong").result()
    pool.close()
    assert set(pool.cpu_seconds) == {"double", "burn", "fail"}
    assert 0.15 <= pool.cpu_seconds["burn"] < 0.2
    assert 0 < pool.cpu_seconds["fail"] < 0.05


def test_an_exception_comes_back_as_itself_and_the_others_go_on(pool: Pool) -> None:
    first, second, third = pool.map(not_two, [(1,), (2,), (3,)])
    assert (first, third) == (1, 3)
    assert isinstance(second, ValueError)
    assert str(second) == "two"


@pytest.mark.parametrize(("function", "kind"), [(eat_memory, ChildOutgrown), (crash, ChildDied)])
def test_a_child_that_dies_fails_its_task_alone(
    pool: Pool, function: Callable[[], object], kind: type[ChildDied]
) -> None:
    with pytest.raises(ChildDied) as died:
        pool.submit(function).result()
    assert type(died.value) is kind
    assert pool.submit(double, 4).result() == 8


def test_what_outgrows_a_used_child_has_a_fresh_one(pool: Pool) -> None:
    assert pool.map(leave_memory, [()] * 6) == [1] * 6


def test_a_child_killed_from_outside_is_not_its_tasks_fault(pool: Pool, tmp_path: Path) -> None:
    assert pool.submit(kill, str(tmp_path / "killed")).result() == 7
    with pytest.raises(ChildDied, match="twice"):
        pool.submit(kill_always).result()


def test_a_child_killed_while_idle_is_replaced() -> None:
    pool = Pool(1)
    os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
    assert pool.submit(double, 6).result() == 12
    pool.close()


def test_a_child_does_not_miss_the_folder_that_it_was_started_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    pool = Pool(1)
    with monkeypatch.context() as elsewhere:
        elsewhere.chdir(folder)
        assert pool.submit(double, 7).result() == 14
    folder.rmdir()
    assert pool.submit(os.path.abspath, "it").result() == "/it"
    pool.close()


def test_a_hung_child_is_killed_and_replaced() -> None:
    pool = Pool(1, timeout_seconds=3)
    with pytest.raises(ChildDied, match="longer than 3 s"):
        pool.submit(hang).result()
    assert pool.submit(double, 5).result() == 10
    pool.close()


def test_children_die_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, time\n"
        "from hub.engine.pool import Pool\n"
        "if __name__ == '__main__':\n"
        "    pool = Pool(1)\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 10
    while _alive(child) and time.monotonic() < deadline:
        os.sched_yield()
    assert not _alive(child)


def _alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
