"""Write formats/syntax/ubl_elements.tsv or cii_elements.tsv from the pinned official schemas.

    python tools/schema_elements.py UBL-Invoice-2.1.xsd UBL-CreditNote-2.1.xsd > ubl_elements.tsv
    python tools/schema_elements.py CrossIndustryInvoice_100pD22B.xsd > cii_elements.tsv

Taken are facts: which elements stand in which, in what order and how often. A line is a kind of
element and what stands in it, each as `name` or `name:kind`, with ? * or + as in a regular
expression; of a|b one stands there. A kind that is written ... may hold anything.
"""  # noqa: INP001

import sys
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from formats.xml import UBL_CREDIT_NOTE, UBL_INVOICE, name_of

XS = "{http://www.w3.org/2001/XMLSchema}"
ROOTS = {f"{{{UBL_INVOICE}}}Invoice", f"{{{UBL_CREDIT_NOTE}}}CreditNote"}
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
            elif each.tag == f"{XS}complexType":
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
        space = element.getroottree().getroot().get("targetNamespace")
        kind = clark(element, "type") if element.get("type") else "text"
        return f"{{{space}}}{element.get('name')}", kind


def clark(element: etree._Element, attribute: str) -> str:
    """Return the Clark name that an attribute states."""
    prefix, _, local = element.get(attribute).rpartition(":")
    return f"{{{element.nsmap[prefix or None]}}}{local}"


def short(kind: str) -> str:
    """Return the name of a kind; no two of a syntax have the same."""
    return etree.QName(kind).localname.removesuffix("Type")


def rows(schemas: Schemas, roots: list[str]) -> Iterator[str]:
    """Yield a line for each kind that can be reached."""
    waiting, done = [(name, schemas.elements[name]) for name in roots], {}
    for name, kind in waiting:
        row = name_of(name) if name in roots else short(kind)
        if row in done:
            assert done[row] == kind, row
            continue
        done[row] = kind
        words = []
        for occurs, children in schemas.inside(kind):
            nested = [(each, below) for each, below in children if list(schemas.inside(below))]
            waiting += nested
            named = [
                name_of(each) + (f":{short(below)}" if (each, below) in nested else "")
                for each, below in children
            ]
            words.append("|".join(named) + occurs if named else "...")
        yield f"{row}\t{' '.join(words)}"


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
