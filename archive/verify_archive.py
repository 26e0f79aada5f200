"""The check of an archive: all its logs, its keys, and what lies where. Standard library alone."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.report import Report
from archive.verify_closings import FolderCheck
from archive.verify_keys import miss_rotations, read_keys
from archive.verify_log import LogCheck, packs_of
from archive.verify_places import files_below, is_leftover, odd_places
from archive.verify_time import Stamps
from archive.verify_told import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from archive.verify_members import OpenMember
    from archive.verify_packs import OpenPack

_BELONGS = re.compile(
    r"index\.[^/]+|keys/[^/]+\.(vkey|rotation)|trust/[^/]+\.pem|[^/]+/lock|"
    r"[^/]+/[^/]+/(packs/[0-9]{9}\.(zip|s3)|vault/([0-9]{9}\.keys|key)|seals/[^/]+\.(checkpoint|tsr)|"
    r"(closings|renewals)/[0-9-]+/[^/]+|log/(checkpoint|tile/.+))"
)


def check_archive(
    root: Path,
    *,
    earlier: Sequence[tuple[str, str]] = (),
    keys: Iterable[str] = (),
    authorities: Sequence[Path] = (),
    open_member: OpenMember | None = None,
    open_pack: OpenPack | None = None,
    progress: Callable[[Report], None] = lambda _: None,
) -> Report:
    """Check all logs below a folder.

    Args:
        root: folder of the archive.
        earlier: (where it is from, signed note) of checkpoints kept from before.
        keys: verifier key lines that came by another road; otherwise those in `keys/` are used.
        authorities: PEM files of who may have stamped the time; otherwise those in `trust/`.
        open_member: opens what is kept encrypted; without it only what lies there is checked.
        open_pack: returns what lies elsewhere, an empty view if it is not there any more; without
            it that is not checked.
        progress: is called with what is known so far, after each pack.
    """
    report = Report()
    if odd_places(root, report):
        return report
    names = _logs_below(root)
    born = [name for name in names if (root / name / "log" / "checkpoint").exists()]
    trusted = read_keys(root, keys, report)
    told = Told()
    stamps = Stamps(authorities or sorted(root.glob("trust/*.pem")), report)
    for name in names:
        if name in born:
            log = LogCheck(
                root,
                name,
                keys=trusted,
                report=report,
                told=told,
                stamps=stamps,
                open_member=open_member,
                open_pack=open_pack,
                progress=progress,
            )
            log.run(earlier)
        else:
            _check_unborn(root, name, report)
    _judge(told, root, report)
    _Closings(root, told, stamps, report).run(born)
    _check_places(root, names, born, trusted, report)
    _miss_logs(earlier, born, report)
    return report


def _logs_below(root: Path) -> list[str]:
    """Return the names of all logs, born or not."""
    folders = sorted(p for p in root.glob("*/[0-9][0-9][0-9][0-9]") if p.is_dir())
    return [f"{p.parent.name}/{p.name}" for p in folders]


def _judge(told: Told, root: Path, report: Report) -> None:
    """Judge what the entries of all logs tell together: erasures, rotations, trails."""
    if told.is_whole:
        told.judge_erasures(report)
    miss_rotations(root, told.rotations, report)
    if told.is_whole and report.ok:
        told.trails.judge({*told.gone.values()}, report)


def _miss_logs(earlier: Sequence[tuple[str, str]], born: Sequence[str], report: Report) -> None:
    """Miss the log of each checkpoint that was kept from before."""
    for label, note in earlier:
        origin = note.split("\n")[0]
        if not any(origin.endswith(f"/{name}") for name in born):
            report.add(label, f"there is no log {origin}")


def _check_unborn(root: Path, name: str, report: Report) -> None:
    """Tell a log whose first commit is unfinished from one that has lost its checkpoint."""
    if packs_of(root / name).keys() <= {0} and not (root / name / "seals").exists():
        report.notes.append(f"{name}: its first commit is unfinished")
    else:
        report.add(f"{name}/log/checkpoint", "is missing")


@dataclass
class _Closings:
    """The check of all closings and renewals: as entries tell of them, and of themselves."""

    root: Path
    told: Told
    stamps: Stamps
    report: Report

    def run(self, logs: Iterable[str]) -> None:
        """Compare what entries tell with what lies there, and the other way round."""
        for subject, files in self.told.closings.items():
            kind, log, name = [*subject.split(":"), "", ""][:3]
            for file, sha256 in files.items():
                self._compare(f"{log}/{kind}s/{name}/{file}", sha256)
        for log, kind in itertools.product(logs, ("closing", "renewal")):
            found = sorted((self.root / log).glob(f"{kind}s/*"))
            folders = [each for each in found if not each.is_dir() or any(_files_in(each))]
            newest = {"-" in path.name: path for path in folders}.values()  # a day, and a year
            for path in folders:
                known = self.told.closings.get(f"{kind}:{log}:{path.name}")
                if known is None and (path in newest or not self.told.is_whole):
                    what = "is not finished yet" if self.told.is_whole else "could not be compared"
                    self.report.notes.append(f"{log}/{kind}s/{path.name}: {what}")
                else:
                    self._check_folder(log, path, known or {})

    def _compare(self, file: str, sha256: str) -> None:
        path = self.root / file
        if not path.is_file():
            self.report.add(file, "is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            self.report.add(file, "is not what was filed")

    def _check_folder(self, log: str, path: Path, known: Mapping[str, str]) -> None:
        """Check a folder, of which these files were filed."""
        place = path.relative_to(self.root).as_posix()
        for name in sorted(each.name for each in _files_in(path)):
            if name not in known:
                self.report.add(f"{place}/{name}", "was filed by no entry")
        groups = self.told.groups.get(log, {})

        def group(digest: str, position: int) -> bytes | None:
            return groups.get(position) if digest == "sha256" else None

        file = (self.root / log).joinpath
        FolderCheck(path, place, self.report, self.stamps, file=file, group=group).run()


def _files_in(folder: Path) -> Iterator[Path]:
    """Yield what lies in a folder but for what was cut off while it was written."""
    return (each for each in folder.iterdir() if not is_leftover(each))


def _check_places(
    root: Path,
    names: Sequence[str],
    born: Sequence[str],
    keys: Mapping[str, object],
    report: Report,
) -> None:
    """Miss the key of every log and the log of every key; name what belongs nowhere."""
    for name in born:
        file = f"keys/{name.replace('/', '-')}.vkey"
        if not (root / file).exists():
            report.add(file, "is missing")
    there = {*names, *_logs_below(root)}  # one may have begun since, before the keys were read
    for name in keys:
        log = "/".join(name.split("/")[-2:])
        if log not in there:
            report.add(log, f"the log is missing, but there is a key of {name}")
    for path in files_below(root):
        place = path.relative_to(root).as_posix()
        if not _BELONGS.fullmatch(place):
            if is_leftover(path):
                report.notes.append(f"{place}: left by an unfinished commit")
            else:
                report.add(place, "does not belong here")
