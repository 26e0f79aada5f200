"""What the entries of all logs tell of other things, gathered to be compared at the end.

Standard library alone.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive.verify_closings import KINDS, group_hash
from archive.verify_keys import rotations_in
from archive.verify_trails import Trails

if TYPE_CHECKING:
    from archive.evidence import Manifest
    from archive.report import Report


@dataclass
class Told:
    """What the entries of all logs tell of other things, to be compared when all are read.

    Attributes:
        gone: per (log, pack, member) that has no key any more, the entry whose manifest it was,
            if it was one.
        erased: (log, pack, member) of all that `erase` entries name.
        closings: per subject of a closing or renewal, the name and SHA-256 of each file.
        groups: per log and position, the hash of an entry's files as closings have it.
        trails: of documents.
        rotations: as `rotations_in` says.
        is_whole: whether everything could be opened that was not erased.
    """

    gone: dict[tuple[str, int, str], str] = field(default_factory=dict)
    erased: set[tuple[str, int, str]] = field(default_factory=set)
    closings: dict[str, dict[str, str]] = field(default_factory=dict)
    groups: dict[str, dict[int, bytes]] = field(default_factory=dict)
    trails: Trails = field(default_factory=Trails)
    rotations: dict[str, str] = field(default_factory=dict)
    is_whole: bool = True

    def read_erasures(self, listing: bytes) -> None:
        """Take in what an `erase` entry says was erased."""
        with suppress(ValueError, KeyError, TypeError):
            found = json.loads(listing)["members"]
            self.erased |= {(str(m["log"]), int(m["pack"]), str(m["member"])) for m in found}

    def read(self, log: str, position: int, data: bytes, manifest: Manifest) -> None:
        """Take in what a manifest tells."""
        if manifest.kind in KINDS:
            names = zip(manifest.names, manifest.items, strict=True)
            self.closings[manifest.subject] = {name: item[1] for name, item in names}
        items = (bytes.fromhex(item[1]) for item in manifest.items)
        group = group_hash("sha256", [hashlib.sha256(data).digest(), *items])
        self.groups.setdefault(log, {})[position] = group
        self.rotations |= rotations_in(manifest)
        self.trails.take(f"{log}/packs", hashlib.sha256(data).hexdigest(), manifest)

    def judge_erasures(self, report: Report) -> None:
        """Name every member that has no key any more though no entry says that it was erased."""
        for (log, pack, member), entry in self.gone.items():
            if (log, pack, member) in self.erased:
                report.erased[log] = report.erased.get(log, 0) + bool(entry)
            else:
                what = "its key is gone, and no entry says that it was erased"
                report.add(f"{log}/vault/{pack:09}.keys", what, entry or member)
