"""What a command prints: a table or lines for people, JSON for programs."""

import shutil
import sys
import textwrap
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

import msgspec

_LAST_AT_LEAST = 24
"""Characters of a table's last column, however narrow the terminal is."""


class Misused(Exception):
    """The command cannot be carried out as it was given; the message says how it can."""


class Noted(Exception):
    """What was looked at works, and these are things to know of it."""


def answer(options: Namespace, value: Any, lines: Sequence[str]) -> None:
    """Print `value` as JSON where that is asked for, else `lines`."""
    if options.json:
        text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
        sys.stdout.write(text + "\n")
        return
    for line in lines:
        sys.stdout.write(line + "\n")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows in columns that fit the terminal; the last one goes on beneath itself.

    >>> table(["a", "b"], [["1", "x"], ["22", "y"]])
    ['a   b', '1   x', '22  y']
    """
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head) - 1)]
    indent = sum(widths) + 2 * len(widths)
    room = max(shutil.get_terminal_size((200, 24)).columns - indent, _LAST_AT_LEAST)
    lines = []
    for row in [head, *rows]:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        first, *more = textwrap.wrap(row[-1], room) or [""]
        lines.append("  ".join([*cells, first]).rstrip())
        lines += [" " * indent + line for line in more]
    return lines


def width() -> int:
    """Return how many columns the terminal has; 100 where there is none."""
    return max(shutil.get_terminal_size((100, 24)).columns, 40)


def hanging(label: str, text: str) -> list[str]:
    """Return a text broken to the terminal's width, all its lines beside the label.

    >>> hanging("state  ", "present")
    ['state  present']
    """
    indent = " " * len(label)
    return textwrap.wrap(text, width(), initial_indent=label, subsequent_indent=indent) or [label]


def progress(text: str) -> None:
    """Show how far long work is, on a terminal only; an empty text wipes it away."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
