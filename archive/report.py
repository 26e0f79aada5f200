"""What a check found: faults that name file, member and document. Standard library alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was filed.

    Attributes:
        file: below the folder that was checked.
        what: is wrong.
        member: the file inside a pack, by hash.
        documents: ids of the documents, or keys of the entries, that are touched.
    """

    file: str
    what: str
    member: str = ""
    documents: tuple[str, ...] = ()

    def __str__(self) -> str:
        member = f" member {self.member}" if self.member else ""
        documents = f" (of {', '.join(self.documents)})" if self.documents else ""
        return printable(f"{self.file}{member}{documents}: {self.what}")


@dataclass
class Report:
    """What a check found.

    Attributes:
        faults: in the order found; empty if all is well.
        notes: what a reader should know and is no fault.
        seals: per time stamp that openssl has not been asked about, the line to ask it.
        stamped: per time stamp that openssl accepts, what it says.
        signatures: in documents: which, by whom, when, and what was found of them.
        entries: checked, per log.
        erased: of these, as an `erase` entry says, per log.
        files: how many.
        size_bytes: of all files in packs.
    """

    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seals: list[str] = field(default_factory=list)
    stamped: list[str] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=dict)
    erased: dict[str, int] = field(default_factory=dict)
    files: int = 0
    size_bytes: int = 0
    _known: set[Fault] = field(default_factory=set, repr=False)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def add(self, file: str, what: str, member: str = "", documents: Iterable[str] = ()) -> None:
        """Note a fault, once."""
        fault = Fault(file, what, member, tuple(documents))
        if fault not in self._known:
            self._known.add(fault)
            self.faults.append(fault)


def printable(text: str) -> str:
    """Write control characters as escapes: names in an archive may be hostile."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
