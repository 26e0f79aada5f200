"""BR-*-08, BR-*-09, BR-*-10: taxable amount, tax and exemption reason of each VAT category."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from formats.model import ZERO
from formats.rules.amounts import row_tax
from formats.rules.categories import EACH_SHARE, NAMES, Share
from formats.rules.engine import Rule
from formats.rules.totals import ONE


def exact_taxable(share: Share) -> bool:
    """Whether BT-116 is to the last decimal what the category adds up to."""
    return share.has_lines and share.row.taxable == share.of_category


def near_taxable_at_rate(share: Share) -> bool | None:
    """Whether BT-116 is less than one unit away from what category and rate add up to."""
    if share.row.rate is None:
        return None
    return share.of_rate is not None and _near(share.row.taxable, share.of_rate)


def near_taxable_at_rate_with_lines(share: Share) -> bool | None:
    """Do the same for an invoice that must have lines, but none of this category and rate."""
    if share.row.rate is None:
        return None
    return share.has_lines and _near(share.row.taxable, share.of_rate or ZERO)


def _near(given: Decimal | None, computed: Decimal) -> bool:
    return given is not None and given - ONE < computed < given + ONE


def near_tax(share: Share) -> bool:
    """Whether BT-117 is less than one unit away from taxable amount times rate, sign aside."""
    computed, given = row_tax(share.row), share.row.tax
    if computed is None or given is None:
        return False
    return abs(given) - ONE < computed < abs(given) + ONE


def _taxable(
    ids: Mapping[str, str],
    holds: Callable[[Share], bool | None],
    expected: Callable[[Share], Decimal | None],
) -> tuple[Rule, ...]:
    return tuple(
        EACH_SHARE[category](
            rule,
            "BT-116",
            f"the taxable amount of category {category} ({NAMES[category]}) is the sum of its lines"
            " plus charges minus allowances",
            holds,
            at="taxable",
            expected=expected,
            fix="correct the VAT breakdown, or category and rate of lines, allowances and charges",
        )
        for rule, category in ids.items()
    )


def _no_tax(ids: Mapping[str, str]) -> tuple[Rule, ...]:
    return tuple(
        EACH_SHARE[category](
            rule,
            "BT-117",
            f"the VAT of category {category} ({NAMES[category]}) is zero",
            lambda share: share.row.tax is not None and share.row.tax == 0,
            at="tax",
            fix="send the tax amount 0.00, or category S where VAT is charged",
        )
        for rule, category in ids.items()
    )


def _computed_tax(ids: Mapping[str, str]) -> tuple[Rule, ...]:
    return tuple(
        EACH_SHARE[category](
            rule,
            "BT-117",
            f"the VAT of category {category} ({NAMES[category]}) is taxable amount times rate",
            near_tax,
            at="tax",
            expected=lambda share: row_tax(share.row),
            fix="compute the tax amount of the VAT breakdown from taxable amount and rate",
        )
        for rule, category in ids.items()
    )


def _reason(ids: Mapping[str, str], *, demanded: bool) -> tuple[Rule, ...]:
    has = "says why no VAT is charged" if demanded else "has no exemption reason"
    fix = (
        "send an exemption reason (BT-120) or its VATEX code (BT-121)"
        if demanded
        else "leave out exemption reason and code, or use the category that needs them"
    )
    return tuple(
        EACH_SHARE[category](
            rule,
            "BT-120",
            f"the VAT breakdown of category {category} ({NAMES[category]}) {has}",
            lambda share: (
                (share.row.exemption_reason is not None or share.row.exemption_code is not None)
                is demanded
            ),
            at="exemption_reason",
            fix=fix,
        )
        for rule, category in ids.items()
    )


RULES: tuple[Rule, ...] = (
    *_taxable(
        {
            "BR-Z-08": "Z",
            "BR-E-08": "E",
            "BR-AE-08": "AE",
            "BR-IC-08": "K",
            "BR-G-08": "G",
            "BR-O-08": "O",
        },
        exact_taxable,
        lambda share: share.of_category,
    ),
    *_taxable({"BR-S-08": "S"}, near_taxable_at_rate, lambda share: share.of_rate),
    *_taxable(
        {"BR-AF-08": "L", "BR-AG-08": "M"},
        near_taxable_at_rate_with_lines,
        lambda share: share.of_rate,
    ),
    *_no_tax(
        {
            "BR-Z-09": "Z",
            "BR-E-09": "E",
            "BR-AE-09": "AE",
            "BR-IC-09": "K",
            "BR-G-09": "G",
            "BR-O-09": "O",
        }
    ),
    *_computed_tax({"BR-S-09": "S", "BR-AF-09": "L", "BR-AG-09": "M"}),
    *_reason(
        {"BR-E-10": "E", "BR-AE-10": "AE", "BR-IC-10": "K", "BR-G-10": "G", "BR-O-10": "O"},
        demanded=True,
    ),
    *_reason({"BR-S-10": "S", "BR-Z-10": "Z", "BR-AF-10": "L", "BR-AG-10": "M"}, demanded=False),
)
