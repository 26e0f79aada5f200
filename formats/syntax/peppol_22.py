"""PEPPOL_UBL_22, SELFBILLING_UBL_22: what only a file shows, as release 3.0.22 of Peppol asks."""

from dataclasses import replace
from typing import Final

from formats.rules import peppol_bis, peppol_bis_22, peppol_sk
from formats.syntax.peppol import PEPPOL_UBL, SELFBILLING_UBL
from formats.syntax.peppol_cardinality import CARDINALITY
from formats.syntax.peppol_types import between_germans, between_slovaks, typed
from formats.syntax.rules import Context, Own, Sheet, SyntaxRule, SyntaxRules, normal
from formats.xml.names import Element


def _misplaced(code: Element, sheet: Sheet) -> bool:
    said = normal(code)
    if said not in peppol_bis_22.GERMAN_ONLY or sheet.once(between_germans, sheet.root):
        return False
    return said != peppol_sk.CORRECTED or not sheet.once(between_slovaks, sheet.root)


OWN: Final = {
    "PEPPOL-EN16931-P0100": typed(
        peppol_bis.PROCESSES, peppol_bis_22.INVOICES, "an invoice", "write a type such as 380"
    ),
    "PEPPOL-EN16931-P0112": Own(
        path=".",
        only=_misplaced,
        sentence=f"the types {', '.join(peppol_bis_22.GERMAN_ONLY)} are for Germans among"
        f" themselves, and {peppol_sk.CORRECTED} for Slovaks as well",
        fix="write another type, e.g. 380",
        term="BT-3",
    ),
}
"""What billing judges otherwise than before."""


def _renewed(context: Context) -> Context:
    if not any(rule.id in OWN for rule in context.rules):
        return context
    return replace(context, rules=tuple(map(_judged_by_own, context.rules)))


def _judged_by_own(rule: SyntaxRule) -> SyntaxRule:
    return replace(rule, own=OWN[rule.id]) if rule.id in OWN else rule


PEPPOL_UBL_22: Final[SyntaxRules] = replace(
    PEPPOL_UBL,
    key="peppol-bis-3.0.22",
    version=peppol_bis_22.VERSION,
    contexts=(*map(_renewed, PEPPOL_UBL.contexts), *CARDINALITY),
)
SELFBILLING_UBL_22: Final[SyntaxRules] = replace(
    SELFBILLING_UBL,
    key="peppol-selfbilling-3.0.22",
    version=peppol_bis_22.VERSION,
    contexts=(*SELFBILLING_UBL.contexts, *CARDINALITY),
)
