"""What peers do wrong, by chance and by plan: the same seed gives the same plan.

What passes (deferred, cut, slow, answered late or not at all) happens to anybody, a few times, at
moments drawn by chance. What does not pass happens to those alone who have another road.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.crash.customers import REFUSED_BY_NETWORK
from bench.crash.loads import REFUSED_BY_PARTNER, REFUSED_BY_PRINTER
from hub.simulators.plan import Fault

Plans = Mapping[str, Sequence[Mapping[str, Any]]]
"""Simulator to the entries of its plan."""

PATIENCE_SECONDS = 4.0
"""How long a hub waits for its peers; it hangs a little longer."""
_HANGS_SECONDS = 5.0
_LATE_SECONDS = 2.0
_RARELY = 0.25
"""Of what makes everything wait for its end: how often it happens, compared with the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """A fault that passes, at each of its moments.

    Attributes:
        stops_all: whether all that goes to this peer has to wait for its end.
        slows: whether it asks for half the pace, for minutes.
    """

    do: str
    at: tuple[str, ...]
    after_seconds: float | None = None
    stops_all: bool = False
    slows: bool = False


_SFTP = (
    Passing(do="cut", at=("write", "open", "close", "before-rename", "after-rename", "login")),
    Passing(do="defer", at=("write", "close")),
    Passing(do="short", at=("write",)),
    Passing(do="spoil", at=("write",)),
    Passing(do="late", at=("rename",), after_seconds=_LATE_SECONDS),
    Passing(
        do="hang",
        at=("write", "close", "before-rename", "after-rename", "login"),
        after_seconds=_HANGS_SECONDS,
        stops_all=True,
    ),
)
_PASSING: Mapping[str, Sequence[Passing]] = {
    "mail": (
        Passing(do="defer", at=("message", "mail", "data")),
        Passing(do="defer", at=("rcpt", "greeting", "ehlo"), slows=True),
        Passing(do="busy", at=("rcpt",), slows=True),
        Passing(
            do="cut",
            at=("greeting", "ehlo", "mail", "rcpt", "data", "body", "dot", "message"),
        ),
        Passing(do="late", at=("message",), after_seconds=_LATE_SECONDS),
        Passing(do="hang", at=("message",), after_seconds=_HANGS_SECONDS),
        Passing(
            do="hang", at=("greeting", "ehlo", "rcpt"), after_seconds=_HANGS_SECONDS, stops_all=True
        ),
        Passing(do="duplicate", at=("report",)),
    ),
    "sftp_partner": _SFTP,
    "access_point": (
        Passing(do="defer", at=("document", "status"), after_seconds=1),
        Passing(do="defer", at=("rate",), after_seconds=1, slows=True),
        Passing(do="error", at=("document", "sent")),
        Passing(do="cut", at=("document", "sent", "answer")),
        Passing(do="retry", at=("document",)),
        Passing(do="late", at=("sent", "report"), after_seconds=_LATE_SECONDS),
        Passing(do="unconfirmed", at=("report",)),
        Passing(do="duplicate", at=("report",)),
        Passing(do="hang", at=("document", "sent"), after_seconds=_HANGS_SECONDS, stops_all=True),
    ),
    "print_house": (
        *_SFTP,
        *(
            Passing(do=word, at=("piece",))
            for word in ("duplicate", "disorder", "late", "remake", "silent")
        ),
    ),
}
_LASTING: Mapping[str, Sequence[Fault]] = {
    "sftp_partner": (Fault(do="refuse", at="rename", match=f"{REFUSED_BY_PARTNER}*"),),
    "access_point": (Fault(do="refuse", at="document", match=REFUSED_BY_NETWORK),),
    "print_house": (Fault(do="reject", at="piece", match=f"{REFUSED_BY_PRINTER}*"),),
}
"""Who is refused by name needs no entry: see the mail simulator's NAMES."""


def plans(chance: random.Random, *, each: int, among: int, slowing: bool) -> Plans:
    """Return a plan for each simulator.

    Args:
        each: how often a fault happens at each of its moments.
        among: at most how many parcels go well between two times.
        slowing: whether they also ask for a slower pace, each once.
    """
    return {
        name: [
            *(_entry(fault) for fault in _LASTING.get(name, ())),
            *(
                _entry(fault)
                for kind in passing
                for fault in _drawn(kind, chance, times=_times(kind, each, slowing), among=among)
            ),
        ]
        for name, passing in _PASSING.items()
    }


def _times(fault: Passing, each: int, slowing: bool) -> int:  # noqa: FBT001
    return int(slowing) if fault.slows else each


def _drawn(fault: Passing, chance: random.Random, *, times: int, among: int) -> Iterator[Fault]:
    for moment in fault.at:
        for _ in range(times):
            skip = chance.randrange(among)
            if not fault.stops_all or chance.random() < _RARELY:
                yield Fault(
                    do=fault.do, at=moment, times=1, skip=skip, after_seconds=fault.after_seconds
                )


def _entry(fault: Fault) -> dict[str, Any]:
    return {key: value for key, value in asdict(fault).items() if value is not None}
