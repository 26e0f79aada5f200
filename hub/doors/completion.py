"""When a file is whole: the names of what is under way, and the marker that lies beside a file.

A marker is NAME.ok, NAME.done or NAME.ctl. It may be empty, or say what it stands for: lines
`SHA256  NAME` as `sha256sum` writes them, for one file or several, and lines `count=12`,
`total.EUR=1234.56`, `size=3071`, `sha256=…`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from hub.pipeline.stated import KEYS, NOTHING, Misstated, Stated, is_word, stated

UNFINISHED = (".part", ".tmp", ".filepart", ".partial")
"""How names end until a file is whole."""
MARKERS = (".ok", ".done", ".ctl")
MARKER_BYTES_MAX = 1 << 20

_SUM = re.compile(r"([0-9a-fA-F]{64})(?: [ *]|[ \t]+)(.+)")
_PAIR = re.compile(r"([A-Za-z0-9_.-]+)\s*[=:]\s*(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What a marker says.

    Attributes:
        stated: of all its files together.
        files: name to SHA-256, where it lists them.
        unread: lines that mean nothing here.
    """

    stated: Stated = NOTHING
    files: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def of(self, name: str) -> Stated:
        """Return what it states of one of its files."""
        own = self.files.get(name)
        if own is None:
            return self.stated
        alone = len(self.files) == 1
        size_bytes = self.stated.size_bytes if alone else None
        return replace(
            self.stated,
            sha256=own,
            size_bytes=size_bytes,
            files=len(self.files),
            group="" if alone else group_of(self),
        )


def is_unfinished(name: str) -> bool:
    """Whether a name says that its file is under way.

    >>> is_unfinished("a.xml.PART"), is_unfinished("a.xml")
    (True, False)
    """
    return name.lower().endswith(UNFINISHED)


def is_marker(name: str) -> bool:
    """Whether a name is a marker's.

    >>> is_marker("a.xml.ok"), is_marker("a.xml")
    (True, False)
    """
    return name.lower().endswith(MARKERS)


def marker_names(name: str) -> tuple[str, ...]:
    """Return how the markers of a file may be called.

    >>> marker_names("a.xml")[:2]
    ('a.xml.ok', 'a.xml.done')
    """
    return tuple(f"{name}{ending}" for ending in MARKERS)


def read_marker(data: bytes) -> Marker:
    r"""Read a marker.

    Raises:
        Misstated: it is too long, or a value in it cannot be what its key says.

    >>> read_marker(b"count=2\nrun=night").stated.count, read_marker(b"run=night").unread
    (2, ('run=night',))
    """
    if len(data) > MARKER_BYTES_MAX:
        raise Misstated(f"a marker has at most {MARKER_BYTES_MAX} bytes")
    files: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    unread: list[str] = []
    for line in filter(None, map(str.strip, _text(data).splitlines())):
        if found := _SUM.fullmatch(line):
            _list(files, found[2], found[1].lower())
        elif (found := _PAIR.fullmatch(line)) and is_word(_key(found[1])):
            pairs.append((_key(found[1]), found[2]))
        else:
            unread.append(line)
    said = stated(pairs)
    if len(files) > 1 and (said.sha256 or said.size_bytes is not None):
        raise Misstated("sha256= and size= are of one file; several are listed")
    return Marker(stated=said, files=files, unread=tuple(unread))


def group_of(marker: Marker) -> str:
    """Return what the files of one marker have in common: the hash of its list.

    >>> len(group_of(Marker(files={"a": "00", "b": "01"})))
    64
    """
    lines = (f"{digest}  {name}\n" for name, digest in sorted(marker.files.items()))
    return sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _list(files: dict[str, str], name: str, digest: str) -> None:
    if "/" in name or name in {".", ".."} or is_marker(name):
        raise Misstated(f"{name[:80]}: a marker lists names of files beside it; words: {KEYS}")
    if files.setdefault(name, digest) != digest:
        raise Misstated(f"{name[:80]} is listed twice with different hashes")


def _key(key: str) -> str:
    """Return a key as it is spelt: `Total.eur` is `total.EUR`."""
    word, dot, currency = key.lower().partition(".")
    return f"{word}{dot}{currency.upper()}"


def _text(data: bytes) -> str:
    """Return a marker's text; names that are no UTF-8 as file systems are asked for them."""
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
