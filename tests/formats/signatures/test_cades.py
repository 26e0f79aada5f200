"""What others signed stays byte for byte; what we sign is named by its algorithm."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from asn1crypto import cms, parser  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from formats.signatures.cades import signed_data
from formats.signatures.catalogue import SIGNATURES
from formats.signatures.signer import KeySigner, Unsupported

SignerOf = Callable[..., KeySigner]
DIGEST = sha256(b"a document").digest()
START = datetime(2026, 1, 1, tzinfo=UTC)


def certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
    issuer: str,
    issuer_key: ed25519.Ed25519PrivateKey,
) -> bytes:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder(issuer_name=named(issuer), subject_name=named(name))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=1))
        .sign(issuer_key, None)
        .public_bytes(Encoding.DER)
    )


def test_names_of_time_stamps_can_be_learnt_after_it() -> None:
    """asn1crypto fixes the names of a type once one is used, and its `tsp` adds some."""
    code = "import formats.signatures.cades; from asn1crypto import cms, tsp; cms.ContentType"
    run = subprocess.run(
        [sys.executable, "-c", f"{code}('tst_info')"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")


TOKENS = {
    "length that ends in 0x80": parser.emit(0, 1, 16, bytes(0x180)),
    "length that is written longer than need be": b"\x30\x82\x00\x04" + bytes(4),
    "set that is not sorted": b"\x31\x06\x02\x01\x09\x02\x01\x01",
}


@pytest.mark.parametrize("case", TOKENS)
def test_a_token_stays_as_it_was_signed(signer_of: SignerOf, case: str) -> None:
    signer = signer_of("rsa", lambda _: TOKENS[case])
    made = signed_data(DIGEST, signer, with_time_stamp=True)
    assert TOKENS[case] in made


@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_it_says_what_is_signed_and_how(signer_of: SignerOf, key: str) -> None:
    signed = cms.ContentInfo.load(signed_data(DIGEST, signer_of(key), with_time_stamp=False))
    (info,) = signed["content"]["signer_infos"]
    attributes = {each["type"].native: each["values"][0].native for each in info["signed_attrs"]}
    assert attributes["content_type"] == "data"
    assert attributes["message_digest"] == DIGEST
    (named,) = attributes["signing_certificate_v2"]["certs"]
    assert named["cert_hash"] == sha256(signer_of(key).chain[0]).digest()
    assert (
        info["signature_algorithm"]["algorithm"].native
        == {
            "rsa": "sha256_rsa",
            "ec": "sha256_ecdsa",
        }[key]
    )


def test_issuers_go_in_but_not_the_root() -> None:
    root_key, key = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    root = certificate("root", root_key, "root", root_key)
    middle = certificate("middle", root_key, "root", root_key)
    own = certificate("own", key, "middle", root_key)
    signer = KeySigner(key=key, chain=(own, middle, root))
    made = cms.ContentInfo.load(signed_data(DIGEST, signer, with_time_stamp=False))
    found = [each.chosen.subject.native["common_name"] for each in made["content"]["certificates"]]
    assert sorted(found) == ["middle", "own"]


def test_a_key_without_an_algorithm_is_named() -> None:
    root_key = ed25519.Ed25519PrivateKey.generate()
    signer = KeySigner(
        key=ec.generate_private_key(ec.SECP256R1()),
        chain=(certificate("own", root_key, "own", root_key),),
    )
    with pytest.raises(Unsupported, match="Ed25519PublicKey"):
        signed_data(DIGEST, signer, with_time_stamp=False)


@pytest.mark.parametrize("key", ["rsa", "ec"])
@pytest.mark.parametrize("level", ["cades-b-b", "cades-b-t"])
def test_a_file_lies_inside_its_signature_as_it_was(
    signer_of: SignerOf, key: str, level: str
) -> None:
    signer = signer_of(key, lambda _: TOKENS["length that ends in 0x80"])
    data = b"<fattura/>\r\n\x80"
    signed = cms.ContentInfo.load(SIGNATURES[level](data, signer, START))["content"]
    assert signed["encap_content_info"]["content"].native == data
    (info,) = signed["signer_infos"]
    attributes = {each["type"].native: each["values"][0].native for each in info["signed_attrs"]}
    assert attributes["message_digest"] == sha256(data).digest()
    assert attributes["signing_time"] == START
    assert (len(info["unsigned_attrs"]) == 1) == (level == "cades-b-t")
