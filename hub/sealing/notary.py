"""Notary: a time-stamp authority and whoever knows what was revoked; needs no key of its own."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256

import httpx

from formats.signatures.renewal import holds_until, renew, token_holds_until
from formats.signatures.signer import Proof
from hub.keys import NoTimeStamp, TimeStampAuthority
from hub.sealing.revocation import Revocation

_TIMEOUT_SECONDS = 10
_QUESTION = sha256(b"until when do you stamp?").digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notary:
    """A Witness: asks an authority for the time, and others about revoked certificates."""

    stamper: TimeStampAuthority
    prover: Revocation

    def time_stamp(self, digest: bytes) -> bytes:
        """Return a TimeStampToken over `digest`."""
        return self.stamper(digest)

    def prove(self, certificate: bytes, known: Sequence[bytes]) -> Proof:
        """Return what shows that `certificate` is good."""
        return self.prover(certificate, known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """A PDF with another archive time stamp, and until when that holds."""

    data: bytes
    holds_until: datetime


@cache
def notary_of(url: str, trusted: tuple[bytes, ...]) -> Notary:
    """Return who stamps at an address, under one of these roots (DER) if there are any."""
    http = httpx.Client(timeout=_TIMEOUT_SECONDS)
    stamper = TimeStampAuthority(
        url=url, http=http, draw_nonce=lambda: secrets.randbits(64), trusted=trusted
    )
    return Notary(stamper=stamper, prover=Revocation(http=http, known=trusted))


def renewed(data: bytes, url: str, trusted: tuple[bytes, ...]) -> Renewed:
    """Set another archive time stamp. Runs in a child, which keeps the line open.

    Raises:
        Unsupported: it cannot be renewed, now or ever.
        NoTimeStamp, NoProof: not now.
    """
    made = renew(data, notary_of(url, trusted))
    return Renewed(data=made, holds_until=holds_until(made))


def stamps_until(url: str, trusted: tuple[bytes, ...]) -> datetime:
    """Ask for a time stamp, and return when the first certificate in it ends.

    Raises:
        NoTimeStamp: none came, or one that cannot be used.
    """
    token = notary_of(url, trusted).time_stamp(_QUESTION)
    try:
        return token_holds_until(token)
    except ValueError as fault:
        raise NoTimeStamp(f"{url}: a certificate in the time stamp cannot be read") from fault
