"""DATEV's files are known, and it is said what to send instead."""

from pathlib import Path

import pytest

from formats.codec import Unreadable
from formats.guide import parse
from formats.model import Invoice
from formats.table.read import READER, read
from formats.table_draft.proof import draft
from tests.formats.shared_examples import CORPORA, needs_corpora

FILES = sorted((CORPORA / "ar-csv").rglob("EXTF_*.csv"))
BOOKINGS = """"EXTF";700;21;"Buchungsstapel";9;20261120;;"XY";"";"";1001;456"""
HOLDS = {
    BOOKINGS: "Buchungsstapel; it holds bookings of whole documents",
    BOOKINGS.replace('21;"Buchungsstapel"', '16;"Debitoren/Kreditoren"'): "customers and suppliers",
    BOOKINGS.replace('21;"Buchungsstapel"', '20;"Kontenbeschriftungen"'): "data of accounting",
    "EXTF": "of no named category",
}


@pytest.mark.parametrize("first", HOLDS)
def test_it_is_said_what_it_holds(first: str) -> None:
    data = f"{first};\nUmsatz;Konto\n1,00;1200\n".encode("cp1252")
    assert READER.claims(data, "EXTF.csv")
    for refusing in (lambda: read(data, []), lambda: draft(data, "EXTF.csv")):
        with pytest.raises(Unreadable, match=HOLDS[first]) as caught:
            refusing()
        assert (caught.value.finding.rule, bool(caught.value.finding.fix)) == ("IN-DATEV", True)


@needs_corpora
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_files_of_others_are_known(file: Path) -> None:
    data = file.read_bytes()
    assert READER.claims(data[:4096], file.name)
    with pytest.raises(Unreadable) as caught:
        read(data, [])
    assert caught.value.finding.rule == "IN-DATEV"
    assert caught.value.finding.message.startswith(
        "this is a DATEV file, Buchungsstapel"
        if "Buchungsstapel" in file.name
        else "this is a DATEV file, Debitoren/Kreditoren"
    )


@needs_corpora
def test_who_maps_bookings_may_read_them() -> None:
    """Each row as an invoice, by a guide that names the columns it wants and leaves the others."""
    (file,) = (file for file in FILES if "Buchungsstapel" in file.name)
    columns = file.read_bytes().decode("cp1252").splitlines()[1].split(";")
    taken = {"Belegfeld 1": "number", "Umsatz (ohne Soll/Haben-Kz)": "totals.due"}
    left = ", ".join(f"'{name}'" for name in columns if name not in taken)
    toml = f"""
    format = "csv"
    rows = "invoices"
    ignore = [{left}]
    [file]
    skip = 1
    decimal = ","
    [columns]
    {"".join(f"'{name}' = '{path}'{chr(10)}" for name, path in taken.items())}
    """
    read_ = [each.document for each in read(file.read_bytes(), [parse("datev", toml)])]
    assert [
        (each.number, str(each.totals and each.totals.due))
        for each in read_
        if isinstance(each, Invoice)
    ] == [(None, "24.95"), ("RE201802-135", "5950.00")]
