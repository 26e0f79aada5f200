"""A draft finds what stands beside known labels, in several languages, and says what it lacks."""

import os
import re
import tomllib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bench.layout_draft import compared, plain
from formats.cii.read import read_cii
from formats.codec import Confidence, Unreadable
from formats.facturx.read import invoice_xml
from formats.model import Invoice, Totals
from formats.pdf_text.draft.draft import Drafted, draft
from formats.pdf_text.draft.writing import written
from tests.formats.pdf_text.drawing import Text, drawn

CORPORA = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
HYBRIDS = CORPORA / "zugferd-facturx-pdf"
D = Decimal

WORDS = {  # labels, date, header, unit, lines, net, VAT, gross; all of the test's own making
    "de": (
        ("Rechnungs-Nr.", "Rechnungsdatum", "5. März 2026"),
        ("Pos", "Bezeichnung", "Menge", "Einheit", "Einzelpreis", "Betrag"),
        ("Stk", "2.400,00", "135,00"),
        ("Summe netto", "MwSt 20 %", "Rechnungsbetrag"),
        ("EUR 2.535,00", "EUR 507,00", "EUR 3.042,00"),
    ),
    "en": (
        ("Invoice No:", "Invoice date:", "March 5, 2026"),
        ("No", "Description", "Qty", "Unit", "Unit price", "Amount"),
        ("pcs", "2,400.00", "135.00"),
        ("Subtotal", "VAT 20%", "Total"),
        ("$ 2,535.00", "$ 507.00", "$ 3,042.00"),
    ),
    "fr": (
        ("Facture n°", "Date de facturation :", "05/03/2026"),
        ("N°", "Désignation", "Qté", "Unité", "Prix unitaire HT", "Montant HT"),
        ("pièce", "2400,00", "135,00"),
        ("Total HT", "TVA 20 %", "Total TTC"),
        ("2535,00 €", "507,00 €", "3042,00 €"),
    ),
    "it": (
        ("Fattura n.", "Data fattura", "05/03/2026"),
        ("Pos", "Descrizione", "Quantità", "Unità", "Prezzo unitario", "Importo"),
        ("pz", "2.400,00", "135,00"),
        ("Imponibile", "IVA 20%", "Totale fattura"),
        ("€ 2.535,00", "€ 507,00", "€ 3.042,00"),
    ),
    "es": (
        ("Factura número:", "Fecha:", "5 de marzo de 2026"),
        ("Pos", "Descripción", "Cantidad", "Unidad", "Precio", "Importe"),
        ("ud", "2.400,00", "135,00"),
        ("Base imponible", "IVA 20%", "Total factura"),
        ("2.535,00 EUR", "507,00 EUR", "3.042,00 EUR"),
    ),
    "nl": (
        ("Factuurnummer:", "Factuurdatum:", "05-03-2026"),
        ("Nr", "Omschrijving", "Aantal", "Eenheid", "Prijs", "Bedrag"),
        ("stuks", "2.400,00", "135,00"),
        ("Subtotaal", "Btw 20%", "Totaal"),
        ("€ 2.535,00", "€ 507,00", "€ 3.042,00"),
    ),
}
EDGES = (20, 32, 100, 120, 140, 175)


def page(language: str) -> list[Text]:
    (number, issued, day), header, (unit, first, second), labels, amounts = WORDS[language]
    small = second.replace("135", "45")
    rows: Sequence[Sequence[str]] = (
        header,
        ("1", "Wartung", "1", unit, first, first),
        ("2", "Anfahrt", "3", unit, small, second),
    )
    texts: list[Text] = [
        (20, 15, "Probe Technik"),
        (20, 50, "Muster Handel"),
        (20, 55, "Ringweg 7"),
        (20, 60, "50667 Musterstadt"),
        (120, 50, f"{number} R-2026/17"),
        (120, 56, f"{issued} {day}"),
        (20, 280, "DE123456788"),
        (80, 280, "IBAN DE89 3704 0044 0532 0130 00"),
    ]
    for down, row in zip((90, 98, 104), rows, strict=True):
        texts += [(across, down, text) for across, text in zip(EDGES, row, strict=True)]
    for down, label, amount in zip((120, 126, 132), labels, amounts, strict=True):
        texts += [(120, down, label), (170, down, amount)]
    return texts


def invoice_of(drafted: Drafted) -> Invoice:
    assert drafted.reading is not None, drafted.faults
    assert isinstance(drafted.reading.document, Invoice)
    return drafted.reading.document


@pytest.mark.parametrize("language", WORDS)
def test_an_invoice_is_found_in_its_language(language: str) -> None:
    drafted = draft(drawn(page(language)), "sample.pdf")
    assert drafted.faults == ()
    invoice = invoice_of(drafted)
    assert (invoice.number, invoice.issue_date) == ("R-2026/17", date(2026, 3, 5))
    assert invoice.currency == ("USD" if language == "en" else "EUR")
    assert invoice.totals == Totals(
        lines=D("2535.00"),
        without_vat=D("2535.00"),
        vat=D("507.00"),
        with_vat=D("3042.00"),
        due=D("3042.00"),
    )
    assert [(line.quantity, line.unit, line.net) for line in invoice.lines] == [
        (D(1), "H87", D("2400.00")),
        (D(3), "H87", D("135.00")),
    ]
    assert [line.vat_rate for line in invoice.lines] == [D(20), D(20)]
    assert invoice.seller
    assert invoice.seller.vat_identifier == "DE123456788"
    assert invoice.buyer
    assert invoice.buyer.name == "Muster Handel"
    assert invoice.buyer.address
    assert (invoice.buyer.address.city, invoice.buyer.address.post_code) == (
        "Musterstadt",
        "50667",
    )
    assert drafted.reading
    assert drafted.reading.confidence["totals.with_vat"] is Confidence.PROVEN


def test_what_is_not_found_is_said() -> None:
    drafted = draft(drawn([(20, 20, "A letter to a friend"), (20, 30, "of 5 May 2026")]), "x.pdf")
    said = " ".join(drafted.notes)
    for words in ("the number of the invoice", "the gross amount", "the lines"):
        assert words in said
    assert drafted.reading is None
    assert drafted.faults
    assert '\n# "number" = ' in drafted.toml
    without = re.sub(r'(?m)^# (?="number)', "", drafted.toml)
    assert "BESIDE IT" in tomllib.loads(without)["fields"]["number"]


def test_what_is_written_is_what_was_meant() -> None:
    table: dict[str, Any] = {
        "anchors": ['it\'s "this"', r"a\.b"],
        "fields": {"number": r"No\. (\S+)", "seller.name": {"box": [1, 2, 3, 4], "page": 1}},
        "tables": {
            "lines": {
                "start": "x",
                "goes_on": True,
                "columns": {"id": [1, 2.5], "item.name": [3, 4]},
            }
        },
        "values": {"lines[].unit": {"Stk.": "H87", "25 %": "C62"}},
    }
    assert tomllib.loads(written("x", table, {}, ["a note"])) == {"format": "pdf_text", **table}


PROVEN = (
    "facturx-cas-limites/cas/OK-001/facture.pdf",
    "zugferd-corpus/ZUGFeRDv2/fail/MustangRE-20171118_506_ZUGFeRD1and2.pdf",
)


@pytest.mark.skipif(not HYBRIDS.exists(), reason="shared corpora are not here")
@pytest.mark.parametrize("name", PROVEN)
def test_strangers_invoices_give_what_their_xml_says(name: str) -> None:
    data = (HYBRIDS / name).read_bytes()
    stated = read_cii(invoice_xml(data)).document
    assert isinstance(stated, Invoice)
    invoice = invoice_of(draft(data, name))
    assert invoice.number == stated.number
    assert invoice.totals
    assert stated.totals
    assert invoice.totals.with_vat == stated.totals.with_vat
    assert [line.net for line in invoice.lines] == [line.net for line in stated.lines]


@pytest.mark.skipif(not HYBRIDS.exists(), reason="shared corpora are not here")
def test_what_strangers_pages_say_is_read_as_often_as_was_measured() -> None:
    rows = [compared(name, data, truth)[0] for name, data, truth in plain()]
    right = {field: sum(row[field] for row in rows) for field in rows[0]}
    least = {"number": 11, "date": 11, "seller": 10, "total": 11, "vat": 10, "lines": 8}
    assert {field: right[field] for field, count in least.items() if right[field] < count} == {}


@pytest.mark.skipif(not HYBRIDS.exists(), reason="shared corpora are not here")
def test_no_stranger_s_file_stops_it() -> None:
    rules = []
    for path in sorted([*HYBRIDS.rglob("*.pdf"), *(CORPORA / "pdf-invoices").rglob("*.pdf")]):
        try:
            assert draft(path.read_bytes(), path.name).toml
        except Unreadable as error:
            rules.append(error.finding.rule)
    assert rules == ["IN-PDF-SCAN"] * 3
