"""Invoice to Factur-X; the page is the ERP's own where there is one."""

from functools import partial

from msgspec.structs import replace

from formats.cii.write import write_cii
from formats.codec import Material, Writer
from formats.facturx.levels import BASIC, BASIC_WL, EN_16931, EXTENDED, MINIMUM, Level
from formats.facturx.overlay import overlay
from formats.facturx.room import narrowed
from formats.letter.write import FRENCH_WINDOW, write_letter
from formats.model import Document, DocumentKind, Invoice
from formats.pdf.source import MEDIA_TYPE


def write_facturx(document: Document, material: Material, *, level: Level) -> bytes:
    """Return PDF/A-3 with the invoice embedded; the same input gives the same bytes.

    Raises:
        Unreadable: the ERP's PDF cannot be made PDF/A-3; the finding says what stands against it.
        NoRoom: the profile cannot state an amount of the invoice.
    """
    from formats.pdf.archival import to_pdfa3  # noqa: PLC0415  # half a second, once a process

    assert isinstance(document, Invoice), "the writer's kinds say so"
    carried = narrowed(document, level)
    xml = write_cii(carried, specification=level.specification)
    page = material.source_pdf or write_letter(document, material, window=_window(document))
    base = to_pdfa3(page, created=material.created)
    return overlay(base, xml, level=level, created=material.created)


def _window(invoice: Invoice) -> str:
    address = invoice.buyer.address if invoice.buyer else None
    return FRENCH_WINDOW if address and address.country == "FR" else "din5008"


def dressed(document: Document, *, level: Level) -> Document:
    """Return the invoice as the level states it; an amount without room is left to `write`."""
    assert isinstance(document, Invoice), "the writer's kinds say so"
    narrow = narrowed(document, level, strict=False)
    return replace(narrow, specification=level.specification)


RULES = {
    MINIMUM: ("facturx-minimum",),
    BASIC_WL: ("facturx-basicwl",),
    BASIC: ("facturx-basic",),
    EN_16931: ("facturx-en16931",),
    EXTENDED: ("en16931-cii", "facturx-extended"),
}
"""EXTENDED replaces sums of the core by ones with tolerance; we write none that need it."""

WRITERS = tuple(
    Writer(
        name=f"facturx-{level.key}",
        media_type=MEDIA_TYPE,
        suffix=".pdf",
        kinds=frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}),
        write=partial(write_facturx, level=level),
        rules=rules,
        dress=partial(dressed, level=level),
    )
    for level, rules in RULES.items()
)
