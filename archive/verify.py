"""Is it still what was filed? Believes nothing but the files; standard library alone.

    python -m archive.verify DIR [--checkpoint FILE]... [--key FILE]

DIR is an archive or an export of one. A checkpoint kept from earlier proves that nothing it
covered was taken away or replaced since; without one, only what is inside DIR can be compared.
A key file that came by another road proves who signed. Ends with 0, or 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from archive.evidence import (
    Checkpoint,
    leaf_hash,
    leaf_of,
    open_checkpoint,
    open_proof,
    read_key,
    read_manifest,
    root_by_inclusion,
)
from archive.report import Report, printable
from archive.verify_log import PACKS, LogCheck, files_below, is_leftover
from archive.verify_packs import Erasures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from archive.verify_packs import OpenMember

# ---- An archive ----------------------------------------------------------------------------------


def check_archive(
    root: Path,
    *,
    earlier: Sequence[tuple[str, str]] = (),
    keys: Iterable[str] = (),
    open_member: OpenMember | None = None,
    progress: Callable[[Report], None] = lambda _: None,
) -> Report:
    """Check all logs below a folder.

    Args:
        root: folder of the archive.
        earlier: (where it is from, signed note) of checkpoints kept from before.
        keys: verifier key lines that came by another road; otherwise those in `keys/` are used.
        open_member: opens what is kept encrypted; without it only what lies there is checked.
        progress: is called with what is known so far, after each pack.
    """
    report = Report()
    folders = sorted(p for p in root.glob("*/[0-9][0-9][0-9][0-9]") if p.is_dir())
    names = [f"{p.parent.name}/{p.name}" for p in folders]
    born = [name for name in names if (root / name / "log" / "checkpoint").exists()]
    trusted = _read_keys(root, keys, report)
    erasures = Erasures()
    for name in names:
        if name in born:
            log = LogCheck(
                root, name, trusted, report, erasures, open_member=open_member, progress=progress
            )
            log.run(earlier)
        else:
            _check_unborn(root, name, report)
    if open_member or not erasures.gone:
        erasures.judge(report)
    _check_places(root, names, born, trusted, report)
    for label, note in earlier:
        origin = note.split("\n")[0]
        if not any(origin.endswith(f"/{name}") for name in born):
            report.add(label, f"there is no log {origin}")
    return report


def _check_unborn(root: Path, name: str, report: Report) -> None:
    """Tell a log whose first commit is unfinished from one that has lost its checkpoint."""
    packs = {int(path.stem) for path in (root / name).glob(PACKS)}
    if packs <= {0} and not (root / name / "seals").exists():
        report.notes.append(f"{name}: its first commit is unfinished")
    else:
        report.add(f"{name}/log/checkpoint", "is missing")


def _read_keys(root: Path, lines: Iterable[str], report: Report) -> dict[str, bytes]:
    given = dict(read_key(line.strip()) for line in lines)
    found = {}
    for path in sorted(root.glob("keys/*.vkey")):
        text = path.read_bytes().decode("utf-8", "replace")
        file = f"keys/{path.name}"
        try:
            name, key = read_key(text.removesuffix("\n"))
        except ValueError as error:
            report.add(file, f"is no key: {error}")
            continue
        found[name] = key
        if given.get(name, key) != key:
            report.add(file, "is not the key that was given")
        if not text.endswith("\n"):
            report.add(file, "was cut off")
        if path.stem != "-".join(name.split("/")[-2:]):
            report.add(file, f"is the key of {name}")
    return given or found


def _check_places(
    root: Path,
    names: Sequence[str],
    born: Sequence[str],
    keys: Mapping[str, bytes],
    report: Report,
) -> None:
    """Miss the key of every log and the log of every key; name what belongs nowhere."""
    for name in born:
        file = f"keys/{name.replace('/', '-')}.vkey"
        if not (root / file).exists():
            report.add(file, "is missing")
    for name in keys:
        log = "/".join(name.split("/")[-2:])
        if log not in names:
            report.add(log, f"the log is missing, but there is a key of {name}")
    for path in files_below(root):
        place = path.relative_to(root)
        if not _BELONGS.fullmatch(place.as_posix()):
            if is_leftover(path):
                report.notes.append(f"{place.as_posix()}: left by an unfinished commit")
            else:
                report.add(place.as_posix(), "does not belong here")


_BELONGS = re.compile(
    r"index\.[^/]+|keys/[^/]+\.vkey|[^/]+/lock|"
    r"[^/]+/[^/]+/(packs/[0-9]{9}\.zip|vault/([0-9]{9}\.keys|key)|seals/[^/]+\.(checkpoint|tsr)|"
    r"log/(checkpoint|tile/.+))"
)


# ---- An export -----------------------------------------------------------------------------------

_OF_ENTRY = ("manifest.json", "proof.tlog-proof")


def check_export(
    root: Path, *, earlier: Sequence[tuple[str, str]] = (), keys: Iterable[str] = ()
) -> Report:
    """Check an export: its lists of files, every entry, its proof and its signature."""
    report = Report()
    trusted = _read_keys(root, keys, report)
    _check_bag(root, report)
    heads: dict[str, Checkpoint] = {}
    for path in sorted(root.glob("data/**/manifest.json")):
        _check_entry(root, path.parent, trusted, heads, report)
    for label, note in earlier:
        _compare_heads(label, note, trusted, heads, report)
    return report


def _check_bag(root: Path, report: Report) -> None:
    """Compare files with the lists (BagIt, RFC 8493 section 2.1.3)."""
    listed: dict[str, str] = {}
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        if not (root / name).is_file():
            report.add(name, "is missing")
            continue
        *lines, end = (root / name).read_bytes().decode("utf-8", "replace").split("\n")
        if end or any(line[64:66] != "  " for line in lines):
            report.add(name, "is not a list of files")
        listed |= {line[66:]: line[:64] for line in lines}
    files = {path.relative_to(root).as_posix(): path for path in files_below(root)}
    for file in sorted(listed.keys() - files.keys()):
        report.add(file, "is missing")
    for file in sorted(files.keys() - listed.keys() - {"tagmanifest-sha256.txt"}):
        report.add(file, "is not in the list of files")
    for file in sorted(files.keys() & listed.keys()):
        report.files += 1
        report.size_bytes += files[file].stat().st_size
        if _digest(files[file], "sha256") != listed[file]:
            report.add(file, "was changed")


def _check_entry(
    root: Path,
    folder: Path,
    keys: Mapping[str, bytes],
    heads: dict[str, Checkpoint],
    report: Report,
) -> None:
    """Check one entry: the files against the manifest, the manifest against the signed root."""
    place = folder.relative_to(root).as_posix()
    data = (folder / "manifest.json").read_bytes()
    manifest = read_manifest(data)
    if manifest is None:
        report.add(f"{place}/manifest.json", "is not a manifest")
        return
    report.entries[manifest.log] = report.entries.get(manifest.log, 0) + 1
    own = [manifest.document]
    try:
        position, path, note = open_proof((folder / "proof.tlog-proof").read_bytes().decode())
        head = heads.get(note) or open_checkpoint(note, keys)
        heads[note] = head
        root_here = root_by_inclusion(leaf_hash(leaf_of(data)), position, head.size, path)
    except (OSError, ValueError) as error:
        report.add(f"{place}/proof.tlog-proof", str(error), documents=own)
    else:
        if root_here != head.root or not head.origin.endswith(f"/{manifest.log}"):
            report.add(f"{place}/manifest.json", "is not what was logged", documents=own)
    own_files = [p for p in sorted(folder.iterdir()) if p.is_file() and p.name not in _OF_ENTRY]
    files = {_digest(p, "sha512"): p for p in own_files}
    for label, sha256, _, sha512 in manifest.items:
        if sha512 not in files:
            report.add(f"{place}/manifest.json", f"{label} is not there", sha256, own)
    for sha512, file in files.items():
        if all(sha512 != item[3] for item in manifest.items):
            report.add(f"{place}/{file.name}", "belongs to no entry", documents=own)


def _digest(path: Path, name: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, name).hexdigest()


def _compare_heads(
    label: str,
    note: str,
    keys: Mapping[str, bytes],
    heads: Mapping[str, Checkpoint],
    report: Report,
) -> None:
    try:
        earlier = open_checkpoint(note, keys)
    except ValueError as error:
        report.add(label, str(error))
        return
    same = [h for h in heads.values() if (h.origin, h.size) == (earlier.origin, earlier.size)]
    if any(head.root != earlier.root for head in same):
        report.add(label, "the log was rewritten: same size, another root")
    elif not same:
        report.notes.append(f"{label}: compare it with the archive; an export cannot show it")


# ---- Command line --------------------------------------------------------------------------------


def check(
    folder: Path, *, earlier: Sequence[tuple[str, str]] = (), keys: Iterable[str] = ()
) -> Report:
    """Check an archive or an export, whichever the folder is."""
    is_export = (folder / "bagit.txt").exists()
    return (check_export if is_export else check_archive)(folder, earlier=earlier, keys=keys)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a folder, print what was found, return 0 or 1."""
    parser = argparse.ArgumentParser(description="Check an archive or an export of one.")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--key", type=Path, metavar="FILE", help="verifier keys, one a line")
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        parser.error(f"{given.folder} is not a folder")
    earlier = [(str(path), path.read_text("utf-8")) for path in given.checkpoint]
    keys = given.key.read_text("utf-8").split() if given.key else ()
    report = check(given.folder, earlier=earlier, keys=keys)
    for name, size in report.entries.items():
        print(f"{name}: {size} entries")
    for line in (*report.notes, *report.seals):
        print(printable(line))
    for fault in report.faults:
        print(f"WRONG {fault}")
    print(f"{report.files} files, {report.size_bytes} bytes, {len(report.faults)} wrong")
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
