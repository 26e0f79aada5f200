"""Receivers: the `[answer.KEY]` tables of the settings, checked and put together."""

import base64
import binascii
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from formats.answers import event
from formats.answers.catalogue import FORMS
from formats.answers.notice import Form, State
from hub.config.companies import Answer
from hub.config.config import Config
from hub.config.faults import Faults

FOLDER = "status"
"""Of the sender's own folder or SFTP root, where files lie for his system to fetch."""

_SECRET = "whsec_"  # noqa: S105  (how one begins)
_SECRET_BYTES = range(24, 65)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """A system that is told what became of its documents.

    Attributes:
        states: what it wants to know.
        folder: where its files lie; None for a webhook.
        url: where its webhook is; empty for files.
        secret: what its webhook's signatures are made with.
    """

    key: str
    sender: str
    form: Form
    states: frozenset[State]
    every_seconds: float
    folder: Path | None = None
    url: str = ""
    secret: bytes = field(default=b"", repr=False)


def receivers_of(config: Config) -> dict[str, Receiver]:
    """Return all receivers.

    Raises:
        Faulty: some cannot be told; all faults are named.
    """
    faults = Faults(config.file.name, config.file.read_text(encoding="utf-8"))
    found = {key: _receiver(config, key, table, faults) for key, table in config.answers.items()}
    faults.raise_if_any()
    return {key: receiver for key, receiver in found.items() if receiver is not None}


def _receiver(config: Config, key: str, table: Answer, faults: Faults) -> Receiver | None:
    form = FORMS.get(table.form)
    if form is None:
        faults.add(f"answer.{key}.form", f"unknown {table.form!r}; known: {', '.join(FORMS)}")
        return None
    unknown = sorted(set(table.states) - set(State))
    if unknown:
        words = f"unknown {', '.join(unknown)}; known: {', '.join(State)}"
        faults.add(f"answer.{key}.states", words)
        return None
    is_webhook = form is event.FORM
    return Receiver(
        key=key,
        sender=table.sender,
        form=form,
        states=frozenset(map(State, table.states)) or frozenset(State),
        every_seconds=table.every_seconds,
        folder=None if is_webhook else _folder(config, key, table, faults),
        url=_url(key, table, faults) if is_webhook else "",
        secret=_secret(config, key, table, faults) if is_webhook else b"",
    )


def _folder(config: Config, key: str, table: Answer, faults: Faults) -> Path | None:
    sender = config.senders[table.sender]
    if table.folder:
        return config.path(table.folder)
    if sender.folder:
        return config.path(sender.folder) / FOLDER
    if sender.sftp_keys:
        return config.sftp_root(table.sender) / FOLDER
    faults.add(
        f"answer.{key}",
        f"name a `folder`: sender {table.sender} has neither a folder nor SFTP keys",
    )
    return None


def _url(key: str, table: Answer, faults: Faults) -> str:
    parts = urlsplit(table.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        faults.add(f"answer.{key}.url", "must be an address like https://erp.example/facteur")
    return table.url


def _secret(config: Config, key: str, table: Answer, faults: Faults) -> bytes:
    where = f"answer.{key}.secret_file"
    if not table.secret_file:
        faults.add(where, "is missing; it holds whsec_ and 32 random bytes in base64")
        return b""
    path = config.path(table.secret_file)
    try:
        text = path.read_text(encoding="ascii").strip()
        secret = base64.b64decode(text.removeprefix(_SECRET), validate=True)
    except (OSError, UnicodeDecodeError, binascii.Error) as error:
        faults.add(where, f"{path}: {getattr(error, 'strerror', None) or 'not whsec_ and base64'}")
        return b""
    if len(secret) not in _SECRET_BYTES:
        faults.add(where, f"{path}: {len(secret)} bytes; a secret has 24 to 64")
    return secret
