"""What the rooms work with, what they are given and what they give back."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.archive import Archive
from archive.entry import Draft, Entry
from formats.codec import Guide
from hub.config.config import Config
from hub.engine.pool import Pool
from hub.official.judge import Official
from hub.pipeline.links import LinkMaker
from hub.sealing.seal import Seal
from hub.store.database import Connection, Database
from hub.store.work import Task
from outbound.channel import Channel
from routing_rules.rule import Rules
from routing_rules.time_limits import NONE, TimeLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything a room may use; built once by `hub.wiring.building`.

    Attributes:
        guides: sender to its mappings and layouts.
        seals: tenant to its signing key.
        texts: wording of letters by language, for renderers.
        clock: the only clock.
        chance: draws a number from 0 up to 1, by which waits are spread.
        nudge: tells the engine that there is new work.
        stopping: whether this process is about to end: what has not begun to leave stays here.
        links: makes links that documents are fetched by; None: all go along.
        limits: until when documents must have got how far, by law and contract.
        official: runs the official schemas and rules in room 4; None: they are not asked for.
    """

    config: Config
    database: Database
    archive: Archive
    pool: Pool
    rules: Rules
    channels: Mapping[str, Channel]
    guides: Mapping[str, Sequence[Guide]]
    seals: Mapping[str, Seal]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    nudge: Callable[[], None] = lambda: None
    stopping: Callable[[], bool] = lambda: False
    chance: Callable[[], float] = lambda: 0.5
    official: Official | None = None
    links: LinkMaker | None = None
    limits: TimeLimits = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whose timeline a line belongs to."""

    tenant: str
    submission: str | None = None
    document: str | None = None
    delivery: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a room has done with one subject.

    Attributes:
        subject: submission, document or delivery id.
        about: whose timeline.
        line: what happened, for people.
        evidence: filed in the archive before `record` runs and the next door opens.
        record: writes the result into the tables; given the entry that proves it.
        tasks: where to go next: the subject itself in another room, and new subjects; a subject
            that is not among its own tasks has come to rest.
    """

    subject: str
    about: About
    line: str
    evidence: Draft | None = None
    record: Callable[[Connection, Entry | None], None] = lambda _connection, _entry: None
    tasks: tuple[Task, ...] = ()


Outcomes = Generator[Sequence[Outcome]]
"""Groups of outcomes; each is settled before the next is worked on, and all that is under way has
ended once this is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room of the house.

    Attributes:
        name: as in the work table and in timelines.
        enter: takes the tasks of a batch that wait at this room's door.
    """

    name: str
    enter: Callable[[House, Sequence[Task]], Outcomes]
