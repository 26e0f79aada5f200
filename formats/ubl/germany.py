"""What XRechnung's extension adds to UBL: sub invoice lines and third party payments."""

from typing import Any, Final

from formats.binding.kinds import DECIMAL
from formats.binding.lists import Many
from formats.binding.rows import Amount, Fixed, Leaf, Nest, Table, When
from formats.binding.trail import Page, Trail, Values, reach
from formats.model.germany import depths
from formats.xml.names import Element

_PATH: Final = ("extensions", "de", "sub_lines")
_INNER: Final = " inner lines"
"""Where a sub line's own sub lines wait to be read; no field has such a name."""


class _Inner:
    """Sub lines inside a sub line, put aside: files may nest them deeper than calls can."""

    when: When | None = None
    once = False

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Put it aside."""
        del path
        trail.number(element)
        values.setdefault(_INNER, []).append(element)

    def write(self, group: Any, page: Page) -> bool:
        """Write nothing: sub lines are one list, each knows which it is inside of."""
        del group, page
        return False


class SubLines:
    """BG-DEX-01: elements inside each other, in the model one list from top to bottom."""

    when: When | None = None
    once = False

    def __init__(self, name: str, quantity: str) -> None:
        """Bind them by the names that an Invoice or a CreditNote has for sub line and quantity."""
        self.name = name
        self._table = Table(
            Leaf("cbc:ID", "id"),
            Leaf("cbc:Note", "note"),
            Leaf(quantity, "quantity", DECIMAL, attributes={"unitCode": "unit"}),
            Amount("cbc:LineExtensionAmount", "net"),
            Nest(
                "cac:Item",
                Leaf("cbc:Description", "description"),
                Leaf("cbc:Name", "name"),
                Nest(
                    "cac:ClassifiedTaxCategory",
                    Leaf("cbc:ID", "vat_category"),
                    Leaf("cbc:Percent", "vat_rate", DECIMAL),
                    Fixed("cac:TaxScheme/cbc:ID", "VAT"),
                ),
            ),
            Nest(
                "cac:Price",
                Amount("cbc:PriceAmount", "price"),
                Leaf(
                    "cbc:BaseQuantity",
                    "base_quantity",
                    DECIMAL,
                    attributes={"unitCode": "base_unit"},
                ),
            ),
            _Inner(name),
        )

    def read(self, element: Element, values: Values, path: str, trail: Trail) -> None:
        """Add the sub line, then those inside it."""
        german = values.setdefault("extensions", {}).setdefault("de", {})
        items: list[Values] = german.setdefault("sub_lines", [])
        trail.number(element)
        waiting: list[tuple[Element, str | None]] = [(element, None)]
        while waiting:
            element, inside = waiting.pop()
            here = f"{path}{'.'.join(_PATH)}[{len(items)}]"
            item: Values = {} if inside is None else {"inside": inside}
            items.append(item)
            trail.took(here, element)
            self._table.read(element, item, f"{here}.", trail)
            inner = item.pop(_INNER, ())
            waiting.extend((child, item.get("id")) for child in reversed(inner))

    def write(self, group: Any, page: Page) -> bool:
        """Write them, each inside the one it is a part of."""
        sub_lines = reach(group, _PATH) or ()
        opened = 0
        for sub_line, depth in zip(sub_lines, depths(sub_lines), strict=True):
            while opened >= depth:
                page.close(self.name)
                opened -= 1
            page.open(self.name)
            opened += 1
            self._table.write(sub_line, page)
        for _ in range(opened):
            page.close(self.name)
        return bool(sub_lines)


THIRD_PARTY_PAYMENTS: Final = Many(
    "extensions.de.third_party_payments",
    Nest(
        "cac:PrepaidPayment",
        Leaf("cbc:ID", "kind"),
        Amount("cbc:PaidAmount", "amount"),
        Leaf("cbc:InstructionID", "description"),
        always=True,
    ),
)
"""BG-DEX-09, in an Invoice only."""
