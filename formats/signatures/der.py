"""DER taken apart without being understood: what was signed stays byte for byte as it is."""

from collections.abc import Iterator

from asn1crypto import cms, parser  # type: ignore[import-untyped]


def parts(contents: bytes) -> Iterator[bytes]:
    """Yield the values that stand one after the other.

    >>> [each.hex() for each in parts(bytes.fromhex("020101" "0500"))]
    ['020101', '0500']
    """
    while contents:
        size = parser.peek(contents)
        yield contents[:size]
        contents = contents[size:]


def signed_data_in(der: bytes) -> cms.SignedData:
    """Return the SignedData in a ContentInfo; zeros after it, as PDF has them, are passed by.

    Raises:
        ValueError: there is none.
    """
    info = cms.ContentInfo.load(der[: parser.peek(der)], strict=True)
    if info["content_type"].native == "enveloped_data":
        raise ValueError("it is encrypted; only its recipient can open it")
    if info["content_type"].native != "signed_data":
        raise ValueError(f"this is {info['content_type'].native}, not signed data")
    return info["content"]


def certificates_in(signed: cms.SignedData) -> tuple[bytes, ...]:
    """Return its X.509 certificates, as they stand there."""
    held = signed["certificates"].contents if signed["certificates"] else b""
    return tuple(each for each in parts(held or b"") if each[:1] == b"\x30")


def tokens_in(info: cms.SignerInfo) -> tuple[bytes, ...]:
    """Return the time stamps over a signature (RFC 3161, appendix A), as they stand there."""
    return tuple(
        token
        for attribute in info["unsigned_attrs"] or ()
        if attribute["type"].native == "signature_time_stamp_token"
        for token in parts(attribute["values"].contents)
    )
