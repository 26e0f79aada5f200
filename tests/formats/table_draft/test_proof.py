"""A draft reads the file it was drafted for, in six languages and all makes."""

from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from formats.codec import Unreadable
from formats.guide import parse
from formats.model import Invoice
from formats.table.read import read
from formats.table_draft.proof import Draft, draft
from tests.formats.guided_samples import SAMPLES

ZIP = SAMPLES / "table" / "joined-files-in-a-zip" / "in.zip"


class Case(NamedTuple):
    """A table, what its columns must be taken for, and number and gross of its invoices."""

    text: str
    paths: dict[str, str]
    gross: dict[str, str]


CASES = {
    "German, a row a line, totals repeated": Case(
        "Rechnungs-Nr.;Rechnungsdatum;Kd.-Nr.;Kundenname;PLZ;Ort;Artikelbezeichnung;Menge;ME;"
        "Einzelpreis;Gesamtpreis;MwSt-Satz;Nettosumme;MwSt-Betrag;Bruttosumme\n"
        "R1;20.11.2026;1001;Müller GmbH;01067;Dresden;Bohrer;2;Stk;1.040,00;2.080,00;"
        "19 %;2.100,00;399,00;2.499,00\n"
        "R1;20.11.2026;1001;Müller GmbH;01067;Dresden;Schraube;4;kg;5,00;20,00;19 %;"
        "2.100,00;399,00;2.499,00\n"
        "R2;21.11.2026;1002;Maier AG;80331;München;Bohrer;1;Stk;10,00;10,00;19 %;10,00;"
        "1,90;11,90\n",
        {
            "Rechnungs-Nr.": "number",
            "Rechnungsdatum": "issue_date",
            "Kundenname": "buyer.name",
            "PLZ": "buyer.address.post_code",
            "Menge": "lines[].quantity",
            "ME": "lines[].unit",
            "Gesamtpreis": "lines[].net",
            "MwSt-Satz": "lines[].vat_rate",
            "Nettosumme": "totals.without_vat",
            "MwSt-Betrag": "totals.vat",
            "Bruttosumme": "totals.with_vat",
        },
        {"R1": "2499.00", "R2": "11.90"},
    ),
    "English, a row an invoice, days after months": Case(
        "Invoice No,Invoice Date,Due Date,Customer Name,Country Code,Customer VAT No,Description,"
        "Net Amount,VAT Amount,Invoice Total,Currency\n"
        'I-1,11/20/2026,12/20/2026,"Brown, Ltd",IE,IE1234567FA,Advice,"1,000.00",230.00,'
        '"1,230.00",EUR\n'
        "I-2,11/21/2026,12/21/2026,O'Hara,IE,IE1234567FA,Advice,50.00,11.50,61.50,EUR\n",
        {
            "Invoice No": "number",
            "Due Date": "due_date",
            "Country Code": "buyer.address.country",
            "Customer VAT No": "buyer.vat_identifier",
            "Net Amount": "totals.without_vat",
            "Invoice Total": "totals.with_vat",
            "Currency": "currency",
        },
        {"I-1": "1230.00", "I-2": "61.50"},
    ),
    "French, blanks for thousands": Case(
        "N° facture\tDate facture\tClient\tCode postal\tVille\tDésignation\tQté\tPU HT"
        "\tMontant HT\t"
        "Taux TVA\tTotal HT\tTotal TVA\tTotal TTC\n"
        "F1\t20/11/2026\tDupont SA\t75001\tParis\tPerceuse\t2\t1 200,00\t2 400,00\t20"
        "\t2 500,00\t500,00\t3 000,00\n"
        "F1\t20/11/2026\tDupont SA\t75001\tParis\tGants\t10\t10,00\t100,00\t20\t2 500,"
        "00\t500,00\t3 000,00\n",
        {
            "N° facture": "number",
            "Client": "buyer.name",
            "Qté": "lines[].quantity",
            "PU HT": "lines[].price.net",
            "Montant HT": "lines[].net",
            "Taux TVA": "lines[].vat_rate",
            "Total HT": "totals.without_vat",
            "Total TTC": "totals.with_vat",
        },
        {"F1": "3000.00"},
    ),
    "Italian, lines only": Case(
        "Numero fattura;Data fattura;Cliente;Partita IVA;CAP;Comune;Descrizione;Quantità;"
        "Prezzo unitario;Importo riga;Aliquota IVA\n"
        "12/A;20/11/2026;Rossi Srl;IT12345670017;20121;Milano;Trapano;2;50,00;100,00;22\n"
        "12/A;20/11/2026;Rossi Srl;IT12345670017;20121;Milano;Guanti;3;5,00;15,00;22\n",
        {
            "Numero fattura": "number",
            "Data fattura": "issue_date",
            "Partita IVA": "buyer.vat_identifier",
            "Importo riga": "lines[].net",
            "Aliquota IVA": "lines[].vat_rate",
        },
        {"12/A": "140.30"},
    ),
    "Spanish, a row an invoice without lines": Case(
        "Nº factura;Fecha;Cliente;NIF;Código postal;Población;Base imponible;Cuota IVA;"
        "Total factura\n"
        "A-1;20-11-2026;García SL;ESB12345674;28001;Madrid;100,00;21,00;121,00\n"
        "A-2;21-11-2026;Pérez SA;ESA12345674;08001;Barcelona;10,00;2,10;12,10\n",
        {
            "Nº factura": "number",
            "Fecha": "issue_date",
            "NIF": "buyer.vat_identifier",
            "Población": "buyer.address.city",
            "Base imponible": "totals.without_vat",
            "Cuota IVA": "totals.vat",
            "Total factura": "totals.with_vat",
        },
        {"A-1": "121.00", "A-2": "12.10"},
    ),
    "German, net and VAT of each rate, no lines": Case(
        "Rechnungsnr;Datum;Kunde;Leistung;Netto 19 %;USt 19 %;Brutto 19 %;Netto 7%;USt 7%;"
        "Netto 0 %;Brutto\n"
        "R1;20.11.2026;Maier AG;Werkzeug;1.000,00;190,00;1.190,00;100,00;7,00;10,00;1.307,00\n"
        "R2;20.11.2026;Huber;Werkzeug;200,00;38,00;238,00;0,00;0,00;;238,00\n"
        "R3;21.11.2026;Maier AG;Buch;;;;50,00;3,50;0,00;53,50\n",
        {
            "Leistung": "lines[].item.name",
            "Netto 19 %": "vat_breakdown[rate=19].taxable",
            "USt 19 %": "vat_breakdown[rate=19].tax",
            "Netto 7%": "vat_breakdown[rate=7].taxable",
            "USt 7%": "vat_breakdown[rate=7].tax",
            "Netto 0 %": "vat_breakdown[rate=0].taxable",
            "Brutto": "totals.with_vat",
        },
        {"R1": "1307.00", "R2": "238.00", "R3": "53.50"},
    ),
    "German, net and VAT of each rate beside lines": Case(
        "Rechnungsnr;Datum;Pos;Bezeichnung;Menge;Einzelpreis;Gesamtpreis;USt-Satz;Netto 19 %;"
        "USt 19 %;Netto 7 %;USt 7 %;Brutto\n"
        "R1;20.11.2026;1;Zange;10;100,00;1.000,00;19;1.000,00;190,00;100,00;7,00;1.297,00\n"
        "R1;20.11.2026;2;Buch;5;20,00;100,00;7;1.000,00;190,00;100,00;7,00;1.297,00\n"
        "R2;20.11.2026;1;Zange;2;100,00;200,00;19;200,00;38,00;0,00;0,00;238,00\n",
        {
            "Gesamtpreis": "lines[].net",
            "USt-Satz": "lines[].vat_rate",
            "Netto 7 %": "vat_breakdown[rate=7].taxable",
            "USt 19 %": "vat_breakdown[rate=19].tax",
        },
        {"R1": "1297.00", "R2": "238.00"},
    ),
    "Dutch": Case(
        "Factuurnummer|Factuurdatum|Vervaldatum|Klantnaam|Postcode|Plaats|Omschrijving|"
        "Aantal|Prijs|"
        "Bedrag|BTW %|Totaal excl btw|BTW bedrag|Totaal incl btw\n"
        "N1|20-11-2026|20-12-2026|Jansen BV|1012 AB|Amsterdam|Boor|1|99,00|99,00|21|100,"
        "00|21,00|121,00\n"
        "N1|20-11-2026|20-12-2026|Jansen BV|1012 AB|Amsterdam|Bout|2|0,50|1,00|21|100,"
        "00|21,00|121,00\n",
        {
            "Factuurnummer": "number",
            "Klantnaam": "buyer.name",
            "Aantal": "lines[].quantity",
            "Bedrag": "lines[].net",
            "BTW %": "lines[].vat_rate",
            "Totaal excl btw": "totals.without_vat",
            "Totaal incl btw": "totals.with_vat",
        },
        {"N1": "121.00"},
    ),
    "of a fixed width": Case(
        "Invoice   Date       Customer        Net      VAT    Gross\n"
        "R00001    2026-11-20 Brown Ltd    100.00    23.00   123.00\n"
        "R00002    2026-11-21 O'Hara        10.00     2.30    12.30\n",
        {
            "Invoice": "number",
            "Date": "issue_date",
            "Net": "totals.without_vat",
            "VAT": "totals.vat",
            "Gross": "totals.with_vat",
        },
        {"R00001": "123.00", "R00002": "12.30"},
    ),
    "of a fixed width, whose names all have two words": Case(
        "Invoice  Buyer       Description       Net     VAT   Gross\n"
        "R00001   Brown Ltd   Blue pen       100.00   23.00  123.00\n"
        "R00002   Green plc   Pink ink        10.00    2.30   12.30\n",
        {"Invoice": "number", "Buyer": "buyer.name", "Description": "lines[].item.name"},
        {"R00001": "123.00", "R00002": "12.30"},
    ),
    "of an accounting program: unit amounts, a named tax, contacts, no line totals": Case(
        "*ContactName,EmailAddress,POAddressLine1,POCity,POPostalCode,*InvoiceNumber,Reference,"
        "*InvoiceDate,*DueDate,Total,InventoryItemCode,*Description,*Quantity,*UnitAmount,"
        "*TaxType,TaxAmount,Currency\n"
        "Brown Ltd,ap@brown.example,1 Quay St,Leeds,LS1 1AA,I-1,PO 7,14/11/2026,14/12/2026,264.00,"
        "P1,Pliers,10,17.60,20% (VAT on Income),35.20,GBP\n"
        "Brown Ltd,ap@brown.example,1 Quay St,Leeds,LS1 1AA,I-1,PO 7,14/11/2026,14/12/2026,264.00,"
        "P2,Lamp,2,22.00,20% (VAT on Income),8.80,GBP\n",
        {
            "*ContactName": "buyer.name",
            "EmailAddress": "buyer.contact.email",
            "POAddressLine1": "buyer.address.line_1",
            "POCity": "buyer.address.city",
            "POPostalCode": "buyer.address.post_code",
            "*UnitAmount": "lines[].price.net",
            "*TaxType": "lines[].vat_rate",
            "Total": "totals.with_vat",
        },
        {"I-1": "264.00"},
    ),
    "of another: rates of items, shares of one": Case(
        "InvoiceNo,Customer,InvoiceDate,ItemDescription,ItemQuantity,ItemRate,ItemAmount,TaxRate\n"
        "1001,Cool Cars,11/14/2026,Design,2,75.00,150.00,0.2\n"
        "1001,Cool Cars,11/14/2026,Pump,1,15.00,15.00,0.055\n",
        {
            "ItemRate": "lines[].price.net",
            "ItemAmount": "lines[].net",
            "TaxRate": "lines[].vat_rate",
        },
        {"1001": "195.83"},
    ),
    "headers that say nothing": Case(
        "A,B,C,D\nX,DE89370400440532013000,EUR,19\nY,DE89370400440532013000,EUR,7\n",
        {"B": "payment.credit_transfers[0].account", "C": "currency", "D": "lines[].vat_rate"},
        {},
    ),
}


def paths_of(made: Draft) -> dict[str, str]:
    return {each.column: each.paths[0] for each in made.choice.columns if each.paths}


@pytest.mark.parametrize("case", CASES)
def test_columns_are_taken_for_what_they_are(case: str) -> None:
    text, paths, _ = CASES[case]
    taken = {each.column: each.paths for each in draft(text.encode(), "in").choice.columns}
    assert {column: path in taken[column] for column, path in paths.items()} == dict.fromkeys(
        paths, True
    ), taken


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case].gross])
def test_the_draft_reads_its_own_file_and_all_adds_up(case: str) -> None:
    text, _, gross = CASES[case]
    made = draft(text.encode(), "in")
    readings = read(text.encode(), [parse("kept", made.toml)])
    assert tuple(each.document for each in readings) == tuple(p.invoice for p in made.proofs)
    found = {each.invoice.number: each.invoice.totals for each in made.proofs}
    assert {n: t and t.with_vat for n, t in found.items()} == {
        number: Decimal(value) for number, value in gross.items()
    }
    assert [(each.faults, each.wrong_sums, each.unproven) for each in made.proofs] == [
        ((), (), not each.invoice.lines) for each in made.proofs
    ]


def test_the_second_word_of_a_column_of_fixed_width_is_part_of_it() -> None:
    text, _, _ = CASES["of a fixed width, whose names all have two words"]
    invoices = [each.invoice for each in draft(text.encode(), "in").proofs]
    assert [one.buyer and one.buyer.name for one in invoices] == ["Brown Ltd", "Green plc"]


@pytest.mark.parametrize("case", ["German, a row a line, totals repeated", "Italian, lines only"])
def test_a_workbook_is_drafted_as_the_same_table_in_csv(case: str) -> None:
    text, _, gross = CASES[case]
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in text.splitlines():
        sheet.append(row.split(";"))
    buffer = BytesIO()
    book.save(buffer)
    made = draft(buffer.getvalue(), "in.xlsx")
    assert paths_of(made) == paths_of(draft(text.encode(), "in.csv"))
    assert [str(p.invoice.number) for p in made.proofs] == list(gross)


def test_codes_are_drafted_by_what_they_mean() -> None:
    data = (SAMPLES / "csv" / "shipped-example" / "in.csv").read_bytes()
    (proof,) = draft(data, "in").proofs
    line = proof.invoice.lines[0]
    assert (proof.invoice.type_code, line.unit, line.vat_category) == ("380", "H87", "S")


def test_what_is_still_missing_is_named() -> None:
    made = draft(CASES["Italian, lines only"].text.encode(), "in")
    assert {"BT-5", "BT-27", "BT-55"} <= made.missing.keys()
    assert not {"BT-1", "BT-2", "BT-44", "BT-126", "BT-131"} & made.missing.keys()


NO_TABLES = {
    "a letter": (b"Dear Sir,\nI am well.\n", "IN-CSV-DRAFT"),
    "nothing but a header": (b"a;b;c;d\n", "IN-CSV-EMPTY"),
    "a column twice": (b"a;b;b;d\n1;2;3;4\n", "IN-CSV-COLUMNS"),
    "rows of several kinds": (b"H;1;2;3\nP;1;2\nP;2;3\nH;2;3;4\nP;1;2\n", "IN-CSV-DRAFT"),
    "a million columns": (b";".join(b"%d" % n for n in range(10**6)), "IN-CSV-DRAFT"),
    "one long line": (b"x  y " * 10**5, "IN-CSV-ROW"),
    "a ZIP of tables": (ZIP.read_bytes(), "IN-CSV-DRAFT"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(99), "IN-XLSX-KIND"),
}


@pytest.mark.parametrize("case", NO_TABLES)
def test_what_is_no_table_is_not_drafted_for(case: str) -> None:
    data, rule = NO_TABLES[case]
    with pytest.raises(Unreadable) as caught:
        draft(data, "in")
    assert caught.value.finding.rule == rule


def test_samples_of_guides_are_drafted_for() -> None:
    """Each is read, and its number is known; what their guides know beside the header is not."""
    for name in ("lines-german-cp1252", "shipped-example", "invoice-a-row"):
        folder = SAMPLES / "csv" / name
        data = next(folder.glob("in.*")).read_bytes()
        known = read(data, [parse("known", (folder / "guide.toml").read_text("utf-8"))])
        made = draft(data, "in")
        assert [p.invoice.number for p in made.proofs] == [r.document.number for r in known]
        for proof, reading in zip(made.proofs, known, strict=True):
            assert isinstance(reading.document, Invoice)
            assert proof.invoice.issue_date == reading.document.issue_date
            assert proof.invoice.totals == reading.document.totals
            assert [line.net for line in proof.invoice.lines] == [
                line.net for line in reading.document.lines
            ]


def test_the_last_row_may_sum_up_and_is_no_invoice() -> None:
    text = CASES["Spanish, a row an invoice without lines"].text
    made = draft(f"{text}Total;;;;;;110,00;23,10;133,10\n".encode(), "in")
    assert [each.invoice.number for each in made.proofs] == ["A-1", "A-2"]
    assert 'where = { "Nº factura" = "Total" }' in made.toml


def test_columns_without_names_are_numbered() -> None:
    text = "\n".join(CASES["headers that say nothing"].text.splitlines()[1:])
    made = draft(text.encode(), "in")
    assert paths_of(made) == {
        "1": "number",
        "2": "payment.credit_transfers[0].account",
        "3": "currency",
        "4": "lines[].vat_rate",
    }
    assert [each.invoice.number for each in made.proofs] == ["X", "Y"]


def test_lines_that_are_all_alike_are_still_lines() -> None:
    text = "Nr;Menge;Einzelpreis;Betrag;Nettosumme;USt;Bruttosumme\n"
    text += "A;2;5,00;10,00;20,00;3,80;23,80\n" * 2
    (proof,) = draft(text.encode(), "in").proofs
    assert [str(line.net) for line in proof.invoice.lines] == ["10.00", "10.00"]
    assert proof.wrong_sums == ()


ITEMS = {  # the columns about the item, a row of them, and what becomes of `Artikel`
    "a name, alone": ("Artikel", "Bohrer 8 mm", "lines[].item.name"),
    "a name beside the number": ("Artikel-Nr.;Artikel", "B8;Bohrer 8 mm", "lines[].item.name"),
    "a number, alone": ("Artikel", "4711-B", "lines[].item.seller_id"),
    "a number beside the name": ("Artikel;Bezeichnung", "4711;Bohrer", "lines[].item.seller_id"),
}


@pytest.mark.parametrize("case", ITEMS)
def test_an_article_that_is_no_number_is_the_item_name_where_no_column_is(case: str) -> None:
    head, cells, path = ITEMS[case]
    text = (
        f"Rechnungs-Nr.;Rechnungsdatum;{head};Menge;Einzelpreis;Gesamtpreis\n"
        f"R1;20.11.2026;{cells};2;10,00;20,00\nR2;21.11.2026;{cells};1;10,00;10,00\n"
    )
    columns = {each.column: each.paths for each in draft(text.encode(), "in.csv").choice.columns}
    assert columns["Artikel"] == (path,)


def test_a_pdf_is_sent_to_where_layouts_are_drafted() -> None:
    with pytest.raises(Unreadable) as caught:
        draft(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n\x81\x8d", "in.pdf")
    assert "a PDF" in caught.value.finding.message
    assert "`facteur layout draft FILE`" in (caught.value.finding.fix or "")
