"""Codes that stand in letters: short enough to be typed, each leading to one invitation.

A code has 40 bits of an alphabet without look-alikes (Crockford's base 32). What a letter's QR code
leads to is a token of 256 bits that follows from the code and a secret key; so the hash that is
kept of it tells nobody the code.
"""

import re

from hub.pipeline.tokens import derived, digest

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8
_BITS = 5
_MEANT = str.maketrans("OIL", "011")
_CODE = re.compile(f"[{_ALPHABET}]{{{_LENGTH}}}")


def code_of(key: bytes, of: str) -> str:
    """Return the code of something; two may have the same by chance.

    >>> code_of(bytes(32), "d-1.0")
    'G0FD0E7X'
    """
    number = int.from_bytes(digest(key, "letter code", of)[:_LENGTH])
    return "".join(_ALPHABET[number >> _BITS * place & 31] for place in range(_LENGTH))


def shown(code: str) -> str:
    """Write a code in two groups.

    >>> shown("G0FD0E7X")
    'G0FD-0E7X'
    """
    return f"{code[:4]}-{code[4:]}"


def typed(text: str) -> str:
    """Return the code that somebody typed, empty for what is none.

    >>> typed(" gOfd - 0e7x "), typed("GOFD")
    ('G0FD0E7X', '')
    """
    code = re.sub(r"[\s-]", "", text[:40]).upper().translate(_MEANT)
    return code if _CODE.fullmatch(code) else ""


def token_of(key: bytes, code: str) -> str:
    """Return the token to which a code leads."""
    return derived(key, "letter", code)
