"""Who takes part, in CII: BG-4, BG-7, BG-10, BG-11, and the place of delivery in BG-13."""

from typing import Any, Final

from formats.binding.conditions import says
from formats.binding.lists import Many
from formats.binding.rows import Leaf, Nest, Row, Where, read_only
from formats.binding.trail import reach

_SCHEME: Final = {"schemeID": "scheme"}
_LOCATION_SCHEME: Final = ("delivery", "location", "scheme")


def _has_scheme(identifier: Any) -> bool:
    return bool(identifier.scheme)


def _has_no_scheme(identifier: Any) -> bool:
    return not identifier.scheme


def _identifier(name: str, path: str) -> Leaf:
    return Leaf(name, f"{path}.value", attributes={"schemeID": f"{path}.scheme"})


def _identifiers(path: str) -> tuple[Row, Row]:
    """CII has one element for identifiers with a scheme and one for those without."""
    return (
        Many(
            path,
            Where(_has_no_scheme, Leaf("ram:ID", "value", attributes=_SCHEME)),
            needs="value",
        ),
        Many(
            path,
            Where(_has_scheme, Leaf("ram:GlobalID", "value", attributes=_SCHEME)),
            needs="value",
        ),
    )


def _address(path: str) -> Nest:
    return Nest(
        "ram:PostalTradeAddress",
        Leaf("ram:PostcodeCode", f"{path}.post_code"),
        Leaf("ram:LineOne", f"{path}.line_1"),
        Leaf("ram:LineTwo", f"{path}.line_2"),
        Leaf("ram:LineThree", f"{path}.line_3"),
        Leaf("ram:CityName", f"{path}.city"),
        Leaf("ram:CountryID", f"{path}.country"),
        Leaf("ram:CountrySubDivisionName", f"{path}.subdivision"),
        opens=path,
    )


def _contact(path: str) -> Nest:
    return Nest(
        "ram:DefinedTradeContact",
        Leaf("ram:PersonName", f"{path}.name"),
        read_only(Leaf("ram:DepartmentName", f"{path}.name")),
        Nest("ram:TelephoneUniversalCommunication", Leaf("ram:CompleteNumber", f"{path}.phone")),
        Nest("ram:EmailURIUniversalCommunication", Leaf("ram:URIID", f"{path}.email")),
        opens=path,
    )


def _organization(role: str, *rows: Row) -> Nest:
    return Nest(
        "ram:SpecifiedLegalOrganization",
        _identifier("ram:ID", f"{role}.legal_registration"),
        *rows,
    )


def _electronic_address(role: str) -> Nest:
    return Nest(
        "ram:URIUniversalCommunication", _identifier("ram:URIID", f"{role}.electronic_address")
    )


def _registration(scheme: str, path: str) -> Nest:
    return Nest(
        "ram:SpecifiedTaxRegistration",
        Leaf("ram:ID", path, fixed=f' schemeID="{scheme}"'),
        when=says("ram:ID/@schemeID", scheme),
    )


SELLER: Final = Nest(
    "ram:SellerTradeParty",
    *_identifiers("seller.identifiers"),
    Leaf("ram:Name", "seller.name"),
    Leaf("ram:Description", "seller.legal_information"),
    _organization("seller", Leaf("ram:TradingBusinessName", "seller.trading_name")),
    _contact("seller.contact"),
    _address("seller.address"),
    _electronic_address("seller"),
    _registration("VA", "seller.vat_identifier"),
    _registration("FC", "seller.tax_registration"),
    opens="seller",
)

BUYER: Final = Nest(
    "ram:BuyerTradeParty",
    *_identifiers("buyer.identifiers"),
    Leaf("ram:Name", "buyer.name"),
    _organization("buyer", Leaf("ram:TradingBusinessName", "buyer.trading_name")),
    _contact("buyer.contact"),
    _address("buyer.address"),
    _electronic_address("buyer"),
    _registration("VA", "buyer.vat_identifier"),
    opens="buyer",
)

PAYEE: Final = Nest(
    "ram:PayeeTradeParty",
    *_identifiers("payee.identifiers"),
    Leaf("ram:Name", "payee.name"),
    _organization("payee"),
    opens="payee",
)

TAX_REPRESENTATIVE: Final = Nest(
    "ram:SellerTaxRepresentativeTradeParty",
    Leaf("ram:Name", "tax_representative.name"),
    _address("tax_representative.address"),
    _registration("VA", "tax_representative.vat_identifier"),
    opens="tax_representative",
)

SHIP_TO: Final = Nest(
    "ram:ShipToTradeParty",
    Where(
        lambda invoice: not reach(invoice, _LOCATION_SCHEME),
        _identifier("ram:ID", "delivery.location"),
    ),
    Where(
        lambda invoice: bool(reach(invoice, _LOCATION_SCHEME)),
        _identifier("ram:GlobalID", "delivery.location"),
    ),
    Leaf("ram:Name", "delivery.name"),
    _address("delivery.address"),
)
