"""What elements are called: Clark names, and prefixes that do not depend on the file."""

from functools import lru_cache
from typing import Final

from lxml import etree

Element = etree._Element  # noqa: SLF001 (lxml gives its class no public name)

NAMESPACES: Final = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "sbd": "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader",
    "fpa": "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
"""Prefixes as they stand in places and in syntax bindings, whatever prefixes a file uses."""

UBL_INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
UBL_CREDIT_NOTE: Final = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"

ENVELOPE: Final = f"{{{NAMESPACES['sbd']}}}StandardBusinessDocument"
_PREFIX_OF: Final = {
    **{namespace: f"{prefix}:" for prefix, namespace in NAMESPACES.items()},
    UBL_INVOICE: "",
    UBL_CREDIT_NOTE: "",
}


def tag(name: str) -> str:
    """Return the Clark name of a prefixed one.

    >>> tag("cbc:ID")
    '{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}ID'
    """
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


@lru_cache
def name_of(element_tag: str) -> str:
    """Return the prefixed name of a Clark name; a foreign namespace stays written out.

    >>> name_of(tag("cbc:ID")), name_of("{urn:x}Y"), name_of("Z")
    ('cbc:ID', '{urn:x}Y', 'Z')
    """
    namespace, brace, local = element_tag[1:].partition("}")
    if not brace:
        return element_tag
    prefix = _PREFIX_OF.get(namespace)
    return element_tag if prefix is None else prefix + local
