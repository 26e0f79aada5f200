"""What is shown: steps with the time, one line of progress, a table at the end."""

import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TextIO

from hub.demo.books import Known

_LINE_SECONDS = 3
_HEAD = ("document", "recipient", "channel", "why", "state", "evidence", "entry")
_WIDEST = {"recipient": 32, "evidence": 60}
_EVIDENCE = _HEAD.index("evidence")
_EVIDENCE_AT_LEAST = 12
_ENTRY_CHARACTERS = 12


class Show:
    """Writes to a terminal, where progress is drawn in place, or line by line to anything else."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._began = time.monotonic()
        self._last = ("", 0.0)
        self._drawn = False

    def step(self, text: str) -> None:
        """Say what happens now."""
        self._clear()
        self._line(f"{self._seconds():5.1f} s  {text}")

    def plain(self, text: str) -> None:
        """Write a line as it is."""
        self._clear()
        self._line(text)

    def progress(self, known: Iterable[Known]) -> None:
        """Say how many documents are in which state; off a terminal only now and then."""
        text = _counted(known)
        shown, at = self._last
        if self._out.isatty():
            line = f"{self._seconds():5.1f} s    {text}"[: _columns() - 1]
            self._out.write(f"\r\x1b[K{line}")
            self._out.flush()
            self._drawn = True
        elif text != shown and time.monotonic() - at >= _LINE_SECONDS:
            self._line(f"{self._seconds():5.1f} s    {text}")
            self._last = (text, time.monotonic())

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _clear(self) -> None:
        if self._drawn:
            self._out.write("\r\x1b[K")
            self._drawn = False

    def _line(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()


def table(known: Sequence[Known]) -> list[str]:
    """Return one row a document; the evidence takes what is left of the terminal's width."""
    rows = [_HEAD, *(_row(one) for one in known)]
    widths = [
        min(max(len(row[column]) for row in rows), _WIDEST.get(name, 60))
        for column, name in enumerate(_HEAD)
    ]
    left = _columns() - sum(widths) - 2 * (len(_HEAD) - 1) + widths[_EVIDENCE]
    widths[_EVIDENCE] = max(min(left, widths[_EVIDENCE]), _EVIDENCE_AT_LEAST)
    return ["  ".join(map(_fit, row, widths)).rstrip() for row in rows]


def _columns() -> int:
    return shutil.get_terminal_size((200, 24)).columns


def _row(one: Known) -> tuple[str, ...]:
    channels = " > ".join(one.roads)
    return (
        one.name,
        one.recipient,
        channels,
        one.why,
        _state(one),
        one.evidence,
        one.entry[:_ENTRY_CHARACTERS],
    )


def _state(one: Known) -> str:
    """Return a state in words; of a letter nobody knows more than that it was posted."""
    posted = one.state == "delivered" and one.roads[-1] == "print-house"
    return "posted" if posted else one.state.replace("_", " ")


def _fit(text: str, width: int) -> str:
    text = " ".join(text.split())
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)


def _counted(known: Iterable[Known]) -> str:
    counts = Counter("waiting for print" if k.waits_for_print else k.state for k in known)
    words = [f"{count} {state.replace('_', ' ')}" for state, count in sorted(counts.items())]
    return f"{sum(counts.values())} documents: {', '.join(words)}" if words else "nothing yet"
