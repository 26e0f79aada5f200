"""PAdES-B-B and PAdES-B-T (ETSI EN 319 142-1): an invisible seal appended to a PDF."""

from datetime import datetime
from hashlib import sha256
from io import BytesIO

from asn1crypto import cms, x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import constants, pdf_cms, pdf_signer
from pyhanko.sign.timestamps import TimeStamper

from formats.signatures.signer import Signer, Unsupported, stamped

FIELD = "Seal"
CMS_BYTES = 2_048  # a SignedData without its certificates and time stamp
TOKEN_BYTES = 12_288  # a time stamp with its authority's certificates is 1 to 8 KiB


def sign_b_b(data: bytes, signer: Signer, signed_at: datetime) -> bytes:
    """Return the PDF with a PAdES-B-B signature appended; its own bytes stay as they are.

    Cannot be called from within a running event loop.

    Args:
        data: a PDF, not encrypted, not signed.
        signer: whose chain goes into the signature.
        signed_at: claimed time, aware.

    Raises:
        Unsupported: not such a PDF.
    """
    return _sign(data, signer, signed_at, timestamper=None)


def sign_b_t(data: bytes, signer: Signer, signed_at: datetime) -> bytes:
    """Return the PDF with a PAdES-B-T signature: B-B with an RFC 3161 time stamp over it.

    Raises:
        Unsupported: as above, or no time-stamp authority, or its token is too large.
    """
    return _sign(data, signer, signed_at, timestamper=_Stamper(signer))


def _sign(
    data: bytes, signer: Signer, signed_at: datetime, timestamper: TimeStamper | None
) -> bytes:
    seal = _Seal(
        pdf_signer.PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        ),
        _KeyHolder(signer),
        timestamper=timestamper,
    )
    seal.signed_at = signed_at
    room = CMS_BYTES + sum(map(len, signer.chain)) + (TOKEN_BYTES if timestamper else 0)
    try:
        pdf = _Appender(BytesIO(data), strict=False)
        if "/AcroForm" in pdf.root and "/SigFlags" in pdf.root["/AcroForm"]:
            raise Unsupported("the PDF is signed already")
        signed: BytesIO = seal.sign_pdf(pdf, bytes_reserved=2 * room)
    except (PdfError, SigningError) as fault:
        raise Unsupported(f"the PDF cannot be signed: {fault}") from fault
    return signed.getvalue()


class _Appender(IncrementalPdfFileWriter):
    """Appends the signature and changes nothing else."""

    def _update_meta(self) -> None:
        """Keep XMP and Info: the original renames fx: or loses the Factur-X description."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> ArrayObject:
        """Derive the new file identifier from the old bytes, not from chance."""
        prev.stream.seek(0)
        derived = ByteStringObject(sha256(prev.stream.read()).digest()[:16])
        permanent = prev.trailer["/ID"][0] if "/ID" in prev.trailer else derived
        return ArrayObject([permanent, derived])


class _Seal(pdf_signer.PdfSigner):
    """Takes the time as an argument and leaves the version of the PDF as it is."""

    signed_at: datetime

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002
    ) -> pdf_signer.PdfSigningSession:
        """Set the claimed time."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.signed_at
        return session

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:  # noqa: ARG002
        """Name the PAdES extension of PDF 1.7; the original lifts a PDF/A-3 with ECDSA to 2.0."""
        pdf_out.register_extension(constants.ESIC_EXTENSION_1)


class _KeyHolder(pdf_cms.Signer):
    """Our Signer as pyHanko's; its own one parses the key anew for each signature."""

    def __init__(self, signer: Signer) -> None:
        own, *issuers = map(x509.Certificate.load, signer.chain)
        super().__init__(signing_cert=own, embed_roots=False)
        self.cert_registry.register_multiple(issuers)
        self._signer = signer

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002, ARG002
    ) -> bytes:
        """Sign; there is no dry run, as the room is reserved beforehand."""
        assert digest_algorithm == "sha256"
        return self._signer.sign(data)


class _Stamper(TimeStamper):
    """Our Signer's time-stamp authority as pyHanko's."""

    def __init__(self, signer: Signer) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._signer = signer

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return the token."""
        assert md_algorithm == "sha256"
        return cms.ContentInfo.load(stamped(self._signer, message_digest))
