"""What is charged, in CII: invoice lines BG-25, and allowances and charges of line or document."""

from typing import Final

from formats.binding.conditions import says, text_at
from formats.binding.kinds import DECIMAL
from formats.binding.lists import Many
from formats.binding.rows import Amount, Fixed, Leaf, Nest, Row, When, read_only
from formats.binding.trail import Trail
from formats.cii.dates import period
from formats.xml.names import Element, tag


def amount(name: str, path: str) -> Amount:
    """Return an amount; CII names the currency only beside VAT totals."""
    return Amount(name, path, shows_currency=False)


def allowances(path: str, *category: Row) -> Many:
    """Return BG-20 or BG-27, for the document with its VAT category."""
    return _allowances_or_charges(path, "false", "0", category)


def charges(path: str, *category: Row) -> Many:
    """Return BG-21 or BG-28, for the document with its VAT category."""
    return _allowances_or_charges(path, "true", "1", category)


def _allowances_or_charges(
    path: str, indicator: str, digit: str, category: tuple[Row, ...]
) -> Many:
    return Many(
        path,
        Nest(
            "ram:SpecifiedTradeAllowanceCharge",
            Fixed("ram:ChargeIndicator/udt:Indicator", indicator, also=(digit,)),
            Leaf("ram:CalculationPercent", "percent", DECIMAL),
            amount("ram:BasisAmount", "base"),
            amount("ram:ActualAmount", "amount"),
            Leaf("ram:ReasonCode", "reason_code"),
            Leaf("ram:Reason", "reason"),
            *category,
            always=True,
            when=says("ram:ChargeIndicator/udt:Indicator", indicator.upper(), digit),
        ),
    )


def _net_price_agrees(quantity: Element, trail: Trail) -> bool:
    """Whether BT-149 beside the gross price may be taken: the net price has none, or the same."""
    del trail
    agreement = next(quantity.iterancestors(_AGREEMENT_TAG))
    return text_at(agreement, _NET_PRICE_QUANTITY) in {"", text_at(quantity, ())}


def _base_quantity(when: When | None = None) -> Leaf:
    return Leaf(
        "ram:BasisQuantity",
        "price.base_quantity",
        DECIMAL,
        attributes={"unitCode": "price.base_unit"},
        when=when,
    )


_AGREEMENT_TAG: Final = tag("ram:SpecifiedLineTradeAgreement")
_NET_PRICE_QUANTITY: Final = (tag("ram:NetPriceProductTradePrice"), tag("ram:BasisQuantity"))


_DOCUMENT: Final = Nest(
    "ram:AssociatedDocumentLineDocument",
    Leaf("ram:LineID", "id"),
    Leaf("ram:ParentLineID", "extensions.fr.part.inside"),
    Leaf("ram:LineStatusReasonCode", "extensions.fr.part.status"),
    Nest("ram:IncludedNote", Leaf("ram:Content", "note")),
)

_PRODUCT: Final = Nest(
    "ram:SpecifiedTradeProduct",
    Leaf(
        "ram:GlobalID",
        "item.standard_id.value",
        attributes={"schemeID": "item.standard_id.scheme"},
    ),
    Leaf("ram:SellerAssignedID", "item.seller_id"),
    Leaf("ram:BuyerAssignedID", "item.buyer_id"),
    Leaf("ram:Name", "item.name"),
    Leaf("ram:Description", "item.description"),
    Many(
        "item.attributes",
        Nest(
            "ram:ApplicableProductCharacteristic",
            Leaf("ram:Description", "name"),
            Leaf("ram:Value", "value"),
            always=True,
        ),
    ),
    Many(
        "item.classifications",
        Nest(
            "ram:DesignatedProductClassification",
            Leaf(
                "ram:ClassCode",
                "code",
                attributes={"listID": "scheme", "listVersionID": "scheme_version"},
            ),
        ),
        needs="code",
    ),
    Nest("ram:OriginTradeCountry", Leaf("ram:ID", "item.origin_country")),
    opens="item",
)

_AGREEMENT: Final = Nest(
    "ram:SpecifiedLineTradeAgreement",
    Nest("ram:BuyerOrderReferencedDocument", Leaf("ram:LineID", "order_line")),
    Nest(
        "ram:GrossPriceProductTradePrice",
        amount("ram:ChargeAmount", "price.gross"),
        read_only(_base_quantity(_net_price_agrees)),
        Nest(
            "ram:AppliedTradeAllowanceCharge",
            Fixed("ram:ChargeIndicator/udt:Indicator", "false", also=("0",)),
            amount("ram:ActualAmount", "price.discount"),
        ),
    ),
    Nest(
        "ram:NetPriceProductTradePrice",
        amount("ram:ChargeAmount", "price.net"),
        _base_quantity(),
        opens="price",
    ),
)

_SETTLEMENT: Final = Nest(
    "ram:SpecifiedLineTradeSettlement",
    Nest(
        "ram:ApplicableTradeTax",
        Fixed("ram:TypeCode", "VAT"),
        Leaf("ram:ExemptionReason", "extensions.fr.exemption_reason"),
        Leaf("ram:CategoryCode", "vat_category"),
        Leaf("ram:ExemptionReasonCode", "extensions.fr.exemption_code"),
        Leaf("ram:RateApplicablePercent", "vat_rate", DECIMAL),
    ),
    period(),
    allowances("allowances"),
    charges("charges"),
    Nest("ram:SpecifiedTradeSettlementLineMonetarySummation", amount("ram:LineTotalAmount", "net")),
    Nest(
        "ram:AdditionalReferencedDocument",
        Leaf("ram:IssuerAssignedID", "invoiced_object.value"),
        Fixed("ram:TypeCode", "130"),
        Leaf("ram:ReferenceTypeCode", "invoiced_object.scheme", beside="value"),
        when=says("ram:TypeCode", "130"),
    ),
    Nest("ram:ReceivableSpecifiedTradeAccountingAccount", Leaf("ram:ID", "accounting_reference")),
    always=True,
)

LINES: Final = Many(
    "lines",
    Nest(
        "ram:IncludedSupplyChainTradeLineItem",
        _DOCUMENT,
        _PRODUCT,
        _AGREEMENT,
        Nest(
            "ram:SpecifiedLineTradeDelivery",
            Leaf("ram:BilledQuantity", "quantity", DECIMAL, attributes={"unitCode": "unit"}),
        ),
        _SETTLEMENT,
        always=True,
    ),
)
