"""What Polish codes stand for codes of EN 16931, and what of them an invoice leads to.

Source: Ministry of Finance, structure FA(3) 1-0E (pattern 13775 of 25 June 2025) with its
information sheet.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from formats.model import Invoice, Party, TaxRepresentative, VatBreakdown, round_half_up
from formats.model.poland import Annotation, Poland

KINDS: Final[Mapping[str, str]] = {
    "380": "VAT",
    "381": "KOR",
    "389": "VAT",
    "261": "KOR",
    "396": "KOR",
}
"""BT-3 to RodzajFaktury.

A corrected invoice (384) has none, for it states amounts anew where KOR states differences; nor has
one for a payment in advance (386), whose goods stand as an order.
"""
CORRECTIONS: Final = frozenset({"KOR", "KOR_ZAL", "KOR_ROZ"})
SELF_BILLED: Final = frozenset({"389", "261"})
RATES: Final = frozenset({"23", "22", "8", "7", "5", "4", "3"})

SUMS: Final[Mapping[str, tuple[str, str | None]]] = {
    "23": ("P_13_1", "P_14_1"),
    "22": ("P_13_1", "P_14_1"),
    "8": ("P_13_2", "P_14_2"),
    "7": ("P_13_2", "P_14_2"),
    "5": ("P_13_3", "P_14_3"),
    "4": ("P_13_4", "P_14_4"),
    "3": ("P_13_4", "P_14_4"),
    "0 KR": ("P_13_6_1", None),
    "0 WDT": ("P_13_6_2", None),
    "0 EX": ("P_13_6_3", None),
    "zw": ("P_13_7", None),
    "np I": ("P_13_8", None),
    "np II": ("P_13_9", None),
    "oo": ("P_13_10", None),
    "margin": ("P_13_11", None),
}
"""Rate (P_12) to the fields of its taxable amount and its tax, in the order of the schema."""

PAYMENT_FORMS: Final[Mapping[str, str]] = {
    "10": "1",
    "48": "2",
    "54": "2",
    "55": "2",
    "20": "4",
    "30": "6",
    "42": "6",
    "57": "6",
    "58": "6",
    "68": "6",
}
"""BT-81 to FormaPlatnosci; any other is described in words."""

UNITS: Final[Mapping[str, str]] = {
    "C62": "szt.",
    "H87": "szt.",
    "EA": "szt.",
    "XPP": "szt.",
    "HUR": "godz.",
    "DAY": "doba",
    "MON": "mies.",
    "KGM": "kg",
    "TNE": "t",
    "MTR": "m",
    "KMT": "km",
    "MTK": "m2",
    "MTQ": "m3",
    "LTR": "l",
    "KWH": "kWh",
    "SET": "kpl.",
}
"""BT-130 to the word for it; any other unit is written as its code."""

EU: Final = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PT", "RO", "SE", "SI", "SK", "XI"),
    }
)
"""Prefixes of VAT identifiers in other member states."""

_NIP: Final = re.compile(r"(?:PL)?([1-9](?:[0-9][1-9]|[1-9][0-9])[0-9]{7})")
_MARGINS: Final[Mapping[str, str]] = {
    "VATEX-EU-D": "P_PMarzy_2",
    "VATEX-EU-F": "P_PMarzy_3_1",
    "VATEX-EU-I": "P_PMarzy_3_2",
    "VATEX-EU-J": "P_PMarzy_3_3",
}


class Basis(NamedTuple):
    """Why something is exempt: P_19A, P_19B or P_19C, and its text."""

    field: str
    text: str


def poland(invoice: Invoice) -> Poland:
    """Return the Polish data of an invoice, empty where it has none."""
    return (invoice.extensions and invoice.extensions.pl) or Poland()


def kind(invoice: Invoice) -> str | None:
    """Return RodzajFaktury."""
    return poland(invoice).kind or KINDS.get(invoice.type_code or "")


def annotation(invoice: Invoice, code: str) -> Annotation | None:
    """Return what is annotated under the name of an element."""
    return next((a for a in poland(invoice).annotations if a.code == code), None)


def sign(invoice: Invoice) -> int:
    """Return -1 for a credit note: a correction in KSeF states the difference."""
    return -1 if invoice.is_credit_note else 1


def nip(party: Party | TaxRepresentative | None) -> str | None:
    """Return the Polish tax number of a party, from BT-31, BT-48 or BT-63."""
    stated = (party.vat_identifier if party else None) or ""
    found = _NIP.fullmatch("".join(c for c in stated if c not in " -"))
    return found[1] if found else None


def rate(invoice: Invoice, category: str | None, percent: Decimal | None) -> str | None:
    """Return P_12 of a VAT category and rate; `margin` where P_12 stays empty.

    What is taxed by the buyer is `oo` within Poland and `np I` or `np II` beyond.
    """
    match category:
        case "S":
            label = f"{percent.normalize():f}" if percent is not None else ""
            return label if label in RATES else None
        case "E":
            return "margin" if margin(invoice) else "zw"
        case "AE":
            return _taxed_by_buyer(invoice)
        case _:
            return {"Z": "0 KR", "K": "0 WDT", "G": "0 EX", "O": "np I"}.get(category or "")


def _taxed_by_buyer(invoice: Invoice) -> str:
    address = invoice.buyer.address if invoice.buyer else None
    country = (address.country if address else None) or "PL"
    if country == "PL":
        return "oo"
    return "np II" if {country, country.replace("GR", "EL")} & EU else "np I"


def margin(invoice: Invoice) -> str | None:
    """Return the field of the margin scheme that the invoice is under."""
    stated = (a.code for a in poland(invoice).annotations if a.code.startswith("P_PMarzy_"))
    codes = (_MARGINS.get(row.exemption_code or "") for row in invoice.vat_breakdown)
    return next(stated, None) or next((code for code in codes if code), None)


def exemption(invoice: Invoice) -> Basis | None:
    """Return the legal basis of what is exempt, if anything is."""
    if margin(invoice) or not any(row.category == "E" for row in invoice.vat_breakdown):
        return None
    for field in ("P_19A", "P_19B", "P_19C"):
        stated = annotation(invoice, field)
        if stated and stated.text:
            return Basis(field, stated.text)
    row = next(row for row in invoice.vat_breakdown if row.category == "E")
    if row.exemption_reason:
        return Basis("P_19C", row.exemption_reason)
    return Basis("P_19B", row.exemption_code) if row.exemption_code else None


def tax_in_zloty(invoice: Invoice, row: VatBreakdown) -> Decimal | None:
    """Return the tax of a row in złoty: BT-111 if it is the only one, else by the rate of exchange.

    None where the invoice is in złoty, and where it does not say.
    """
    if invoice.currency == "PLN" or row.tax is None:
        return None
    taxed = [other for other in invoice.vat_breakdown if other.tax]
    stated = invoice.totals.vat_in_accounting_currency if invoice.totals else None
    if stated is not None and invoice.accounting_currency == "PLN" and taxed == [row]:
        return stated
    by = poland(invoice).exchange_rate
    return None if by is None else round_half_up(row.tax * by)
