"""Evidence records of entries, put together from the trees and time stamps of their log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from archive.archive import Archive
from archive.closing.day import entry_hashes
from archive.closing.evidence_record import (
    ArchiveTimeStamp,
    Chain,
    renewed_hash,
    way_up,
    write_record,
)
from archive.closing.folder import Folder, renewals, sealed, with_evidence
from archive.closing.tree import Digest, Tree, group_hash
from archive.entry import Entry, NotKept


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What evidence is of: an entry, or the checkpoint of a closing.

    Attributes:
        closing: which began it.
        label: in the closing's tree.
        later: in the trees of those that rehash.
        hashes: of its files, by a digest.
    """

    closing: Folder
    label: str
    later: str
    hashes: Callable[[Digest], Sequence[bytes]]


class Evidence:
    """All evidence of one log; what is needed of it is read once."""

    def __init__(self, archive: Archive, log: str) -> None:
        self._archive = archive
        self.closings = with_evidence(archive, log)
        self.renewals = renewals(archive, log)
        self._ends = {each.name: each.end() for each in self.closings}
        self.tree = cache(_read_tree)
        self._token = cache(_read_token)

    def of_entry(self, entry: Entry) -> Subject | None:
        """Return an entry as a subject; None before its day is closed."""
        label, archive = str(entry.position), self._archive
        for each in self.closings:
            if entry.position < self._ends[each.name]:
                if label not in self.tree(each, "evidence.tree").leaves:
                    return None
                return Subject(
                    closing=each,
                    label=label,
                    later=label,
                    hashes=lambda digest: entry_hashes(archive, entry, digest),
                )
        return None

    def of_checkpoint(self, closing: Folder) -> Subject:
        """Return a closing's checkpoint with its time stamps as a subject."""
        files = sealed(closing)
        return Subject(
            closing=closing,
            label="checkpoint",
            later=f"{closing.name}/checkpoint",
            hashes=lambda digest: [digest.of(data) for data in files.values()],
        )

    def chains(self, subject: Subject) -> tuple[Chain, ...]:
        """Return all chains: how a closing began them, and what renewed them since."""
        closing = subject.closing
        tree = self.tree(closing, "evidence.tree")
        first = subject.hashes(tree.digest)
        chains: list[Chain] = [
            (_leaf(tree, subject.label, first, self._token(closing, "evidence.tsr")),)
        ]
        head = f"{closing.name}/evidence.tsr"
        for renewal in self.renewals:
            tree, token = self.tree(renewal, "tree"), self._token(renewal, "stamp.tsr")
            if head in tree.leaves:
                last = tree.digest.of(chains[-1][-1].token)
                chains[-1] = (*chains[-1], _leaf(tree, head, [last], token))
            elif subject.later in tree.leaves:
                hashes = self._renewed(subject, tree.digest, chains)
                chains.append((_leaf(tree, subject.later, hashes, token),))
            else:
                continue
            head = f"{renewal.name}/stamp.tsr"
        return tuple(chains)

    def rehashed(self, subject: Subject, digest: Digest) -> bytes:
        """Return the hash of a subject's group in a new chain."""
        return group_hash(digest, self._renewed(subject, digest, self.chains(subject)))

    def record(self, subject: Subject) -> bytes:
        """Return the evidence record (RFC 4998, DER)."""
        return write_record(self.chains(subject))

    def _renewed(self, subject: Subject, digest: Digest, before: Sequence[Chain]) -> list[bytes]:
        return [renewed_hash(digest, each, before) for each in subject.hashes(digest)]


def evidence_record(archive: Archive, entry_id: str) -> bytes:
    """Return what proves since when an entry's manifest and files were there (RFC 4998, DER).

    Raises:
        NotKept: there is no such entry, or its day was not closed yet.
        ArchiveDamaged: a tree or a time stamp was changed.
    """
    entry = archive.entry(entry_id)
    evidence = Evidence(archive, entry.log)
    subject = evidence.of_entry(entry)
    if subject is None:
        raise NotKept(f"there is no evidence of entry {entry_id} before its day is closed")
    return evidence.record(subject)


def closing_of(archive: Archive, entry: Entry) -> str | None:
    """Return where the closing with an entry's evidence lies, like `closings/2026-11-21`."""
    subject = Evidence(archive, entry.log).of_entry(entry)
    return subject.closing.name if subject else None


def _read_tree(folder: Folder, file: str) -> Tree:
    return folder.tree(file)


def _read_token(folder: Folder, file: str) -> bytes:
    return folder.stamp(file).token


def _leaf(tree: Tree, label: str, hashes: Sequence[bytes], token: bytes) -> ArchiveTimeStamp:
    return replace(way_up(tree.digest, hashes, tree.beside(label)), token=token)
