"""What comes by mistake is called what it is."""

import pytest

from formats import catalogue
from formats.codec import Unreadable

UBL = "urn:oasis:names:specification:ubl:schema:xsd"
SDI = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fattura/messaggi/v1.0"
NAMED = {
    f"Order {UBL}:Order-2": "a UBL order,",
    f"OrderResponseSimple {UBL}:OrderResponseSimple-2": "a UBL order response simple,",
    f"ApplicationResponse {UBL}:ApplicationResponse-2": "a UBL application response, which answers",
    f"Invoice {UBL}:CreditNote-2": "a UBL invoice in the namespace of CreditNote-2,",
    f"RicevutaConsegna {SDI}": "a message of SdI (RicevutaConsegna), which answers an invoice",
    "NotificaScarto http://www.fatturapa.gov.it/sdi/messaggi/v1.0": "a message of SdI (NotificaSc",
    "Faktura http://crd.gov.pl/wzor/2025/06/25/13775/": "an invoice for KSeF",
    "Facturae http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml": "in Facturae",
    "CrossIndustryDocument urn:ferd:CrossIndustryDocument:invoice:1p0": "of ZUGFeRD 1",
    "Document urn:iso:std:iso:20022:tech:xsd:camt.053.001.08": "a bank's message (ISO 20022 camt.",
    "Envelope http://schemas.xmlsoap.org/soap/envelope/": "a SOAP message",
    "Own urn:example:own": "the root element is {urn:example:own}Own",
}


@pytest.mark.parametrize("case", NAMED)
def test_what_it_is_called(case: str) -> None:
    name, _, namespace = case.partition(" ")
    with pytest.raises(Unreadable) as refusal:
        catalogue.read(f'<x:{name} xmlns:x="{namespace}"><a/></x:{name}>'.encode(), "a.xml")
    finding = refusal.value.finding
    assert finding.rule == "IN-XML-4"
    assert NAMED[case] in finding.message
    assert "an invoice as UBL, CII, FatturaPA or IDoc" in finding.message
    assert finding.fix
    assert finding.value == f"{{{namespace}}}{name}"
