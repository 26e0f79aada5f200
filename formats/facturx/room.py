"""What of an invoice each level has room for; the page still shows the rest."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

from msgspec.structs import astuple, replace

from formats.facturx.levels import Level
from formats.model import Invoice
from formats.model.terms import TERMS

_Tree = dict[str, "_Tree | None"]
"""Field to what is to go below it; None: the field itself goes."""

_NOTHING: Final = (None, ())
"""Not an amount of zero."""

_TABLE: Final = tomllib.loads(files("formats.facturx").joinpath("room.toml").read_text("utf-8"))


class NoRoom(ValueError):
    """The level cannot state an amount that the invoice adds up with."""


def narrowed(invoice: Invoice, level: Level, *, strict: bool = True) -> Invoice:
    """Return the invoice without what the level does not know, national data among it.

    Args:
        invoice: it stays as it is.
        level: what is narrowed for.
        strict: refuse what would no longer add up.

    Raises:
        NoRoom: BT-114 is not zero, and the level states what it is part of.

    Source:
        The schemas of Factur-X 1.09; `room.toml` beside this file.
    """
    terms = without(level)
    rounding = invoice.totals.rounding if invoice.totals else None
    if strict and rounding and "BT-114" in terms and "BT-113" not in terms:
        raise NoRoom(f"BT-114 is {rounding}, and the profile {level.name} has no place for it")
    if not terms:
        return invoice
    narrow: Invoice = _without(invoice, _tree(terms))
    return narrow


def without(level: Level) -> frozenset[str]:
    """Return the terms and groups that the level has no room for."""
    return frozenset(_TABLE.get(level.key, {"without": ""})["without"].split())


@cache
def _tree(terms: frozenset[str]) -> _Tree:
    root: _Tree = {}
    for path in sorted(["extensions", *(TERMS[term].path or "" for term in terms)]):
        *ways, last = path.replace("[]", "").split(".")
        tree = root
        for way in ways:
            below = tree.setdefault(way, {})
            assert below is not None, "the table names a group or what is in it, not both"
            tree = below
        tree[last] = None
    return root


def _without(group: Any, tree: _Tree) -> Any:
    changes: dict[str, Any] = {}
    for name, below in tree.items():
        value = getattr(group, name)
        if value in _NOTHING:
            continue
        if below is None:
            changes[name] = () if isinstance(value, tuple) else None
        elif isinstance(value, tuple):
            changes[name] = tuple(_without(each, below) for each in value)
        else:
            narrow = _without(value, below)
            changes[name] = None if all(each in _NOTHING for each in astuple(narrow)) else narrow
    return replace(group, **changes)
