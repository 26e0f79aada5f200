"""CMS: content that only who holds a certificate's key can open (RFC 5652, RFC 5083, RFC 5753).

RSA carries the content's key as it is (RFC 8551 section 2.3). A key of an elliptic curve agrees on
one with a key of ours that is made for this message alone, and that wraps the content's key.
"""

import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from asn1crypto import cms, core  # type: ignore[import-untyped]
from asn1crypto.algos import AlgorithmIdentifier  # type: ignore[import-untyped]
from asn1crypto.keys import PublicKeyInfo  # type: ignore[import-untyped]
from asn1crypto.x509 import Certificate as PlainCertificate  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import padding as blocks
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher as Ciphering
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Cipher = Literal["aes256-cbc", "aes256-gcm"]

CURVES: Mapping[str, tuple[str, hashes.HashAlgorithm]] = MappingProxyType(
    {
        "secp256r1": ("1.3.132.1.11.1", hashes.SHA256()),
        "brainpoolP256r1": ("1.3.132.1.11.1", hashes.SHA256()),
        "secp384r1": ("1.3.132.1.11.2", hashes.SHA384()),
        "brainpoolP384r1": ("1.3.132.1.11.2", hashes.SHA384()),
        "secp521r1": ("1.3.132.1.11.3", hashes.SHA512()),
        "brainpoolP512r1": ("1.3.132.1.11.3", hashes.SHA512()),
    }
)
"""Curves on which keys are agreed, each with its scheme (RFC 5753 section 7.1.4)."""

_KEY_BYTES, _NONCE_BYTES, _MAC_BYTES, _BLOCK_BYTES = 32, 12, 16, 16
_AES256_WRAP = "2.16.840.1.101.3.4.1.45"


class _GcmParameters(core.Sequence):  # type: ignore[misc]
    """RFC 5084 section 3.2."""

    _fields = [("nonce", core.OctetString), ("mac_bytes", core.Integer)]  # noqa: RUF012  (its way)


class _SharedInfo(core.Sequence):  # type: ignore[misc]
    """ECC-CMS-SharedInfo: what the derived key is for, RFC 5753 section 7.2."""

    _fields = [  # noqa: RUF012  (its way)
        ("key_info", AlgorithmIdentifier),
        ("key_bits", core.OctetString, {"explicit": 2}),
    ]


def enveloped(data: bytes, certificate: x509.Certificate, cipher: Cipher) -> bytes:
    """Return ContentInfo in DER: EnvelopedData by CBC, AuthEnvelopedData by GCM.

    Who changes a bit of the latter is noticed before it is read.
    """
    key = secrets.token_bytes(_KEY_BYTES)
    seal = _authenticated if cipher == "aes256-gcm" else _plain
    return bytes(cms.ContentInfo(seal(data, key, _recipient(certificate, key))).dump())


def _plain(data: bytes, key: bytes, recipient: cms.RecipientInfo) -> dict[str, Any]:
    nonce = secrets.token_bytes(_BLOCK_BYTES)
    padder = blocks.PKCS7(_BLOCK_BYTES * 8).padder()
    encryptor = Ciphering(algorithms.AES(key), modes.CBC(nonce)).encryptor()
    padded = padder.update(data) + padder.finalize()
    message = {
        "version": "v0" if recipient.name == "ktri" else "v2",
        "recipient_infos": [recipient],
        "encrypted_content_info": {
            "content_type": "data",
            "content_encryption_algorithm": {"algorithm": "aes256_cbc", "parameters": nonce},
            "encrypted_content": encryptor.update(padded) + encryptor.finalize(),
        },
    }
    return {"content_type": "enveloped_data", "content": message}


def _authenticated(data: bytes, key: bytes, recipient: cms.RecipientInfo) -> dict[str, Any]:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, data, None)
    parameters = _GcmParameters({"nonce": nonce, "mac_bytes": _MAC_BYTES})
    message = {
        "version": "v0",
        "recipient_infos": [recipient],
        "auth_encrypted_content_info": {
            "content_type": "data",
            "content_encryption_algorithm": {"algorithm": "aes256_gcm", "parameters": parameters},
            "encrypted_content": sealed[:-_MAC_BYTES],
        },
        "mac": sealed[-_MAC_BYTES:],
    }
    return {"content_type": "authenticated_enveloped_data", "content": message}


def _recipient(certificate: x509.Certificate, key: bytes) -> cms.RecipientInfo:
    """Return how the holder of a certificate comes by the content's key."""
    plain = PlainCertificate.load(certificate.public_bytes(Encoding.DER))
    whose = {"issuer": plain.issuer, "serial_number": plain.serial_number}
    match certificate.public_key():
        case rsa.RSAPublicKey() as public:
            return cms.RecipientInfo("ktri", _carried(public, key, whose))
        case ec.EllipticCurvePublicKey() as public if public.curve.name in CURVES:
            return cms.RecipientInfo("kari", _agreed(public, key, whose))
        case _:
            raise ValueError("no key that mail can be encrypted to")


def _carried(public: rsa.RSAPublicKey, key: bytes, whose: dict[str, Any]) -> dict[str, Any]:
    """Return KeyTransRecipientInfo (RFC 5652 section 6.2.1)."""
    return {
        "version": "v0",
        "rid": cms.RecipientIdentifier("issuer_and_serial_number", whose),
        "key_encryption_algorithm": {"algorithm": "rsaes_pkcs1v15"},
        "encrypted_key": public.encrypt(key, padding.PKCS1v15()),
    }


def _agreed(public: ec.EllipticCurvePublicKey, key: bytes, whose: dict[str, Any]) -> dict[str, Any]:
    """Return KeyAgreeRecipientInfo with an ephemeral key (RFC 5753 section 3.1)."""
    scheme, digest = CURVES[public.curve.name]
    own = ec.generate_private_key(public.curve)
    wrap = AlgorithmIdentifier({"algorithm": _AES256_WRAP})
    purpose = _SharedInfo({"key_info": wrap, "key_bits": (_KEY_BYTES * 8).to_bytes(4)}).dump()
    derived = X963KDF(digest, _KEY_BYTES, purpose).derive(own.exchange(ec.ECDH(), public))
    shown = own.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    reader = cms.KeyAgreementRecipientIdentifier("issuer_and_serial_number", whose)
    return {
        "version": "v3",
        "originator": cms.OriginatorIdentifierOrKey("originator_key", PublicKeyInfo.load(shown)),
        "key_encryption_algorithm": {"algorithm": scheme, "parameters": wrap},
        "recipient_encrypted_keys": [
            {"rid": reader, "encrypted_key": aes_key_wrap(derived, key)},
        ],
    }
