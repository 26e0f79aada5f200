"""How a value is written in an SMTP parameter (RFC 3461 section 4)."""

import re

_ENCODED = re.compile(rb"\+([0-9A-F]{2})")


def to_xtext(value: str) -> str:
    """Return the value without blanks, plus and equals signs.

    >>> to_xtext("tenant=a+b")
    'tenant+3Da+2Bb'
    """
    return "".join(
        chr(byte) if 33 <= byte <= 126 and byte not in b"+=" else f"+{byte:02X}"
        for byte in value.encode()
    )


def from_xtext(value: str) -> str:
    """Return what was written so.

    >>> from_xtext("tenant+3Da+2Bb")
    'tenant=a+b'
    """
    data = _ENCODED.sub(lambda match: bytes([int(match[1], 16)]), value.encode())
    return data.decode("utf-8", "replace")
