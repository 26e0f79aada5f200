"""An address sheet: what lies before a letter that does not show its address in the window."""

from dataclasses import dataclass
from datetime import date

from formats.letter.heading import window_size

WINDOWS = ("din5008", "din5008a", "nf")
"""Style sheets that place the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverPage:
    """All that `cover.html` prints."""

    language: str
    title: str
    created: date
    return_line: str
    window: tuple[str, ...]
    size: str


def cover_page(
    address_lines: tuple[str, ...],
    *,
    window: str,
    return_line: str,
    language: str,
    created: date,
) -> bytes:
    """Return the sheet as PDF/A-3b; the same arguments give the same bytes.

    `window` is one of WINDOWS.
    """
    from formats.letter.typeset import typeset  # noqa: PLC0415  # a second, once a process

    page = CoverPage(
        language=language,
        title=address_lines[0],
        created=created,
        return_line=return_line,
        window=address_lines,
        size=window_size(address_lines),
    )
    return typeset("cover.html", window, page)
