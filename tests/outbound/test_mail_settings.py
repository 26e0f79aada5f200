"""Settings that cannot be used are found when they are read, each with its name."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from outbound.mail_settings import Settings
from tests.outbound.sealing_keys import ed25519_key, pem, rsa_key, signer

LEAST: dict[str, Any] = {
    "host": "smtp.example",
    "sender": "rechnung@bücher.example",
    "bounce_domain": "post.nordlicht.example",
    "bounce_secret": "x",
}
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "a sender that is none": ({"sender": "rechnung"}, "sender must be"),
    "a domain that is none": ({"sender": "a@ü..example"}, "sender: no domain"),
    "a selector alone": ({"dkim_selector": "s"}, "dkim_selector and dkim_key_file"),
    "a key alone": ({"dkim_key": pem(rsa_key())}, "dkim_selector and dkim_key_file"),
    "a second one alone": (
        {"dkim_second_selector": "s"},
        "dkim_second_selector and dkim_second_key_file",
    ),
    "no key in its file": ({"dkim_selector": "s", "dkim_key": "x"}, "dkim_key_file: no private"),
    "S/MIME without certificate": ({"smime_key": pem(signer()[1])}, "are needed both"),
    "a certificate that is not there": (
        {"smime_key": "x", "smime_certificate_file": "/nowhere/at.all"},
        "smime_certificate_file: No such file",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_fault_is_named(case: str) -> None:
    changes, words = FAULTS[case]
    with pytest.raises(ValueError, match=words):
        Settings(**(LEAST | changes))


def test_two_keys_of_two_kinds_sign_for_the_senders_domain() -> None:
    settings = Settings(
        **LEAST,
        dkim_selector="r",
        dkim_key=pem(rsa_key()),
        dkim_second_selector="e",
        dkim_second_key=pem(ed25519_key()),
    )
    assert [(key.name, key.algorithm) for key in settings.dkim_keys] == [
        ("r._domainkey.xn--bcher-kva.example", "rsa-sha256"),
        ("e._domainkey.xn--bcher-kva.example", "ed25519-sha256"),
    ]


def test_certificate_and_key_out_of_files(tmp_path: Path) -> None:
    certificate, key = signer()
    file = tmp_path / "smime.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    settings = Settings(**LEAST, smime_certificate_file=str(file), smime_key=pem(key))
    assert settings.smime is not None
    assert settings.smime.certificate == certificate
