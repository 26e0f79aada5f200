import json
from pathlib import Path
from typing import Any

import pytest

from formats import canonical
from formats.pdf.source import overview
from tests.hub.cli.conftest import Facteur
from tests.hub.invoices import CLEAN, ubl

SAMPLES = Path(__file__).parents[2] / "samples"
CSV = SAMPLES / "csv/invoice-a-row"
GUIDE = ("--guide", CSV / "guide.toml")
READ: dict[str, tuple[Path, tuple[object, ...], int]] = {
    "ubl": (SAMPLES / "ubl/every-term/in.xml", (), 0),
    "cii": (SAMPLES / "cii/every-term/in.xml", (), 0),
    "three in one": (SAMPLES / "idoc/three-in-one-flat-file/in.txt", (), 0),
    "csv with its guide": (CSV / "in.csv", GUIDE, 0),
    "fields that cannot be read": (SAMPLES / "ubl/wrong-values/in.xml", (), 1),
}


def golden(file: Path) -> Any:
    return json.loads((file.parent / "document.json").read_text("utf-8"))


@pytest.mark.parametrize("case", READ)
def test_a_file_is_shown_as_it_was_understood(case: str, facteur: Facteur) -> None:
    file, more, code = READ[case]
    expected = golden(file)
    many = expected if isinstance(expected, list) else [expected]
    shown = facteur("read", file, *more)
    assert (shown.code, bool(shown.err)) == (code, code == 1)
    assert shown.json == (expected if len(many) > 1 else many[0])
    readings = facteur("read", file, *more, "--json").json
    assert [reading["document"] for reading in readings] == many
    assert all(reading["sources"] for reading in readings)
    assert any(notice for reading in readings for notice in reading["notices"]) is bool(code)


def test_what_is_written_in_another_format_reads_the_same(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "in.xml").write_bytes(ubl())
    shown = facteur("convert", "in.xml", "--to", "cii", "-o", "out.xml")
    assert (shown.code, shown.out) == (0, "out.xml: cii, good\n")
    assert facteur("read", "out.xml").json == json.loads(canonical.encode(CLEAN))


def test_what_breaks_the_rules_of_its_format_is_written_and_said(
    facteur: Facteur, tmp_path: Path
) -> None:
    (tmp_path / "in.xml").write_bytes(ubl())
    shown = facteur("convert", "in.xml", "--to", "xrechnung-ubl", "-o", "out.xml", "--json")
    assert shown.code == 1
    (result,) = shown.json
    assert result["written"] == "out.xml"
    assert "BR-DE-15" in {finding["rule"] for finding in result["findings"]}
    assert (tmp_path / "out.xml").exists()


def test_what_the_other_format_cannot_carry_is_said_and_no_error(
    facteur: Facteur, tmp_path: Path
) -> None:
    invoice = {**json.loads(canonical.encode(CLEAN)), "project": "P-1", "business_process": "S1"}
    (tmp_path / "in.json").write_text(json.dumps(invoice))
    command = ("convert", "in.json", "--to", "facturx-basic", "-o", "out.pdf")
    shown = facteur(*command)
    assert shown.code == 0
    assert "LOSS-BT-11" in shown.err
    assert "LOSS" not in shown.out
    (result,) = facteur(*command, "--json").json
    assert "LOSS-BT-11" in {finding["rule"] for finding in result["losses"]}


def test_what_could_not_be_read_is_not_called_missing(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "in.xml").write_bytes(ubl().replace(b">2026-11-20<", b">abc<"))
    shown = facteur("convert", "in.xml", "--to", "ubl", "-o", "out.xml", "--json")
    (result,) = shown.json
    assert [finding["rule"] for finding in result["findings"]] == ["IN-VALUE"]
    assert shown.code == 1


def test_a_file_is_judged_as_it_was_written(facteur: Facteur, tmp_path: Path) -> None:
    (tmp_path / "in.xml").write_bytes(ubl())
    command = ("convert", "in.xml", "--to", "cius-ro-ubl", "-o", "out.xml", "--json")
    rules = {finding["rule"] for finding in facteur(*command).json[0]["findings"]}
    assert "BR-RO-030" in rules
    assert "BR-RO-001" not in rules


def test_each_document_of_a_file_is_written_to_its_own(facteur: Facteur, tmp_path: Path) -> None:
    file = SAMPLES / "idoc/three-in-one-flat-file/in.txt"
    results = facteur("convert", file, "--to", "canonical", "-o", "out.json", "--json").json
    names = ["out-1.json", "out-2.json", "out-3.json"]
    assert [result["written"] for result in results] == names
    assert [json.loads((tmp_path / name).read_text()) for name in names] == golden(file)


MISUSE: dict[str, tuple[tuple[object, ...], str]] = {
    "missing file": (("read", "none.xml"), "none.xml: No such file or directory"),
    "empty file": (("read", "empty.xml"), "empty.xml: the file is empty"),
    "a folder": (("read", "."), ".: Is a directory"),
    "unknown format of a file": (
        ("read", "noise"),
        r"IN-FORMAT: noise is in no format that is known here; it looks like a PNG picture. Fix: ",
    ),
    "broken XML": (
        ("read", "half.xml"),
        "IN-XML-1 at line 37, column 9: this is not well-formed XML",
    ),
    "CSV without guide": (("read", CSV / "in.csv"), "IN-CSV-GUIDE at row 1: no mapping says"),
    "no such guide": (("read", CSV / "in.csv", "--guide", "no.toml"), "no.toml: No such file"),
    "guide that is no text": (("read", CSV / "in.csv", "--guide", "noise"), "not UTF-8 text"),
    "unknown format": (
        ("convert", "good.xml", "--to", "telex", "-o", "out"),
        "unknown format 'telex'; known: ubl,",
    ),
    "format that cannot carry it": (
        ("convert", SAMPLES / "letter/reminder-firm.json", "--to", "ubl", "-o", "out"),
        "ubl cannot carry a reminder; letter-din5008, letter-nf, canonical can",
    ),
    "nowhere to write": (
        ("convert", "good.xml", "--to", "cii", "-o", "no/out.xml"),
        "no/out.xml: No such file or directory",
    ),
}


@pytest.mark.parametrize("case", MISUSE)
def test_what_cannot_be_done_is_said_in_one_line_with_exit_2(
    case: str, facteur: Facteur, tmp_path: Path
) -> None:
    arguments, said = MISUSE[case]
    (tmp_path / "good.xml").write_bytes(ubl())
    (tmp_path / "half.xml").write_bytes(ubl()[:1500])
    (tmp_path / "noise").write_bytes(b"\x89PNG")
    (tmp_path / "empty.xml").write_bytes(b"")
    shown = facteur(*arguments)
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("facteur: ")
    assert said in shown.err
    assert shown.err.count("\n") == 1


def test_documents_of_a_spool_file_are_converted_on_their_own_pages(
    facteur: Facteur, tmp_path: Path
) -> None:
    spool = SAMPLES / "pdf_text/spool"
    shown = facteur(
        "convert",
        spool / "in.pdf",
        "--guide",
        spool / "layout.toml",
        "--to",
        "facturx-minimum",
        "-o",
        "out.pdf",
    )
    assert shown.code == 1, "the second one does not add up"
    assert "IN-PDF-SUM" in shown.out
    counts = [overview((tmp_path / f"out-{n}.pdf").read_bytes()).page_count for n in (1, 2)]
    assert counts == [2, 1]
