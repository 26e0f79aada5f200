"""What an RFC 3161 time stamp says, byte for byte as its authority signed it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms, parser  # type: ignore[import-untyped]
from cryptography import x509

from archive.closing.tree import Digest

_OBJECT_IDENTIFIER = 6


class NoStamp(Exception):
    """An authority gave no time stamp, or one that is of no use. Ask again later."""


class BadStamp(ValueError):
    """A time stamp does not prove what it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a time stamp says.

    Attributes:
        token: the TimeStampToken (DER).
        at: when it was given.
        digest: of what it is over; `imprint` is that hash.
        policy: of the authority, dotted.
        holds_until: when the first certificate in it ends.
    """

    token: bytes
    at: datetime
    digest: Digest
    imprint: bytes
    policy: str
    holds_until: datetime


def _nothing(_stamp: Stamp) -> Mapping[str, bytes]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A time-stamp authority.

    Attributes:
        name: `[a-z0-9-]+`; files are named after it.
        respond: gives the RFC 3161 response over a hash, checked; raises NoStamp.
        vouch: gives what is said now of whether the certificates in a stamp were revoked, by the
            ending of a file's name (`1.ocsp`, `2.crl`); nothing where nobody says it; raises
            NoStamp where one was.
    """

    name: str
    respond: Callable[[Digest, bytes], bytes]
    vouch: Callable[[Stamp], Mapping[str, bytes]] = _nothing


def read_stamp(data: bytes) -> Stamp:
    """Return what a TimeStampResp, or a bare token, says; whether it is true is not judged.

    Raises:
        BadStamp: it is none.
    """
    try:
        token = _token(data)
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        stated = signed["encap_content_info"]["content"].parsed
        imprint = stated["message_imprint"]
        return Stamp(
            token=token,
            at=stated["gen_time"].native.astimezone(UTC),
            digest=Digest(imprint["hash_algorithm"]["algorithm"].native),
            imprint=imprint["hashed_message"].native,
            policy=stated["policy"].dotted,
            holds_until=min(each.not_valid_after_utc for each in _certificates(signed)),
        )
    except (ValueError, LookupError, TypeError, AttributeError, x509.InvalidVersion) as fault:
        raise BadStamp(f"is not a time stamp: {fault}") from fault


def certificates_in(stamp: Stamp) -> Iterator[x509.Certificate]:
    """Yield the certificates that a time stamp carries."""
    return _certificates(cms.ContentInfo.load(stamp.token, strict=True)["content"])


def _certificates(signed: cms.SignedData) -> Iterator[x509.Certificate]:
    return map(x509.load_der_x509_certificate, parts(signed["certificates"].contents))


def _token(data: bytes) -> bytes:
    """Return the token in a response, whose first part is a status and not an identifier."""
    first, *rest = parts(parser.parse(data, strict=True)[4])
    return data if first[0] == _OBJECT_IDENTIFIER else rest[0]


def parts(contents: bytes) -> Iterator[bytes]:
    """Yield the DER values that stand one after the other, byte for byte."""
    while contents:
        size = parser.peek(contents)
        yield contents[:size]
        contents = contents[size:]
