"""Where an entry stands in its log, and all that is needed to check it without this program."""

from dataclasses import dataclass

from archive.archive import Archive
from archive.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The proof of one entry.

    Attributes:
        origin: name of the log in the checkpoint.
        size: how many entries the checkpoint covers.
        root: of the hash tree, Base64.
        path: hashes from the leaf to the root, Base64, the leaf's neighbour first.
        text: the whole proof (C2SP tlog-proof), as it is saved.
        key: the public key that signs the log (C2SP vkey).
    """

    entry: Entry
    origin: str
    size: int
    root: str
    path: tuple[str, ...]
    text: str
    key: str


def proof_of(archive: Archive, entry: Entry) -> Proof:
    """Return the proof of an entry.

    Raises:
        ArchiveDamaged: the log was changed from outside.
    """
    text = archive.proof(entry.id)
    head, _, note = text.partition("\n\n")
    origin, size, root = note.split("\n")[:3]
    path = tuple(line for line in head.split("\n")[1:] if not line.startswith(("index", "extra")))
    return Proof(
        entry=entry,
        origin=origin,
        size=int(size),
        root=root,
        path=path,
        text=text,
        key=archive.verifier_key(entry.log),
    )
