"""What a partner puts back beside what he was sent: NAME.ack, NAME.err, or lists as CSV."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import PurePosixPath

import msgspec

from outbound.channel import DeliveryState, Enclosure, Event
from outbound.sftp_names import Template
from outbound.sftp_resting import Resting
from outbound.sftp_session import Session

_ANSWER_BYTES_MAX = 1_048_576
_REASON_CHARACTERS_MAX = 300
_NAME_WORDS = ("name", "stem")


class Answers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[channel.NAME.answers]`: where his answers lie, and what they are called.

    Attributes:
        folder: from the folder we land in.
        accepted, rejected: names of answers to one file: `{name}` is the file's name as it was
            put there, `{stem}` the same without its last suffix; empty: there are none.
        lists: pattern of CSV files with a line for each file, such as `*.csv`; empty: there are
            none. They begin with the names of their columns.
        file_column, status_column, reason_column: of lists.
        accepted_words, rejected_words: what stands in the status column; other words mean nothing.
        processed: folder that answers are moved to when they are kept here; empty: they stay.
    """

    folder: str
    accepted: str = "{name}.ack"
    rejected: str = "{name}.err"
    lists: str = ""
    file_column: str = "file"
    status_column: str = "status"
    reason_column: str = "reason"
    accepted_words: tuple[str, ...] = ("accepted", "ok")
    rejected_words: tuple[str, ...] = ("rejected", "error")
    processed: str = ""

    def __post_init__(self) -> None:
        """Refuse names that say nothing about the file.

        Raises:
            ValueError: a name has unknown words, or both names are one.
        """
        for setting in ("accepted", "rejected"):
            if text := getattr(self, setting):
                words = Template(text).checked(f"answers.{setting}", _NAME_WORDS).words()
                if not words:
                    raise ValueError(f"answers.{setting} must hold {{name}} or {{stem}}")
        if self.accepted == self.rejected:
            raise ValueError("answers.accepted and answers.rejected must differ")


class AnswerBox:
    """The answers of one partner, each read and put away by its events."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._resting = Resting(answers.folder)
        self._open: dict[str, set[str]] = {}

    def read(self, session: Session, paths: Sequence[str]) -> Iterator[Event]:
        """Yield what he says of the files at these paths."""
        by_name = {PurePosixPath(path).name: path for path in paths}
        expected = self._expected(by_name)
        lists = self._answers.lists
        names = session.names(self._answers.folder)
        asked = [n for n in names if n in expected or (lists and fnmatch(n, lists))]
        for file in self._resting.among(session, asked):
            data = session.read(self._at(file), size_bytes_max=_ANSWER_BYTES_MAX) or b""
            events = (
                [_event(*expected[file], _first_line(data), file, data)]
                if file in expected
                else list(self._listed(file, data, by_name))
            )
            self._open[file] = {event.source for event in events}
            yield from events

    def put_away(self, session: Session, event: Event) -> None:
        """Move an answer whose events are all kept, if it is to be moved."""
        file = event.source.partition("/")[0]
        waiting = self._open.get(file)
        if waiting is None:
            return
        waiting.discard(event.source)
        if not waiting:
            del self._open[file]
            if self._answers.processed and self._resting.rests(session, file):
                session.make_folder(self._answers.processed)
                session.move(self._at(file), f"{self._answers.processed}/{file}")

    def _at(self, file: str) -> str:
        return f"{self._answers.folder}/{file}"

    def _expected(self, by_name: Mapping[str, str]) -> dict[str, tuple[str, DeliveryState]]:
        """Name of an answer to the path it is about and what it says."""
        forms = {
            DeliveryState.DELIVERED: self._answers.accepted,
            DeliveryState.REJECTED: self._answers.rejected,
        }
        return {
            Template(form).filled({"name": name, "stem": PurePosixPath(name).stem}): (path, state)
            for name, path in by_name.items()
            for state, form in forms.items()
            if form
        }

    def _listed(self, file: str, data: bytes, by_name: Mapping[str, str]) -> Iterator[Event]:
        answers = self._answers
        states = dict.fromkeys(answers.accepted_words, DeliveryState.DELIVERED)
        states |= dict.fromkeys(answers.rejected_words, DeliveryState.REJECTED)
        for row in _rows(data):
            path = by_name.get(PurePosixPath(row.get(answers.file_column, "")).name)
            state = states.get(row.get(answers.status_column, "").lower())
            if path is not None and state is not None:
                reason = row.get(answers.reason_column, "") or row[answers.status_column]
                yield _event(path, state, _said(reason), file, data)


def _event(path: str, state: DeliveryState, reason: str, file: str, data: bytes) -> Event:
    media_type = "text/csv" if file.endswith(".csv") else "text/plain"
    digest = hashlib.sha256(data).hexdigest()[:16]
    return Event(
        parcel_key=None,
        external_id=path,
        state=state,
        reason=reason or f"the partner has put {file}",
        evidence=(Enclosure(name=file, media_type=media_type, data=data),),
        source=f"{file}/{digest}/{path}",
    )


def _rows(data: bytes) -> Iterator[dict[str, str]]:
    """Yield the lines of a CSV; its delimiter is what its first line has most of."""
    text = data.decode("utf-8-sig", "replace")
    first = text.partition("\n")[0]
    delimiter = max(";,\t|", key=first.count)
    try:
        for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
            yield {key: value.strip() for key, value in row.items() if key and value is not None}
    except csv.Error:
        return


def _first_line(data: bytes) -> str:
    lines = data.decode("utf-8", "replace").splitlines()
    return _said(next((line for line in lines if line.strip()), ""))


def _said(text: str) -> str:
    """Return a stranger's words as one line that can be shown."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())[:_REASON_CHARACTERS_MAX]
