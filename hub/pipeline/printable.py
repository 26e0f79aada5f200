"""A letter made fit to print, in a bounded child: as it is, moved, or behind an address sheet."""

from datetime import date

import msgspec

from formats.letter.cover_page import cover_page
from outbound.print_mail.preflight import Fitted, Unfit, fit, fit_covered
from outbound.print_mail.stationery import Stationery

STYLES = {
    "din5008-a": "din5008a",
    "din5008-b": "din5008",
    "nf-right": "nf",
    "c4-left": "din5008",
}
"""Window of an envelope to the style sheet that sets an address into it."""


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """What an address sheet says besides the address.

    Attributes:
        return_line: of the sender, in small letters above it.
        created: date of the PDF's metadata.
    """

    return_line: str
    language: str
    created: date


def printable(
    data: bytes, address_lines: tuple[str, ...], stationery: Stationery, cover: Cover
) -> Fitted | Unfit:
    """Look at a letter and mend it as far as that goes. Runs in a child."""
    found = fit(data, address_lines, stationery)
    if isinstance(found, Fitted) or not (found.coverable and address_lines):
        return found
    sheet = cover_page(
        address_lines,
        window=STYLES[stationery.window],
        return_line=cover.return_line,
        language=cover.language,
        created=cover.created,
    )
    behind = fit_covered(data, sheet, address_lines, stationery)
    return behind if isinstance(behind, Fitted) else found
