"""Whether a certificate leads to one that is trusted, and was good at a moment: RFC 5280, 6."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import pairwise

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification
from cryptography.x509.verification import Criticality, ExtensionPolicy, Policy, PolicyBuilder

from formats.signatures.report import Standing
from formats.signatures.revocation import best_answer
from formats.signatures.signer import NoProof, Prover, Revoked, Unsupported

DEPTH_AT_MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whom one believes, and what was said about certificates; all DER.

    Attributes:
        trusted: roots, or certificates that are trusted themselves.
        known: others, among which issuers are looked for.
        ocsp: OCSP responses that lie at hand.
        crls: lists that lie at hand.
        prover: asks for what does not lie at hand.
    """

    trusted: tuple[bytes, ...]
    known: tuple[bytes, ...] = ()
    ocsp: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    prover: Prover | None = None

    def knowing(self, certificates: Sequence[bytes]) -> "Trust":
        """Return the same with more certificates at hand."""
        return replace(self, known=(*self.known, *certificates))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A certificate, judged. Attributes as in SignatureReport."""

    path: tuple[str, ...]
    standings: tuple[Standing, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def proven(self) -> bool:
        """Whether there is a path, and of each certificate on it is known that it was good."""
        return bool(self.path) and not self.faults and not self.notes


def judged(certificate: x509.Certificate, at: datetime, trust: Trust) -> Judged:
    """Return what is known about a certificate at a moment."""
    try:
        path = _path(certificate, at, trust)
    except verification.VerificationError as fault:
        reason = str(fault).partition("(encountered")[0].removeprefix("validation failed: ")
        words = f"{name_of(certificate)} has no path to a trusted certificate: {reason.strip()}"
        return Judged(path=(), standings=(), faults=(words,), notes=())
    standings = [_standing(own, above, trust) for own, above in pairwise(path)]
    faults = [
        f"{each.certificate} was revoked on {each.revoked_at:%Y-%m-%d}"
        for each in standings
        if each.revoked_at and each.revoked_at <= at
    ]
    notes = [f"nobody says whether {s.certificate} is revoked" for s in standings if not s.source]
    return Judged(
        path=tuple(map(name_of, path)),
        standings=tuple(standings),
        faults=tuple(faults),
        notes=tuple(notes),
    )


def name_of(certificate: x509.Certificate) -> str:
    """Return the subject as RFC 4514 writes it."""
    return certificate.subject.rfc4514_string()


def _path(certificate: x509.Certificate, at: datetime, trust: Trust) -> Sequence[x509.Certificate]:
    roots = [x509.load_der_x509_certificate(each) for each in trust.trusted]
    if certificate in roots:
        if certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            return (certificate,)
        raise verification.VerificationError("cert is not valid at validation time")
    if not roots:
        raise verification.VerificationError("nobody is trusted")
    known = [x509.load_der_x509_certificate(each) for each in dict.fromkeys(trust.known)]
    builder = PolicyBuilder().store(verification.Store(roots)).time(at)
    issuers, ends = _policies()
    verifier = (
        builder.max_chain_depth(DEPTH_AT_MOST)
        .extension_policies(ca_policy=issuers, ee_policy=ends)
        .build_client_verifier()
    )
    return verifier.verify(certificate, known).chain


@cache
def _policies() -> tuple[ExtensionPolicy, ExtensionPolicy]:
    """Return what is asked of issuers and of the last certificate; not the rules of the Web."""
    issuers = (
        ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _is_authority)
        .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _may_issue)
    )
    return issuers, ExtensionPolicy.permit_all()


def _is_authority(_: Policy, __: x509.Certificate, held: x509.BasicConstraints) -> None:
    if not held.ca:
        raise ValueError("an issuer is no certification authority")


def _may_issue(_: Policy, __: x509.Certificate, held: x509.KeyUsage | None) -> None:
    if held is not None and not held.key_cert_sign:
        raise ValueError("an issuer may not issue certificates")


def _standing(own: x509.Certificate, issuer: x509.Certificate, trust: Trust) -> Standing:
    answer = best_answer(own, issuer, responses=trust.ocsp, crls=trust.crls)
    if answer is None and trust.prover:
        try:
            proof = trust.prover(_der(own), (_der(issuer),))
        except Revoked as fault:
            return Standing(certificate=name_of(own), source=fault.source, revoked_at=fault.at)
        except (Unsupported, NoProof):
            return Standing(certificate=name_of(own))
        answer = best_answer(own, issuer, responses=proof.ocsp, crls=proof.crls)
    if answer is None:
        return Standing(certificate=name_of(own))
    return Standing(
        certificate=name_of(own),
        source=answer.source,
        said_at=answer.said_at,
        revoked_at=answer.revoked_at,
    )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
