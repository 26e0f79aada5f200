"""Archive time stamps set anew before they end: ETSI EN 319 142-1, 5.4.3; RFC 4998 says why.

A time stamp proves something as long as its authority's certificate holds. Before that ends, what
shows that the certificate was good goes into the PDF, and a new time stamp over all of it.
"""

from datetime import datetime
from io import BytesIO

from cryptography import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from formats.signatures.der import certificates_in, signed_data_in
from formats.signatures.judge_pdf import with_store
from formats.signatures.pades import prove, stamp_document
from formats.signatures.signer import Unsupported, Witness
from formats.signatures.trust import Trust


def renew(data: bytes, witness: Witness) -> bytes:
    """Return a PAdES-B-LTA PDF with another time stamp over all of it; its own bytes stay.

    Raises:
        Unsupported: it has no archive time stamp, or its authority's certificate was revoked or
            cannot be proven.
    """
    reader = _reader(data)
    proven = prove(data, witness, _in_last_stamp(reader), _in_store(reader))
    return stamp_document(proven, witness)


def holds_until(data: bytes) -> datetime:
    """Return when the first certificate of a PDF's last archive time stamp ends.

    Raises:
        Unsupported: it has none.
    """
    return _ends(_in_last_stamp(_reader(data)))


def token_holds_until(token: bytes) -> datetime:
    """Return when the first certificate in a time stamp (DER) ends."""
    return _ends(certificates_in(signed_data_in(token)))


def _reader(data: bytes) -> PdfFileReader:
    try:
        return PdfFileReader(BytesIO(data), strict=False)
    except PdfError as fault:
        raise Unsupported(f"the PDF cannot be read: {fault}") from fault


def _in_last_stamp(reader: PdfFileReader) -> tuple[bytes, ...]:
    """Return the certificates (DER) in a PDF's last archive time stamp."""
    stamps = reader.embedded_timestamp_signatures
    if not stamps:
        raise Unsupported("the PDF has no archive time stamp")
    last = max(stamps, key=lambda each: int(each.byte_range[2]))
    return certificates_in(signed_data_in(bytes(last.pkcs7_content)))


def _in_store(reader: PdfFileReader) -> tuple[bytes, ...]:
    """Return the certificates (DER) in a PDF's document security store."""
    return with_store(reader, Trust(trusted=())).known


def _ends(certificates: tuple[bytes, ...]) -> datetime:
    """Return when the first of these certificates (DER) ends."""
    return min(x509.load_der_x509_certificate(each).not_valid_after_utc for each in certificates)
