"""CAdES SignedData (ETSI EN 319 122-1; RFC 5652): a .p7m around a file, or what a PDF carries.

Written as DER piece by piece, so that certificates and time stamps stay byte for byte as their
issuers signed them. asn1crypto would encode some of them anew, and take seconds for it, as it takes
every length that ends in 0x80 for an indefinite one (wbond/asn1crypto#249, #256).
"""

from datetime import UTC, datetime
from hashlib import sha256

from asn1crypto import cms, core, parser  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from formats.signatures.signer import Signer, Unsupported, stamped

_VERSION_1 = core.Integer(1).dump()
_SHA256 = cms.DigestAlgorithm({"algorithm": "sha256"}).dump()
_DATA = core.ObjectIdentifier("1.2.840.113549.1.7.1").dump()  # id-data, RFC 5652 section 4


def sign_b_b(data: bytes, signer: Signer, signed_at: datetime) -> bytes:
    """Return the file inside a CAdES-B-B signature, as DER: a .p7m.

    Args:
        data: any file.
        signer: whose chain goes into the signature.
        signed_at: claimed time, aware.

    Raises:
        Unsupported: no signature algorithm for the signer's key.
    """
    return _around(data, signer, signed_at, with_time_stamp=False)


def sign_b_t(data: bytes, signer: Signer, signed_at: datetime) -> bytes:
    """Return the file inside a CAdES-B-T signature: B-B with an RFC 3161 time stamp over it.

    Raises:
        Unsupported: as above, or there is no time-stamp authority.
    """
    return _around(data, signer, signed_at, with_time_stamp=True)


def _around(data: bytes, signer: Signer, signed_at: datetime, *, with_time_stamp: bool) -> bytes:
    claimed = _attribute("signing_time", core.UTCTime(signed_at.astimezone(UTC)).dump())
    info = _signer_info(sha256(data).digest(), signer, claimed, with_time_stamp=with_time_stamp)
    return _content_info(signer, info, _context(0, core.OctetString(data).dump()))


def signed_data(digest: bytes, signer: Signer, *, with_time_stamp: bool) -> bytes:
    """Return a ContentInfo with SignedData over content that is not in it, as DER.

    Args:
        digest: SHA-256 of the content.
        signer: whose chain goes into it, but for a root above the signer.
        with_time_stamp: whether an RFC 3161 time stamp over the signature goes in too.

    Raises:
        Unsupported: no signature algorithm for the signer's key, or no time-stamp authority.
    """
    return _content_info(signer, _signer_info(digest, signer, with_time_stamp=with_time_stamp))


def _content_info(signer: Signer, signer_info: bytes, content: bytes = b"") -> bytes:
    own, *issuers = signer.chain
    chain = [own, *(issuer for issuer in issuers if not _is_root(issuer))]
    signed = _sequence(
        _VERSION_1,
        _set(_SHA256),
        _sequence(_DATA, content),
        _context(0, *sorted(chain)),
        _set(signer_info),
    )
    return _sequence(cms.ContentType("signed_data").dump(), _context(0, signed))


def _signer_info(digest: bytes, signer: Signer, *more: bytes, with_time_stamp: bool) -> bytes:
    own = x509.load_der_x509_certificate(signer.chain[0])
    attributes = (
        _attribute("content_type", _DATA),
        _attribute("message_digest", core.OctetString(digest).dump()),
        _attribute("signing_certificate_v2", _certificate_id(signer.chain[0])),
        *more,
    )
    signature = signer.sign(_set(*attributes))
    parts = [
        _VERSION_1,
        _sequence(own.issuer.public_bytes(), core.Integer(own.serial_number).dump()),
        _SHA256,
        _context(0, *sorted(attributes)),
        _signature_algorithm(own),
        core.OctetString(signature).dump(),
    ]
    if with_time_stamp:
        token = stamped(signer, sha256(signature).digest())
        parts.append(_context(1, _attribute("signature_time_stamp_token", token)))
    return _sequence(*parts)


def _signature_algorithm(own: x509.Certificate) -> bytes:
    match own.public_key():
        case RSAPublicKey():
            name = "sha256_rsa"
        case EllipticCurvePublicKey():
            name = "sha256_ecdsa"
        case other:
            raise Unsupported(f"CAdES: no signature algorithm for {type(other).__name__}")
    return bytes(cms.SignedDigestAlgorithm({"algorithm": name}).dump())


def _certificate_id(certificate: bytes) -> bytes:
    """Return SigningCertificateV2 (RFC 5035) with SHA-256, which is its default."""
    return _sequence(_sequence(_sequence(core.OctetString(sha256(certificate).digest()).dump())))


def _is_root(certificate: bytes) -> bool:
    loaded = x509.load_der_x509_certificate(certificate)
    return loaded.issuer == loaded.subject


def _attribute(name: str, value: bytes) -> bytes:
    return _sequence(cms.CMSAttributeType(name).dump(), _set(value))


def _sequence(*parts: bytes) -> bytes:
    return bytes(parser.emit(0, 1, 16, b"".join(parts)))


def _set(*parts: bytes) -> bytes:
    return bytes(parser.emit(0, 1, 17, b"".join(sorted(parts))))


def _context(tag: int, *parts: bytes) -> bytes:
    return bytes(parser.emit(2, 1, tag, b"".join(parts)))
