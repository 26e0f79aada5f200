"""The command verify: who signed a file, when, whether it is still that file, and who vouches."""

from argparse import Namespace
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import httpx

from formats.signatures.report import Kind, Verdict
from formats.signatures.trust import Trust
from formats.signatures.verify import Detached, Unverifiable, signed_content, verify
from hub.cli.output import Misused, answer
from hub.cli.verified import Verified, lines
from hub.config.loading import load
from hub.sealing.revocation import Revocation
from hub.sealing.roots import read_roots, roots_of
from hub.wiring.clock import now

_EXIT = {
    Verdict.GOOD: 0,
    Verdict.NOT_TRUSTED: 1,
    Verdict.BROKEN: 1,
    Verdict.NOT_SIGNED: 2,
    Verdict.NOT_JUDGED: 2,
}
_TIMEOUT_SECONDS = 10


def verify_(options: Namespace) -> int:
    """Verify each file; exit 1 if a signature is not good, 2 if a file has none to be judged."""
    if len(options.files) > 1 and (options.of or options.extract):
        raise Misused("--of and --extract go with one file")
    roots = _roots(options)
    of = options.of.read_bytes() if options.of else None
    with httpx.Client(timeout=_TIMEOUT_SECONDS) as http:
        prover = None if options.offline else Revocation(http=http, known=roots)
        trust = Trust(trusted=roots, prover=prover)
        found = [_verified(file, trust, of) for file in options.files]
    if options.extract:
        found = [_extracted(options.files[0], found[0], options.extract)]
    said = [line for each in found for line in ("", *lines(each))]
    answer(options, [each.shown() for each in found], said[1:])
    return max(_EXIT[each.verdict] for each in found)


def _roots(options: Namespace) -> tuple[bytes, ...]:
    """Return whom `--trust` names, else the settings; nobody where there are no settings here."""
    if options.trust:
        return tuple(root for path in options.trust for root in read_roots(path))
    if not options.config.exists() and options.tenant is None:
        return ()
    config = load(options.config)
    if options.tenant is not None and options.tenant not in config.tenants:
        raise Misused(f"there is no [tenant.{options.tenant}] in {options.config}")
    only = next(iter(config.tenants)) if len(config.tenants) == 1 else None
    return roots_of(config, options.tenant or only)


def _verified(file: Path, trust: Trust, of: bytes | None) -> Verified:
    at = now()
    try:
        data = file.read_bytes()
    except OSError as fault:
        return Verified(file=str(file), at=at, why=f"it cannot be read: {fault.strerror}")
    told = Verified(
        file=str(file),
        at=at,
        sha256=sha256(data).hexdigest(),
        size_bytes=len(data),
        roots=len(trust.trusted),
    )
    if not data:
        return replace(told, why="the file is empty")
    try:
        return replace(told, report=verify(data, trust, at=at, of=of))
    except Detached as fault:
        return replace(told, why=f"{fault}: --of FILE")
    except Unverifiable as fault:
        return replace(told, why=str(fault))


def _extracted(file: Path, verified: Verified, target: Path) -> Verified:
    """Write what was signed to a file of its own, if it is still what was signed."""
    if verified.report is None:
        return verified
    kinds = {fault.kind for each in verified.report.signatures for fault in each.faults}
    if kinds & {Kind.CHANGED, Kind.FORGED}:
        return replace(verified, extracted="nothing: what is there is not what was signed")
    try:
        content = signed_content(file.read_bytes())
    except Unverifiable as fault:
        raise Misused(f"{file}: {fault}") from fault
    target.write_bytes(content)
    return replace(verified, extracted=f"{target}, {len(content):,} bytes, as it was signed")
