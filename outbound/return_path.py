"""Where reports on a message come back to: a sender address that names one parcel (VERP)."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

_TOKEN_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPath:
    """Envelope senders of our own making: `LOCAL_PART+TOKEN@DOMAIN`.

    The token stands for one parcel and only we can make it. A report is known by the address it
    came to: its text is written by strangers.

    Attributes:
        secret: keys the token; who knows it can forge a report.
    """

    local_part: str
    domain: str
    secret: str = field(repr=False)

    def token(self, key: str) -> str:
        """Return thirty-two letters and digits for a parcel's key."""
        digest = hmac.digest(self.secret.encode(), key.encode(), hashlib.sha256)
        return base64.b32encode(digest[:20]).decode().lower()

    def address(self, token: str) -> str:
        """Return the envelope sender."""
        return f"{self.local_part}+{token}@{self.domain}"

    def message_id(self, token: str) -> str:
        """Return the Message-ID, which is the parcel's external id."""
        return f"<{token}@{self.domain}>"

    def token_of(self, addresses: Sequence[str]) -> str | None:
        """Return the token in the first of the addresses that is one of ours."""
        start = f"{self.local_part}+".lower()
        end = f"@{self.domain}".lower()
        for address in map(str.lower, addresses):
            token = address.removeprefix(start).removesuffix(end)
            whole = address == f"{start}{token}{end}"
            if whole and len(token) == _TOKEN_LENGTH and token.isascii() and token.isalnum():
                return token
        return None

    def stands_for(self, token: str, key: str) -> bool:
        """Whether the token was made of this key."""
        return hmac.compare_digest(self.token(key), token)
