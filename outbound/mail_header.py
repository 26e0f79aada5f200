"""Header fields as they are written: encoded words that keep each blank, short lines.

The library's newer writer (`email.policy`) loses blanks between the encoded words of a long name;
its older one, `email.header`, keeps them.
"""

import re
from email.header import Header
from email.headerregistry import Address

_LINE_MAX = 75
_PLAIN_NAME_MAX = 50
_PLAIN_WORD_MAX = 900
"""No line is longer than 998 (RFC 5322 section 2.1.1), and only blanks can be folded."""
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_QUOTED = re.compile(r'(["\\])')


def header_line(name: str, value: str | Address) -> bytes:
    r"""Return a field with its CRLF; ASCII, but for a local part that is not (RFC 6532).

    >>> header_line("Subject", "Rechnung 4711 für Süßmund")
    b'Subject: =?utf-8?q?Rechnung_4711_f=C3=BCr_S=C3=BC=C3=9Fmund?=\r\n'
    >>> header_line("To", Address('Fish "&" Co', "a", "b.example"))
    b'To: "Fish \\"&\\" Co" <a@b.example>\r\n'
    """
    written = _address(name, value) if isinstance(value, Address) else _words(name, value)
    return f"{name}: {written}\r\n".encode()


def _address(field: str, address: Address) -> str:
    name = address.display_name
    if not name:
        return address.addr_spec
    if not name.isascii() or len(name) > _PLAIN_NAME_MAX:
        return f"{_encoded(field, name)}\r\n <{address.addr_spec}>"
    if not _ATOMS.fullmatch(name) or name != name.strip():
        name = '"' + _QUOTED.sub(r"\\\1", name) + '"'
    return f"{name} <{address.addr_spec}>"


def _words(field: str, value: str) -> str:
    words = value.split()
    too_long = any(len(word) > _PLAIN_WORD_MAX for word in words)
    if not value.isascii() or value != " ".join(words) or too_long:
        return _encoded(field, value)
    return Header(value, "us-ascii", _LINE_MAX, header_name=field).encode(linesep="\r\n")


def _encoded(field: str, value: str) -> str:
    return Header(value, "utf-8", _LINE_MAX, header_name=field).encode(linesep="\r\n")
