"""Whether a certificate was revoked, by what its issuer says: OCSP (RFC 6960), CRL (RFC 5280)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import Hash, HashAlgorithm
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an issuer says of one certificate.

    Attributes:
        source: who said so.
        said_at: thisUpdate, the moment that the answer is about; aware.
        valid_until: nextUpdate, if there is one.
        revoked_at: None as long as the certificate is good.
    """

    source: Literal["OCSP", "CRL"]
    said_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None

    def is_stale(self, at: datetime) -> bool:
        """Whether a newer answer was to be had by then; a revocation stays."""
        return bool(self.valid_until and self.valid_until < at and not self.revoked_at)


def by_ocsp(
    response: bytes, certificate: x509.Certificate, issuer: x509.Certificate
) -> Answer | None:
    """Return the answer in an OCSPResponse; None if it is about others, or not to be believed."""
    try:
        loaded = ocsp.load_der_ocsp_response(response)
        if loaded.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        single = next(
            (each for each in loaded.responses if _is_about(each, certificate, issuer)), None
        )
        if single is None or single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            return None
        if not any(_has_signed(each, loaded) for each in _responders(loaded, issuer)):
            return None
    except (ValueError, UnsupportedAlgorithm):
        return None
    return Answer(
        source="OCSP",
        said_at=single.this_update_utc,
        valid_until=single.next_update_utc,
        revoked_at=single.revocation_time_utc,
    )


def _is_about(
    single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> bool:
    if single.serial_number != certificate.serial_number:
        return False
    name = _hashed(issuer.subject.public_bytes(), single.hash_algorithm)
    if single.hash_algorithm.name != "sha1":
        return single.issuer_name_hash == name
    key = x509.SubjectKeyIdentifier.from_public_key(issuer.public_key()).digest
    return (single.issuer_name_hash, single.issuer_key_hash) == (name, key)


def _hashed(data: bytes, algorithm: HashAlgorithm) -> bytes:
    digest = Hash(algorithm)
    digest.update(data)
    return digest.finalize()


def _responders(
    response: ocsp.OCSPResponse, issuer: x509.Certificate
) -> Iterator[x509.Certificate]:
    """Yield who may speak for an issuer: itself, and whom it certified for that (4.2.2.2)."""
    yield issuer
    for each in response.certificates:
        try:
            each.verify_directly_issued_by(issuer)
            purposes = each.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            continue
        if ExtendedKeyUsageOID.OCSP_SIGNING in purposes:
            yield each


def _has_signed(responder: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    algorithm = response.signature_hash_algorithm
    if algorithm is None:
        return False
    return is_signed_by(responder, response.signature, response.tbs_response_bytes, algorithm)


def is_signed_by(
    signer: x509.Certificate,
    signature: bytes,
    data: bytes,
    algorithm: HashAlgorithm,
    padding: PKCS1v15 | PSS | None = None,
) -> bool:
    """Return whether a certificate's key made a signature: RSA, or ECDSA as DER.

    Args:
        signer: whose key.
        signature: as it stands there.
        data: what is signed.
        algorithm: by which it was hashed.
        padding: of RSA; PKCS#1 v1.5 if none is given.
    """
    try:
        match signer.public_key():
            case RSAPublicKey() as key:
                key.verify(signature, data, padding or PKCS1v15(), algorithm)
            case EllipticCurvePublicKey() as curve:
                curve.verify(signature, data, ECDSA(algorithm))
            case _:
                return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def by_crl(crl: bytes, certificate: x509.Certificate, issuer: x509.Certificate) -> Answer | None:
    """Return the answer in a CRL; None if it is another's, partial, or not to be believed."""
    try:
        loaded = x509.load_der_x509_crl(crl)
        if loaded.issuer != certificate.issuer or not _is_whole(loaded):
            return None
        if not loaded.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            return None
        entry = loaded.get_revoked_certificate_by_serial_number(certificate.serial_number)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return Answer(
        source="CRL",
        said_at=loaded.last_update_utc,
        valid_until=loaded.next_update_utc,
        revoked_at=entry.revocation_date_utc if entry else None,
    )


def _is_whole(crl: x509.CertificateRevocationList) -> bool:
    """Return whether it lists all certificates of its issuer (RFC 5280, 5.2.4 and 5.2.5)."""
    partial = (x509.DeltaCRLIndicator, x509.IssuingDistributionPoint)
    return not any(isinstance(each.value, partial) for each in crl.extensions)


def best_answer(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    *,
    responses: Sequence[bytes],
    crls: Sequence[bytes],
) -> Answer | None:
    """Return the answer that counts: a revocation before all, then the newest."""
    answers = [by_ocsp(each, certificate, issuer) for each in responses]
    answers += [by_crl(each, certificate, issuer) for each in crls]
    told = [each for each in answers if each]
    return max(told, key=lambda each: (each.revoked_at is not None, each.said_at), default=None)
