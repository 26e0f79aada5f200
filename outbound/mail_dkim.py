"""DKIM: a domain vouches for a message (RFC 6376), by RSA or Ed25519 (RFC 8463), or by both.

Canonical forms are dkimpy's, where home-made signers fail; the keys are used through OpenSSL, which
is ten times faster than dkimpy's own arithmetic and lets other threads run.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from dkim import select_headers  # type: ignore[import-untyped]
from dkim.canonicalization import Relaxed  # type: ignore[import-untyped]

PrivateKey = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
Header = tuple[bytes, bytes]

_SEALED = (
    b"from",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
)
"""Signed once more than they are there, so that nobody can add one (RFC 6376 section 8.15)."""
_ALSO = (b"auto-submitted", b"disposition-notification-to")
_FIELD = re.compile(rb"\r\n(?![ \t])")
_TXT_MAX = 255
"""Characters in one string of a TXT record (RFC 1035 section 3.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """A key, and under which name its public half lies in the DNS."""

    domain: str
    selector: str
    key: PrivateKey = field(repr=False)

    @property
    def algorithm(self) -> str:
        """As in the tag `a`."""
        return "rsa-sha256" if isinstance(self.key, rsa.RSAPrivateKey) else "ed25519-sha256"

    @property
    def rsa_bits(self) -> int:
        """How long an RSA key is; 0 of another."""
        return self.key.key_size if isinstance(self.key, rsa.RSAPrivateKey) else 0

    @property
    def name(self) -> str:
        """Where the record lies."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The record's value (RFC 6376 section 3.6.1, RFC 8463 section 4)."""
        public = self.key.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            data = public.public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            return f"v=DKIM1; k=rsa; p={base64.b64encode(data).decode()}"
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(public.public_bytes_raw()).decode()}"

    @property
    def zone_line(self) -> str:
        """The record as a line of a zone file, in strings that a server takes."""
        value = self.record
        parts = (value[at : at + _TXT_MAX] for at in range(0, len(value), _TXT_MAX))
        return f"{self.name}. IN TXT " + " ".join(f'"{part}"' for part in parts)

    def sign(self, data: bytes) -> bytes:
        """Return the signature of what the header fields and the body's hash come to."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(hashlib.sha256(data).digest())


def dkim_key(pem: str, *, domain: str, selector: str) -> DkimKey:
    """Return a key from PEM.

    Raises:
        ValueError: it is none, or of no use for DKIM.
    """
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise ValueError("no private key in PEM without a password") from error
    if not isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        raise ValueError("DKIM knows RSA and Ed25519 alone")  # noqa: TRY004
    if isinstance(key, rsa.RSAPrivateKey) and not 1024 <= key.key_size <= 4096:
        raise ValueError(f"an RSA key of {key.key_size} bits; use 2048 (RFC 8301)")
    return DkimKey(domain=domain, selector=selector, key=key)


def dkim_signed(message: bytes, keys: Sequence[DkimKey], *, at: datetime) -> bytes:
    """Return a message, CRLF at its lines' ends, with a signature of each key on top."""
    if not keys:
        return message
    head, _, body = message.partition(b"\r\n\r\n")
    headers = list(_fields(head))
    digest = base64.b64encode(hashlib.sha256(Relaxed.canonicalize_body(body)).digest())
    return b"".join(_signature(key, headers, digest, at) for key in keys) + message


def _fields(head: bytes) -> Iterator[Header]:
    for line in _FIELD.split(head):
        name, _, value = line.partition(b":")
        yield name, value


def _signature(key: DkimKey, headers: list[Header], digest: bytes, at: datetime) -> bytes:
    names = [name.lower() for name, _ in headers]
    signed = [name for name in names if name in (*_SEALED, *_ALSO)] + list(_SEALED)
    tags = (
        f"v=1; a={key.algorithm}; c=relaxed/relaxed; d={key.domain};".encode(),
        f"s={key.selector}; t={at.timestamp():.0f};".encode(),
        b"h=" + b":\r\n\t".join(b":".join(signed[n : n + 5]) for n in range(0, len(signed), 5)),
        b"bh=" + digest + b";",
        b"b=",
    )
    tags = (*tags[:2], tags[2] + b";", *tags[3:])
    unsigned = (b"DKIM-Signature", b" " + b"\r\n\t".join(tags))
    canonical = Relaxed.canonicalize_headers([*select_headers(headers, signed), unsigned])
    data = b"".join(name + b":" + value for name, value in canonical).removesuffix(b"\r\n")
    signature = base64.b64encode(key.sign(data))
    folded = b"\r\n\t ".join(signature[at : at + 70] for at in range(0, len(signature), 70))
    return b":".join(unsigned) + folded + b"\r\n"
