"""Addresses and names as they may stand in an envelope or a header: one line, one address."""

import re
import unicodedata
from email.errors import MessageError
from email.headerregistry import Address

import idna

from outbound.channel import Refused

_ADDR_SPEC = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
"""The library's address knows none of it in a local part (RFC 6531 has it stand as a letter)."""
_ENCODED_WORD = re.compile(r"=\?.*\?", re.DOTALL)
_NO_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NO_ADDRESS = _NO_LINE | {"Cf", "Co", "Cn"}


def envelope_address(email: str | None) -> str:
    """Return the address for MAIL, RCPT and headers, its domain in A-labels.

    A local part beyond ASCII stays as it is: the server must offer SMTPUTF8 (RFC 6531).

    Raises:
        Refused: there is none, or it is malformed.

    >>> envelope_address("anna@bücher.example")
    'anna@xn--bcher-kva.example'
    """
    if not email:
        raise Refused("the recipient has no email address")
    odd = any(unicodedata.category(character) in _NO_ADDRESS for character in email)
    if odd or not _ADDR_SPEC.fullmatch(email):
        raise Refused("the recipient's email address is not an address (RFC 5321 section 4.1.2)")
    local, _, domain = email.partition("@")
    try:
        written = f"{unicodedata.normalize('NFC', local)}@{a_labels(domain)}"
        Address(addr_spec=_BEYOND_ASCII.sub("x", written))
    except idna.IDNAError as fault:
        raise Refused(f"the domain of the recipient's email address is none: {fault}") from fault
    except (MessageError, ValueError, IndexError) as fault:
        raise Refused("the recipient's email address is not an address") from fault
    if len(written.encode()) > 254:
        raise Refused("the recipient's email address is too long (RFC 5321 section 4.5.3.1)")
    return written


def a_labels(domain: str) -> str:
    """Return a domain in ASCII (RFC 5891, mapped as UTS 46 wants it, `ß` kept).

    Raises:
        idna.IDNAError: it cannot be one.

    >>> a_labels("Straße.example")
    'xn--strae-oqa.example'
    """
    if domain.isascii():
        return domain
    return idna.encode(domain, uts46=True, transitional=False).decode()


def single_line(value: str, what: str) -> str:
    """Return the value if it is harmless in a header or file name.

    Raises:
        Refused: it holds a control character, a line or paragraph separator, or an encoded word.

    >>> single_line("Rechnung 4711 über 12 €", "subject")
    'Rechnung 4711 über 12 €'
    """
    for character in value:
        if unicodedata.category(character) in _NO_LINE:
            raise Refused(f"the {what} contains the forbidden character U+{ord(character):04X}")
    if _ENCODED_WORD.search(value):
        raise Refused(f"the {what} contains an encoded word (RFC 2047)")
    return value
