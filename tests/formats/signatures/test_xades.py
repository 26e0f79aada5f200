"""An enveloped signature holds, changes nothing else, and leaves UBL valid."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from lxml import etree
from signxml.exceptions import InvalidDigest
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from formats.codec import Material
from formats.facturae.write import WRITER as FACTURAE
from formats.fatturapa.write import WRITER as FATTURAPA
from formats.signatures.catalogue import SIGNATURES
from formats.signatures.signer import KeySigner, Unsupported
from formats.signatures.xades import sign_b_b, sign_b_t
from formats.xml.names import NAMESPACES
from formats.xml.parsing import parse
from tests.formats.national_samples import sample

SignerOf = Callable[..., KeySigner]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CORPORA = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE = f"""<Invoice xmlns="{UBL}Invoice-2" xmlns:cbc="{NAMESPACES["cbc"]}">
  <cbc:ID>R-1</cbc:ID>
  <cbc:Note>Käse &amp; Wein &lt; 10&#13;</cbc:Note>
</Invoice>""".encode()
EXTENDED = f"""<n:CreditNote xmlns:n="{UBL}CreditNote-2" xmlns:e="{NAMESPACES["ext"]}">
  <e:UBLExtensions><e:UBLExtension><e:ExtensionContent><x xmlns="urn:own"/></e:ExtensionContent>
  </e:UBLExtension></e:UBLExtensions>
</n:CreditNote>""".encode()


def without_signature(signed: bytes) -> bytes:
    """Return the canonical document with the whole extension taken away."""
    root = parse(signed, what="a signed document")
    (signature,) = root.iter("{*}Signature")
    extension = next(signature.iterancestors("{*}UBLExtension"))
    extensions = extension.getparent()
    assert extensions is not None
    (extensions if len(extensions) > 1 else root).remove(
        extension if len(extensions) > 1 else extensions
    )
    return etree.tostring(root, method="c14n")


@pytest.mark.parametrize("document", [INVOICE, EXTENDED])
@pytest.mark.parametrize("key", ["rsa", "ec"])
@pytest.mark.parametrize("level", ["xades-b-b", "xades-b-t"])
def test_signature_holds_and_the_rest_is_as_before(
    signer_of: SignerOf, document: bytes, key: str, level: str
) -> None:
    signer = signer_of(key, lambda digest: b"token of " + digest)
    signed = SIGNATURES[level](document, signer, NOON)
    assert without_signature(signed) == etree.tostring(parse(document, what=""), method="c14n")

    _, properties = XAdESVerifier().verify(
        signed,
        x509_cert=x509.load_der_x509_certificate(signer.chain[0]),
        expect_config=XAdESSignatureConfiguration(expect_references=2),
    )
    assert properties.signed_xml is not None
    assert properties.signed_xml.findtext(".//{*}SigningTime") == "2026-11-22T12:00:00Z"
    assert properties.signed_xml.findtext(".//{*}X509IssuerName") == "CN=Muster & Söhne AG"
    stamps = list(parse(signed, what="").iter("{*}EncapsulatedTimeStamp"))
    assert len(stamps) == (level == "xades-b-t")


FORGERIES = {
    "document": (b">R-1<", b">R-2<"),
    "signing time": (b"2026-11-22T12:00:00Z", b"2026-11-21T12:00:00Z"),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_forgery_is_seen(signer_of: SignerOf, what: str) -> None:
    old, new = FORGERIES[what]
    signed = sign_b_b(INVOICE, signer_of("ec"), NOON)
    assert signed.count(old) == 1
    with pytest.raises(InvalidDigest):
        XAdESVerifier().verify(
            signed.replace(old, new),
            x509_cert=x509.load_der_x509_certificate(signer_of("ec").chain[0]),
            expect_config=XAdESSignatureConfiguration(expect_references=2),
        )


CII = f'<CrossIndustryInvoice xmlns="{NAMESPACES["rsm"]}"/>'.encode()
UNSUPPORTED: dict[str, tuple[Callable[[SignerOf], bytes], str]] = {
    "CII": (lambda of: sign_b_b(CII, of("ec"), NOON), "CrossIndustryInvoice has no place"),
    "signed": (
        lambda of: sign_b_b(sign_b_b(INVOICE, of("ec"), NOON), of("rsa"), NOON),
        "signed already",
    ),
    "no authority": (lambda of: sign_b_t(INVOICE, of("ec"), NOON), "no time-stamp authority"),
}


@pytest.mark.parametrize("case", UNSUPPORTED)
def test_what_cannot_be_signed_is_named(signer_of: SignerOf, case: str) -> None:
    attempt, words = UNSUPPORTED[case]
    with pytest.raises(Unsupported, match=words):
        attempt(signer_of)


@pytest.mark.skipif(not CORPORA.exists(), reason="shared corpora are not here")
@pytest.mark.parametrize("name", ["example1", "example7", "creditnote1"])
def test_signed_ubl_is_valid_against_the_schema_with_signatures(
    signer_of: SignerOf, name: str
) -> None:
    kind = "CreditNote" if name == "creditnote1" else "Invoice"
    schemas = CORPORA / "xsd/france-rfe/FNFE_RFE_INVOICE/UBL/1xsd_UBL2.1"
    schema = etree.XMLSchema(file=schemas / f"maindoc/UBL-{kind}-2.1.xsd")
    folder = CORPORA / "en16931-examples/cen-en16931/ubl/examples"
    data = (folder / f"ubl-tc434-{name}.xml").read_bytes()
    signed = sign_b_t(data, signer_of("rsa", lambda digest: digest), NOON)
    schema.assertValid(parse(signed, what=""))


NATIONAL = {
    "FatturaPA": (FATTURAPA.write(sample("italy"), Material()), False),
    "Facturae": (FACTURAE.write(sample("spain"), Material()), True),
}


@pytest.mark.parametrize("syntax", NATIONAL)
@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_national_invoices_are_signed_at_their_end_facturae_under_its_policy(
    signer_of: SignerOf, syntax: str, key: str
) -> None:
    document, with_policy = NATIONAL[syntax]
    signed = sign_b_b(document, signer_of(key), NOON)
    XAdESVerifier().verify(
        signed,
        x509_cert=x509.load_der_x509_certificate(signer_of(key).chain[0]),
        expect_config=XAdESSignatureConfiguration(expect_references=2),
    )
    root = parse(signed, what="")
    assert root[-1].tag == f"{{{NAMESPACES['ds']}}}Signature"
    assert len(list(root.iter("{*}SigPolicyHash"))) == with_policy
    with pytest.raises(Unsupported, match="signed already"):
        sign_b_b(signed, signer_of(key), NOON)


@pytest.mark.skipif(not CORPORA.exists(), reason="shared corpora are not here")
def test_the_policy_is_the_one_that_signed_facturae_state(signer_of: SignerOf) -> None:
    signed = sign_b_b(NATIONAL["Facturae"][0], signer_of("ec"), NOON)
    theirs = CORPORA / "spain-facturae/gobl-facturae/test/data/out/invoice-vat.xml"
    ours, stated = (
        parse(data, what="").find(".//{*}SignaturePolicyIdentifier")
        for data in (signed, theirs.read_bytes())
    )
    assert ours is not None
    assert stated is not None
    for field in ("Identifier", "DigestValue"):
        assert ours.findtext(f".//{{*}}{field}") == stated.findtext(f".//{{*}}{field}")
