"""structure_of(): what in a file its official schema has no place for, judged as the schema does.

Judged are names, order and number of elements, their attributes, and whether texts are of the type
that the schema gives them. A file that a schema refuses is refused by everybody who validates,
before any rule is looked at. What lies in an extension is nobody's; xsi:type and xsi:nil, of which
these schemas need none, are refused.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

from formats.binding.trail import clip
from formats.findings import Finding
from formats.rules.engine import Outcome
from formats.syntax.schema_tables import Kind, Text, structure_by_root
from formats.syntax.simple_types import SimpleType
from formats.xml.names import Element, name_of
from formats.xml.places import Places
from formats.xml.walking import WHITE_SPACE, inside

_SHOWN: Final = 100
"""How many findings a file gets at most; a hostile one has more faults."""
MISFIT: Final = "XSD-VALUE"
"""Rule of a text that is not of its type; a reader who wants the text says the same."""
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_EVERYWHERE: Final = frozenset({f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"})
"""Attributes that any element may have."""
_BARE: Final = Text(type=None, fits=None, attributes={}, usual=[])


class Fault(NamedTuple):
    """An element that is at fault, and why; of one that is missing, its parent and its name.

    Attributes:
        attribute: of it that is at fault.
        value: that is at fault.
        wanted: what should stand there.
    """

    rule: str
    element: Element
    name: str
    parent: Element | None
    attribute: str | None = None
    value: str | None = None
    wanted: str = ""


_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "XSD-NAME": ("{name} has no place in {parent}", "leave {name} out, or correct its name"),
    "XSD-ORDER": (
        "{name} stands in {parent} behind what must follow it",
        "write the elements of {parent} in the order of the schema",
    ),
    "XSD-ONCE": ("{name} may stand once in {parent}, but stands there again", "keep one {name}"),
    "XSD-MISSING": ("{parent} has no {name}", "write {name} to {parent}, or leave {parent} out"),
    "XSD-TEXT": (
        "{value!r} stands in {name}, which has elements and no text",
        "leave the text out, or write it to an element",
    ),
    MISFIT: ("{value!r} in {at} is not {wanted}", "write {wanted}"),
    "XSD-ATTRIBUTE": ("{at} has no place there", "leave {at} out, or correct its name"),
    "XSD-ATTRIBUTE-MISSING": ("{at} is missing", "write {at}"),
}
"""Rule to what is wrong and what to do."""
RULES: Final = tuple(_SAID)


def structure_of(root: Element) -> Outcome:
    """Return what is to be said of the elements of an invoice or credit note in UBL or CII.

    >>> from formats.xml.names import UBL_INVOICE
    >>> from formats.xml.parsing import parse
    >>> root = parse(b'<Invoice xmlns="%s"/>' % UBL_INVOICE.encode(), what="an invoice")
    >>> [finding.message for finding in structure_of(root).findings][:2]
    ['Invoice has no cbc:ID', 'Invoice has no cbc:IssueDate']
    """
    structure = structure_by_root()[str(root.tag)]
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
    return next(each.source for each in structure_by_root().values() if each.key == key)


def _faults(root: Element, kind: Kind) -> Iterator[Fault]:  # noqa: C901 (a call each would double its time)
    """Yield what is at fault; what hardly any element has is asked for before it is named."""
    waiting = deque([(root, kind)])
    while waiting:
        parent, kind = waiting.popleft()
        last, seen, stray = -1, 0, parent.text
        for child in inside(parent):
            if (tail := child.tail) and not (tail.isspace() and tail.isascii()):
                stray = tail
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
            if type(below) is Kind:
                waiting.append((child, below))
            elif type(below) is Text and (
                child.keys() != below.usual
                or len(child)
                or ((fits := below.fits) is not None and not fits(child.text or ""))
            ):
                yield from _of_text(child, below)
        if seen != kind.all_needed:
            yield from _missing(parent, kind, seen)
        if parent.keys() or (stray and stray.strip(WHITE_SPACE)):
            yield from _of_group(parent)


def _of_group(group: Element) -> Iterator[Fault]:
    """Yield what is at fault with an element of elements, but for those."""
    yield from _of_attributes(group, _BARE)
    stray = "".join([group.text or "", *(child.tail or "" for child in group)]).strip(WHITE_SPACE)
    if stray:
        yield Fault("XSD-TEXT", group, name_of(str(group.tag)), None, value=clip(stray))


def _of_text(element: Element, kind: Text) -> Iterator[Fault]:
    """Yield what is at fault with an element of text."""
    if len(element):
        yield _fault("XSD-NAME", element[0], element)
    elif kind.type and not kind.type.fits(element.text or ""):
        yield _misfit(element, None, element.text or "", kind.type)
    if element.keys() != kind.usual:
        yield from _of_attributes(element, kind)


def _of_attributes(element: Element, kind: Text) -> Iterator[Fault]:
    """Yield what is at fault with the attributes of an element."""
    name = name_of(str(element.tag))
    for attribute, value in map(_as_text, element.items()):
        if attribute not in kind.attributes:
            if attribute not in _EVERYWHERE:
                yield Fault("XSD-ATTRIBUTE", element, name, None, attribute, value)
            continue
        wanted = kind.attributes[attribute]
        if wanted is not None and not wanted.fits(value):
            yield _misfit(element, attribute, value, wanted)
    for attribute in kind.usual:
        if element.get(attribute) is None:
            yield Fault("XSD-ATTRIBUTE-MISSING", element, name, None, attribute)


def _as_text(attribute: tuple[str | bytes, str | bytes]) -> tuple[str, str]:
    name, value = attribute
    return str(name), str(value)


def _misfit(element: Element, attribute: str | None, value: str, wanted: SimpleType) -> Fault:
    text = clip(value.strip(WHITE_SPACE))
    name = name_of(str(element.tag))
    return Fault(MISFIT, element, name, None, attribute, text, wanted.called)


def _fault(rule: str, element: Element, parent: Element) -> Fault:
    return Fault(rule, element, name_of(str(element.tag)), parent)


def _missing(parent: Element, kind: Kind, seen: int) -> Iterator[Fault]:
    for bit, name in kind.needed.items():
        if not seen & bit:
            yield Fault("XSD-MISSING", parent, name, parent)


def _finding(fault: Fault, places: Places) -> Finding:
    message, fix = _SAID[fault.rule]
    attribute = fault.attribute and name_of(fault.attribute)
    said = {
        "name": fault.name,
        "parent": "" if fault.parent is None else name_of(str(fault.parent.tag)),
        "at": f"the attribute {attribute} of {fault.name}" if attribute else fault.name,
        "value": fault.value,
        "wanted": fault.wanted,
    }
    return Finding(
        rule=fault.rule,
        message=message.format_map(said),
        place=places.of(fault.element, attribute),
        value=fault.value,
        fix=fix.format_map(said),
    )
