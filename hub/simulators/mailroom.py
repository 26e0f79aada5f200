"""What a print partner says of a job, file by file: as it should be, or with faults on order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_NORMAL: Final = ("received", "printed", "posted")
FATES: Final[Mapping[str, tuple[tuple[str, ...], str, str]]] = {
    "": (_NORMAL, "posted", ""),
    "reject": (("received", "rejected"), "rejected", "ordered: address outside the window"),
    "spoil": (("received", "spoiled"), "spoiled", "ordered: jammed in the inserter"),
    "remake": (("received", "spoiled", "printed", "posted"), "posted", "ordered: jammed, remade"),
    "return": ((*_NORMAL, "returned"), "returned", "ordered: moved away"),
    "move": ((*_NORMAL, "returned"), "returned", "ordered: moved away, new address found"),
    "lose": (("received",), "lost", ""),
    "silent": (("received", "printed"), "posted", ""),
    "duplicate": ((*_NORMAL, "posted"), "posted", ""),
    "contradict": ((*_NORMAL, "rejected"), "posted", "ordered: said by mistake"),
    "disorder": (("received", "posted", "printed"), "posted", ""),
    "late": (_NORMAL, "posted", ""),
}
"""Word of a plan to what is said, how the piece really ends, and the reason that is given."""
_REASONED: Final = frozenset({"rejected", "spoiled", "returned"})
_MOVED_TO: Final = {
    "new_street": "Neue Gasse 2",
    "new_post_code": "20095",
    "new_city": "Hamburg",
    "new_country": "DE",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What is to happen to a piece; `after_seconds` is for what comes late."""

    word: str = ""
    after_seconds: float = 1

    @property
    def end(self) -> str:
        """How the piece really ends."""
        return FATES[self.word][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A file of lines.

    Attributes:
        step: its place in the day: each takes a millisecond of the partner's clock.
        after_seconds: how long it is held back.
    """

    name: str
    step: int
    lines: Sequence[Mapping[str, str]]
    after_seconds: float = 0


def reports(fates: Mapping[str, Fate]) -> Iterator[Report]:
    """Yield the files about the pieces of a job, in the order in which they are written."""
    steps = max((len(FATES[fate.word][0]) for fate in fates.values()), default=0)
    for step in range(steps):
        lines: dict[tuple[str, float], list[Mapping[str, str]]] = {}
        for piece, fate in fates.items():
            said = FATES[fate.word][0]
            if step < len(said):
                key = said[step], _held(fate, step)
                lines.setdefault(key, []).append(_line(piece, fate, said[step]))
        for (status, held), own in lines.items():
            name = f"{status}{'' if not held else '-later'}{_again(fates, status, step)}"
            yield Report(name=name, step=step + 1, lines=own, after_seconds=held)


def _held(fate: Fate, step: int) -> float:
    """Return how long a line is held back: the last one of what is late or out of order."""
    last = step == len(FATES[fate.word][0]) - 1
    is_late = fate.word in {"late", "disorder", "duplicate", "contradict"}
    return fate.after_seconds if last and is_late else 0


def _again(fates: Mapping[str, Fate], status: str, step: int) -> str:
    """Return a number for a file whose name an earlier step may have taken."""
    before = {s for fate in fates.values() for s in FATES[fate.word][0][:step]}
    return f"-{step + 1}" if status in before else ""


def _line(piece: str, fate: Fate, status: str) -> Mapping[str, str]:
    reason = FATES[fate.word][2] if status in _REASONED else ""
    moved = _MOVED_TO if fate.word == "move" and status == "returned" else {}
    return {"piece": piece, "status": status, "reason": reason, **moved}
