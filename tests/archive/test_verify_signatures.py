"""Signatures in documents are listed: by whom, when, and whether openssl finds them whole."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from archive.report import Report
from archive.verify_signatures import Signatures
from formats.signatures.catalogue import SIGNATURES
from formats.signatures.signer import KeySigner
from outbound.mail_smime import Smime
from tests.archive.filing import stamp
from tests.formats.signatures.conftest import chain
from tests.formats.signatures.test_pades import PDFS
from tests.formats.signatures.test_xades import INVOICE

AT = datetime(2026, 3, 2, tzinfo=UTC)
PDF = PDFS["stream of objects"]
KEY = ec.derive_private_key(7, ec.SECP256R1())
SIGNER = KeySigner(key=KEY, chain=chain(KEY), stamper=None)
SMIME = Smime(certificate=x509.load_der_x509_certificate(chain(KEY)[0]), chain=(), key=KEY)
ENTITY = b"Content-Type: text/plain\r\n\r\nYour invoice, sealed.\r\n"
SIGNED = {
    "mail": b"From: post@seller.example\r\nSubject: Bill\r\nMIME-Version: 1.0\r\n"
    + SMIME.signed(ENTITY, boundary="parts"),
    "CMS": SIGNATURES["cades-b-b"](INVOICE, SIGNER, AT),
    "PDF": SIGNATURES["pades-b-b"](PDF, SIGNER, AT),
    "XML": SIGNATURES["xades-b-b"](INVOICE, SIGNER, AT),
}
NAMES = {"mail": "f.eml"}
RECORDED = {
    "verdict": "good",
    "layers": [
        {
            "signatures": [
                {"form": "CAdES", "level": "B-T", "signer": "CN=brief", "claimed_at": "2026-03-02"}
            ]
        }
    ],
    "why": [],
}


def told(path: Path, data: bytes) -> list[str]:
    report = Report()
    path.write_bytes(data)
    Signatures(report).look(path.name, path)
    assert report.ok
    return report.signatures


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("CMS", ("signed at 20260302", "openssl finds it unchanged, its signer was not judged")),
        ("PDF", ("f: PDF, PAdES", "signed at 20260302", "openssl finds it unchanged")),
        ("mail", ("f.eml: S/MIME, by ", "openssl finds it unchanged")),
        ("XML", ("f: XAdES, by ", "signed at 2026-03-02", "is not checked here")),
    ],
)
def test_a_signature_is_listed(tmp_path: Path, kind: str, words: tuple[str, ...]) -> None:
    (line,) = told(tmp_path / NAMES.get(kind, "f"), SIGNED[kind])
    assert all(each in line for each in (*words, "by CN=Muster & Söhne AG")), line


def test_a_time_stamp_in_a_pdf_is_not_judged(tmp_path: Path) -> None:
    stamped = SIGNED["PDF"].replace(b"ETSI.CAdES.detached", b"ETSI.RFC3161       ")
    assert told(tmp_path / "f", stamped) == ["f: PDF, time stamp; not checked here"]


def test_a_time_stamp_of_the_archive_is_judged_elsewhere(tmp_path: Path) -> None:
    assert told(tmp_path / "evidence.tsr", stamp(b"a day")) == []


def test_what_was_changed_does_not_verify(tmp_path: Path) -> None:
    pdf = SIGNED["PDF"]
    assert "does not verify" in told(tmp_path / "f", pdf.replace(b"%PDF-1", b"%PDF-2", 1))[0]
    assert "more was added after it" in told(tmp_path / "f", pdf + b"\n%more")[0]
    no_hex = re.sub(rb"(/Contents *<)..", rb"\1zz", pdf)
    assert "does not verify" in told(tmp_path / "f", no_hex)[0]
    mail = SIGNED["mail"].replace(b"invoice", b"envoice", 1)
    assert "does not verify" in told(tmp_path / "f.eml", mail)[0]
    changed = SIGNED["CMS"].replace(b"Invoice", b"Envoice")
    assert "does not verify" in told(tmp_path / "f", changed)[0]


def test_what_was_found_when_it_was_filed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "002-signature-signature.json"
    said = "when filed: CAdES B-T by CN=brief, says it was signed at 2026-03-02; good"
    assert told(path, json.dumps(RECORDED).encode()) == [f"{path.name}: {said}"]
    bare = {"verdict": "not judged", "layers": [None], "why": ["no signer"]}
    assert told(path, json.dumps(bare).encode()) == [
        f"{path.name}: when filed: not judged: no signer"
    ]
    for odd in (b"", b"{}", b"[]", b'{"layers": 1}', b'{"layers": [{"signatures": [1]}]}'):
        assert told(path, odd) == []


@pytest.mark.parametrize(
    "data", [b"", b"0", b"<Invoice/>", PDF, b"plain", b"0\x80" + bytes(99), ENTITY, b"\r\n" * 99]
)
def test_what_is_not_signed_is_passed_over(tmp_path: Path, data: bytes) -> None:
    for name in ("f", "f.eml"):
        assert told(tmp_path / name, data) == []


def test_without_openssl_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert told(tmp_path / "f", SIGNED["CMS"]) == [
        "f: CMS, says it was signed at 20260302000000, not checked: openssl is not here"
    ]
    (tmp_path / "openssl").write_bytes(b"no program")
    (tmp_path / "openssl").chmod(0o700)
    (line,) = told(tmp_path / "f", SIGNED["CMS"])
    assert line.endswith("openssl does not verify it")
