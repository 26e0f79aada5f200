"""What became of a verification: one report a file, one part of it a signature."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """What sort of fault it is, and so what is to be done about it."""

    CHANGED = "changed"
    APPENDED = "appended"
    FORGED = "forged"
    WEAK = "weak"
    UNTRUSTED = "untrusted"
    OUT_OF_TIME = "out of time"
    REVOKED = "revoked"


class Verdict(StrEnum):
    """What a signature is worth; a file is worth what the worst of its signatures is."""

    GOOD = "good"
    NOT_TRUSTED = "not trusted"
    BROKEN = "broken"
    NOT_SIGNED = "not signed"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a signature is not to be trusted."""

    kind: Kind
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one certificate: as its issuer says, or nothing.

    Attributes:
        certificate: its subject, RFC 4514.
        source: who said so; None if nobody did.
        said_at: the moment that the answer is about.
        valid_until: when the next answer was to come.
        revoked_at: None as long as it was good.
    """

    certificate: str
    source: Literal["OCSP", "CRL"] | None = None
    said_at: datetime | None = None
    valid_until: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One RFC 3161 time stamp: over a signature, over a whole document, or over any file.

    Attributes:
        valid_until: end of the authority's certificate.
        path: subjects from the authority's certificate to a trusted one; empty if there is no path.
    """

    over: Literal["signature", "document", "file"]
    at: datetime
    authority: str
    valid_until: datetime
    path: tuple[str, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What it is worth."""
        return _verdict(self.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """One signature.

    Attributes:
        form: the standard; CMS and PDF where the signature does not name its certificate.
        level: what is there and good: B-B, B-T, B-LT, B-LTA.
        signer: subject of the signer's certificate, RFC 4514.
        claimed_at: what the signer says.
        proven_at: the earliest good time stamp.
        valid_until: end of the signer's certificate.
        covers: what is signed, and what was added after it.
        path: subjects from the signer's certificate to a trusted one; empty if there is no path.
        standings: of the certificates on the path, roots apart.
        faults: why it is not to be trusted; a signature without any is good.
        notes: what could not be known, and what proves nothing any more.
    """

    form: Literal["PAdES", "XAdES", "CAdES", "PDF", "CMS"]
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"]
    signer: str
    claimed_at: datetime | None
    proven_at: datetime | None
    valid_until: datetime
    covers: str
    path: tuple[str, ...]
    stamps: tuple[Stamp, ...]
    standings: tuple[Standing, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """What it is worth."""
        return _verdict(self.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All signatures of a file, in the order in which they were made.

    Attributes:
        stamps: time stamps that stand alone, over no signature.
    """

    signatures: tuple[SignatureReport, ...] = ()
    stamps: tuple[Stamp, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What the file is worth: the worst of its signatures and of the stamps that stand alone.

        >>> Report().verdict
        <Verdict.NOT_SIGNED: 'not signed'>
        """
        said = {each.verdict for each in self.signatures} | {each.verdict for each in self.stamps}
        worst = (Verdict.BROKEN, Verdict.NOT_TRUSTED, Verdict.GOOD)
        return next((each for each in worst if each in said), Verdict.NOT_SIGNED)

    @property
    def good(self) -> bool:
        """Whether there is a signature, and none has a fault."""
        return self.verdict is Verdict.GOOD


_BREAKING = frozenset({Kind.CHANGED, Kind.APPENDED, Kind.FORGED})


def _verdict(faults: Iterable[Fault]) -> Verdict:
    kinds = {fault.kind for fault in faults}
    if kinds & _BREAKING:
        return Verdict.BROKEN
    return Verdict.NOT_TRUSTED if kinds else Verdict.GOOD
