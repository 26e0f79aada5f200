"""S/MIME: a message signed so that any mail program can show by whom (RFC 8551 section 3.5)."""

import base64
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

_OPTIONS = (pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Smime:
    """A certificate, what stands above it, and its key.

    Attributes:
        chain: authorities' certificates that go along, so that a recipient need not have them.
    """

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def signed(self, entity: bytes, *, boundary: str) -> bytes:
        """Return a MIME entity as multipart/signed; its bytes stand in it unchanged."""
        builder = pkcs7.PKCS7SignatureBuilder().set_data(entity)
        builder = builder.add_signer(self.certificate, self.key, hashes.SHA256())
        for above in self.chain:
            builder = builder.add_certificate(above)
        signature = builder.sign(serialization.Encoding.DER, _OPTIONS)
        mark = boundary.encode()
        return b"".join(
            (
                b'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n',
                b' micalg=sha-256; boundary="' + mark + b'"\r\n\r\n',
                b"This is a signed message in MIME format (S/MIME).\r\n",
                b"--" + mark + b"\r\n" + entity + b"\r\n--" + mark + b"\r\n",
                b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n',
                b"Content-Transfer-Encoding: base64\r\n",
                b'Content-Disposition: attachment; filename="smime.p7s"\r\n\r\n',
                base64_lines(signature),
                b"--" + mark + b"--\r\n",
            )
        )


def base64_lines(data: bytes) -> bytes:
    """Return data as base64 in lines that end with CRLF (RFC 2045 section 6.8)."""
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def smime_of(certificates: bytes, key: str) -> Smime:
    """Return what signs, from PEM: the certificate first, then those above it; and its key.

    Raises:
        ValueError: they cannot be read, do not belong together, or the key is of no use here.
    """
    try:
        certificate, *chain = x509.load_pem_x509_certificates(certificates)
    except ValueError as error:
        raise ValueError("smime_certificate_file: no certificate in PEM") from error
    try:
        private = serialization.load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise ValueError("smime_key_file: no private key in PEM without a password") from error
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("smime_key_file: mail programs know RSA and ECDSA alone")  # noqa: TRY004
    if certificate.public_key() != private.public_key():
        raise ValueError("smime_key_file: not the key of the certificate")
    return Smime(certificate=certificate, chain=tuple(chain), key=private)
