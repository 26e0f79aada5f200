"""SAP's XML Schema of an IDoc type: its segments, their fields with length, their order."""

from dataclasses import dataclass, field

from lxml import etree

from formats.idoc.definition import Definition
from formats.xml.parsing import parse

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_CONTROL = "EDI_DC40"
_IDOC = "IDOC"
_DEEPEST = 99
_MOST_SEGMENTS = 5000
_UNBOUNDED = 999_999


def read_schema(data: bytes) -> tuple[list[Definition], list[str]]:
    """Return the definitions of an XML Schema, and its faults.

    Raises:
        Unreadable: it is no XML.
    """
    root = parse(data, what="an XML Schema of an IDoc")
    if root.tag != f"{_XSD}schema":
        return [], ["its root is no XML Schema"]
    schema = _Schema(types={each.get("name", ""): each for each in root if each.get("name")})
    idocs = [each for each in root.iter(f"{_XSD}element") if each.get("name") == _IDOC]
    if not idocs:
        return [], ["it has no element IDOC"]
    for child in schema.inside(idocs[0]):
        if child.get("name") != _CONTROL:
            schema.add(child, "", 1)
    return schema.definitions, schema.faults


@dataclass(slots=True, kw_only=True)
class _Schema:
    """A schema, as far as it is read."""

    types: dict[str, etree._Element]
    definitions: list[Definition] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def inside(self, element: etree._Element) -> list[etree._Element]:
        """Return the elements inside this one; none of a field."""
        held = element.find(f"{_XSD}complexType")
        if held is None:
            held = self._named(element)
        if held is None or held.tag != f"{_XSD}complexType":
            return []
        orders = (f"{_XSD}sequence", f"{_XSD}all")
        return [each for order in held if order.tag in orders for each in order]

    def add(self, element: etree._Element, parent: str, depth: int) -> None:
        """Add a segment and all inside it."""
        name = element.get("name", "")
        if depth > _DEEPEST or len(self.definitions) > _MOST_SEGMENTS:
            self.faults = [f"{name} lies in more than {_DEEPEST} others, or there are too many"]
            return
        new = Definition(name=name, type=name, parent=parent)
        new.least, new.most = _bounds(element)
        self.definitions.append(new)
        for child in self.inside(element):
            if self.inside(child):
                self.add(child, name, depth + 1)
            else:
                self._add_field(new, child)

    def _add_field(self, segment: Definition, element: etree._Element) -> None:
        name = element.get("name", "")
        length = self._length(element)
        if length is None:
            self.faults.append(f"{segment.name}.{name} has no length")
        elif name in segment.fields:
            self.faults.append(f"{segment.name}.{name} is there twice")
        else:
            segment.fields[name] = length

    def _length(self, element: etree._Element) -> int | None:
        simple = element.find(f"{_XSD}simpleType")
        if simple is None:
            simple = self._named(element)
        if simple is None:
            return None
        for word in ("maxLength", "length"):
            found = simple.find(f"{_XSD}restriction/{_XSD}{word}")
            value = "" if found is None else found.get("value", "")
            if value.isdecimal() and len(value) <= len("1000"):
                return int(value)
        return None

    def _named(self, element: etree._Element) -> etree._Element | None:
        return self.types.get(element.get("type", "").rpartition(":")[2])


def _bounds(element: etree._Element) -> tuple[int, int | None]:
    """Return how many of an element there must and may be."""
    least, most = element.get("minOccurs", "1"), element.get("maxOccurs", "1")
    bound = int(most) if most.isdecimal() and len(most) <= len("9999999999") else _UNBOUNDED
    return int(least[:6]) if least.isdecimal() else 0, None if bound >= _UNBOUNDED else bound
