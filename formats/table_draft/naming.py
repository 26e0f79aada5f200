"""What a header means, by the words that people call the fields of an invoice."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SIGNS = re.compile(r"[^a-z0-9%]+")
_LOWER_UPPER = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
SURE, LIKELY, POSSIBLE = 90, 70, 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One thing a header may mean.

    Attributes:
        room: table of the vocabulary: `invoice`, `amounts`, `party`, `line`.
        word: field in it: `issue_date`, `net`.
        party: `buyer` or `seller`, if it says; `buyer` is supposed.
        level: `line` or `invoice`, if it says; empty else.
        score: percent.
        why: in words.
        bare: it says a party and nothing else.
    """

    room: str
    word: str
    party: str
    level: str
    score: int
    why: str
    bare: bool = False


def plain(text: str) -> str:
    """Return a header's words without case, accents and signs.

    >>> plain("Rechnungs-Nr."), plain("USt-IdNr"), plain("Fällig am"), plain("UnitPrice")
    ('rechnungs nr', 'ust id nr', 'faellig am', 'unit price')
    """
    parted = _LOWER_UPPER.sub(" ", text).lower().translate(_UMLAUTS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", parted) if not unicodedata.combining(c))
    return _SIGNS.sub(" ", bare).strip()


def vocabulary() -> dict[str, Any]:
    """Return the tables of vocabulary.toml."""
    return _vocabulary()


def meanings(header: str) -> list[Meaning]:
    """Return what a header may mean, the likeliest first.

    >>> [(each.room, each.word, each.score) for each in meanings("Rechnungs-Nr.")][:1]
    [('invoice', 'number', 90)]
    >>> [(each.word, each.party) for each in meanings("Lieferant PLZ")][:1]
    [('address.post_code', 'seller')]
    """
    found = sorted(_meanings(plain(header)), key=lambda each: -each.score)
    best: dict[tuple[str, str, str], Meaning] = {}
    for each in found:
        best.setdefault((each.room, each.word, each.party), each)
    return list(best.values())


def code_of(table: str, text: str) -> str | None:
    """Return the code that a sender's word for a type or a unit means.

    >>> code_of("units", "Stk."), code_of("types", "Gutschrift"), code_of("units", "Sack")
    ('H87', '381', None)
    """
    bare = plain(text).replace(" ", "")
    for code, words in _vocabulary()[table].items():
        if bare in {word.replace(" ", "") for word in words}:
            return str(code)
    return None


def _meanings(said: str) -> Iterator[Meaning]:
    words = said.split()
    party = _said("parties", words)
    level = _said("levels", words)
    shorter = " ".join(w for w in words if w not in {*_words("parties"), *_words("levels")})
    for room in ("invoice", "amounts", "party", "line"):
        for field, synonyms in _vocabulary()[room].items():
            parted = bool(party if room == "party" else level)
            more = _vocabulary()["beside_party"].get(field, ()) if room == "party" and party else ()
            score, called = _score(said, shorter, words, [*synonyms, *more], parted=parted)
            if score:
                yield Meaning(
                    room=room,
                    word=field,
                    party=(party or "buyer") if room == "party" else "",
                    level=level,
                    score=score,
                    why=f"its header says `{called or party}`",
                    bare=called == "",
                )


def _score(
    said: str, shorter: str, words: list[str], synonyms: list[str], *, parted: bool
) -> tuple[int, str]:
    """Return how well a header fits synonyms, and which."""
    tight = said.replace(" ", "")
    best = (0, "")
    for synonym in synonyms:
        bare = synonym.replace(" ", "")
        if bare and bare == tight:
            return SURE, synonym
        if parted and bare == shorter.replace(" ", ""):
            best = max(best, (LIKELY + 10, synonym))
        elif bare and len(synonym.split()) <= len(words) and set(synonym.split()) <= set(words):
            best = max(best, (POSSIBLE + min(20, 4 * len(bare)) // (len(words)), synonym))
        elif len(bare) > 4 and (tight.startswith(bare) or tight.endswith(bare)):
            best = max(best, (POSSIBLE, synonym))
    return best


def _said(table: str, words: list[str]) -> str:
    for name, synonyms in _vocabulary()[table].items():
        if any(word in synonyms for word in words):
            return str(name)
    return ""


def _words(table: str) -> set[str]:
    return {word for synonyms in _vocabulary()[table].values() for word in synonyms}


@cache
def _vocabulary() -> dict[str, Any]:
    text = files("formats.table_draft").joinpath("vocabulary.toml").read_text("utf-8")
    return tomllib.loads(text)
