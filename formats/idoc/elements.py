"""XML IDocs: elements to segments.

An element with a SEGMENT attribute, or with elements inside, is a segment; others are fields.
"""

from collections.abc import Iterator, Mapping

from lxml import etree

from formats.idoc import faults
from formats.idoc.layout import LAYOUTS, Layout
from formats.idoc.segments import CONTROL, IDoc, Segment, control_record, segment
from formats.xml.parsing import parse
from formats.xml.places import place_of

_WHAT = "an INVOIC IDoc"


def read_elements(data: bytes, layouts: Mapping[str, Layout] = LAYOUTS) -> Iterator[IDoc]:
    """Yield the IDocs of an XML file; its elements are cleared as they are read.

    Args:
        data: the whole file.
        layouts: which segments there are, and what they lie in.

    Raises:
        Unreadable: not XML, or without an IDOC element.
    """
    root = parse(data, what=_WHAT)
    found = [root] if root.tag == "IDOC" else root.findall("IDOC")
    if not found:
        raise faults.no_idoc(str(root.tag))
    for element in found:
        yield _idoc(element, layouts)
        element.clear()


def _idoc(element: etree._Element, layouts: Mapping[str, Layout]) -> IDoc:
    control = element.find(CONTROL)
    if control is None:
        idoc = IDoc(control=control_record({}), layouts=layouts)
        idoc.fault(faults.no_control_element(place_of(element)))
    else:
        idoc = IDoc(control=control_record(_fields(control)), layouts=layouts)
    for child in element:
        if child is not control:
            _add(idoc, child, None)
    return idoc


def _add(idoc: IDoc, element: etree._Element, parent: Segment | None) -> None:
    fields: dict[str, str] = {}
    inner = []
    twice = []
    for child in element:
        text = child.text
        if len(child):
            inner.append(child)
        elif text and (text := text.strip()):
            name = str(child.tag)
            if name in fields:
                twice.append(name)
            fields[name] = text
        elif child.get("SEGMENT"):
            inner.append(child)
    new = segment(str(element.tag), len(idoc.segments) + 1, fields)
    idoc.add(new, parent)
    for name in twice:
        idoc.fault(faults.repeated_field(new.place(name)))
    stray = (element.text or "").strip()
    if stray:
        idoc.fault(faults.stray_text(new.name, stray))
    for child in inner if parent is None or new.depth else ():
        _add(idoc, child, new)


def _fields(element: etree._Element) -> dict[str, str]:
    pairs = ((str(child.tag), (child.text or "").strip()) for child in element)
    return {name: text for name, text in pairs if text}
