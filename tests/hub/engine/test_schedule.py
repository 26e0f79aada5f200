import logging
import threading

import pytest

from hub.engine.schedule import Job, Schedule

PATIENCE_SECONDS = 10


def test_a_job_comes_again_after_it_failed_and_never_beside_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    runs, beside = threading.Semaphore(0), threading.Lock()

    def run() -> None:
        assert beside.acquire(blocking=False)
        beside.release()
        runs.release()
        raise ConnectionError("nobody there")

    schedule = Schedule([Job(name="reports", every_seconds=0.001, run=run)])
    schedule.start()
    for _ in range(3):
        assert runs.acquire(timeout=PATIENCE_SECONDS)
    schedule.stop()
    assert "reports: ConnectionError: nobody there" in caplog.messages


def test_a_job_that_hangs_keeps_no_other_waiting_and_is_let_finish() -> None:
    let_go, running, other = threading.Event(), threading.Event(), threading.Event()
    finished: list[bool] = []

    def hang() -> None:
        running.set()
        finished.append(let_go.wait(PATIENCE_SECONDS))

    schedule = Schedule(
        [
            Job(name="hangs", every_seconds=3600, run=hang),
            Job(name="goes on", every_seconds=3600, run=other.set),
        ]
    )
    schedule.start()
    assert running.wait(PATIENCE_SECONDS)
    assert other.wait(PATIENCE_SECONDS)
    stopping = threading.Thread(target=schedule.stop)
    stopping.start()
    assert finished == []
    let_go.set()
    stopping.join(PATIENCE_SECONDS)
    assert finished == [True]


def test_a_schedule_without_jobs_stops() -> None:
    schedule = Schedule([])
    schedule.start()
    schedule.stop()
