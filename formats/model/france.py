"""France: what EXTENDED-CTC-FR and Factur-X EXTENDED have beyond EN 16931."""

from decimal import Decimal

from formats.model.group import Group


class LinePart(Group, frozen=True, kw_only=True):
    """A line's place among lines that stand for others, or are parts of them."""

    inside: str | None = None
    """EXT-FR-FE-162, `id` of the line that this one is a part of."""
    status: str | None = None
    """EXT-FR-FE-163: DETAIL, GROUP or INFORMATION; only the first is charged."""


class FrenchLine(Group, frozen=True, kw_only=True):
    """What belongs to one line."""

    part: LinePart | None = None
    exemption_reason: str | None = None
    """As BT-120 says it, where one invoice has several reasons."""
    exemption_code: str | None = None
    """As BT-121 says it."""


class LogisticsCharge(Group, frozen=True, kw_only=True):
    """BG-X-42: a charge for freight and the like, which CII tells from other charges."""

    amount: Decimal | None = None
    reason: str | None = None
    vat_category: str | None = None
    vat_rate: Decimal | None = None


class France(Group, frozen=True, kw_only=True):
    """What belongs to the whole document."""

    logistics_charges: tuple[LogisticsCharge, ...] = ()
    """Part of BT-108."""
