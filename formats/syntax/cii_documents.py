"""CII: rules on references to other documents, told apart by their type code."""

from typing import Final

from formats.syntax.cii_types import of_type, only_for, outside, types
from formats.syntax.rules import Own, Sheet, Test
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_SUPPORTING: Final = tag("ram:AdditionalReferencedDocument")
_ADDITIONAL: Final = "ram:AdditionalReferencedDocument"
_ATTACHED: Final = "an AdditionalReferencedDocument with the type code 916"


def _in_document(*codes: str) -> Test:
    """Return whether what an element belongs to is no supporting document of these types."""

    def foreign(element: Element, sheet: Sheet) -> bool:
        document = element.getparent()
        assert document is not None
        return document.tag != _SUPPORTING or types(document, sheet).isdisjoint(codes)

    return foreign


def _of_normal_type(code: str) -> Test:
    def holds(document: Element | None, sheet: Sheet) -> bool:
        return code in {each.strip(WHITE_SPACE) for each in types(document, sheet)}

    return holds


def _below_type(code: str) -> Test:
    holds = _of_normal_type(code)

    def below(element: Element, sheet: Sheet) -> bool:
        document = element.getparent()
        return document is not None and holds(document, sheet)

    return below


DOCUMENTS_OWN: Final = {
    "CII-SR-457": Own(
        path=_ADDITIONAL,
        only=of_type("50"),
        most=1,
        sentence="there is more than one tender or lot",
        fix="keep one ram:AdditionalReferencedDocument with the type code 50",
        term="BT-17",
    ),
    "CII-SR-458": Own(
        path=_ADDITIONAL,
        only=of_type("130"),
        most=1,
        sentence="there is more than one invoiced object",
        fix="keep one ram:AdditionalReferencedDocument with the type code 130",
        term="BT-18",
    ),
    "CII-SR-474": Own(
        path=_ADDITIONAL,
        only=_of_normal_type("130"),
        most=1,
        sentence="there is more than one invoiced object of a line",
        fix="keep one",
        term="BT-128",
    ),
    "CII-SR-475": Own(
        path=f"{_ADDITIONAL}/ram:Name",
        only=_below_type("916"),
        most=1,
        sentence="there is more than one description of supporting documents",
        fix="keep one",
        term="BT-123",
    ),
    "CII-SR-476": Own(
        path=f"{_ADDITIONAL}/ram:AttachmentBinaryObject",
        only=_below_type("916"),
        most=1,
        sentence="there is more than one attached file",
        fix="keep one",
        term="BT-125",
    ),
    "CII-DT-015": only_for("URIID", _ATTACHED, _in_document("916")),
    "CII-DT-018": Own(
        path="ram:TypeCode",
        only=_in_document("50", "130", "916"),
        sentence="a reference has a type code other than a supporting document's 50, 130 or 916",
        fix="leave out ram:TypeCode, or write the one that fits",
    ),
    "CII-DT-021": only_for("Name", _ATTACHED, _in_document("916")),
    "CII-DT-022": only_for("AttachmentBinaryObject", _ATTACHED, _in_document("916")),
    "CII-DT-024": only_for(
        "ReferenceTypeCode",
        "an AdditionalReferencedDocument with the type code 130",
        _in_document("130"),
    ),
    "CII-DT-027": only_for(
        "FormattedIssueDateTime",
        "an InvoiceReferencedDocument",
        outside("ram:InvoiceReferencedDocument"),
    ),
}
