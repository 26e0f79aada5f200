"""What EXTENDED-CTC-FR adds to UBL: lines within lines, as references to the invoice itself."""

from typing import Any, Final

from formats.binding.conditions import text_at
from formats.binding.rows import Leaf, Nest, When, Where
from formats.binding.trail import Page, Trail, Values, reach
from formats.xml.names import Element, tag

_PART: Final = ("extensions", "fr", "part")
_NUMBER: Final = (tag("cac:InvoiceDocumentReference"), tag("cbc:ID"))


class _OwnNumber:
    """BT-1 again, in a reference of the invoice to itself."""

    when: When | None = None
    once = True
    name = "cbc:ID"

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Pass by: it is what the invoice has said already."""

    def write(self, group: Any, page: Page) -> bool:
        """Write the number that the invoice has."""
        del group
        page.leaf(self.name, page.document.number or "")
        return False


def _is_own(reference: Element, trail: Trail) -> bool:
    number = trail.document.get("number")
    return number is not None and text_at(reference, _NUMBER) == number


def _is_part(line: Any) -> bool:
    return reach(line, _PART) is not None


LINE_PART: Final = Where(
    _is_part,
    Nest(
        "cac:BillingReference",
        Nest(
            "cac:InvoiceDocumentReference",
            _OwnNumber(),
            Leaf("cbc:DocumentStatusCode", "extensions.fr.part.status"),
            always=True,
        ),
        Nest("cac:BillingReferenceLine", Leaf("cbc:ID", "extensions.fr.part.inside")),
        opens="extensions.fr.part",
        when=_is_own,
    ),
)
