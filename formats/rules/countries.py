"""Which country's rules an invoice falls under, as Peppol finds it out."""

from formats.model import Invoice, Party, TaxRepresentative
from formats.rules.worksheet import Worksheet


def _of_vat(party: Party | TaxRepresentative | None) -> str | None:
    identifier = None if party is None else party.vat_identifier
    return identifier[:2].upper() if identifier else None


def of_address(party: Party | TaxRepresentative | None) -> str | None:
    """Return the country of a party's address, as it is written there."""
    return None if party is None or party.address is None else party.address.country


def of_seller(invoice: Invoice) -> str | None:
    """Return the country of BT-31, else of BT-63, else of the seller's address (BT-40)."""
    seller = invoice.seller
    return _of_vat(seller) or _of_vat(invoice.tax_representative) or _address(seller)


def of_buyer(invoice: Invoice) -> str | None:
    """Return the country of BT-48, else of the buyer's address (BT-55)."""
    return _of_vat(invoice.buyer) or _address(invoice.buyer)


def _address(party: Party | TaxRepresentative | None) -> str | None:
    country = of_address(party)
    return None if country is None else country.upper()


def seller_in(country: str, sheet: Worksheet) -> bool:
    """Whether the seller's address is in a country, in capitals or not."""
    return _address(sheet.invoice.seller) == country


def both_in(country: str, sheet: Worksheet) -> bool:
    """Whether seller's and buyer's addresses are in a country, in capitals or not."""
    return seller_in(country, sheet) and _address(sheet.invoice.buyer) == country


def representative_in(country: str, sheet: Worksheet) -> bool:
    """Whether the tax representative's address is in a country, in capitals or not."""
    return _address(sheet.invoice.tax_representative) == country
