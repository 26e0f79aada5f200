"""Tables of one row a line, ten rows an invoice: CSV and fixed width of 27 columns, xlsx of 10."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import openpyxl

from bench.drops.drop import Drop

ROWS_AN_INVOICE = 10
_GUIDE = Path("hub/demo/samples/guides/nordwind-csv.toml")
_WIDER = 8
"""Blanks behind the cells of the first row, so that all fit."""
_NAMES = (
    *("Rechnungsnr", "Art", "Datum", "Fällig", "Kundennr", "Kunde", "Straße", "PLZ", "Ort", "Land"),
    *("USt-IdNr", "Bestellnr", "Ihr Zeichen", "Lieferdatum", "Pos", "Artikel", "Bezeichnung"),
    *("Menge", "Einheit", "Einzelpreis", "Positionswert", "USt-Schlüssel", "USt-Satz", "Netto"),
    *("USt", "Brutto", "Sachbearbeiter"),
)
_WORKBOOK_COLUMNS = {
    "Nr": "number",
    "Datum": "issue_date",
    "Kunde": "buyer.name",
    "Land": "buyer.address.country",
    "Pos": "lines[].id",
    "Text": "lines[].item.name",
    "Menge": "lines[].quantity",
    "Preis": "lines[].price.net",
    "Wert": "lines[].net",
    "Satz": "lines[].vat_rate",
}


def csv(rows: int) -> Drop:
    """A list as German spreadsheets write it."""
    lines = [";".join(_NAMES), *(";".join(_cells(number)) for number in range(rows))]
    return Drop(
        files=[("list.csv", "\n".join(lines).encode("cp1252"))], guide=_GUIDE.read_text("utf-8")
    )


def fixed_width(rows: int) -> Drop:
    """The same list in columns of characters."""
    widths = [len(cell) + _WIDER for cell in _cells(rows)]
    lines = (
        "".join(cell.ljust(width) for cell, width in zip(_cells(number), widths, strict=True))
        for number in range(rows)
    )
    guide = _GUIDE.read_text("utf-8").replace('format = "csv"', 'format = "fixed_width"')
    return Drop(
        files=[("list.txt", "\n".join(lines).encode("cp1252"))],
        guide=guide.replace("[columns]", _positions(widths) + "\n[columns]"),
    )


def xlsx(rows: int) -> Drop:
    """A workbook of one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Rechnungen")
    sheet.append(list(_WORKBOOK_COLUMNS))
    for number in range(rows):
        invoice, line = divmod(number, ROWS_AN_INVOICE)
        shared = (f"R{invoice}", "2026-11-20", "Hansekontor GmbH", "DE", line + 1)
        sheet.append((*shared, f"Zange {number}", 12, 17.6, 12 * 17.6, 19))
    buffer = BytesIO()
    book.save(buffer)
    columns = "\n".join(f'"{name}" = "{field}"' for name, field in _WORKBOOK_COLUMNS.items())
    guide = f'format = "xlsx"\nrows = "lines"\nkey = "Nr"\n[columns]\n{columns}\n'
    return Drop(files=[("list.xlsx", buffer.getvalue())], guide=guide)


def _cells(number: int) -> Sequence[str]:
    invoice, line = divmod(number, ROWS_AN_INVOICE)
    return (
        *(f"26-{invoice:06}", "Rechnung", "20.11.2026", "20.12.2026", f"{101000 + invoice % 50}"),
        *("Hansekontor Schiffsbedarf GmbH", "Kaistraße 40", "20457", "Hamburg", "DE"),
        *("DE900001009", "HK-4712", "", "18.11.2026", f"{line + 1}", f"NW-{number}"),
        *("Kombizange 180 mm", "12", "Stk", "17,60", "211,20", "U19", "19"),
        *("2.112,00", "401,28", "2.513,28", "M. Muster"),
    )


def _positions(widths: Sequence[int]) -> str:
    start, rows = 1, ["[positions]"]
    for name, width in zip(_NAMES, widths, strict=True):
        rows.append(f'"{name}" = [{start}, {width}]')
        start += width
    return "\n".join(rows) + "\n"
