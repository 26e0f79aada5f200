"""How senders write: bytes to text, text to numbers and dates, codes to other codes."""

import codecs
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2009\u202f"), " ")
_DATE_WORDS = {"YYYY": r"(?P<y>[0-9]{4})", "MM": r"(?P<m>[0-9]{1,2})", "DD": r"(?P<d>[0-9]{1,2})"}


def decode(data: bytes, fallback: str) -> str:
    """Return the text of `data`: by its byte order mark, else UTF-8, else the `fallback` codec.

    Raises:
        UnicodeDecodeError: none of them fits.

    >>> decode("Münster".encode("cp1252"), "cp1252")
    'Münster'
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data.decode(codec)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(fallback)


def is_codec(name: str) -> bool:
    """Whether Python can decode text by this name."""
    try:
        return b"A1".decode(name) == "A1"
    except (LookupError, ValueError):
        return False


def number_reader(decimal: str = ".", thousands: str = "") -> Callable[[str], Decimal]:
    """Return a function that reads numbers written with these signs.

    A minus may stand before or, as in SAP, behind the number. Thousands signs may be missing but
    must not stand elsewhere. `thousands=" "` also takes the narrow and no-break spaces.

    >>> read = number_reader(",", ".")
    >>> read("1.234,50"), read("100,00-")
    (Decimal('1234.50'), Decimal('-100.00'))
    >>> read("1,234.50")
    Traceback (most recent call last):
    ValueError: is not a number as in 1.234,56
    """
    group = f"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}}){{1,8}}|" if thousands else ""
    shape = re.compile(
        rf"([+-]?)({group}[0-9]{{1,27}})(?:{re.escape(decimal)}([0-9]{{1,12}}))?(-?)"
    )
    example = f"1{thousands}234{decimal}56"

    def read(text: str) -> Decimal:
        if thousands == " ":
            text = text.translate(_SPACES)
        found = shape.fullmatch(text)
        if found is None or (found[1] and found[4]):
            raise ValueError(f"is not a number as in {example}")
        whole = found[2].replace(thousands, "") if thousands else found[2]
        return Decimal(f"{found[1] or found[4]}{whole}.{found[3] or ''}")

    return read


def date_reader(pattern: str) -> Callable[[str], date]:
    """Return a function that reads dates written like `pattern`, e.g. `DD.MM.YYYY`.

    Raises:
        ValueError: the pattern does not hold each of YYYY, MM and DD once.

    >>> date_reader("DD.MM.YYYY")("1.12.2026")
    datetime.date(2026, 12, 1)
    >>> date_reader("YYYYMMDD")("20261301")
    Traceback (most recent call last):
    ValueError: is not a date as in YYYYMMDD
    """
    words = re.split(r"(YYYY|MM|DD)", pattern)
    if sorted(words[1::2]) != ["DD", "MM", "YYYY"]:
        raise ValueError(f"date pattern `{pattern}` must hold YYYY, MM and DD once each")
    signs = words[2:-1:2]
    shape = "".join(_DATE_WORDS.get(word) or re.escape(word) for word in words)
    matcher = re.compile(shape if all(signs) else shape.replace("{1,2}", "{2}"))

    def read(text: str) -> date:
        found = matcher.fullmatch(text)
        try:
            if found is not None:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
        except ValueError:
            pass
        raise ValueError(f"is not a date as in {pattern}")

    return read


def code(text: str, meanings: Mapping[str, str]) -> str:
    """Return what the sender's code means by a table; the row `*` is for all others, `*` as is.

    Raises:
        ValueError: the table has no row for it.

    >>> code("ST", {"ST": "H87", "*": "*"}), code("KGM", {"ST": "H87", "*": "*"})
    ('H87', 'KGM')
    """
    meaning = meanings.get(text) or meanings.get("*")
    if meaning is None:
        raise ValueError(f"has no meaning in the guide (known: {', '.join(meanings) or 'none'})")
    return text if meaning == "*" else meaning
