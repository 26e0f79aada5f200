"""What can befall any file, whatever is in it: bytes turned, cut, added; gone, renamed, linked."""

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random

from asn1crypto import tsp  # type: ignore[import-untyped]

from tests.tamper.mutation import Mutation

FLIPS = 2
"""Bytes turned in each file, of which its first and its last are more likely than others."""
TWINS = {"seals": ("seals", ".tsr"), "packs": ("vault", ".keys"), "vault": ("packs", ".zip")}


def flip(data: bytes, at: int, bit: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


WHOLE_FILE: dict[str, Callable[[bytes], bytes]] = {
    "cut its last byte": lambda data: data[:-1],
    "cut half of it": lambda data: data[: len(data) // 2],
    "empty it": lambda _: b"",
    "add a byte": lambda data: data + b"\0",
    "zero it": lambda data: bytes(len(data)),
    "write it twice": lambda data: data + data,
}


def rewrite(file: str, change: Callable[[bytes], bytes], root: Path) -> None:
    path = root / file
    before = path.read_bytes()
    after = change(before)
    assert before != after, f"{file} is as it was"
    path.write_bytes(after)


def flips(root: Path, file: str, chance: Random) -> Iterator[Mutation]:
    """Turn one bit at a few places of a file; of a time stamp where its signature covers it."""
    data = (root / file).read_bytes()
    first, end = covered(data) if file.endswith(".tsr") else (0, len(data))
    places = [first, end - 1, *(chance.randrange(first, end) for _ in range(3 * FLIPS))]
    for at in sorted({*chance.sample(places, FLIPS)}):
        turned = partial(flip, at=at, bit=chance.randrange(8))
        act = partial(rewrite, file, turned)
        yield Mutation(kind="flip", subject=f"{file} byte {at}", act=act, names=(file,))


def covered(stamp: bytes) -> tuple[int, int]:
    """Return where in an RFC 3161 response the statement that is signed begins and ends."""
    token = tsp.TimeStampResp.load(stamp)["time_stamp_token"]
    stated = token["content"]["encap_content_info"]["content"].contents
    start = stamp.index(stated)
    return start, start + len(stated)


def cuts(file: str, chance: Random, most: int = 1) -> Iterator[Mutation]:
    """Do a few things to a file as a whole."""
    for way in chance.sample(sorted(WHOLE_FILE), most):
        act = partial(rewrite, file, WHOLE_FILE[way])
        yield Mutation(kind="truncate or grow", subject=f"{file}: {way}", act=act, names=(file,))


def deletion(file: str) -> Mutation:
    def act(root: Path) -> None:
        (root / file).unlink()

    return Mutation(kind="delete", subject=file, act=act, names=(file, *beside(file)))


def link(file: str) -> Mutation:
    """A link to the same bytes, which lie where anybody may change them later."""

    def act(root: Path) -> None:
        aside = root.parent / "aside"
        (root / file).rename(aside)
        (root / file).symlink_to(aside)

    return Mutation(kind="replace by a link", subject=file, act=act, names=(file,))


def renaming(file: str, name: str) -> Mutation:
    other = f"{os.path.dirname(file)}/{name}"  # noqa: PTH120 - names, no files

    def act(root: Path) -> None:
        (root / file).rename(root / other)

    return Mutation(kind="rename", subject=f"{file} to {name}", act=act, names=(file, other))


def duplicate(file: str, name: str) -> Mutation:
    other = f"{os.path.dirname(file)}/{name}"  # noqa: PTH120 - names, no files

    def act(root: Path) -> None:
        (root / other).write_bytes((root / file).read_bytes())

    return Mutation(kind="duplicate", subject=f"{file} as {name}", act=act, names=(file, other))


def exchanges(root: Path, files: Sequence[str]) -> Iterator[Mutation]:
    """Let files of one kind change places, neighbours and the first with the last."""
    pairs = [*itertools.pairwise(files), (files[0], files[-1])] if len(files) > 1 else []
    for one, other in dict.fromkeys(pairs):
        if (root / one).read_bytes() != (root / other).read_bytes():
            act = partial(exchange, one, other)
            names = (one, other, *beside(one), *beside(other))
            yield Mutation(kind="exchange", subject=f"{one} with {other}", act=act, names=names)


def beside(file: str) -> tuple[str, ...]:
    """Return what may be named instead: the stamp of a seal, the keys of a pack."""
    path = Path(file)
    if path.parent.name not in TWINS:
        return ()
    folder, suffix = TWINS[path.parent.name]
    return ((path.parents[1] / folder / path.stem).with_suffix(suffix).as_posix(),)


def exchange(one: str, other: str, root: Path) -> None:
    here, there = (root / one).read_bytes(), (root / other).read_bytes()
    (root / one).write_bytes(there)
    (root / other).write_bytes(here)
