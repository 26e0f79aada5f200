"""Hostile PDFs give an answer or an Unreadable, in bounded time."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from formats.codec import Unreadable
from formats.pdf import source
from formats.pdf.embedded import attachments
from formats.pdf.source import overview
from tests.formats.pdf.small import (
    CORPORA,
    attached_bomb,
    one_page,
    signature_form,
    without_pages,
)

HOSTILE, VERAPDF = CORPORA / "pdf-hostile", CORPORA / "pdfa"
EXPECTED = {
    "needs password": "IN-PDF-PASSWORD",
    "encrypted, opens with empty user password": "encrypted",
    "broken": "IN-PDF-BROKEN",
}
PROGRAM = """
import json, sys
from datetime import date
from pathlib import Path
from formats.codec import Unreadable
from formats.pdf.archival import archival_faults, to_pdfa3
from formats.pdf.embedded import attachments
from formats.pdf.source import overview

def verdict(call):
    try:
        return call()
    except Unreadable as fault:
        return fault.finding.rule

def archival(data):
    return archival_faults(to_pdfa3(data, created=date(2026, 3, 4))) or "PDF/A"

for name in sys.stdin.read().splitlines():
    data = Path(name).read_bytes()
    print(json.dumps([
        name,
        verdict(lambda: "encrypted" if overview(data).encrypted else "plain"),
        verdict(lambda: f"{len(attachments(data))} files"),
        verdict(lambda: archival(data)),
    ]))
"""


@pytest.fixture(scope="module")
def verdicts() -> dict[Path, list[str]]:
    """What overview, attachments and to_pdfa3 say to each file, asked in a child."""
    files = [path for folder in (HOSTILE, VERAPDF) for path in sorted(folder.rglob("*.*"))]
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input="\n".join(str(path) for path in files if path.suffix in {".pdf", ".fuzz"}),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert child.stderr == ""
    return {Path(name): said for name, *said in map(json.loads, child.stdout.splitlines())}


@pytest.mark.skipif(not HOSTILE.exists(), reason="corpora/pdf-hostile is not here")
def test_every_hostile_file_gives_an_answer(verdicts: dict[Path, list[str]]) -> None:
    rows = list(csv.DictReader((HOSTILE / "EXPECTED.csv").read_text("utf-8").splitlines()))
    assert len(rows) > 40
    for row in rows:
        first, files, archival = verdicts[HOSTILE / row["file"]]
        expected = EXPECTED[row["expected"].partition(":")[0]]
        assert first == expected, row["file"]
        if expected.startswith("IN-PDF"):
            assert (files, archival) == (expected, expected), row["file"]
        assert archival == "PDF/A" or archival.startswith("IN-PDF-"), row["file"]


@pytest.mark.skipif(not VERAPDF.exists(), reason="corpora/pdfa is not here")
def test_every_file_of_verapdf_becomes_pdf_a_or_is_refused(
    verdicts: dict[Path, list[str]],
) -> None:
    said = [words[2] for path, words in verdicts.items() if path.is_relative_to(VERAPDF)]
    assert len(said) > 40
    assert set(said) == {"PDF/A", "IN-PDF-ARCHIVAL"}
    assert said.count("PDF/A") >= 38


BAD = {
    "nothing": (b"", "IN-PDF-BROKEN"),
    "no PDF": (b"%PDF-1.7\nhello", "IN-PDF-BROKEN"),
    "half a file": (one_page()[:120], "IN-PDF-BROKEN"),
    "no page": (without_pages(), "IN-PDF-BROKEN"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_file_is_unreadable(case: str) -> None:
    data, rule = BAD[case]
    with pytest.raises(Unreadable) as caught:
        overview(data)
    assert caught.value.finding.rule == rule
    assert "0x" not in str(caught.value)


def test_too_many_pages_and_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = one_page()
    monkeypatch.setattr(source, "PAGES_AT_MOST", 0)
    with pytest.raises(Unreadable, match="1 pages"):
        overview(data)
    monkeypatch.setattr(source, "SIZE_AT_MOST_BYTES", len(data) - 1)
    with pytest.raises(Unreadable, match=f"{len(data)} bytes"):
        overview(data)


def test_bomb_is_not_unpacked() -> None:
    with pytest.raises(Unreadable, match="unpacks to more than 64 MB"):
        attachments(attached_bomb(source.FLATE_AT_MOST_BYTES + 1))


def test_signature_is_seen() -> None:
    assert overview(one_page(change=signature_form)).signed
    assert not overview(one_page()).signed
