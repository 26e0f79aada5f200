"""What became of a verification: one report a file, one part of it a signature."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one certificate: as its issuer says, or nothing.

    Attributes:
        certificate: its subject, RFC 4514.
        source: who said so; None if nobody did.
        said_at: the moment that the answer is about.
        revoked_at: None as long as it was good.
    """

    certificate: str
    source: Literal["OCSP", "CRL"] | None = None
    said_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One RFC 3161 time stamp: over a signature, or over a whole document.

    Attributes:
        path: subjects from the authority's certificate to a trusted one; empty if there is no path.
    """

    over: Literal["signature", "document"]
    at: datetime
    authority: str
    path: tuple[str, ...]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """One signature.

    Attributes:
        form: the standard.
        level: what is there and good: B-B, B-T, B-LT, B-LTA.
        signer: subject of the signer's certificate, RFC 4514.
        claimed_at: what the signer says.
        proven_at: the earliest good time stamp.
        valid_until: end of the signer's certificate.
        path: subjects from the signer's certificate to a trusted one; empty if there is no path.
        standings: of the certificates on the path, roots apart.
        faults: why it is not to be trusted; a signature without any is good.
        notes: what could not be known.
    """

    form: Literal["PAdES", "XAdES", "CAdES"]
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"]
    signer: str
    claimed_at: datetime | None
    proven_at: datetime | None
    valid_until: datetime
    path: tuple[str, ...]
    stamps: tuple[Stamp, ...]
    standings: tuple[Standing, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All signatures of a file, in the order in which they were made."""

    signatures: tuple[SignatureReport, ...]

    @property
    def good(self) -> bool:
        """Whether there is a signature, and none has a fault."""
        return bool(self.signatures) and not any(each.faults for each in self.signatures)
