"""Write XML as text: the same calls give the same bytes every time."""

import re
from typing import Final

_IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL: Final = re.compile("[\x00-\x08\x0b-\x1f&<>\ud800-\udfff\ufffe\uffff]")


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
