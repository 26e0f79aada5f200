"""XML documents that come by mistake, and what people call them."""

import re
from collections.abc import Callable
from typing import Final

from formats.codec import Unreadable
from formats.findings import Finding
from formats.xml.names import Element
from formats.xml.payload import unexpected
from formats.xml.places import place_of

_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ANSWERS: Final = "drop answers and messages where they belong; here only invoices are taken"
_SEND: Final = "send the invoice itself"
_OUTBOUND: Final = "send it in UBL, CII or the ERP's own format; Facteur writes this one from it"

Named = Callable[[re.Match[str]], str]
_KINDS: Final[tuple[tuple[re.Pattern[str], Named, str], ...]] = tuple(
    (re.compile(rf"\{{{namespace}\}}{name}"), words, fix)
    for namespace, name, words, fix in (
        (
            r"urn:oasis:names:specification:ubl:schema:xsd:\w+-2",
            "ApplicationResponse",
            lambda _: "a UBL application response, which answers a document",
            _ANSWERS,
        ),
        (
            r"urn:oasis:names:specification:ubl:schema:xsd:(\w+-2)",
            "(Invoice|CreditNote)",
            lambda found: f"a UBL {_words(found[2])} in the namespace of {found[1]}",
            "write Invoice in the namespace of Invoice-2, CreditNote in that of CreditNote-2",
        ),
        (
            r"urn:oasis:names:specification:ubl:schema:xsd:\w+-2",
            r"(\w+)",
            lambda found: f"a UBL {_words(found[1])}",
            _SEND,
        ),
        (
            r"http://(?:ivaservizi\.agenziaentrate|www\.fatturapa)\.gov\.it/\S*messaggi/\S*",
            r"(\w+)",
            lambda found: f"a message of SdI ({found[1]}), which answers an invoice",
            _ANSWERS,
        ),
        (
            r"urn:un:unece:uncefact:data:SCRDMCCBDACIO\w+:\d+",
            r"\w+",
            lambda _: "an Order-X order",
            _SEND,
        ),
        (
            r"urn:ferd:CrossIndustryDocument:invoice:1p0",
            r"\w+",
            lambda _: "an invoice of ZUGFeRD 1, which came before EN 16931",
            "send ZUGFeRD 2, Factur-X or CII",
        ),
        (
            r"http://crd\.gov\.pl/wzor/\S*",
            "Faktura",
            lambda _: "an invoice for KSeF, which is written here but not read",
            _OUTBOUND,
        ),
        (
            r"http://www\.facturae\.(?:gob\.)?es/\S*",
            "Facturae",
            lambda _: "an invoice in Facturae, which is written here but not read",
            _OUTBOUND,
        ),
        (
            r"urn:iso:std:iso:20022:tech:xsd:(\w+\.\d+)\S*",
            "Document",
            lambda found: f"a bank's message (ISO 20022 {found[1]})",
            _SEND,
        ),
        (
            r"http://(?:schemas\.xmlsoap\.org/soap|www\.w3\.org/2003/05/soap)\S*",
            "Envelope",
            lambda _: "a SOAP message",
            "send what is inside it",
        ),
    )
)


def mistaken(root: Element, *, what: str) -> Unreadable:
    """Return the error IN-XML-4: this is XML, but of another kind; says which, if it is known."""
    tag = str(root.tag)
    for pattern, words, fix in _KINDS:
        if found := pattern.fullmatch(tag):
            return Unreadable(
                Finding(
                    rule="IN-XML-4",
                    message=f"this is {words(found)}, not {what}",
                    place=place_of(root),
                    value=tag,
                    fix=fix,
                )
            )
    return unexpected(root, what=what)


def _words(name: str) -> str:
    """Return the name of a document as words.

    >>> _words("OrderResponseSimple")
    'order response simple'
    """
    return _CAPITAL.sub(" ", name).lower()
