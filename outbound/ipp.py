"""A printer in the house, by IPP (RFC 8011): printed once, and by its own word.

A job has its parcel's key as its name, so that the printer can be asked for it before anything is
printed twice.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from outbound.channel import (
    Deferred,
    DeliveryState,
    Enclosure,
    Event,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
)
from outbound.ipp_message import Attributes, Tag, attribute, collection, inner, member
from outbound.ipp_printer import Access, Job, JobState, Printer

_PDF = "application/pdf"
_KEY_BYTES_MAX = 255
_SIZE = re.compile(r"[a-z]+_[a-z0-9.-]+_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(mm|in)")
_HUNDREDTHS_MM: Final = {"mm": 100, "in": 2540}
_FAILED = frozenset({JobState.CANCELLED, JobState.ABORTED})
_STOPPED = 5
_SHOWN = 12
_STATE = ("printer-state", "printer-state-reasons", "printer-is-accepting-jobs")
_SCALES, _AS_LARGE = "print-scaling-supported", "none"
"""print-scaling (PWG 5100.16): `none` prints a page at its own size."""
_UNSURE = "job-completed-with-errors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Access):
    """A printer, and how it prints.

    What is not set is left to the printer; what it cannot do is refused rather than done otherwise.

    Attributes:
        sides: of the sheets.
        media: paper by its PWG 5101.1 name; A4, as our letters are. A page is printed on it as
            large as it is, where the printer lets us ask for that: shrunk to what it can print on
            by itself, an address misses its window. Empty: its own paper, scaled as it likes.
        colour: whether in colour.
        tray: by the printer's own word, such as `tray-1` or `manual`; wants `media` as well.
        keeps_jobs: whether the printer remembers jobs that have ended, as CUPS does, for as long
            as a doubt may last. If not, a job it does not know may have been printed, and only a
            person can tell.
    """

    sides: Literal["", "one-sided", "two-sided-long-edge", "two-sided-short-edge"] = ""
    media: str = "iso_a4_210x297mm"
    colour: Literal["", "auto", "color", "monochrome"] = ""
    tray: str = ""
    keeps_jobs: bool = False

    def __post_init__(self) -> None:
        """Refuse paper without a size.

        Raises:
            ValueError: it has none, or the address is none.
        """
        Access.__post_init__(self)
        if self.media and not _SIZE.fullmatch(self.media):
            raise ValueError(f"media {self.media!r} is no name such as iso_a4_210x297mm")
        if self.tray and not self.media:
            raise ValueError("tray wants media, the paper that lies in it")

    def wishes(self) -> Mapping[str, str]:
        """Return by what the printer says it can do what must be among it."""
        wanted = {
            "document-format-supported": _PDF,
            "sides-supported": self.sides,
            "media-supported": self.media,
            "print-color-mode-supported": self.colour,
            "media-source-supported": self.tray,
        }
        return {name: value for name, value in wanted.items() if value}

    def template(self, facts: Attributes) -> Sequence[bytes]:
        """Return the attributes of a job at a printer of which these are the facts."""
        words = {
            "sides": self.sides,
            "print-color-mode": self.colour,
            "media": "" if self.tray else self.media,
            "print-scaling": _AS_LARGE
            if self.media and _AS_LARGE in _words(facts, _SCALES)
            else "",
        }
        made = [attribute(Tag.KEYWORD, name, word) for name, word in words.items() if word]
        return [*made, _paper(self.media, self.tray)] if self.tray else made


class Ipp:
    """Prints a parcel's document, and looks what became of it."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._printer = Printer(settings)
        self._kept: set[str] = set()
        self._troubles: tuple[str, ...] = ()

    @property
    def endpoint(self) -> str:
        """The printer."""
        return self._printer.uri

    @property
    def announces_commit(self) -> bool:
        """Only where the printer forgets jobs: then asking it does not tell."""
        return not self._settings.keeps_jobs

    @property
    def notes(self) -> Sequence[str]:
        """What the printer wants, as far as it was asked by now: `toner-low-warning`."""
        return [f"{self.endpoint} says {trouble}" for trouble in self._troubles]

    def examine(self) -> str:
        """Ask whether it prints what we send, in the way we want.

        Raises:
            Refused: it cannot, whoever asks.
            Deferred: it cannot be asked, or is stopped.
        """
        self._check()
        return "\n".join([f"{self.endpoint} takes jobs", *self.notes])

    def send(self, parcel: Parcel) -> Receipt:
        """Hand the document over, unless the printer has it already.

        Raises:
            Refused: it is no PDF, the printer cannot print it so, or its job was cancelled there.
            Deferred: the printer cannot be reached, is stopped, or takes no jobs.
            InDoubt: it was given the job and did not answer.
        """
        data = _document(parcel)
        if (known := _named(self._jobs(), parcel.key)) is not None:
            return self._receipt(known, data)
        facts = self._check()
        if self.announces_commit:
            parcel.committing()
        job = self._printer.hand_over(parcel.key, self._settings.template(facts), data)
        return self._receipt(job, data)

    def resolve(self, parcel: Parcel) -> Receipt | None:
        """Look for the job that has the parcel's key as its name.

        Raises:
            Refused: it was cancelled at the printer, or given up by it.
            InDoubt: there is none, and the printer forgets those that have ended, or their names.
            Deferred: the printer cannot be asked.
        """
        jobs = self._jobs()
        if (job := _named(jobs, parcel.key)) is not None:
            return self._receipt(job, _document(parcel))
        if self._settings.keeps_jobs and all(job.name for job in jobs):
            return None
        raise InDoubt(f"{self.endpoint} knows no job {parcel.key}; it may have printed it")

    def events(self) -> Sequence[Event]:
        """A printer reports nothing by itself."""
        return ()

    def look(self, names: Sequence[str]) -> Sequence[Event]:
        """Return which of these jobs have come to an end.

        Raises:
            Deferred: the printer cannot be asked.
        """
        if not names:
            return ()
        ended = self._printer.jobs("completed")
        found = [self._event(job) for job in ended if self._name(job) in set(names)]
        return [event for event in found if event.source not in self._kept]

    def acknowledge(self, event: Event) -> None:
        """Remember, while we run, that it is kept; a printer knows no acknowledgement."""
        self._kept.add(event.source)

    def close(self) -> None:
        """Let connections go."""
        self._printer.close()

    def _jobs(self) -> Sequence[Job]:
        return [*self._printer.jobs("not-completed"), *self._printer.jobs("completed")]

    def _check(self) -> Attributes:
        """Ask the printer whether it takes jobs, and such as ours; return what it says."""
        wishes = self._settings.wishes()
        facts = self._printer.facts(*_STATE, _SCALES, *wishes)
        reasons = tuple(_words(facts, "printer-state-reasons"))
        self._troubles = tuple(reason for reason in reasons if reason != "none")
        if _STOPPED in facts.get("printer-state", ()):
            words = f"{self.endpoint} is stopped: {', '.join(reasons)}"
            raise Deferred(words, endpoint_down=True)
        if facts.get("printer-is-accepting-jobs") != (True,):
            raise Deferred(f"{self.endpoint} takes no jobs at present", endpoint_down=True)
        lacking = [
            f"{value} ({name}: {', '.join(_words(facts, name)[:_SHOWN]) or 'not told'})"
            for name, value in wishes.items()
            if value not in _words(facts, name)
        ]
        if lacking:
            raise Refused(f"{self.endpoint} cannot do {', '.join(lacking)}")
        return facts

    def _name(self, job: Job) -> str:
        return f"{self.endpoint}#{job.number}"

    def _receipt(self, job: Job, data: bytes) -> Receipt:
        """Return what is known of a job.

        Raises:
            Refused: it will not be printed.
        """
        if job.state in _FAILED:
            raise Refused(f"{self._name(job)}: {_said(job)}")
        printed = job.state is JobState.COMPLETED and _UNSURE not in job.reasons
        return Receipt(
            state=DeliveryState.DELIVERED if printed else DeliveryState.HANDED_OVER,
            external_id=self._name(job),
            text=_said(job),
            evidence=(self._evidence(job, sha256=hashlib.sha256(data).hexdigest()),),
        )

    def _event(self, job: Job) -> Event:
        failed = job.state in _FAILED
        return Event(
            parcel_key=job.name or None,
            external_id=self._name(job),
            state=DeliveryState.REJECTED if failed else DeliveryState.DELIVERED,
            reason=_said(job),
            strong=failed or _UNSURE not in job.reasons,
            evidence=(self._evidence(job),),
            source=f"{self._name(job)}:{job.name}:{job.state.name.lower()}",
        )

    def _evidence(self, job: Job, **more: str) -> Enclosure:
        facts = {
            "printer": self.endpoint,
            "job": job.number,
            "name": job.name,
            "state": job.state.name.lower(),
            "reasons": job.reasons,
            "pages": job.pages,
            "seen_at": self._clock().isoformat(),
            **more,
        }
        seen = json.dumps(facts, indent=2, ensure_ascii=False).encode()
        return Enclosure(name="print-job.json", media_type="application/json", data=seen)


def _named(jobs: Sequence[Job], key: str) -> Job | None:
    """Return the job of a name; of several the one that was not given up."""
    found = [job for job in jobs if job.name == key]
    return min(found, key=lambda job: (job.state in _FAILED, job.number), default=None)


def _document(parcel: Parcel) -> bytes:
    if not parcel.enclosures:
        raise Refused("the parcel holds no document")
    if len(parcel.key.encode()) > _KEY_BYTES_MAX:
        raise Refused(f"the key {parcel.key} is too long for the name of a job")
    document = parcel.enclosures[0]
    if document.media_type != _PDF:
        raise Refused(f"{document.name} is {document.media_type}; a printer is given PDF only")
    return document.data


def _paper(media: str, tray: str) -> bytes:
    """Return paper and tray as one (PWG 5100.7 section 6.3)."""
    size = _SIZE.fullmatch(media)
    if size is None:
        raise ValueError(f"media {media!r} has no size")
    width, height = (round(float(size[side]) * _HUNDREDTHS_MM[size[3]]) for side in (1, 2))
    dimensions = (
        member(Tag.INTEGER, "x-dimension", width),
        member(Tag.INTEGER, "y-dimension", height),
    )
    return collection(
        "media-col",
        inner("media-size", *dimensions),
        member(Tag.KEYWORD, "media-source", tray),
    )


def _words(facts: Attributes, name: str) -> Sequence[str]:
    return [str(value) for value in facts.get(name, ())]


def _said(job: Job) -> str:
    return " ".join([job.state.name.lower(), *job.reasons])
