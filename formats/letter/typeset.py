"""HTML and CSS to PDF/A-3b by WeasyPrint. Importing this takes a second: do it when you must.

What costs is layout, about 7 ms a table row, not fonts. What was measured to help: fixed table
layout with given widths (three times as fast as automatic), style sheets and font configuration
made once a process, one box with line breaks instead of several, no flexbox, pictures as 1-bit PNG.
One document at a time: a joined one is slower and keeps 2.6 MiB a page.
"""

import logging
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from weasyprint import CSS, HTML  # type: ignore[import-untyped]
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # type: ignore[import-untyped]

TEMPLATES = Path(__file__).parents[1] / "templates"

PDF_A = "pdf/a-3b"
NO_GLYPH = "\N{WHITE SQUARE}"

logging.getLogger("weasyprint").addHandler(logging.NullHandler())


class FetchRefused(Exception):
    """A template or a text asks for a file or an address outside the letter."""


class InlineOnly(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
    """Fetches `data:` and nothing else, and stops the rendering on the attempt."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return what `url` holds.

        Raises:
            FatalURLFetchingError: it is not a data URI.
        """
        if not url.lower().startswith("data:"):
            raise FatalURLFetchingError(url.partition(":")[0])
        return super().fetch(url, headers)


def typeset(template: str, window: str, page: Any) -> bytes:
    """Return the PDF/A-3b of `page` in `template`, the address in `window`.

    Args:
        template: name in `formats/templates`.
        window: name of the style sheet that places the address.
        page: what the template calls `page`.

    Raises:
        FetchRefused: something refers to anything but a data URI.
    """
    return printed(_environment().get_template(template).render(page=page), "letter", window)


def printed(html: str, *styles: str) -> bytes:
    """Return the PDF/A-3b of a page, by style sheets of ours besides what it brings itself.

    Raises:
        FetchRefused: it refers to anything but a data URI.
    """
    html = html.encode("utf-8", "replace").decode()  # half a surrogate pair is no character
    pdf, gaps = _printed(html, styles)
    if gaps:  # PDF/A forbids glyphs that are not there
        pdf, _ = _printed(html.translate(dict.fromkeys(gaps, NO_GLYPH)), styles)
    return pdf


def _printed(html: str, styles: tuple[str, ...]) -> tuple[bytes, set[int]]:
    """Return the PDF and the characters for which no installed font has a glyph."""
    sheets, fonts = _styles(styles)
    try:
        document = HTML(string=html, url_fetcher=InlineOnly()).render(fonts, stylesheets=sheets)
        with warnings.catch_warnings(action="ignore", category=ResourceWarning):  # its ICC file
            pdf: bytes = document.write_pdf(pdf_variant=PDF_A, finisher=_without_empty_resources)
    except FatalURLFetchingError as refused:
        message = f"the letter refers to a {refused} address; only data: is fetched"
        raise FetchRefused(message) from refused
    return pdf, {code for font in document.fonts.values() for code in font.missing}


def _without_empty_resources(_document: object, pdf: Any) -> None:
    """Leave out what the page does not use, which the PDF/A check would not pass over."""
    for held in pdf.objects:
        if isinstance(held, dict):
            for key in ("Pattern", "Shading"):
                if key in held and not held[key]:
                    del held[key]


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _styles(names: tuple[str, ...]) -> tuple[tuple[CSS, ...], FontConfiguration]:
    fonts = FontConfiguration()
    sheets = tuple(
        CSS(string=(TEMPLATES / f"{name}.css").read_text("utf-8"), font_config=fonts)
        for name in names
    )
    return sheets, fonts
