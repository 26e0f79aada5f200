"""The page behind a link, without scripts and without anything personal before the click.

It says who sends, what, and until when it lies here; where something is asked, not even the number.
Amounts, addresses and the recipient's name stand in the document alone.
"""

import hashlib
import tomllib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from formats.letter.wording import wording
from hub.store.links import Link

FALLBACK = "en"
_MEDIA = {"application/pdf": "PDF", "application/xml": "XML"}
_KINDS = frozenset({"invoice", "credit_note", "reminder", "statement"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands on it.

    Attributes:
        question: what is asked, or nothing; `why` says why, `wrong` that the answer was none.
        button: of the form; without it there is none.
    """

    language: str
    title: str
    lines: tuple[str, ...]
    question: str = ""
    why: str = ""
    wrong: str = ""
    button: str = ""
    note: str = ""


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
    return _written(
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


def spoken(wished: str) -> str:
    """Return the language of the pages for who wishes this one, or these in this order.

    >>> spoken("de-AT"), spoken("fi, nl;q=0.8, en;q=0.5"), spoken("")
    ('de', 'nl', 'en')
    """
    for one in wished.split(","):
        primary = one.partition(";")[0].strip().partition("-")[0].lower()
        if primary in _words():
            return primary
    return FALLBACK


def style_source() -> str:
    """Return how a Content-Security-Policy names the style that the pages carry."""
    return f"'sha256-{b64encode(hashlib.sha256(_file('page.css').encode()).digest()).decode()}'"


def _notice(name: str, language: str) -> bytes:
    found = spoken(language)
    words = _words()[found]
    return _written(Page(language=found, title=words[name], lines=(words[f"{name}_text"],)))


def _written(page: Page) -> bytes:
    return _template().render(page=page, style=Markup(_file("page.css"))).encode()  # noqa: S704


def _size(size_bytes: int, language: str) -> str:
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} kB"
    tenths = Decimal(round(size_bytes / 100_000)) / 10
    return f"{wording(language).number(tenths, places=1)} MB"


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(_file("page.html"))


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_file("words.toml"))


@cache
def _file(name: str) -> str:
    return resources.files("hub.links").joinpath(name).read_text("utf-8")
