"""Templates of the auditor's pages and the words on them, in the language of the reader."""

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any, Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment
from markupsafe import Markup

from hub.auditor.reader import Reader
from hub.console.frame import file_of, templates
from hub.console.pages import count, instant, size

STATIC: Final[Mapping[str, str]] = {
    "auditor.css": "text/css",
    "auditor.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
"""Our own files beside the pages, with their media types."""

FALLBACK: Final = "en"
_THIN: Final = "\N{NARROW NO-BREAK SPACE}"
_DECIMAL: Final[Mapping[str, str]] = {"en": ".", "de": ",", "fr": ","}


def page(
    template: str,
    reader: Reader | None,
    *,
    status: int = 200,
    language: str = "",
    base: str = "",
    **values: Any,
) -> HTMLResponse:
    """Return a page; what comes from outside is escaped, whatever it is."""
    spoken = reader.language if reader else language or FALLBACK
    shown = _PAGES.get_template(template).render(
        reader=reader,
        base=reader.base if reader else base,
        language=spoken,
        w=words(spoken),
        money=lambda amount, currency="": money(amount, currency, spoken),
        **values,
    )
    return HTMLResponse(shown.encode(errors="replace"), status)


def words(language: str) -> Mapping[str, Any]:
    """Return the words of a language; of one that is not spoken here, the English ones."""
    known = _words()
    return known.get(language, known[FALLBACK])


def languages() -> Mapping[str, str]:
    """Return the languages that are spoken here, each with its own name for itself."""
    return {code: known["own_language"] for code, known in _words().items()}


def spoken_of(wished: str) -> str:
    """Return the language for who wishes these in this order, as browsers say it.

    >>> spoken_of("da, de-AT;q=0.8, en;q=0.5"), spoken_of("fr-BE"), spoken_of("")
    ('de', 'fr', 'en')
    """
    for one in wished[:200].split(","):
        primary = one.partition(";")[0].strip().partition("-")[0].lower()
        if primary in _words():
            return primary
    return FALLBACK


def money(amount: str | Decimal, currency: str = "", language: str = FALLBACK) -> str:
    """Return an amount in groups of three digits, as the language writes it.

    >>> money("1234567.80", "EUR", "de").replace(_THIN, "_")
    '1_234_567,80 EUR'
    >>> money("", "EUR"), money("12 or so")
    ('', '12 or so')
    """
    try:
        written = f"{Decimal(amount):,f}".replace(",", _THIN)
        written = written.replace(".", _DECIMAL.get(language, "."))
    except InvalidOperation:
        written = str(amount)
    return f"{written} {currency}".strip() if written else ""


def exact(at: datetime) -> Markup:
    """Return an instant to the second, in UTC, for a protocol."""
    utc = at.astimezone(UTC)
    return Markup('<time datetime="{:%Y-%m-%dT%H:%M:%SZ}">{:%Y-%m-%d %H:%M:%S}</time>').format(
        utc, utc
    )


def static(name: str) -> bytes:
    """Return one of the files of STATIC."""
    return file_of("hub.auditor", name)


@cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files("hub.auditor").joinpath("words.toml").read_text("utf-8")
    return tomllib.loads(text)


def _day(value: date) -> str:
    return value.isoformat()


def _environment() -> Environment:
    made = templates("hub.auditor")
    made.filters |= {
        "instant": instant,
        "exact": exact,
        "count": count,
        "size": size,
        "day": _day,
    }
    made.globals |= {
        "languages": languages(),
        "version": hashlib.sha256(b"".join(map(static, STATIC))).hexdigest()[:12],
    }
    return made


_PAGES = _environment()
