"""Files that come signed (.p7m): what is inside enters as a file of its own, as from a ZIP.

So the signed file stays what was received, with a report on its signature beside it, and what is
inside is known again if it comes unsigned. One whose signature is broken is not opened. In a child.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from archive.entry import Item
from formats.findings import Actor, Finding, Severity
from formats.signatures.envelope import Envelope, name_inside, opened
from formats.signatures.report import SignatureReport, Verdict
from formats.signatures.trust import Trust
from hub.pipeline.members import member
from hub.pipeline.packed import SIGNED, Unpacked

REPORT = "signature.json"
"""The name under which the report on a signature is filed."""


def unsealed(
    data: bytes, name: str, trusted: Sequence[bytes], at: datetime, target: Path
) -> Unpacked:
    """Return what is inside a signed file, with who signed it and what that is worth.

    Args:
        data: the whole file.
        name: what the sender calls it.
        trusted: roots of whom the company believes, DER.
        at: now.
        target: folder for what is inside, if it is too large to be held.

    Raises:
        Unreadable: IN-P7M-…, its signature is broken, or nothing can be taken out of it.
    """
    envelope = opened(data, Trust(trusted=tuple(trusted)), at)
    who = _signers(envelope)
    return Unpacked(
        members=(member(name_inside(name), [envelope.content], target / "0"),),
        door=SIGNED,
        said=f"signed by {who}: {envelope.verdict}",
        findings=tuple(_doubts(envelope, who)),
        evidence=(_report(envelope),),
    )


def _signers(envelope: Envelope) -> str:
    signers = [each.signer for each in _signatures(envelope)]
    return " and by ".join(dict.fromkeys(signers)) or "nobody who could be named"


def _signatures(envelope: Envelope) -> Iterator[SignatureReport]:
    for report in envelope.reports:
        yield from report.signatures if report else ()


def _doubts(envelope: Envelope, who: str) -> Iterator[Finding]:
    """Yield why the signature is not to be relied on, as one warning."""
    if envelope.verdict is Verdict.GOOD:
        return
    faults = [str(fault) for each in _signatures(envelope) for fault in each.faults]
    reasons = "; ".join(dict.fromkeys((*faults, *envelope.why)))
    untrusted = envelope.verdict is Verdict.NOT_TRUSTED
    yield Finding(
        rule="IN-P7M-UNTRUSTED" if untrusted else "IN-P7M-UNVERIFIED",
        message=f"the file is signed by {who}, which is {envelope.verdict}: {reasons}",
        severity=Severity.WARNING,
        fix="name the signer's authority in [trust] roots of the settings, if it is to be believed",
        actor=Actor.OPERATOR,
    )


def _report(envelope: Envelope) -> Item:
    content = {"verdict": envelope.verdict, "layers": envelope.reports, "why": envelope.why}
    return Item(
        role="signature",
        name=REPORT,
        media_type="application/json",
        data=msgspec.json.encode(content),
    )
