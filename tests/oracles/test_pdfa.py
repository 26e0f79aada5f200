"""pikepdf's PDF/A validator and qpdf judge every kind of PDF that we write."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from pikepdf import pdfa

from formats.cii.write import write_cii
from formats.codec import Material, Unreadable, Writer
from formats.facturx.levels import EN_16931
from formats.facturx.overlay import overlay, overlay_faults
from formats.facturx.write import WRITERS
from formats.model import Invoice
from formats.pdf.archival import to_pdfa3
from tests.formats.letter.cases import CASES, CREATED, Case, load, printed
from tests.formats.pdf.test_archival import GOOD
from tests.formats.shared_examples import CORPORA, name_of_example, needs_corpora
from tests.oracles.verdicts import Verdicts

FOLDERS = ("pdf-invoices", "zugferd-facturx-pdf")
OTHERS = sorted(file for name in FOLDERS for file in (CORPORA / name).rglob("*.pdf"))
INVOICES = [case for case in CASES if isinstance(load(case.sample), Invoice)]


def judge_pdfa(verdict: Verdicts, subject: str, pdf: bytes) -> None:
    found = [str(each) for each in pdfa.validate_written(BytesIO(pdf), "3b").findings]
    verdict("pikepdf.pdfa", subject, agrees=not found, says=found)


def judge_facturx(verdict: Verdicts, subject: str, pdf: bytes) -> None:
    """The validator does not know XMP's extension, so our assertions take the overlay off first."""
    found = overlay_faults(pdf)
    verdict("overlay assertions, then pikepdf.pdfa", subject, agrees=not found, says=found)


def judge_syntax(verdict: Verdicts, subject: str, pdf: bytes, folder: Path) -> None:
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf is not installed")
    path = folder / "judged.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    verdict("qpdf --check", subject, agrees=done.returncode == 0, says=done.stdout + done.stderr)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_letters_are_pdfa(case: Case, tmp_path: Path, verdict: Verdicts) -> None:
    judge_pdfa(verdict, f"letter {case.name}", printed(case))
    judge_syntax(verdict, f"letter {case.name}", printed(case), tmp_path)


@pytest.mark.parametrize("case", INVOICES, ids=lambda case: case.name)
@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_factur_x_of_our_letters_is_pdfa(
    case: Case, writer: Writer, tmp_path: Path, verdict: Verdicts
) -> None:
    material = Material(language=case.language, created=CREATED, source_pdf=printed(case))
    pdf = writer.write(load(case.sample), material)
    judge_facturx(verdict, f"{writer.name} of letter {case.name}", pdf)
    judge_syntax(verdict, f"{writer.name} of letter {case.name}", pdf, tmp_path)


@pytest.mark.parametrize("name", GOOD)
def test_factur_x_of_odd_pages_is_pdfa(name: str, tmp_path: Path, verdict: Verdicts) -> None:
    judge_page(verdict, name, GOOD[name](), tmp_path)


@needs_corpora
@pytest.mark.parametrize("path", OTHERS, ids=map(name_of_example, OTHERS))
def test_factur_x_of_others_pages_is_pdfa(path: Path, tmp_path: Path, verdict: Verdicts) -> None:
    try:
        judge_page(verdict, name_of_example(path), path.read_bytes(), tmp_path)
    except Unreadable as refused:
        pytest.skip(f"the page is refused: {refused.finding.rule}")


def judge_page(verdict: Verdicts, subject: str, page: bytes, folder: Path) -> None:
    """Let all judge an ERP's page before and after our invoice is laid over it."""
    base = to_pdfa3(page, created=CREATED)
    judge_pdfa(verdict, subject, base)
    invoice = load("invoice")
    assert isinstance(invoice, Invoice)
    xml = write_cii(invoice, specification=EN_16931.specification)
    pdf = overlay(base, xml, level=EN_16931, created=CREATED)
    judge_facturx(verdict, f"Factur-X of {subject}", pdf)
    judge_syntax(verdict, f"Factur-X of {subject}", pdf, folder)
