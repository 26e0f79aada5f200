"""Signer: a certificate chain, a key that signs, a clock that others believe."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey
TimeStamper = Callable[[bytes], bytes]
"""Takes a SHA-256 digest, gives an RFC 3161 TimeStampToken as DER."""


class Unsupported(Exception):
    """This file cannot carry this signature, now or ever. Names the file's or the signer's lack."""


class Signer(Protocol):
    """Who signs. The secret stays with the application: a key in memory, a card, a module."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """X.509 certificates as DER: the signer's own first, each followed by its issuer."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`: RSASSA-PKCS1-v1_5 or DER-coded ECDSA, SHA-256."""
        ...

    def time_stamp(self, digest: bytes) -> bytes | None:
        """Return a TimeStampToken over a SHA-256 digest as DER; None if no authority is known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySigner:
    """A Signer whose key is in memory, parsed once and kept.

    Attributes:
        key: RSA or elliptic-curve private key.
        chain: as in Signer.
        stamper: asks the time-stamp authority; may raise whatever the application understands.
    """

    key: PrivateKey
    chain: tuple[bytes, ...]
    stamper: TimeStamper | None = None

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`."""
        match self.key:
            case RSAPrivateKey():
                return self.key.sign(data, PKCS1v15(), SHA256())
            case EllipticCurvePrivateKey():
                return self.key.sign(data, ECDSA(SHA256()))

    def time_stamp(self, digest: bytes) -> bytes | None:
        """Return a TimeStampToken over `digest`, or None without an authority."""
        return self.stamper(digest) if self.stamper else None


def stamped(signer: Signer, digest: bytes) -> bytes:
    """Return a TimeStampToken over `digest` as DER.

    Raises:
        Unsupported: the signer knows no time-stamp authority.
    """
    token = signer.time_stamp(digest)
    if token is None:
        raise Unsupported(
            "a B-T signature needs a time stamp, and no time-stamp authority is configured"
        )
    return token
