"""What a procedure documentation is made of: chapters of texts, facts and tables, in no language.

Whatever is to be said in a language is a key of its file (`de.toml`); what is a name, a number or a
law stands as it is.
"""

from collections.abc import Iterable

import msgspec


class Word(msgspec.Struct, frozen=True, tag="word"):
    """A word of the language: a key of its `[words]`."""

    key: str


class Words(msgspec.Struct, frozen=True, tag="words"):
    """Several of them, as one cell."""

    keys: tuple[str, ...]


Cell = str | Word | Words


class Text(msgspec.Struct, frozen=True, kw_only=True, tag="text"):
    """Paragraphs: a key of `[texts]`, with a title where `[titles]` has one."""

    key: str


class Facts(msgspec.Struct, frozen=True, kw_only=True, tag="facts"):
    """What is the case: keys of `[labels]` and what they are; a text may stand before it."""

    key: str
    rows: tuple[tuple[str, Cell], ...]


class Table(msgspec.Struct, frozen=True, kw_only=True, tag="table"):
    """Rows under keys of `[labels]`; a text may stand before it."""

    key: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Text | Facts | Table


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the documentation: its title is a key of `[titles]`."""

    key: str
    blocks: tuple[Block, ...]


def yes(*, answer: bool) -> Word:
    """Return yes or no, as a word of the language."""
    return Word("yes" if answer else "no")


def joined(parts: Iterable[str]) -> Cell:
    """Return many values as one cell; a word that says so where there is none."""
    return ", ".join(parts) or Word("none")
