"""Text made so that it is found: without case and accents, and taken apart into words."""

import re
import unicodedata

TRIGRAM = 3
_TRIGRAMS_MAX = 32
_BETWEEN = re.compile(r"[\W_]+")
_SPACED = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})
_ASKED = re.compile(r'"([^"]*)"?|([^\s"]+)')
_PLAIN = dict(
    zip(
        "łøđðħŧþæœıŋĸƀǥɨƶ",
        ("l", "o", "d", "d", "h", "t", "th", "ae", "oe", "i", "n", *"kbgiz"),
        strict=True,
    )
)
"""Letters with strokes and joined ones, which Unicode takes for letters of their own."""
_MARKS = re.compile("[\u0300-\u036f]+")
_BEYOND_MARKS = re.compile("[^\x00-\x7f\u0300-\u036f]")
_BEYOND_LATIN = re.compile(f"[^\x00-\u02ff]|[{''.join(_PLAIN)}]")
_WITHOUT_SPACES = re.compile(
    "([\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    "|[\U00020000-\U0003fffd])"
)
"""Thai, Lao, Burmese, Khmer, kana and Han, which are written without spaces."""


def folded(text: str) -> str:
    """Take case, accents and strokes away.

    >>> folded("Société Générale ÉNERGIE, Łódź, Ærøskøbing, Straße")
    'societe generale energie, lodz, aeroskobing, strasse'
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    if not _BEYOND_MARKS.search(apart):
        return apart.encode("ascii", "ignore").decode()
    return _BEYOND_LATIN.sub(_plain, _MARKS.sub("", apart))


def _plain(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else _PLAIN.get(found[0], found[0])


def words(text: str) -> str:
    """Return the words of a text, folded, with single spaces between them.

    Letters of scripts that part no words count as words.

    >>> words("株式会社 Müller, Art.-Nr. 4711/B")
    '株 式 会 社 muller art nr 4711 b'
    """
    plain = folded(text)
    if plain.isascii():
        return " ".join(plain.translate(_SPACED).split())
    plain = _WITHOUT_SPACES.sub(r" \1 ", plain)
    return " ".join(word for word in _BETWEEN.split(plain) if word)


def phrases(asked: str) -> list[tuple[str, bool]]:
    """Take what a full text search asks for apart into phrases, and whether each is a beginning.

    >>> phrases('Rücksendung "zwei Paletten" Kran*')
    [('rucksendung', False), ('zwei paletten', False), ('kran', True)]

    Raises:
        ValueError: there is no word in it.
    """
    found = [
        (phrase, plain.endswith("*"))
        for quoted, plain in _ASKED.findall(asked)
        if (phrase := words(quoted or plain))
    ]
    if not found:
        raise ValueError(f"{asked[:50]!r} has no word in it that could be searched for")
    return found


def trigrams(fragment: str) -> list[str]:
    """Return pieces of three characters that a text with this folded fragment must have.

    >>> trigrams("r-20")
    ['-20', 'r-2']
    """
    found = {fragment[at : at + TRIGRAM] for at in range(len(fragment) - TRIGRAM + 1)}
    return sorted(found)[:_TRIGRAMS_MAX]
