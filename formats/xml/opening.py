"""The first tag of a file, found without a parser, to tell formats apart."""

import re
from typing import Final

from formats.xml.names import ENVELOPE

BEGINNING: Final = re.compile(r"\s*<[^\0]")
_MARGINALIA: Final = re.compile(r"<\?.*?\?>|<!--.*?-->", re.DOTALL)
_START_TAG: Final = re.compile(
    r"""<([^\s<>/!?=&]+)((?:\s+[^\s<>/=]+\s*=\s*(?:"[^"]*"|'[^']*'))*+)\s*/?>"""
)
_XMLNS: Final = re.compile(r"""\sxmlns:?([^\s=]*)\s*=\s*["']([^"']*)""")
_HEADER_END: Final = re.compile(r"</(?:[^\s<>/:]+:)?StandardBusinessDocumentHeader\s*>")


def opening_tag(head: bytes) -> str | None:
    """Return the Clark name of the root, or of the payload inside a StandardBusinessDocument.

    A guess for telling formats apart, made without a parser.

    Args:
        head: the first bytes of a file; where they end before that tag, or begin with anything
            but XML, the answer is None.

    >>> opening_tag(b'<?xml version="1.0"?><!-- x --><a:b xmlns:a="urn:x">')
    '{urn:x}b'
    """
    opening = decoded(head)
    if not BEGINNING.match(opening):
        return None
    text = _MARGINALIA.sub("", opening)
    namespaces: dict[str, str] = {}
    found = _START_TAG.search(text)
    while found:
        namespaces.update(_XMLNS.findall(found[2]))
        prefix, _, local = found[1].rpartition(":")
        namespace = namespaces.get(prefix, "")
        name = f"{{{namespace}}}{local}" if namespace else local
        if name != ENVELOPE:
            return name
        header = _HEADER_END.search(text, found.end())
        found = _START_TAG.search(text, header.end()) if header else None
    return None


def decoded(head: bytes) -> str:
    """Return the beginning of a file as text; only its ASCII characters are reliable."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return head.decode("utf-16", "ignore")
    if head[:2] in {b"<\0", b"\0<"}:
        return head.decode("utf-16-le" if head[0] else "utf-16-be", "ignore")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
