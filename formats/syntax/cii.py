"""CII: CEN's rules on Cross Industry Invoices D16B and D22B; the functions stand by subject."""

from typing import Final

from formats.syntax.cii_dates import DATES_OWN
from formats.syntax.cii_documents import DOCUMENTS_OWN
from formats.syntax.cii_items import ITEMS_OWN
from formats.syntax.cii_parties import PARTIES_OWN
from formats.syntax.cii_payment import PAYMENT_OWN
from formats.syntax.cii_vat import VAT_OWN
from formats.syntax.rules import SyntaxRules, load, text
from formats.xml import Element, tag

_INDICATOR: Final = tag("udt:Indicator")


def _indicates(indicator: Element, word: str) -> bool:
    return any(text(each) == word for each in indicator.iterchildren(_INDICATOR))


OWN: Final = {
    **DOCUMENTS_OWN,
    **PARTIES_OWN,
    **ITEMS_OWN,
    **PAYMENT_OWN,
    **DATES_OWN,
    **VAT_OWN,
}
"""Rule to what judges it, where that is more than how often something stands somewhere."""

CII: Final[SyntaxRules] = load(
    "cii.toml",
    key="en16931-cii-syntax",
    own=OWN,
    conditions={
        "other": lambda amount: amount.tag != tag("ram:TaxTotalAmount"),
        "allowance": lambda indicator: _indicates(indicator, "false"),
        "charge": lambda indicator: _indicates(indicator, "true"),
        "102": lambda date: date.get("format") == "102",
        "currency": lambda amount: amount.get("currencyID") is not None,
    },
)
