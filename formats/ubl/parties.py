"""Who takes part, in UBL: BG-4, BG-7, BG-10, BG-11, and the place of delivery BG-13."""

from typing import Final

from formats.binding.conditions import says, unless
from formats.binding.kinds import DATE
from formats.binding.lists import Many
from formats.binding.rows import Fixed, Leaf, Nest, Where, read_only
from formats.model import Invoice

_IS_VAT: Final = says("cac:TaxScheme/cbc:ID", "VAT")
_IS_CREDITOR: Final = says("cbc:ID/@schemeID", "SEPA")


def _identifier(name: str, path: str) -> Leaf:
    return Leaf(name, f"{path}.value", attributes={"schemeID": f"{path}.scheme"})


def _address(name: str, path: str) -> Nest:
    return Nest(
        name,
        Leaf("cbc:StreetName", f"{path}.line_1"),
        Leaf("cbc:AdditionalStreetName", f"{path}.line_2"),
        Leaf("cbc:CityName", f"{path}.city"),
        Leaf("cbc:PostalZone", f"{path}.post_code"),
        Leaf("cbc:CountrySubentity", f"{path}.subdivision"),
        Nest("cac:AddressLine", Leaf("cbc:Line", f"{path}.line_3")),
        Nest("cac:Country", Leaf("cbc:IdentificationCode", f"{path}.country")),
        opens=path,
    )


def _contact(path: str) -> Nest:
    return Nest(
        "cac:Contact",
        Leaf("cbc:Name", f"{path}.name"),
        Leaf("cbc:Telephone", f"{path}.phone"),
        Leaf("cbc:ElectronicMail", f"{path}.email"),
        opens=path,
    )


def _identifiers(path: str) -> Many:
    leaf = Leaf("cbc:ID", "value", attributes={"schemeID": "scheme"})
    return Many(path, Nest("cac:PartyIdentification", leaf), needs="value")


def _name(path: str) -> Nest:
    return Nest("cac:PartyName", Leaf("cbc:Name", path))


def _vat(path: str) -> Nest:
    return Nest(
        "cac:PartyTaxScheme",
        Leaf("cbc:CompanyID", path),
        Fixed("cac:TaxScheme/cbc:ID", "VAT"),
        when=_IS_VAT,
    )


def _tax_registration(scheme: str, other_scheme: str) -> Nest:
    return Nest(
        "cac:PartyTaxScheme",
        Leaf("cbc:CompanyID", "seller.tax_registration"),
        Fixed("cac:TaxScheme/cbc:ID", scheme, also=(other_scheme,)),
        when=unless(_IS_VAT),
    )


def _norwegian(invoice: Invoice) -> bool:
    """Whether BT-32 is the word that Peppol asks of Norwegians, with a scheme of its own."""
    seller = invoice.seller
    return seller is not None and seller.tax_registration == "Foretaksregisteret"


_CREDITOR: Final = Nest(
    "cac:PartyIdentification",
    Leaf("cbc:ID", "payment.direct_debit.creditor", fixed=' schemeID="SEPA"'),
    when=_IS_CREDITOR,
)

SELLER: Final = Nest(
    "cac:AccountingSupplierParty",
    Nest(
        "cac:Party",
        _identifier("cbc:EndpointID", "seller.electronic_address"),
        _CREDITOR,
        _identifiers("seller.identifiers"),
        _name("seller.trading_name"),
        _address("cac:PostalAddress", "seller.address"),
        _vat("seller.vat_identifier"),
        Where(lambda invoice: not _norwegian(invoice), _tax_registration("FC", "TAX")),
        Where(_norwegian, _tax_registration("TAX", "FC")),
        Nest(
            "cac:PartyLegalEntity",
            Leaf("cbc:RegistrationName", "seller.name"),
            _identifier("cbc:CompanyID", "seller.legal_registration"),
            Leaf("cbc:CompanyLegalForm", "seller.legal_information"),
        ),
        _contact("seller.contact"),
        opens="seller",
    ),
)

BUYER: Final = Nest(
    "cac:AccountingCustomerParty",
    Nest(
        "cac:Party",
        _identifier("cbc:EndpointID", "buyer.electronic_address"),
        _identifiers("buyer.identifiers"),
        _name("buyer.trading_name"),
        _address("cac:PostalAddress", "buyer.address"),
        _vat("buyer.vat_identifier"),
        Nest(
            "cac:PartyLegalEntity",
            Leaf("cbc:RegistrationName", "buyer.name"),
            _identifier("cbc:CompanyID", "buyer.legal_registration"),
        ),
        _contact("buyer.contact"),
        opens="buyer",
    ),
)

PAYEE: Final = Nest(
    "cac:PayeeParty",
    read_only(_CREDITOR),
    _identifiers("payee.identifiers"),
    _name("payee.name"),
    Nest("cac:PartyLegalEntity", _identifier("cbc:CompanyID", "payee.legal_registration")),
    opens="payee",
)

TAX_REPRESENTATIVE: Final = Nest(
    "cac:TaxRepresentativeParty",
    _name("tax_representative.name"),
    _address("cac:PostalAddress", "tax_representative.address"),
    _vat("tax_representative.vat_identifier"),
    opens="tax_representative",
)

DELIVERY: Final = Nest(
    "cac:Delivery",
    Leaf("cbc:ActualDeliveryDate", "delivery.delivered_on", DATE),
    Nest(
        "cac:DeliveryLocation",
        _identifier("cbc:ID", "delivery.location"),
        _address("cac:Address", "delivery.address"),
    ),
    Nest("cac:DeliveryParty", _name("delivery.name")),
    opens="delivery",
)
