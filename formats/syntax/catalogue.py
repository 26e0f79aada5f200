"""SYNTAXES and CLAIMED: the rules on files of a kind, and those of what such files may claim."""

from collections.abc import Mapping
from typing import Final

from formats.syntax.cii import CII
from formats.syntax.fr_ctc import FR_CTC_CII_FILES, FR_CTC_UBL_FILES
from formats.syntax.fr_extended import FR_EXTENDED_CII_FILES, FR_EXTENDED_UBL_FILES
from formats.syntax.peppol import PEPPOL_UBL, SELFBILLING_UBL
from formats.syntax.peppol_22 import PEPPOL_UBL_22, SELFBILLING_UBL_22
from formats.syntax.ro_cius import CIUS_RO_UBL
from formats.syntax.rules import SyntaxRules
from formats.syntax.ubl import UBL
from formats.syntax.xrechnung import XRECHNUNG_CII, XRECHNUNG_UBL
from formats.xml.names import UBL_CREDIT_NOTE, UBL_INVOICE, tag

SYNTAXES: Final[dict[str, SyntaxRules]] = {
    f"{{{UBL_INVOICE}}}Invoice": UBL,
    f"{{{UBL_CREDIT_NOTE}}}CreditNote": UBL,
    tag("rsm:CrossIndustryInvoice"): CII,
}
"""Name of a root element to CEN's rules."""

CLAIMED: Final[Mapping[SyntaxRules, Mapping[str, SyntaxRules]]] = {
    UBL: {
        rules.key: rules
        for rules in (
            *(XRECHNUNG_UBL, PEPPOL_UBL, PEPPOL_UBL_22, SELFBILLING_UBL, SELFBILLING_UBL_22),
            *(CIUS_RO_UBL, FR_CTC_UBL_FILES, FR_EXTENDED_UBL_FILES),
        )
    },
    CII: {rules.key: rules for rules in (XRECHNUNG_CII, FR_CTC_CII_FILES, FR_EXTENDED_CII_FILES)},
}
"""CEN's rules to those beside them, by the key of the set in `formats.rules` that they complete."""
