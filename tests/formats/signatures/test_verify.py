"""A verification names what is wrong, and finds good what others have signed, too."""

import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from pyhanko.pdf_utils.generic import NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.xades.xades import XAdESSigner

from formats.signatures.catalogue import SIGNATURES
from formats.signatures.judge_cms import CHANGED
from formats.signatures.pades import stamp_document
from formats.signatures.report import Kind, SignatureReport, Verdict
from formats.signatures.signer import Signer, Unsupported
from formats.signatures.trust import Trust
from formats.signatures.verify import Unverifiable, verify
from formats.xml.parsing import parse
from hub.sealing.revocation import Revocation
from tests.formats.signatures.test_pades import PDFS
from tests.formats.signatures.test_xades import INVOICE
from tests.servers.certification import Certification, certification

PDF = PDFS["stream of objects"]
LATER = {
    "pades-b-b": ["CN=brief is valid from"],
    "pades-b-t": [],
    "pades-b-lt": [],
    "pades-b-lta": [],
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certification]:
    with certification(tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5) as client:
        yield client


@pytest.fixture(scope="module")
def signer(town: Certification, http: httpx.Client) -> Signer:
    return town.signer(http)


@pytest.fixture(scope="module")
def signed(town: Certification, signer: Signer) -> dict[str, bytes]:
    documents = {"pades": PDF, "xades": INVOICE}
    return {
        name: SIGNATURES[name](documents[name[:5]], signer, town.now)
        for name in (
            "pades-b-b",
            "pades-b-t",
            "pades-b-lt",
            "pades-b-lta",
            "xades-b-b",
            "xades-b-t",
        )
    }


def judged(data: bytes, town: Certification, **more: timedelta) -> SignatureReport:
    trust = Trust(trusted=(town.der("root"),), known=(town.der("issuing"),))
    (report,) = verify(data, trust, at=town.now + more.get("after", timedelta())).signatures
    return report


NAMES = [*LATER, "xades-b-b", "xades-b-t"]


@pytest.mark.parametrize("name", NAMES)
def test_each_level_is_found_as_it_was_made(
    name: str, signed: dict[str, bytes], town: Certification
) -> None:
    report = judged(signed[name], town)
    assert f"{report.form}-{report.level}".lower() == name
    assert report.faults == ()
    assert report.path == ("CN=seal", "CN=issuing", "CN=root")
    assert (report.proven_at is None) == name.endswith("b-b")
    sources = [standing.source for standing in report.standings]
    assert sources == (["OCSP", "CRL"] if "lt" in name else [None, None])
    assert len(report.notes) == (0 if "lt" in name else 2)


@pytest.fixture(scope="module")
def brief(town: Certification, http: httpx.Client) -> Signer:
    town.issue("brief", "issuing", *town.pointers("issuing"), days=100)
    return town.signer(http, "brief")


@pytest.mark.parametrize(("name", "words"), LATER.items())
def test_a_time_stamp_outlives_the_signer_s_certificate(
    name: str, words: list[str], brief: Signer, town: Certification
) -> None:
    data = SIGNATURES[name](PDF, brief, town.now)
    assert judged(data, town).faults == ()
    report = judged(data, town, after=timedelta(days=200))
    assert [str(fault)[:22] for fault in report.faults] == words
    assert report.path == ("CN=brief", "CN=issuing", "CN=root")
    assert f"{report.form}-{report.level}".lower() == name


@pytest.mark.parametrize("name", LATER)
def test_a_time_stamp_does_not_outlive_its_own_certificate(
    name: str, signed: dict[str, bytes], town: Certification
) -> None:
    report = judged(signed[name], town, after=timedelta(days=9_000))
    assert [fault.kind for fault in report.faults] == [Kind.OUT_OF_TIME]
    spent = [note for note in report.notes if "proves nothing any more" in note]
    assert (report.level, len(spent)) == ("B-B", len(report.stamps))


def another_revision(data: bytes) -> bytes:
    pdf = IncrementalPdfFileWriter(BytesIO(data))
    page = pdf.root["/Pages"]["/Kids"][0]
    page[NameObject("/Rotate")] = NumberObject(90)  # type: ignore[no-untyped-call]
    pdf.update_container(page)
    out = BytesIO()
    pdf.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


CHANGES: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "a byte of the page": (
        "pades-b-b",
        lambda data: data.replace(b"%PDF-1.7", b"%PDF-1.6"),
        "has been changed",
    ),
    "a revision after it": ("pades-b-lta", another_revision, "changed after it was signed"),
    "the text": ("xades-b-b", lambda data: data.replace(b"Wein", b"Bier"), "has been changed"),
    "the claimed time": (
        "xades-b-t",
        lambda data: data.replace(b"<xades:SigningTime>2", b"<xades:SigningTime>3"),
        "has been changed",
    ),
    "the signature": (
        "xades-b-b",
        lambda data: data.replace(b"SignatureMethod ", b'SignatureMethod Id="x" '),
        "is not the signer's",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_what_was_changed_is_named(
    case: str, signed: dict[str, bytes], town: Certification
) -> None:
    name, change, words = CHANGES[case]
    spoilt = change(signed[name])
    assert spoilt != signed[name]
    assert any(words in str(fault) for fault in judged(spoilt, town).faults)


def test_nobody_is_trusted_by_what_the_file_itself_brings(
    signed: dict[str, bytes], town: Certification
) -> None:
    for data in signed.values():
        (report,) = verify(data, Trust(trusted=(town.der("stamps"),)), at=town.now).signatures
        assert report.path == ()
        assert any("no path to a trusted" in str(fault) for fault in report.faults)


def test_a_revoked_certificate_is_named_and_does_not_sign_for_long(
    town: Certification, http: httpx.Client
) -> None:
    extensions = town.pointers("issuing")
    town.issue("lost", "issuing", *extensions)
    lost = town.signer(http, "lost")
    data = SIGNATURES["pades-b-b"](PDF, lost, town.now)
    town.revoke("lost")
    trust = Trust(
        trusted=(town.der("root"),), prover=Revocation(http=http, known=(town.der("root"),))
    )
    (before,) = verify(data, Trust(trusted=trust.trusted), at=town.now).signatures
    assert before.faults == ()
    with pytest.raises(Unsupported, match="CN=lost was revoked on"):
        SIGNATURES["pades-b-lt"](PDF, lost, town.now)
    crl = Trust(trusted=trust.trusted, crls=(town.crl("issuing"),))
    (report,) = verify(data, crl, at=town.now).signatures
    assert [str(fault).partition(" on ")[0] for fault in report.faults] == ["CN=lost was revoked"]
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(503))) as closed:
        nobody = Revocation(http=closed, known=(town.der("root"),))
        away = Trust(trusted=trust.trusted, prover=nobody)
        (unknown,) = verify(data, away, at=town.now).signatures
    assert (unknown.faults, len(unknown.notes)) == ((), 2)
    (asked,) = verify(data, trust, at=town.now).signatures
    assert [str(each).partition(" on ")[0] for each in asked.faults] == ["CN=lost was revoked"]


@pytest.mark.parametrize("form", ["-nodetach", "-cades -nodetach"])
def test_openssl_s_signature_is_judged(form: str, town: Certification, tmp_path: Path) -> None:
    (tmp_path / "invoice").write_bytes(INVOICE)
    command = ("openssl", "cms", "-sign", "-binary", "-outform", "DER", *form.split())
    files = (
        *("-signer", town.folder / "seal.pem", "-inkey", town.folder / "seal.key"),
        *("-certfile", town.folder / "issuing.pem"),
        *("-in", tmp_path / "invoice", "-out", tmp_path / "invoice.p7m"),
    )
    subprocess.run([*command, *files], check=True)
    report = judged((tmp_path / "invoice.p7m").read_bytes(), town)
    assert (report.form, report.path[0]) == ("CAdES" if "cades" in form else "CMS", "CN=seal")
    assert report.faults == ()
    spoilt = (tmp_path / "invoice.p7m").read_bytes().replace(b"Wein", b"Bier")
    assert CHANGED in map(str, judged(spoilt, town).faults)


SIGN = ("openssl", "cms", "-sign", "-binary", "-cades", "-nodetach")
WRITTEN: dict[str, tuple[str, str]] = {
    "indefinite lengths": ("-stream -indef -outform DER", "CN=seal"),
    "PEM": ("-outform PEM", "CN=seal"),
    "key identifier": ("-keyid -outform DER", "CN=seal"),
    "RSASSA-PSS": ("-outform DER -keyopt rsa_padding_mode:pss", "CN=rsa"),
    "RSASSA-PSS with SHA-512": ("-outform DER -md sha512 -keyopt rsa_padding_mode:pss", "CN=rsa"),
    "RSA": ("-outform DER -md sha384", "CN=rsa"),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_cms_is_judged_however_it_is_written(
    case: str, town: Certification, tmp_path: Path
) -> None:
    form, name = WRITTEN[case]
    who = name.removeprefix("CN=")
    if who not in town.held:
        key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
        town.issue("rsa", "issuing", *town.pointers("issuing"), key=key)
    signed, over = tmp_path / "signed", tmp_path / "over"
    over.write_bytes(INVOICE)
    files = ("-signer", town.folder / f"{who}.pem", "-inkey", town.folder / f"{who}.key")
    above = ("-certfile", town.folder / "issuing.pem", "-in", over, "-out", signed)
    options = form.split()
    keyopt = options.index("-keyopt") if "-keyopt" in options else len(options)
    subprocess.run([*SIGN, *options[:keyopt], *files, *options[keyopt:], *above], check=True)
    report = judged(signed.read_bytes(), town)
    assert (report.path[0], report.faults) == (name, ())


def test_each_of_two_who_signed_side_by_side_is_judged(town: Certification, tmp_path: Path) -> None:
    (tmp_path / "over").write_bytes(INVOICE)
    files = [
        part
        for name in ("seal", "stamps")
        for part in ("-signer", town.folder / f"{name}.pem", "-inkey", town.folder / f"{name}.key")
    ]
    above = ("-certfile", town.folder / "issuing.pem", "-in", tmp_path / "over")
    made = subprocess.run([*SIGN, "-outform", "DER", *files, *above], check=True, stdout=-1).stdout
    trust = Trust(trusted=(town.der("root"),))
    report = verify(made, trust, at=town.now)
    assert {each.signer for each in report.signatures} == {"CN=seal", "CN=stamps"}
    assert report.good
    assert not verify(made.replace(b"Wein", b"Bier"), trust, at=town.now).good


def test_a_signed_file_inside_a_signed_file_is_noted(signer: Signer, town: Certification) -> None:
    once = SIGNATURES["cades-b-b"](INVOICE, signer, town.now)
    said = judged(SIGNATURES["cades-b-b"](once, signer, town.now), town)
    assert [note for note in said.notes if "itself a signed file" in note]
    assert not [note for note in judged(once, town).notes if "itself a signed file" in note]


def test_certificates_stand_in_any_order_in_xml(
    signed: dict[str, bytes], town: Certification
) -> None:
    own, issuer = (b64encode(town.der(name)) for name in ("seal", "issuing"))
    data = signed["xades-b-b"]
    turned = data.replace(own, b"|").replace(issuer, own).replace(b"|", issuer)
    assert turned.index(issuer) < turned.index(own)
    assert judged(turned, town).path[:2] == ("CN=seal", "CN=issuing")
    assert judged(turned, town).faults == ()


def test_rsassa_pss_is_judged_in_xml(town: Certification) -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    held = town.issue("pss", "issuing", *town.pointers("issuing"), key=key).certificate
    signer = XAdESSigner(
        signature_algorithm=SignatureMethod.SHA256_RSA_MGF1,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    chain = [held, town.held["issuing"].certificate]
    made = etree.tostring(signer.sign(parse(INVOICE, what="x"), key=key, cert=chain))
    assert judged(made, town).faults == ()
    spoilt = judged(made.replace(b"Wein", b"Bier"), town)
    assert [str(fault) for fault in spoilt.faults] == [CHANGED]


def test_others_pdf_may_be_signed_twice_and_filled_never(town: Certification) -> None:
    key, certificate, above = (
        str(town.folder / name) for name in ("seal.key", "seal.pem", "issuing.pem")
    )
    own = SimpleSigner.load(key, certificate, ca_chain_files=(above,))  # type: ignore[no-untyped-call]
    data = PDF
    for name in ("First", "Second"):
        meta = PdfSignatureMetadata(field_name=name, md_algorithm="sha256")
        data = sign_pdf(IncrementalPdfFileWriter(BytesIO(data)), meta, signer=own).getvalue()
    report = verify(data, Trust(trusted=(town.der("root"),)), at=town.now)
    assert [each.faults for each in report.signatures] == [(), ()]
    first, second = (each.covers for each in report.signatures)
    assert (first.rpartition(": ")[2], second) == ("another signature", "the whole file")
    changed = verify(another_revision(data), Trust(trusted=(town.der("root"),)), at=town.now)
    kinds = [[fault.kind for fault in each.faults] for each in changed.signatures]
    assert kinds == [[Kind.APPENDED], [Kind.APPENDED]]


NOTHING: list[tuple[bytes, str]] = [
    (b"", "neither PDF nor XML"),
    (b"hello", "neither PDF nor XML"),
    (b"MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime\r\n\r\nMAA=", "neither PDF nor"),
    (b"\x30\x80", "cannot be taken apart"),
    (b"%PDF-1.7", "cannot be taken apart"),
    (b"<a><b></a>", "not well-formed"),
    (b"\x30\x03\x02\x01\x01", "cannot be taken apart"),
    (bytes.fromhex("300f06092a864886f70d010703a0023000"), "encrypted; only its recipient can open"),
    (bytes.fromhex("300f06092a864886f70d010706a0023000"), "this is encrypted_data, not signed"),
]


@pytest.mark.parametrize(("data", "why"), NOTHING)
def test_what_is_no_signed_file_is_said(data: bytes, why: str, town: Certification) -> None:
    with pytest.raises(Unverifiable, match=why) as refused:
        verify(data, Trust(trusted=(town.der("root"),)), at=town.now)
    assert "ValueError" not in str(refused.value)


@pytest.mark.parametrize(("after", "notes"), [(b"", 0), (bytes(9), 0), (b"\0more", 1)])
def test_what_stands_behind_a_signed_file_is_noted(
    after: bytes, notes: int, signer: Signer, town: Certification
) -> None:
    report = judged(SIGNATURES["cades-b-b"](INVOICE, signer, town.now) + after, town)
    said = [note for note in report.notes if "stand behind" in note]
    assert (report.faults, len(said)) == ((), notes)
    assert all(note.startswith("5 bytes") for note in said)


def test_a_time_stamp_over_a_pdf_that_nobody_signed_stands_alone(
    signer: Signer, town: Certification
) -> None:
    data = stamp_document(stamp_document(PDF, signer), signer)
    trust = Trust(trusted=(town.der("root"),))
    report = verify(data, trust, at=town.now)
    assert (report.signatures, report.verdict) == ((), Verdict.GOOD)
    assert [stamp.over for stamp in report.stamps] == ["document", "document"]
    assert report.stamps[0].at <= report.stamps[1].at
    changed = verify(another_revision(data), trust, at=town.now)
    assert changed.verdict is Verdict.BROKEN


@pytest.mark.parametrize("data", [PDF, INVOICE])
def test_a_file_without_signature_is_not_good(data: bytes, town: Certification) -> None:
    assert not verify(data, Trust(trusted=(town.der("root"),)), at=town.now).good


def test_security_store_and_stamp_change_nothing_of_the_pdf(signed: dict[str, bytes]) -> None:
    data = signed["pades-b-lta"]
    with pikepdf.open(BytesIO(PDF)) as before, pikepdf.open(BytesIO(data)) as after:
        assert data.startswith(PDF)
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        store = after.Root.DSS
        sizes = {name: len(store[name]) for name in ("/Certs", "/OCSPs", "/CRLs")}
        assert sizes == {"/Certs": 5, "/OCSPs": 1, "/CRLs": 2}
        fields = [str(field.V.SubFilter) for field in after.Root.AcroForm.Fields]
        assert fields == ["/ETSI.CAdES.detached", "/ETSI.RFC3161"]


def test_without_anybody_to_ask_there_is_no_long_term(
    town: Certification, http: httpx.Client
) -> None:
    alone = town.signer(http)
    without = type(alone)(key=alone.key, chain=alone.chain, stamper=alone.stamper)
    with pytest.raises(Unsupported, match="which certificates are revoked"):
        SIGNATURES["pades-b-lt"](PDF, without, town.now)
