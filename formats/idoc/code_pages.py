"""The code pages of SAP's file ports: bytes to text, and numbers of SAP to the codecs they are.

Source:
    SAP, code page numbers of table TCP00 (transaction SPAD); IBM, code page 1141, which is 273 with
    the euro sign for the currency sign.
"""

import codecs
import re
from collections.abc import Mapping
from typing import Final

from formats.notation import codec_of

_SAP: Final[Mapping[str, str]] = {
    "1100": "iso8859-1",
    "1160": "cp1252",
    "1401": "iso8859-2",
    "1404": "cp1250",
    "1500": "iso8859-5",
    "1504": "cp1251",
    "1610": "iso8859-9",
    "1614": "cp1254",
    "1700": "iso8859-7",
    "1704": "cp1253",
    "4102": "utf-16-be",
    "4103": "utf-16-le",
    "4110": "utf-8",
    "8000": "cp932",
    "8300": "big5",
    "8400": "gbk",
    "8500": "cp949",
}
_WITH_EURO: Final[Mapping[str, str]] = {"cp1141": "cp273", "cp1148": "cp500"}
_EBCDIC_START: Final = bytes.fromhex("c5c4c96dc4c3")
_UTF_16: Final[Mapping[bytes, str]] = {b"E\0D\0": "utf-16-le", b"\0E\0D": "utf-16-be"}
_XML_UTF_16: Final = (b"<\0", b"\0<")
_NEXT_LINE: Final = re.compile("\x85")


def is_code_page(name: str) -> bool:
    """Whether files can be read by this name: a codec of Python's, or a number of SAP's.

    >>> is_code_page("cp1252"), is_code_page("4110"), is_code_page("cp1141"), is_code_page("cp9")
    (True, True, True, False)
    """
    try:
        return "A1".encode(_codec(name)).decode(_codec(name)) == "A1"
    except (LookupError, ValueError):
        return False


def text_of(data: bytes, encoding: str) -> str:
    """Return the text of a flat file: by what its first bytes say, else UTF-8, else `encoding`.

    A file in EBCDIC has its line ends as others have; which of its code pages it is, only
    `encoding` can say, else it is 1141.

    Raises:
        UnicodeDecodeError: none of them fits.
    """
    codec = codec_for(data, encoding)
    text = data.decode(_codec(codec))
    if not data.startswith(_EBCDIC_START):
        return text
    return _NEXT_LINE.sub("\n", text.replace("¤", "€") if codec in _WITH_EURO else text)


def codec_for(data: bytes, encoding: str) -> str:
    """Return the code page in which `text_of` reads a flat file.

    Raises:
        UnicodeDecodeError: there is none.
    """
    if data.startswith(_EBCDIC_START):
        return encoding if is_ebcdic(encoding) else "cp1141"
    for start, codec in _UTF_16.items():
        if data.startswith(start):
            return codec
    return codec_of(data, _codec(encoding))


def is_ebcdic(encoding: str) -> bool:
    """Whether this code page writes EDI_DC40 as IBM's hosts do."""
    return "EDI_DC".encode(_codec(encoding)) == _EBCDIC_START


def start_of(head: bytes) -> str:
    """Return what a file begins with, white space left out, whatever code page it is in."""
    if head.startswith(_EBCDIC_START):
        return head.decode("cp273")
    marked = head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    bare = next((each for start, each in _UTF_16.items() if head.startswith(start)), None)
    if bare is None and head[:2] in _XML_UTF_16:
        bare = "utf-16-le" if head[:1] == b"<" else "utf-16-be"
    codec = "utf-16" if marked else bare or "utf-8-sig"
    return head.decode(codec, errors="replace").lstrip()


def _codec(name: str) -> str:
    return _WITH_EURO.get(name.lower(), _SAP.get(name, name))
