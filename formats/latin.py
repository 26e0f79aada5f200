"""The characters of Latin-1, which is all that FatturaPA has, and what stands for others."""

import unicodedata
from typing import Final

_STANDS_FOR: Final = str.maketrans(
    {
        "€": "EUR",
        "\u2013": "-",
        "\u2014": "-",
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2026": "...",
        "•": "-",
        "™": "(TM)",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "\u0131": "i",
        "œ": "oe",
        "Œ": "OE",
    }
)


def latin(text: str) -> str:
    """Return the text with punctuation and accented letters beyond Latin-1 in plain ones.

    What has no such form stays; `is_latin` tells.

    >>> latin("10 € Żółć"), latin("日本")
    ('10 EUR Zólc', '日本')
    """
    if text.isascii():
        return text
    return "".join(c if c <= "\xff" else _plain(c) for c in text.translate(_STANDS_FOR))


def is_latin(text: str) -> bool:
    """Whether a text is of Basic Latin and the Latin-1 Supplement alone."""
    return text.isascii() or all(character <= "\xff" for character in text)


def ascii_only(text: str) -> str:
    """Return the text with accented letters in plain ones; what has none stays.

    >>> ascii_only("Città ß")
    'Citta ß'
    """
    if text.isascii():
        return text
    return "".join(c if c.isascii() else _plain(c) for c in latin(text))


def _plain(character: str) -> str:
    bare = unicodedata.normalize("NFKD", character)
    kept = "".join(c for c in bare if not unicodedata.combining(c))
    return kept if kept.isascii() and kept else character
