"""An enveloped XAdES signature judged: XML Signature 1.1, 3.2; ETSI TS 103 171 and EN 319 132-1."""

import hashlib
from base64 import b64decode
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA1
from lxml import etree

from formats.signatures.judge_cms import CHANGED, DIGESTS, FORGED, Made, Misshapen, failed
from formats.signatures.report import Kind
from formats.signatures.revocation import is_signed_by
from formats.xml.names import Element, tag

UNNAMED = "the signed properties do not name the signer's certificate"
XMLENC = "http://www.w3.org/2001/04/xmlenc#"
XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{XMLDSIG}enveloped-signature"
PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
SHA1_ALGORITHMS = (f"{XMLDSIG}sha1", f"{XMLDSIG}rsa-sha1")
DIGEST_NAMES = {
    f"{XMLENC}sha256": "sha256",
    f"{MORE}sha384": "sha384",
    f"{XMLENC}sha512": "sha512",
    f"{XMLDSIG}sha1": "sha1",
}
MORE_2007 = "http://www.w3.org/2007/05/xmldsig-more#"
METHODS: dict[str, tuple[str, PSS | None]] = {
    f"{MORE}{key}-{name}": (name, None) for key in ("rsa", "ecdsa") for name in DIGESTS
}
METHODS[f"{XMLDSIG}rsa-sha1"] = ("sha1", None)
METHODS |= {  # RFC 9231, 2.3.10: the salt is as long as the digest
    f"{MORE_2007}{name}-rsa-MGF1": (name, PSS(MGF1(algorithm), algorithm.digest_size))
    for name, algorithm in DIGESTS.items()
}
HASHES = {**DIGESTS, "sha1": SHA1()}  # noqa: S303 - judged, and named as a fault


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeInXml:
    """As Made, with its time stamps: the token and the canonical bytes that it is over.

    Attributes:
        whole: whether the whole document is signed.
    """

    made: Made
    whole: bool
    tokens: tuple[tuple[bytes, bytes], ...]


def judge_xml(root: Element) -> Iterator[MadeInXml]:
    """Yield each signature of a document, outer before inner.

    Raises:
        Misshapen: parts are missing, or algorithms are not accepted.
    """
    for signature in root.iter(tag("ds:Signature")):
        try:
            yield _judge(root, signature)
        except (ValueError, TypeError) as fault:
            raise Misshapen(f"no XML signature: {fault}") from fault


def _judge(root: Element, signature: Element) -> MadeInXml:
    info = _part(signature, "ds:SignedInfo")
    certificates = tuple(
        b64decode(each.text or "") for each in signature.iter(tag("ds:X509Certificate"))
    )
    if not certificates:
        raise Misshapen("the signer's certificate is not in it")
    der = next((each for each in certificates if _names(signature, each)), certificates[0])
    signer = x509.load_der_x509_certificate(der)
    method = _algorithm(info, "ds:SignatureMethod")
    if method not in METHODS:
        raise Misshapen(f"signature method {method} is not accepted")
    value = _part(signature, "ds:SignatureValue")
    data = _canonical(info, _algorithm(info, "ds:CanonicalizationMethod"))
    raw = b64decode(value.text or "")
    references = list(info.iter(tag("ds:Reference")))
    algorithms = {each.get("Algorithm") for each in info.iter("{*}*")}
    kept = all(_holds(root, signature, each) for each in references)
    whole = any(_covers(root, each) for each in references)
    with_properties = any(each.get("Type") == PROPERTIES for each in references)
    digest, padding = METHODS[method]
    own = is_signed_by(signer, _der(raw, signer), data, HASHES[digest], padding)
    judgements = (
        (Kind.CHANGED, CHANGED, kept),
        (Kind.CHANGED, "the document is not what is signed", whole),
        (Kind.WEAK, "the properties are not signed: this is no XAdES", with_properties),
        (Kind.FORGED, FORGED, own),
        (Kind.WEAK, "SHA-1 proves nothing any more", algorithms.isdisjoint(SHA1_ALGORITHMS)),
        (Kind.FORGED, UNNAMED, _names(signature, der)),
    )
    made = Made(
        signer=signer,
        certificates=certificates,
        claimed_at=_claimed(signature),
        value=raw,
        faults=failed(judgements),
    )
    return MadeInXml(made=made, whole=whole, tokens=tuple(_tokens(signature, value)))


def _holds(root: Element, signature: Element, reference: Element) -> bool:
    """Return whether a reference's digest is that of what it points to."""
    name = DIGEST_NAMES.get(_algorithm(reference, "ds:DigestMethod"))
    if name is None:
        raise Misshapen(f"digest {_algorithm(reference, 'ds:DigestMethod')} is not accepted")
    stated = b64decode(_part(reference, "ds:DigestValue").text or "")
    return hashlib.new(name, _transformed(root, signature, reference)).digest() == stated


def _transformed(root: Element, signature: Element, reference: Element) -> bytes:
    methods = [str(each.get("Algorithm")) for each in reference.iter(tag("ds:Transform"))]
    if set(methods) - {ENVELOPED, INCLUSIVE, EXCLUSIVE}:
        raise Misshapen(f"transforms {methods} are not accepted")
    target = _target(root, reference)
    canonical = next((each for each in methods if each != ENVELOPED), INCLUSIVE)
    if ENVELOPED not in methods:
        return _canonical(target, canonical)
    parent = signature.getparent()
    if parent is None or target is not root:
        raise Misshapen("the signature is not in what it envelops")
    return _without(root, signature, canonical)


def _without(root: Element, signature: Element, canonical: str) -> bytes:
    """Return the document's canonical form without the signature; the text after it stays."""
    number = list(root.iter()).index(signature)
    copied = deepcopy(root.getroottree())
    own = next(islice(copied.getroot().iter(), number, None))
    parent, before = own.getparent(), own.getprevious()
    assert parent is not None
    if before is not None:
        before.tail = (before.tail or "") + (own.tail or "")
    else:
        parent.text = (parent.text or "") + (own.tail or "")
    parent.remove(own)
    return etree.tostring(
        copied, method="c14n", exclusive=canonical == EXCLUSIVE, with_comments=False
    )


def _target(root: Element, reference: Element) -> Element:
    uri = reference.get("URI") or ""
    if not uri:
        return root
    named = [each for each in root.iter("{*}*") if each.get("Id") == uri.removeprefix("#")]
    if len(named) != 1:
        raise Misshapen(f"{uri} is there {len(named)} times, not once")
    return named[0]


def _covers(root: Element, reference: Element) -> bool:
    return reference.get("Type") != PROPERTIES and _target(root, reference) is root


def _canonical(element: Element, method: str) -> bytes:
    """Return the canonical form of a part; inclusive, it keeps the namespaces from above."""
    if method not in {INCLUSIVE, EXCLUSIVE}:
        raise Misshapen(f"canonicalization {method} is not accepted")
    if method == INCLUSIVE:
        alone = etree.Element(
            element.tag,
            {str(name): str(value) for name, value in element.items()},
            nsmap=element.nsmap,  # type: ignore[arg-type] # None is the default namespace
        )
        alone.text = element.text
        alone.extend(deepcopy(element))
        element = alone
    return etree.tostring(
        element,
        method="c14n",
        exclusive=method == EXCLUSIVE,
        with_comments=False,
        with_tail=False,
    )


def _names(signature: Element, certificate: bytes) -> bool:
    """Return whether SigningCertificate or its second version has the certificate's digest."""
    for held in signature.iter("{*}CertDigest"):
        name = DIGEST_NAMES.get(_algorithm(held, "ds:DigestMethod"))
        stated = b64decode(_part(held, "ds:DigestValue").text or "")
        if name and hashlib.new(name, certificate).digest() == stated:
            return True
    return False


def _claimed(signature: Element) -> datetime | None:
    stated = next(signature.iter("{*}SigningTime"), None)
    if stated is None or not stated.text:
        return None
    moment = datetime.fromisoformat(stated.text.strip())
    return moment if moment.tzinfo else None


def _tokens(signature: Element, value: Element) -> Iterator[tuple[bytes, bytes]]:
    for stamp in signature.iter(tag("xades:SignatureTimeStamp")):
        method = stamp.find(tag("ds:CanonicalizationMethod"))
        how = INCLUSIVE if method is None else str(method.get("Algorithm"))
        for token in stamp.iter(tag("xades:EncapsulatedTimeStamp")):
            yield b64decode(token.text or ""), _canonical(value, how)


def _der(raw: bytes, signer: x509.Certificate) -> bytes:
    """Return a signature as X.509 writes it: ECDSA as a sequence of r and s."""
    if not isinstance(signer.public_key(), EllipticCurvePublicKey):
        return raw
    half = len(raw) // 2
    r, s = (int.from_bytes(part, "big") for part in (raw[:half], raw[half:]))
    return encode_dss_signature(r, s)


def _part(element: Element, name: str) -> Element:
    found = element.find(tag(name))
    if found is None:
        raise Misshapen(f"{name} is missing")
    return found


def _algorithm(element: Element, name: str) -> str:
    return str(_part(element, name).get("Algorithm"))
