"""xmlsec1 and OpenSSL look at signed FatturaPA and Facturae; their schemas take the signature."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from formats.codec import Material
from formats.facturae.write import WRITER as FACTURAE
from formats.fatturapa.write import WRITER as FATTURAPA
from formats.signatures.catalogue import SIGNATURES
from formats.signatures.signer import KeySigner, PrivateKey
from formats.xml.parsing import parse
from tests.formats.national_samples import sample
from tests.formats.signatures.conftest import chain
from tests.oracles.schemas import schema
from tests.oracles.verdicts import Verdicts

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEYS: dict[str, PrivateKey] = {
    "rsa": rsa.generate_private_key(public_exponent=65_537, key_size=2_048),
    "ec": ec.generate_private_key(ec.SECP256R1()),
}
SIGNERS = {kind: KeySigner(key=key, chain=chain(key)) for kind, key in KEYS.items()}
DOCUMENTS = {
    "fatturapa-fpr12-xsd": FATTURAPA.write(sample("italy"), Material()),
    "facturae-xsd": FACTURAE.write(sample("spain"), Material()),
}
FORGED = {"fatturapa-fpr12-xsd": (b"1000.00", b"1000.01"), "facturae-xsd": (b"A-17", b"A-18")}


def judge(*command: str | Path) -> tuple[int, str]:
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def trusted(key: str, folder: Path) -> Path:
    own = x509.load_der_x509_certificate(SIGNERS[key].chain[0])
    path = folder / "trusted.pem"
    path.write_bytes(own.public_bytes(Encoding.PEM))
    return path


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("syntax", DOCUMENTS)
def test_xmlsec_and_the_schema_accept_the_signature(
    syntax: str, key: str, tmp_path: Path, verdict: Verdicts
) -> None:
    signed = SIGNATURES["xades-b-b"](DOCUMENTS[syntax], SIGNERS[key], NOW)
    schema(syntax).assertValid(parse(signed, what="what we signed"))
    path = tmp_path / "signed.xml"
    for data, good in ((signed, True), (signed.replace(*FORGED[syntax]), False)):
        path.write_bytes(data)
        code, words = judge(
            *("xmlsec1", "--verify", "--verification-gmt-time", "2026-11-22+12:00:00"),
            *("--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"),
            *("--trusted-pem", trusted(key, tmp_path), path),
        )
        took = code == 0 and "SignedInfo References (ok/all): 2/2" in words
        verdict("xmlsec1", f"xades-b-b of {syntax}", agrees=took is good, says=words)


@pytest.mark.parametrize("key", KEYS)
def test_openssl_takes_the_invoice_out_of_its_p7m(
    key: str, tmp_path: Path, verdict: Verdicts
) -> None:
    document = DOCUMENTS["fatturapa-fpr12-xsd"]
    signed = SIGNATURES["cades-b-b"](document, SIGNERS[key], NOW)
    path, out = tmp_path / "signed.xml.p7m", tmp_path / "out.xml"
    changed = signed.replace(b"1000.00", b"1000.01")
    for data, good in ((signed, True), (changed, False)):
        path.write_bytes(data)
        code, words = judge(
            *("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER"),
            *("-attime", str(int(NOW.timestamp())), "-purpose", "any", "-partial_chain"),
            *("-CAfile", trusted(key, tmp_path), "-in", path, "-out", out),
        )
        took = code == 0 and "CAdES Verification successful" in words
        verdict("openssl cms -cades", "cades-b-b", agrees=took is good, says=words)
        assert not good or out.read_bytes() == document
