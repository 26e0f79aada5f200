"""A notice as UBL 2.1 ApplicationResponse: what Oracle, Dynamics and Peppol software read.

Source:
    OASIS UBL 2.1, ApplicationResponse; response codes of UN/CEFACT list 4343, as Peppol's Invoice
    Response uses them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from formats.answers.notice import Cover, Form, Notice, State
from formats.findings import Finding, Severity
from formats.xml.names import NAMESPACES
from formats.xml.writing import Scribe, attribute

CODES: Final[Mapping[State, str]] = {
    State.ACCEPTED: "AB",
    State.SENDING: "IP",
    State.HANDED_OVER: "IP",
    State.IN_DOUBT: "IP",
    State.DELIVERED: "AP",
    State.PARKED: "UQ",
    State.DUPLICATE: "RE",
    State.SUPERSEDED: "RE",
    State.CANCELLED: "RE",
}
"""Acknowledged; in process; accepted; under query, since it waits for a correction; rejected."""

_NAMESPACE: Final = "urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
_HEAD: Final = attribute("xmlns", _NAMESPACE) + "".join(
    attribute(f"xmlns:{prefix}", NAMESPACES[prefix]) for prefix in ("cac", "cbc")
)
_TYPES: Final[Mapping[str, str]] = {"invoice": "380", "credit_note": "381"}
_DAY: Final = "%Y-%m-%d"
_TIME: Final = "%H:%M:%SZ"
_SPEAKER: Final = "Facteur"


def write(notices: Sequence[Notice], cover: Cover) -> bytes:
    """Return the answer to one document; its faults are lines, with the place that each is at."""
    (notice,) = notices
    page = Scribe()
    page.open("ApplicationResponse", _HEAD)
    page.leaf("cbc:UBLVersionID", "2.1")
    page.leaf("cbc:ID", notice.id)
    page.leaf("cbc:IssueDate", cover.made_at.strftime(_DAY))
    page.leaf("cbc:IssueTime", cover.made_at.strftime(_TIME))
    _party(page, "cac:SenderParty", _SPEAKER, "")
    _party(page, "cac:ReceiverParty", cover.company, cover.company_identifier)
    page.open("cac:DocumentResponse")
    _response(page, notice)
    _reference(page, notice)
    for finding in notice.findings:
        _line(page, finding)
    page.close("cac:DocumentResponse")
    page.close("ApplicationResponse")
    return page.finish()


def _party(page: Scribe, name: str, company: str, identifier: str) -> None:
    page.open(name)
    if identifier:
        page.open("cac:PartyIdentification")
        page.leaf("cbc:ID", identifier)
        page.close("cac:PartyIdentification")
    page.open("cac:PartyName")
    page.leaf("cbc:Name", company)
    page.close("cac:PartyName")
    page.close(name)


def _response(page: Scribe, notice: Notice) -> None:
    page.open("cac:Response")
    page.leaf("cbc:ReferenceID", notice.reference or notice.document or notice.submission)
    page.leaf("cbc:ResponseCode", CODES[notice.state], attribute("listID", "UNCL4343OpSubset"))
    page.leaf("cbc:Description", notice.words)
    page.leaf("cbc:EffectiveDate", notice.at.strftime(_DAY))
    page.leaf("cbc:EffectiveTime", notice.at.strftime(_TIME))
    page.open("cac:Status")
    page.leaf("cbc:ConditionCode", notice.state)
    if notice.reason:
        page.leaf("cbc:StatusReason", notice.reason)
    if notice.channel:
        page.leaf("cbc:Text", f"{notice.channel}: {notice.channel_state}")
    page.close("cac:Status")
    page.close("cac:Response")


def _reference(page: Scribe, notice: Notice) -> None:
    page.open("cac:DocumentReference")
    page.leaf("cbc:ID", notice.number or notice.file)
    if notice.issue_date:
        page.leaf("cbc:IssueDate", notice.issue_date)
    if notice.kind in _TYPES:
        page.leaf("cbc:DocumentTypeCode", _TYPES[notice.kind])
    page.close("cac:DocumentReference")


def _line(page: Scribe, finding: Finding) -> None:
    page.open("cac:LineResponse")
    page.open("cac:LineReference")
    page.leaf("cbc:LineID", finding.place or finding.path or "NA")
    page.close("cac:LineReference")
    page.open("cac:Response")
    page.leaf("cbc:ReferenceID", finding.rule)
    page.leaf("cbc:ResponseCode", "RE" if finding.severity is Severity.FATAL else "AP")
    page.leaf("cbc:Description", finding.message)
    page.open("cac:Status")
    page.leaf("cbc:StatusReasonCode", "BV" if finding.severity is Severity.FATAL else "BW")
    if finding.fix:
        page.leaf("cbc:StatusReason", finding.fix)
    page.close("cac:Status")
    page.close("cac:Response")
    page.close("cac:LineResponse")


FORM: Final = Form(
    name="application-response",
    words="UBL ApplicationResponse",
    suffix=".xml",
    media_type="application/xml",
    most=1,
    write=write,
)
