"""The LMTP door (RFC 2033): a mail server hands over what comes back on messages.

A message is answered with 250 only when it lies durably in the maildir of its channel, where it is
read like any other that came back. Whom it was for is written above it: by that it is known.
"""

import asyncio
import functools
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from hub.config.config import Config
from outbound.mailboxes.mailbox import LETTER_BYTES_MAX
from outbound.mailboxes.maildir import deliver

_NOT_KEPT = "451 4.3.0 it cannot be kept now"
_KEPT = "250 2.0.0 kept"
_IDLE_SECONDS = 300
_RECIPIENTS_MAX = 100

logging.getLogger("mail.log").setLevel(logging.ERROR)  # the library's; it writes addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where messages to `LOCAL_PART` and `LOCAL_PART+TOKEN` go."""

    local_part: str
    maildir: Path

    def takes(self, local_part: str) -> bool:
        """Whether this is one of its addresses."""
        return local_part.partition("+")[0].lower() == self.local_part.lower()


def boxes_of(config: Config) -> dict[str, list[Box]]:
    """Return the maildirs of all channels that have one, by domain; of one address, the first."""
    boxes: dict[str, list[Box]] = {}
    for domain, box in _boxes(config):
        boxes.setdefault(domain, []).append(box)
    return boxes


def _boxes(config: Config) -> Iterator[tuple[str, Box]]:
    for table in config.channels.values():
        if "bounce_maildir" in table and "bounce_domain" in table:
            maildir = config.path(str(table["bounce_maildir"]))
            local_part = str(table.get("bounce_local_part", "bounce"))
            yield str(table["bounce_domain"]).lower(), Box(local_part=local_part, maildir=maildir)


class LmtpDoor:
    """Listens for the mail server."""

    def __init__(
        self, listen: str, boxes: Mapping[str, Sequence[Box]], *, new_id: Callable[[], str]
    ) -> None:
        self._listen = listen
        self._clerk = _Clerk(boxes, new_id)
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen; returns the port."""
        host, _, port = self._listen.rpartition(":")
        make = functools.partial(
            LMTP,
            self._clerk,
            data_size_limit=LETTER_BYTES_MAX,
            enable_SMTPUTF8=True,
            timeout=_IDLE_SECONDS,
            ident="Facteur",
        )
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(make, host.strip("[]"), int(port))
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Let no one in any more; what was answered is kept."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()


class _Clerk:
    """Takes messages for known addresses; the library calls it."""

    def __init__(self, boxes: Mapping[str, Sequence[Box]], new_id: Callable[[], str]) -> None:
        self._boxes = boxes
        self._new_id = new_id

    async def handle_RCPT(  # noqa: N802  (the library's name)
        self,
        _server: Any,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Refuse at once what is for nobody here."""
        if self._box(address) is None:
            return "550 5.1.1 nobody here has that address"
        if len(envelope.rcpt_tos) == _RECIPIENTS_MAX:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known"

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the message for each recipient, and answer for each (RFC 2033 section 4.2)."""
        answers = [
            await asyncio.to_thread(self._kept, address, envelope) for address in envelope.rcpt_tos
        ]
        return "\r\n".join(answers)

    def _box(self, address: str) -> Box | None:
        local_part, _, domain = address.rpartition("@")
        boxes = self._boxes.get(domain.lower(), ())
        return next((box for box in boxes if box.takes(local_part)), None)

    def _kept(self, address: str, envelope: Envelope) -> str:
        box = self._box(address)
        if box is None:
            return _NOT_KEPT
        sender = (envelope.mail_from or "").strip("<>")
        head = f"Return-Path: <{sender}>\r\nDelivered-To: {address}\r\n"
        data = head.encode("utf-8", "surrogateescape") + (envelope.original_content or b"")
        try:
            deliver(box.maildir, f"{self._new_id()}.lmtp", data)
        except OSError:
            return _NOT_KEPT
        return _KEPT
