"""Is it still what was filed? Believes nothing but the files; standard library alone.

    python -m archive.verify DIR [--earlier DIR|FILE]... [--key FILE] [--authority FILE] [--json]

DIR is an archive or an export of one. A checkpoint or an export kept from earlier proves that
nothing it covered was taken away or replaced since; without one, only what is inside DIR can be
compared. A key file that came by another road proves who signed; certificates of time-stamp
authorities that did, when. Ends with 0, or 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from archive.report import Report, printable
from archive.verify_archive import check_archive
from archive.verify_bundle import BundleCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["Progress", "check", "check_archive", "check_export", "main"]

_EVERY_BYTES = 1 << 28
_SHOWN = (
    "faults",
    "notes",
    "stamped",
    "seals",
    "signatures",
    "entries",
    "erased",
    "files",
    "size_bytes",
)


def check_export(
    root: Path,
    *,
    earlier: Sequence[tuple[str, str]] = (),
    keys: Iterable[str] = (),
    authorities: Sequence[Path] = (),
    progress: Callable[[Report], None] = lambda _: None,
) -> Report:
    """Check an export: its lists of files, every entry, its proof, its log and its time stamps.

    The arguments are those of `check_archive`.
    """
    report = Report()
    if next(root.glob("data/*/*/proof.tlog-proof"), None):
        report.add("verify.py", "this export was made by an older program: run its own verify.py")
        return report
    check = BundleCheck(root, report, keys=keys, authorities=authorities, progress=progress)
    check.run(earlier)
    return report


def check(
    folder: Path,
    *,
    earlier: Sequence[tuple[str, str]] = (),
    keys: Iterable[str] = (),
    authorities: Sequence[Path] = (),
    progress: Callable[[Report], None] = lambda _: None,
) -> Report:
    """Check an archive or an export, whichever the folder is."""
    is_export = (folder / "bagit.txt").exists() or (folder / "export.json").exists()
    return (check_export if is_export else check_archive)(
        folder, earlier=earlier, keys=keys, authorities=authorities, progress=progress
    )


def earlier_checkpoints(path: Path) -> list[tuple[str, str]]:
    """Return the checkpoints in an earlier export, or the one in a file, with a name for each."""
    files = sorted(path.glob("checkpoints/*.checkpoint")) if path.is_dir() else [path]
    return [(str(file), file.read_bytes().decode("utf-8", "replace")) for file in files]


class Progress:
    """Tells a person who waits how far it is, a line for so many bytes."""

    def __init__(self) -> None:
        self._told = 0

    def __call__(self, report: Report) -> None:
        """Tell it on standard error."""
        if report.size_bytes - self._told >= _EVERY_BYTES:
            self._told = report.size_bytes
            print(f"… {report.files} files, {report.size_bytes >> 20} MB", file=sys.stderr)


def shown(report: Report) -> dict[str, object]:
    """Return a report as JSON has it."""
    values = asdict(report)
    return {"ok": report.ok} | {name: values[name] for name in _SHOWN}


def lines(report: Report) -> Iterator[str]:
    """Yield a report as people read it."""
    for name, size in report.entries.items():
        erased = f", {report.erased[name]} of them erased" if report.erased.get(name) else ""
        yield f"{name}: {size} entries{erased}"
    yield from map(printable, (*report.notes, *report.stamped, *report.seals, *report.signatures))
    for fault in report.faults:
        yield f"WRONG {fault}"
    yield f"{report.files} files, {report.size_bytes} bytes, {len(report.faults)} wrong"


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a folder, print what was found, return 0 or 1."""
    parser = argparse.ArgumentParser(description="Check an archive or an export of one.")
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR")
    add("--earlier", "--checkpoint", type=Path, action="append", default=[], metavar="DIR|FILE")
    add("--key", type=Path, metavar="FILE", help="verifier keys, one a line")
    add("--authority", type=Path, action="append", default=[], metavar="FILE", help="PEM")
    add("--json", action="store_true", help="for programs")
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        parser.error(f"{given.folder} is not a folder")
    report = check(
        given.folder,
        earlier=[each for path in given.earlier for each in earlier_checkpoints(path)],
        keys=given.key.read_text("utf-8").split() if given.key else (),
        authorities=given.authority,
        progress=Progress(),
    )
    written = json.dumps(shown(report), indent=1) if given.json else "\n".join(lines(report))
    print(written)
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
