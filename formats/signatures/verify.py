"""Verification of what others signed, and of our own: PAdES, XAdES enveloped, CAdES (.p7m)."""

import hashlib
import logging
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any, Literal

from asn1crypto import cms  # type: ignore[import-untyped]
from pyhanko.pdf_utils.generic import ArrayObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from formats.codec import Unreadable
from formats.signatures.der import signed_data_in, tokens_in
from formats.signatures.judge_cms import (
    Content,
    Made,
    Misshapen,
    digest_of,
    judge_signed,
    judge_token,
)
from formats.signatures.judge_xml import judge_xml
from formats.signatures.report import Report, SignatureReport, Stamp
from formats.signatures.trust import Judged, Trust, judged, name_of
from formats.xml import parse

HARMLESS = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
STORED = ("/Certs", "/OCSPs", "/CRLs")
COVERED = (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)


logging.getLogger("pyhanko").addHandler(logging.NullHandler())  # its remarks on odd files


class Unverifiable(Exception):
    """These bytes hold no signature that could be judged. Says why."""


def verify(data: bytes, trust: Trust, *, at: datetime) -> Report:
    """Return a report on every signature in a PDF, an XML document or a CMS file.

    A signature is judged at the time of its earliest good time stamp, or else at `at`.

    Args:
        data: the signed file.
        trust: whom one believes.
        at: now, aware.

    Raises:
        Unverifiable: not such a file, or its signature cannot be taken apart.
    """
    try:
        if data.lstrip()[:1] == b"<":
            return Report(signatures=tuple(_of_xml(data, trust, at)))
        if b"%PDF-" in data[:1024]:
            return Report(signatures=tuple(_of_pdf(data, trust, at)))
        return Report(signatures=(_of_cms(data, trust, at),))
    except Unreadable as fault:
        raise Unverifiable(str(fault)) from fault
    except Misshapen as fault:
        raise Unverifiable(f"the signature cannot be judged: {fault}") from fault
    except Exception as fault:  # the libraries meet hostile bytes: any of their errors means them
        raise Unverifiable(f"no signed file: {type(fault).__name__}: {fault}"[:300]) from fault


def _of_cms(data: bytes, trust: Trust, at: datetime) -> SignatureReport:
    is_text = data[:1] != b"\x30"  # some write Base64 into a .p7m
    signed = signed_data_in(b64decode(data) if is_text else data)
    held = signed["encap_content_info"]["content"].native
    if held is None:
        raise Misshapen("the content is not in it")
    return _report("CAdES", signed, digest_of(held), trust, at)


def _of_xml(data: bytes, trust: Trust, at: datetime) -> Iterator[SignatureReport]:
    for found in judge_xml(parse(data, what="a signed document")):
        stamps = tuple(
            judge_token(token, digest_of(over), trust, over="signature")
            for token, over in found.tokens
        )
        yield _told("XAdES", found.made, stamps, trust, at)


def _of_pdf(data: bytes, trust: Trust, at: datetime) -> Iterator[SignatureReport]:
    reader = PdfFileReader(BytesIO(data), strict=False)
    kept = _stored(reader, trust)
    documents = tuple(_document_stamps(reader, data, kept))
    for each in reader.embedded_regular_signatures:
        signed = signed_data_in(bytes(each.pkcs7_content))
        later = tuple(stamp for end, stamp in documents if end >= _end(each))
        report = _report("PAdES", signed, _ranges(each, data), kept, at, later=later)
        yield replace(report, faults=(*report.faults, *_changes(each)))


def _document_stamps(
    reader: PdfFileReader, data: bytes, trust: Trust
) -> Iterator[tuple[int, Stamp]]:
    """Yield where a document time stamp's revision ends, and what it proves."""
    for each in reader.embedded_timestamp_signatures:
        content = bytes(each.pkcs7_content)
        stamp = judge_token(content, _ranges(each, data), trust, over="document")
        yield _end(each), replace(stamp, faults=(*stamp.faults, *_changes(each)))


def _ranges(signature: EmbeddedPdfSignature, data: bytes) -> Content:
    first, size, again, rest = (int(each) for each in signature.byte_range)
    view = (data[first : first + size], data[again : again + rest])
    return lambda name: hashlib.new(name, b"".join(view)).digest()


def _end(signature: EmbeddedPdfSignature) -> int:
    return int(signature.byte_range[2]) + int(signature.byte_range[3])


def _changes(signature: EmbeddedPdfSignature) -> Iterator[str]:
    """Yield what was done to the PDF outside of what is signed (ISO 32000-2, 12.8.2.2)."""
    signature.compute_integrity_info()  # type: ignore[no-untyped-call]
    if signature.coverage not in COVERED:
        yield "the signature is not over the whole file"
    changes: Any = signature.diff_result
    if changes is not None and getattr(changes, "modification_level", None) not in HARMLESS:
        yield "the PDF was changed after it was signed"


def _stored(reader: PdfFileReader, trust: Trust) -> Trust:
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


def _report(
    form: Literal["PAdES", "CAdES"],
    signed: cms.SignedData,
    content: Content,
    trust: Trust,
    at: datetime,
    *,
    later: tuple[Stamp, ...] = (),
) -> SignatureReport:
    made = judge_signed(signed, content)
    stamps = tuple(
        judge_token(token, digest_of(made.value), trust, over="signature")
        for token in tokens_in(signed)
    )
    return _told(form, made, (*stamps, *later), trust, at)


def _told(
    form: Literal["PAdES", "XAdES", "CAdES"],
    made: Made,
    stamps: tuple[Stamp, ...],
    trust: Trust,
    at: datetime,
) -> SignatureReport:
    proven_at = min((stamp.at for stamp in stamps if not stamp.faults), default=None)
    found = judged(made.signer, proven_at or at, trust.knowing(made.certificates))
    wrong = [f"time stamp: {fault}" for stamp in stamps for fault in stamp.faults]
    return SignatureReport(
        form=form,
        level=_level(stamps, found, offline=bool(trust.ocsp or trust.crls)),
        signer=name_of(made.signer),
        claimed_at=made.claimed_at,
        proven_at=proven_at,
        valid_until=made.signer.not_valid_after_utc,
        path=found.path,
        stamps=stamps,
        standings=found.standings,
        faults=(*made.faults, *found.faults, *wrong),
        notes=found.notes,
    )


def _level(
    stamps: tuple[Stamp, ...], found: Judged, *, offline: bool
) -> Literal["B-B", "B-T", "B-LT", "B-LTA"]:
    good = {stamp.over for stamp in stamps if not stamp.faults}
    if not good:
        return "B-B"
    if not (offline and found.proven):
        return "B-T"
    return "B-LTA" if "document" in good else "B-LT"
