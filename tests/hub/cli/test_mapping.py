"""`facteur map suggest`: what it shows, what it writes, and when it says no."""

from pathlib import Path

import pytest

from tests.hub.cli.conftest import Facteur

CSV = Path(__file__).parents[2] / "samples/csv"
DEMO = Path(__file__).parents[3] / "hub/demo/samples/rechnungen-2026-11-20.csv"


def test_the_written_guide_reads_its_file(facteur: Facteur, tmp_path: Path) -> None:
    shown = facteur("map", "suggest", DEMO, "--out", "guide.toml")
    assert (shown.code, shown.err) == (0, "")
    assert "5 invoices, 5 whose amounts add up" in shown.out
    assert "Guide written to guide.toml" in shown.out
    assert (tmp_path / "guide.toml").read_text("utf-8").startswith("# Drafted from rechnungen-")
    documents = facteur("read", DEMO, "--guide", "guide.toml").json
    assert [document["totals"]["due"] for document in documents] == [
        "319.40",
        "56.53",
        "3864.47",
        "749.70",
        "131.26",
    ]


def test_each_column_says_what_it_becomes_and_why(facteur: Facteur) -> None:
    shown = facteur("map", "suggest", DEMO, "--json").json
    columns = {row.pop("column"): row for row in shown["columns"]}
    assert columns["Brutto"] == {
        "paths": ["totals.with_vat", "totals.due"],
        "confidence": 99,
        "why": "its header says `brutto`; it is the same in all rows of an invoice; "
        "net + VAT = gross on every row",
        "samples": ["319,40", "56,53", "3.864,47"],
        "read_as": "319.40",
    }
    assert columns["Sachbearbeiter"]["paths"] == []
    assert shown["missing"] == {"BG-5": 5, "BT-5": 5, "BT-27": 5}


def test_a_guide_that_is_there_is_not_replaced(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "guide.toml").write_text("mine", "utf-8")
    shown = facteur("map", "suggest", DEMO, "--out", "guide.toml")
    assert (shown.code, (tmp_path / "guide.toml").read_text("utf-8")) == (2, "mine")
    assert "guide.toml exists" in shown.err


WRONG = {  # what is changed in the demo's file, the exit code, and what is said
    "a wrong sum": ("319,40", "319,41", 1, "does not add up: BR-CO-15"),
    "a wrong date": (
        "20.11.2026;20.12.2026;101001",
        "31.11.2026;20.12.2026;101001",
        1,
        "31.11.2026",
    ),
    "no rows": ("", "", 2, "no rows"),
    "nothing": ("", "", 2, "the file is empty"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_the_file_is_said(case: str, facteur: Facteur, tmp_path: Path) -> None:
    old, new, code, said = WRONG[case]
    text = DEMO.read_text("cp1252")
    if old:
        assert old in text
        text = text.replace(old, new)
    else:
        text = text.partition("\n")[0] if case == "no rows" else ""
    (tmp_path / "in.csv").write_text(text, "utf-8")
    shown = facteur("map", "suggest", "in.csv")
    assert shown.code == code
    assert said in " ".join((shown.out + shown.err).split())
