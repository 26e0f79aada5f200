"""The page behind a link, without scripts and without anything personal before the click.

It says who sends, what, and until when it lies here; where something is asked, not even the number.
Amounts, addresses and the recipient's name stand in the document alone.
"""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources

from formats.letter.wording import wording
from hub.links.frame import Page, spoken, written
from hub.store.links import Link

_MEDIA = {"application/pdf": "PDF", "application/xml": "XML"}
_KINDS = frozenset({"invoice", "credit_note", "reminder", "statement"})


def landing(link: Link, *, wrong: bool = False) -> bytes:
    """Return the page that offers a document; `wrong` if what was asked was answered amiss."""
    language = spoken(link.language)
    words, figures = _words()[language], wording(language)
    kind = words[link.kind] if link.kind in _KINDS else words["invoice"]
    facts = words["file"].format(
        media=_MEDIA.get(link.media_type, link.file_name),
        size=_size(link.size_bytes, language),
        day=figures.day(link.expires_at.date()),
    )
    return written(
        Page(
            language=language,
            title=kind if link.asks else f"{kind} {link.number}",
            lines=(words["from"].format(seller=link.seller), facts),
            question=words[link.asks] if link.asks else "",
            why=words["why"],
            wrong=words["wrong"] if wrong else "",
            button=words["button"],
            note=words["note"],
        )
    )


def gone(language: str) -> bytes:
    """Return the one page for a link that has ended, was withdrawn, or never was."""
    return _notice("gone", language)


def busy(language: str) -> bytes:
    """Return the page for who has to wait."""
    return _notice("busy", language)


def _notice(name: str, language: str) -> bytes:
    found = spoken(language)
    words = _words()[found]
    return written(Page(language=found, title=words[name], lines=(words[f"{name}_text"],)))


def _size(size_bytes: int, language: str) -> str:
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} kB"
    tenths = Decimal(round(size_bytes / 100_000)) / 10
    return f"{wording(language).number(tenths, places=1)} MB"


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(resources.files("hub.links").joinpath("words.toml").read_text("utf-8"))
