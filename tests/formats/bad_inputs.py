"""Files that are no good, each with the finding that must name its fault, never a pass."""

from formats.catalogue import WRITERS
from formats.codec import Material
from formats.xml.parsing import LIMIT_BYTES
from tests.hub.invoices import CLEAN, ubl

UBL = ubl()
UBL_BODY = UBL.partition(b"\n")[2]
CII = WRITERS["cii"].write(CLEAN, Material())
_ENVELOPE = (
    b'<sbd:StandardBusinessDocument xmlns:sbd="http://www.unece.org/cefact/namespaces/'
    b'StandardBusinessDocumentHeader"><sbd:StandardBusinessDocumentHeader>'
    b"<sbd:HeaderVersion>1.0</sbd:HeaderVersion>%s</sbd:StandardBusinessDocumentHeader>%s"
    b"</sbd:StandardBusinessDocument>"
)
_ORDER = b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'
_INVOICE_2 = b' xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
_BASIC = b"CommonBasicComponents-"


def enveloped(*documents: bytes, scopes: bytes = b"") -> bytes:
    """Documents in a StandardBusinessDocument, its header as long as one likes."""
    return _ENVELOPE % (scopes, b"".join(documents))


def inside(document: bytes, more: bytes) -> bytes:
    """A document with more in it, at the end."""
    head, end, _ = document.rpartition(b"</")
    return head + more + document[len(head) :] if end else document


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "IN-FORMAT"),
    "text": (b"Dear customer,", "IN-FORMAT"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "IN-FORMAT"),
    "JSON of another kind": (b'{"invoice": 1}', "IN-FORMAT"),
    "half a file": (UBL[:1500], "IN-XML-1"),
    "a web page": (b"<!DOCTYPE html><html/>", "IN-XML-2"),
    "DOCTYPE with an entity": (b'<!DOCTYPE a [<!ENTITY b "c">]>' + UBL_BODY, "IN-XML-2"),
    "DOCTYPE naming a file": (
        UBL.replace(b"<Invoice", b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><Invoice', 1),
        "IN-XML-2",
    ),
    "more than 100 MB of XML": (
        inside(UBL, b"<!--" + b"x" * LIMIT_BYTES + b"-->"),
        "IN-XML-3",
    ),
    "more than 100 MB of text": (b"x" * (LIMIT_BYTES + 1), "IN-FORMAT"),
    "elements 5,000 deep": (inside(UBL, b"<a>" * 5000 + b"</a>" * 5000), "IN-XML-3"),
    "an order": (_ORDER, "IN-XML-4"),
    "an order in an envelope": (enveloped(_ORDER), "IN-XML-4"),
    "an invoice without namespace": (UBL.replace(_INVOICE_2, b""), "IN-XML-4"),
    "an empty envelope": (enveloped(), "IN-XML-5"),
    "an encoding of its own": (UBL.replace(b"UTF-8", b"UTF-7"), "IN-XML-6"),
    "two invoices one after the other": (UBL + UBL_BODY, "IN-XML-1"),
    "two files one after the other": (UBL + UBL, "IN-XML-1"),
    "two invoices in an envelope": (enveloped(UBL_BODY, UBL_BODY), "IN-XML-8"),
    "two invoices under a root": (b"<Invoices>" + UBL_BODY * 2 + b"</Invoices>", "IN-XML-8"),
    "an invoice in an invoice": (inside(UBL, UBL_BODY), "IN-XML-8"),
    "two transactions in a CII": (
        inside(CII, CII[CII.index(b"<rsm:SupplyChain") : CII.rindex(b"</")]),
        "IN-XML-8",
    ),
}
"""No document can be read from these; each is parked with this finding."""

MIXED: dict[str, bytes] = {
    "CII in UBL": inside(
        UBL,
        b'<x:ID xmlns:x="urn:un:unece:uncefact:data:standard:'
        b'ReusableAggregateBusinessInformationEntity:100">7</x:ID>',
    ),
    "UBL in CII": inside(
        CII,
        b'<x:ID xmlns:x="urn:oasis:names:specification:ubl:schema:xsd:'
        b'CommonBasicComponents-2">7</x:ID>',
    ),
    "an element of one's own": inside(UBL, b'<x:Own xmlns:x="urn:example:own">7</x:Own>'),
    "an empty element of one's own": inside(UBL, b'<x:Own xmlns:x="urn:example:own"/>'),
    "elements of another version": UBL.replace(_BASIC + b"2", _BASIC + b"1"),
    "elements without namespace": inside(
        UBL, b'<cac:Delivery><Own xmlns="">7</Own></cac:Delivery>'
    ),
}
"""These are read, with IN-XML-7; each is parked."""

GOOD: dict[str, bytes] = {
    "UBL in an envelope": enveloped(UBL_BODY),
    "CII in an envelope": enveloped(CII.partition(b"\n")[2]),
    "a long header": enveloped(UBL_BODY, scopes=b"<sbd:X>" + b"x" * 9000 + b"</sbd:X>"),
    "a long comment": b"<!--" + b"x" * 9000 + b"-->" + UBL_BODY,
    "extensions of one's own": UBL.replace(
        b"<cbc:CustomizationID>",
        b'<x:UBLExtensions xmlns:x="urn:oasis:names:specification:ubl:schema:xsd:'
        b'CommonExtensionComponents-2"><x:UBLExtension><x:ExtensionContent>'
        b'<o:Own xmlns:o="urn:example:own">7</o:Own></x:ExtensionContent></x:UBLExtension>'
        b"</x:UBLExtensions><cbc:CustomizationID>",
        1,
    ),
}
"""These look odd and hold the clean invoice."""
