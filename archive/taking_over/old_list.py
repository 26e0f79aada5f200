"""The list of an older archive: one CSV row a file, read whole, with all that is wrong in it.

The first line names the columns. `file`, `number` and `issue_date` must be there; of the others
those count that archive.entry.FIELDS knows, and `sha256` (checked), `role`, `document` (rows of one
document have the same; without this column, rows of the same number are one document). The list
itself is kept, so that nothing in other columns is lost.
"""

import csv
import hashlib
import io
import mimetypes
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath

from archive.entry import FIELDS, OnDisk

NEEDED = ("file", "number", "issue_date")
_OWN = ("sha256", "role", "document")
_DELIMITERS = ";,\t|"
_ORIGINAL = "original"
_UNKNOWN = "application/octet-stream"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ROLE = re.compile(r"[a-z][a-z_]{0,30}")
_DATES = ("issue_date", "due_date")
_AMOUNTS = ("total", "payable")
_WITHHELD = ("vat", "words", "standing", "submission", "channel", "state", "retention_until")
"""Fields that only the house itself can say."""
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OldFile:
    """One file of the older archive."""

    name: str
    role: str
    media_type: str
    content: OnDisk


@dataclass(frozen=True, slots=True, kw_only=True)
class OldDocument:
    """One document of it: what the list says, and its files."""

    fields: Mapping[str, str]
    files: tuple[OldFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amiss:
    """What is wrong with a row.

    Attributes:
        line: of the list, counted from 1; 0: of the whole list.
        fix: what whoever wrote the list should do.
    """

    line: int
    column: str
    value: str
    what: str
    fix: str

    def __str__(self) -> str:
        where = f"line {self.line}, {self.column}" if self.line else self.column
        return f"{where}: {self.value[:80]!r} {self.what}; {self.fix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OldList:
    """A list that was read.

    Attributes:
        documents: those of whose rows none is amiss, in the order of the list.
        amiss: all that is wrong.
        unused: columns that say nothing here.
    """

    data: bytes
    documents: tuple[OldDocument, ...]
    amiss: tuple[Amiss, ...]
    unused: tuple[str, ...]


def read_list(
    path: Path, folder: Path, *, progress: Callable[[int], None] = lambda _files: None
) -> OldList:
    """Read a list and measure each file that it names.

    Args:
        path: of the list, CSV in UTF-8 or Windows-1252.
        folder: below which its files lie; nothing outside is read, through links neither.
        progress: is told how many files were measured.

    Raises:
        OSError: the list cannot be read.
    """
    data = path.read_bytes()
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [(name or "").strip().lower() for name in rows.fieldnames or ()]
    rows.fieldnames = columns
    if lacking := [name for name in NEEDED if name not in columns]:
        found = ", ".join(filter(None, columns)) or "none"
        amiss = _whole(
            "columns", found, f"lack {', '.join(lacking)}", "name them in the first line"
        )
        return OldList(data=data, documents=(), amiss=(amiss,), unused=())
    taken = _Taken(folder.resolve(), progress)
    try:
        for row in rows:
            taken.take(rows.line_num, {k: (v or "").strip() for k, v in row.items() if k})
    except csv.Error as fault:
        taken.amiss.append(_whole("list", str(fault), "is no CSV", "export the list anew"))
    known = {*NEEDED, *_OWN, *FIELDS}.difference(_WITHHELD)
    return OldList(
        data=data,
        documents=tuple(taken.documents()),
        amiss=tuple(taken.amiss),
        unused=tuple(name for name in columns if name and name not in known),
    )


class _Taken:
    """Rows that were taken so far, by document."""

    def __init__(self, folder: Path, progress: Callable[[int], None]) -> None:
        self._folder = folder
        self._progress = progress
        self._rows: dict[str, list[tuple[Mapping[str, str], OldFile | None]]] = {}
        self._lines: dict[Path, int] = {}
        self.amiss: list[Amiss] = []

    def take(self, line: int, row: Mapping[str, str]) -> None:
        """Take one row, be it amiss or not."""
        before = len(self.amiss)
        self.amiss += _amiss_in(line, row)
        file = self._measured(line, row)
        self._progress(len(self._lines))
        key = row.get("document") or row["number"]
        rows = self._rows.setdefault(key, [])
        if rows and rows[0][0]["number"] != row["number"]:
            what = f"is not {rows[0][0]['number']!r}, as the first row of its document says"
            self.amiss.append(_of_row(line, row, "number", what, "correct one of them"))
        rows.append((row, file if len(self.amiss) == before else None))

    def documents(self) -> Iterator[OldDocument]:
        """Yield the documents of whose rows none is amiss."""
        for rows in self._rows.values():
            files = tuple(file for _, file in rows if file)
            if len(files) == len(rows):
                yield OldDocument(fields=_stated(row for row, _ in rows), files=files)

    def _measured(self, line: int, row: Mapping[str, str]) -> OldFile | None:
        path, why = _found(self._folder, row["file"])
        if path is None:
            self.amiss.append(_of_row(line, row, "file", why, "correct the path, or add the file"))
            return None
        if first := self._lines.get(path):
            what = f"stands in line {first} already"
            self.amiss.append(_of_row(line, row, "file", what, "leave one of the two out"))
            return None
        self._lines[path] = line
        content = _measured(path)
        if (said := row.get("sha256", "").lower()) and said != content.sha256:
            what = f"is not the hash of {row['file']}, which is {content.sha256}"
            fix = "find out which of the two was changed"
            self.amiss.append(_of_row(line, row, "sha256", what, fix))
        return OldFile(
            name=path.name,
            role=row.get("role") or _ORIGINAL,
            media_type=mimetypes.guess_type(path.name)[0] or _UNKNOWN,
            content=content,
        )


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _found(folder: Path, name: str) -> tuple[Path | None, str]:
    """Return a regular file below a folder, or why there is none."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or "\0" in name or ".." in parts or parts[0] == "/" or ":" in parts[0]:
        return None, "is no path below the folder"
    path = folder.joinpath(*parts)
    try:
        real = path.resolve(strict=True)
    except OSError:
        return None, "is not there"
    if not real.is_relative_to(folder):
        return None, "leads out of the folder"
    if not real.is_file():
        return None, "is no file"
    return (real, "") if real.stat().st_size else (None, "is empty")


def _measured(path: Path) -> OnDisk:
    hashed, size_bytes = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            hashed.update(piece)
            size_bytes += len(piece)
    return OnDisk(path=path, size_bytes=size_bytes, sha256=hashed.hexdigest())


def _stated(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return what the rows of a document say; where two differ, the first that says anything."""
    said: dict[str, str] = {}
    for row in rows:
        for name in FIELDS:
            if name not in _WITHHELD and row.get(name):
                said.setdefault(name, row[name])
    return said


def _amiss_in(line: int, row: Mapping[str, str]) -> Iterator[Amiss]:
    if not row["number"]:
        yield _of_row(line, row, "number", "is no number", "state the document's number (BT-1)")
    for name in _DATES:
        if (name in NEEDED or row.get(name)) and not _is_date(row[name]):
            yield _of_row(line, row, name, "is no date", "write it like 2026-11-20")
    for name in _AMOUNTS:
        if row.get(name) and not _is_amount(row[name]):
            yield _of_row(line, row, name, "is no amount", "write it like -1234.50")
    if (said := row.get("sha256")) and not _SHA256.fullmatch(said.lower()):
        yield _of_row(line, row, "sha256", "is no SHA-256", "write 64 hexadecimal digits")
    if (role := row.get("role")) and not _ROLE.fullmatch(role):
        yield _of_row(line, row, "role", "is no role", "write one like original or rendition")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_amount(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and "e" not in text.lower()
    except InvalidOperation:
        return False


def _of_row(line: int, row: Mapping[str, str], column: str, what: str, fix: str) -> Amiss:
    return Amiss(line=line, column=column, value=row.get(column, ""), what=what, fix=fix)


def _whole(column: str, value: str, what: str, fix: str) -> Amiss:
    return Amiss(line=0, column=column, value=value, what=what, fix=fix)
