"""A few calls at a time; one that hangs keeps its place and nobody else's."""

import threading

from hub.engine.window import Window


def test_what_is_quick_passes_what_hangs() -> None:
    gate = threading.Event()
    gathered: list[str] = []

    def hang() -> str:
        assert gate.wait(30)
        return "slow"

    with Window[str](2, size=4) as window:
        window.begin(hang)
        for number in range(10):
            window.begin(lambda n=number: f"quick {n}")  # type: ignore[misc]
            gathered += [future.result() for future in window.ended()]
        assert gathered == [f"quick {n}" for n in range(10)]
        assert (window.free, window.is_busy) == (3, True)
        gate.set()
        assert [future.result() for future in window.rest()] == ["slow"]
        assert not window.is_busy


def test_what_fails_is_told_with_what_succeeds() -> None:
    def fail() -> str:
        raise ZeroDivisionError

    with Window[str](2, size=2) as window:
        window.begin(fail)
        window.begin(lambda: "good")
        ended = window.ended()
        while window.is_busy:
            ended += window.ended()
    assert sorted(type(future.exception()).__name__ for future in ended) == [
        "NoneType",
        "ZeroDivisionError",
    ]


def test_leaving_waits_for_all() -> None:
    gate, done = threading.Event(), threading.Event()

    def late() -> None:
        assert gate.wait(30)
        done.set()

    window = Window[None](1, size=1)
    window.begin(late)
    threading.Timer(0.05, gate.set).start()
    window.__exit__(None, None, None)
    assert done.is_set()
