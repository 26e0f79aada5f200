"""Invoice to Factur-X; the page is the ERP's own where there is one."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from formats.cii.write import write_cii
from formats.codec import Copy, Material, Writer
from formats.facturx.levels import BASIC, BASIC_WL, EN_16931, EXTENDED, MINIMUM, Level
from formats.facturx.overlay import FILE_NAME, overlay
from formats.facturx.room import narrowed
from formats.facturx.supplements import supplements
from formats.letter.wording import wording
from formats.letter.write import FRENCH_WINDOW, write_letter
from formats.model import Document, DocumentKind, Invoice
from formats.pdf.source import MEDIA_TYPE


def write_facturx(document: Document, material: Material, *, level: Level) -> bytes:
    """Return PDF/A-3 with the invoice embedded; the same input gives the same bytes.

    Attached files for which the profile has no room lie beside the invoice. A copy says so on its
    pages; a courtesy has nothing embedded, as the invoice itself goes another way.

    Raises:
        Unreadable: the ERP's PDF cannot be made PDF/A-3; the finding says what stands against it.
        NoRoom: the profile cannot state an amount of the invoice.
    """
    from formats.pdf.archival import to_pdfa3  # noqa: PLC0415  # half a second, once a process

    assert isinstance(document, Invoice), "the writer's kinds say so"
    carried = narrowed(document, level)
    base = to_pdfa3(_page(document, material), created=material.created)
    if material.copy is Copy.COURTESY:
        return base
    xml = write_cii(carried, specification=level.specification)
    beside = supplements(document, level, taken=FILE_NAME)
    return overlay(base, xml, level=level, created=material.created, beside=beside)


def _page(invoice: Invoice, material: Material) -> bytes:
    """Return the ERP's own page or ours; a copy's is marked."""
    if material.source_pdf is None:
        return write_letter(invoice, material, window=_window(invoice))
    if material.copy is None:
        return material.source_pdf
    from formats.pdf.copy_mark import marked_as_copy  # noqa: PLC0415  # only copies need it

    return marked_as_copy(material.source_pdf, wording(material.language).label("copy"))


def _window(invoice: Invoice) -> str:
    address = invoice.buyer.address if invoice.buyer else None
    return FRENCH_WINDOW if address and address.country == "FR" else "din5008"


def dressed(document: Document, *, level: Level) -> Document:
    """Return the invoice as the level states it; an amount without room is left to `write`."""
    assert isinstance(document, Invoice), "the writer's kinds say so"
    narrow = narrowed(document, level, strict=False)
    return replace(narrow, specification=level.specification)


FORMS: Final[Mapping[str, tuple[Level, tuple[str, ...]]]] = {
    "facturx-minimum": (MINIMUM, ("facturx-minimum",)),
    "facturx-basicwl": (BASIC_WL, ("facturx-basicwl",)),
    "facturx-basic": (BASIC, ("facturx-basic",)),
    "facturx-en16931": (EN_16931, ("facturx-en16931",)),
    "facturx-extended": (EXTENDED, ("facturx-extended",)),
    "fr-ctc-facturx": (EXTENDED, ("facturx-extended", "fr-ctc-cii")),
}
"""Writer to its level and the rules of it.

EXTENDED stands in place of the core, of which it keeps what its lines within lines do not break.
The French reform takes a Factur-X under that BT-24: EXTENDED-CTC-FR is for XML without a page.
"""

WRITERS: Final = tuple(
    Writer(
        name=name,
        media_type=MEDIA_TYPE,
        suffix=".pdf",
        kinds=frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}),
        write=partial(write_facturx, level=level),
        rules=rules,
        dress=partial(dressed, level=level),
    )
    for name, (level, rules) in FORMS.items()
)
