"""Who opens what we encrypt is OpenSSL's `cms`; who verifies what is inside, its `smime`."""

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from outbound.channel import Parcel, Refused
from outbound.email import Email
from outbound.mail_encryption import certificate_of, one_line
from outbound.mail_envelope import Cipher
from outbound.mail_message import compose, sealed
from tests.outbound.rigs import NOON, Rig, parcel
from tests.outbound.sealing_keys import Private, authority, ed25519_key, pem, rsa_key
from tests.outbound.test_mail_message import KEYWORDS, read
from tests.outbound.test_mail_smime import SMIME, judged

ANNA = "anna@kunde.example"


def usage(**what: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
    more = ("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**(dict.fromkeys((*names, *more), False) | what))


def certificate(
    *extensions: x509.ExtensionType,
    key: Private | None = None,
    days: tuple[int, int] = (-1, 1),
    noon: datetime = NOON,
) -> str:
    """Return the PEM of a recipient's certificate, valid from and until days around noon."""
    above, by = authority()
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Anna Kunde")]))
        .issuer_name(above.subject)
        .public_key((key or rsa_key()).public_key())
        .serial_number(4711)
        .not_valid_before(noon + timedelta(days=days[0]))
        .not_valid_after(noon + timedelta(days=days[1]))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(by, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def names(*emails: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.RFC822Name(email) for email in emails])


ELLIPTIC = {
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
    "brainpool 256": ec.generate_private_key(ec.BrainpoolP256R1()),
    "brainpool 384": ec.generate_private_key(ec.BrainpoolP384R1()),
    "brainpool 512": ec.generate_private_key(ec.BrainpoolP512R1()),
}


@pytest.mark.parametrize("key", ["RSA", *ELLIPTIC])
@pytest.mark.parametrize("cipher", ["aes256-cbc", "aes256-gcm"])
def test_openssl_opens_it_and_the_signature_inside_holds(
    cipher: Cipher, key: str, tmp_path: Path
) -> None:
    signed = compose(parcel("smime", html="<p>Grüße</p>"), **KEYWORDS, smime=SMIME)
    own = ELLIPTIC.get(key, rsa_key())
    message = sealed(signed, certificate_of(certificate(key=own)), cipher)
    assert b"smime.p7m" in message
    assert b"anbei" not in message
    head = read(message)
    assert [head["Subject"], head["To"]] == [read(signed)["Subject"], read(signed)["To"]]
    opened = _opened(message, tmp_path, own)
    assert opened.returncode == 0, opened.stderr
    assert opened.stdout == signed[signed.index(b"Content-Type: multipart/signed") :]
    assert judged(opened.stdout, tmp_path).returncode == 0


def test_a_changed_bit_of_what_is_authenticated_is_noticed(tmp_path: Path) -> None:
    signed = compose(parcel("smime"), **KEYWORDS)
    message = bytearray(sealed(signed, certificate_of(certificate()), "aes256-gcm"))
    at = message.index(b"\r\n\r\n") + 2000
    message[at] = ord("A") if message[at] != ord("A") else ord("B")
    assert _opened(bytes(message), tmp_path).returncode != 0


def _opened(
    message: bytes, folder: Path, key: Private | None = None
) -> subprocess.CompletedProcess[bytes]:
    (folder / "message.eml").write_bytes(message)
    (folder / "key.pem").write_text(pem(key or rsa_key()))
    (folder / "own.pem").write_text(certificate(key=key))
    files = ["-in", "message.eml", "-inkey", "key.pem", "-recip", "own.pem"]
    command = ["openssl", "cms", "-decrypt", *files, "-inform", "SMIME", "-binary"]
    return subprocess.run(command, capture_output=True, check=False, cwd=folder)


def addressed(text: str) -> Parcel:
    made = parcel("sealed")
    to = replace(made.destination, email=ANNA, smime_certificate=one_line(text))
    return replace(made, destination=to)


GOOD: Mapping[str, str] = {
    "self-signed": certificate(names(ANNA), x509.BasicConstraints(ca=True, path_length=None)),
    "without a word": certificate(),
    "for mail, of that address": certificate(
        names("other@kunde.example", "Anna@Kunde.example"),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]),
        usage(key_encipherment=True),
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_is_sent_is_encrypted_and_what_it_says_is_kept(
    case: str, email_rig: Rig, tmp_path: Path
) -> None:
    receipt = email_rig.channel().send(addressed(GOOD[case]))
    kept = {each.name: each.data for each in receipt.evidence}
    opened = _opened(kept["message.eml"], tmp_path)
    assert opened.returncode == 0, opened.stderr
    assert kept["plain.eml"].endswith(opened.stdout)
    assert read(kept["plain.eml"]).get_content_type() == "multipart/mixed"


BAD: Mapping[str, tuple[str, str]] = {
    "over": (certificate(days=(-9, -2)), "it was valid until 2026-11-02"),
    "not yet": (certificate(days=(2, 9)), "it is valid from 2026-11-06"),
    "another's": (certificate(names("bert@kunde.example")), "it is of another email address"),
    "for servers": (
        certificate(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])),
        "it is not for email (emailProtection)",
    ),
    "for signatures": (
        certificate(usage(digital_signature=True)),
        "its key may not encrypt (keyEncipherment)",
    ),
    "an authority's": (
        certificate(x509.BasicConstraints(ca=True, path_length=None)),
        "it is an authority's",
    ),
    "a curve of few": (
        certificate(key=ec.generate_private_key(ec.SECP256K1())),
        "its key is on the curve secp256k1; use one of secp256r1",
    ),
    "of signatures alone": (
        certificate(key=ed25519_key()),
        "its key is neither RSA nor on an elliptic curve",
    ),
    "elliptic, for signatures": (
        certificate(usage(digital_signature=True), key=ELLIPTIC["P-256"]),
        "its key may not agree on another (keyAgreement)",
    ),
    "short": (
        certificate(key=rsa.generate_private_key(65537, 1024)),  # noqa: S505  (to be refused)
        "its RSA key has 1024 bits",
    ),
    "no certificate": ("MIIB", "not one certificate in PEM"),
    "two": (2 * certificate(), "not one certificate in PEM"),
}


@pytest.mark.parametrize("case", BAD)
def test_nothing_goes_unencrypted_instead(case: str, email_rig: Rig) -> None:
    text, words = BAD[case]
    channel = email_rig.channel()
    assert isinstance(channel, Email)
    with pytest.raises(Refused) as caught:
        channel.send(addressed(text))
    said = str(caught.value)
    assert words in said
    for part in ("the recipient's", "smime_certificate", "ask him for a new one"):
        assert part in said
    assert ANNA not in said
