"""Equal objects of a merged PDF stored once: a job of letters holds one logo and one font."""

from collections.abc import Mapping
from hashlib import sha256

import pikepdf

ObjGen = tuple[int, int]

_OWN_IDENTITY = {"/Page", "/Pages", "/Catalog", "/Annot"}
"""Types of which two equal ones are still two."""


def share_equal_objects(pdf: pikepdf.Pdf) -> None:
    """Point every reference to one of several equal objects at the first of them.

    Goes in rounds, because two fonts are equal only after their files are one. Copies nobody
    points at any more are left out when the file is saved.
    """
    dropped: set[ObjGen] = set()
    while twins := _twins(pdf, dropped):
        for owner in pdf.objects:
            _redirect(owner, twins)
        dropped |= twins.keys()


def _twins(pdf: pikepdf.Pdf, dropped: set[ObjGen]) -> dict[ObjGen, pikepdf.Object]:
    """Each repeated object's number and the first object that is equal to it."""
    firsts: dict[bytes, pikepdf.Object] = {}
    twins: dict[ObjGen, pikepdf.Object] = {}
    for candidate in pdf.objects:
        if candidate.objgen in dropped or (content := _content(candidate)) is None:
            continue
        first = firsts.setdefault(sha256(content).digest(), candidate)
        if first.objgen != candidate.objgen:
            twins[candidate.objgen] = first
    return twins


def _content(candidate: pikepdf.Object) -> bytes | None:
    """What makes two objects equal, None for those that are never shared."""
    if isinstance(candidate, pikepdf.Stream):
        return candidate.stream_dict.unparse(resolved=True) + b"\0" + candidate.read_raw_bytes()
    if isinstance(candidate, pikepdf.Array):
        return candidate.unparse(resolved=True)
    if isinstance(candidate, pikepdf.Dictionary):
        kind = candidate.get("/Type")
        return None if str(kind) in _OWN_IDENTITY else candidate.unparse(resolved=True)
    return None


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
    return isinstance(value, pikepdf.Object) and not value.is_indirect
