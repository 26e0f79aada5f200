"""Who judges our S/MIME signatures is OpenSSL's `smime`, as any mail program would."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from outbound.mail_message import compose
from outbound.mail_smime import smime_of
from tests.outbound.rigs import parcel
from tests.outbound.sealing_keys import authority, ed25519_key, pem, signer
from tests.outbound.test_mail_message import KEYWORDS, read

PEM = serialization.Encoding.PEM
CERTIFICATES = signer()[0].public_bytes(PEM) + authority()[0].public_bytes(PEM)
SMIME = smime_of(CERTIFICATES, pem(signer()[1]))


def judged(message: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Verify a signed message by OpenSSL; what it prints is the entity that is signed."""
    root, file = folder / "root.pem", folder / "message.eml"
    root.write_bytes(authority()[0].public_bytes(PEM))
    file.write_bytes(message)
    command = ["openssl", "smime", "-verify", "-in", str(file), "-CAfile", str(root)]
    return subprocess.run([*command, "-no_check_time"], capture_output=True, check=False)


def test_signature_holds_and_covers_what_an_unsigned_message_says(tmp_path: Path) -> None:
    made = parcel("smime", html="<p>Grüße</p>")
    plain, signed = compose(made, **KEYWORDS), compose(made, **KEYWORDS, smime=SMIME)
    found = judged(signed, tmp_path)
    assert found.returncode == 0, found.stderr
    content = plain[plain.index(b"Content-Type: multipart/mixed") :]
    assert found.stdout.rstrip() == content.rstrip()
    assert read(signed)["Subject"] == read(plain)["Subject"]
    assert read(signed).get_content_type() == "multipart/signed"


def test_spoilt_message_is_seen(tmp_path: Path) -> None:
    signed = compose(parcel("smime"), **KEYWORDS, smime=SMIME)
    found = judged(signed.replace(b"anbei", b"dabei", 1), tmp_path)
    assert found.returncode != 0
    assert b"digest failure" in found.stderr


USELESS = {
    "no certificate": (b"", pem(signer()[1]), "no certificate"),
    "no key": (CERTIFICATES, "", "no private key"),
    "another's key": (CERTIFICATES, pem(ec.generate_private_key(ec.SECP256R1())), "not the key"),
    "a kind that no mail program knows": (CERTIFICATES, pem(ed25519_key()), "RSA and ECDSA"),
}


@pytest.mark.parametrize("case", USELESS)
def test_what_cannot_sign_is_refused(case: str) -> None:
    certificates, key, words = USELESS[case]
    with pytest.raises(ValueError, match=words):
        smime_of(certificates, key)
