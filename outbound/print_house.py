"""A print partner: letters leave in jobs, and what he reports comes back piece by piece."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from outbound.channel import (
    DeliveryState,
    Event,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
)
from outbound.print_mail.job import Job, build
from outbound.print_mail.pieces import Promise
from outbound.print_mail.stationery import Stationery
from outbound.print_returns import Reports, progress, read_returns, source_file
from outbound.sftp_link import Access, Link
from outbound.sftp_resting import Resting
from outbound.sftp_session import Session
from outbound.sftp_upload import PART, Upload

_JOB_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_CHECKSUMS_BYTES_MAX = 65_536
_RETURN_BYTES_MAX = 16_777_216


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Access):
    """A print partner's SFTP server and what he prints on.

    Attributes:
        jobs: folder where jobs go.
        returns: folder where his reports lie.
        processed: folder where reports are moved when they are kept here.
        reports: what his reports call columns and states.
        promise: until when he reports.
        stationery: sheets, envelopes and marks agreed with him.
    """

    jobs: str = "incoming"
    returns: str = "return"
    processed: str = "processed"
    reports: Reports = field(default_factory=Reports)
    promise: Promise = field(default_factory=Promise)
    stationery: Stationery = field(default_factory=Stationery)


class PrintHouse:
    """Sends jobs over SFTP: all files, then `<job>.done`, whose appearance starts the partner."""

    announces_commit = False

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._link = Link(settings)
        self._resting = Resting(settings.returns)
        self._open_reports: dict[str, set[str]] = {}
        self._lock = Lock()

    @property
    def endpoint(self) -> str:
        """The partner's server."""
        return self._link.endpoint

    @property
    def notes(self) -> Sequence[str]:
        """What an operator should do, as far as the partner was seen."""
        return self._link.notes

    def examine(self) -> str:
        """Log in and look for the folder of jobs.

        Raises:
            Refused: there is no such folder.
            Deferred: the server cannot be reached, is another, or does not let us in.
        """
        return self._link.examine(self._settings.jobs)

    def send(self, parcel: Parcel) -> Receipt:
        """A letter does not leave alone.

        Raises:
            Refused: always.
        """
        raise Refused(f"{self.endpoint} takes letters in jobs; {parcel.key} must wait for one")

    def resolve(self, parcel: Parcel) -> Receipt | None:
        """A letter cannot be asked about without its job.

        Raises:
            InDoubt: always.
        """
        raise InDoubt(f"{self.endpoint} knows jobs; ask for the job {parcel.key} left in")

    @property
    def stationery(self) -> Stationery:
        """What was agreed with the partner."""
        return self._settings.stationery

    @property
    def promise(self) -> Promise:
        """Until when the partner reports."""
        return self._settings.promise

    def send_job(
        self, job: str, parcels: Sequence[Parcel], order: str = ""
    ) -> Mapping[str, Receipt]:
        """Hand over a job; where it is already there, compare its checksums.

        Raises:
            Refused: another job has that name, or the name is no file name.
            Deferred: the server cannot be reached or is full, or the line was lost.
            InDoubt: the line was lost while a file got its name.
        """
        built = self._build(job, parcels, order)
        if not built.pieces:
            return self._receipts(job, built, ())
        with self._link.session() as session:
            if session.size(self._path(f"{job}.done")) is None:
                for name, data in built.files.items():
                    session.put(self._path(name), data, replace=True)
                session.put(self._path(f"{job}.done"), b"")
            uploads = self._compare(session, job, built)
        return self._receipts(job, built, uploads)

    def resolve_job(
        self, job: str, parcels: Sequence[Parcel], order: str = ""
    ) -> Mapping[str, Receipt] | None:
        """Look whether the job is there, complete.

        Raises:
            Refused: another job has that name.
            InDoubt: nothing of it is there, and the partner takes files away.
            Deferred: the server cannot be reached.
        """
        built = self._build(job, parcels, order)
        with self._link.session() as session:
            if session.size(self._path(f"{job}.done")) is not None:
                return self._receipts(job, built, self._compare(session, job, built))
            there = session.names(self._settings.jobs)
        if self._settings.keeps_files or {f"{job}.pdf", f"{job}.pdf{PART}"} & set(there):
            return None
        raise InDoubt(f"{self.endpoint} has no {job}.done; the partner may have taken the job")

    def events(self) -> Sequence[Event]:
        """Return what the partner's files in the return folder say, line by line, in progress.

        A file is read at the second look that finds it the same: he may be writing it.

        Raises:
            Deferred: the server cannot be reached.
        """
        folder = self._settings.returns
        found: list[Event] = []
        with self._link.session() as session:
            names = [n for n in session.names(folder) if n.lower().endswith((".csv", ".json"))]
            for name in self._resting.among(session, names):
                data = session.read(f"{folder}/{name}", size_bytes_max=_RETURN_BYTES_MAX)
                events = list(read_returns(name, data or b"", self._settings.reports))
                with self._lock:
                    self._open_reports[name] = {event.source for event in events}
                found += events
        return sorted(found, key=progress)

    def acknowledge(self, event: Event) -> None:
        """Move the event's file to the processed folder once all its lines are acknowledged.

        One that has changed since it was read stays, and is read again.
        """
        name, digest = source_file(event)
        with self._lock:
            waiting = self._open_reports.get(name)
            if waiting is None:
                return
            waiting.discard(event.source)
            if waiting:
                return
            del self._open_reports[name]
        processed = self._settings.processed
        with self._link.session() as session:
            if not self._resting.rests(session, name):
                return
            session.make_folder(processed)
            source = f"{self._settings.returns}/{name}"
            session.move(source, f"{processed}/{digest}-{name}")

    def close(self) -> None:
        """Let connections go."""
        self._link.close()

    def _build(self, job: str, parcels: Sequence[Parcel], order: str) -> Job:
        if not _JOB_NAME.fullmatch(job):
            raise Refused(f"the job name {job!r} is not a file name")
        return build(job, parcels, self._settings.stationery, order)

    def _path(self, name: str) -> str:
        return f"{self._settings.jobs}/{name}"

    def _compare(self, session: Session, job: str, built: Job) -> Sequence[Upload]:
        """Return the files as they lie there, if they are those of this job."""
        [*_, (name, ours)] = built.files.items()
        theirs = session.read(self._path(name), size_bytes_max=_CHECKSUMS_BYTES_MAX)
        if theirs is not None and theirs != ours:
            raise Refused(f"{self.endpoint} has another job under the name {job}")
        return [Upload.of(self._path(name), data) for name, data in built.files.items()]

    def _receipts(self, job: str, built: Job, uploads: Sequence[Upload]) -> Mapping[str, Receipt]:
        at = self._clock()
        receipts = {
            key: Receipt(state=DeliveryState.REJECTED, external_id=job, text=reason)
            for key, reason in built.unfit.items()
        }
        for piece in built.pieces:
            taken = Receipt(
                state=DeliveryState.HANDED_OVER,
                external_id=f"{job}:{piece.sequence}",
                text=f"{job}: piece {piece.sequence} of {len(built.pieces)}, pages "
                f"{piece.first_page} to {piece.last_page}",
                evidence=(piece.evidence(), self._link.evidence(uploads, at=at)),
                job_sha256=hashlib.sha256(built.files[f"{job}.pdf"]).hexdigest(),
            )
            receipts |= dict.fromkeys(piece.keys, taken)
        return receipts
