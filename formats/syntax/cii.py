"""CII: CEN's rules on Cross Industry Invoices D16B and D22B; the functions stand by subject."""

from typing import Final

from formats.model.codes import (
    COUNTRIES,
    CURRENCIES,
    DOCUMENT_TYPES,
    NOTE_SUBJECTS,
    PAYMENT_MEANS,
    VAT_CATEGORIES,
)
from formats.syntax.cii_dates import DATES_OWN
from formats.syntax.cii_documents import DOCUMENTS_OWN
from formats.syntax.cii_items import ITEMS_OWN
from formats.syntax.cii_parties import PARTIES_OWN, has_a_scheme, names_a_party
from formats.syntax.cii_payment import PAYMENT_OWN
from formats.syntax.cii_totals import TOTALS_OWN
from formats.syntax.cii_vat import VAT_OWN
from formats.syntax.codes import coded
from formats.syntax.rules import SyntaxRules, load, text
from formats.xml.names import Element, tag

_INDICATOR: Final = tag("udt:Indicator")
_TOTAL_TAX: Final = tag("ram:TaxTotalAmount")


def _indicates(indicator: Element, word: str) -> bool:
    return word in [text(child) for child in indicator if child.tag == _INDICATOR]


OWN: Final = {
    **DOCUMENTS_OWN,
    **PARTIES_OWN,
    **ITEMS_OWN,
    **PAYMENT_OWN,
    **DATES_OWN,
    **VAT_OWN,
    **TOTALS_OWN,
    "BR-CL-01": coded(DOCUMENT_TYPES, "the type of the document", "BT-3"),
    "BR-CL-04": coded(CURRENCIES, "the currency of the invoice", "BT-5"),
    "BR-CL-08": coded(NOTE_SUBJECTS, "the subject of a note", "BT-21"),
    "BR-CL-14": coded(COUNTRIES, "the country of an address", "BT-40"),
    "BR-CL-16": coded(PAYMENT_MEANS, "the payment means", "BT-81"),
    "BR-CL-18": coded(VAT_CATEGORIES, "the VAT category of a line or a row", "BT-151"),
}
"""Rule to what judges it, where that is more than how often something stands somewhere."""

CII: Final[SyntaxRules] = load(
    "cii.toml",
    key="en16931-cii-syntax",
    own=OWN,
    conditions={
        "other": lambda amount: amount.tag != _TOTAL_TAX,
        "allowance": lambda indicator: _indicates(indicator, "false"),
        "charge": lambda indicator: _indicates(indicator, "true"),
        "102": lambda date: date.get("format") == "102",
        "party": names_a_party,
        "schemed": has_a_scheme,
        "vat": lambda number: number.get("schemeID") == "VA",
        "currency": lambda amount: amount.get("currencyID") is not None,
    },
)
