"""What is charged, in UBL: invoice lines BG-25, and allowances and charges of line or document."""

from formats.binding.conditions import says
from formats.binding.kinds import DATE, DECIMAL
from formats.binding.lists import Many
from formats.binding.rows import Amount, Fixed, Leaf, Nest, Row
from formats.ubl.france import LINE_PART
from formats.ubl.germany import SubLines


def allowances(path: str, *category: Row) -> Many:
    """Return BG-20 or BG-27, for the document with its VAT category."""
    return _allowances_or_charges(path, "false", "0", category)


def charges(path: str, *category: Row) -> Many:
    """Return BG-21 or BG-28, for the document with its VAT category."""
    return _allowances_or_charges(path, "true", "1", category)


def period(*rows: Row) -> Nest:
    """Return BG-14 or BG-26; `rows` are what else stands in the element."""
    return Nest(
        "cac:InvoicePeriod",
        Leaf("cbc:StartDate", "period.start", DATE),
        Leaf("cbc:EndDate", "period.end", DATE),
        *rows,
        opens="period",
    )


def lines(element: str, quantity: str, sub_line: str) -> Many:
    """Return BG-25 for the names that an Invoice or a CreditNote has for line, quantity, part."""
    return Many(
        "lines",
        Nest(
            element,
            Leaf("cbc:ID", "id"),
            Leaf("cbc:Note", "note"),
            Leaf(quantity, "quantity", DECIMAL, attributes={"unitCode": "unit"}),
            Amount("cbc:LineExtensionAmount", "net"),
            Leaf("cbc:AccountingCost", "accounting_reference"),
            period(),
            Nest("cac:OrderLineReference", Leaf("cbc:LineID", "order_line")),
            LINE_PART,
            Nest(
                "cac:DocumentReference",
                Leaf(
                    "cbc:ID",
                    "invoiced_object.value",
                    attributes={"schemeID": "invoiced_object.scheme"},
                ),
                Fixed("cbc:DocumentTypeCode", "130"),
                when=says("cbc:DocumentTypeCode", "130"),
            ),
            allowances("allowances"),
            charges("charges"),
            _ITEM,
            _PRICE,
            SubLines(sub_line, quantity),
            always=True,
        ),
    )


def _allowances_or_charges(
    path: str, indicator: str, digit: str, category: tuple[Row, ...]
) -> Many:
    return Many(
        path,
        Nest(
            "cac:AllowanceCharge",
            Fixed("cbc:ChargeIndicator", indicator, also=(digit,)),
            Leaf("cbc:AllowanceChargeReasonCode", "reason_code"),
            Leaf("cbc:AllowanceChargeReason", "reason"),
            Leaf("cbc:MultiplierFactorNumeric", "percent", DECIMAL),
            Amount("cbc:Amount", "amount"),
            Amount("cbc:BaseAmount", "base"),
            *category,
            always=True,
            when=says("cbc:ChargeIndicator", indicator.upper(), digit),
        ),
    )


_ITEM = Nest(
    "cac:Item",
    Leaf("cbc:Description", "item.description"),
    Leaf("cbc:Name", "item.name"),
    Nest("cac:BuyersItemIdentification", Leaf("cbc:ID", "item.buyer_id")),
    Nest("cac:SellersItemIdentification", Leaf("cbc:ID", "item.seller_id")),
    Nest(
        "cac:StandardItemIdentification",
        Leaf(
            "cbc:ID", "item.standard_id.value", attributes={"schemeID": "item.standard_id.scheme"}
        ),
    ),
    Nest("cac:OriginCountry", Leaf("cbc:IdentificationCode", "item.origin_country")),
    Many(
        "item.classifications",
        Nest(
            "cac:CommodityClassification",
            Leaf(
                "cbc:ItemClassificationCode",
                "code",
                attributes={"listID": "scheme", "listVersionID": "scheme_version"},
            ),
        ),
        needs="code",
    ),
    Nest(
        "cac:ClassifiedTaxCategory",
        Leaf("cbc:ID", "vat_category"),
        Leaf("cbc:Percent", "vat_rate", DECIMAL),
        Leaf("cbc:TaxExemptionReasonCode", "extensions.fr.exemption_code"),
        Leaf("cbc:TaxExemptionReason", "extensions.fr.exemption_reason"),
        Fixed("cac:TaxScheme/cbc:ID", "VAT"),
    ),
    Many(
        "item.attributes",
        Nest(
            "cac:AdditionalItemProperty",
            Leaf("cbc:Name", "name"),
            Leaf("cbc:Value", "value"),
            always=True,
        ),
    ),
    opens="item",
)

_PRICE = Nest(
    "cac:Price",
    Amount("cbc:PriceAmount", "price.net"),
    Leaf(
        "cbc:BaseQuantity",
        "price.base_quantity",
        DECIMAL,
        attributes={"unitCode": "price.base_unit"},
    ),
    Nest(
        "cac:AllowanceCharge",
        Fixed("cbc:ChargeIndicator", "false", also=("0",)),
        Amount("cbc:Amount", "price.discount"),
        Amount("cbc:BaseAmount", "price.gross"),
        when=says("cbc:ChargeIndicator", "FALSE", "0"),
    ),
    opens="price",
)
