"""S/MIME: a message that the recipient alone can read (RFC 8551 sections 3.3 and 3.4).

Whoever puts a certificate into the address book decides whose it is; who issued it is not asked.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from outbound.mail_envelope import CURVES, Cipher, enveloped
from outbound.mail_smime import base64_lines

_RSA_BITS_MIN = 2048
_FRAME = re.compile(r"-----(BEGIN|END) CERTIFICATE-----")
_TYPES = {"aes256-cbc": b"enveloped-data", "aes256-gcm": b"authEnveloped-data"}
_FOR_MAIL = {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}


def one_line(text: str) -> str:
    """Return a certificate as an address book keeps it: the base64 of its DER.

    >>> one_line("-----BEGIN CERTIFICATE----- MIIB AAA= -----END CERTIFICATE-----")
    'MIIBAAA='
    """
    return "".join(_FRAME.sub("", text).split())


def certificate_of(text: str) -> x509.Certificate:
    """Return the certificate in PEM, or in the base64 of DER.

    Raises:
        ValueError: there is none in it, or more than one.
    """
    try:
        return x509.load_der_x509_certificate(base64.b64decode(one_line(text), validate=True))
    except (binascii.Error, ValueError) as error:
        raise ValueError("not one certificate in PEM or base64") from error


def faults_of(certificate: x509.Certificate, *, email: str, at: datetime) -> list[str]:
    """Return why nothing can be encrypted to a certificate for an address (RFC 8550 section 4)."""
    return [
        *_of_its_time(certificate, at),
        *key_faults(certificate),
        *_of_its_address(certificate, email),
    ]


def key_faults(certificate: x509.Certificate) -> list[str]:
    """Return why nothing can ever be encrypted to a certificate."""
    return [*_of_its_key(certificate), *_of_its_use(certificate)]


def is_anothers(text: str, email: str) -> bool:
    """Whether a certificate, as an address book keeps it, names other addresses alone."""
    try:
        return any(_of_its_address(certificate_of(text), email))
    except ValueError:
        return False


def encrypted(entity: bytes, certificate: x509.Certificate, cipher: Cipher) -> bytes:
    """Return a MIME entity as one that only who holds the certificate's key can open."""
    return b"".join(
        (
            b"Content-Type: application/pkcs7-mime; smime-type=" + _TYPES[cipher] + b";\r\n",
            b' name="smime.p7m"\r\n',
            b"Content-Transfer-Encoding: base64\r\n",
            b'Content-Disposition: attachment; filename="smime.p7m"\r\n\r\n',
            base64_lines(enveloped(entity, certificate, cipher)),
        )
    )


def _of_its_time(certificate: x509.Certificate, at: datetime) -> Iterator[str]:
    if at < certificate.not_valid_before_utc:
        yield f"it is valid from {certificate.not_valid_before_utc:%Y-%m-%d}"
    if at > certificate.not_valid_after_utc:
        yield f"it was valid until {certificate.not_valid_after_utc:%Y-%m-%d}"


def _of_its_key(certificate: x509.Certificate) -> Iterator[str]:
    match certificate.public_key():
        case rsa.RSAPublicKey(key_size=bits):
            if bits < _RSA_BITS_MIN:
                yield f"its RSA key has {bits} bits, {_RSA_BITS_MIN} are needed"
        case ec.EllipticCurvePublicKey(curve=curve):
            if curve.name not in CURVES:
                yield f"its key is on the curve {curve.name}; use one of {', '.join(CURVES)}"
        case _:
            yield "its key is neither RSA nor on an elliptic curve that agrees on keys"


def _of_its_use(certificate: x509.Certificate) -> Iterator[str]:
    """Yield what its issuer did not mean it for: RFC 5280 sections 4.2.1.3, 4.2.1.9, 4.2.1.12."""
    use = _extension(certificate, x509.KeyUsage)
    agrees = isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
    if use is not None and agrees and not use.key_agreement:
        yield "its key may not agree on another (keyAgreement)"
    if use is not None and not agrees and not use.key_encipherment:
        yield "its key may not encrypt (keyEncipherment)"
    further = _extension(certificate, x509.ExtendedKeyUsage)
    if further is not None and not _FOR_MAIL & set(further):
        yield "it is not for email (emailProtection)"
    basic = _extension(certificate, x509.BasicConstraints)
    if basic is not None and basic.ca and not _emails(certificate):
        yield "it is an authority's"


def _of_its_address(certificate: x509.Certificate, email: str) -> Iterator[str]:
    """Yield that it names other addresses alone; one that names none may be anybody's."""
    named = _emails(certificate)
    if named and email.casefold() not in [name.casefold() for name in named]:
        yield "it is of another email address"


def _emails(certificate: x509.Certificate) -> list[str]:
    """Return the addresses that it names: a person's own may be self-signed, too."""
    names = _extension(certificate, x509.SubjectAlternativeName)
    named = list(names.get_values_for_type(x509.RFC822Name)) if names is not None else []
    subject = certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)
    return [*named, *(str(name.value) for name in subject)]


def _extension(certificate: x509.Certificate, kind: type[Any]) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return None
