"""What is likely wrong though no standard asks for it, and what the hybrids of others get."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from formats.certificate.form import Certificate, Verdict
from formats.certificate.judge import Terms, judge_file
from formats.certificate.plausible import implausible
from formats.findings import Severity
from formats.model import Invoice, Party
from tests.formats.pdf.small import CORPORA, one_page

FOLDER = CORPORA / "zugferd-facturx-pdf"
CASES = sorted(FOLDER.glob("facturx-cas-limites/cas/*/fact*"))
HERE = pytest.mark.skipif(not CASES, reason="corpora/zugferd-facturx-pdf is not here")
KEY_ONLY = {"OK-001-xml", "OK-001-pdf", "IDENT-002-xml", "IDENT-002-pdf"}
"""Cases with no other finding. The seller of all of them, FR40392809137, should have the key 31."""
NOW = datetime(2026, 11, 22, tzinfo=UTC)
VERDICTS = {
    "rejet": {Verdict.REJECTED, Verdict.NOT_JUDGED},
    "avertissement": {Verdict.ACCEPTED},
    "acceptation": {Verdict.ACCEPTED},
}
KEYS = [  # seller, buyer, terms of the findings
    ("FR44732829320", "FR40303265045", []),
    ("FR45732829320", "FR 40 303265046", ["BT-31", "BT-48"]),
    ("FRA4732829320", "FR4073282932", ["BT-48"]),
    ("DE123456788", "fr45732829320", []),
    (None, "FR", ["BT-48"]),
]


@pytest.mark.parametrize(("seller", "buyer", "terms"), KEYS)
def test_the_key_of_a_french_vat_number_is_that_of_its_siren(
    seller: str | None, buyer: str, terms: list[str]
) -> None:
    invoice = Invoice(seller=Party(vat_identifier=seller), buyer=Party(vat_identifier=buyer))
    found = list(implausible(invoice, {"buyer.vat_identifier": "line 7"}))
    assert [finding.term for finding in found] == terms
    assert all(finding.severity is Severity.WARNING for finding in found)
    assert {each.place for each in found if each.term == "BT-48"} <= {"line 7"}


def case_of(path: Path) -> str:
    return f"{path.parent.name}-{path.suffix[1:]}"


def judged(path: Path, *keys: str) -> Certificate:
    terms = Terms(at=NOW, day=date(2026, 11, 22), by="a test", keys=keys)
    return judge_file(path.read_bytes(), path.name, terms)


def findings(certificate: Certificate) -> dict[str, Severity]:
    every = (*certificate.findings, *(f for each in certificate.documents for f in each.findings))
    return {finding.rule: finding.severity for finding in every}


def manifest() -> dict[Path, str]:
    with (FOLDER / "EXPECTED.csv").open(encoding="utf-8") as table:
        return {FOLDER / row["file"]: row["expected"] for row in csv.DictReader(table)}


@HERE
@pytest.mark.parametrize("path", CASES, ids=case_of)
def test_each_case_gets_the_verdict_of_its_manifest(path: Path) -> None:
    expected = manifest()[path]
    certificate = judged(path)
    assert certificate.verdict in VERDICTS[expected]
    said = findings(certificate)
    assert ("FX-CONTENT" in said) is (path.parent.name == "PRF-001")
    assert (said.keys() == {"IN-VAT-KEY"}) is (case_of(path) in KEY_ONLY)
    assert said


def test_of_a_pdf_that_should_be_factur_x_it_is_said_that_nothing_is_inside(tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(one_page(b"BT /F1 12 Tf 20 20 Td (Invoice 1 of 2026) Tj ET"))
    assert findings(judged(path)).keys() <= {"IN-PDF-LAYOUT", "IN-PDF-SCAN"}
    assert findings(judged(path, "facturx-basic")).keys() == {"IN-PDF-NOXML"}
