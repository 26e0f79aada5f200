"""structure_of(): which elements stand in a file where its schema has no place for them.

Judged are names, order and number of elements, as the official schema does; values are judged by
whoever reads them. A file that a schema refuses is refused by everybody who validates, before any
rule is looked at.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Final, Literal, NamedTuple

from formats.findings import Finding
from formats.rules.engine import Outcome
from formats.xml import UBL_CREDIT_NOTE, UBL_INVOICE, Element, Places, name_of, tag

_SHOWN: Final = 100
"""How many findings a file gets at most; a hostile one has more faults."""
_UBL: Final = {
    "Invoice": f"{{{UBL_INVOICE}}}Invoice",
    "CreditNote": f"{{{UBL_CREDIT_NOTE}}}CreditNote",
}
_CII: Final = {"rsm:CrossIndustryInvoice": tag("rsm:CrossIndustryInvoice")}


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


class Child(NamedTuple):
    """How an element may stand in its kind of parent.

    Attributes:
        position: in the order; elements of which one stands there have the same.
        many: whether it may stand there again.
        bit: of what must be there, else 0.
        kind: what may stand in it; False: anything; None: nothing but text.
    """

    position: int
    many: bool
    bit: int
    kind: Kind | Literal[False] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """The elements of one syntax, by the name of the root."""

    key: str
    version: str
    source: str
    roots: Mapping[str, Kind]


class Fault(NamedTuple):
    """An element that is at fault, and why; of one that is missing, its parent and its name."""

    rule: str
    element: Element
    name: str
    parent: Element


_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "XSD-NAME": ("{name} has no place in {parent}", "leave {name} out, or correct its name"),
    "XSD-ORDER": (
        "{name} stands in {parent} behind what must follow it",
        "write the elements of {parent} in the order of the schema",
    ),
    "XSD-ONCE": ("{name} may stand once in {parent}, but stands there again", "keep one {name}"),
    "XSD-MISSING": ("{parent} has no {name}", "write {name} to {parent}, or leave {parent} out"),
}
"""Rule to what is wrong and what to do."""
RULES: Final = tuple(_SAID)


def structure_of(root: Element) -> Outcome:
    """Return what is to be said of the elements of an invoice or credit note in UBL or CII.

    >>> from formats.xml import parse
    >>> root = parse(b'<Invoice xmlns="%s"/>' % UBL_INVOICE.encode(), what="an invoice")
    >>> [finding.message for finding in structure_of(root).findings][:2]
    ['Invoice has no cbc:ID', 'Invoice has no cbc:IssueDate']
    """
    structure = _structures()[str(root.tag)]
    faults = list(islice(_faults(root, structure.roots[str(root.tag)]), _SHOWN))
    failed = tuple(dict.fromkeys(fault.rule for fault in faults))
    places = Places()
    return Outcome(
        rules=structure.key,
        version=structure.version,
        passed=tuple(rule for rule in RULES if rule not in failed),
        failed=failed,
        not_applicable=(),
        unjudged={},
        findings=tuple(_finding(fault, places) for fault in faults),
    )


def source_of(key: str) -> str:
    """Return where the structure of this key is published."""
    return next(each.source for each in _structures().values() if each.key == key)


def _faults(root: Element, kind: Kind) -> Iterator[Fault]:
    waiting = deque([(root, kind)])
    while waiting:
        parent, kind = waiting.popleft()
        last, seen = -1, 0
        for child in parent:
            known = kind.children.get(child.tag)
            if known is None:
                yield _fault("XSD-NAME", child, parent)
                continue
            position, many, bit, below = known
            if position < last:
                yield _fault("XSD-ORDER", child, parent)
            elif position == last and not many:
                yield _fault("XSD-ONCE", child, parent)
            else:
                last = position
            seen |= bit
            if below:
                waiting.append((child, below))
            elif below is None and len(child):
                yield _fault("XSD-NAME", child[0], child)
        if seen != kind.all_needed:
            yield from _missing(parent, kind, seen)


def _fault(rule: str, element: Element, parent: Element) -> Fault:
    return Fault(rule, element, name_of(str(element.tag)), parent)


def _missing(parent: Element, kind: Kind, seen: int) -> Iterator[Fault]:
    for bit, name in kind.needed.items():
        if not seen & bit:
            yield Fault("XSD-MISSING", parent, name, parent)


def _finding(fault: Fault, places: Places) -> Finding:
    message, fix = _SAID[fault.rule]
    parent = name_of(str(fault.parent.tag))
    return Finding(
        rule=fault.rule,
        message=message.format(name=fault.name, parent=parent),
        place=places.of(fault.element),
        fix=fix.format(name=fault.name, parent=parent),
    )


@cache
def _structures() -> Mapping[str, Structure]:
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
    kinds = {name: Kind() for name, row in rows.items() if row != "..."}
    for name, kind in kinds.items():
        for position, word in enumerate(rows[name].split()):
            _enter(kind, position, word, kinds)
    return Structure(
        key=f"{syntax}-elements",
        version=version,
        source=f"{source}: names, order and number of elements",
        roots={root: kinds[name] for name, root in roots.items()},
    )


def _enter(kind: Kind, position: int, word: str, kinds: Mapping[str, Kind]) -> None:
    """Enter what one word of a row says: `cac:Party:Party?`, or `a|b` of which one stands there."""
    names = word.rstrip("?*+")
    occurs = word[len(names) :]
    bit = 0 if occurs in {"?", "*"} else 1 << position
    if bit:
        kind.all_needed |= bit
        kind.needed[bit] = ":".join(names.partition("|")[0].split(":")[:2])
    for each in names.split("|"):
        prefix, local, *below = each.split(":")
        kind.children[tag(f"{prefix}:{local}")] = Child(
            position=position,
            many=occurs in {"*", "+"},
            bit=bit,
            kind=kinds.get(below[0], False) if below else None,
        )
