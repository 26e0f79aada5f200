"""RuleSet: all that rules depend on, as it is kept: rule files, and what the house had set up."""

import hashlib
from collections.abc import Sequence
from typing import Self

import msgspec

from formats.model import DocumentKind
from routing_rules.roads import Vocabulary


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """Rule files and the vocabulary they were loaded with.

    >>> house = Vocabulary(channels={"mail": "email"}, formats={})
    >>> ours = RuleSet.of([("own.toml", "")], house)
    >>> RuleSet.read(ours.kept) == ours, len(ours.version)
    (True, 64)

    Attributes:
        files: name and text, in order.
        channels: configured name to kind, in order.
        formats: name to the kinds of documents it carries.
        signatures: names.
    """

    files: tuple[tuple[str, str], ...]
    channels: tuple[tuple[str, str], ...]
    formats: tuple[tuple[str, tuple[DocumentKind, ...]], ...]
    signatures: tuple[str, ...] = ()

    @classmethod
    def of(cls, files: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> Self:
        """Put together what `grammar.load` is given."""
        carried = sorted(vocabulary.formats.items())
        return cls(
            files=tuple(files),
            channels=tuple(vocabulary.channels.items()),
            formats=tuple((name, tuple(sorted(kinds))) for name, kinds in carried),
            signatures=tuple(sorted(vocabulary.signatures)),
        )

    @classmethod
    def read(cls, kept: bytes) -> Self:
        """Return a rule set from the bytes it was kept as."""
        return msgspec.json.decode(kept, type=cls)

    @property
    def kept(self) -> bytes:
        """The bytes to keep, JSON: the same for the same set."""
        return msgspec.json.encode(self)

    @property
    def version(self) -> str:
        """Hex SHA-256 of these bytes: decisions name it, and an archive keeps it under that."""
        return hashlib.sha256(self.kept).hexdigest()

    @property
    def vocabulary(self) -> Vocabulary:
        """What the house had set up."""
        return Vocabulary(
            channels=dict(self.channels),
            formats={name: frozenset(kinds) for name, kinds in self.formats},
            signatures=frozenset(self.signatures),
        )
