"""A PDF's signatures and time stamps taken out: what each is over, and what was added after it."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms  # type: ignore[import-untyped]
from pyhanko.pdf_utils.generic import ArrayObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from formats.signatures.der import signed_data_in
from formats.signatures.judge_cms import Content, judge_token
from formats.signatures.report import Fault, Kind, Stamp
from formats.signatures.trust import Trust

STORED = ("/Certs", "/OCSPs", "/CRLs")
COVERED = (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)

logging.getLogger("pyhanko").addHandler(logging.NullHandler())  # its remarks on odd files


@dataclass(frozen=True, slots=True, kw_only=True)
class InPdf:
    """One signature of a PDF.

    Attributes:
        content: digests of what it should be over.
        claimed_at: what its dictionary says (/M).
        covers: as in SignatureReport.
        faults: what was done to the PDF outside of what is signed.
        later: the document time stamps that are over it.
    """

    signed: cms.SignedData
    content: Content
    claimed_at: datetime | None
    covers: str
    faults: tuple[Fault, ...]
    later: tuple[Stamp, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A PDF, taken apart.

    Attributes:
        trust: with what the document security store holds.
        signatures: in the order in which they were made.
        stamps: all document time stamps, the last first.
    """

    trust: Trust
    signatures: tuple[InPdf, ...]
    stamps: tuple[Stamp, ...]


def open_pdf(data: bytes, trust: Trust, at: datetime) -> Opened:
    """Return what is signed in a PDF; its time stamps are judged already."""
    reader = PdfFileReader(BytesIO(data), strict=False)
    kept = with_store(reader, trust)
    names = {each.field_name for each in reader.embedded_signatures}
    stamps = tuple(_document_stamps(reader, data, kept, at, names))
    signatures = tuple(
        _taken_out(each, data, names, stamps) for each in reader.embedded_regular_signatures
    )
    return Opened(trust=kept, signatures=signatures, stamps=tuple(stamp for _, stamp in stamps))


def signed_revision(data: bytes) -> bytes:
    """Return a PDF as its first signer saw it, signature included.

    Raises:
        LookupError: nobody signed it.
    """
    reader = PdfFileReader(BytesIO(data), strict=False)
    return data[: _end(reader.embedded_regular_signatures[0])]


def _taken_out(
    signature: EmbeddedPdfSignature,
    data: bytes,
    names: set[str],
    stamps: tuple[tuple[int, Stamp], ...],
) -> InPdf:
    covers, faults = _coverage(signature, data, names)
    return InPdf(
        signed=signed_data_in(bytes(signature.pkcs7_content)),
        content=_ranges(signature, data),
        claimed_at=_aware(signature.self_reported_timestamp),
        covers=covers,
        faults=faults,
        later=tuple(stamp for end, stamp in stamps if end >= _end(signature)),
    )


def _document_stamps(
    reader: PdfFileReader, data: bytes, trust: Trust, at: datetime, names: set[str]
) -> Iterator[tuple[int, Stamp]]:
    """Yield where each one's revision ends and what it proves, the last first.

    Each is looked at as of the next good one after it: that proves that it was there by then.
    """
    for each in sorted(reader.embedded_timestamp_signatures, key=_end, reverse=True):
        content = bytes(each.pkcs7_content)
        stamp = judge_token(content, _ranges(each, data), trust, over="document", at=at)
        _, faults = _coverage(each, data, names)
        stamp = replace(stamp, faults=(*stamp.faults, *faults))
        if not stamp.faults:
            at = stamp.at
        yield _end(each), stamp


def _ranges(signature: EmbeddedPdfSignature, data: bytes) -> Content:
    first, size, again, rest = (int(each) for each in signature.byte_range)
    view = (data[first : first + size], data[again : again + rest])
    return lambda name: hashlib.new(name, b"".join(view)).digest()


def _aware(moment: datetime | None) -> datetime | None:
    return moment if moment and moment.tzinfo else None


def _end(signature: EmbeddedPdfSignature) -> int:
    return int(signature.byte_range[2]) + int(signature.byte_range[3])


def _coverage(
    signature: EmbeddedPdfSignature, data: bytes, names: set[str]
) -> tuple[str, tuple[Fault, ...]]:
    """Say what is signed, and what was done outside of it (ISO 32000-2, 12.8.2.2)."""
    signature.compute_integrity_info()  # type: ignore[no-untyped-call]
    end = _end(signature)
    coverage: Any = signature.coverage
    if coverage not in COVERED:
        gap = Fault(kind=Kind.CHANGED, words="the signature is not over the whole file")
        return "not the whole file", (gap,)
    if end == len(data):
        return "the whole file", ()
    added, harmless = _added(signature.diff_result, names)
    words = f"the first {end:,} bytes; {len(data) - end:,} were added later: {added}"
    if harmless:
        return words, ()
    changed = Fault(kind=Kind.APPENDED, words=f"the PDF was changed after it was signed: {added}")
    return words, (changed,)


def _added(changes: Any, names: set[str]) -> tuple[str, bool]:
    """Name what later revisions did, and whether it leaves what was signed as it was."""
    if changes is None:
        return "nothing that counts", True
    if not isinstance(changes, DiffResult) or (
        changes.modification_level > ModificationLevel.FORM_FILLING
    ):
        return "more than proofs and signatures", False
    if changes.modification_level == ModificationLevel.NONE:
        return "nothing that counts", True
    filled = sorted(changes.changed_form_fields - names)
    if filled:
        return f"form fields were filled ({', '.join(filled)})", False
    if changes.modification_level > ModificationLevel.LTA_UPDATES:
        return "another signature", True
    return "proofs and time stamps", True


def with_store(reader: PdfFileReader, trust: Trust) -> Trust:
    """Return the trust with what lies in the document security store."""
    if "/DSS" not in reader.root:
        return trust
    store = reader.root["/DSS"]
    held = {key: tuple(_streams(store[key])) if key in store else () for key in STORED}
    return replace(
        trust.knowing(held["/Certs"]),
        ocsp=(*trust.ocsp, *held["/OCSPs"]),
        crls=(*trust.crls, *held["/CRLs"]),
    )


def _streams(array: ArrayObject) -> Iterator[bytes]:
    for number in range(len(array)):
        yield array[number].data
