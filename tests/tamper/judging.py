"""What the verifiers say of a folder: alone, with what the index and what others remember."""

import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from archive.entry import ArchiveError
from archive.packs.holdings import opener
from archive.verify import check, check_archive
from tests.archive.filing import MASTERS
from tests.tamper.grown import Grown
from tests.tamper.mutation import Mutation


class By(StrEnum):
    """What shows that something was done; the first that does counts."""

    FILES = "the files, with the archive's key"
    INDEX = "the archive, by its index"
    STAMPS = "openssl, with the authority's certificate"
    OUTSIDE = "with the earlier checkpoint and the key that others keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One fault: the file it names, and the whole line."""

    file: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found.

    Attributes:
        by: None if nobody said anything.
        said: the faults, as they were first seen.
        named: whether one of the files that should be named was.
    """

    by: By | None
    said: Sequence[Said]
    named: bool


def judge_archive(root: Path, mutation: Mutation, grown: Grown) -> Verdict:
    """Ask one verifier after another until one finds something that names the file."""
    seen: Verdict | None = None
    for by, look in ARCHIVE.items():
        try:
            said = list(look(root, grown))
        except Exception as error:  # noqa: BLE001 - a verifier that breaks has named nothing
            said = [Said(file="", line=f"it broke at {_place(error)}: {type(error).__name__}")]
        named = any(name in each.line for each in said for name in mutation.names)
        if named:
            return Verdict(by=by, said=said, named=True)
        if said and not seen:
            seen = Verdict(by=by, said=said, named=False)
    return seen or Verdict(by=None, said=(), named=False)


def _place(error: Exception) -> str:
    """Return which line of ours broke."""
    own = [f for f in traceback.extract_tb(error.__traceback__) if "/archive/" in f.filename]
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "?"


def _checked(root: Path, grown: Grown, **known: Any) -> Iterator[Said]:
    """Yield what `facteur archive verify` finds with the archive's own key."""
    brought = grown.open_pack(root) if grown.open_pack else None
    open_member = opener(root, MASTERS)
    report = check_archive(root, open_member=open_member, open_pack=brought, **known)
    for fault in report.faults:
        yield Said(file=fault.file, line=str(fault))


def _files(root: Path, grown: Grown) -> Iterator[Said]:
    return _checked(root, grown)


def _index(root: Path, grown: Grown) -> Iterator[Said]:
    try:
        with grown.open(root) as archive:
            for fault in archive.verify().faults:
                yield Said(file=fault.file, line=str(fault))
    except ArchiveError as error:
        yield Said(file="", line=str(error))


def _stamps(root: Path, grown: Grown) -> Iterator[Said]:
    return _checked(root, grown, authorities=[grown.authority])


def _outside(root: Path, grown: Grown) -> Iterator[Said]:
    return _checked(root, grown, earlier=grown.checkpoints, keys=grown.keys)


ARCHIVE = {By.FILES: _files, By.INDEX: _index, By.STAMPS: _stamps, By.OUTSIDE: _outside}


def judge_bundle_here(root: Path, mutation: Mutation, grown: Grown) -> Verdict:
    """Look at an export with the verifier of this process, which is quicker."""
    known: list[tuple[By, dict[str, Any]]] = [
        (By.FILES, {}),
        (By.OUTSIDE, {"keys": grown.keys, "authorities": [grown.authority]}),
    ]
    for by, more in known:
        said = [Said(file=f.file, line=str(f)) for f in check(root, **more).faults]
        if said:
            named = any(name in each.line for each in said for name in mutation.names)
            return Verdict(by=by, said=said, named=named)
    return Verdict(by=None, said=(), named=False)


def judge_bundle(root: Path, mutation: Mutation, grown: Grown) -> Verdict:
    """Let the bundle's own verifier look, as the auditor has it, in a Python that has only it.

    What changed the verifier is looked at by the one that came before.
    """
    for by, more in ((By.FILES, ()), (By.OUTSIDE, _kept(grown, root.parent))):
        said = list(run_verifier(grown.bundle / "verify.py", root, *more))
        named = any(name in each.line for each in said for name in mutation.names)
        if said:
            return Verdict(by=by, said=said, named=named)
    return Verdict(by=None, said=(), named=False)


def _kept(grown: Grown, folder: Path) -> tuple[str, ...]:
    """Write down what the auditor has from before; return the options that name it."""
    keys = folder / "keys.txt"
    keys.write_text("".join(grown.keys), "utf-8")
    return ("--key", str(keys), "--authority", str(grown.authority))


def run_verifier(program: Path, folder: Path, *options: str) -> Iterator[Said]:
    """Yield what `verify.py` finds wrong with a bundle."""
    command = [sys.executable, "-I", "-S", str(program), str(folder), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [line for line in done.stdout.splitlines() if line.startswith("WRONG ")]
    for line in found:
        yield Said(file=line.split(" ")[1].rstrip(":"), line=line)
    if done.stderr or bool(found) != bool(done.returncode):
        frames = [line for line in done.stderr.splitlines() if "/verifier/" in line]
        place = frames[-1].rpartition("/")[2] if frames else f"code {done.returncode}"
        yield Said(file="", line=f"it broke at {place}")
