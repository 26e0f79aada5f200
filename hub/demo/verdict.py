"""The last line: what came in, what arrived, and what of it was lost or came twice."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hub.demo.books import Known
from hub.demo.expected import PARKED
from hub.demo.peers import Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was counted.

    Attributes:
        came_in: documents dropped, and files that nobody can read.
        delivered: of them, those that a peer has.
        parked: of them, those that no peer has and the hub shows to a clerk.
        lost: of them, those that are nowhere.
        doubled: arrivals beyond the first of a document.
        wrong: sentences about what is not as it should be.
    """

    came_in: int
    delivered: int
    parked: int
    lost: int
    doubled: int
    wrong: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether the day went as it should."""
        return not (self.lost or self.doubled or self.wrong)

    def __str__(self) -> str:
        return (
            f"demo: {self.came_in} in, {self.delivered} delivered, {self.parked} parked, "
            f"{self.lost} lost, {self.doubled} doubled"
        )


def judge(
    ends: Mapping[str, str], arrived: Iterable[Arrival], known: Mapping[str, Known]
) -> Verdict:
    """Compare what was dropped with what the peers got.

    Args:
        ends: where each document must end.
        arrived: what the peers have, each document as often as they have it.
        known: what the hub says; asked only about what no peer has.
    """
    at: dict[str, list[Arrival]] = {}
    for arrival in arrived:
        at.setdefault(arrival.number, []).append(arrival)
    missing = [name for name in ends if name not in at]
    parked = [name for name in missing if name in known and known[name].state == PARKED]
    return Verdict(
        came_in=len(ends),
        delivered=len(ends) - len(missing),
        parked=len(parked),
        lost=len(missing) - len(parked),
        doubled=sum(len(found) - 1 for name, found in at.items() if name in ends),
        wrong=tuple(_wrong(ends, at, known)),
    )


def _wrong(
    ends: Mapping[str, str], at: Mapping[str, list[Arrival]], known: Mapping[str, Known]
) -> Iterator[str]:
    for name, end in ends.items():
        channels = Counter(arrival.channel for arrival in at.get(name, ()))
        wanted = Counter() if end == PARKED else Counter([end])
        state = known[name].state if name in known else "unknown"
        if channels != wanted or (end == PARKED) != (state == PARKED):
            places = ", ".join(f"{a.channel} {a.place}" for a in at.get(name, ())) or "at no peer"
            yield f"{name} must end at {end}: it is {places}; the hub says {state}"
    for name, found in at.items():
        if name not in ends:
            places = ", ".join(f"{arrival.channel} {arrival.place}" for arrival in found)
            yield f"{name} arrived at {places} and was never sent"
