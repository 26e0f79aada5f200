"""`facteur verify` and judges who do not know our code say the same of good and of spoilt files.

poppler judges a PDF's signature, OpenSSL the CMS in it, in a .p7m and in a time stamp with its
path, xmlsec1 XML with its path. What each case is to be is stated here, not taken from us.
"""

import json
import re
from base64 import b64encode
from binascii import hexlify
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from asn1crypto import cms  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from formats.signatures.catalogue import SIGNATURES
from hub.cli.main import main
from hub.keys import TimeStampAuthority
from tests.formats.signatures.test_pades import PDFS
from tests.formats.signatures.test_verify import another_revision
from tests.formats.signatures.test_xades import INVOICE, NATIONAL
from tests.oracles.test_signatures import judge
from tests.oracles.test_verifying import IDS
from tests.oracles.verdicts import Verdicts
from tests.servers.certification import Certification, certification

PDF = PDFS["stream of objects"]
FACTURAE = NATIONAL["Facturae"][0]
XMLSEC_IDS = [part for each in IDS for part in each.split("=", 1)]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certification]:
    """An authority with seals that have ended, were taken back, or are not the signer's."""
    with certification(tmp_path_factory.mktemp("town")) as made:
        for name, days in (("old", -1), ("lost", 100)):
            made.issue(name, "issuing", *made.pointers("issuing"), days=days)
        made.revoke("lost")
        made.issue("other", None, (x509.BasicConstraints(ca=True, path_length=None), True))
        crls = [x509.load_der_x509_crl(made.crl(name)) for name in ("root", "issuing")]
        texts = [crl.public_bytes(Encoding.PEM) for crl in crls]
        root = (made.folder / "root.pem").read_bytes()
        (made.folder / "root and lists.pem").write_bytes(b"".join((root, *texts)))
        yield made


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where files are signed."""

    town: Certification
    http: httpx.Client

    def signed(self, signature: str, data: bytes, who: str = "seal") -> bytes:
        return SIGNATURES[signature](data, self.town.signer(self.http, who), self.town.now)

    def stamp(self, data: bytes) -> bytes:
        return TimeStampAuthority(
            url=f"{self.town.url}/tsa", http=self.http, draw_nonce=lambda: 2**63
        ).response(data)

    def twin(self) -> bytes:
        """Return another certificate of the seal's name, number and size, but of another key."""
        own, issuer = self.town.held["seal"].certificate, self.town.held["issuing"]
        while True:
            builder = (
                x509.CertificateBuilder(subject_name=own.subject, issuer_name=own.issuer)
                .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
                .serial_number(own.serial_number)
                .not_valid_before(own.not_valid_before_utc)
                .not_valid_after(own.not_valid_after_utc)
            )
            for each in own.extensions:
                builder = builder.add_extension(each.value, each.critical)
            made = builder.sign(issuer.key, SHA256()).public_bytes(Encoding.DER)
            if len(made) == len(self.town.der("seal")):
                return made


@pytest.fixture(scope="module")
def bench(town: Certification) -> Iterator[Bench]:
    with httpx.Client(timeout=5) as http:
        yield Bench(town=town, http=http)


def swapped(data: bytes, old: bytes, new: bytes) -> bytes:
    """Put bytes in place of others, be they there as such, in hexadecimal or in Base64."""
    for form in (lambda each: each, lambda each: hexlify(each).upper(), hexlify, b64encode):
        if form(old) in data:
            return data.replace(form(old), form(new))
    raise LookupError("not in it")


def flipped(data: bytes, at: bytes) -> bytes:
    """Flip one bit of the byte after a mark."""
    number = data.index(at) + len(at)
    return data[:number] + bytes([data[number] ^ 1]) + data[number + 1 :]


def other_digest(data: bytes) -> bytes:
    """Change the digest that is signed in a CMS, wherever it stands."""
    digest = signer_info(data)["signed_attrs"]
    (held,) = (
        each["values"][0].native for each in digest if each["type"].native == "message_digest"
    )
    return swapped(data, held, bytes(32))


def signer_info(data: bytes) -> cms.SignerInfo:
    der = cms_of_pdf(data)[0] if data.startswith(b"%PDF") else data
    return cms.ContentInfo.load(der)["content"]["signer_infos"][0]


def without_stamp(data: bytes) -> bytes:
    if data.lstrip().startswith(b"<"):
        return re.sub(rb"<xades:UnsignedProperties>.*</xades:UnsignedProperties>", b"", data)
    loaded = cms.ContentInfo.load(data)
    info = loaded["content"]["signer_infos"][0]
    del info["unsigned_attrs"]
    return bytes(loaded.dump(force=True))


def cms_of_pdf(data: bytes) -> tuple[bytes, bytes]:
    """Return the first signature's CMS and what it is over, as the PDF's own text says."""
    found = re.search(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)", data)
    assert found
    first, size, again, rest = map(int, found.groups())
    hexadecimal = data[first + size + 1 : again - 1].decode()
    return bytes.fromhex(hexadecimal), data[first : first + size] + data[again : again + rest]


Make = Callable[[Bench], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file, and what it is by this table's own statement.

    Attributes:
        level: what is good and there, if it is good.
        root: the only one that is trusted.
        online: whether authorities are asked what they revoked.
        of: what a time stamp is presented with.
    """

    make: Make
    verdict: str
    level: str = ""
    root: str = "root"
    online: bool = False
    of: bytes = PDF


GOOD, BROKEN, NOT_TRUSTED = "good", "broken", "not trusted"
WINE = b"Wein"
CASES = {
    "pdf: good": Case(make=lambda b: b.signed("pades-b-b", PDF), verdict=GOOD, level="B-B"),
    "pdf: good, stamped": Case(
        make=lambda b: b.signed("pades-b-t", PDF), verdict=GOOD, level="B-T"
    ),
    "pdf: byte flipped": Case(
        make=lambda b: flipped(b.signed("pades-b-b", PDF), b"%PDF-1."), verdict=BROKEN
    ),
    "pdf: revision appended": Case(
        make=lambda b: another_revision(b.signed("pades-b-b", PDF)), verdict=BROKEN
    ),
    "pdf: certificate swapped": Case(
        make=lambda b: swapped(b.signed("pades-b-b", PDF), b.town.der("seal"), b.twin()),
        verdict=BROKEN,
    ),
    "pdf: wrong digest": Case(
        make=lambda b: other_digest(b.signed("pades-b-b", PDF)), verdict=BROKEN
    ),
    "pdf: expired": Case(make=lambda b: b.signed("pades-b-b", PDF, "old"), verdict=NOT_TRUSTED),
    "pdf: revoked": Case(
        make=lambda b: b.signed("pades-b-b", PDF, "lost"), verdict=NOT_TRUSTED, online=True
    ),
    "pdf: not revoked": Case(
        make=lambda b: b.signed("pades-b-b", PDF), verdict=GOOD, level="B-B", online=True
    ),
    "pdf: untrusted root": Case(
        make=lambda b: b.signed("pades-b-b", PDF), verdict=NOT_TRUSTED, root="other"
    ),
    "p7m: good": Case(make=lambda b: b.signed("cades-b-b", INVOICE), verdict=GOOD, level="B-B"),
    "p7m: good, stamped": Case(
        make=lambda b: b.signed("cades-b-t", INVOICE), verdict=GOOD, level="B-T"
    ),
    "p7m: byte flipped": Case(
        make=lambda b: flipped(b.signed("cades-b-b", INVOICE), WINE), verdict=BROKEN
    ),
    "p7m: certificate swapped": Case(
        make=lambda b: swapped(b.signed("cades-b-b", INVOICE), b.town.der("seal"), b.twin()),
        verdict=BROKEN,
    ),
    "p7m: wrong digest": Case(
        make=lambda b: other_digest(b.signed("cades-b-b", INVOICE)), verdict=BROKEN
    ),
    "p7m: stamp removed": Case(
        make=lambda b: without_stamp(b.signed("cades-b-t", INVOICE)), verdict=GOOD, level="B-B"
    ),
    "p7m: expired": Case(make=lambda b: b.signed("cades-b-b", INVOICE, "old"), verdict=NOT_TRUSTED),
    "p7m: revoked": Case(
        make=lambda b: b.signed("cades-b-b", INVOICE, "lost"), verdict=NOT_TRUSTED, online=True
    ),
    "p7m: untrusted root": Case(
        make=lambda b: b.signed("cades-b-t", INVOICE), verdict=NOT_TRUSTED, root="other"
    ),
    "xml: good": Case(make=lambda b: b.signed("xades-b-b", INVOICE), verdict=GOOD, level="B-B"),
    "xml: good Facturae, stamped": Case(
        make=lambda b: b.signed("xades-b-t", FACTURAE), verdict=GOOD, level="B-T"
    ),
    "xml: byte flipped": Case(
        make=lambda b: flipped(b.signed("xades-b-b", INVOICE), WINE[:-1]), verdict=BROKEN
    ),
    "xml: certificate swapped": Case(
        make=lambda b: swapped(b.signed("xades-b-b", INVOICE), b.town.der("seal"), b.twin()),
        verdict=BROKEN,
    ),
    "xml: wrong digest": Case(
        make=lambda b: re.sub(
            rb"(<ds:DigestValue>)[^<]*",
            rb"\1" + b64encode(bytes(32)),
            b.signed("xades-b-b", INVOICE),
        ),
        verdict=BROKEN,
    ),
    "xml: stamp removed": Case(
        make=lambda b: without_stamp(b.signed("xades-b-t", INVOICE)), verdict=GOOD, level="B-B"
    ),
    "xml: expired": Case(make=lambda b: b.signed("xades-b-b", INVOICE, "old"), verdict=NOT_TRUSTED),
    "xml: untrusted root": Case(
        make=lambda b: b.signed("xades-b-b", FACTURAE), verdict=NOT_TRUSTED, root="other"
    ),
    "tsr: good": Case(make=lambda b: b.stamp(PDF), verdict=GOOD),
    "tsr: other file": Case(make=lambda b: b.stamp(PDF), verdict=BROKEN, of=INVOICE),
    "tsr: wrong digest": Case(
        make=lambda b: swapped(b.stamp(PDF), sha256(PDF).digest(), sha256(INVOICE).digest()),
        verdict=BROKEN,
        of=INVOICE,
    ),
    "tsr: untrusted root": Case(make=lambda b: b.stamp(PDF), verdict=NOT_TRUSTED, root="other"),
}


@pytest.mark.parametrize("name", CASES)
def test_others_say_the_same(
    name: str,
    bench: Bench,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    verdict: Verdicts,
) -> None:
    case, kind = CASES[name], name.partition(":")[0]
    file, root = tmp_path / f"file.{kind}", bench.town.folder / f"{case.root}.pem"
    file.write_bytes(case.make(bench))
    (tmp_path / "of").write_bytes(case.of)
    more = (*(() if case.online else ("--offline",)), *(("--of", "of") if kind == "tsr" else ()))
    more = tuple(str(tmp_path / "of") if each == "of" else each for each in more)
    code = main(["verify", str(file), "--trust", str(root), "--json", *more])
    (said,) = json.loads(capsys.readouterr().out)
    assert (said["verdict"], code) == (case.verdict, 0 if case.verdict == GOOD else 1)
    if case.level:
        assert [each["level"] for each in said["report"]["signatures"]] == [case.level]
    lists = ("-crl_check", "-CAfile", bench.town.folder / "root and lists.pem")
    known = lists if case.online else ("-CAfile", root)
    for who, accepts, words in JUDGES[kind](file, root, known):
        told = NOT_SEEN.get((who, name), case.verdict == GOOD)
        verdict(f"{who}, of facteur verify", name, agrees=accepts == told, says=words)


Words = tuple[str, bool, str]
NOT_SEEN = {
    ("pdfsig", name): True for name in ("pdf: expired", "pdf: revoked", "pdf: untrusted root")
} | {("openssl cms", "pdf: revision appended"): True}
"""What a judge lets pass, because it looks at the signature alone, or at what is signed alone."""


def judges_of_pdf(file: Path, root: Path, known: Sequence[str | Path]) -> Iterator[Words]:
    _, words = judge("pdfsig", "-nocert", file)
    whole = "Signature is Valid." in words and "- Total document signed" in words
    yield "pdfsig", whole, words
    made, over = cms_of_pdf(file.read_bytes())
    file.with_suffix(".cms").write_bytes(made.rstrip(b"\0"))
    file.with_suffix(".over").write_bytes(over)
    detached = ("-content", file.with_suffix(".over"))
    yield from judge_of_cms(file.with_suffix(".cms"), root, (*known, *detached))


def judge_of_cms(file: Path, _: Path, known: Sequence[str | Path]) -> Iterator[Words]:
    code, words = judge(
        *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", file),
        *("-out", file.with_suffix(".out"), "-purpose", "any", *known),
    )
    yield "openssl cms", code == 0, words


def judge_of_xml(file: Path, root: Path, _: Sequence[str | Path]) -> Iterator[Words]:
    code, words = judge("xmlsec1", "--verify", "--trusted-pem", root, *XMLSEC_IDS, file)
    yield "xmlsec1", code == 0, words


def judge_of_stamp(file: Path, root: Path, _: Sequence[str | Path]) -> Iterator[Words]:
    code, words = judge(
        *("openssl", "ts", "-verify", "-in", file, "-data", file.with_name("of")),
        *("-CAfile", root),
    )
    yield "openssl ts", code == 0, words


JUDGES = {
    "pdf": judges_of_pdf,
    "p7m": judge_of_cms,
    "xml": judge_of_xml,
    "tsr": judge_of_stamp,
}


def test_a_foreign_time_stamp_is_seen(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str], verdict: Verdicts
) -> None:
    root, own = bench.town.folder / "root.pem", bench.town.signer(bench.http)
    assert own.stamper
    token = own.stamper(bytes(32))
    signers = {"own": own, "foreign": replace(own, stamper=lambda _: token)}
    for name, signer in signers.items():
        file = SIGNATURES["cades-b-t"](INVOICE, signer, bench.town.now)
        path = tmp_path / f"{name}.p7m"
        path.write_bytes(file)
        code = main(["verify", str(path), "--trust", str(root), "--offline"])
        assert ("over something else" in capsys.readouterr().out) == (code == 1)
        info = signer_info(file)
        (tmp_path / "token").write_bytes(info["unsigned_attrs"][0]["values"][0].dump())
        (tmp_path / "value").write_bytes(info["signature"].native)
        judged, words = judge(
            *("openssl", "ts", "-verify", "-token_in", "-in", tmp_path / "token"),
            *("-data", tmp_path / "value", "-CAfile", root),
        )
        assert (judged == 0) == (name == "own")
        says = f"{code} {words}"
        verdict("openssl ts, of facteur verify", f"{name} stamp", agrees=code == judged, says=says)
