"""What became of a verification, for people and for programs."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from formats.signatures.report import Fault, Kind, Report, SignatureReport, Stamp, Standing, Verdict
from hub.cli.output import hanging

ADVICE: Mapping[Kind, str] = {
    Kind.CHANGED: "do not use it; ask the sender for the file as it was signed",
    Kind.APPENDED: "look at it as it was signed, which --extract writes, or ask the sender",
    Kind.FORGED: "do not use it; ask the sender, in a way that you know, whether it is theirs",
    Kind.WEAK: "ask the sender to sign anew, with XAdES and SHA-256",
    Kind.UNTRUSTED: "ask that authority for its root, by its own site, and name it: --trust FILE, "
    "or roots in [trust] of facteur.toml",
    Kind.OUT_OF_TIME: "ask the sender to sign anew, with a time stamp: without one nobody can say "
    "that it was signed in time",
    Kind.REVOKED: "do not rely on it; ask the sender what happened, and to sign anew",
}
_ENOUGH = (Kind.CHANGED, Kind.FORGED, Kind.APPENDED)
_COMMON_NAME = re.compile(r"(?:^|(?<!\\)[,+])(CN=(?:\\.|[^,+\\])*)")
_UNSIGNED = "ask the sender for the signed file; a print or a copy of it carries no signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A file and what its signatures are worth.

    Attributes:
        roots: how many are trusted.
        why: it could not be judged.
        extracted: what became of the file that was to be taken out.
    """

    file: str
    at: datetime
    sha256: str = ""
    size_bytes: int = 0
    roots: int = 0
    report: Report | None = None
    why: str = ""
    extracted: str = ""

    @property
    def verdict(self) -> Verdict:
        """What the file is worth."""
        return self.report.verdict if self.report else Verdict.NOT_JUDGED

    def shown(self) -> dict[str, Any]:
        """Return it for programs, each verdict beside what it is about."""
        said: dict[str, Any] = msgspec.to_builtins(self)
        report = self.report or Report()
        said["report"] = {
            "signatures": [
                {"verdict": each.verdict} | msgspec.to_builtins(each) for each in report.signatures
            ],
            "stamps": [
                {"verdict": each.verdict} | msgspec.to_builtins(each) for each in report.stamps
            ],
        }
        return {"verdict": self.verdict} | said


def lines(verified: Verified) -> Iterator[str]:
    """Yield it for people."""
    yield f"{verified.file}: {verified.verdict.upper()}"
    if verified.why:
        yield from _row("fault", verified.why)
    if verified.sha256:
        yield from _row("SHA-256", verified.sha256)
        yield from _row("judged", f"{_moment(verified.at)}, {_trusting(verified.roots)}")
    if verified.verdict is Verdict.NOT_SIGNED:
        yield from _row("do", _UNSIGNED)
    report = verified.report or Report()
    for number, each in enumerate(report.signatures, 1):
        yield from ("", f"signature {number} of {len(report.signatures)}: {_head(each)}")
        yield from _signature(each)
    for number, stamp in enumerate(report.stamps, 1):
        yield from ("", f"time stamp {number} of {len(report.stamps)}: {stamp.verdict.upper()}")
        yield from _stamp_alone(stamp)
    if verified.extracted:
        yield from ("", *_row("extracted", verified.extracted))


def _trusting(roots: int) -> str:
    if not roots:
        return "trusting nobody: no roots are set"
    return f"trusting {roots} root{'' if roots == 1 else 's'}"


def _head(signature: SignatureReport) -> str:
    return f"{signature.verdict.upper()}, {signature.form} {signature.level}"


def _signature(signature: SignatureReport) -> Iterator[str]:
    yield from _row("signed by", signature.signer)
    yield from _row("when", _when(signature))
    yield from _row("covers", signature.covers)
    yield from _row("path", _path(signature.path))
    for standing in signature.standings:
        if standing.source:
            yield from _row("revocation", _standing(standing))
    for stamp in signature.stamps:
        yield from _row("time stamp", _stamp(stamp))
    yield from _row("ends", _end(signature))
    for note in signature.notes:
        yield from _row("note", note)
    yield from _faults(signature.faults)


def _end(signature: SignatureReport) -> str:
    own = f"the signer's certificate on {signature.valid_until:%Y-%m-%d}"
    good = [stamp.valid_until for stamp in signature.stamps if not stamp.faults]
    if not good:
        return own
    return f"{own}; the last time stamp's on {good[-1]:%Y-%m-%d}, before which another must be set"


def _stamp_alone(stamp: Stamp) -> Iterator[str]:
    yield from _row("stamped by", stamp.authority)
    yield from _row("when", _moment(stamp.at))
    yield from _row("covers", f"the {stamp.over}")
    yield from _row("path", _path(stamp.path))
    yield from _row("ends", f"the authority's certificate on {stamp.valid_until:%Y-%m-%d}")
    yield from _faults(stamp.faults)


def _faults(faults: Iterable[Fault]) -> Iterator[str]:
    """Say each fault, then what to do: once a kind, or what is enough for all."""
    told = dict.fromkeys(faults)
    for fault in told:
        yield from _row("fault", fault.words)
    kinds = {fault.kind for fault in told}
    worst = next((kind for kind in _ENOUGH if kind in kinds), None)
    for kind in [worst] if worst else [kind for kind in ADVICE if kind in kinds]:
        yield from _row("do", ADVICE[kind])


def _when(signature: SignatureReport) -> str:
    claimed = (
        f"{_moment(signature.claimed_at)}, as the signer says"
        if signature.claimed_at
        else "the signer does not say"
    )
    if signature.proven_at:
        return f"{claimed}; by {_moment(signature.proven_at)} at the latest, as a time stamp proves"
    return f"{claimed}; no time stamp proves it"


def _path(path: tuple[str, ...]) -> str:
    if not path:
        return "none to a trusted root"
    return f"{' < '.join(map(_short, path))}, which is trusted"


def _short(subject: str) -> str:
    """Return the common name in a subject (RFC 4514), or all of it where there is none.

    >>> _short("C=IT,CN=Anna Rossi,SN=Rossi"), _short("O=Nordwind")
    ('CN=Anna Rossi', 'O=Nordwind')
    """
    found = _COMMON_NAME.search(subject)
    return found[1] if found else subject


def _standing(standing: Standing) -> str:
    said = f"revoked on {_moment(standing.revoked_at)}" if standing.revoked_at else "not revoked"
    of = f" of {_moment(standing.said_at)}" if standing.said_at else ""
    return f"{_short(standing.certificate)}: {said}, says {standing.source}{of}"


def _stamp(stamp: Stamp) -> str:
    who = f"by {_short(stamp.authority)}, whose certificate ends on {stamp.valid_until:%Y-%m-%d}"
    return f"{_moment(stamp.at)} over the {stamp.over}, {who}: {stamp.verdict}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _row(label: str, text: str) -> list[str]:
    """Return a line; names in hostile certificates cannot steer the terminal."""
    shown = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    return hanging(f"  {label:<13}", shown)
