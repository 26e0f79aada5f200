"""`make bench`, tables: rows a second and peak memory of CSV, fixed width and workbooks.

    python -m bench.tables [--quick]

Each file is written, then read in a process of its own: to the model, with every place. A row is a
line of an invoice of five, 27 columns wide as the demo's daily list is; of a workbook 10 wide.
Where another library reads the rows of the same file, that alone is shown beside it.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from python_calamine import CalamineWorkbook

from formats.guide import parse
from formats.table.read import read

RESULTS = Path(__file__).parent / "tables.json"
GUIDE = Path("hub/demo/samples/guides/nordwind-csv.toml")
WANTED_A_SECOND = 20_000
HEADER = (
    "Rechnungsnr Art Datum Fällig Kundennr Kunde Straße PLZ Ort Land USt-IdNr Bestellnr "
    "Ihr\u00a0Zeichen Lieferdatum Pos Artikel Bezeichnung Menge Einheit Einzelpreis Positionswert "
    "USt-Schlüssel USt-Satz Netto USt Brutto Sachbearbeiter"
)
WORKBOOK = """
format = "xlsx"
rows = "lines"
key = "Nr"
[columns]
"Nr" = "number"
"Datum" = "issue_date"
"Kunde" = "buyer.name"
"Land" = "buyer.address.country"
"Pos" = "lines[].id"
"Text" = "lines[].item.name"
"Menge" = "lines[].quantity"
"Preis" = "lines[].price.net"
"Wert" = "lines[].net"
"Satz" = "lines[].vat_rate"
"""


def names() -> list[str]:
    return [name.replace("\u00a0", " ") for name in HEADER.split(" ")]


def cells(number: int) -> list[str]:
    """A row of the demo's list."""
    invoice, line = divmod(number, 5)
    return [
        *(f"26-{invoice:06}", "Rechnung", "20.11.2026", "20.12.2026", f"{101000 + invoice % 50}"),
        *("Hansekontor Schiffsbedarf GmbH", "Kaistraße 40", "20457", "Hamburg", "DE"),
        *("DE900001009", "HK-4712", "", "18.11.2026", f"{line + 1}", f"NW-{number}"),
        *("Kombizange 180 mm", "12", "Stk", "17,60", "211,20", "U19", "19"),
        *("1.056,00", "200,64", "1.256,64", "M. Muster"),
    ]


def csv_file(rows: int) -> tuple[bytes, str]:
    lines = [";".join(names()), *(";".join(cells(number)) for number in range(rows))]
    return "\n".join(lines).encode("cp1252"), GUIDE.read_text("utf-8")


def fixed_file(rows: int) -> tuple[bytes, str]:
    widths = [max(len(text), 1) + 8 for text in cells(rows)]
    start, positions = 1, []
    for name, width in zip(names(), widths, strict=True):
        positions.append(f'"{name}" = [{start}, {width}]')
        start += width
    toml = GUIDE.read_text("utf-8").replace('format = "csv"', 'format = "fixed_width"')
    toml = toml.replace("[columns]", "[positions]\n" + "\n".join(positions) + "\n\n[columns]")
    lines = (
        "".join(text.ljust(width) for text, width in zip(cells(number), widths, strict=True))
        for number in range(rows)
    )
    return "\n".join(lines).encode("cp1252"), toml


def workbook_file(rows: int) -> tuple[bytes, str]:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Rechnungen")
    sheet.append(["Nr", "Datum", "Kunde", "Land", "Pos", "Text", "Menge", "Preis", "Wert", "Satz"])
    for number in range(rows):
        invoice, line = divmod(number, 5)
        shared = (f"R{invoice}", "2026-11-20", "Hansekontor GmbH", "DE", line + 1)
        sheet.append((*shared, f"Zange {number}", 12, 17.6, 12 * 17.6, 19))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "b.xlsx"
        book.save(path)
        return path.read_bytes(), WORKBOOK


def _by_openpyxl(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))


def _by_calamine(path: Path) -> int:
    return len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())


FILES: dict[str, Callable[[int], tuple[bytes, str]]] = {
    "csv": csv_file,
    "fixed_width": fixed_file,
    "xlsx": workbook_file,
}
OTHERS: dict[str, Callable[[Path], int]] = {
    "xlsx, rows by openpyxl": _by_openpyxl,
    "xlsx, rows by calamine": _by_calamine,
}


def child(name: str, path: Path) -> dict[str, float]:
    """Read one file, and say what it took."""
    other = OTHERS.get(name)
    data = path.read_bytes()
    guides = [parse("bench", path.with_suffix(".toml").read_text("utf-8"))]
    before = _peak_mb()
    start = time.process_time()
    count = other(path) if other else len(read(data, guides))
    return {
        "seconds": time.process_time() - start,
        "count": count,
        "file_mb": len(data) / 1e6,
        "peak_mb": _peak_mb() - before,
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure all, print a table, keep the figures unless it was quick."""
    parser = argparse.ArgumentParser(description="Measure the reading of tables.")
    parser.add_argument("--quick", action="store_true", help="few rows; nothing is kept")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(options.child[0], Path(options.child[1]))))
        return
    figures = list(_measured(1_000 if options.quick else 100_000))
    print(f"{'table':<26}{'rows':>9}{'MB':>7}{'rows a CPU second':>20}{'peak MB':>10}")
    for figure in figures:
        print(
            f"{figure['name']:<26}{figure['rows']:>9,}{figure['file_mb']:>7.1f}"
            f"{figure['rows_a_second']:>20,.0f}{figure['peak_mb']:>10.0f}"
        )
    print(f"wanted of CSV: {WANTED_A_SECOND:,} rows a second; peak is what reading adds")
    if not options.quick:
        RESULTS.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def _measured(rows: int) -> Iterator[dict[str, float | str]]:
    with TemporaryDirectory() as folder:
        for name in (*FILES, *OTHERS):
            kind = name.partition(",")[0]
            path = Path(folder) / f"file.{kind}"
            if name in FILES:
                data, toml = FILES[kind](rows)
                path.write_bytes(data)
                path.with_suffix(".toml").write_text(toml, "utf-8")
            command = [sys.executable, "-m", "bench.tables", "--child", name, str(path)]
            done = subprocess.run(command, capture_output=True, check=True, text=True)
            figure = json.loads(done.stdout)
            yield {"name": name, "rows": rows, "rows_a_second": rows / figure["seconds"], **figure}


if __name__ == "__main__":
    main()
