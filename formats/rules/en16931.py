"""EN16931: all rules of the core invoice, stacked from one file a family."""

from formats.rules import amounts, codes, decimals, header, lines, vat, vat_breakdown
from formats.rules.engine import RuleSet
from formats.rules.worksheet import lay_out

UNJUDGED = {
    "BR-CL-03": "amounts have no currency of their own in the model; readers see currencyID",
}

EN16931 = RuleSet(
    key="en16931",
    version="1.3.16",
    source="EN 16931-1:2017, 6.4, as in CEN's validation artefacts for UBL of 2026-03-30",
    lay_out=lay_out,
    rules=(
        *header.RULES,
        *amounts.RULES,
        *lines.RULES,
        *vat.RULES,
        *vat_breakdown.RULES,
        *codes.RULES,
        *decimals.RULES,
    ),
    unjudged=UNJUDGED,
)
