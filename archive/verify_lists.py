"""The lists of files of an export (BagIt, RFC 8493). Standard library alone."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from archive.verify_places import files_below

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archive.report import Report

_DIGESTS = ("sha256", "sha512")
_UNLISTED = frozenset(f"tagmanifest-{digest}.txt" for digest in _DIGESTS)
_LINE = re.compile(r"([0-9a-f]+)  (.+)")
_PIECE = 1 << 20


def check_lists(root: Path, report: Report, progress: Callable[[Report], None]) -> dict[str, str]:
    """Compare all files with the lists; return the SHA-512 of each."""
    files = {path.relative_to(root).as_posix(): path for path in files_below(root)}
    listed = {digest: _read_lists(root, digest, report) for digest in _DIGESTS}
    for digest, lines in listed.items():
        for file in sorted(lines.keys() - files.keys()):
            report.add(file, "is missing")
        for file in sorted(files.keys() - lines.keys() - _UNLISTED):
            report.add(file, f"is not in the list of files ({digest})")
    found = {}
    for file, path in sorted(files.items()):
        hashes = _measure(path, report)
        wrong = [digest for digest, own in hashes.items() if listed[digest].get(file, own) != own]
        if wrong:
            report.add(file if len(wrong) > 1 else _list_of(file, wrong[0]), "was changed")
        found[file] = hashes["sha512"]
        progress(report)
    return found


def _read_lists(root: Path, digest: str, report: Report) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in (f"manifest-{digest}.txt", f"tagmanifest-{digest}.txt"):
        path = root / name
        if not path.is_file():
            report.add(name, "is missing")
            continue
        *lines, end = path.read_bytes().decode("utf-8", "replace").split("\n")
        matches = [_LINE.fullmatch(line) for line in lines]
        own = {match[2]: match[1] for match in matches if match}
        if end or len(own) < len(lines):
            report.add(name, "is not a list of files, each once")
        found |= own
    return found


def _list_of(file: str, digest: str) -> str:
    """Return the list whose line was changed: by the other digest the file is as it was."""
    return f"{'manifest' if file.startswith('data/') else 'tagmanifest'}-{digest}.txt"


def _measure(path: Path, report: Report) -> dict[str, str]:
    hashes = {digest: hashlib.new(digest) for digest in _DIGESTS}
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            report.size_bytes += len(piece)
            for hashed in hashes.values():
                hashed.update(piece)
    report.files += 1
    return {digest: hashed.hexdigest() for digest, hashed in hashes.items()}
