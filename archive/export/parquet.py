"""The same tables as Parquet files, for who evaluates them in bulk; where pyarrow is installed."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import IO, Any

from archive.export.tables import Kind, Sheet

_ROWS = 10_000
"""As many are held at once."""
_DIGITS = 38
_READ: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: str,
    Kind.DATE: date.fromisoformat,
    Kind.NUMBER: Decimal,
}


def is_possible() -> bool:
    """Whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


def write_parquet(file: IO[bytes], sheet: Sheet) -> None:
    """Write a table that is whole; its numbers are decimals as exact as the table's."""
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    columns = sheet.table.columns
    types = {
        column.name: {
            Kind.TEXT: arrow.string(),
            Kind.DATE: arrow.date32(),
            Kind.NUMBER: arrow.decimal128(_DIGITS, sheet.decimals.get(column.name, 0)),
        }[column.kind]
        for column in columns
    }
    schema = arrow.schema(list(types.items()))
    rows = islice(sheet.read(), 1, None)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while batch := list(islice(rows, _ROWS)):
            cells = zip(columns, zip(*batch, strict=True), strict=True)
            arrays = [arrow.array(_values(c.kind, v), type=types[c.name]) for c, v in cells]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))


def _values(kind: Kind, cells: Iterable[str]) -> list[Any]:
    read = _READ[kind]
    return [read(cell) if cell or kind is Kind.TEXT else None for cell in cells]
