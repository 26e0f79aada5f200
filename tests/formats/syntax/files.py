"""Small files to judge: an invoice, a credit note and a CII around what a test puts inside."""

from formats.xml.names import NAMESPACES, UBL_CREDIT_NOTE, UBL_INVOICE, Element
from formats.xml.parsing import parse

_PREFIXES = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())


def invoice(inside: str) -> Element:
    return _parsed(f'<Invoice xmlns="{UBL_INVOICE}" {_PREFIXES}>{inside}</Invoice>')


def credit_note(inside: str) -> Element:
    return _parsed(f'<CreditNote xmlns="{UBL_CREDIT_NOTE}" {_PREFIXES}>{inside}</CreditNote>')


def cii(inside: str) -> Element:
    return _parsed(f"<rsm:CrossIndustryInvoice {_PREFIXES}>{inside}</rsm:CrossIndustryInvoice>")


def _parsed(text: str) -> Element:
    return parse(text.encode(), what="a small file", blanks=False)


def nested(path: str, inside: str = "", attributes: str = "") -> str:
    """Return elements in one another, the last with attributes and something inside."""
    *outer, last = path.split("/")
    opened = "".join(f"<{name}>" for name in outer)
    closed = "".join(f"</{name}>" for name in reversed(outer))
    return f"{opened}<{last} {attributes}>{inside}</{last}>{closed}"
