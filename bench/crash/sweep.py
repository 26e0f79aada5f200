"""`kill -9` at every step boundary that the hub passes, each once; none is listed by hand.

A first hub only tells its boundaries. Then one hub after another is given files and dies at the
boundary that is its turn; the next takes up what it left, and is ordered to die at the next one.
Boundaries that only a recovery passes are found on the way and reached again the same way.
"""

import random
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from bench.crash.hub import Nursery
from bench.crash.papers import one_of_each
from bench.crash.stage import Run, Stage, say, stage

_DEATH_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A boundary to die at.

    Attributes:
        before: the boundary at which the hub before it must have died for this one to be passed.
    """

    name: str
    before: str = ""


@dataclass(kw_only=True)
class Sweep:
    """What a sweep has come to.

    Attributes:
        died_at: the boundaries at which a hub was killed.
        missed: those which no hub passed again.
    """

    run: Run
    died_at: list[str]
    missed: list[str]


def sweep(nursery: Nursery, folder: Path, *, most: int | None, chance: random.Random) -> Sweep:
    """Die at every boundary, or at `most` of them, drawn by chance."""
    with stage(nursery, folder / "sweep") as played:
        names = _count(played)
        if most is not None:
            names = chance.sample(names, min(most, len(names)))
        died_at, missed = _die_at_each(played, names, follow=most is None)
        run = played.finish(played.start())
    result = Sweep(run=run, died_at=died_at, missed=[])
    for number, name in enumerate(missed if most is None else ()):
        _die_at_first_start(nursery, folder / f"first-{number}", name, result)
    return result


def _count(played: Stage) -> list[str]:
    """Let one hub do everything undisturbed, and return the boundaries it passed."""
    played.drop(one_of_each(1))
    hub = played.start()
    left = played.wait(hub, seconds=_DEATH_SECONDS * 2)
    hub.kill()
    if left:
        raise RuntimeError(f"an undisturbed hub does not come to rest: {left}")
    return played.seams()


def _die_at_each(played: Stage, names: list[str], *, follow: bool) -> tuple[list[str], list[str]]:
    """Return the boundaries died at and those not passed; `follow` takes new ones in, too."""
    known = set(played.seams())
    turn = deque(Point(name=name) for name in names)
    died_at: list[str] = []
    missed: list[str] = []
    while turn:
        point = turn.popleft()
        reached = (not point.before or _die(played, point.before)) and _die(played, point.name)
        (died_at if reached else missed).append(point.name)
        fresh = [name for name in played.seams() if name not in known]
        known.update(fresh)
        if follow:
            turn.extend(Point(name=name, before=_cause(name, died_at)) for name in fresh)
    return died_at, missed


def _cause(name: str, died_at: list[str]) -> str:
    """Return where a hub must have died for the next one to pass this boundary.

    A channel is asked about what was being sent, and a file comes again that was not acknowledged;
    of others we know what happened when they showed.
    """
    step, _, _ = name.rpartition(" ")
    if ".resolve" in step:
        return f"{step.replace('resolve', 'send')} after"
    if step == "commit receive.again":
        return "commit receive.receive after"
    return died_at[-2] if len(died_at) > 1 else ""


def _die(played: Stage, name: str) -> bool:
    """Drop files and let a hub run until it dies at this boundary; False if all came to rest."""
    played.drop(one_of_each(played.documents + 1), because=f"killed at {name}")
    hub = played.start(order=name)
    played.wait(hub, seconds=_DEATH_SECONDS)
    died = hub.is_dead()
    hub.kill()
    played.kills += 1
    say(f"  {played.kills:4} {'killed at' if died else 'did not pass'} {name}")
    return died


def _die_at_first_start(nursery: Nursery, folder: Path, name: str, result: Sweep) -> None:
    """Try a boundary that only a new hub passes."""
    with stage(nursery, folder) as played:
        died = _die(played, name)
        (result.died_at if died else result.missed).append(name)
        result.run.add(played.finish(played.start()))
