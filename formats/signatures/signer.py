"""Signer: a certificate chain, a key that signs, a clock that others believe."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey
TimeStamper = Callable[[bytes], bytes]
"""Takes a SHA-256 digest, gives an RFC 3161 TimeStampToken as DER."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What shows that certificates were good at a time; all DER.

    Attributes:
        ocsp: OCSPResponse, RFC 6960.
        crls: CertificateList, RFC 5280.
        certificates: of issuers and responders that were not known before.
    """

    ocsp: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    certificates: tuple[bytes, ...] = ()


Prover = Callable[[bytes, Sequence[bytes]], Proof]
"""Takes a certificate and others, among which its issuer may be; asks whether it is good."""


class Unsupported(Exception):
    """This file cannot carry this signature, now or ever. Names the file's or the signer's lack."""


class NoProof(Exception):
    """Nobody said whether a certificate is good. Try again later."""


class Revoked(Unsupported):
    """The issuer took a certificate back.

    Attributes:
        at: the moment; aware.
        source: how the issuer said so.
    """

    def __init__(self, certificate: str, at: datetime, source: Literal["OCSP", "CRL"]) -> None:
        super().__init__(f"{certificate} was revoked on {at:%Y-%m-%d}")
        self.certificate = certificate
        self.at = at
        self.source = source

    def __reduce__(self) -> tuple[type["Revoked"], tuple[str, datetime, str]]:
        """Survive the way back from a child process."""
        return (Revoked, (self.certificate, self.at, self.source))


class Witness(Protocol):
    """Who asks others for what they will be believed in later years; needs no key."""

    def time_stamp(self, digest: bytes) -> bytes | None:
        """Return a TimeStampToken over a SHA-256 digest as DER; None if no authority is known."""
        ...

    def prove(self, certificate: bytes, known: Sequence[bytes]) -> Proof | None:
        """Return what shows that a certificate is good now; None if nobody can be asked."""
        ...


class Signer(Witness, Protocol):
    """Who signs. The secret stays with the application: a key in memory, a card, a module."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """X.509 certificates as DER: the signer's own first, each followed by its issuer."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`: RSASSA-PKCS1-v1_5 or DER-coded ECDSA, SHA-256."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySigner:
    """A Signer whose key is in memory, parsed once and kept.

    Attributes:
        key: RSA or elliptic-curve private key.
        chain: as in Signer.
        stamper: asks the time-stamp authority; may raise whatever the application understands.
        prover: asks the certification authorities; may raise likewise.
    """

    key: PrivateKey
    chain: tuple[bytes, ...]
    stamper: TimeStamper | None = None
    prover: Prover | None = None

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

    def prove(self, certificate: bytes, known: Sequence[bytes]) -> Proof | None:
        """Return what shows that `certificate` is good, or None without anybody to ask."""
        return self.prover(certificate, known) if self.prover else None


def in_time(signer: Signer, at: datetime) -> None:
    """See to it that the signer's certificate is valid at a time (aware).

    Raises:
        Unsupported: it is not; nobody would believe the signature.
    """
    own = x509.load_der_x509_certificate(signer.chain[0])
    first, last = own.not_valid_before_utc, own.not_valid_after_utc
    if not first <= at <= last:
        raise Unsupported(
            f"{own.subject.rfc4514_string()} is valid from {first:%Y-%m-%d} until {last:%Y-%m-%d}: "
            "who gets it would not believe the signature"
        )


def stamped(witness: Witness, digest: bytes) -> bytes:
    """Return a TimeStampToken over `digest` as DER.

    Raises:
        Unsupported: nobody can be asked for one.
    """
    token = witness.time_stamp(digest)
    if token is None:
        raise Unsupported(
            "the signature needs a time stamp, and no time-stamp authority is configured"
        )
    return token
