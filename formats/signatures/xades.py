"""XAdES-B-B and XAdES-B-T enveloped in UBL, FatturaPA or Facturae.

The signature stands where UBL 2.1 section 5 puts it, in an extension, and at the end of a FatturaPA
or Facturae; in the latter with the policy that it demands (EPES). Its form is that of ETSI
TS 103 171: the XAdES schema of 2006 that UBL 2.1 carries does not know the SigningCertificateV2 of
ETSI EN 319 132-1, which would make the invoice invalid for everyone who checks the schema.
"""

import re
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from formats.signatures.signer import Signer, Unsupported, stamped
from formats.xml.names import NAMESPACES, UBL_CREDIT_NOTE, UBL_INVOICE, tag
from formats.xml.parsing import parse

_UBL = (f"{{{UBL_INVOICE}}}Invoice", f"{{{UBL_CREDIT_NOTE}}}CreditNote")
_FATTURAPA = "{http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2}FatturaElettronica"
_FACTURAE = "{http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml}Facturae"

FACTURAE_POLICY = """
<xades:SignaturePolicyIdentifier>
 <xades:SignaturePolicyId>
  <xades:SigPolicyId>
   <xades:Identifier>http://www.facturae.es/politica_de_firma_formato_facturae/\
politica_de_firma_formato_facturae_v3_1.pdf</xades:Identifier>
  </xades:SigPolicyId>
  <xades:SigPolicyHash>
   <ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/>
   <ds:DigestValue>Ohixl6upD6av8N7pEvDABhEL6hM=</ds:DigestValue>
  </xades:SigPolicyHash>
 </xades:SignaturePolicyId>
</xades:SignaturePolicyIdentifier>
"""
"""Facturae's signature policy 3.1 with the SHA-1 of its PDF, as signed invoices in use state it."""

EXTENSION = """
<ext:UBLExtension
    xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
    xmlns:sig="urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2"
    xmlns:sac="urn:oasis:names:specification:ubl:schema:xsd:SignatureAggregateComponents-2">
 <ext:ExtensionURI>urn:oasis:names:specification:ubl:dsig:enveloped:xades</ext:ExtensionURI>
 <ext:ExtensionContent>
  <sig:UBLDocumentSignatures><sac:SignatureInformation/></sig:UBLDocumentSignatures>
 </ext:ExtensionContent>
</ext:UBLExtension>
"""

PROPERTIES = """
<xades:SignedProperties Id="seal-properties"
    xmlns:ds="http://www.w3.org/2000/09/xmldsig#"
    xmlns:xades="http://uri.etsi.org/01903/v1.3.2#">
 <xades:SignedSignatureProperties>
  <xades:SigningTime>{signed_at}</xades:SigningTime>
  <xades:SigningCertificate>
   <xades:Cert>
    <xades:CertDigest>
     <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
     <ds:DigestValue>{certificate_digest}</ds:DigestValue>
    </xades:CertDigest>
    <xades:IssuerSerial>
     <ds:X509IssuerName>{issuer}</ds:X509IssuerName>
     <ds:X509SerialNumber>{serial}</ds:X509SerialNumber>
    </xades:IssuerSerial>
   </xades:Cert>
  </xades:SigningCertificate>
  {policy}
 </xades:SignedSignatureProperties>
 <xades:SignedDataObjectProperties>
  <xades:DataObjectFormat ObjectReference="#seal-document">
   <xades:MimeType>application/xml</xades:MimeType>
  </xades:DataObjectFormat>
 </xades:SignedDataObjectProperties>
</xades:SignedProperties>
"""

SIGNED_INFO = """
<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
 <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
 <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#{method}"/>
 <ds:Reference Id="seal-document" URI="">
  <ds:Transforms>
   <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
   <ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
  </ds:Transforms>
  <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
  <ds:DigestValue>{document_digest}</ds:DigestValue>
 </ds:Reference>
 <ds:Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#seal-properties">
  <ds:Transforms>
   <ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
  </ds:Transforms>
  <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
  <ds:DigestValue>{properties_digest}</ds:DigestValue>
 </ds:Reference>
</ds:SignedInfo>
"""

SIGNATURE_VALUE = """
<ds:SignatureValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{value}</ds:SignatureValue>
"""

TIME_STAMP = """
<xades:UnsignedProperties>
 <xades:UnsignedSignatureProperties>
  <xades:SignatureTimeStamp>
   <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
   <xades:EncapsulatedTimeStamp>{token}</xades:EncapsulatedTimeStamp>
  </xades:SignatureTimeStamp>
 </xades:UnsignedSignatureProperties>
</xades:UnsignedProperties>
"""

SIGNATURE = """
<ds:Signature Id="seal" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
 {signed_info}
 {value}
 <ds:KeyInfo><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo>
 <ds:Object>
  <xades:QualifyingProperties Target="#seal" xmlns:xades="http://uri.etsi.org/01903/v1.3.2#">
   {properties}
   {time_stamp}
  </xades:QualifyingProperties>
 </ds:Object>
</ds:Signature>
"""


def sign_b_b(data: bytes, signer: Signer, signed_at: datetime) -> bytes:
    """Return the XML document with an enveloped XAdES-B-B signature.

    Args:
        data: a UBL invoice or credit note, a FatturaPA or a Facturae, not signed yet.
        signer: whose chain goes into the signature.
        signed_at: claimed time, aware.

    Raises:
        Unsupported: the document has no place for a signature, or has one already.
    """
    return _sign(data, signer, signed_at, with_time_stamp=False)


def sign_b_t(data: bytes, signer: Signer, signed_at: datetime) -> bytes:
    """Return the XML document with a XAdES-B-T signature: B-B with an RFC 3161 time stamp over it.

    Raises:
        Unsupported: as above, or there is no time-stamp authority.
    """
    return _sign(data, signer, signed_at, with_time_stamp=True)


def _sign(data: bytes, signer: Signer, signed_at: datetime, *, with_time_stamp: bool) -> bytes:
    document = parse(data, what="an invoice that can be signed")
    own = x509.load_der_x509_certificate(signer.chain[0])
    method = _method(own)
    place = _place(document)
    policy = _compact(FACTURAE_POLICY) if document.tag == _FACTURAE else ""
    properties = _properties(own, signed_at, policy)
    signed_info = _fragment(
        SIGNED_INFO,
        method=method,
        document_digest=_digest(_canonical(document.getroottree())),
        properties_digest=_digest(properties),
    )
    value = _fragment(SIGNATURE_VALUE, value=_base64(_raw(signer.sign(signed_info), own)))
    token = stamped(signer, sha256(value).digest()) if with_time_stamp else None
    signature = _compact(SIGNATURE).format(
        signed_info=signed_info.decode(),
        value=value.decode(),
        certificates="".join(map(_certificate, signer.chain)),
        properties=properties.decode(),
        time_stamp=_compact(TIME_STAMP).format(token=_base64(token)) if token else "",
    )
    place.append(parse(signature.encode(), what="a signature"))
    return etree.tostring(document.getroottree(), encoding="UTF-8", xml_declaration=True)


def _method(own: x509.Certificate) -> str:
    match own.public_key():
        case RSAPublicKey():
            return "rsa-sha256"
        case EllipticCurvePublicKey():
            return "ecdsa-sha256"
        case other:
            raise Unsupported(f"XAdES: no signature method for {type(other).__name__}")


def _place(document: etree._Element) -> etree._Element:
    """Return the element at whose end the signature will stand."""
    if next(document.iter(tag("ds:Signature")), None) is not None:
        raise Unsupported("XAdES: the document is signed already")
    if document.tag in {_FATTURAPA, _FACTURAE}:
        return document
    if document.tag in _UBL:
        return _extension(document)
    raise Unsupported(f"XAdES: {document.tag} has no place for a signature")


def _extension(document: etree._Element) -> etree._Element:
    """Make the extension in which the signature will stand; it is part of what is signed."""
    extensions = document.find(tag("ext:UBLExtensions"))
    if extensions is None:
        extensions = etree.Element(tag("ext:UBLExtensions"), nsmap={"ext": NAMESPACES["ext"]})
        document.insert(0, extensions)
    extensions.append(parse(_compact(EXTENSION).encode(), what="an extension"))
    return extensions[-1][-1][0][0]


def _properties(own: x509.Certificate, signed_at: datetime, policy: str) -> bytes:
    return _fragment(
        PROPERTIES,
        signed_at=signed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        certificate_digest=_base64(own.fingerprint(SHA256())),
        issuer=escape(own.issuer.rfc4514_string()),
        serial=str(own.serial_number),
        policy=policy,
    )


def _raw(signature: bytes, own: x509.Certificate) -> bytes:
    """Return a signature as XML Signature 1.1 writes it: ECDSA as r and s of the curve's size."""
    key = own.public_key()
    if not isinstance(key, EllipticCurvePublicKey):
        return signature
    size = (key.curve.key_size + 7) // 8
    return b"".join(part.to_bytes(size, "big") for part in decode_dss_signature(signature))


def _fragment(template: str, **values: str) -> bytes:
    """Return the filled template in canonical form, as it is digested or signed."""
    return _canonical(parse(_compact(template).format(**values).encode(), what="a fragment"))


def _canonical(node: etree._Element | etree._ElementTree) -> bytes:
    return etree.tostring(node, method="c14n", exclusive=True, with_comments=False)


def _compact(template: str) -> str:
    """Return the template on one line, without white space between tags."""
    return re.sub(r"(?<=[>}])\s+(?=[<{])|^\s+|\s+$", "", template)


def _certificate(certificate: bytes) -> str:
    return f"<ds:X509Certificate>{_base64(certificate)}</ds:X509Certificate>"


def _digest(data: bytes) -> str:
    return _base64(sha256(data).digest())


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
