"""The shared invoices are all read: each by the one reader whose syntax it is in."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from formats.catalogue import READERS
from formats.cii import read as cii_read
from formats.ubl import read as ubl_read
from formats.xml.opening import opening_tag
from tests.formats.shared_examples import CORPORA, HEAD_BYTES, needs_corpora

NO_INVOICE_HERE = {"M_INVOIC", "CrossDomainAcknowledgementAndResponse"}
"""Roots of what lies beside the invoices: EDIFACT in XML, French life cycle messages."""


def expected(folder: str) -> Iterator[Path]:
    with (CORPORA / folder / "EXPECTED.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            if row["file"].lower().endswith(".xml"):
                yield CORPORA / folder / row["file"]


@needs_corpora
@pytest.mark.parametrize("folder", ["en16931-examples", "xrechnung", "france-ctc"])
def test_every_expected_invoice_has_its_reader(folder: str) -> None:
    unread = set()
    for path in expected(folder):
        head = path.read_bytes()[:HEAD_BYTES]
        claims = [ubl_read.claims(head, path.name), cii_read.claims(head, path.name)]
        assert claims != [True, True]
        if not any(claims):
            unread.add((opening_tag(head) or "").rpartition("}")[2])
    assert unread <= NO_INVOICE_HERE


@needs_corpora
def test_a_pdf_is_a_pdf_whatever_lies_uncompressed_in_its_first_bytes() -> None:
    claimed: dict[str, str] = {}
    for path in sorted((CORPORA / "zugferd-facturx-pdf").rglob("*.pdf")):
        head = path.read_bytes()[:HEAD_BYTES]
        first = next((each.name for each in READERS if each.claims(head, path.name)), "nobody")
        claimed.setdefault(first, path.name)
    assert set(claimed) == {"facturx"}
