"""Whether a certificate leads to one that is trusted, and was good at a moment: RFC 5280, 6."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import Criticality, ExtensionPolicy, Policy, PolicyBuilder

from formats.signatures.report import Fault, Kind, Standing
from formats.signatures.revocation import best_answer
from formats.signatures.signer import NoProof, Proof, Prover, Revoked, Unsupported

DEPTH_AT_MOST = 8
_SHORT = {
    NameOID.GIVEN_NAME: "GN",
    NameOID.SURNAME: "SN",
    NameOID.SERIAL_NUMBER: "serialNumber",
    NameOID.TITLE: "title",
    NameOID.DN_QUALIFIER: "dnQualifier",
    NameOID.ORGANIZATION_IDENTIFIER: "organizationIdentifier",
    x509.ObjectIdentifier("2.5.4.13"): "description",
}


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
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]

    @property
    def proven(self) -> bool:
        """Whether there is a path, and of each certificate on it is known that it was good."""
        return bool(self.path) and not self.faults and not self.notes


def judged(certificate: x509.Certificate, at: datetime, trust: Trust) -> Judged:
    """Return what is known about a certificate at a moment."""
    late = tuple(_out_of_time(certificate, at))
    within = min(max(at, certificate.not_valid_before_utc), certificate.not_valid_after_utc)
    try:
        path = _path(certificate, within, trust)
    except verification.VerificationError as fault:
        astray = Fault(kind=Kind.UNTRUSTED, words=_no_path(certificate, trust, str(fault)))
        return Judged(path=(), standings=(), faults=(*late, astray), notes=())
    standings = [_standing(own, above, trust, at) for own, above in pairwise(path)]
    revoked = [
        Fault(
            kind=Kind.REVOKED,
            words=f"{each.certificate} was revoked on {each.revoked_at:%Y-%m-%d}",
        )
        for each in standings
        if each.revoked_at and each.revoked_at <= at
    ]
    return Judged(
        path=tuple(map(name_of, path)),
        standings=tuple(standings),
        faults=(*late, *revoked),
        notes=tuple(_unknown(standings, at)),
    )


def _out_of_time(certificate: x509.Certificate, at: datetime) -> Iterator[Fault]:
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= at <= last:
        yield Fault(
            kind=Kind.OUT_OF_TIME,
            words=f"{called(certificate)} is valid from {first:%Y-%m-%d} until {last:%Y-%m-%d}, "
            f"not on {at:%Y-%m-%d}",
        )


def _no_path(certificate: x509.Certificate, trust: Trust, words: str) -> str:
    """Say how far the certificates at hand lead, and why that is not far enough."""
    own = called(certificate)
    if not trust.trusted:
        return f"{own} is not trusted: no roots are set"
    top = _chain(certificate, trust.known)[-1]
    if any(_issued(top, root) for root in map(x509.load_der_x509_certificate, trust.trusted)):
        reason = words.partition("(encountered")[0].removeprefix("validation failed: ").strip()
        return f"{own} has no path to a trusted root: {reason}"
    issuer = "itself" if top.subject == top.issuer else top.issuer.rfc4514_string(_SHORT)
    end = f"{called(top)}, issued by {issuer}"
    return f"{own} has no path to a trusted root: it ends at {end}"


def _chain(certificate: x509.Certificate, known: Sequence[bytes]) -> list[x509.Certificate]:
    others = [x509.load_der_x509_certificate(each) for each in dict.fromkeys(known)]
    chain = [certificate]
    while len(chain) < DEPTH_AT_MOST and (
        above := next((o for o in others if o not in chain and _issued(chain[-1], o)), None)
    ):
        chain.append(above)
    return chain


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def name_of(certificate: x509.Certificate) -> str:
    """Return the subject as RFC 4514 writes it, with the short names of X.520."""
    return certificate.subject.rfc4514_string(_SHORT)


def called(certificate: x509.Certificate) -> str:
    """Return what a person calls the subject: its common name, or its organization, or all."""
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := certificate.subject.get_attributes_for_oid(kind):
            return found[0].rfc4514_string()
    return name_of(certificate)


def _path(certificate: x509.Certificate, at: datetime, trust: Trust) -> Sequence[x509.Certificate]:
    roots = [x509.load_der_x509_certificate(each) for each in trust.trusted]
    if certificate in roots:
        return (certificate,)
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


def _standing(
    own: x509.Certificate, issuer: x509.Certificate, trust: Trust, at: datetime
) -> Standing:
    answer = best_answer(own, issuer, responses=trust.ocsp, crls=trust.crls)
    if trust.prover and (answer is None or answer.is_stale(at)):
        try:
            proof = trust.prover(_der(own), (_der(issuer),))
        except Revoked as fault:
            return Standing(certificate=name_of(own), source=fault.source, revoked_at=fault.at)
        except (Unsupported, NoProof):
            proof = Proof()
        fresh = best_answer(own, issuer, responses=proof.ocsp, crls=proof.crls)
        answer = fresh or answer
    if answer is None:
        return Standing(certificate=name_of(own))
    return Standing(
        certificate=name_of(own),
        source=answer.source,
        said_at=answer.said_at,
        valid_until=answer.valid_until,
        revoked_at=answer.revoked_at,
    )


def _unknown(standings: Sequence[Standing], at: datetime) -> Iterator[str]:
    for each in standings:
        if each.source is None:
            yield f"nobody says whether {each.certificate} is revoked"
        elif each.valid_until and each.valid_until < at:
            yield (
                f"what {each.source} says of {each.certificate} is too old: it was to be asked "
                f"again by {each.valid_until:%Y-%m-%d}"
            )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
