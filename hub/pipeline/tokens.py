"""Tokens that stand in addresses which recipients are sent: 256 bits, kept as a hash alone.

Each is derived from what it belongs to, so that a message composed again has the same token.
"""

import base64
import hashlib
import hmac


def derived(key: bytes, purpose: str, of: str) -> str:
    """Return the token of something; no other purpose has the same.

    >>> len(derived(bytes(32), "link", "d-1")), derived(bytes(32), "link", "d-1")[:4]
    (43, 'XXsz')
    """
    return base64.urlsafe_b64encode(digest(key, purpose, of)).decode().rstrip("=")


def digest(key: bytes, purpose: str, of: str) -> bytes:
    """Return the 256 bits behind a token."""
    return hmac.digest(key, f"{purpose}\0{of}".encode(), hashlib.sha256)


def hash_of(token: str) -> str:
    """Return by what a token is found."""
    return hashlib.sha256(token.encode()).hexdigest()
