"""Judges who do not know our code look at what we signed: poppler, OpenSSL, xmlsec1."""

import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from itertools import count
from pathlib import Path

import httpx
import pikepdf
import pytest
from asn1crypto import cms, parser  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from pikepdf import pdfa

from formats import canonical
from formats.catalogue import WRITERS
from formats.codec import Material
from formats.signatures.catalogue import SIGNATURES
from formats.signatures.signer import Signer
from formats.xml.parsing import parse
from hub.keys import KeyKind, TimeStampAuthority, create_seal, load_seal
from tests.oracles.verdicts import Verdicts
from tests.servers.simulators import simulator

LEVELS = ["b-b", "b-t"]
INVOICE, CREDIT_NOTE = (
    canonical.decode(Path(f"tests/samples/letter/{name}.json").read_bytes())
    for name in ("invoice", "credit-note")
)
UBL, UBL_CREDIT_NOTE = (
    WRITERS["ubl"].write(document, Material()) for document in (INVOICE, CREDIT_NOTE)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A signer, and where its and its authority's certificates lie."""

    signer: Signer
    seal: Path
    authority: Path
    signed_at: datetime


@pytest.fixture(scope="module", params=list(KeyKind))
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    now = datetime.now(UTC)  # noqa: TID251 - the judges look at their own clock
    (folder / "password").write_bytes(b"correct horse")
    create_seal(
        folder / "seal.p12",
        password=b"correct horse",
        name="Muster AG",
        valid_from=now,
        kind=request.param,
    )
    key = "ec" if request.param is KeyKind.EC_P256 else "rsa"
    with (
        httpx.Client(timeout=5) as http,
        simulator("time_stamp", folder / "tsa", "--key", key) as peer,
    ):
        authority = TimeStampAuthority(
            url=f"http://127.0.0.1:{peer.port}/", http=http, draw_nonce=count(1).__next__
        )
        signer = load_seal(
            folder / "seal.p12", password_file=folder / "password", stamper=authority
        )
        own = x509.load_der_x509_certificate(signer.chain[0])
        (folder / "seal.pem").write_bytes(own.public_bytes(Encoding.PEM))
        yield House(
            signer=signer,
            seal=folder / "seal.pem",
            authority=peer.folder / "ca.pem",
            signed_at=now,
        )


def judge(*command: str | Path) -> tuple[int, str]:
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


def pdf_a() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdfa.prepare(pdf, "3b")
        out = BytesIO()
        pdf.save(out)
        return out.getvalue()


def signed_pdf(house: House, level: str) -> tuple[bytes, bytes, bytes]:
    """Return the PDF, the bytes that are signed, and the CMS SignedData."""
    data = SIGNATURES[f"pades-{level}"](pdf_a(), house.signer, house.signed_at)
    with pikepdf.open(BytesIO(data)) as pdf:
        value = pdf.Root.AcroForm.Fields[0].V
        start, size, again, rest = (int(each) for each in value.ByteRange)
        padded = bytes(value.Contents)
    return data, data[start:size] + data[again : again + rest], padded[: parser.peek(padded)]


@pytest.mark.parametrize("level", LEVELS)
def test_poppler_finds_the_seal_valid_and_over_the_whole_file(
    house: House, level: str, tmp_path: Path, verdict: Verdicts
) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed_pdf(house, level)[0])
    code, words = judge("pdfsig", path)
    wanted = ("Signature is Valid.", "Total document signed", "ETSI.CAdES.detached")
    good = code == 0 and all(each in words for each in wanted)
    verdict("pdfsig", f"pades-{level}", agrees=good, says=words)

    path.write_bytes(path.read_bytes().replace(b"/MediaBox", b"/CropBoxx", 1))
    _, words = judge("pdfsig", path)
    verdict("pdfsig", f"pades-{level}, changed", agrees=wanted[0] not in words, says=words)


@pytest.mark.parametrize("level", LEVELS)
def test_poppler_finds_the_invoice_in_a_sealed_factur_x(
    house: House, level: str, tmp_path: Path, verdict: Verdicts
) -> None:
    data = WRITERS["facturx-en16931"].write(INVOICE, Material())
    path = tmp_path / "signed.pdf"
    path.write_bytes(SIGNATURES[f"pades-{level}"](data, house.signer, house.signed_at))
    subject = f"Factur-X with pades-{level}"
    for program, *options, wanted in (
        ("pdfsig", "Signature is Valid."),
        ("pdfdetach", "-list", "1: factur-x.xml"),
    ):
        _, words = judge(program, *options, path)
        verdict(program, subject, agrees=wanted in words, says=words)
    with pikepdf.open(BytesIO(data)) as before, pikepdf.open(path) as after:
        assert b"<fx:ConformanceLevel>" in after.Root.Metadata.read_bytes()
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()


@pytest.mark.parametrize("level", LEVELS)
def test_qpdf_finds_nothing_broken(
    house: House, level: str, tmp_path: Path, verdict: Verdicts
) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed_pdf(house, level)[0])
    code, words = judge("qpdf", "--check", path)
    good = code == 0 and "No syntax or stream encoding errors" in words
    verdict("qpdf --check", f"pades-{level}", agrees=good, says=words)


@pytest.mark.parametrize("level", LEVELS)
def test_openssl_accepts_the_cms_as_cades(
    house: House, level: str, tmp_path: Path, verdict: Verdicts
) -> None:
    _, content, contents = signed_pdf(house, level)
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "cms").write_bytes(contents)

    def cades(of: str) -> tuple[int, str]:
        return judge(
            *("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER"),
            *("-purpose", "any", "-partial_chain", "-CAfile", house.seal),
            *("-in", tmp_path / "cms", "-content", tmp_path / of, "-out", tmp_path / "out"),
        )

    code, words = cades("content")
    good = code == 0 and "CAdES Verification successful" in words
    verdict("openssl cms -cades", f"pades-{level}", agrees=good, says=words)
    (tmp_path / "other").write_bytes(content + b" ")
    code, words = cades("other")
    verdict("openssl cms -cades", f"pades-{level}, changed", agrees=code != 0, says=words)


def verify_token(house: House, token: bytes, digest: bytes, folder: Path) -> tuple[int, str]:
    (folder / "token").write_bytes(token)
    return judge(
        *("openssl", "ts", "-verify", "-token_in", "-in", folder / "token"),
        *("-digest", digest.hex(), "-CAfile", house.authority),
    )


def test_openssl_accepts_the_time_stamp_in_the_pdf(
    house: House, tmp_path: Path, verdict: Verdicts
) -> None:
    signed = cms.ContentInfo.load(signed_pdf(house, "b-t")[2])
    (info,) = signed["content"]["signer_infos"]
    token = info["unsigned_attrs"][0]["values"].contents
    digest = sha256(info["signature"].native).digest()
    code, words = verify_token(house, token, digest, tmp_path)
    good = code == 0 and "Verification: OK" in words
    verdict("openssl ts", "pades-b-t", agrees=good, says=words)
    code, words = verify_token(house, token, sha256(b"other").digest(), tmp_path)
    refused = code == 1 and "message imprint mismatch" in words
    verdict("openssl ts", "pades-b-t, changed", agrees=refused, says=words)


def xmlsec(house: House, path: Path, *more: str) -> tuple[int, str]:
    id_of = ("--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties")
    return judge("xmlsec1", "--verify", *id_of, "--trusted-pem", house.seal, *more, path)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("document", [UBL, UBL_CREDIT_NOTE], ids=["invoice", "credit-note"])
def test_xmlsec_accepts_the_signature_and_both_its_references(
    house: House, level: str, document: bytes, tmp_path: Path, verdict: Verdicts
) -> None:
    path = tmp_path / "signed.xml"
    path.write_bytes(SIGNATURES[f"xades-{level}"](document, house.signer, house.signed_at))
    code, words = xmlsec(house, path)
    good = words.splitlines()[:2] == ["OK", "SignedInfo References (ok/all): 2/2"]
    verdict("xmlsec1", f"xades-{level}", agrees=good and code == 0, says=words)

    path.write_bytes(path.read_bytes().replace(b"<cbc:Note>", b"<cbc:Note>Not "))
    code, words = xmlsec(house, path)
    refused = code == 1 and "FAIL" in words
    verdict("xmlsec1", f"xades-{level}, changed", agrees=refused, says=words)


def test_openssl_accepts_the_time_stamp_in_the_xml(
    house: House, tmp_path: Path, verdict: Verdicts
) -> None:
    signed = parse(SIGNATURES["xades-b-t"](UBL, house.signer, house.signed_at), what="signed UBL")
    (value,) = signed.iter("{*}SignatureValue")
    (stamp,) = signed.iter("{*}EncapsulatedTimeStamp")
    digest = sha256(etree.tostring(value, method="c14n", exclusive=True)).digest()
    code, words = verify_token(house, b64decode(stamp.text or ""), digest, tmp_path)
    good = code == 0 and "Verification: OK" in words
    verdict("openssl ts", "xades-b-t", agrees=good, says=words)


OPENSSL_AUTHORITY = """
[req]
distinguished_name = name
x509_extensions = purpose
prompt = no
[name]
CN = OpenSSL TSA
[purpose]
extendedKeyUsage = critical, timeStamping
[tsa]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = {digest}
certs = {folder}/tsa.pem
default_policy = 2.25.3161
digests = sha256
ess_cert_id_alg = {digest_of_certificate}
"""


@pytest.mark.parametrize("key", ["rsa:2048", "ec"])
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
@pytest.mark.parametrize("digest_of_certificate", ["sha1", "sha256", "sha512"])
def test_we_accept_what_the_authority_of_openssl_signs(
    key: str, digest: str, digest_of_certificate: str, tmp_path: Path, verdict: Verdicts
) -> None:
    (tmp_path / "serial").write_text("01")
    (tmp_path / "tsa.conf").write_text(
        OPENSSL_AUTHORITY.format(
            folder=tmp_path, digest=digest, digest_of_certificate=digest_of_certificate
        )
    )
    made, words = judge(
        *("openssl", "req", "-x509", "-nodes", "-config", tmp_path / "tsa.conf"),
        *("-newkey", key, *(("-pkeyopt", "ec_paramgen_curve:P-256") if key == "ec" else ())),
        *("-keyout", tmp_path / "tsa.key", "-out", tmp_path / "tsa.pem"),
    )
    assert made == 0, words

    def answer(request: httpx.Request) -> httpx.Response:
        (tmp_path / "query").write_bytes(request.content)
        code, words = judge(
            *("openssl", "ts", "-reply", "-config", tmp_path / "tsa.conf", "-section", "tsa"),
            *("-queryfile", tmp_path / "query", "-out", tmp_path / "reply"),
        )
        assert code == 0, words
        return httpx.Response(200, content=(tmp_path / "reply").read_bytes())

    trusted = x509.load_pem_x509_certificate((tmp_path / "tsa.pem").read_bytes())
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        authority = TimeStampAuthority(
            url="http://openssl.example/",
            http=http,
            draw_nonce=count(2**63).__next__,
            trusted=(trusted.public_bytes(Encoding.DER),),
        )
        response = authority.response(b"a checkpoint")
    (tmp_path / "data").write_bytes(b"a checkpoint")
    (tmp_path / "reply").write_bytes(response)
    code, words = judge(
        *("openssl", "ts", "-verify", "-in", tmp_path / "reply", "-data", tmp_path / "data"),
        *("-CAfile", tmp_path / "tsa.pem", "-partial_chain"),
    )
    good = code == 0 and "Verification: OK" in words
    verdict("openssl ts", f"its own, {key}, {digest}", agrees=good, says=words)
