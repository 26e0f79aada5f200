"""xmlsec1 and OpenSSL look at what others signed, and say the same of it as our verification."""

from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest

from formats.signatures.report import SignatureReport
from formats.signatures.trust import Trust
from formats.signatures.verify import verify
from tests.formats.shared_examples import CORPORA, name_of_example, needs_corpora
from tests.oracles.test_signatures import judge
from tests.oracles.verdicts import Verdicts

FOLDERS = ("spain-facturae", "italy-fatturapa", "peppol")
FILES = sorted(file for folder in FOLDERS for file in (CORPORA / folder).rglob("*"))
XML = [
    file
    for file in FILES
    if file.suffix.lower() in {".xml", ".xsig"} and b"SignedInfo" in file.read_bytes()
]
CMS = [file for file in FILES if file.suffix == ".p7m"]
SPOILT = {"what was signed has been changed", "the signature is not the signer's"}
IDS = [
    f"--id-attr:Id={namespace}:{name}"
    for namespace, name in (
        ("http://uri.etsi.org/01903/v1.3.2#", "SignedProperties"),
        ("http://www.w3.org/2000/09/xmldsig#", "KeyInfo"),
        ("http://www.w3.org/2000/09/xmldsig#", "Object"),
    )
]
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def only(data: bytes) -> SignatureReport:
    (report,) = verify(data, Trust(trusted=()), at=NOW).signatures
    return report


@needs_corpora
@pytest.mark.parametrize("path", XML, ids=map(name_of_example, XML))
def test_xmlsec_says_the_same_of_others_xml(path: Path, verdict: Verdicts) -> None:
    ids = [part for each in IDS for part in each.split("=", 1)]
    code, words = judge("xmlsec1", "--verify", "--insecure", *ids, path)
    ours = not SPOILT & set(map(str, only(path.read_bytes()).faults))
    verdict("xmlsec1", name_of_example(path), agrees=ours == (code == 0), says=words)


@needs_corpora
@pytest.mark.parametrize("path", CMS, ids=map(name_of_example, CMS))
def test_openssl_says_the_same_of_others_cms(path: Path, tmp_path: Path, verdict: Verdicts) -> None:
    (tmp_path / "p7m").write_bytes(b64decode(path.read_bytes()))
    code, words = judge(
        *("openssl", "cms", "-verify", "-noverify", "-inform", "DER"),
        *("-in", tmp_path / "p7m", "-out", tmp_path / "out"),
    )
    ours = not SPOILT & set(map(str, only(path.read_bytes()).faults))
    verdict("openssl cms", name_of_example(path), agrees=ours == (code == 0), says=words)
