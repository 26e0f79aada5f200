"""An invoice of two sellers with lines within lines, in UBL and CII, and what breaks which rule."""

from dataclasses import dataclass, replace
from typing import Any

from formats.xml.names import Element
from tests.formats.syntax.files import cii, credit_note, invoice, nested

A, B = "111111111", "222222222"
SIREN = 'schemeID="0002"'


@dataclass(frozen=True, kw_only=True)
class Sub:
    """A line; None is not written."""

    number: str
    status: str | None
    parent: str | None
    seller: str | None
    own_number: str | None
    net: str
    own_mode: str | None = "S1"
    name: str | None = "Seller"
    country: str | None = "FR"
    vat: str | None = None
    vat_in_usd: str | None = None
    with_vat: str | None = None
    reason: str | None = None
    preceding: str | None = None
    preceding_date: str | None = None


HEAD_A = Sub(
    number="1", status="GROUP", parent=None, seller=A, own_number="F1", net="100", vat="20"
)
HEAD_B = Sub(number="2", status="GROUP", parent=None, seller=B, own_number="F2", net="50", vat="10")
LINES = (
    HEAD_A,
    Sub(
        number="11",
        status="DETAIL",
        parent="1",
        seller=A,
        own_number="F1",
        net="60.33",
        reason="#F1#a",
    ),
    Sub(
        number="12",
        status="DETAIL",
        parent="1",
        seller=A,
        own_number="F1",
        net="39.67",
        reason="#F1#",
    ),
    Sub(number="13", status="INFORMATION", parent="1", seller=A, own_number="F1", net="5"),
    HEAD_B,
    Sub(
        number="21", status="DETAIL", parent="2", seller=B, own_number="F2", net="50", reason="#F2#"
    ),
)


@dataclass(frozen=True, kw_only=True)
class Several:
    """The invoice.

    Attributes:
        rows: of the VAT breakdown: reason, tax, amount.
    """

    mode: str = "S8"
    type_code: str = "380"
    number: str = "F1"
    accounting_currency: str | None = None
    seller: str = A
    buyer: str = B
    lines: tuple[Sub, ...] = LINES
    rows: tuple[tuple[str, str, str], ...] = (
        ("#F1#", "VAT", "12"),
        ("#F1#x", "VAT", "8"),
        ("#F1#", "GST", "3"),
        ("#F2#", "VAT", "10"),
    )


def with_line(at: int, several: Several | None = None, **changes: Any) -> Several:
    """Return the invoice with one line changed."""
    several = several or Several()
    lines = [*several.lines]
    lines[at] = replace(lines[at], **changes)
    return replace(several, lines=tuple(lines))


MUTUAL = Several(mode="B9")
CREDIT = Several(
    type_code="381",
    lines=tuple(replace(line, preceding="F0", preceding_date="2026-01-31") for line in LINES),
)
MUTUAL_CREDIT = replace(CREDIT, mode="S9", type_code="261")
ALONE = tuple(line for line in LINES if line.number != "13")
RIGHT = {
    "several sellers": Several(),
    "two sellers": MUTUAL,
    "a credit": CREDIT,
    "a mutual credit": MUTUAL_CREDIT,
    "one seller, who says nothing": Several(
        mode="S1",
        lines=(Sub(number="1", status=None, parent=None, seller=None, own_number=None, net="1"),),
    ),
    "with VAT in dollars": with_line(
        4,
        with_line(0, replace(Several(), accounting_currency="USD"), vat_in_usd="22"),
        vat_in_usd="11",
    ),
    "with totals": with_line(0, with_vat="120.02"),
    "another number at its own seller": with_line(
        0, replace(Several(), number="F9"), own_number="F9"
    ),
}
RIGHT["another number at its own seller"] = replace(
    RIGHT["another number at its own seller"],
    lines=tuple(
        replace(line, own_number="F9", reason=line.reason and "#F9#") if line.seller == A else line
        for line in LINES
    ),
    rows=(("#F9#", "VAT", "20"), ("#F2#", "VAT", "10")),
)

# rule (in UBL): an invoice that breaks it, and may break others
BROKEN: dict[str, Several] = {
    "BR-FR-MV-01_EXT-FR-FE-163": with_line(3, status=" "),
    "BR-FR-MV-02_EXT-FR-FE-163": with_line(
        4, with_line(0, status="DETAIL", reason="#F1#"), status="DETAIL", reason="#F2#"
    ),
    "BR-FR-BD-02_EXT-FR-FE-163": replace(MUTUAL, lines=LINES[:4]),
    "BR-FR-BD-02_BT-30": replace(MUTUAL, seller="333333333"),
    "BR-FR-BD-02_BT-47": replace(MUTUAL, buyer=A, lines=LINES[4:]),
    "BR-FR-MV-03_EXT-FR-FE-164": with_line(0, name=" "),
    "BR-FR-MV-03_EXT-FR-FE-167": with_line(4, seller=None),
    "BR-FR-MV-03_EXT-FR-FE-177": with_line(0, country=None),
    "BR-FR-MV-03_EXT-FR-FE-181": with_line(0, vat=None),
    "BR-FR-MV-03_EXT-FR-FE-182": replace(Several(), accounting_currency="USD"),
    "BR-FR-MV-03_BT-128_AFL": with_line(0, own_number=" "),
    "BR-FR-MV-03_BT-128_AVV": with_line(4, own_mode="M8"),
    "BR-FR-MV-05_EXT-FR-FE-BG-12": with_line(0, net="100.03"),
    "BR-FR-MV-06_EXT-FR-FE-167": with_line(1, seller=B),
    "BR-FR-MV-07_BT-128": with_line(5, own_number="F1"),
    "BR-FR-MV-08_BT-128": with_line(5, reason="F2"),
    "BR-FR-MV-09_EXT-FR-FE-181": with_line(0, vat="20.02"),
    "BR-FR-MV-10_EXT-FR-FE-184": with_line(0, with_vat="120.03"),
    "BR-FR-MV-11_BT-128": with_line(0, own_number="F3"),
    "BR-FR-MV-12_BT-128": with_line(4, own_number="F1"),
    "BR-FR-MV-14-EXT-FR-FE-136": with_line(0, CREDIT, preceding=None),
    "BR-FR-MV-14-EXT-FR-FE-138": with_line(4, CREDIT, preceding_date=None),
    "BR-FR-BD-14-EXT-FR-FE-136": with_line(0, MUTUAL_CREDIT, preceding=None),
    "BR-FR-BD-14-EXT-FR-FE-138": with_line(4, MUTUAL_CREDIT, preceding_date=None),
}


def part(path: str, said: str | None, attributes: str = "") -> str:
    """Return elements around a text; nothing for None."""
    return "" if said is None else nested(path, said, attributes)


CREDITS = ("381", "396", "261", "502", "503")


def in_ubl(several: Several) -> Element:
    """Write it as invoice or credit note in UBL."""
    credited = several.type_code in CREDITS
    kind = "CreditNote" if credited else "Invoice"
    legal = "cac:Party/cac:PartyLegalEntity/cbc:CompanyID"
    rows = "".join(
        nested(
            "cac:TaxSubtotal",
            part("cbc:TaxAmount", vat)
            + nested(
                "cac:TaxCategory",
                part("cbc:TaxExemptionReason", reason) + nested("cac:TaxScheme/cbc:ID", tax),
            ),
        )
        for reason, tax, vat in several.rows
    )
    inside = (
        part("cbc:ProfileID", several.mode)
        + part("cbc:ID", several.number)
        + part(f"cbc:{kind}TypeCode", several.type_code)
        + part("cbc:DocumentCurrencyCode", "EUR")
        + part("cbc:TaxCurrencyCode", several.accounting_currency)
        + part(f"cac:AccountingSupplierParty/{legal}", several.seller, SIREN)
        + part(f"cac:AccountingCustomerParty/{legal}", several.buyer)
        + nested("cac:TaxTotal", rows)
        + "".join(nested(f"cac:{kind}Line", _ubl_line(line, several)) for line in several.lines)
    )
    return credit_note(inside) if credited else invoice(inside)


def _ubl_line(line: Sub, several: Several) -> str:
    reference = "cac:InvoiceDocumentReference"
    own = part("cbc:ID", several.number) + part("cbc:DocumentStatusCode", line.status)
    earlier = part("cbc:ID", line.preceding) + part("cbc:IssueDate", line.preceding_date)
    legal = part("cbc:RegistrationName", line.name) + part("cbc:CompanyID", line.seller)
    seller = part("cac:PostalAddress/cac:Country/cbc:IdentificationCode", line.country) + nested(
        "cac:PartyLegalEntity", legal
    )
    return (
        part("cbc:ID", line.number)
        + part("cbc:LineExtensionAmount", line.net)
        + part("cbc:TaxInclusiveLineExtensionAmount", line.with_vat)
        + nested(
            "cac:BillingReference",
            nested(reference, own) + part("cac:BillingReferenceLine/cbc:ID", line.parent),
        )
        + (part(f"cac:BillingReference/{reference}", earlier) if line.preceding else "")
        + _ubl_object(line.own_number, "AFL")
        + _ubl_object(line.own_mode, "AVV")
        + nested(
            "cac:TaxTotal",
            part("cbc:TaxAmount", line.vat, 'currencyID="EUR"'),
        )
        + nested("cac:TaxTotal", part("cbc:TaxAmount", line.vat_in_usd, 'currencyID="USD"'))
        + nested(
            "cac:Item",
            part("cac:ClassifiedTaxCategory/cbc:TaxExemptionReason", line.reason)
            + nested("cac:ManufacturerParty", seller),
        )
    )


def _ubl_object(said: str | None, scheme: str) -> str:
    if said is None:
        return ""
    code = nested("cbc:DocumentTypeCode", "130")
    return nested("cac:DocumentReference", part("cbc:ID", said, f'schemeID="{scheme}"') + code)


def in_cii(several: Several) -> Element:
    """Write it in CII."""
    rows = "".join(
        nested(
            "ram:ApplicableTradeTax",
            part("ram:CalculatedAmount", vat)
            + part("ram:TypeCode", tax)
            + part("ram:ExemptionReason", reason),
        )
        for reason, tax, vat in several.rows
    )
    legal = "ram:SpecifiedLegalOrganization/ram:ID"
    return cii(
        nested(
            "rsm:ExchangedDocumentContext/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID",
            several.mode,
        )
        + nested(
            "rsm:ExchangedDocument",
            part("ram:ID", several.number) + part("ram:TypeCode", several.type_code),
        )
        + nested(
            "rsm:SupplyChainTradeTransaction",
            "".join(
                nested("ram:IncludedSupplyChainTradeLineItem", _cii_line(line))
                for line in several.lines
            )
            + nested(
                "ram:ApplicableHeaderTradeAgreement",
                part(f"ram:SellerTradeParty/{legal}", several.seller, SIREN)
                + part(f"ram:BuyerTradeParty/{legal}", several.buyer),
            )
            + nested(
                "ram:ApplicableHeaderTradeSettlement",
                part("ram:TaxCurrencyCode", several.accounting_currency)
                + part("ram:InvoiceCurrencyCode", "EUR")
                + rows,
            ),
        )
    )


def _cii_line(line: Sub) -> str:
    seller = (
        part("ram:Name", line.name)
        + part("ram:SpecifiedLegalOrganization/ram:ID", line.seller)
        + part("ram:PostalTradeAddress/ram:CountryID", line.country)
    )
    sums = (
        part("ram:LineTotalAmount", line.net)
        + part("ram:TaxTotalAmount", line.vat, 'currencyID="EUR"')
        + part("ram:TaxTotalAmount", line.vat_in_usd, 'currencyID="USD"')
        + part("ram:GrandTotalAmount", line.with_vat)
    )
    earlier = part("ram:IssuerAssignedID", line.preceding) + part(
        "ram:FormattedIssueDateTime/qdt:DateTimeString",
        line.preceding_date and line.preceding_date.replace("-", ""),
    )
    return (
        nested(
            "ram:AssociatedDocumentLineDocument",
            part("ram:LineID", line.number)
            + part("ram:ParentLineID", line.parent)
            + part("ram:LineStatusReasonCode", line.status),
        )
        + nested("ram:SpecifiedLineTradeAgreement/ram:ItemSellerTradeParty", seller)
        + nested(
            "ram:SpecifiedLineTradeSettlement",
            nested("ram:ApplicableTradeTax", part("ram:ExemptionReason", line.reason))
            + nested("ram:SpecifiedTradeSettlementLineMonetarySummation", sums)
            + (nested("ram:InvoiceReferencedDocument", earlier) if line.preceding else "")
            + _cii_object(line.own_number, "AFL")
            + _cii_object(line.own_mode, "AVV"),
        )
    )


def _cii_object(said: str | None, kind: str) -> str:
    if said is None:
        return ""
    return nested(
        "ram:AdditionalReferencedDocument",
        part("ram:IssuerAssignedID", said)
        + part("ram:TypeCode", "130")
        + part("ram:ReferenceTypeCode", kind),
    )
