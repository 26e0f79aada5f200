"""Which keys a log has had: the first as a line, each later one signed by the one before.

Standard library alone.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from archive.evidence import open_rotation, read_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from archive.evidence import Keys, Manifest
    from archive.report import Report


def read_keys(root: Path, lines: Iterable[str], report: Report) -> Keys:
    """Return per log its keys, oldest first, as they lie in `keys/`.

    Args:
        root: of an archive or an export.
        lines: verifier key lines that came by another road: each must be among those of its log,
            and what none of them is for is not believed.
        report: takes what is wrong with them.
    """
    found: dict[str, list[bytes]] = {}
    for path in sorted(root.glob("keys/*.vkey")):
        _read_first(root, path, found, report)
    given = dict(read_key(line.strip()) for line in lines)
    for name, key in given.items():
        if key not in found.get(name, [key]):
            report.add(f"keys/{_stem(name)}.vkey", "is not the key that was given")
            found[name] = [key]
        found.setdefault(name, [key])
    return {name: keys for name, keys in found.items() if name in given or not given}


def rotations_in(manifest: Manifest) -> dict[str, str]:
    """Return by SHA-256 the notes by which an entry says that a key was exchanged, and the log."""
    kind, _, log = manifest.subject.partition(":")
    is_one = (manifest.kind, kind) == ("key", "key") and log
    return {sha256: log for _, sha256, _, _ in manifest.items} if is_one else {}


def miss_rotations(root: Path, told: Mapping[str, str], report: Report) -> None:
    """Name each exchange of a key that was filed and of which no note lies in `keys/`."""
    there = {hashlib.sha256(path.read_bytes()).hexdigest() for path in root.glob("keys/*.rotation")}
    for sha256, log in told.items():
        if sha256 not in there:
            file = f"keys/{log.replace('/', '-')}.rotation"
            report.add(file, "the exchange of the key that was filed is missing", sha256)


def _stem(name: str) -> str:
    return "-".join(name.split("/")[-2:])


def _read_first(root: Path, path: Path, found: dict[str, list[bytes]], report: Report) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    file = f"keys/{path.name}"
    try:
        name, key = read_key(text.removesuffix("\n"))
    except ValueError as error:
        report.add(file, f"is no key: {error}")
        return
    found[name] = [key]
    if not text.endswith("\n"):
        report.add(file, "was cut off")
    if path.stem != _stem(name):
        report.add(file, f"is the key of {name}")
    _read_rotations(root, path.stem, name, found[name], report)


def _read_rotations(root: Path, stem: str, name: str, keys: list[bytes], report: Report) -> None:
    """Follow the notes by which a log's key was exchanged, one after the other."""
    numbers = [
        int(part)
        for path in root.glob(f"keys/{stem}.*.rotation")
        if re.fullmatch("[1-9][0-9]*", part := path.name[len(stem) + 1 : -len(".rotation")])
    ]
    for number in range(1, max(numbers, default=0) + 1):
        file = f"keys/{stem}.{number}.rotation"
        try:
            keys.append(open_rotation((root / file).read_bytes().decode(), name, keys))
        except FileNotFoundError:
            report.add(file, "is missing")
        except ValueError as error:
            report.add(file, str(error))
