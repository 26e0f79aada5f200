"""What is inside a signed file (.p7m), taken out with what its signature is worth.

Source:
    RFC 5652, 5 and ETSI EN 319 122-1 (CAdES), as Italian invoices come: DER, BER, PEM or Base64.
"""

import re
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from formats.codec import Unreadable
from formats.findings import Actor, Finding
from formats.signatures.report import Report, Verdict
from formats.signatures.trust import Trust

DEEPEST: Final = 5
"""How often a file may be signed one around the other."""
NOBODY: Final = Trust(trusted=())

_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)  # whether a file was changed has no date
_SUFFIX: Final = ".p7m"
_KIND: Final = re.compile(rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07([\x02\x03])")
_ENCRYPTED: Final = b"\x03"
_PEM: Final = re.compile(rb"\s*-----BEGIN (?:PKCS ?#?7|CMS)[A-Z# ]*-----\s*")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/\s]{48,}")
_LETTERS: Final = re.compile(rb"(?:[A-Za-z0-9+/]{4})+")
_HEAD_BYTES: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A signed file, opened.

    Attributes:
        content: what is inside, also if it was signed several times over.
        reports: one a layer, from outer to inner; None: it could not be judged.
        why: of those that could not be judged.
    """

    content: bytes
    reports: tuple[Report | None, ...]
    why: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What the signatures are worth: the worst of them."""
        said = {report.verdict if report else Verdict.NOT_JUDGED for report in self.reports}
        worst = (Verdict.NOT_TRUSTED, Verdict.NOT_JUDGED, Verdict.NOT_SIGNED)
        return next((each for each in worst if each in said), Verdict.GOOD)


def is_signed(data: bytes) -> bool:
    """Whether a file is CMS around something, signed or encrypted; its name does not matter.

    >>> is_signed(bytes.fromhex("308006092a864886f70d010702a080")), is_signed(b"<Invoice>")
    (True, False)
    """
    return _kind(data) is not None


def name_inside(name: str) -> str:
    """Return what the file inside is called.

    >>> name_inside("IT01234567890_1.xml.P7M")
    'IT01234567890_1.xml'
    """
    while name.lower().endswith(_SUFFIX):
        name = name[: -len(_SUFFIX)]
    return name


def opened(data: bytes, trust: Trust = NOBODY, at: datetime = _ANY_TIME) -> Envelope:
    """Return what is inside a signed file, and who signed it; of any other file, itself.

    Args:
        data: the whole file.
        trust: whom one believes; with nobody it is judged only whether the file was changed.
        at: now, aware.

    Raises:
        Unreadable: IN-P7M-BROKEN, its signature is; IN-P7M-ENCRYPTED; IN-P7M-DEEP; IN-P7M, nothing
            can be taken out of it.
    """
    reports: list[Report | None] = []
    why: list[str] = []
    while is_signed(data):
        if len(reports) == DEEPEST:
            raise _refused("-DEEP", f"the file is signed more than {DEEPEST} times over")
        if _kind(data) == _ENCRYPTED:
            raise _refused("-ENCRYPTED", "the file is encrypted; only its recipient can open it")
        data, report, doubt = _layer(data, trust, at)
        _see_to_it_that_it_holds(report)
        reports.append(report)
        why += [doubt] if doubt else []
    return Envelope(content=data, reports=tuple(reports), why=tuple(why))


def _layer(data: bytes, trust: Trust, at: datetime) -> tuple[bytes, Report | None, str]:
    """Return what is inside one layer, the report on its signature, or why there is none."""
    from formats.signatures import verify  # noqa: PLC0415  # half a second, once a process

    try:
        content = verify.signed_content(data)
    except verify.Unverifiable as fault:
        raise _refused("", f"nothing can be taken out of the signed file: {fault}") from fault
    try:
        return content, verify.verify(data, trust, at=at), ""
    except verify.Unverifiable as fault:
        return content, None, str(fault)


def _kind(data: bytes) -> bytes | None:
    head = data[:_HEAD_BYTES].lstrip()
    armour = _PEM.match(head)
    if armour:
        head = head[armour.end() :]
    if armour or _BASE64.match(head):
        letters = _LETTERS.match(b"".join(head.split()))
        head = b64decode(letters[0]) if letters else b""
    found = _KIND.search(head[:32]) if head[:1] == b"\x30" else None
    return found[1] if found else None


def _see_to_it_that_it_holds(report: Report | None) -> None:
    for signature in report.signatures if report else ():
        if signature.verdict is Verdict.BROKEN:
            reasons = "; ".join(map(str, signature.faults))
            raise _refused("-BROKEN", f"the signature of {signature.signer} is broken: {reasons}")


def _refused(rule: str, message: str) -> Unreadable:
    return Unreadable(
        Finding(
            rule=f"IN-P7M{rule}",
            message=message,
            fix="send the file again as it was signed, with the document inside",
            actor=Actor.ERP,
        )
    )
