"""Equal objects of a merged PDF stored once: a job of letters holds one logo and one font."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256

import pikepdf

ObjGen = tuple[int, int]

_OWN_IDENTITY = {"/Page", "/Pages", "/Catalog", "/Annot"}
"""Types of which two equal ones are still two."""
_REFERENCE = re.compile(rb"(\d+) (\d+) R\b")


def share_equal_objects(pdf: pikepdf.Pdf) -> None:
    """Point every reference to one of several equal objects at the first of them.

    Goes in rounds, because two fonts are equal only after their files are one; each looks only at
    what the one before has changed. Copies nobody points at any more are left out when the file is
    saved.
    """
    sharing = _Sharing()
    changed: Iterable[pikepdf.Object] = pdf.objects
    while twins := sharing.twins(changed):
        changed = sharing.redirected(twins)


class _Sharing:
    """What has been seen of a file.

    Attributes:
        firsts: digest of a content to the first object that has it.
        owners: an object's number to the objects that point at it.
        dropped: numbers of those that nobody needs any more.
    """

    def __init__(self) -> None:
        self.firsts: dict[bytes, pikepdf.Object] = {}
        self.owners: dict[ObjGen, dict[ObjGen, pikepdf.Object]] = defaultdict(dict)
        self.dropped: set[ObjGen] = set()

    def twins(self, candidates: Iterable[pikepdf.Object]) -> dict[ObjGen, pikepdf.Object]:
        """Return each repeated object's number and the first object that is equal to it."""
        twins: dict[ObjGen, pikepdf.Object] = {}
        for candidate in candidates:
            if not isinstance(candidate, pikepdf.Stream | pikepdf.Array | pikepdf.Dictionary):
                continue
            shape = _shape(candidate)
            for number, generation in _REFERENCE.findall(shape):
                self.owners[int(number), int(generation)][candidate.objgen] = candidate
            if (content := _content(candidate, shape)) is None:
                continue
            first = self.firsts.setdefault(sha256(content).digest(), candidate)
            if first.objgen != candidate.objgen:
                twins[candidate.objgen] = first
        return twins

    def redirected(self, twins: Mapping[ObjGen, pikepdf.Object]) -> list[pikepdf.Object]:
        """Let all owners of twins point at the first ones; return the owners."""
        self.dropped |= twins.keys()
        owners = {
            number: owner for twin in twins for number, owner in self.owners.pop(twin, {}).items()
        }
        left = [owner for number, owner in owners.items() if number not in self.dropped]
        for owner in left:
            _redirect(owner, twins)
        return left


def _shape(candidate: pikepdf.Object) -> bytes:
    """Return an object as it is written, without a stream's data."""
    if isinstance(candidate, pikepdf.Stream):
        return candidate.stream_dict.unparse(resolved=True)
    return candidate.unparse(resolved=True)


def _content(candidate: pikepdf.Object, shape: bytes) -> bytes | None:
    """What makes two objects equal, None for those that are never shared."""
    if isinstance(candidate, pikepdf.Stream):
        return shape + b"\0" + candidate.read_raw_bytes()
    if isinstance(candidate, pikepdf.Dictionary) and str(candidate.get("/Type")) in _OWN_IDENTITY:
        return None
    return shape


def _redirect(owner: object, twins: Mapping[ObjGen, pikepdf.Object]) -> None:
    """Replace references within one object, down to the next indirect one."""
    if isinstance(owner, pikepdf.Dictionary | pikepdf.Stream):
        for key, value in list(owner.items()):
            if (twin := _twin_of(value, twins)) is not None:
                owner[key] = twin
            elif _is_within(value):
                _redirect(value, twins)
    elif isinstance(owner, pikepdf.Array):
        for index in range(len(owner)):
            value = owner[index]
            if (twin := _twin_of(value, twins)) is not None:
                owner[index] = twin
            elif _is_within(value):
                _redirect(value, twins)


def _twin_of(value: object, twins: Mapping[ObjGen, pikepdf.Object]) -> pikepdf.Object | None:
    return twins.get(value.objgen) if isinstance(value, pikepdf.Object) else None


def _is_within(value: object) -> bool:
    """Whether it is part of its owner and points at others; widths of letters do not."""
    return (
        isinstance(value, pikepdf.Array | pikepdf.Dictionary)
        and not value.is_indirect
        and _REFERENCE.search(value.unparse()) is not None
    )
