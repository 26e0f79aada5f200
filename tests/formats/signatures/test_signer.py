"""What a signer signs can be checked with its own certificate."""

from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from formats.signatures.signer import KeySigner, Signer, Unsupported, stamped

SignerOf = Callable[..., KeySigner]


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_signature_holds(signer_of: SignerOf, kind: str) -> None:
    signer: Signer = signer_of(kind)
    key = x509.load_der_x509_certificate(signer.chain[0]).public_key()
    if kind == "rsa":
        assert isinstance(key, rsa.RSAPublicKey)
        key.verify(signer.sign(b"data"), b"data", padding.PKCS1v15(), SHA256())
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(signer.sign(b"data"), b"data", ec.ECDSA(SHA256()))


def test_time_comes_from_the_authority_or_not_at_all(signer_of: SignerOf) -> None:
    assert stamped(signer_of("ec", lambda digest: b"token of " + digest), b"x") == b"token of x"
    with pytest.raises(Unsupported, match="no time-stamp authority is configured"):
        stamped(signer_of("ec"), b"x")
