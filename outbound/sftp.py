"""SFTP to a partner: a file appears under its name when it is whole, and under one name only."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from unicodedata import normalize

from outbound.channel import (
    DeliveryState,
    Enclosure,
    Event,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
)
from outbound.sftp_link import PART, Access, Link, Session, Upload

_READ_BACK_BYTES_MAX = 1_048_576
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_KEY_AS_IT_IS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Access):
    """A partner's SFTP server and what he wants to find there.

    Attributes:
        folder: where files go, from the folder we land in; the parcel's own comes below it.
        name: template of a file's name: `{key}`, `{suffix}` and any label of the parcel. It must
            hold `{key}`, so that no two parcels share a name.
        marker: suffix of an empty file that is put last and says "complete", such as `.ok`;
            empty for none.
    """

    folder: str = ""
    name: str = "{number}-{key}{suffix}"
    marker: str = ""

    def __post_init__(self) -> None:
        """Refuse a template that could give two parcels the same name.

        Raises:
            ValueError: `name` lacks `{key}`.
        """
        if "key" not in {field for _, field, _, _ in Formatter().parse(self.name)}:
            raise ValueError("name must contain {key}")


class Sftp:
    """Uploads a parcel's files, the main one last."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._link = Link(settings)

    @property
    def endpoint(self) -> str:
        """The partner's server."""
        return self._link.endpoint

    @property
    def announces_commit(self) -> bool:
        """Only where the partner takes files away: then looking there does not tell."""
        return not self._settings.keeps_files

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
            uploads = [session.put(path, data, before_name=note) for path, data in files.items()]
        return self._receipt(uploads, main=list(files)[len(parcel.enclosures) - 1])

    def resolve(self, parcel: Parcel) -> Receipt | None:
        """Look whether the files are there, and compare small ones byte by byte.

        Raises:
            InDoubt: the main file is neither there nor under way, and the partner takes files
                away.
            Deferred: the server cannot be reached.
        """
        files = self._files(parcel)
        main = list(files)[len(parcel.enclosures) - 1]
        with self._link.session() as session:
            found = [_find(session, path, data) for path, data in files.items()]
            uploads = [upload for upload in found if upload is not None]
            if len(uploads) == len(files):
                return self._receipt(uploads, main=main)
            under_way = any(session.size(path + PART) is not None for path in files)
        if uploads or under_way or self._settings.keeps_files:
            return None
        raise InDoubt(f"{self.endpoint} has no {main}; the partner may have taken it")

    def events(self) -> Sequence[Event]:
        """An SFTP server reports nothing."""
        return ()

    def acknowledge(self, event: Event) -> None:
        """Nothing to put away."""

    def close(self) -> None:
        """Let connections go."""
        self._link.close()

    def _files(self, parcel: Parcel) -> Mapping[str, bytes]:
        """Path to content in the order of upload: annexes, then the document, then the marker."""
        if not parcel.enclosures:
            raise Refused("the parcel holds no file")
        folder = _folder(self._settings.folder, parcel.destination.folder or "")
        files: dict[str, bytes] = {}
        for position, enclosure in reversed(list(enumerate(parcel.enclosures))):
            name = file_name(self._settings.name, parcel, enclosure, position)
            files[folder + name] = enclosure.data
        if self._settings.marker:
            files[list(files)[-1] + self._settings.marker] = b""
        return files

    def _receipt(self, uploads: Sequence[Upload], *, main: str) -> Receipt:
        size_bytes = sum(upload.size_bytes for upload in uploads)
        return Receipt(
            state=DeliveryState.HANDED_OVER,
            external_id=main,
            text=f"{main}: {len(uploads)} files, {size_bytes} bytes",
            evidence=(self._link.evidence(uploads, at=self._clock()),),
        )


def file_name(template: str, parcel: Parcel, enclosure: Enclosure, position: int) -> str:
    """Return the name of one file of a parcel: `[A-Za-z0-9._-]{1,120}`, first a letter or digit.

    Args:
        template: as in Settings.
        parcel: gives labels and key; a key that is no file name stands there as its hash.
        enclosure: gives the suffix.
        position: 0 for the document itself; the others are numbered.

    Raises:
        Refused: the template names a label the parcel does not have, or the name gets too long.
    """
    key = parcel.key
    if not _KEY_AS_IT_IS.fullmatch(key):
        key = hashlib.sha256(key.encode()).hexdigest()[:32]
    _, dot, ending = enclosure.name.rpartition(".")
    suffix = _plain(dot + ending)[:12] if dot else ""
    numbered = f"{key}-{position + 1}" if position else key
    facts = {name: _plain(value)[:40] for name, value in parcel.labels.items()}
    try:
        name = template.format_map(facts | {"key": numbered, "suffix": suffix})
    except (KeyError, IndexError) as fault:
        raise Refused(f"the file name needs the label {fault}, the parcel has none") from fault
    name = _plain(name).lstrip("._-")
    if len(name) > 120:
        raise Refused(f"the file name {name} is longer than 120 characters")
    return name


def _folder(*parts: str) -> str:
    """Join folder names to a path that goes only downwards, "" or ending in a slash."""
    names = [name for part in parts for name in part.split("/") if name]
    for name in names:
        if name in {".", ".."} or _NOT_IN_NAMES.search(name):
            raise Refused(f"the folder name {name!r} holds other characters than A-Z a-z 0-9 . _ -")
    root = "/" if parts[0].startswith("/") else ""
    return root + "".join(f"{name}/" for name in names)


def _plain(value: str) -> str:
    decomposed = normalize("NFKD", value).encode("ascii", "ignore").decode()
    return _NOT_IN_NAMES.sub("_", decomposed)


def _find(session: Session, path: str, data: bytes) -> Upload | None:
    """The file as it lies there, None if it is not that file."""
    if session.size(path) != len(data):
        return None
    if len(data) <= _READ_BACK_BYTES_MAX:
        there = session.read(path, size_bytes_max=_READ_BACK_BYTES_MAX)
        if there != data:
            return None
    return Upload.of(path, data)
