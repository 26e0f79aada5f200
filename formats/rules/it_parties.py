"""FatturaPA: what it needs to know of seller, buyer and tax representative, and where they are."""

import re

from formats.findings import Actor
from formats.model import Invoice, PostalAddress
from formats.rules.engine import Rule, stated
from formats.rules.it_codes import buyer_tax_code, italy, recipient_code, street
from formats.rules.worksheet import (
    the_buyer,
    the_buyer_address,
    the_invoice,
    the_representative,
    the_seller,
    the_seller_address,
)

REGIMES = frozenset(f"RF{number:02}" for number in range(1, 21)) - {"RF03"}
STREET_SIZE = 60

_VAT_IDENTIFIER = re.compile(r"[A-Z]{2}\s*\S(?:\s*\S){0,27}")
_CODE = re.compile("[A-Z0-9]{6,7}")
_TAX_CODE = re.compile("[A-Z0-9]{11,16}")
_POST_CODE = re.compile("[0-9]{5}")


def _in_italy(address: PostalAddress) -> bool:
    return address.country == "IT"


def _post_code(address: PostalAddress) -> bool | None:
    if not _in_italy(address):
        return None
    return _POST_CODE.fullmatch(address.post_code or "") is not None


def _street(address: PostalAddress) -> bool:
    return 1 <= len(street(address)) <= STREET_SIZE


def _buyer_is_named(invoice: Invoice) -> bool | None:
    """Whether the buyer has an identifier; abroad a substitute will do. SdI 00417."""
    buyer = invoice.buyer
    if buyer is None or buyer.address is None or not _in_italy(buyer.address):
        return None
    return stated(buyer.vat_identifier) or stated(buyer_tax_code(invoice))


PARTIES: tuple[Rule, ...] = (
    the_invoice(
        "FPA-02",
        "extensions.it.regime",
        "the seller's RegimeFiscale is stated",
        lambda invoice: italy(invoice).regime in REGIMES,
        at="extensions.it.regime",
        fix="state RegimeFiscale, RF01 for the ordinary regime: tax_regime of the tenant",
        actor=Actor.OPERATOR,
    ),
    the_seller(
        "FPA-03",
        "BT-31",
        "the seller has a VAT identifier with its country code",
        lambda seller: _VAT_IDENTIFIER.fullmatch(seller.vat_identifier or "") is not None,
        at="vat_identifier",
        fix="state BT-31 with its country code",
    ),
    the_representative(
        "FPA-24",
        "BT-63",
        "the tax representative has a VAT identifier with its country code",
        lambda party: _VAT_IDENTIFIER.fullmatch(party.vat_identifier or "") is not None,
        at="vat_identifier",
        fix="state BT-63 with its country code",
    ),
    the_buyer(
        "FPA-25",
        "BT-48",
        "a VAT identifier begins with its country code",
        lambda buyer: (
            _VAT_IDENTIFIER.fullmatch(buyer.vat_identifier) is not None
            if buyer.vat_identifier
            else None
        ),
        at="vat_identifier",
        fix="state BT-48 with its country code",
    ),
    the_invoice(
        "FPA-04",
        "BT-48",
        "an Italian buyer has a VAT identifier or a codice fiscale",
        _buyer_is_named,
        at="buyer.vat_identifier",
        fix="state BT-48, or the codice fiscale in extensions.it.buyer_tax_code",
    ),
    the_invoice(
        "FPA-05",
        "BT-49",
        "the CodiceDestinatario has six or seven letters and digits",
        lambda invoice: _CODE.fullmatch(recipient_code(invoice) or "") is not None,
        at="buyer.electronic_address.value",
        fix="state the code in BT-49 with scheme 0205, 0201 for a public office",
    ),
    the_invoice(
        "FPA-06",
        "extensions.it.buyer_tax_code",
        "the buyer's codice fiscale has 11 to 16 letters and digits",
        lambda invoice: (
            _TAX_CODE.fullmatch(code) is not None if (code := buyer_tax_code(invoice)) else None
        ),
        fix="correct the codice fiscale",
    ),
    *(
        place(
            f"FPA-{number}",
            term,
            sentence,
            predicate,
            at=at,
            fix=fix,
        )
        for number, place, term, at, sentence, predicate, fix in (
            (
                "07",
                the_seller_address,
                "BT-35",
                "line_1",
                "the seller's street has 1 to 60 characters",
                _street,
                "state the street in BT-35, at most 60 characters with BT-36 and BT-162",
            ),
            (
                "08",
                the_buyer_address,
                "BT-50",
                "line_1",
                "the buyer's street has 1 to 60 characters",
                _street,
                "state the street in BT-50, at most 60 characters with BT-51, BT-163, post code",
            ),
            (
                "09",
                the_seller_address,
                "BT-38",
                "post_code",
                "an Italian post code has five digits",
                _post_code,
                "state the CAP in BT-38",
            ),
            (
                "10",
                the_buyer_address,
                "BT-53",
                "post_code",
                "an Italian post code has five digits",
                _post_code,
                "state the CAP in BT-53",
            ),
        )
    ),
    the_seller_address.states(
        "FPA-11", "BT-37", "the seller's town is named", "city", fix="state BT-37"
    ),
    the_buyer_address.states(
        "FPA-12", "BT-52", "the buyer's town is named", "city", fix="state BT-52"
    ),
    the_seller.has("FPA-13", "BG-5", "the seller has an address", "address", fix="state BG-5"),
    the_buyer.has("FPA-14", "BG-8", "the buyer has an address", "address", fix="state BG-8"),
)
