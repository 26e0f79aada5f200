"""A file's bytes to the IDocs in it, whichever form and code page it is in."""

from collections.abc import Sequence

from formats.idoc import faults
from formats.idoc.code_pages import codec_for, is_ebcdic, start_of, text_of
from formats.idoc.elements import read_elements
from formats.idoc.layout import LAYOUTS
from formats.idoc.profile import Profile
from formats.idoc.records import read_records
from formats.idoc.segments import IDoc

_RECORD_WIDTH = 1063


def idocs_of(data: bytes, profiles: Sequence[Profile]) -> list[IDoc]:
    """Return the IDocs of a file by the definitions of all these profiles.

    How the first one says that text is written, goes for the file.

    Raises:
        Unreadable: it is in no known code page, or not a file of IDocs.
    """
    own = {kind: each for one in reversed(profiles) for kind, each in one.layouts.items()}
    if start_of(data[:64]).startswith("<"):
        return read_elements(data, {**LAYOUTS, **own})
    first = profiles[0]
    try:
        codec = codec_for(data, first.encoding)
        if first.bytes_counted and not (codec.startswith("utf-16") or is_ebcdic(codec)):
            return read_records(data.removeprefix(b"\xef\xbb\xbf").decode("latin-1"), own, codec)
        text = text_of(data, first.encoding)
    except UnicodeDecodeError as error:
        raise faults.undecodable(error, first.encoding) from error
    idocs = read_records(text, own)
    if not data.isascii() and _counts_bytes(text, codec):
        idocs[0].faults.append(faults.counted_in_bytes(codec))
    return idocs


def _counts_bytes(text: str, codec: str) -> bool:
    """Whether a record with characters of several bytes is as long as a whole one in bytes."""
    return any(
        len(line) < _RECORD_WIDTH
        and line.endswith(" ")
        and len(line.encode(codec, "replace")) == _RECORD_WIDTH
        for line in text.splitlines()
        if not line.isascii()
    )
