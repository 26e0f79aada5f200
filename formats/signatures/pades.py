"""PAdES-B-B to PAdES-B-LTA (ETSI EN 319 142-1): a seal appended to a PDF, invisible or not.

B-T has a time stamp over the signature; B-LT also what shows that all certificates were good, asked
for after signing, so that no answer is older than the signature; B-LTA a time stamp over it all.
Each step is a revision of its own; the bytes before it stay as they are.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from hashlib import sha256
from io import BytesIO
from itertools import chain

from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import (
    DocumentTimestamp,
    PdfSignedData,
    SignatureObject,
)

from formats.signatures.cades import signed_data
from formats.signatures.der import certificates_in, signed_data_in, tokens_in
from formats.signatures.picture import Picture, field_of, picture_of
from formats.signatures.security_store import proof_of, put_store
from formats.signatures.signer import Signer, Unsupported, Witness, stamped

FIELD = "Seal"
STAMP_FIELD = "Archive"
CMS_BYTES = 2_048  # a SignedData without its certificates and time stamp
TOKEN_BYTES = 12_288  # a time stamp with its authority's certificates is 1 to 8 KiB


def sign_b_b(
    data: bytes, signer: Signer, signed_at: datetime, *, picture: Picture | None = None
) -> bytes:
    """Return the PDF with a PAdES-B-B signature appended; its own bytes stay as they are.

    Args:
        data: a PDF, not encrypted, not signed.
        signer: whose chain goes into the signature.
        signed_at: claimed time, aware.
        picture: what is seen of it; none is an invisible seal.

    Raises:
        Unsupported: not such a PDF.
    """
    return _sign(data, signer, signed_at, with_time_stamp=False, picture=picture)


def sign_b_t(
    data: bytes, signer: Signer, signed_at: datetime, *, picture: Picture | None = None
) -> bytes:
    """Return the PDF with a PAdES-B-T signature: B-B with an RFC 3161 time stamp over it.

    Raises:
        Unsupported: as above, or no time-stamp authority, or its token is too large.
    """
    return _sign(data, signer, signed_at, with_time_stamp=True, picture=picture)


def sign_b_lt(
    data: bytes, signer: Signer, signed_at: datetime, *, picture: Picture | None = None
) -> bytes:
    """Return the PDF with a PAdES-B-LT signature: B-T with a document security store.

    Raises:
        Unsupported: as above, or nobody can be asked about revoked certificates.
    """
    signed = sign_b_t(data, signer, signed_at, picture=picture)
    with _pdf_faults():
        (signature,) = PdfFileReader(BytesIO(signed)).embedded_regular_signatures
        (info,) = signed_data_in(bytes(signature.pkcs7_content))["signer_infos"]
    above = chain.from_iterable(certificates_in(signed_data_in(token)) for token in tokens_in(info))
    return prove(signed, signer, (*signer.chain, *above))


def sign_b_lta(
    data: bytes, signer: Signer, signed_at: datetime, *, picture: Picture | None = None
) -> bytes:
    """Return the PDF with a PAdES-B-LTA signature: B-LT with a document time stamp.

    Raises:
        Unsupported: as above.
    """
    return stamp_document(sign_b_lt(data, signer, signed_at, picture=picture), signer)


def stamp_document(data: bytes, witness: Witness) -> bytes:
    """Return the PDF with a time stamp over all of it (ETSI EN 319 142-1, 5.4.3).

    Raises:
        Unsupported: not such a PDF, or no time-stamp authority.
    """
    with _pdf_faults():
        pdf = _Appender(BytesIO(data), strict=False)
        number = 1 + sum(1 for _ in PdfFileReader(BytesIO(data)).embedded_timestamp_signatures)
        seal = DocumentTimestamp(bytes_reserved=2 * TOKEN_BYTES)  # type: ignore[no-untyped-call]
        return _embed(pdf, f"{STAMP_FIELD}{number}", seal, lambda digest: stamped(witness, digest))


def prove(
    data: bytes, witness: Witness, certificates: Sequence[bytes], known: Sequence[bytes] = ()
) -> bytes:
    """Return the PDF with a document security store for these certificates (DER) appended.

    Their issuers may be among those that are `known`.

    Raises:
        Unsupported: not such a PDF, or nobody can be asked about revoked certificates.
    """
    with _pdf_faults():
        pdf = _Appender(BytesIO(data), strict=False)
        put_store(pdf, proof_of(witness, certificates, known))
        out = BytesIO()
        pdf.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def _sign(
    data: bytes,
    signer: Signer,
    signed_at: datetime,
    *,
    with_time_stamp: bool,
    picture: Picture | None = None,
) -> bytes:
    room = CMS_BYTES + sum(map(len, signer.chain)) + (TOKEN_BYTES if with_time_stamp else 0)
    seal = SignatureObject(
        timestamp=signed_at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=2 * room
    )
    with _pdf_faults():
        pdf = _Appender(BytesIO(data), strict=False)
        if "/AcroForm" in pdf.root and "/SigFlags" in pdf.root["/AcroForm"]:
            raise Unsupported("the PDF is signed already")
        pdf.register_extension(ESIC_EXTENSION_1)
        sign = partial(signed_data, signer=signer, with_time_stamp=with_time_stamp)
        return _embed(pdf, FIELD, seal, sign, picture)


def _embed(
    pdf: "_Appender",
    field: str,
    seal: PdfSignedData,
    contents: Callable[[bytes], bytes],
    picture: Picture | None = None,
) -> bytes:
    """Write the revision and, into the hole in it, what `contents` makes of its digest."""
    place, look = (field_of(field, pdf), picture.setup()) if picture else (None, None)
    steps = PdfCMSEmbedder(new_field_spec=place).write_cms(field, pdf)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=seal, appearance_setup=look))
    prepared, out = steps.send(SigIOSetup(md_algorithm="sha256"))
    steps.send(contents(prepared.document_digest))
    return bytes(out.getvalue())


@contextmanager
def _pdf_faults() -> Iterator[None]:
    try:
        yield
    except (PdfError, SigningError) as fault:
        raise Unsupported(f"the PDF cannot be signed: {fault}") from fault


def visibly(sign: Callable[..., bytes]) -> Callable[[bytes, Signer, datetime], bytes]:
    """Return the same way to sign, but with a picture of the seal on the last page."""

    def signed(data: bytes, signer: Signer, signed_at: datetime) -> bytes:
        return sign(data, signer, signed_at, picture=picture_of(signer.chain, signed_at))

    return signed


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
