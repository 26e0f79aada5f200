"""The table SIGNATURES: what a route may ask for, and who makes it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from formats.signatures import cades, pades, xades
from formats.signatures.signer import Signer

Signature = Callable[[bytes, Signer, datetime], bytes]
"""Takes the file, the signer and the claimed time (aware); gives the signed file."""

SIGNATURES: Mapping[str, Signature] = {
    "pades-b-b": pades.sign_b_b,
    "pades-b-t": pades.sign_b_t,
    "pades-b-lt": pades.sign_b_lt,
    "pades-b-lta": pades.sign_b_lta,
    "pades-b-b-visible": pades.visibly(pades.sign_b_b),
    "pades-b-t-visible": pades.visibly(pades.sign_b_t),
    "pades-b-lt-visible": pades.visibly(pades.sign_b_lt),
    "pades-b-lta-visible": pades.visibly(pades.sign_b_lta),
    "xades-b-b": xades.sign_b_b,
    "xades-b-t": xades.sign_b_t,
    "cades-b-b": cades.sign_b_b,
    "cades-b-t": cades.sign_b_t,
}

ARCHIVED = frozenset({"pades-b-lta", "pades-b-lta-visible"})
"""Signatures with an archive time stamp, which is to be renewed."""

P7M = "application/pkcs7-mime"
_WRAPPING = frozenset({"cades-b-b", "cades-b-t"})


def named(signature: str | None, name: str, media_type: str) -> tuple[str, str]:
    """Return name and media type that a file has once it is signed.

    A CAdES signature has the file inside and is a .p7m (RFC 8551); any other is inside the file.

    >>> named("cades-b-b", "R-1.xml", "application/xml")
    ('R-1.xml.p7m', 'application/pkcs7-mime')
    """
    return (f"{name}.p7m", P7M) if signature in _WRAPPING else (name, media_type)
