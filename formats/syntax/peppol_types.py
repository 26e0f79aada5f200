"""Peppol in UBL: which types a document may have, by its root element, its process and countries.

Rules between Germans are here, too.
"""

from collections.abc import Container, Sequence
from typing import Final

from formats.rules.de_xrechnung import discounts_hold
from formats.rules.peppol_bis import GERMAN_ONLY
from formats.syntax.rules import Own, Sheet, normal, text
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_PROCESS: Final = tag("cbc:ProfileID")
_PARTY: Final = tag("cac:Party")
_IN_ADDRESS: Final = "/".join(
    map(tag, ("cac:PostalAddress", "cac:Country", "cbc:IdentificationCode"))
)
_COUNTRY: Final = f"{_PARTY}/{_IN_ADDRESS}"
_TAX: Final = tag("cac:PartyTaxScheme")
_TAX_SCHEME: Final = f"{tag('cac:TaxScheme')}/{tag('cbc:ID')}"
_NUMBER: Final = tag("cbc:CompanyID")
_REPRESENTATIVE: Final = tag("cac:TaxRepresentativeParty")
_RATE: Final = f"{tag('cac:TaxCategory')}/{tag('cbc:Percent')}"
_PARTIES: Final = (tag("cac:AccountingSupplierParty"), tag("cac:AccountingCustomerParty"))


def between_germans(document: Element) -> bool:
    """Whether the addresses of seller and buyer are in Germany."""
    return all(
        any(
            normal(code).upper() == "DE"
            for party in document.iterchildren(name)
            for code in party.iterfind(_COUNTRY)
        )
        for name in _PARTIES
    )


def between_slovaks(document: Element) -> bool:
    """Whether seller and buyer are Slovak: by VAT identifier, the representative's, or address."""
    seller, buyer = (_parties(document, role) for role in _PARTIES)
    representatives = list(document.iterchildren(_REPRESENTATIVE))
    countries = (
        _by_vat(seller) or _by_vat(representatives) or _by_address(seller),
        _by_vat(buyer) or _by_address(buyer),
    )
    return countries == ("SK", "SK")


def _parties(document: Element, role: str) -> list[Element]:
    return [party for each in document.iterchildren(role) for party in each.iterchildren(_PARTY)]


def _by_vat(parties: Sequence[Element]) -> str:
    """Return the country in a VAT identifier, in capitals; empty where there is none."""
    found = (
        text(number)[:2]
        for party in parties
        for scheme in party.iterchildren(_TAX)
        if any(text(each) == "VAT" for each in scheme.iterfind(_TAX_SCHEME))
        for number in scheme.iterchildren(_NUMBER)
    )
    return next(found, "").strip(WHITE_SPACE).upper()


def _by_address(parties: Sequence[Element]) -> str:
    codes = (code for party in parties for code in party.iterfind(_IN_ADDRESS))
    return next(map(normal, codes), "").upper()


def typed(processes: Container[str], codes: Container[str], what: str, fix: str) -> Own:
    """Return the rule that a document of certain processes (BT-23) has one of these types.

    Args:
        processes: that restrict the type.
        codes: that they allow.
        what: is typed: `an invoice`.
        fix: an order to the sender.
    """

    def unlisted(code: Element, sheet: Sheet) -> bool:
        named = (normal(each) for each in sheet.root.iterchildren(_PROCESS))
        return any(each in processes for each in named) and normal(code) not in codes

    return Own(
        path=".",
        only=unlisted,
        sentence=f"{what} has a type that Peppol does not transport",
        fix=fix,
        term="BT-3",
    )


def _rateless(row: Element, _sheet: Sheet) -> bool:
    return not any(map(normal, row.iterfind(_RATE)))


def _foreign(code: Element, sheet: Sheet) -> bool:
    return normal(code) in GERMAN_ONLY and not sheet.once(between_germans, sheet.root)


BILLING_OWN: Final = {
    "PEPPOL-EN16931-P0112": Own(
        path=".",
        only=_foreign,
        sentence=f"the types {' and '.join(GERMAN_ONLY)} are for German sellers with German buyers",
        fix="write another type, e.g. 380",
        term="BT-3",
    ),
    "DE-R-014": Own(
        path="cac:TaxTotal/cac:TaxSubtotal",
        only=_rateless,
        sentence="a row of the VAT breakdown has no rate",
        fix="give cbc:Percent, 0 where no VAT is charged",
        term="BT-119",
    ),
    "DE-R-018": Own(
        path="cac:PaymentTerms/cbc:Note",
        only=lambda terms, _sheet: discounts_hold(text(terms)) is False,
        sentence="a cash discount is not written as KoSIT wants it, on a line of its own that ends",
        fix="write #SKONTO#TAGE=14#PROZENT=2.00# and a line break behind it",
        term="BT-20",
    ),
}
"""What only billing asks, not self-billing."""
