"""The words of a guide for tables, and what can be wrong with them."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from formats.notation import date_reader, is_codec

FORMATS = frozenset({"csv", "fixed_width", "xlsx"})
"""What the word `format` of such a guide may be."""
_MOST_IMPLIED = 12


class Notation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How one column writes numbers and dates, where it differs from the file."""

    decimal: str | None = None
    thousands: str | None = None
    date: str | None = None
    implied: int | None = None
    """Digits behind a decimal sign that is not written: with 2, `12345` is 123.45."""


class File(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How the file is written."""

    encoding: str = "cp1252"
    delimiter: str = ";"
    quote: str = '"'
    escape: str = ""
    skip: int = 0
    header: bool = True
    decimal: str = "."
    thousands: str = ""
    date: str = "YYYY-MM-DD"
    length: int = 0
    sheet: str = ""


class Match(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What tells that the guide is for a file."""

    columns: list[str] = []
    width: int = 0


class Part(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One kind of rows: `[part.NAME]`."""

    holds: str = ""
    continues: str = ""
    where: dict[str, str] = {}
    file: str = ""
    sheet: str = ""
    key: str | list[str] = []
    names: list[str] = []
    positions: dict[str, tuple[int, int]] = {}
    ignore: list[str] = []
    optional: list[str] = []
    columns: dict[str, str | list[str]] = {}
    values: dict[str, dict[str, str]] = {}
    notation: dict[str, Notation] = {}
    rows: str = ""
    invoices: str = ""
    sums: dict[str, str] = {}


class Words(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A whole guide."""

    rows: Literal["lines", "invoices", "parts"]
    key: str | list[str] = []
    names: list[str] = []
    positions: dict[str, tuple[int, int]] = {}
    ignore: list[str] = []
    optional: list[str] = []
    vat_breakdown: Literal["stated", "from lines"] = "stated"
    totals: Literal["stated", "from lines"] = "stated"
    lines: Literal["stated", "from vat_breakdown"] = "stated"
    line_nets: Literal["stated", "from price"] = "stated"
    line_ids: Literal["stated", "by position"] = "stated"
    file: File = msgspec.field(default_factory=File)
    match: Match = msgspec.field(default_factory=Match)
    columns: dict[str, str | list[str]] = {}
    values: dict[str, dict[str, str]] = {}
    notation: dict[str, Notation] = {}
    constants: dict[str, str] = {}
    part: dict[str, Part] = {}


def parts_of(words: Words) -> dict[str, Part]:
    """Return the kinds of rows by name; the one without a name takes the rows that no other takes.

    A part without a key of its own has the guide's, where it has these columns.
    """
    parts = {name: _keyed(part, words) for name, part in words.part.items()}
    if words.rows == "parts":
        return parts
    main = Part(
        holds="lines" if words.rows == "lines" else "invoice",
        key=words.key,
        names=words.names,
        positions=words.positions,
        ignore=words.ignore,
        optional=words.optional,
        columns=words.columns,
        values=words.values,
        notation=words.notation,
    )
    return {**parts, "": main}


def columns_told(part: Part) -> set[str]:
    """Return the columns that a part says anything of."""
    counted = {part.rows, part.invoices, *part.sums} - {""}
    return {
        *part.columns, *part.ignore, *part.where, *part.names, *part.positions, *counted
    }  # fmt: skip


def listed(words: str | list[str]) -> tuple[str, ...]:
    """Return one word, or several."""
    return (words,) if isinstance(words, str) else tuple(words)


def faults_of(words: Words, form: str) -> list[str]:
    """Return what is wrong with the guide's words, but for the paths of its columns."""
    faults = [*_faults_of_file(words.file), *_faults_of_rows(words)]
    for name, part in parts_of(words).items():
        said = [*_faults_of_names(part), *_faults_of_part(part, form, words)]
        faults += [f"[part.{name}] {fault}" if name else fault for fault in said]
    return faults


def notation_of(part: Part, column: str, file: File) -> File:
    """Return how the file is written as far as a column is concerned."""
    own = part.notation.get(column) or Notation()
    changed = {
        word: value
        for word in ("decimal", "thousands", "date")
        if (value := getattr(own, word)) is not None
    }
    return msgspec.structs.replace(file, **changed)


def _keyed(part: Part, words: Words) -> Part:
    if part.key or part.holds in {"totals", "nothing"}:
        return part
    key = listed(words.key)
    known = all(column in columns_told(part) for column in key)
    return msgspec.structs.replace(part, key=list(key) if known else [])


def _faults_of_file(file: File) -> Iterator[str]:
    if not is_codec(file.encoding):
        yield f"[file] encoding: `{file.encoding}` is no text encoding that is known here"
    for word, sign, optional in (
        ("delimiter", file.delimiter, False),
        ("quote", file.quote, True),
        ("escape", file.escape, True),
        ("decimal", file.decimal, False),
    ):
        if len(sign) != 1 and not (optional and not sign):
            yield f"[file] {word}: `{sign}` is not one character"
        elif sign in "\r\n" and sign:
            yield f"[file] {word}: an end of line is none"
    yield from _faults_of_notation("[file]", file)


def _faults_of_notation(where: str, file: File) -> Iterator[str]:
    if file.thousands == file.decimal or len(file.thousands) > 1:
        yield f"{where} thousands: one character other than `decimal`, or empty"
    try:
        date_reader(file.date)
    except ValueError as error:
        yield f"{where} {error}"


def _faults_of_rows(words: Words) -> Iterator[str]:
    if words.rows == "lines" and not words.key:
        yield "key: name the column that tells invoices apart, as rows are lines"
    if words.rows == "invoices" and words.key:
        yield "key: leave it out, as each row is an invoice"
    if words.rows == "parts" and not words.part:
        yield 'rows = "parts": say under [part.NAME] which rows there are'
    if words.rows == "parts" and words.columns:
        yield "[columns]: say them under [part.NAME.columns], as rows are parts"
    has_rates = any(map(_fills_breakdown, parts_of(words).values()))
    if words.totals == "from lines" and words.vat_breakdown == "stated" and not has_rates:
        yield 'totals: "from lines" needs vat_breakdown = "from lines", or columns of it'
    if words.lines == "from vat_breakdown" and not has_rates:
        yield 'lines: "from vat_breakdown" needs columns of vat_breakdown'
    if words.lines == "from vat_breakdown" and words.vat_breakdown == "from lines":
        yield 'lines: "from vat_breakdown" cannot be, as vat_breakdown is "from lines"'
    if words.rows != "parts" and not words.columns:
        yield "[columns]: name the columns"


def _fills_breakdown(part: Part) -> bool:
    paths = [path for each in part.columns.values() for path in listed(each)]
    return part.holds == "vat_breakdown" or any(path.startswith("vat_breakdown") for path in paths)


def _faults_of_names(part: Part) -> Iterator[str]:
    for word, columns in (("optional", part.optional), ("values", part.values)):
        for column in columns:
            if column not in part.columns:
                yield f"{word}: column `{column}` is not in [columns]"
    told = columns_told(part)
    said = {*part.columns, *part.ignore, *part.where, *listed(part.key)}
    for column in (*part.names, *part.positions):
        if column not in said and part.holds not in {"totals", "nothing"}:
            yield f"`{column}` is neither in [columns] nor under `ignore`"
    for column in (*listed(part.key), *part.notation):
        if column not in told:
            yield f"key: column `{column}` is not known"


def _faults_of_part(part: Part, form: str, words: Words) -> Iterator[str]:
    if bool(part.holds) == bool(part.continues):
        yield "say what a row `holds`, or what it `continues`"
    if form == "fixed_width":
        missing = [name for name in columns_told(part) if name not in part.positions]
        yield from (f"positions: column `{name}` has none" for name in sorted(missing))
        for name, (start, length) in part.positions.items():
            if start < 1 or length < 1:
                yield f"positions: `{name}` begins at 1 at least and is 1 long at least"
    elif part.positions:
        yield 'positions: only a guide with format = "fixed_width" has them'
    elif not (words.file.header or part.names or (words.match.width and not words.part)):
        yield "[match] width: give the number of columns, or their `names`, as there is no header"
    if bool(part.file) and form != "csv":
        yield 'file: only a guide with format = "csv" takes files out of a ZIP'
    if bool(part.sheet) and form != "xlsx":
        yield 'sheet: only a guide with format = "xlsx" has sheets'
    yield from _faults_of_notations(part, words.file)


def _faults_of_notations(part: Part, file: File) -> Iterator[str]:
    for column, own in part.notation.items():
        where = f"[notation.{column}]"
        if own.implied is not None and not 0 <= own.implied <= _MOST_IMPLIED:
            yield f"{where} implied: 0 to {_MOST_IMPLIED} digits"
        yield from _faults_of_notation(where, notation_of(part, column, file))
