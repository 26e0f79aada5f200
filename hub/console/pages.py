"""Templates and what they all use: how instants, amounts and sizes are written, and a response."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import Query
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment
from markupsafe import Markup

from formats.catalogue import words_of
from formats.model.terms import TERMS
from hub.console import wording
from hub.console.frame import file_of, templates
from hub.console.sheets import SURE, anchor
from hub.console.visitor import Visitor
from hub.console.worth import worth

STATIC: Final[Mapping[str, str]] = {"console.css": "text/css", "icon.svg": "image/svg+xml"}
"""Our own files beside the pages, with their media types."""

PAGE_SIZE: Final = 50
PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]
"""Which page of a list, from 1."""
Count = Annotated[int, Query(ge=-1, le=1_000_000)]
"""How many were done by what was asked before; -1 for nothing was."""

_GROUP = "\N{NARROW NO-BREAK SPACE}"
_PLAIN_TYPES = frozenset({"application/pdf", "application/json", "text/plain", "message/rfc822"})


def page(
    template: str, visitor: Visitor | None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return a page; what comes from outside is escaped, whatever it is."""
    return HTMLResponse(_PAGES.get_template(template).render(visitor=visitor, **values), status)


def download(data: bytes, name: str, media_type: str) -> Response:
    """Return a kept file to be saved, never to be shown: it is not ours.

    The name is a label that a stranger chose; RFC 6266 section 4.3 lets it be written safely.
    """
    known = media_type if media_type in _PLAIN_TYPES else "application/octet-stream"
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox"}
    return Response(data, media_type=known, headers=headers)


def static(name: str) -> bytes:
    """Return one of the files of STATIC."""
    return file_of("hub.console", name)


def instant(at: datetime) -> Markup:
    """Return an instant to the minute, in UTC.

    >>> instant(datetime(2026, 11, 20, 9, 30, 12, tzinfo=UTC))
    Markup('<time datetime="2026-11-20T09:30:12Z">2026-11-20 09:30</time>')
    """
    utc = at.astimezone(UTC)
    return Markup('<time datetime="{:%Y-%m-%dT%H:%M:%SZ}">{:%Y-%m-%d %H:%M}</time>').format(
        utc, utc
    )


def money(amount: str, currency: str) -> str:
    """Return an amount as it stands, in groups of three digits, with its currency.

    >>> money("1234567.80", "EUR").replace(_GROUP, "_")
    '1_234_567.80 EUR'
    >>> money("", "EUR"), money("12 or so", "EUR")
    ('', '12 or so EUR')
    """
    try:
        written = f"{Decimal(amount):,f}".replace(",", _GROUP)
    except InvalidOperation:
        written = amount
    return f"{written} {currency}".strip() if written else ""


def count(number: int) -> str:
    """Return a whole number in groups of three digits.

    >>> count(12345).replace(_GROUP, "_")
    '12_345'
    """
    return f"{number:,}".replace(",", _GROUP)


def size(size_bytes: int) -> str:
    """Return a size in bytes for people.

    >>> size(512), size(1 << 20)
    ('512 bytes', '1.0 MB')
    """
    if size_bytes < 1 << 10:
        return f"{size_bytes} bytes"
    if size_bytes < 1 << 20:
        return f"{size_bytes / (1 << 10):.1f} kB"
    return f"{size_bytes / (1 << 20):.1f} MB"


def term_name(number: str) -> str:
    """Return the name of a business term; empty where it is none.

    >>> term_name("BT-1")
    'Invoice number'
    """
    return TERMS[number].name if number in TERMS else ""


def _environment() -> Environment:
    made = templates("hub.console")
    made.filters |= {
        "instant": instant,
        "count": count,
        "size": size,
        "term_name": term_name,
        "told": wording.told,
        "format_words": words_of,
        "anchor": anchor,
    }
    made.globals |= {
        "money": money,
        "words": wording.words,
        "evidence": wording.evidence,
        "strength": wording.strength,
        "worth": worth,
        "ACTORS": wording.ACTORS,
        "KINDS": wording.KINDS,
        "ROOMS": wording.ROOMS,
        "SURE": SURE,
        "style": hashlib.sha256(static("console.css")).hexdigest()[:12],
    }
    return made


_PAGES = _environment()
