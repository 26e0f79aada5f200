"""Parse within bounds: no DOCTYPE, no entities, no network, nothing too large or too deep."""

import re
from typing import Final

from lxml import etree

from formats.codec import Unreadable
from formats.findings import Finding
from formats.xml.names import Element
from formats.xml.opening import BEGINNING, decoded

LIMIT_BYTES: Final = 100_000_000
"""Largest file that is parsed at all."""
_HUGE_BYTES: Final = 10_000_000  # libxml2's bound of one text; only a larger file may exceed it
_PROLOG_BYTES: Final = 65_536
_MISC: Final = r"(?:\s|<\?.*?\?>|<!--.*?-->)*+"
_DOCTYPE: Final = re.compile(_MISC + "<!DOCTYPE", re.DOTALL)
_ENCODING: Final = re.compile(r"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)""")
_READ_ENCODINGS: Final = re.compile(
    r"utf-?8|utf-?16(?:[lb]e)?|(?:us-)?ascii|iso-8859-\d+|latin-?\d|(?:windows-|cp)125\d",
    re.IGNORECASE,
)
_SOMETHING_BEHIND: Final = frozenset(
    {etree.ErrorTypes.ERR_DOCUMENT_END, etree.ErrorTypes.ERR_RESERVED_XML_NAME}
)


def parse(
    data: bytes, *, what: str, limit_bytes: int = LIMIT_BYTES, blanks: bool = True
) -> Element:
    """Return the root element; without comments, processing instructions and entities.

    Args:
        data: the whole file, in UTF-8, UTF-16 or the 8-bit encoding it declares.
        what: what was expected, for messages: `a UBL invoice`.
        limit_bytes: a larger file is refused unparsed.
        blanks: whether white space between elements is kept, as signatures need it; without, a
            file is parsed, searched and freed faster.

    Raises:
        Unreadable: IN-XML-1 not well-formed, IN-XML-2 has a DOCTYPE, IN-XML-3 too large
            or too deep, IN-XML-6 an encoding that is not read.
        MemoryError: there is too little memory for it, which is no fault of the file.
    """
    if len(data) > limit_bytes:
        raise Unreadable(_too_large(len(data), what, limit_bytes))
    opening = decoded(data[:_PROLOG_BYTES])
    if not BEGINNING.match(opening):
        raise Unreadable(_not_xml(data, what))
    if _DOCTYPE.match(opening):
        raise Unreadable(_has_doctype(what))
    declared = _ENCODING.match(opening)
    if declared and not _READ_ENCODINGS.fullmatch(declared[1]):
        raise Unreadable(_foreign_encoding(declared[1]))
    root = _parsed(data, what, blanks=blanks)
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(_has_doctype(what))
    return root


def _parsed(data: bytes, what: str, *, blanks: bool) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=False,
        remove_comments=True,
        remove_blank_text=not blanks,
        remove_pis=True,
        collect_ids=False,
        huge_tree=len(data) > _HUGE_BYTES,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        if getattr(fault, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from fault
        raise Unreadable(_malformed(fault, what)) from fault


def _too_large(size_bytes: int, what: str, limit_bytes: int) -> Finding:
    return Finding(
        rule="IN-XML-3",
        message=f"the file has {size_bytes:,} bytes; at most {limit_bytes:,} are read",
        value=str(size_bytes),
        fix=f"send {what} with smaller attachments, or as several files",
    )


def _not_xml(data: bytes, what: str) -> Finding:
    return Finding(
        rule="IN-XML-1",
        message="the file is empty"
        if not data
        else f"this is not XML in UTF-8, UTF-16 or an 8-bit encoding, so not {what}",
        place="line 1, column 1",
        fix=f"send {what}, beginning with <",
    )


def _has_doctype(what: str) -> Finding:
    return Finding(
        rule="IN-XML-2",
        message=f"the file has a DOCTYPE; {what} needs none, and none is read",
        place="before the root element",
        fix="write the file without <!DOCTYPE …> and without entities of its own",
    )


def _foreign_encoding(encoding: str) -> Finding:
    return Finding(
        rule="IN-XML-6",
        message=f"the file declares the encoding {encoding}, which is not read",
        place="line 1",
        value=encoding,
        fix="write the file in UTF-8",
    )


def _out_of_bounds(place: str, reason: str, what: str) -> Finding:
    return Finding(
        rule="IN-XML-3",
        message=f"the file goes beyond what is read of {what}: {reason}",
        place=place,
        fix="send elements nested less deep and texts less long, as every ERP writes them",
    )


def _malformed(fault: etree.XMLSyntaxError, what: str) -> Finding:
    line, column = fault.position
    reason = (fault.msg or "no reason given").rpartition(", line ")[0]
    if getattr(fault, "code", None) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return _out_of_bounds(f"line {line}, column {column}", reason.partition(", ")[0], what)
    fix = "send the file as the ERP wrote it, complete and in the encoding it declares"
    if getattr(fault, "code", None) in _SOMETHING_BEHIND:
        reason = f"something follows the end of the document ({reason})"
        fix = "send each document in a file of its own, and nothing behind it"
    return Finding(
        rule="IN-XML-1",
        message=f"this is not well-formed XML, so not {what}: {reason}",
        place=f"line {line}, column {column}",
        fix=fix,
    )
