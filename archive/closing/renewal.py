"""Evidence kept alive: new time stamps before old ones end, a new digest before the old is broken.

One time stamp renews all that a log has: its tree has as leaves all time stamps that nothing
covers yet (RFC 4998 section 5.2), or all groups with their chains until now (section 5.3) and the
root over the log itself by the new digest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.archive import Archive
from archive.closing.closing import file_folder
from archive.closing.folder import Folder, instant, renewals, unfinished
from archive.closing.records import Evidence
from archive.closing.report import written
from archive.closing.stamps import Answer, ask
from archive.closing.token import Authority, NoStamp
from archive.closing.tree import Digest, Tree, log_root
from archive.entry import Entry

RENEWED_BEFORE = timedelta(days=120)
"""A month before anybody is warned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A time stamp that no other covers.

    Attributes:
        file: below the log: `closings/2026-11-21/evidence.tsr`.
        holds_until: when its first certificate ends.
    """

    folder: Folder
    file: str
    digest: Digest
    holds_until: datetime

    def token(self) -> bytes:
        """Return it (DER)."""
        return self.folder.stamp(self.file.rpartition("/")[2]).token


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewer:
    """Who renews; the first authority that answers stamps."""

    archive: Archive
    authorities: Sequence[Authority]
    clock: Callable[[], datetime]

    def renew(self, log: str, *, within: timedelta = RENEWED_BEFORE) -> list[Entry]:
        """Set new time stamps over all of a log, if one of them ends within some time.

        Raises:
            NoStamp: no authority gives one, or one that holds for longer.
        """
        filed = self._unfiled(log)
        by_digest: dict[Digest, list[Head]] = {}
        for head in heads(self.archive, log):
            by_digest.setdefault(head.digest, []).append(head)
        for digest, own in by_digest.items():
            ends = min(head.holds_until for head in own)
            if ends <= self.clock() + within:
                leaves = {head.file: digest.of(head.token()) for head in own}
                tree = Tree(digest=digest, leaves=leaves)
                filed.append(self._stamped(log, "renewal", tree, after=ends))
        return filed

    def rehash(self, log: str, digest: Digest) -> list[Entry]:
        """Begin new chains by another digest, over all files and all evidence of a log.

        Raises:
            NoStamp: no authority gives a time stamp.
        """
        filed = self._unfiled(log)
        leaves = dict(self._rehashed(log, digest))
        if leaves:
            tree = Tree(digest=digest, leaves=leaves)
            filed.append(self._stamped(log, "rehash", tree, after=self.clock()))
        return filed

    def _rehashed(self, log: str, digest: Digest) -> Iterator[tuple[str, bytes]]:
        evidence = Evidence(self.archive, log)
        if not evidence.closings:
            return
        for closing in evidence.closings:
            subject = evidence.of_checkpoint(closing)
            yield subject.later, evidence.rehashed(subject, digest)
        end = max(closing.end() for closing in evidence.closings)
        yield f"log/{end}", log_root(digest, self.archive.leaves(log, end))
        for entry in self.archive.between(log, 0, end):
            if own := evidence.of_entry(entry):
                yield own.later, evidence.rehashed(own, digest)

    def _stamped(self, log: str, kind: str, tree: Tree, *, after: datetime) -> Entry:
        folder = unfinished(self.archive, log, self.clock().date())
        answer = self._ask(tree.digest, tree.root)
        if answer.stamp.holds_until <= after:
            until = f"{answer.stamp.holds_until:%Y-%m-%d}"
            raise NoStamp(f"a new time stamp would hold until {until} only: ask for another")
        kept = {"tree": tree.text().encode(), "stamp.tsr": answer.data}
        folder.keep({**kept, **answer.revocation})
        told = {"digest": tree.digest, "root": tree.root.hex(), "groups": len(tree.leaves)}
        facts = {
            "v": 1,
            "kind": kind,
            "log": log,
            "day": folder.path.name,
            "digest": tree.digest,
            "covers": len(tree.leaves),
            "stamps": [],
            "evidence": told | answer.told(),
            "revocation": sorted(answer.revocation),
        }
        folder.keep(written(self.archive, log, facts))
        return file_folder(folder)

    def _ask(self, digest: Digest, hashed: bytes) -> Answer:
        silent = []
        for authority in self.authorities:
            try:
                return ask(authority, digest, hashed, self.clock)
            except NoStamp as fault:
                silent.append(str(fault))
        raise NoStamp("; ".join(silent) or "no time-stamp authority is set")

    def _unfiled(self, log: str) -> list[Entry]:
        """File the last renewal if the process died right before that."""
        last = renewals(self.archive, log)[-1:]
        tenant = log.partition("/")[0]
        unfiled = [each for each in last if not self.archive.kept(tenant, [each.subject])]
        for each in unfiled:
            each.settle()
        return [file_folder(each) for each in unfiled]


def heads(archive: Archive, log: str) -> list[Head]:
    """Return the time stamps that nothing covers: of closings and of renewals."""
    evidence = Evidence(archive, log)
    found = {f"{each.name}/evidence.tsr": each for each in evidence.closings}
    for renewal in evidence.renewals:
        leaves = evidence.tree(renewal, "tree").leaves
        kept = found.items()
        if renewal.report()["kind"] == "renewal":
            found = {file: folder for file, folder in kept if file not in leaves}
        else:
            found = {f: own for f, own in kept if _is_after(own, f, leaves)}
        found[f"{renewal.name}/stamp.tsr"] = renewal
    return [_head(folder, file) for file, folder in found.items()]


def _is_after(folder: Folder, file: str, leaves: Mapping[str, bytes]) -> bool:
    """Say whether it is a closing that a rehash did not know yet."""
    return file.endswith("/evidence.tsr") and f"{folder.name}/checkpoint" not in leaves


def _head(folder: Folder, file: str) -> Head:
    evidence = folder.report()["evidence"]
    return Head(
        folder=folder,
        file=file,
        digest=Digest(evidence["digest"]),
        holds_until=instant(evidence["holds_until"]),
    )
