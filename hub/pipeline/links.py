"""Whether a document goes along or stays behind a link, and the making of links.

A token is derived from a parcel's key, so that a parcel composed again carries the same link; the
database holds its hash alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.pipeline.tokens import derived, hash_of
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.links import Asks, Link
from outbound.channel import Channel, Enclosure, LinkingChannel
from routing_rules.recipient import Recipient

LINK_PATH = "/l/"
"""Below it lies all that recipients must be able to reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMaker:
    """Makes links; there is none where recipients cannot reach the hub.

    Attributes:
        url: how recipients reach the hub, without a slash at the end.
        key: thirty-two secret bytes.
        asks: what a recipient must know besides, where the hub knows it itself.
    """

    url: str
    key: bytes = field(repr=False)
    valid_days: int
    asks: Asks = ""

    def token(self, parcel_key: str) -> str:
        """Return the 256 bits that stand in the address."""
        return derived(self.key, "link", parcel_key)

    def address(self, parcel_key: str) -> str:
        """Return the address that the message holds."""
        return f"{self.url}{LINK_PATH}{self.token(parcel_key)}"

    def expires_at(self, made_at: datetime) -> datetime:
        """Return when a link ends."""
        return made_at + timedelta(days=self.valid_days)

    def link(
        self,
        delivery: Delivery,
        row: DocumentRow,
        file: Enclosure,
        *,
        recipient: Recipient,
        seller: str,
        language: str,
        made_at: datetime,
    ) -> Link:
        """Return what is to be written down before the message leaves."""
        token = self.token(delivery.parcel_key)
        asks, answer = self._question(recipient)
        return Link(
            token_sha256=hash_of(token),
            parcel_key=delivery.parcel_key,
            delivery=delivery.id,
            channel=delivery.channel,
            tenant=delivery.tenant,
            kind=row.kind,
            number=row.number,
            seller=seller,
            language=language,
            file_sha256=delivery.rendition_sha256,
            file_name=file.name,
            media_type=file.media_type,
            size_bytes=len(file.data),
            asks=asks,
            answer_sha256=answer_hash(token, answer) if asks else "",
            made_at=made_at,
            expires_at=self.expires_at(made_at),
        )

    def _question(self, recipient: Recipient) -> tuple[Asks, str]:
        known = {
            "post_code": (recipient.address.post_code if recipient.address else None) or "",
            "customer": recipient.key,
        }
        answer = known.get(self.asks, "")
        return (self.asks, answer) if answer.strip() else ("", "")


def stays_behind(channel: Channel, recipient: Recipient, files: Sequence[Enclosure]) -> bool:
    """Whether files stay behind a link: as the recipient wants it, else by what they weigh.

    What is encrypted is written as base64 once more.
    """
    if not isinstance(channel, LinkingChannel):
        return False
    if recipient.wants:
        return recipient.wants == "link"
    weight = sum(_in_base64(len(file.data)) for file in files)
    sent = _in_base64(weight) if recipient.smime_certificate else weight
    return sent > channel.attachment_bytes_max


def _in_base64(size_bytes: int) -> int:
    """Return what bytes weigh in lines of 76 characters and CRLF (RFC 2045 section 6.8)."""
    return -(-size_bytes // 57) * 78


def answer_hash(token: str, answer: str) -> str:
    """Return what an answer is compared by; blanks and capitals do not matter.

    >>> answer_hash("t", " 1012 ab") == answer_hash("t", "1012AB")
    True
    """
    plain = "".join(sign for sign in answer if sign.isalnum()).casefold()
    return hashlib.sha256(f"{token}\0{plain}".encode()).hexdigest()
