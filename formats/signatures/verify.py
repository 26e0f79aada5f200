"""Verification of what others signed, and of our own: PAdES, XAdES, CAdES and time stamps."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

from asn1crypto import cms, parser, pem  # type: ignore[import-untyped]

from formats.codec import Unreadable
from formats.signatures.der import parts, signed_data_in, tokens_in
from formats.signatures.envelope import is_signed
from formats.signatures.judge_cms import (
    Made,
    Misshapen,
    digest_of,
    judge_each,
    judge_signed,
    judge_token,
)
from formats.signatures.judge_pdf import InPdf, open_pdf, signed_revision
from formats.signatures.judge_xml import judge_xml
from formats.signatures.report import Kind, Report, SignatureReport, Stamp
from formats.signatures.trust import Judged, Trust, judged, name_of
from formats.xml.parsing import parse

_XML = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
SIGNERS_AT_MOST = 20
Form = Literal["PAdES", "XAdES", "CAdES", "PDF", "CMS"]
_PLAIN: dict[Form, Form] = {"PAdES": "PDF", "CAdES": "CMS"}


class Unverifiable(Exception):
    """These bytes hold no signature that could be judged. Says why."""


class Detached(Unverifiable):
    """What is signed or stamped is not in the file: say what it is."""


def verify(data: bytes, trust: Trust, *, at: datetime, of: bytes | None = None) -> Report:
    """Return a report on every signature in a PDF, an XML document or a CMS file.

    A signature is judged at the time of its earliest good time stamp, or else at `at`; a time
    stamp at the time of the next one over it, or else at `at`.

    Args:
        data: the signed file, or a time stamp (token or response).
        trust: whom one believes.
        at: now, aware.
        of: what a signature or time stamp is over that does not hold it.

    Raises:
        Detached: it needs `of`.
        Unverifiable: not such a file, or its signature cannot be taken apart.
    """
    try:
        if data.lstrip().startswith(_XML):
            return Report(signatures=tuple(_of_xml(data, trust, at)))
        if b"%PDF-" in data[:1024]:
            return _of_pdf(data, trust, at)
        return _of_cms(_der(data), trust, at, of)
    except Unverifiable:
        raise
    except Unreadable as fault:
        raise Unverifiable(str(fault)) from fault
    except Misshapen as fault:
        raise Unverifiable(f"the signature cannot be judged: {fault}") from fault
    except Exception as fault:  # the libraries meet hostile bytes: any of their errors means them
        raise _hostile(fault) from fault


def signed_content(data: bytes) -> bytes:
    """Return what is inside a .p7m, or a PDF as it was when it was first signed.

    Raises:
        Unverifiable: nothing can be taken out of it.
    """
    if data.lstrip().startswith(_XML):
        raise Unverifiable("the signature is in the XML document; there is nothing to take out")
    try:
        if b"%PDF-" in data[:1024]:
            return signed_revision(data)
        held = signed_data_in(_der(data))["encap_content_info"]["content"].native
    except Unverifiable:
        raise
    except Exception as fault:  # libraries raise anything over hostile bytes
        raise _hostile(fault) from fault
    if not isinstance(held, bytes):
        raise Unverifiable("what is signed is not in it")
    return held


def _der(data: bytes) -> bytes:
    """Return a CMS file as DER or BER; some write Base64 into a .p7m, or PEM."""
    if pem.detect(data):
        return bytes(pem.unarmor(data)[2])
    if data[:1] == b"\x30":
        return data
    try:
        der = b64decode(b"".join(data.split()), validate=True)
    except ValueError:
        der = b""
    if der[:1] != b"\x30":
        raise Unverifiable("it is neither PDF nor XML, neither CMS (.p7m, .p7s) nor a time stamp")
    return der


def _hostile(fault: Exception) -> Unverifiable:
    words = str(fault).partition("\n")[0]
    said = words if isinstance(fault, ValueError) else f"{type(fault).__name__}: {words}"
    return Unverifiable(f"it cannot be taken apart: {said}"[:300])


def _of_cms(der: bytes, trust: Trust, at: datetime, of: bytes | None) -> Report:
    token = _token_in(der)
    if token is not None:
        if of is None:
            raise Detached("it is a time stamp alone; the file that it is over is needed")
        return Report(stamps=(judge_token(token, digest_of(of), trust, over="file", at=at),))
    signed = signed_data_in(der)
    held = signed["encap_content_info"]["content"].native
    content = of if held is None else held
    if content is None:
        raise Detached("what is signed is not in it; the file that it is over is needed")
    covers = f"the file {'beside' if held is None else 'inside'} it, {len(content):,} bytes"
    signers = signed["signer_infos"]
    if not 0 < len(signers) <= SIGNERS_AT_MOST:
        raise Misshapen(f"{len(signers)} signers, where 1 to {SIGNERS_AT_MOST} are judged")
    made = [(each, judge_each(signed, each, digest_of(content))) for each in signers]
    notes = (*_inside(content), *_behind(der))
    return Report(
        signatures=tuple(
            _told(
                "CAdES", one, _stamps(each, one, trust, at), trust, at, covers=covers, notes=notes
            )
            for each, one in made
        )
    )


def _inside(content: bytes) -> Iterator[str]:
    """Say that what is signed is a signed file."""
    if is_signed(content):
        yield "what is signed is itself a signed file: verify that one, too"


def _behind(der: bytes) -> Iterator[str]:
    """Say that something stands behind a signed file; zeros are padding."""
    more = der[parser.peek(der) :]
    if more.strip(b"\0"):
        yield f"{len(more):,} bytes stand behind the signed file: they are no part of it"


def _token_in(der: bytes) -> bytes | None:
    """Return the time stamp that this is, alone or in a response (RFC 3161, 2.4.2)."""
    first, *rest = parts(parser.parse(der[: parser.peek(der)])[4])
    if first[:1] == b"\x30" and rest:
        return rest[0]
    info = cms.ContentInfo.load(der)
    if info["content_type"].native != "signed_data":
        return None
    kind = info["content"]["encap_content_info"]["content_type"].native
    return der if kind == "tst_info" else None


def _of_xml(data: bytes, trust: Trust, at: datetime) -> Iterator[SignatureReport]:
    for found in judge_xml(parse(data, what="a signed document")):
        stamps = tuple(
            judge_token(token, digest_of(over), trust, over="signature", at=at)
            for token, over in found.tokens
        )
        covers = "the whole document" if found.whole else "parts of the document"
        yield _told("XAdES", found.made, stamps, trust, at, covers=covers)


def _of_pdf(data: bytes, trust: Trust, at: datetime) -> Report:
    opened = open_pdf(data, trust, at)
    if not opened.signatures:
        return Report(stamps=opened.stamps[::-1])
    return Report(signatures=tuple(_in_pdf(each, opened.trust, at) for each in opened.signatures))


def _in_pdf(found: InPdf, trust: Trust, at: datetime) -> SignatureReport:
    made = judge_signed(found.signed, found.content)
    seen = min((stamp.at for stamp in found.later if not stamp.faults), default=at)
    own = _stamps(found.signed["signer_infos"][0], made, trust, seen)
    stamps = (*own, *reversed(found.later))
    report = _told("PAdES", made, stamps, trust, at, covers=found.covers)
    claimed_at = report.claimed_at or found.claimed_at
    return replace(report, claimed_at=claimed_at, faults=(*report.faults, *found.faults))


def _stamps(info: cms.SignerInfo, made: Made, trust: Trust, at: datetime) -> tuple[Stamp, ...]:
    return tuple(
        judge_token(token, digest_of(made.value), trust, over="signature", at=at)
        for token in tokens_in(info)
    )


def _told(
    form: Form,
    made: Made,
    stamps: tuple[Stamp, ...],
    trust: Trust,
    at: datetime,
    *,
    covers: str,
    notes: tuple[str, ...] = (),
) -> SignatureReport:
    proven_at = min((stamp.at for stamp in stamps if not stamp.faults), default=None)
    found = judged(made.signer, proven_at or at, trust.knowing(made.certificates))
    wrong = [
        replace(fault, words=f"time stamp: {fault}")
        for stamp in stamps
        for fault in stamp.faults
        if not _is_spent(stamp)
    ]
    return SignatureReport(
        form=form if made.names_certificate else _PLAIN[form],
        level=_level(stamps, found, offline=bool(trust.ocsp or trust.crls)),
        signer=name_of(made.signer),
        claimed_at=made.claimed_at,
        proven_at=proven_at,
        valid_until=made.signer.not_valid_after_utc,
        covers=covers,
        path=found.path,
        stamps=stamps,
        standings=found.standings,
        faults=(*made.faults, *found.faults, *wrong),
        notes=(*notes, *found.notes, *_spent(stamps)),
    )


def _is_spent(stamp: Stamp) -> bool:
    """Whether a time stamp has nothing wrong with it but that its certificate has ended."""
    return {fault.kind for fault in stamp.faults} == {Kind.OUT_OF_TIME}


def _spent(stamps: tuple[Stamp, ...]) -> Iterator[str]:
    for stamp in filter(_is_spent, stamps):
        yield (
            f"the time stamp of {stamp.at:%Y-%m-%d} proves nothing any more: the certificate of "
            f"{stamp.authority} ended on {stamp.valid_until:%Y-%m-%d}, and none was set over it "
            "before"
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
