"""XML in and out: parse within bounds, say where an element is, write the same bytes every time."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from lxml import etree

from formats.codec import Unreadable
from formats.findings import Finding

Element = etree._Element  # noqa: SLF001 (lxml gives its class no public name)

LIMIT_BYTES: Final = 100_000_000
"""Largest file that is parsed at all."""
HELD: Final = 200_000
"""How many elements of a file are kept as objects; some 200 bytes each."""

NAMESPACES: Final = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "sbd": "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader",
    "fpa": "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
"""Prefixes as they stand in places and in syntax bindings, whatever prefixes a file uses."""

UBL_INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
UBL_CREDIT_NOTE: Final = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"

WHITE_SPACE: Final = " \t\r\n"
"""What XML calls white space; a no-break space is text."""

_PREFIX_OF: Final = {
    **{namespace: f"{prefix}:" for prefix, namespace in NAMESPACES.items()},
    UBL_INVOICE: "",
    UBL_CREDIT_NOTE: "",
}
_ENVELOPE: Final = f"{{{NAMESPACES['sbd']}}}StandardBusinessDocument"
_HUGE_BYTES: Final = 10_000_000  # libxml2's bound of one text; only a larger file may exceed it
_PROLOG_BYTES: Final = 65_536
_MISC: Final = r"(?:\s|<\?.*?\?>|<!--.*?-->)*+"
_BEGINNING: Final = re.compile(r"\s*<[^\0]")
_DOCTYPE: Final = re.compile(_MISC + "<!DOCTYPE", re.DOTALL)
_ENCODING: Final = re.compile(r"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)""")
_READ_ENCODINGS: Final = re.compile(
    r"utf-?8|utf-?16(?:[lb]e)?|(?:us-)?ascii|iso-8859-\d+|latin-?\d|(?:windows-|cp)125\d",
    re.IGNORECASE,
)
_MARGINALIA: Final = re.compile(r"<\?.*?\?>|<!--.*?-->", re.DOTALL)
_START_TAG: Final = re.compile(
    r"""<([^\s<>/!?=&]+)((?:\s+[^\s<>/=]+\s*=\s*(?:"[^"]*"|'[^']*'))*+)\s*/?>"""
)
_XMLNS: Final = re.compile(r"""\sxmlns:?([^\s=]*)\s*=\s*["']([^"']*)""")
_SOMETHING_BEHIND: Final = frozenset(
    {etree.ErrorTypes.ERR_DOCUMENT_END, etree.ErrorTypes.ERR_RESERVED_XML_NAME}
)
_HEADER_END: Final = re.compile(r"</(?:[^\s<>/:]+:)?StandardBusinessDocumentHeader\s*>")


def tag(name: str) -> str:
    """Return the Clark name of a prefixed one.

    >>> tag("cbc:ID")
    '{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}ID'
    """
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


@lru_cache
def name_of(element_tag: str) -> str:
    """Return the prefixed name of a Clark name; a foreign namespace stays written out.

    >>> name_of(tag("cbc:ID")), name_of("{urn:x}Y"), name_of("Z")
    ('cbc:ID', '{urn:x}Y', 'Z')
    """
    namespace, brace, local = element_tag[1:].partition("}")
    if not brace:
        return element_tag
    prefix = _PREFIX_OF.get(namespace)
    return element_tag if prefix is None else prefix + local


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
    opening = _decoded(data[:_PROLOG_BYTES])
    if not _BEGINNING.match(opening):
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


def held(root: Element) -> Sequence[Element]:
    """Return the elements of a file, to be kept by whoever looks at it more than once.

    lxml makes an element with its name anew whenever somebody asks for one that nobody has.
    """
    return list(islice(root.iter(), HELD))


def inside(element: Element) -> Iterable[Element]:
    """Return the elements in an element: at once, in a quarter of the time, unless very many."""
    if len(element) < HELD:
        return element[:]  # type: ignore[index]  # which the stubs do not know
    return element


def opening_tag(head: bytes) -> str | None:
    """Return the Clark name of the root, or of the payload inside a StandardBusinessDocument.

    A guess for telling formats apart, made without a parser.

    Args:
        head: the first bytes of a file; where they end before that tag, or begin with anything
            but XML, the answer is None.

    >>> opening_tag(b'<?xml version="1.0"?><!-- x --><a:b xmlns:a="urn:x">')
    '{urn:x}b'
    """
    opening = _decoded(head)
    if not _BEGINNING.match(opening):
        return None
    text = _MARGINALIA.sub("", opening)
    namespaces: dict[str, str] = {}
    found = _START_TAG.search(text)
    while found:
        namespaces.update(_XMLNS.findall(found[2]))
        prefix, _, local = found[1].rpartition(":")
        namespace = namespaces.get(prefix, "")
        name = f"{{{namespace}}}{local}" if namespace else local
        if name != _ENVELOPE:
            return name
        header = _HEADER_END.search(text, found.end())
        found = _START_TAG.search(text, header.end()) if header else None
    return None


def payload(root: Element, *, what: str) -> Element:
    """Return the business document inside a StandardBusinessDocument, else `root` itself.

    Raises:
        Unreadable: IN-XML-5, the envelope is empty; IN-XML-8, it holds several documents.
    """
    if root.tag != _ENVELOPE:
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


def place_of(element: Element) -> str:
    """Return where an element is, as an XPath and its line.

    >>> root = parse(b"<a><b/><b><c/></b></a>", what="an example")
    >>> place_of(root[1][0])
    '/a/b[2]/c (line 1)'
    """
    return Places().of(element)


class Places:
    """Where elements of one file are; what was counted once is not counted again."""

    def __init__(self, items: Collection[Element] = frozenset()) -> None:
        """Begin with nothing known.

        Args:
            items: elements whose position is named even if they are the only ones of their name.
        """
        self._items = items
        self._positions: dict[Element, int] = {}
        self._paths: dict[Element | None, str] = {}

    def of(self, element: Element, attribute: str | None = None) -> str:
        """Return where an element or its attribute is, as an XPath and its line."""
        at = f"/@{attribute}" if attribute else ""
        return f"{self.path(element) or '/'}{at} (line {element.sourceline})"

    def path(self, element: Element) -> str:
        """Return the XPath of an element; an envelope around the document is no part of it."""
        unknown = []
        node: Element | None = element
        while node is not None and node not in self._paths and node.tag != _ENVELOPE:
            unknown.append(node)
            node = node.getparent()
        path = self._paths.get(node, "")
        for node in reversed(unknown):
            path = self._paths[node] = f"{path}/{self._step(node)}"
        return path

    def _step(self, node: Element) -> str:
        name, position = name_of(str(node.tag)), self._position(node)
        return f"{name}[{position}]" if position > 1 or node in self._items else name

    def _position(self, node: Element) -> int:
        if node not in self._positions:
            parent = node.getparent()
            counts: dict[object, int] = {}
            for each in (node,) if parent is None else parent:
                self._positions[each] = counts[each.tag] = counts.get(each.tag, 0) + 1
        return self._positions[node]


def foreign_below(element: Element, own: frozenset[str]) -> Iterator[Element]:
    """Yield `element` and what is in it, as far as it is in none of these namespaces."""
    for each in element.iter("*"):
        if (etree.QName(each).namespace or "") not in own:
            yield each


def texts_below(element: Element, place: str) -> Iterator[tuple[str, str]]:
    """Yield place and text of each element with text, from `element` itself downwards.

    Args:
        element: where to start.
        place: its own XPath, which the answers begin with.
    """
    waiting = [(element, place)]
    while waiting:
        node, where = waiting.pop()
        text = (node.text or "").strip(WHITE_SPACE)
        if text:
            yield f"{where} (line {node.sourceline})", text
        counts: dict[str, int] = {}
        children = []
        for child in node:
            name = name_of(str(child.tag))
            count = counts[name] = counts.get(name, 0) + 1
            children.append((child, f"{where}/{name}" + (f"[{count}]" if count > 1 else "")))
        waiting.extend(reversed(children))


class Scribe:
    """Writes XML as text, two spaces a level; the same calls give the same bytes."""

    def __init__(self) -> None:
        self._parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
        self._indent = ""

    def open(self, name: str, attributes: str = "") -> None:
        """Begin an element that has elements inside."""
        self._parts.append(f"{self._indent}<{name}{attributes}>\n")
        self._indent += "  "

    def close(self, name: str) -> None:
        """End it; one with nothing inside has no blanks inside either."""
        self._indent = self._indent[2:]
        last = self._parts[-1]
        if last.startswith(f"{self._indent}<{name}") and "</" not in last:
            self._parts[-1] = f"{last[:-1]}</{name}>\n"
        else:
            self._parts.append(f"{self._indent}</{name}>\n")

    def leaf(self, name: str, text: str, attributes: str = "") -> None:
        """Write an element that has text inside.

        Raises:
            ValueError: XML 1.0 cannot carry a character of the text.
        """
        self._parts.append(f"{self._indent}<{name}{attributes}>{escape(text)}</{name}>\n")

    def mark(self) -> int:
        """Return a point to which `rewind` can go back."""
        return len(self._parts)

    def rewind(self, mark: int) -> None:
        """Take back one `open` and all that was written after it."""
        del self._parts[mark:]
        self._indent = self._indent[2:]

    def finish(self) -> bytes:
        """Return all of it in UTF-8."""
        return "".join(self._parts).encode()


def attribute(name: str, value: str) -> str:
    r"""Return an attribute as it stands in a tag, with the blank before it.

    >>> attribute("name", 'a "b"\n')
    ' name="a &quot;b&quot;&#10;"'
    """
    text = escape(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f' {name}="{text}"'


def escape(text: str) -> str:
    r"""Return text as it stands between tags.

    Raises:
        ValueError: XML 1.0 cannot carry one of the characters.

    >>> escape("a < b & c\r")
    'a &lt; b &amp; c&#13;'
    """
    if not _SPECIAL.search(text):
        return text
    if found := _IMPOSSIBLE.search(text):
        raise ValueError(f"the character U+{ord(found[0]):04X} cannot be written in XML")
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    )


_IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL: Final = re.compile("[\x00-\x08\x0b-\x1f&<>\ud800-\udfff\ufffe\uffff]")


def _decoded(head: bytes) -> str:
    """Return the beginning of a file as text; only its ASCII characters are reliable."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return head.decode("utf-16", "ignore")
    if head[:2] in {b"<\0", b"\0<"}:
        return head.decode("utf-16-le" if head[0] else "utf-16-be", "ignore")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


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
