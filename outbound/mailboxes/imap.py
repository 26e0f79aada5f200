"""A folder on an IMAP server (RFC 3501): read, and moved to two other folders by UID (RFC 6851).

A message is known by its bytes and not by its UID, so one that comes again after a lost connection,
or a folder that was made anew, is the same report as before.
"""

import hashlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeVar

from outbound.channel import Deferred
from outbound.mailboxes.mailbox import HEAD_BYTES_MAX, LEFT_MAX, LETTER_BYTES_MAX, Left, Letter

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_FAULTS = (imaplib.IMAP4.error, OSError)
_AT_ONCE = 1000
"""Messages that are looked at in one turn; the others come in the next."""

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """A folder on an IMAP server.

    Attributes:
        tls: `tls` starts encrypted, `starttls` upgrades first, `none` is for loopback. Both verify
            the certificate; nothing is said to a server that cannot encrypt.
        ca_file: PEM file of further authorities to trust, or None for the system's.
        folder, processed, person: where reports arrive, where they go once they are taken, and
            where goes what is none. The last two are made if they are missing.
    """

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"]
    ca_file: str | None = None
    username: str
    password: str = field(repr=False)
    folder: str
    processed: str
    person: str
    timeout_seconds: float


def imap_place(host: str, username: str, folder: str) -> tuple[str, ...]:
    """Return where a mailbox is (see `Mailbox.place`)."""
    return "imap", host.lower(), username, folder


class ImapMailbox:
    """Polls the folder; keeps its connection until something goes wrong."""

    is_here = False

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._line: imaplib.IMAP4 | None = None
        self._uids: dict[str, set[str]] = {}

    @property
    def place(self) -> tuple[str, ...]:
        """Server, account and folder."""
        settings = self._settings
        return imap_place(settings.host, settings.username, settings.folder)

    def waiting(self) -> Iterator[Letter]:
        """Yield the messages of the folder by UID, which is by arrival."""
        for uid in self._asked(self._listed):
            data = self._asked(partial(self._fetched, uid))
            if data is None:
                self._asked(partial(self._move, uid, self._settings.person))
                continue
            source = hashlib.sha256(data).hexdigest()[:40]
            self._uids.setdefault(source, set()).add(uid)
            yield Letter(source=source, data=data)

    def put_away(self, source: str, *, taken: bool) -> None:
        """Move every copy of the message."""
        folder = self._settings.processed if taken else self._settings.person
        for uid in self._uids.pop(source, ()):
            with suppress(Deferred):
                self._asked(partial(self._move, uid, folder))

    def left_for_a_person(self) -> int:
        """Return how many messages lie in the folder for a person and are not seen."""
        return len(self._asked(self._unseen))

    def left(self) -> list[Left]:
        """Return them by UID, which is by arrival."""
        return self._asked(self._heads)

    def close(self) -> None:
        """Say goodbye if there is somebody to say it to."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(*_FAULTS):
                line.logout()

    def _listed(self) -> list[str]:
        """Open the folder anew: only now do the UIDs that we hold mean anything."""
        if self._line is not None and not self._answers(self._line):
            self._drop()
        self._uids.clear()
        line = self._opened()
        [count, *_] = self._say("SELECT", line.select(_quoted(self._settings.folder)))
        last = min(int(count or 0), _AT_ONCE)
        return self._searched(f"1:{last} UNDELETED") if last else []

    def _fetched(self, uid: str) -> bytes | None:
        """Return a message, None if it is larger than what we read."""
        [answer, *_] = self._uid("FETCH", uid, "(RFC822.SIZE)")
        size = _SIZE.search(answer if isinstance(answer, bytes) else b"")
        if size is None or int(size[1]) > LETTER_BYTES_MAX:
            return None
        for part in self._uid("FETCH", uid, f"(BODY.PEEK[]<0.{LETTER_BYTES_MAX}>)"):
            if isinstance(part, tuple):
                return bytes(part[1])
        return None

    def _move(self, uid: str, folder: str) -> None:
        line = self._opened()
        if "MOVE" in line.capabilities:
            self._uid("MOVE", uid, _quoted(folder))
            return
        self._uid("COPY", uid, _quoted(folder))
        self._uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in line.capabilities:
            self._uid("EXPUNGE", uid)

    def _unseen(self) -> list[str]:
        self._uids.clear()
        self._say("EXAMINE", self._opened().select(_quoted(self._settings.person), readonly=True))
        return self._searched("UNSEEN")

    def _heads(self) -> list[Left]:
        place = f"imap://{self._settings.host}/{self._settings.person}"
        found = []
        for uid in self._unseen()[:LEFT_MAX]:
            parts = self._uid("FETCH", uid, f"(BODY.PEEK[HEADER]<0.{HEAD_BYTES_MAX}>)")
            head = next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")
            found.append(Left(f"{place};UID={uid}", head))
        return found

    def _searched(self, criterion: str) -> list[str]:
        [found, *_] = self._uid("SEARCH", None, criterion)
        return [uid for uid in (found or b"").decode("ascii").split() if uid.isdigit()]

    def _uid(self, command: str, *words: str | None) -> list[Any]:
        return self._say(command, self._opened().uid(command, *words))  # type: ignore[arg-type]

    def _say(self, command: str, answer: tuple[str, list[Any]]) -> list[Any]:
        status, data = answer
        if status != "OK":
            raise imaplib.IMAP4.error(f"{command} was answered with {status}")
        return data

    def _asked(self, ask: Callable[[], _Answer]) -> _Answer:
        """Ask the server something; whatever goes wrong ends the connection."""
        try:
            return ask()
        except (*_FAULTS, UnicodeError) as error:
            self._drop()
            settings = self._settings
            raise Deferred(
                f"imap://{settings.host}:{settings.port}: {error}", endpoint_down=True
            ) from error

    def _opened(self) -> imaplib.IMAP4:
        if self._line is None:
            line = self._connected()
            self._line = line
            self._introduce(line)
        return self._line

    def _connected(self) -> imaplib.IMAP4:
        settings = self._settings
        if settings.tls == "tls":
            return imaplib.IMAP4_SSL(
                settings.host,
                settings.port,
                ssl_context=self._tls(),
                timeout=settings.timeout_seconds,
            )
        return imaplib.IMAP4(settings.host, settings.port, timeout=settings.timeout_seconds)

    def _introduce(self, line: imaplib.IMAP4) -> None:
        """STARTTLS and LOGIN as the settings ask, then the two folders."""
        if self._settings.tls == "starttls":
            line.starttls(ssl_context=self._tls())
        line.login(self._settings.username, self._settings.password)
        for folder in (self._settings.processed, self._settings.person):
            line.create(_quoted(folder))
        line.capabilities = tuple(line.capability()[1][0].decode("ascii").upper().split())

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._settings.ca_file is not None:
            context.load_verify_locations(self._settings.ca_file)
        return context

    def _answers(self, line: imaplib.IMAP4) -> bool:
        """Whether a server that may have hung up since the last turn has not."""
        try:
            return line.noop()[0] == "OK"
        except _FAULTS:
            return False

    def _drop(self) -> None:
        line, self._line = self._line, None
        self._uids.clear()
        if line is not None:
            with suppress(*_FAULTS):
                line.shutdown()


def _quoted(folder: str) -> str:
    """Return a folder's name as IMAP wants it.

    >>> _quoted("For a person")
    '"For a person"'
    """
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
