"""Judges who do not know our code look at what is to be proven in later years: B-LT and B-LTA."""

import asyncio
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import httpx
import pikepdf
import pytest
from asn1crypto import x509  # type: ignore[import-untyped]
from pikepdf import Name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from formats.catalogue import WRITERS
from formats.codec import Material
from formats.facturx.overlay import overlay_faults
from formats.signatures.catalogue import SIGNATURES
from formats.signatures.renewal import renew
from tests.oracles.test_signatures import INVOICE, judge
from tests.oracles.verdicts import Verdicts
from tests.servers.certification import Certification, certification

LEVELS = ["b-lt", "b-lta", "b-lta-renewed"]
SEEN = [*LEVELS, "b-t-visible"]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certification]:
    with certification(tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture(scope="module")
def signed(town: Certification) -> dict[str, bytes]:
    data = WRITERS["facturx-en16931"].write(INVOICE, Material())
    with httpx.Client(timeout=5) as http:
        signer = town.signer(http)
        made = {
            level: SIGNATURES[f"pades-{level}"](data, signer, town.now)
            for level in SEEN
            if f"pades-{level}" in SIGNATURES
        }
        return made | {"b-lta-renewed": renew(made["b-lta"], signer), "": data}


@pytest.mark.parametrize("level", SEEN)
def test_poppler_and_qpdf_accept_it(
    level: str, signed: dict[str, bytes], tmp_path: Path, verdict: Verdicts
) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed[level])
    _, words = judge("pdfsig", path)
    good = "Signature is Valid." in words
    verdict("pdfsig", f"pades-{level}", agrees=good, says=words)
    code, words = judge("qpdf", "--check", path)
    verdict("qpdf --check", f"pades-{level}", agrees=code == 0, says=words)


@pytest.mark.parametrize("level", ["b-lta", "b-lta-renewed"])
def test_pyhanko_needs_nobody_else_to_find_it_good(
    level: str, signed: dict[str, bytes], town: Certification, verdict: Verdicts
) -> None:
    reader = PdfFileReader(BytesIO(signed[level]))
    (signature,) = reader.embedded_regular_signatures
    root = x509.Certificate.load(town.der("root"))
    spec = SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=[root]),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        ),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
        ),
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        local_knowledge=LocalKnowledge(),
    )
    result = asyncio.run(
        ades_lta_validation(signature, PdfSignatureValidationSpec(signature_validation_spec=spec))
    )
    says = f"{result.ades_subindic} {result.failure_msg}"
    good = str(result.ades_subindic).endswith("PASSED") or "OK" in str(result.ades_subindic)
    verdict("pyHanko, offline", f"pades-{level}", agrees=good, says=says)


@pytest.mark.parametrize("level", ["b-lta", "b-lta-renewed"])
def test_openssl_accepts_stamp_responses_and_lists(
    level: str, signed: dict[str, bytes], town: Certification, tmp_path: Path, verdict: Verdicts
) -> None:
    data = signed[level]
    *_, stamp = PdfFileReader(BytesIO(data)).embedded_timestamp_signatures
    first, size, again, rest = map(int, stamp.byte_range)
    digest = sha256(data[first : first + size] + data[again : again + rest]).hexdigest()
    (tmp_path / "token").write_bytes(bytes(stamp.pkcs7_content))
    code, words = judge(
        *("openssl", "ts", "-verify", "-token_in", "-in", tmp_path / "token"),
        *("-digest", digest, "-CAfile", town.folder / "root.pem"),
    )
    verdict("openssl ts", "document time stamp", agrees=code == 0, says=words)
    with pikepdf.open(BytesIO(data)) as pdf:
        store = pdf.Root.DSS
        responses = [each.read_bytes() for each in store.OCSPs]
        lists = [each.read_bytes() for each in store.CRLs]
    for response in responses:
        (tmp_path / "told").write_bytes(response)
        code, words = judge(
            *("openssl", "ocsp", "-respin", tmp_path / "told", "-CAfile", town.folder / "root.pem"),
            *("-issuer", town.folder / "issuing.pem", "-cert", town.folder / "seal.pem"),
            *("-verify_other", town.folder / "issuing.pem", "-no_nonce"),
        )
        good = "Response verify OK" in words and "seal.pem: good" in words
        verdict("openssl ocsp", "response in the store", agrees=good, says=words)
    for crl in lists:
        (tmp_path / "crl").write_bytes(crl)
        found = [
            subprocess.run(
                [
                    *("openssl", "crl", "-inform", "DER", "-noout", "-in", tmp_path / "crl"),
                    *("-CAfile", town.folder / f"{name}.pem"),
                ],
                capture_output=True,
                text=True,
                check=False,
            ).stderr
            for name in ("root", "issuing")
        ]
        verdict("openssl crl", "list in the store", agrees="verify OK" in str(found), says=found)


@pytest.mark.parametrize("level", LEVELS)
def test_the_pdf_a_under_the_signature_is_as_it_was(
    level: str, signed: dict[str, bytes], verdict: Verdicts
) -> None:
    """pikepdf.pdfa knows no signatures; ISO 19005-3 allows them, 6.4.3 and annex B."""
    assert signed[level].startswith(signed[""])
    with pikepdf.open(BytesIO(signed[level])) as pdf:
        widgets = [each for each in pdf.pages[0].Annots if each.get(Name.FT) == Name.Sig]
        good = [int(each.F) & 0b100 and list(each.Rect) == [0, 0, 0, 0] for each in widgets]
        for name in ("/AcroForm", "/DSS", "/Extensions"):
            del pdf.Root[name]
        del pdf.pages[0].Annots
        out = BytesIO()
        pdf.save(out, fix_metadata_version=False)
    faults = overlay_faults(out.getvalue())
    verdict(
        "overlay assertions, then pikepdf.pdfa", f"pades-{level}", agrees=not faults, says=faults
    )
    verdict("ISO 19005-3, 6.3", f"pades-{level}", agrees=all(good), says=good)
