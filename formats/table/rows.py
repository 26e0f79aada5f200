"""Stream: rows of texts with their numbers, wherever they come from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Row = tuple[int, list[str]]
"""A row with its number, as people count rows: from 1. Of a fixed width: the whole line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The rows of one file or sheet.

    Attributes:
        name: of the file in its ZIP, or of the sheet; empty where there is but one.
        rows: gives all that are not empty, from the first one on, each time it is called.
        place: row number, column number from 0, and column name, in words.
        row_place: row number in words.
        form: `lines` are yet to be cut into columns; rows of a `sheet` end with their last value.
        remarks: what people should know of it.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    place: Callable[[int, int, str], str]
    row_place: Callable[[int], str]
    form: Literal["cells", "lines", "sheet"] = "cells"
    remarks: tuple[str, ...] = ()


def letters(column: int) -> str:
    """Return a column's number from 0 as a spreadsheet writes it.

    >>> letters(0), letters(25), letters(26), letters(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    said = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        said = chr(ord("A") + rest) + said
    return said
