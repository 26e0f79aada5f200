"""Notices by webhook, one request each, signed; told again later until the receiver takes them.

Source:
    Standard Webhooks 1.0: headers `webhook-id`, `webhook-timestamp`, `webhook-signature`; 2xx means
    taken; waits between attempts of seconds to a day. The id is stable, so that a receiver which
    took one and whose answer was lost knows it the second time.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import httpx
import msgspec

from archive.entry import Draft, Entry, Item
from formats.answers.notice import Cover, Notice
from hub.answers.gathering import plain
from hub.answers.receivers import Receiver
from hub.answers.telling import tell_tale
from hub.pipeline.house import House
from hub.store import notices
from hub.store.notices import Kept, NoticeState

WAITS_SECONDS: Final = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""After each attempt that failed; after the last, the operator is told."""

_AT_ONCE: Final = 50
_GONE: Final = 410
_DEAD: Final = range(500, 600)
_BUSY: Final = 429
_SHOWN_CHARACTERS: Final = 200


class _NotTaken(Exception):
    """The receiver did not take it.

    Attributes:
        is_down: whether the next one would fare no better now.
        is_gone: whether it wants to hear no more.
        after_seconds: when it wants to be asked again; 0: it did not say.
    """

    def __init__(
        self, words: str, *, is_down: bool, is_gone: bool = False, after_seconds: int = 0
    ) -> None:
        super().__init__(words)
        self.is_down = is_down
        self.is_gone = is_gone
        self.after_seconds = after_seconds


def tell_by_webhook(house: House, receiver: Receiver, http: httpx.Client) -> int:
    """Post what is due; returns how many were taken. An endpoint that is down is left in peace."""
    with house.database.transaction() as connection:
        due = notices.due(connection, receiver.key, house.clock(), _AT_ONCE)
    drafts = [_evidence(receiver, kept, _body(house, receiver, kept)) for kept in due]
    entries = house.archive.append(drafts, first_stays=True) if drafts else []
    told = 0
    for kept, entry in zip(due, entries, strict=True):
        body = house.archive.get(entry.items[0].sha256)
        try:
            _post(receiver, http, kept.id, body, house.clock())
        except _NotTaken as fault:
            _wait(house, kept, fault)
            if fault.is_down:
                break
        else:
            _note(house, receiver, kept, entry)
            told += 1
    return told


def headers(secret: bytes, notice: str, body: bytes, at: datetime) -> Mapping[str, str]:
    """Return what proves to the receiver that we wrote this, and when.

    >>> from datetime import UTC
    >>> headers(b"k" * 24, "n1", b"{}", datetime(2026, 11, 22, tzinfo=UTC))["webhook-timestamp"]
    '1795305600'
    """
    seconds = str(int(at.timestamp()))
    signed = b".".join((notice.encode(), seconds.encode(), body))
    digest = hmac.digest(secret, signed, hashlib.sha256)
    return {
        "content-type": "application/json",
        "webhook-id": notice,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _body(house: House, receiver: Receiver, kept: Kept) -> bytes:
    notice = msgspec.json.decode(kept.content, type=Notice)
    tenant = house.config.tenants[notice.tenant]
    cover = Cover(serial=0, made_at=notice.at, company=tenant.name)
    return receiver.form.write([notice], cover)


def _evidence(receiver: Receiver, kept: Kept, body: bytes) -> Draft:
    notice = msgspec.json.decode(kept.content, type=Notice)
    item = Item(
        role="answer", name=f"{kept.id}.json", media_type=receiver.form.media_type, data=body
    )
    return Draft(
        key=f"{kept.id}/answer",
        tenant=notice.tenant,
        subject=notice.document or notice.submission,
        document=notice.document or None,
        kind="answer",
        step="answer",
        fields={"receiver": receiver.key},
        items=(item,),
    )


def _post(receiver: Receiver, http: httpx.Client, notice: str, body: bytes, at: datetime) -> None:
    try:
        answer = http.post(
            receiver.url, content=body, headers=headers(receiver.secret, notice, body, at)
        )
    except httpx.HTTPError as error:
        words = f"{type(error).__name__}: {error}"
        raise _NotTaken(plain(words), is_down=True) from error
    if not answer.is_success:
        raise _NotTaken(
            plain(f"{answer.status_code} {answer.text[:_SHOWN_CHARACTERS]}"),
            is_down=answer.status_code in _DEAD or answer.status_code in {_BUSY, _GONE},
            is_gone=answer.status_code == _GONE,
            after_seconds=_asked_for(answer),
        )


def _asked_for(answer: httpx.Response) -> int:
    text = answer.headers.get("retry-after", "")
    return min(int(text), WAITS_SECONDS[-1]) if text.isdecimal() else 0


def _wait(house: House, kept: Kept, fault: _NotTaken) -> None:
    over = fault.is_gone or kept.attempts >= len(WAITS_SECONDS)
    seconds = 0 if over else max(WAITS_SECONDS[kept.attempts], fault.after_seconds)
    with house.database.transaction() as connection:
        notices.change(
            connection,
            [kept.id],
            state=NoticeState.FAILED if over else NoticeState.WAITING,
            attempts=kept.attempts + 1,
            due_at=house.clock() + timedelta(seconds=seconds),
            reason=str(fault),
        )


def _note(house: House, receiver: Receiver, kept: Kept, entry: Entry) -> None:
    said: Sequence[Notice] = [msgspec.json.decode(kept.content, type=Notice)]
    with house.database.transaction() as connection:
        tell_tale(house, connection, said, f"{receiver.key} by webhook", entry)
