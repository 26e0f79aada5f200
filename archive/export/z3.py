"""The description of the tables that tax auditors' programs read: `index.xml`.

After the Beschreibungsstandard für die Datenüberlassung, version of 1 September 2004, to which
the GoBD refer (Rz. 167 and the annex on data access). Its DTD is named, not carried.
"""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from archive.export.tables import Column, Kind, Sheet

DTD = "gdpdu-01-09-2004.dtd"
_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE DataSet SYSTEM "{DTD}">\n'


def write_index(sheets: Iterable[Sheet], *, supplier: str, comment: str) -> bytes:
    """Return `index.xml` for tables that are whole; it lies beside them."""
    root = Element("DataSet")
    _add(root, "Version", "1.0")
    by = SubElement(root, "DataSupplier")
    for name, text in (("Name", supplier), ("Location", ""), ("Comment", comment)):
        _add(by, name, text)
    media = SubElement(root, "Media")
    _add(media, "Name", "Export")
    for sheet in sheets:
        _add_table(media, sheet)
    indent(root)
    written = tostring(root, "unicode").replace("\r\n", "&#13;&#10;")  # or it is read as one
    return f"{_HEAD}{written}\n".encode()


def _add_table(media: Element, sheet: Sheet) -> None:
    table = sheet.table
    found = SubElement(media, "Table")
    for name, text in (
        ("URL", f"{table.name}.csv"),
        ("Name", table.name),
        ("Description", table.says),
        ("UTF8", ""),
        ("DecimalSymbol", "."),
        ("DigitGroupingSymbol", ","),
    ):
        _add(found, name, text)
    _add(SubElement(found, "Range"), "From", "2")  # the first line names the columns
    rows = SubElement(found, "VariableLength")
    for name, text in (
        ("ColumnDelimiter", ";"),
        ("RecordDelimiter", "\r\n"),
        ("TextEncapsulator", '"'),
    ):
        _add(rows, name, text)
    for number, column in enumerate(table.columns):
        name = "VariablePrimaryKey" if number < table.keys else "VariableColumn"
        _add_column(SubElement(rows, name), column, sheet)
    for columns, other in table.refers:
        key = SubElement(rows, "ForeignKey")
        for name in columns:
            _add(key, "Name", name)
        _add(key, "References", other)


def _add_column(found: Element, column: Column, sheet: Sheet) -> None:
    _add(found, "Name", column.name)
    _add(found, "Description", column.says)
    match column.kind:
        case Kind.TEXT:
            SubElement(found, "AlphaNumeric")
        case Kind.DATE:
            _add(SubElement(found, "Date"), "Format", "YYYY-MM-DD")
        case Kind.NUMBER:
            decimals = sheet.decimals.get(column.name, 0)
            _add(SubElement(found, "Numeric"), "Accuracy", str(decimals))


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
