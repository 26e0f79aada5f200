"""Which files on a partner's side are whole: those that were the same when last looked at."""

from collections.abc import Iterable

from outbound.sftp_session import Session


class Resting:
    """Remembers a folder between two looks, since nobody says when a file is closed.

    A file that is still being written is left for the next look.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._seen: dict[str, tuple[int, float]] = {}
        self._read: dict[str, tuple[int, float]] = {}

    def among(self, session: Session, names: Iterable[str]) -> list[str]:
        """Return those of `names` whose size and time are what they were at the look before."""
        before, self._seen = self._seen, {}
        for name in names:
            state = session.state(f"{self._folder}/{name}")
            if state is not None:
                self._seen[name] = state
        whole = {name: state for name, state in self._seen.items() if before.get(name) == state}
        still = {name: state for name, state in self._read.items() if name in self._seen}
        self._read = still | whole
        return list(whole)

    def rests(self, session: Session, name: str) -> bool:
        """Whether a file is still what it was when it was found whole: before it is put away."""
        return session.state(f"{self._folder}/{name}") == self._read.get(name)
