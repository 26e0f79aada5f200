"""XML IDocs: elements to segments.

An element with a SEGMENT attribute, or with elements inside, is a segment; others are fields.
"""

from lxml import etree

from formats.idoc import faults
from formats.idoc.segments import CONTROL, IDoc, Segment, control_record, segment
from formats.xml import parse, place_of

_WHAT = "an INVOIC IDoc"


def read_elements(data: bytes) -> list[IDoc]:
    """Return the IDocs of an XML file.

    Raises:
        Unreadable: not XML, or without an IDOC element.
    """
    root = parse(data, what=_WHAT)
    found = [root] if root.tag == "IDOC" else root.findall("IDOC")
    if not found:
        raise faults.no_idoc(str(root.tag))
    return [_idoc(element) for element in found]


def _idoc(element: etree._Element) -> IDoc:
    control = element.find(CONTROL)
    if control is None:
        idoc = IDoc(control=control_record({}))
        idoc.faults.append(faults.no_control_element(place_of(element)))
    else:
        idoc = IDoc(control=control_record(_fields(control)))
    for child in element:
        if child.tag != CONTROL:
            _add(idoc, child, None)
    return idoc


def _add(idoc: IDoc, element: etree._Element, parent: Segment | None) -> None:
    fields: dict[str, str] = {}
    inner = []
    for child in element:
        text = (child.text or "").strip()
        if text:
            fields[child.tag] = text
        elif len(child) or child.get("SEGMENT"):
            inner.append(child)
    new = segment(str(element.tag), len(idoc.segments) + 1, fields)
    idoc.add(new, parent)
    for child in inner if parent is None or new.depth else ():
        _add(idoc, child, new)


def _fields(element: etree._Element) -> dict[str, str]:
    pairs = ((str(child.tag), (child.text or "").strip()) for child in element)
    return {name: text for name, text in pairs if text}
