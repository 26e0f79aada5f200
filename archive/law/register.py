"""Register: acts of one kind, numbered without gaps in each company's archive: hold:1, hold:2….

The numbers make it complete: whoever takes an act away leaves a hole. They are found by their keys
alone, so a register needs no table of its own.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import msgspec

from archive.archive import Archive
from archive.entry import ArchiveConflict, ArchiveError, Draft, Entry, Item

_AT_ONCE: Final = 64
_TRIES: Final = 500
"""Each lost one is won by somebody else."""


class Refused(ArchiveError):
    """What was asked may not be done; the message says why, and by which rule."""


class Register:
    """The acts of one kind in one company's archive.

    Args:
        kind: `hold`, `disposal` or `procedure`; also the word before the number.
    """

    def __init__(self, archive: Archive, tenant: str, kind: str) -> None:
        self._archive = archive
        self._tenant = tenant
        self._kind = kind

    def name(self, number: int) -> str:
        """Return the key of an act: `hold:3`."""
        return f"{self._kind}:{number}"

    def all(self) -> list[Entry]:
        """Return the first entry of each act, in their order."""
        found: list[Entry] = []
        while True:
            names = [self.name(len(found) + n) for n in range(1, _AT_ONCE + 1)]
            kept = self._archive.kept(self._tenant, names)
            found += [kept[name] for name in names[: len(kept)]]
            if len(kept) < _AT_ONCE:
                return found

    def last(self) -> int:
        """Return the highest number, 0 where there is none, without reading them all."""
        beyond = 1
        while self._has(beyond):
            beyond *= 2
        known = beyond // 2
        while beyond - known > 1:
            middle = (known + beyond) // 2
            known, beyond = (middle, beyond) if self._has(middle) else (known, middle)
        return known

    def get(self, name: str) -> Entry:
        """Return an act by its name, `hold:3`, or its number alone.

        Raises:
            Refused: there is none.
        """
        full = name if name.startswith(f"{self._kind}:") else f"{self._kind}:{name}"
        for entry in self._archive.kept(self._tenant, [full]).values():
            return entry
        raise Refused(f"{full}: there is none in the archive of {self._tenant}")

    def open(
        self,
        step: str,
        items: Sequence[Item],
        *,
        subject: str = "",
        document: str | None = None,
        fields: Mapping[str, str] = MappingProxyType({}),
    ) -> Entry:
        """File a new act under the next number, which is its subject, too, if none is given."""
        for _ in range(_TRIES):
            name = self.name(self.last() + 1)
            draft = self._draft(name, subject or name, step, items)
            draft = replace(draft, document=document, fields=fields)
            try:
                return self._archive.append([draft])[0]
            except ArchiveConflict:  # somebody else was faster
                continue
        raise Refused(f"{self._kind}: the archive is too busy to number another; try again")

    def add(
        self, name: str, step: str, items: Sequence[Item], *, document: str | None = None
    ) -> Entry:
        """File what follows an act, once a step: who was first stays who was."""
        draft = self._draft(f"{name}/{step}", name, step, items)
        return self._archive.append([replace(draft, document=document)], first_stays=True)[0]

    def following(self, acts: Iterable[Entry], *steps: str) -> dict[str, Entry]:
        """Return what followed acts, by act and step: `hold:3/release`."""
        return self._archive.kept(
            self._tenant, [f"{act.key}/{step}" for act in acts for step in steps]
        )

    def _has(self, number: int) -> bool:
        return bool(self._archive.kept(self._tenant, [self.name(number)]))

    def _draft(self, key: str, subject: str, step: str, items: Sequence[Item]) -> Draft:
        return Draft(
            key=key,
            tenant=self._tenant,
            subject=subject,
            kind=self._kind,
            step=step,
            items=tuple(items),
        )


def act_item(value: Any) -> Item:
    """Return an act as the file that is kept of it."""
    data = msgspec.json.encode(value)
    return Item(role="act", name="act.json", media_type="application/json", data=data)


def person(name: str) -> str:
    """Return a name as it is filed.

    Raises:
        Refused: it is none.
    """
    known = " ".join(plain(name).split())
    if not known:
        raise Refused("say who you are: --as NAME")
    return known


def plain(text: str) -> str:
    """Return a text without blanks around it.

    Raises:
        Refused: it cannot be written in UTF-8, as what a terminal makes of stray bytes.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Refused(f"{text!a} is no text") from error
    return text.strip()


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are the same but for case, width and blanks."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
