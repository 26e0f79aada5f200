"""Rows of text files: CSV and lines of a fixed width, decoded as they are read."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import partial

from formats.notation import codec_of
from formats.table import faults
from formats.table.plan import Plan
from formats.table.rows import Row, Stream
from formats.table.words import File

_LONGEST_LINE = 100_000
"""Characters of a line of a fixed width; more is no such file."""
_NULL = re.compile(b"\0")
_UTF_8_LETTER = re.compile(rb"\xc3[\xa4\xb6\xbc\x9f\xa9\xa8\xa7\xb1\xb3]")
"""German and French letters, as they stand in UTF-8; in a western code page nobody writes this."""
_WESTERN = ("cp125", "iso8859", "cp850", "cp437")


def csv_stream(data: bytes, plan: Plan, name: str = "") -> Stream:
    """Return the rows of a CSV file in the guide's dialect.

    Args:
        data: the file.
        plan: the guide.
        name: of a file among others.

    Raises:
        Unreadable: it is no text.
    """
    codec = _codec(data, plan)
    prefix = f"{name} " if name else ""
    return Stream(
        name=name,
        rows=partial(_csv_rows, data, codec, plan, prefix),
        place=lambda number, _, column: f"{prefix}row {number}, column {column}",
        row_place=lambda number: f"{prefix}row {number}",
    )


def csv_reader(lines: Iterable[str], file: File) -> Iterator[list[str]]:
    """Return the rows that lines hold, in a guide's dialect; raises csv.Error."""
    return csv.reader(
        lines,
        delimiter=file.delimiter,
        quotechar=file.quote or None,
        quoting=csv.QUOTE_MINIMAL if file.quote else csv.QUOTE_NONE,
        escapechar=file.escape or None,
        strict=True,
    )


def line_stream(data: bytes, plan: Plan) -> Stream:
    """Return the lines of a file of fixed width; each is one text that parts cut up.

    Raises:
        Unreadable: it is no text.
    """
    codec = _codec(data, plan)
    return Stream(
        name="",
        rows=partial(_line_rows, data, codec, plan.file.skip, plan.file.length),
        place=lambda number, _, column: f"line {number}, column {column}",
        row_place=lambda number: f"line {number}",
        form="lines",
    )


def _codec(data: bytes, plan: Plan) -> str:
    try:
        codec = codec_of(data, plan.file.encoding)
    except UnicodeDecodeError as error:
        raise faults.undecodable(error, plan.name, plan.file.encoding) from error
    mixed = None
    if codec != "utf-16":
        mixed = _NULL.search(data)
    if codec == plan.file.encoding and codecs.lookup(codec).name.startswith(_WESTERN):
        mixed = mixed or _UTF_8_LETTER.search(data)
    if mixed:
        raise faults.mixed_encodings(mixed.start(), mixed[0], codec)
    return codec


def _csv_rows(data: bytes, codec: str, plan: Plan, prefix: str) -> Iterator[Row]:
    text = io.TextIOWrapper(io.BytesIO(data), codec, newline="")
    number = 0
    try:
        for row in csv_reader(text, plan.file):
            number += 1
            if number > plan.file.skip and any(row):
                yield number, row
    except csv.Error as error:
        raise faults.broken(f"{prefix}row {number + 1}", str(error)) from error


def _line_rows(data: bytes, codec: str, skip: int, length: int) -> Iterator[Row]:
    text = io.TextIOWrapper(io.BytesIO(data), codec)
    lines = iter(partial(text.read, length), "") if length and b"\n" not in data else text
    for number, line in enumerate(_bounded(text) if lines is text else lines, 1):
        if number > skip and line.strip():
            yield number, [line.rstrip("\r\n\x1a")]


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise faults.broken(f"line {number}", f"it is longer than {_LONGEST_LINE} characters")
        yield line
