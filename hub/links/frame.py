"""The frame of the pages that recipients see: no scripts, nothing from elsewhere, their words."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

FALLBACK = "en"
LANGUAGES = frozenset({"de", "en", "fr", "it", "nl"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of several things to choose from; the form says `choice`."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands on it.

    Attributes:
        choose: what the options are for.
        question: what is asked, or nothing; `why` says why, `wrong` that the answer was none.
        kind: of what is asked, so that telephones offer the right keys.
        required: whether the browser insists on an answer.
        answer: that was given before.
        button: of the form; without it there is none.
    """

    language: str
    title: str
    lines: tuple[str, ...]
    choose: str = ""
    options: tuple[Option, ...] = ()
    question: str = ""
    kind: Literal["text", "email"] = "text"
    required: bool = True
    answer: str = ""
    why: str = ""
    wrong: str = ""
    button: str = ""
    note: str = ""


def written(page: Page) -> bytes:
    """Return a page as HTML."""
    return _template().render(page=page, style=Markup(_file("page.css"))).encode()  # noqa: S704


def spoken(wished: str) -> str:
    """Return the language of the pages for who wishes this one, or these in this order.

    >>> spoken("de-AT"), spoken("fi, nl;q=0.8, en;q=0.5"), spoken("")
    ('de', 'nl', 'en')
    """
    for one in wished.split(","):
        primary = one.partition(";")[0].strip().partition("-")[0].lower()
        if primary in LANGUAGES:
            return primary
    return FALLBACK


def style_source() -> str:
    """Return how a Content-Security-Policy names the style that the pages carry."""
    return f"'sha256-{b64encode(hashlib.sha256(_file('page.css').encode()).digest()).decode()}'"


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(_file("page.html"))


@cache
def _file(name: str) -> str:
    return resources.files("hub.links").joinpath(name).read_text("utf-8")
