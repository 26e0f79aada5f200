"""Write formats/syntax/ubl_elements.tsv or cii_elements.tsv from the pinned official schemas.

    python tools/schema_elements.py UBL-Invoice-2.1.xsd UBL-CreditNote-2.1.xsd > ubl_elements.tsv
    python tools/schema_elements.py CrossIndustryInvoice_100pD22B.xsd > cii_elements.tsv

Taken are facts: which elements stand in which, in what order and how often, and what text and
attributes may be. A line is a kind of element and what stands in it, each as `name:kind`, with ? *
or + as in a regular expression; of a|b one stands there. A kind that is written ... may hold
anything. One that is written = and a simple type is text of that type, with its attributes behind:
`name:type`, with ! if it must be there; without a type it may be any text, and after = is the only
value that it may have, its blanks as %20.
"""  # noqa: INP001

import sys
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from formats.xml.names import UBL_CREDIT_NOTE, UBL_INVOICE, name_of

XS = "{http://www.w3.org/2001/XMLSchema}"
ROOTS = {f"{{{UBL_INVOICE}}}Invoice", f"{{{UBL_CREDIT_NOTE}}}CreditNote"}
ANY_TEXT = {"string", "normalizedString", "token"}
OCCURS = {("1", "1"): "", ("0", "1"): "?", ("0", "unbounded"): "*", ("1", "unbounded"): "+"}


class Schemas:
    """All that several schemas and what they import declare, by Clark name."""

    def __init__(self) -> None:
        self.types: dict[str, etree._Element] = {}
        self.elements: dict[str, str] = {}
        self._seen: set[Path] = set()

    def read(self, path: Path) -> str:
        """Take in a schema, and return its target namespace."""
        root = etree.parse(path).getroot()  # noqa: TID251 - a pinned file
        space = root.get("targetNamespace")
        if path in self._seen:
            return space
        self._seen.add(path)
        for each in root:
            if each.get("schemaLocation"):
                self.read((path.parent / each.get("schemaLocation")).resolve())
            elif each.tag in {f"{XS}complexType", f"{XS}simpleType"}:
                self.types[f"{{{space}}}{each.get('name')}"] = each
            elif each.tag == f"{XS}element" and each.get("type"):
                self.elements[f"{{{space}}}{each.get('name')}"] = clark(each, "type")
        return space

    def inside(self, kind: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Yield what stands in a kind: how often, and which element of which kind."""
        content = self.types.get(kind)
        sequence = [] if content is None else content.findall(f"{XS}sequence")
        choice = [] if content is None else content.findall(f"{XS}choice")
        for particle in (*choice, *(each for group in sequence for each in group)):
            occurs = OCCURS[particle.get("minOccurs", "1"), particle.get("maxOccurs", "1")]
            if particle.tag == f"{XS}choice":
                yield occurs, [self._child(each) for each in particle]
            elif particle.tag == f"{XS}element":
                yield occurs, [self._child(particle)]
            else:
                yield occurs, []

    def _child(self, element: etree._Element) -> tuple[str, str]:
        if element.get("ref"):
            name = clark(element, "ref")
            return name, self.elements[name]
        name = f"{{{element.getroottree().getroot().get('targetNamespace')}}}{element.get('name')}"
        if element.get("type"):
            return name, clark(element, "type")
        self.types[name] = element.find(f"{XS}complexType")
        return name, name

    def text(self, kind: str) -> tuple[str, str, dict[str, str]] | None:
        """Return what a kind of text is: the name of the kind that says so, its type, attributes.

        A kind that adds nothing to another is that one; a kind of elements is none.
        """
        content = self.types.get(kind)
        if content is None:
            return kind, "" if short(kind) in ANY_TEXT else short(kind), {}
        if content.tag == f"{XS}complexType" and content.find(f"{XS}simpleContent") is None:
            return None
        step = next(content.iter(f"{XS}extension", f"{XS}restriction"))
        below = self.text(clark(step, "base"))
        assert below is not None, kind
        own = dict(map(self._attribute, step.findall(f"{XS}attribute")))
        bounds = [each.get("value") for each in step if each.tag.endswith("Length")]
        if not own and not bounds:
            return below
        return kind, "..".join([below[1], *bounds]).lstrip("."), below[2] | own

    def _attribute(self, attribute: etree._Element) -> tuple[str, str]:
        kind = self.text(clark(attribute, "type"))
        assert kind is not None
        fixed, needed = attribute.get("fixed"), attribute.get("use") == "required"
        said = f":{kind[1]}" if kind[1] else f"={fixed.replace(' ', '%20')}" if fixed else ""
        return attribute.get("name"), f"{attribute.get('name')}{said}{'!' if needed else ''}"


def clark(element: etree._Element, attribute: str) -> str:
    """Return the Clark name that an attribute states."""
    prefix, _, local = element.get(attribute).rpartition(":")
    return f"{{{element.nsmap[prefix or None]}}}{local}"


def short(kind: str) -> str:
    """Return the name of a kind; no two of a syntax have the same."""
    return etree.QName(kind).localname.removesuffix("Type")


def rows(schemas: Schemas, roots: list[str]) -> Iterator[str]:
    """Yield a line for each kind that can be reached."""
    waiting, done = [(name_of(name), schemas.elements[name]) for name in roots], {}
    seen = set()
    for row, kind in waiting:
        if kind in seen:
            continue
        seen.add(kind)
        text = schemas.text(kind)
        if text is None:
            line, below = elements_row(schemas, kind)
            waiting += below
        else:
            line = " ".join([f"={text[1]}", *text[2].values()])
        if row not in done:
            yield f"{row}\t{line}"
        assert done.setdefault(row, line) == line, row


def elements_row(schemas: Schemas, kind: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what stands in a kind of element, and the kinds that are named there."""
    words, named = [], {}
    for occurs, children in schemas.inside(kind):
        alternatives = []
        for element, below in children:
            text = schemas.text(below)
            row = short(text[0] if text else below)
            named[row] = below
            alternatives.append(f"{name_of(element)}:{row}")
        words.append("|".join(alternatives) + occurs if children else "...")
    return " ".join(words), list(named.items())


def main(paths: list[str]) -> None:
    """Print the table of one syntax."""
    schemas, roots = Schemas(), []
    for path in map(Path, paths):
        space = schemas.read(path.resolve())
        roots += [name for name in schemas.elements if etree.QName(name).namespace == space]
    named = " and ".join(Path(path).name for path in paths)
    sys.stdout.write(f"# {named}. Written by tools/schema_elements.py.\n")
    sys.stdout.writelines(f"{row}\n" for row in rows(schemas, roots))


if __name__ == "__main__":
    main(sys.argv[1:])
