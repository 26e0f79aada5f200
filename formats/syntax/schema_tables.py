"""structure_by_root(): what official schemas say of elements, their attributes and their text.

The tables are written by tools/schema_elements.py, which says how a line is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

from formats.syntax.simple_types import SIMPLE_TYPES, SimpleType, only
from formats.xml.names import UBL_CREDIT_NOTE, UBL_INVOICE, tag

_UBL: Final = {
    "Invoice": f"{{{UBL_INVOICE}}}Invoice",
    "CreditNote": f"{{{UBL_CREDIT_NOTE}}}CreditNote",
}
_CII: Final = {"rsm:CrossIndustryInvoice": tag("rsm:CrossIndustryInvoice")}


@dataclass(slots=True, kw_only=True, eq=False)
class Text:
    """What the text of an element and its attributes may be.

    Attributes:
        type: of the text; None: any text.
        attributes: their types by name; None: any text.
        fits: the test of that type.
        usual: names of those that must be there; what most have, and no more.
    """

    type: SimpleType | None
    attributes: dict[str, SimpleType | None]
    usual: list[str]
    fits: Callable[[str], object] | None


@dataclass(slots=True, kw_only=True, eq=False)
class Kind:
    """What may stand in an element.

    Attributes:
        children: by name.
        needed: names of what must be there, each by a bit of its own.
        all_needed: these bits together.
    """

    children: dict[str, "Child"] = field(default_factory=dict)
    needed: dict[int, str] = field(default_factory=dict)
    all_needed: int = 0


Child: TypeAlias = tuple[int, bool, int, Kind | Text | None]
"""How an element may stand in its kind of parent, a bare tuple as it is looked at of each element.

Its position in the order, which elements of which one stands there share; whether it may stand
there again; the bit of what must be there, else 0; what may stand in it, None for anything.
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """The elements of one syntax, by the name of the root."""

    key: str
    version: str
    source: str
    roots: Mapping[str, Kind]


@cache
def structure_by_root() -> Mapping[str, Structure]:
    """Return the structures, by the Clark name of a root element."""
    ubl = _structure("ubl", "2.1", "OASIS UBL 2.1, the schemas of Invoice and CreditNote", _UBL)
    cii = _structure(
        "cii",
        "D22B",
        "UN/CEFACT, the schema of CrossIndustryInvoice 100.D22B; it takes all that D16B has",
        _CII,
    )
    return {root: each for each in (ubl, cii) for root in each.roots}


def _structure(syntax: str, version: str, source: str, roots: Mapping[str, str]) -> Structure:
    table = files("formats.syntax").joinpath(f"{syntax}_elements.tsv").read_text("utf-8")
    rows = {name: row for name, _, row in (line.partition("\t") for line in table.splitlines()[1:])}
    texts = {name: _text(row[1:]) for name, row in rows.items() if row.startswith("=")}
    kinds = {name: Kind() for name, row in rows.items() if name not in texts and row != "..."}
    all_kinds: Mapping[str, Kind | Text] = {**kinds, **texts}
    for name, kind in kinds.items():
        for position, word in enumerate(rows[name].split()):
            _enter(kind, position, word, all_kinds)
    return Structure(
        key=f"{syntax}-elements",
        version=version,
        source=f"{source}: names, order and number of elements, their attributes and values",
        roots={root: kinds[name] for name, root in roots.items()},
    )


def _text(row: str) -> Text:
    """Return what a row says of a text: `decimal currencyID! currencyCodeListVersionID`."""
    simple, *attributes = row.split(" ")
    names = [each.rstrip("!") for each in attributes]
    said = SIMPLE_TYPES[simple] if simple else None
    return Text(
        type=said,
        fits=said and said.fits,
        attributes=dict(map(_attribute, names)),
        usual=[each[:-1] for each in attributes if each.endswith("!")],
    )


def _attribute(word: str) -> tuple[str, SimpleType | None]:
    name, _, simple = word.partition(":")
    name, fixed, value = name.partition("=")
    if fixed:
        return name, only(value.replace("%20", " "))
    return name, SIMPLE_TYPES[simple] if simple else None


def _enter(kind: Kind, position: int, word: str, kinds: Mapping[str, Kind | Text]) -> None:
    """Enter what one word of a row says: `cac:Party:Party?`, or `a|b` of which one stands there."""
    names = word.rstrip("?*+")
    occurs = word[len(names) :]
    bit = 0 if occurs in {"?", "*"} else 1 << position
    if bit:
        kind.all_needed |= bit
        kind.needed[bit] = names.partition("|")[0].rpartition(":")[0]
    for each in names.split("|"):
        name, _, below = each.rpartition(":")
        kind.children[tag(name)] = (position, occurs in {"*", "+"}, bit, kinds.get(below))
