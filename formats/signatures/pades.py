"""PAdES-B-B and PAdES-B-T (ETSI EN 319 142-1): an invisible seal appended to a PDF."""

from datetime import datetime
from hashlib import sha256
from io import BytesIO

from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from formats.signatures.cades import signed_data
from formats.signatures.signer import Signer, Unsupported

FIELD = "Seal"
CMS_BYTES = 2_048  # a SignedData without its certificates and time stamp
TOKEN_BYTES = 12_288  # a time stamp with its authority's certificates is 1 to 8 KiB


def sign_b_b(data: bytes, signer: Signer, signed_at: datetime) -> bytes:
    """Return the PDF with a PAdES-B-B signature appended; its own bytes stay as they are.

    Args:
        data: a PDF, not encrypted, not signed.
        signer: whose chain goes into the signature.
        signed_at: claimed time, aware.

    Raises:
        Unsupported: not such a PDF.
    """
    return _sign(data, signer, signed_at, with_time_stamp=False)


def sign_b_t(data: bytes, signer: Signer, signed_at: datetime) -> bytes:
    """Return the PDF with a PAdES-B-T signature: B-B with an RFC 3161 time stamp over it.

    Raises:
        Unsupported: as above, or no time-stamp authority, or its token is too large.
    """
    return _sign(data, signer, signed_at, with_time_stamp=True)


def _sign(data: bytes, signer: Signer, signed_at: datetime, *, with_time_stamp: bool) -> bytes:
    room = CMS_BYTES + sum(map(len, signer.chain)) + (TOKEN_BYTES if with_time_stamp else 0)
    seal = SignatureObject(
        timestamp=signed_at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=2 * room
    )
    try:
        pdf = _Appender(BytesIO(data), strict=False)
        if "/AcroForm" in pdf.root and "/SigFlags" in pdf.root["/AcroForm"]:
            raise Unsupported("the PDF is signed already")
        pdf.register_extension(ESIC_EXTENSION_1)
        steps = PdfCMSEmbedder().write_cms(FIELD, pdf)
        next(steps)
        steps.send(SigObjSetup(sig_placeholder=seal))
        prepared, out = steps.send(SigIOSetup(md_algorithm="sha256"))
        contents = signed_data(prepared.document_digest, signer, with_time_stamp=with_time_stamp)
        steps.send(contents)
    except (PdfError, SigningError) as fault:
        raise Unsupported(f"the PDF cannot be signed: {fault}") from fault
    return bytes(out.getvalue())


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
