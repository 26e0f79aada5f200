"""Germany: what XRechnung's extension has beyond EN 16931. Each field names its BT-DEX number."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from formats.model.group import Group


class ThirdPartyPayment(Group, frozen=True, kw_only=True):
    """BG-DEX-09: what is paid along with the invoice and passed on to somebody else."""

    kind: str | None = None
    """BT-DEX-001."""
    amount: Decimal | None = None
    """BT-DEX-002."""
    description: str | None = None
    """BT-DEX-003."""


class SubLine(Group, frozen=True, kw_only=True):
    """BG-DEX-01: a part of a line, or of another part before it."""

    id: str | None = None
    inside: str | None = None
    """`id` of the part that this one is a part of; None: of the line itself."""
    note: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    net: Decimal | None = None
    name: str | None = None
    description: str | None = None
    vat_category: str | None = None
    vat_rate: Decimal | None = None
    price: Decimal | None = None
    base_quantity: Decimal | None = None
    base_unit: str | None = None


class Germany(Group, frozen=True, kw_only=True):
    """What belongs to the whole document."""

    third_party_payments: tuple[ThirdPartyPayment, ...] = ()


class GermanLine(Group, frozen=True, kw_only=True):
    """What belongs to one line."""

    sub_lines: tuple[SubLine, ...] = ()
    """As they are read from top to bottom: a part, its own parts, the next part."""


def depths(sub_lines: Iterable[SubLine]) -> Iterator[int]:
    """Yield how deep each part stands: 1 for a part of the line itself.

    >>> list(depths([SubLine(id="A"), SubLine(id="A1", inside="A"), SubLine(id="B")]))
    [1, 2, 1]
    """
    around: list[str | None] = []
    for sub_line in sub_lines:
        while around and (sub_line.inside is None or around[-1] != sub_line.inside):
            around.pop()
        around.append(sub_line.id)
        yield len(around)
