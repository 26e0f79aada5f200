"""How much memory a hub and its children have at most, while something goes on."""

import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_EVERY_SECONDS = 0.1


class Peaks:
    """Watches a process and all below it until the block ends.

    Attributes:
        hub_mb: the process's own peak, as the kernel counted it.
        child_mb: that of the largest process below it.
    """

    def __init__(self, pid: int) -> None:
        self.hub_mb = 0
        self.child_mb = 0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        for pid in (self._pid, *below(self._pid)):
            with suppress(OSError):
                Path(f"/proc/{pid}/clear_refs").write_text("5")
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY_SECONDS):
            self.hub_mb = max(self.hub_mb, resident_mb(self._pid, "VmHWM"))
            children = (resident_mb(pid, "VmHWM") for pid in below(self._pid))
            self.child_mb = max(self.child_mb, *children, 0)


def resident_mb(pid: int, what: str = "VmRSS") -> int:
    """Return what a process has in memory, or had at most (`VmHWM`); 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith(what)), 0)


def below(pid: int) -> list[int]:
    """Return the children of a process, and theirs."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text("ascii").split()):
                found += [child, *below(child)]
    return found
