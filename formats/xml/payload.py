"""The one document of a file: out of its envelope, alone, and of the kind expected."""

from lxml import etree

from formats.codec import Unreadable
from formats.findings import Finding
from formats.xml.names import ENVELOPE, Element, name_of, tag
from formats.xml.places import place_of


def payload(root: Element, *, what: str) -> Element:
    """Return the business document inside a StandardBusinessDocument, else `root` itself.

    Raises:
        Unreadable: IN-XML-5, the envelope is empty; IN-XML-8, it holds several documents.
    """
    if root.tag != ENVELOPE:
        return root
    inside = [child for child in root if child.tag != tag("sbd:StandardBusinessDocumentHeader")]
    if len(inside) > 1:
        raise several(inside[1], len(inside), what=what)
    if inside:
        return inside[0]
    raise Unreadable(
        Finding(
            rule="IN-XML-5",
            message=f"the StandardBusinessDocument holds no document where {what} was expected",
            place=place_of(root),
            fix="put the document behind the StandardBusinessDocumentHeader",
        )
    )


def several(second: Element, count: int, *, what: str) -> Unreadable:
    """Return the error IN-XML-8: one is expected, and here are more."""
    return Unreadable(
        Finding(
            rule="IN-XML-8",
            message=f"the file holds {count} documents where {what} was expected",
            place=place_of(second),
            fix="send each in a file of its own",
        )
    )


def only_one(root: Element, *names: str, what: str) -> None:
    """See to it that `root` has one child of each of these names at most, and none of its own.

    Raises:
        Unreadable: IN-XML-8, as two documents in one file make it.
    """
    for name in names:
        found = [child for child in root if child.tag == name]
        if len(found) > 1:
            raise several(found[1], len(found), what=what)
    nested = [child for child in root if child.tag == root.tag]
    if nested:
        raise several(nested[0], len(nested) + 1, what=what)


def unexpected(root: Element, *, what: str) -> Unreadable:
    """Return the error IN-XML-4: this is XML, but of another kind."""
    namespace = etree.QName(root).namespace
    within = "" if namespace else " without namespace"
    return Unreadable(
        Finding(
            rule="IN-XML-4",
            message=f"the root element is {name_of(str(root.tag))}{within}, not that of {what}",
            place=place_of(root),
            value=str(root.tag),
            fix=f"send {what}, or name the format this file is in",
        )
    )
