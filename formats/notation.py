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
_DATE_WORDS = {
    "YYYY": r"(?P<y>[0-9]{4})",
    "YY": r"(?P<y>[0-9]{2})",
    "MM": r"(?P<m>[0-9]{1,2})",
    "DD": r"(?P<d>[0-9]{1,2})",
    "hh": r"[0-9]{1,2}",
    "mm": r"[0-9]{2}",
    "ss": r"[0-9]{2}",
}
_WORD = re.compile("(YYYY|YY|MM|DD|hh|mm|ss)")
_CHUNK_BYTES = 1 << 20


def decode(data: bytes, fallback: str) -> str:
    """Return the text of `data`: by its byte order mark, else UTF-8, else the `fallback` codec.

    Raises:
        UnicodeDecodeError: none of them fits.

    >>> decode("Münster".encode("cp1252"), "cp1252")
    'Münster'
    """
    return data.decode(codec_of(data, fallback))


def codec_of(data: bytes, fallback: str) -> str:
    """Return the codec that all of `data` is text in, without keeping that text.

    Raises:
        UnicodeDecodeError: there is none.

    >>> codec_of("Münster".encode(), "cp1252"), codec_of("Münster".encode("cp1252"), "cp1252")
    ('utf-8', 'cp1252')
    """
    marked = next((codec for mark, codec in _MARKS if data.startswith(mark)), None)
    for codec in (marked,) if marked else ("utf-8", fallback):
        if _is_text(data, codec):
            return codec
    data.decode(marked or fallback)  # raises, and says where
    return marked or fallback


def _is_text(data: bytes, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for start in range(0, len(data), _CHUNK_BYTES):
            decoder.decode(data[start : start + _CHUNK_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


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


def implied_reader(decimals: int) -> Callable[[str], Decimal]:
    """Return a function that reads numbers whose last digits are decimals, without a sign for it.

    Zeros behind the second decimal say nothing here and are left out.

    >>> implied_reader(2)("0000012345-"), implied_reader(4)("12500"), implied_reader(4)("12345")
    (Decimal('-123.45'), Decimal('1.25'), Decimal('1.2345'))
    """
    whole = number_reader("\0")

    def read(text: str) -> Decimal:
        try:
            value = whole(text).scaleb(-decimals)
        except ValueError:
            raise ValueError(f"is not a number of digits, {decimals} of them decimals") from None
        short = value.quantize(Decimal("0.01")) if decimals > 2 else value
        return short if short == value else value

    return read


def date_reader(pattern: str) -> Callable[[str], date]:
    """Return a function that reads dates written like `pattern`, e.g. `DD.MM.YYYY`.

    A year of two digits, YY, is of this century. A time (`hh:mm:ss`) is read over.

    Raises:
        ValueError: the pattern does not hold each of YYYY or YY, MM and DD once.

    >>> date_reader("DD.MM.YYYY")("1.12.2026")
    datetime.date(2026, 12, 1)
    >>> date_reader("YYYYMMDD")("20261301")
    Traceback (most recent call last):
    ValueError: is not a date as in YYYYMMDD
    """
    words = _WORD.split(pattern)
    if sorted(word[:2] for word in words[1::2] if word.isupper()) != ["DD", "MM", "YY"]:
        raise ValueError(f"date pattern `{pattern}` must hold YYYY, MM and DD once each")
    signs = words[2:-1:2]
    shape = "".join(_DATE_WORDS.get(word) or re.escape(word) for word in words)
    matcher = re.compile(shape if all(signs) else shape.replace("{1,2}", "{2}"))

    def read(text: str) -> date:
        found = matcher.fullmatch(text)
        try:
            if found is not None:
                year = int(found["y"])
                century = 2000 if len(found["y"]) == 2 else 0
                return date(century + year, int(found["m"]), int(found["d"]))
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
