"""A company that seals with RSA or with an elliptic curve."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from formats.signatures.signer import KeySigner, PrivateKey, TimeStamper

SignerOf = Callable[..., KeySigner]


def chain(key: PrivateKey) -> tuple[bytes, ...]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Muster & Söhne AG")])
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3_650))
        .sign(key, SHA256())
    )
    return (certificate.public_bytes(Encoding.DER),)


@pytest.fixture(scope="session")
def signer_of() -> SignerOf:
    keys: dict[str, PrivateKey] = {
        "rsa": rsa.generate_private_key(public_exponent=65_537, key_size=2_048),
        "ec": ec.generate_private_key(ec.SECP256R1()),
    }
    chains = {kind: chain(key) for kind, key in keys.items()}

    def of(kind: str, stamper: TimeStamper | None = None) -> KeySigner:
        return KeySigner(key=keys[kind], chain=chains[kind], stamper=stamper)

    return of
