"""A seal changes nothing of the PDF under it, and says so itself when it cannot be set."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import cms  # type: ignore[import-untyped]
from pikepdf import pdfa

from formats.signatures.pades import sign_b_b, sign_b_t
from formats.signatures.signer import KeySigner, Unsupported

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SignerOf = Callable[..., KeySigner]
FACTUR_X = b"""<rdf:Description rdf:about=""
 xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#">
 <fx:DocumentType>INVOICE</fx:DocumentType>
 <fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
</rdf:Description>"""


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    out = BytesIO()
    pdf.save(out, fix_metadata_version=False, min_version="1.7", **how)  # type: ignore[arg-type]
    return out.getvalue()


def factur_x_like(objects: pikepdf.ObjectStreamMode) -> bytes:
    """An empty PDF/A-3b whose XMP speaks of Factur-X as writers other than pyHanko write it."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdfa.prepare(pdf, "3b")
    assert pdfa.check(pdf, "3b").verdict == "pass"
    xmp = pdf.Root.Metadata.read_bytes().replace(b"</rdf:RDF>", FACTUR_X + b"</rdf:RDF>")
    pdf.Root.Metadata = pdf.make_stream(xmp, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    return saved(pdf, object_stream_mode=objects)


PDFS = {
    "table of objects": factur_x_like(pikepdf.ObjectStreamMode.disable),
    "stream of objects": factur_x_like(pikepdf.ObjectStreamMode.generate),
}


@pytest.mark.parametrize("key", ["rsa", "ec"])
@pytest.mark.parametrize("shape", PDFS)
def test_seal_is_appended_and_all_else_is_as_before(
    signer_of: SignerOf, key: str, shape: str
) -> None:
    data = PDFS[shape]
    signed = sign_b_b(data, signer_of(key), NOON)
    assert signed.startswith(data)
    with pikepdf.open(BytesIO(data)) as before, pikepdf.open(BytesIO(signed)) as after:
        metadata = after.Root.Metadata.read_bytes()
        assert metadata == before.Root.Metadata.read_bytes()
        assert FACTUR_X in metadata
        assert after.pdf_version == before.pdf_version
        assert dict(after.docinfo) == dict(before.docinfo)
        assert set(after.Root.keys()) - set(before.Root.keys()) == {"/AcroForm", "/Extensions"}
        (field,) = after.Root.AcroForm.Fields
        assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"
        assert str(field.V.M) == "D:20261122120000Z"


@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_pdf_a_check_objects_to_nothing_but_that_it_does_not_know_signatures(
    signer_of: SignerOf, key: str
) -> None:
    signed = sign_b_b(PDFS["stream of objects"], signer_of(key), NOON)
    with pikepdf.open(BytesIO(signed)) as pdf:
        (widget,) = pdf.pages[0].Annots
        assert int(widget.F) & 0b100  # printed, ISO 19005-3, 6.3.2
        assert list(widget.Rect) == [0, 0, 0, 0]  # so it needs no appearance, 6.3.3
        del pdf.Root.AcroForm, pdf.Root.Extensions, pdf.pages[0].Annots
        pdf.Root.Metadata = pdf.make_stream(
            pdf.Root.Metadata.read_bytes().replace(FACTUR_X, b""),
            Type=pikepdf.Name.Metadata,
            Subtype=pikepdf.Name.XML,
        )
        assert pdfa.check(pdf, "3b").findings == []


def test_same_rsa_key_and_time_give_the_same_bytes(signer_of: SignerOf) -> None:
    data = PDFS["table of objects"]
    assert sign_b_b(data, signer_of("rsa"), NOON) == sign_b_b(data, signer_of("rsa"), NOON)


def encrypted() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    return saved(pdf, encryption=pikepdf.Encryption(owner="o", user="u"))


def token(size_bytes: int) -> bytes:
    return bytes(cms.ContentInfo({"content_type": "data", "content": bytes(size_bytes)}).dump())


PLAIN = PDFS["table of objects"]
UNSUPPORTED: dict[str, tuple[Callable[[SignerOf], bytes], str]] = {
    "no PDF": (lambda of: sign_b_b(b"%!PS", of("ec"), NOON), "cannot be signed"),
    "encrypted": (lambda of: sign_b_b(encrypted(), of("ec"), NOON), "cannot be signed"),
    "signed": (
        lambda of: sign_b_b(sign_b_b(PLAIN, of("ec"), NOON), of("ec"), NOON),
        "signed already",
    ),
    "no authority": (lambda of: sign_b_t(PLAIN, of("ec"), NOON), "no time-stamp authority"),
    "huge token": (
        lambda of: sign_b_t(PLAIN, of("ec", lambda _: token(20_000)), NOON),
        "cannot be signed",
    ),
}


@pytest.mark.parametrize("case", UNSUPPORTED)
def test_what_cannot_be_sealed_is_named(signer_of: SignerOf, case: str) -> None:
    attempt, words = UNSUPPORTED[case]
    with pytest.raises(Unsupported, match=words):
        attempt(signer_of)


def test_failure_of_the_authority_comes_through_as_it_is(signer_of: SignerOf) -> None:
    def away(_: bytes) -> bytes:
        raise ConnectionError("authority is away")

    with pytest.raises(ConnectionError, match="authority is away"):
        sign_b_t(PLAIN, signer_of("ec", away), NOON)
