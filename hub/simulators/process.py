"""What all simulators share: arguments, the first line, faults on order, a log, a timely end."""

import argparse
import asyncio
import json
import os
import select
import sys
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from hub.simulators.plan import BadPlan, Fault, Known, read_entries, read_plan


def arguments(description: str) -> argparse.ArgumentParser:
    """Return a parser with the options every simulator has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--dir", type=Path, required=True, help="where everything received lies")
    parser.add_argument(
        "--faults",
        default="[]",
        metavar="PLAN",
        help="a fault plan: a .toml file, or the same as JSON: [{…}, …]",
    )
    parser.add_argument(
        "--die-with-parent", action="store_true", help="end when stdin closes or the parent dies"
    )
    return parser


def begin(port: int, *, die_with_parent: bool) -> None:
    """Say where we listen, on one line, and watch over our end."""
    print(f"listening 127.0.0.1:{port}", flush=True)
    if die_with_parent:
        on_parents_death(lambda: os._exit(0))


def serve(main: Coroutine[Any, Any, None]) -> None:
    """Run an asynchronous simulator until it is stopped."""
    try:
        asyncio.run(main)
    except KeyboardInterrupt:
        sys.exit(0)


class Faults:
    """Misbehaviour on order: a plan whose entries are counted down.

    Args:
        plan: name of a `.toml` file, or JSON, or entries.
        known: words and moments that the simulator knows; others end it with a message and 2.
    """

    def __init__(self, plan: str | list[dict[str, Any]], known: Known | None = None) -> None:
        self._faults = _planned(plan if isinstance(plan, str) else json.dumps(plan), known)
        self._lock = threading.Lock()

    def strikes(self, what: str, subject: str, *, at: str = "") -> bool:
        """Whether `what` is to happen to this subject now; counts down the times."""
        return self.due(what, subject, at=at) is not None

    def due(self, what: str, subject: str, *, at: str = "") -> Fault | None:
        """Return the fault that is to happen to this subject at this moment; counts it down."""
        with self._lock:
            for fault in self._faults:
                if (fault.do, fault.at) == (what, at) and fnmatch(subject, fault.match):
                    if fault.times == 0:
                        continue
                    if fault.skip:
                        fault.skip -= 1
                        return None
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None


def _planned(plan: str, known: Known | None) -> list[Fault]:
    """Read a plan, or end as a command ends that was called wrongly."""
    try:
        if plan.endswith(".toml"):
            return read_plan(Path(plan).read_text(encoding="utf-8"), known, file=plan)
        return read_entries(plan, known)
    except (BadPlan, OSError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


class Log:
    """What happened, one JSON object a line, in `log.jsonl`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "log.jsonl"
        self._lock = threading.Lock()

    def write(self, event: str, **facts: object) -> None:
        """Append one line."""
        line = json.dumps({"at": datetime.now(UTC).isoformat(), "event": event, **facts})
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def on_parents_death(end: Callable[[], object]) -> None:
    """Call `end` when stdin closes or the parent dies, however it does."""
    threading.Thread(target=_watch_parent, args=(os.getppid(), end), daemon=True).start()


def _watch_parent(parent: int, end: Callable[[], object]) -> None:
    while os.getppid() == parent:
        readable, _, _ = select.select([sys.stdin], [], [], 1.0)
        if readable and not os.read(sys.stdin.fileno(), 4096):
            break
    end()
