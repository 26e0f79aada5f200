"""The binding of EN 16931 to the Cross Industry Invoice (CEN/TS 16931-3-3): the table INVOICE."""

from typing import Final

from formats.binding.conditions import says, unless
from formats.binding.kinds import BASE64
from formats.binding.lists import Many
from formats.binding.rows import Fixed, Leaf, Nest, Table
from formats.cii.dates import day
from formats.cii.lines import LINES
from formats.cii.parties import BUYER, SELLER, SHIP_TO, TAX_REPRESENTATIVE
from formats.cii.settlement import SETTLEMENT


def _reference(name: str, path: str) -> Nest:
    return Nest(name, Leaf("ram:IssuerAssignedID", path))


def _parameter(name: str, path: str) -> Nest:
    return Nest(name, Leaf("ram:ID", path))


_TENDER: Final = Nest(
    "ram:AdditionalReferencedDocument",
    Leaf("ram:IssuerAssignedID", "tender"),
    Fixed("ram:TypeCode", "50"),
    when=says("ram:TypeCode", "50"),
)

_INVOICED_OBJECT: Final = Nest(
    "ram:AdditionalReferencedDocument",
    Leaf("ram:IssuerAssignedID", "invoiced_object.value"),
    Fixed("ram:TypeCode", "130"),
    Leaf("ram:ReferenceTypeCode", "invoiced_object.scheme", beside="value"),
    when=says("ram:TypeCode", "130"),
)

_SUPPORTING_DOCUMENTS: Final = Many(
    "supporting_documents",
    Nest(
        "ram:AdditionalReferencedDocument",
        Leaf("ram:IssuerAssignedID", "reference"),
        Leaf("ram:URIID", "location"),
        Fixed("ram:TypeCode", "916"),
        Leaf("ram:Name", "description"),
        Leaf(
            "ram:AttachmentBinaryObject",
            "attachment.data",
            BASE64,
            attributes={"mimeCode": "attachment.media_type", "filename": "attachment.file_name"},
        ),
        always=True,
        when=unless(says("ram:TypeCode", "50", "130")),
    ),
)

_AGREEMENT: Final = Nest(
    "ram:ApplicableHeaderTradeAgreement",
    Leaf("ram:BuyerReference", "buyer_reference"),
    SELLER,
    BUYER,
    TAX_REPRESENTATIVE,
    _reference("ram:SellerOrderReferencedDocument", "sales_order"),
    _reference("ram:BuyerOrderReferencedDocument", "purchase_order"),
    _reference("ram:ContractReferencedDocument", "contract"),
    _TENDER,
    _INVOICED_OBJECT,
    _SUPPORTING_DOCUMENTS,
    Nest(
        "ram:SpecifiedProcuringProject",
        Leaf("ram:ID", "project"),
        Fixed("ram:Name", "Project reference"),
    ),
    always=True,
)

_DELIVERY: Final = Nest(
    "ram:ApplicableHeaderTradeDelivery",
    SHIP_TO,
    Nest(
        "ram:ActualDeliverySupplyChainEvent",
        day("ram:OccurrenceDateTime", "delivery.delivered_on"),
    ),
    _reference("ram:DespatchAdviceReferencedDocument", "despatch_advice"),
    _reference("ram:ReceivingAdviceReferencedDocument", "receiving_advice"),
    always=True,
)

INVOICE: Final = Table(
    Nest(
        "rsm:ExchangedDocumentContext",
        _parameter("ram:BusinessProcessSpecifiedDocumentContextParameter", "business_process"),
        _parameter("ram:GuidelineSpecifiedDocumentContextParameter", "specification"),
        always=True,
    ),
    Nest(
        "rsm:ExchangedDocument",
        Leaf("ram:ID", "number"),
        Leaf("ram:TypeCode", "type_code"),
        day("ram:IssueDateTime", "issue_date"),
        Many(
            "notes",
            Nest(
                "ram:IncludedNote",
                Leaf("ram:Content", "text"),
                Leaf("ram:SubjectCode", "subject_code"),
                always=True,
            ),
        ),
        always=True,
    ),
    Nest("rsm:SupplyChainTradeTransaction", LINES, _AGREEMENT, _DELIVERY, SETTLEMENT, always=True),
)
