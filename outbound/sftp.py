"""SFTP to a partner: a file appears under its name when it is whole, and under one name only."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import PurePosixPath
from typing import Literal

from outbound import pgp
from outbound.channel import (
    DeliveryState,
    Enclosure,
    Event,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
)
from outbound.sftp_answers import AnswerBox, Answers
from outbound.sftp_link import Access, Link
from outbound.sftp_names import (
    FILE_WORDS,
    FOLDER_WORDS,
    MARKER_WORDS,
    Template,
    file_name,
    folder_name,
    values_of,
)
from outbound.sftp_session import Session
from outbound.sftp_upload import PART, Upload

_SEALED_BYTES_MAX = 100_000_000
_PICKED_UP = "pickup:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Access):
    """A partner's SFTP server and what he wants to find there.

    Attributes:
        folder: where files go, from the folder we land in; a template of `{tenant}`, `{kind}`,
            `{number}`, `{date}`, `{year}`, `{month}`, `{recipient}`, `{copy}` and the like. The
            folder of the recipient, in the address book, comes below it.
        make_folders: whether folders that are missing are made.
        name: template of a file's name: `{key}`, `{suffix}` and what a folder may name. It must
            hold `{key}`, so that no two parcels share a name. Without `{copy}`, which is `copy` or
            `original`, a copy's ends in `-copy` and its suffix.
        marker: suffix of a file that is put last and says "complete", such as `.ok` or `.done`;
            empty for none.
        marker_text: what stands in it: a template of `{name}`, `{sha256}` and `{size_bytes}` of
            the document's file, `{count}` of files, and what a folder may name.
        answers: what he puts back; None: nothing.
        pickup: what it means that a file is gone: `delivered`, or a `hint`, which is only noted;
            empty: it is not looked at.
        pgp_key_file: his OpenPGP key; files are then encrypted to it and end in `.pgp`.
        pgp_signing_key, pgp_password: ours; without it what is encrypted is not signed.
    """

    folder: str = ""
    make_folders: bool = False
    name: str = "{number}-{key}{suffix}"
    marker: str = ""
    marker_text: str = ""
    answers: Answers | None = None
    pickup: Literal["", "hint", "delivered"] = ""
    pgp_key_file: str = ""
    pgp_signing_key: str | None = field(default=None, repr=False)
    pgp_password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse what could lose a file or give two parcels the same name.

        Raises:
            ValueError: `name` lacks `{key}`, a template names what nobody knows, or two settings
                contradict each other.
        """
        Access.__post_init__(self)
        Template(self.folder).checked("folder", FOLDER_WORDS)
        Template(self.marker_text).checked("marker_text", MARKER_WORDS)
        if "key" not in Template(self.name).checked("name", FILE_WORDS).words():
            raise ValueError("name must contain {key}")
        if self.marker == PART or "/" in self.marker:
            raise ValueError(f"marker {self.marker!r} cannot be the suffix of a marker")
        if self.pickup and self.keeps_files:
            raise ValueError("pickup looks for files that are gone, and keeps_files says none goes")
        self.sealer()

    def sealer(self) -> Callable[[bytes], bytes] | None:
        """Return what encrypts a file to the partner; None where nothing is encrypted.

        Raises:
            ValueError: a key cannot be read or used.
        """
        if not self.pgp_key_file:
            if self.pgp_signing_key:
                raise ValueError("pgp_signing_key_file needs pgp_key_file, the partner's key")
            return None
        return pgp.sealer(
            to_file=self.pgp_key_file, signing_key=self.pgp_signing_key, password=self.pgp_password
        )


class Sftp:
    """Uploads a parcel's files, the main one last, and looks what became of them."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._link = Link(settings)
        self._seal = settings.sealer()
        self._answers = AnswerBox(settings.answers) if settings.answers else None
        self._kept: set[str] = set()

    @property
    def endpoint(self) -> str:
        """The partner's server."""
        return self._link.endpoint

    @property
    def announces_commit(self) -> bool:
        """Only where the partner takes files away: then looking there does not tell."""
        return not self._settings.keeps_files

    @property
    def notes(self) -> Sequence[str]:
        """What an operator should do, as far as the partner was seen."""
        return self._link.notes

    def examine(self) -> str:
        """Log in and look for the folder, where it is not a template and not made when needed.

        Raises:
            Refused: there is no such folder.
            Deferred: the server cannot be reached, is another, or does not let us in.
        """
        folder = self._settings.folder
        may_lack = self._settings.make_folders or Template(folder).words()
        return self._link.examine("" if may_lack else folder)

    def send(self, parcel: Parcel) -> Receipt:
        """Upload what is not there yet.

        Raises:
            Refused: no file to send, another file has the name, no such folder, no permission.
            Deferred: the server cannot be reached or is full, or the line was lost.
            InDoubt: the line was lost while a file got its name.
        """
        files = self._files(parcel)
        note = parcel.committing if self.announces_commit else lambda: None
        with self._link.session() as session:
            if self._settings.make_folders:
                _make_folders(session, PurePosixPath(next(iter(files))).parent)
            uploads = [self._put(session, path, data, note) for path, data in files.items()]
            for path, data in self._marker(parcel, uploads).items():
                stays = self._settings.keeps_files
                uploads.append(session.put(path, data, stays=stays, before_name=note))
        return self._receipt(uploads, main=list(files)[-1])

    def resolve(self, parcel: Parcel) -> Receipt | None:
        """Look whether the files are there, and compare small ones byte by byte.

        Raises:
            InDoubt: the main file is neither there nor under way, and the partner takes files
                away.
            Deferred: the server cannot be reached.
        """
        files = self._files(parcel)
        with self._link.session() as session:
            found = [self._find(session, path, data) for path, data in files.items()]
            uploads = [upload for upload in found if upload is not None]
            if len(uploads) == len(files):
                marked = self._marker(parcel, uploads)
                marks = [session.compare(path, data) for path, data in marked.items()]
                uploads += [mark for mark in marks if mark is not None]
                if len(uploads) == len(files) + len(marked):
                    return self._receipt(uploads, main=list(files)[-1])
            under_way = any(session.size(path + PART) is not None for path in files)
        if uploads or under_way or self._settings.keeps_files:
            return None
        raise InDoubt(f"{self.endpoint} has no {list(files)[-1]}; the partner may have taken it")

    def events(self) -> Sequence[Event]:
        """An SFTP server reports nothing by itself."""
        return ()

    def look(self, names: Sequence[str]) -> Sequence[Event]:
        """Return what the partner says of these files, and which of them he has taken.

        Raises:
            Deferred: the server cannot be reached.
        """
        if not names or not (self._answers or self._settings.pickup):
            return ()
        with self._link.session() as session:
            found = list(self._answers.read(session, names)) if self._answers else []
            if self._settings.pickup:
                found += self._gone(session, names)
        return [event for event in found if event.source not in self._kept]

    def acknowledge(self, event: Event) -> None:
        """Remember, while we run, that it is kept; put an answer away where that is agreed."""
        self._kept.add(event.source)
        if self._answers and not event.source.startswith(_PICKED_UP):
            with self._link.session() as session:
                self._answers.put_away(session, event)

    def close(self) -> None:
        """Let connections go."""
        self._link.close()

    def _files(self, parcel: Parcel) -> Mapping[str, bytes]:
        """Path to content in the order of upload: annexes, then the document."""
        if not parcel.enclosures:
            raise Refused("the parcel holds no file")
        folder = folder_name(Template(self._settings.folder), parcel)
        sealed = pgp.SUFFIX if self._seal else ""
        files: dict[str, bytes] = {}
        for position, enclosure in reversed(list(enumerate(parcel.enclosures))):
            name = file_name(Template(self._settings.name), parcel, enclosure, position)
            files[folder + name + sealed] = enclosure.data
        return files

    def _put(self, session: Session, path: str, data: bytes, note: Callable[[], None]) -> Upload:
        if self._seal is None:
            return session.put(path, data, stays=self._settings.keeps_files, before_name=note)
        there = _sealed(session, path)
        if there is not None:
            return there
        stays = self._settings.keeps_files
        return session.put(path, self._seal(data), stays=stays, before_name=note)

    def _find(self, session: Session, path: str, data: bytes) -> Upload | None:
        return _sealed(session, path) if self._seal else session.compare(path, data)

    def _marker(self, parcel: Parcel, uploads: Sequence[Upload]) -> Mapping[str, bytes]:
        """Return path and content of the marker, empty where none is agreed."""
        if not self._settings.marker:
            return {}
        main = uploads[-1]
        values = values_of(parcel) | {
            "name": PurePosixPath(main.path).name,
            "sha256": main.sha256,
            "size_bytes": str(main.size_bytes),
            "count": str(len(uploads)),
        }
        text = Template(self._settings.marker_text).filled(values)
        return {main.path + self._settings.marker: text.encode()}

    def _receipt(self, uploads: Sequence[Upload], *, main: str) -> Receipt:
        size_bytes = sum(upload.size_bytes for upload in uploads)
        return Receipt(
            state=DeliveryState.HANDED_OVER,
            external_id=main,
            text=f"{main}: {len(uploads)} files, {size_bytes} bytes",
            evidence=(self._link.evidence(uploads, at=self._clock()),),
        )

    def _gone(self, session: Session, names: Sequence[str]) -> Iterator[Event]:
        """Yield the files that are there no more, of folders that still are."""
        for folder, paths in groupby(
            sorted(names), key=lambda path: str(PurePosixPath(path).parent)
        ):
            if session.size(folder) is None:
                continue
            there = set(session.names(folder))
            for path in paths:
                if PurePosixPath(path).name not in there:
                    yield self._taken(path, folder, len(there))

    def _taken(self, path: str, folder: str, left: int) -> Event:
        facts = {
            "server": self.endpoint,
            "file": path,
            "folder": folder,
            "files_in_folder": left,
            "seen_at": self._clock().isoformat(),
        }
        seen = json.dumps(facts, indent=2, ensure_ascii=False).encode()
        return Event(
            parcel_key=None,
            external_id=path,
            state=DeliveryState.DELIVERED,
            reason=f"the partner has taken {path} away",
            strong=self._settings.pickup == "delivered",
            evidence=(Enclosure(name="pickup.json", media_type="application/json", data=seen),),
            source=f"{_PICKED_UP}{path}",
        )


def _sealed(session: Session, path: str) -> Upload | None:
    """Return an encrypted file as it lies there: its name alone can say that it is ours."""
    data = session.read(path, size_bytes_max=_SEALED_BYTES_MAX)
    return None if data is None else Upload.of(path, data, "name")


def _make_folders(session: Session, folder: PurePosixPath) -> None:
    for step in (*reversed(folder.parents), folder):
        if step.name:
            session.make_folder(str(step))
