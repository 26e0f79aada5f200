"""What all guides have in common: their words are checked, and some are shipped with us."""

import re
import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import TypeVar

import msgspec

from formats.codec import Guide, Unreadable
from formats.findings import Actor, Finding

Shape = TypeVar("Shape", bound=msgspec.Struct)

_UNKNOWN_WORD = re.compile(r"unknown field `([^`]*)`(?: - at `\$\.?([^`]*)`)?")


def shipped(name: str) -> Guide:
    """Return the guide that lies in `formats/guides/NAME.toml`."""
    return parse(name, files("formats").joinpath("guides", f"{name}.toml").read_text("utf-8"))


def parse(name: str, toml: str) -> Guide:
    """Return the guide written in `toml`; its word `format` says which reader it is for.

    Raises:
        Unreadable: not TOML, or without `format`.

    >>> parse("shop", 'format = "csv"').format
    'csv'
    """
    try:
        table = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise refusal(name, [str(error)]) from error
    form = table.pop("format", None)
    if not isinstance(form, str):
        raise refusal(name, ['the line format = "csv", "idoc", "edifact", … is missing'])
    return Guide(name=name, format=form, table=table)


def understand(guide: Guide, shape: type[Shape]) -> tuple[Shape, list[str]]:
    """Return the guide's table as `shape`, and all its words that `shape` does not know.

    Raises:
        Unreadable: a known word holds the wrong kind of value, or a needed one is missing.
    """
    table = msgspec.json.decode(msgspec.json.encode(dict(guide.table)))
    faults: list[str] = []
    while True:
        try:
            return msgspec.convert(table, shape), faults
        except msgspec.ValidationError as error:
            found = _UNKNOWN_WORD.search(str(error))
            if found is None:
                raise refusal(guide.name, [*faults, str(error)]) from error
            word, ways = found[1], found[2] or ""
            part = table
            for way in filter(None, ways.split(".")):
                part = part[way]
            del part[word]
            faults.append(f"unknown word `{word}`" + (f" in [{ways}]" if ways else ""))


def refusal(name: str, faults: Iterable[str]) -> Unreadable:
    """Return the error that names all faults of the guide `name`."""
    listed = "; ".join(faults)
    return Unreadable(
        Finding(
            rule="IN-GUIDE",
            message=f"guide `{name}` cannot be used: {listed}",
            place=f"guide {name}",
            fix="correct the guide; the shipped ones in formats/guides show every word",
            actor=Actor.OPERATOR,
        )
    )
