"""Group commit: whoever has the turn commits for all who wait, so that many cost little more."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from archive.entry import ArchiveUnavailable, Entry, OnDisk
from archive.manifest import Prepared

TURN_SIZE_BYTES = 32 << 20
TURN_ITEMS = 4096


@dataclass(slots=True, eq=False, kw_only=True)
class Call:
    """What one caller wants filed, and then what became of it.

    Attributes:
        first_stays: a key that was filed before with other items gives the entry of then.
        kept: by key, once it is settled.
        error: why nothing of it was filed.
    """

    prepared: Sequence[Prepared]
    first_stays: bool
    kept: Mapping[str, Entry] = field(default_factory=dict)
    error: Exception | None = None
    is_settled: bool = False

    def size_bytes(self) -> int:
        """Return how much it brings."""
        return sum(item.size_bytes for each in self.prepared for item in each.items)

    def items(self) -> int:
        """Return how many files it brings, manifests included."""
        return sum(1 + len(each.draft.items) for each in self.prepared)

    def brings_files(self) -> bool:
        """Whether it brings what lies on disk, and so can fail of itself while it is written."""
        contents = (item.data for each in self.prepared for item in each.draft.items)
        return any(isinstance(content, OnDisk) for content in contents)

    def fail(self, error: Exception) -> None:
        """Settle it as not filed."""
        self.error, self.is_settled = error, True

    def succeed(self, kept: Mapping[str, Entry]) -> None:
        """Settle it as filed."""
        self.kept, self.is_settled = kept, True


class Turns:
    """Gives one caller of a process the turn at a time.

    Args:
        commit: files what several calls bring as one commit, and settles each of them.
    """

    def __init__(self, commit: Callable[[Sequence[Call]], None]) -> None:
        self._commit = commit
        self._waiting: deque[Call] = deque()
        self._turn = Lock()

    def __len__(self) -> int:
        """Return how many calls wait for a turn."""
        return len(self._waiting)

    def settle(self, call: Call) -> Mapping[str, Entry]:
        """Return what a call has filed, by key, when it is committed, by this caller or another.

        Raises:
            Exception: what `commit` has settled it with.
        """
        self._waiting.append(call)
        with self._turn:
            while not call.is_settled:
                self._take()
        if call.error:
            raise call.error
        return call.kept

    def _take(self) -> None:
        calls = self._next()
        try:
            self._commit(calls)
        except Exception as error:  # noqa: BLE001  (it is raised by every caller whose call it was)
            for call in calls:
                call.fail(error)
        finally:
            for call in calls:
                if not call.is_settled:
                    call.fail(ArchiveUnavailable("whoever had the turn was interrupted"))

    def _next(self) -> list[Call]:
        """Return the calls that go into one commit, in the order in which they came.

        One that can fail of itself goes alone.
        """
        calls = [self._waiting.popleft()]
        size_bytes, items = calls[0].size_bytes(), calls[0].items()
        while self._waiting and not (calls[0].brings_files() or self._waiting[0].brings_files()):
            size_bytes += self._waiting[0].size_bytes()
            items += self._waiting[0].items()
            if size_bytes > TURN_SIZE_BYTES or items > TURN_ITEMS:
                break
            calls.append(self._waiting.popleft())
        return calls
