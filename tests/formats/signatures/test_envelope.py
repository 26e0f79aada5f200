"""Signed files are opened whatever they are wrapped in; one that was changed is not."""

from base64 import b64decode, b64encode, encodebytes
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms  # type: ignore[import-untyped]

from formats import catalogue
from formats.codec import Unreadable
from formats.model import Invoice
from formats.signatures.catalogue import SIGNATURES
from formats.signatures.envelope import DEEPEST, is_signed, name_inside, opened
from formats.signatures.report import Verdict
from formats.signatures.signer import KeySigner
from formats.signatures.trust import Trust
from tests.formats.reading import SAMPLES
from tests.formats.shared_examples import CORPORA, needs_corpora

SignerOf = Callable[..., KeySigner]
PARCELLA = (SAMPLES / "fatturapa/parcella/in.xml").read_bytes()
AT = datetime(2026, 3, 2, tzinfo=UTC)
SHARED = (
    CORPORA
    / "italy-fatturapa/fatturaelettronica-net/Test/Samples/IT02182030391_31.Base64.CRLF.xml.p7m"
)


def pem(data: bytes, label: str) -> bytes:
    return b"-----BEGIN %s-----\n%s-----END %s-----\n" % (
        label.encode(),
        encodebytes(data),
        label.encode(),
    )


WRAPPED: dict[str, Callable[[bytes], bytes]] = {
    "DER": lambda data: data,
    "Base64 in one line": b64encode,
    "Base64 in lines": encodebytes,
    "Base64 in lines of DOS": lambda data: encodebytes(data).replace(b"\n", b"\r\n"),
    "PEM": lambda data: pem(data, "PKCS7"),
    "PEM as of CMS": lambda data: pem(data, "CMS"),
}


@pytest.fixture(scope="module")
def signed(signer_of: SignerOf) -> bytes:
    return SIGNATURES["cades-b-b"](PARCELLA, signer_of("rsa"), AT)


@pytest.mark.parametrize("name", WRAPPED)
def test_what_is_inside_is_read(signed: bytes, name: str) -> None:
    data = WRAPPED[name](signed)
    assert is_signed(data)
    assert opened(data).content == PARCELLA
    reader, (reading,) = catalogue.read(data, "IT01234567890_7.xml.p7m")
    assert isinstance(reading.document, Invoice)
    assert (reader.name, reading.document.number) == ("fatturapa", "7/P")


def test_who_signed_is_believed_or_not(signed: bytes, signer_of: SignerOf) -> None:
    trusting = Trust(trusted=(signer_of("rsa").chain[0],))
    assert opened(signed, trusting, AT).verdict is Verdict.GOOD
    assert opened(signed, Trust(trusted=(signer_of("ec").chain[0],)), AT).verdict is (
        Verdict.NOT_TRUSTED
    )
    (report,) = opened(signed).reports
    assert report
    assert [each.signer for each in report.signatures] == ["CN=Muster & Söhne AG"]


def test_layers_are_judged_one_by_one(signed: bytes, signer_of: SignerOf) -> None:
    twice = SIGNATURES["cades-b-b"](signed, signer_of("ec"), AT)
    envelope = opened(twice, Trust(trusted=(signer_of("ec").chain[0],)), AT)
    assert envelope.content == PARCELLA
    verdicts = [report.verdict for report in envelope.reports if report]
    assert verdicts == [Verdict.GOOD, Verdict.NOT_TRUSTED]
    assert envelope.verdict is Verdict.NOT_TRUSTED
    assert name_inside("a.xml.p7m.p7m") == "a.xml"


def deep(signed: bytes, signer: KeySigner) -> bytes:
    for _ in range(DEEPEST):
        signed = SIGNATURES["cades-b-b"](signed, signer, AT)
    return signed


def encrypted(signed: bytes, signer: KeySigner) -> bytes:
    """Only the kind is looked at: nobody else than the recipient could open it."""
    del signer
    return signed.replace(
        cms.ContentType("signed_data").dump(), cms.ContentType("enveloped_data").dump(), 1
    )


REFUSED: dict[str, tuple[Callable[[bytes, KeySigner], bytes], str]] = {
    "changed inside": (lambda p7m, _: p7m.replace(b"Progetto<", b"Progetta<"), "IN-P7M-BROKEN"),
    "another signature": (
        lambda p7m, _: p7m[:-20] + bytes(20),
        "IN-P7M-BROKEN",
    ),
    "cut off": (lambda p7m, _: p7m[:-500], "IN-P7M"),
    "cut off in Base64": (lambda p7m, _: b64encode(p7m)[:-500], "IN-P7M"),
    "too deep": (deep, "IN-P7M-DEEP"),
    "encrypted": (encrypted, "IN-P7M-ENCRYPTED"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_as_it_was_signed_is_refused(
    signed: bytes, signer_of: SignerOf, name: str
) -> None:
    change, rule = REFUSED[name]
    data = change(signed, signer_of("rsa"))
    assert is_signed(data)
    with pytest.raises(Unreadable) as refusal:
        catalogue.read(data, "a.p7m")
    assert refusal.value.finding.rule == rule
    assert refusal.value.finding.fix


@pytest.mark.parametrize(
    "data", [b"", b"<a/>", b"MIIB plain text", b64decode("MIIBAA=="), b"0\x80", b"A" * 200]
)
def test_other_files_are_left_alone(data: bytes) -> None:
    assert not is_signed(data)
    assert opened(data).content == data


@needs_corpora
def test_what_others_signed_is_read() -> None:
    """A Base64 file of 2018, with its lines broken as in DOS."""
    data = Path(SHARED).read_bytes()
    _, (reading,) = catalogue.read(data, SHARED.name)
    assert isinstance(reading.document, Invoice)
    inside = opened(data).content.decode("utf-8-sig")
    number = inside.partition("<Numero>")[2].partition("<")[0]
    total = inside.partition("<ImportoTotaleDocumento>")[2].partition("<")[0]
    assert reading.document.number == number
    assert reading.document.totals
    assert format(reading.document.totals.with_vat or 0, "f") == total
