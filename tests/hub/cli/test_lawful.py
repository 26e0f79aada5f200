"""Retention, holds and wishes as who keeps the archive meets them."""

from pathlib import Path

import pytest

from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.invoices import ubl


@pytest.fixture
def filled(facteur: Facteur, hub: Hub, tmp_path: Path) -> Hub:
    """A hub whose archive holds one invoice, to customer K1."""
    (tmp_path / "book.csv").write_text("key,name\nK1,Buyer\n")
    facteur("address-book", "book.csv", "--tenant", "nordwind")
    (tmp_path / "R-1.xml").write_bytes(ubl(number="R-1"))
    facteur("submit", "--sender", "erp", "R-1.xml")
    hub.work()
    return hub


@pytest.mark.usefixtures("filled")
def test_retention_and_holds_are_said_with_rule_and_reason(facteur: Facteur) -> None:
    said = facteur("archive", "retention", "R-1")
    assert said.code == 0
    assert "must be kept until 2034-12-31" in said.out
    assert (
        "  DE: 8 years from 2026-12-31 (end of the calendar year of issue), until 2034-12-31; "
        "AO § 147 (3), (4); UStG § 14b (1); the seller's country  wins"
    ) in said.out
    placed = facteur("archive", "hold", "--customer", "K1", "--reason", "lawsuit", "--by", "A")
    assert (placed.code, placed.out.splitlines()[1].split()[0]) == (0, "hold:1")
    longer = ("--document", "R-1", "--until", "2040-06-30", "--reason", "assessment", "--as", "A")
    assert facteur("archive", "hold", *longer).code == 0
    said = facteur("archive", "retention", "R-1")
    assert "must be kept until 2040-06-30" in said.out
    assert "may not be disposed of: hold:1, placed by A: lawsuit" in said.out
    assert facteur("archive", "release", "hold:1", "--reason", "won", "--as", "B").code == 0
    same = facteur("archive", "release", "1", "--as", "b")
    assert (same.code, "somebody else must confirm" in same.err) == (2, True)
    over = facteur("archive", "release", "1", "--as", "C")
    assert over.out.splitlines()[1].split()[3] == "over"
    states = [line.split()[3] for line in facteur("archive", "hold").out.splitlines()[1:]]
    assert states == ["over", "until"]
    year = facteur("archive", "hold", "--period", "2026-Q4", "--reason", "audit", "--as", "A")
    assert "issued 2026-10-01 to 2026-12-31: audit" in " ".join(year.out.split())


@pytest.mark.usefixtures("filled")
def test_a_wish_to_be_erased_is_refused_by_law_and_its_restriction_filed(facteur: Facteur) -> None:
    asked = facteur("archive", "erasure", "--customer", "K1", "--language", "de")
    assert asked.code == 1
    assert "Art. 17 Abs. 3 Buchst. b" in asked.out
    assert "- R-1, ausgestellt am 2026-11-20: aufzubewahren bis 2034-12-31 nach AO" in asked.out
    filed = facteur(
        "archive", "erasure", "--document", "R-1", "--reason", "letter of today", "--as", "A"
    )
    assert filed.out.splitlines()[-1] == "filed as hold:1"
    assert "(restricts its use)" in facteur("archive", "retention", "R-1").out
    nobody = facteur("archive", "erasure", "--customer", "K9")
    assert (nobody.code, nobody.out) == (0, "No documents are kept.\n")


MISUSED = {
    ("retention",): "name one document",
    ("retention", "R-9"): "R-9: nothing is kept of it in the archive of nordwind",
    ("retention", "R-1", "--tenant", "other"): "one of nordwind",
    ("retention", "\udcff"): "'\\udcff' is no text",
    ("erasure", "--customer", "\udcff"): "'\\udcff' is no text",
    ("release",): "name one hold",
    ("release", "hold:7", "--as", "A"): "hold:7: there is none",
    ("hold", "--document", "R-1", "--as", "A"): "say why",
    ("hold", "--reason", "x", "--as", "A"): "say what to hold: --document",
    ("hold", "--document", "R-1", "--reason", "x"): "say who you are",
    ("hold", "--document", "R-9", "--reason", "x", "--as", "A"): "R-9: no such document",
    ("hold", "--period", "yesterday", "--reason", "x", "--as", "A"): "write 2026, 2026-03",
    ("erasure",): "name whose documents",
}


@pytest.mark.usefixtures("filled")
def test_what_cannot_be_done_is_said(facteur: Facteur) -> None:
    for words, why in MISUSED.items():
        refused = facteur("archive", *words)
        assert (refused.code, why in refused.err) == (2, True), (words, refused.err)
