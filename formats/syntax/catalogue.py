"""The table SYNTAXES: name of a root element to the rules on files of that kind."""

from typing import Final

from formats.syntax.cii import CII
from formats.syntax.rules import SyntaxRules
from formats.syntax.ubl import UBL
from formats.xml import UBL_CREDIT_NOTE, UBL_INVOICE, tag

SYNTAXES: Final[dict[str, SyntaxRules]] = {
    f"{{{UBL_INVOICE}}}Invoice": UBL,
    f"{{{UBL_CREDIT_NOTE}}}CreditNote": UBL,
    tag("rsm:CrossIndustryInvoice"): CII,
}
