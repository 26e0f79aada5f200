"""A file's bytes to the IDocs in it, whichever form and code page it is in."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence

from formats.idoc import faults
from formats.idoc.code_pages import codec_for, start_of, text_of
from formats.idoc.elements import read_elements
from formats.idoc.layout import LAYOUTS
from formats.idoc.profile import Profile
from formats.idoc.records import read_records
from formats.idoc.segments import IDoc

_RECORD_WIDTH = 1063
_LEAST_CHARACTERS = _RECORD_WIDTH // 4


def idocs_of(data: bytes, profiles: Sequence[Profile]) -> Iterator[IDoc]:
    """Yield the IDocs of a file by the definitions of all these profiles.

    How the first one says that text is written, goes for the file.

    Raises:
        Unreadable: it is in no known code page, or not a file of IDocs.
    """
    own = {kind: each for one in reversed(profiles) for kind, each in one.layouts.items()}
    if start_of(data[:64]).startswith("<"):
        yield from read_elements(data, {**LAYOUTS, **own})
        return
    first = profiles[0]
    try:
        codec = codec_for(data, first.encoding)
        text = text_of(data, first.encoding)
        multi_byte = len(data) > len(text) and not codec.startswith("utf-16")
    except UnicodeDecodeError as error:
        raise faults.undecodable(error, first.encoding) from error
    by_bytes = first.bytes_counted and multi_byte
    wrong = multi_byte and _miscounted(text, codec, by_bytes=by_bytes)
    if by_bytes:
        text = data.removeprefix(BOM_UTF8).decode("latin-1")
    for idoc in read_records(text, own, codec if by_bytes else ""):
        if wrong:
            idoc.fault(faults.miscounted(codec, by_bytes=by_bytes))
            wrong = False
        yield idoc


def _miscounted(text: str, codec: str, *, by_bytes: bool) -> bool:
    """Whether a whole record is as long as it must be in bytes, and not in characters, or so."""
    for line in text.splitlines():
        if not line.isascii() and _LEAST_CHARACTERS < len(line) <= _RECORD_WIDTH:
            widths = len(line), len(line.encode(codec, "replace"))
            if widths[0] != widths[1] and widths[not by_bytes] == _RECORD_WIDTH:
                return by_bytes or line.endswith(" ")
    return False
