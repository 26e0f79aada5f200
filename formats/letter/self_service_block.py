"""The block of a letter that leads its recipient to a page: a code to scan, and one to type."""

from dataclasses import dataclass

import segno

from formats.codec import SelfService
from formats.letter.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfServiceBlock:
    """What it says.

    Attributes:
        code: data URI of the QR code.
    """

    sentence: str
    code: str
    scan: str


def self_service_block(offer: SelfService | None, words: Wording) -> SelfServiceBlock | None:
    """Return the block, or None where nothing is offered.

    Source:
        The symbol is ISO/IEC 18004, error correction level M.
    """
    if offer is None:
        return None
    return SelfServiceBlock(
        sentence=words.say("self_service.offer", place=offer.place, code=offer.code),
        code=str(segno.make_qr(offer.url, error="m").png_data_uri(scale=4, border=4)),
        scan=words.say("self_service.scan"),
    )
