"""What somebody does who knows the archive's form, and may even have its key."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import ledger
from archive.content import measure
from archive.evidence import read_pack
from archive.manifest import leaf
from archive.packs.pack import write_pack
from archive.seal import open_checkpoint, sign_checkpoint, verifier_key
from tests.archive.filing import KEY, MASTERS, drafts, opened, sha256_hex
from tests.archive.filing import chance as salts
from tests.tamper.damage import beside
from tests.tamper.grown import Grown
from tests.tamper.mutation import Mutation

STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
Members = list[tuple[str, bytes]]


def forgeries(grown: Grown, chance: Random) -> Iterator[Mutation]:
    """Return them all."""
    yield from _packs(grown, chance)
    yield from _vaults(grown, chance)
    yield from _stamps(grown, chance)
    yield from _histories(grown)
    yield from _signatures(grown)


# ---- in a pack -----------------------------------------------------------------------------------


def members(pack: Path) -> Members:
    found, spoiled = read_pack(pack.read_bytes())
    assert spoiled is None
    return [(name, bytes(data)) for name, data in found]


def repack(file: str, change: Callable[[Members], Members], root: Path) -> None:
    """Write a pack anew, as sound as any, from other members."""
    changed = change(members(root / file))
    made = [replace(measure(data), sha256=name) for name, data in changed]
    (root / file).write_bytes(b"".join(write_pack(made)[0]))


def another_blob(found: Members) -> Members:
    """Another document under the old name."""
    name, data = found[-1]
    return [*found[:-1], (name, data.swapcase())]


def another_manifest(found: Members) -> Members:
    """Another number in a manifest, under its true hash."""
    data = found[0][1].replace(b'"tenant"', b'"Tenant"', 1).replace(b"R-", b"X-")
    return [(sha256_hex(data), data), *found[1:]]


def swapped_blob(found: Members) -> Members:
    """Two members have changed names."""
    (one, first), (other, last) = found[0], found[-1]
    return [(other, first), *found[1:-1], (one, last)]


PACKED: dict[str, tuple[int, Callable[[Members], Members]]] = {
    "swapped blob": (2, another_blob),
    "swapped manifest": (1, another_manifest),
    "swapped names": (2, swapped_blob),
    "reordered members": (2, lambda found: found[::-1]),
    "member taken out": (1, lambda found: found[:-1]),
    "manifest taken out": (2, lambda found: found[1:]),
    "member put in": (1, lambda found: [*found, (sha256_hex(b"new"), b"new")]),
    "member doubled": (2, lambda found: [*found, found[-1]]),
}


def _packs(grown: Grown, chance: Random) -> Iterator[Mutation]:
    """Change packs that are not encrypted; of the others nobody can make one that opens."""
    found = (p.relative_to(grown.whole).as_posix() for p in grown.whole.glob("*/*/packs/*"))
    packs = sorted(p for p in found if not (grown.whole / beside(p)[0]).exists())
    for kind, (least, change) in PACKED.items():
        fit = [file for file in packs if len(members(grown.whole / file)) >= least]
        for file in chance.sample(fit, 3):
            act = partial(repack, file, change)
            names = (file, *beside(file))
            yield Mutation(kind=kind, subject=file, act=act, names=names)


# ---- in a vault ----------------------------------------------------------------------------------


def destroyed(lines: list[str]) -> list[str]:
    """The key of a member is written over, as when it is erased, but nobody filed that."""
    member, word = lines[1].split(" ")
    return [lines[0], f"{member} {'-' * len(word)}", *lines[2:]]


def swapped_words(lines: list[str]) -> list[str]:
    """Two members have each other's key."""
    (one, first), (other, last) = lines[1].split(" "), lines[-2].split(" ")
    return [lines[0], f"{one} {last}", *lines[2:-2], f"{other} {first}", lines[-1]]


LOCKED: dict[str, tuple[int, Callable[[list[str]], list[str]]]] = {
    "key destroyed": (3, destroyed),
    "keys swapped": (4, swapped_words),
    "keys reordered": (4, lambda lines: [lines[0], *lines[-2:0:-1], lines[-1]]),
    "key taken out": (4, lambda lines: [lines[0], *lines[2:]]),
    "key doubled": (3, lambda lines: [*lines[:2], *lines[1:]]),
}


def _vaults(grown: Grown, chance: Random) -> Iterator[Mutation]:
    vaults = {
        path.relative_to(grown.whole).as_posix(): path.read_text("ascii").count("\n") + 1
        for path in sorted(grown.whole.glob("*/*/vault/*.keys"))
    }
    for kind, (least, change) in LOCKED.items():
        for file in chance.sample([file for file, lines in vaults.items() if lines >= least], 3):
            act = partial(_change_lines, file, change)
            names = (file, *beside(file))
            yield Mutation(kind=kind, subject=file, act=act, names=names)
    logs = sorted(path.parents[1] for path in grown.whole.glob("*/*/vault/key"))
    for one, other in itertools.pairwise(logs):
        file = (one / "vault" / "key").relative_to(grown.whole).as_posix()
        act = partial(_copy, (other / "vault" / "key").relative_to(grown.whole).as_posix(), file)
        log = one.relative_to(grown.whole).as_posix()
        yield Mutation(kind="key of another log", subject=file, act=act, names=(log,))


def _change_lines(file: str, change: Callable[[list[str]], list[str]], root: Path) -> None:
    path = root / file
    path.write_text("\n".join(change(path.read_text("ascii").split("\n"))), "ascii")


def _copy(source: str, target: str, root: Path) -> None:
    shutil.copy(root / source, root / target)


# ---- time stamps ---------------------------------------------------------------------------------


def _stamps(grown: Grown, chance: Random) -> Iterator[Mutation]:
    """Put a stamp of the forger's own authority where a true one was, over the right bytes."""
    stamps = [*grown.whole.glob("*/*/seals/*.tsr"), *grown.whole.glob("*/*/closings/*/c*.tsr")]
    for path in chance.sample(sorted(stamps), 8):
        file = path.relative_to(grown.whole).as_posix()

        def act(root: Path, file: str = file) -> None:
            of_day = (root / file).with_suffix(".checkpoint")
            sealed = of_day if of_day.exists() else (root / file).with_name("checkpoint")
            (root / file).write_bytes(grown.forged(sealed.read_bytes()))

        yield Mutation(kind="forged stamp", subject=file, act=act, names=(file,))


# ---- histories -----------------------------------------------------------------------------------


def _histories(grown: Grown) -> Iterator[Mutation]:
    logs = sorted(
        p.parent.parent.relative_to(grown.whole).as_posix()
        for p in grown.whole.glob("*/*/log/checkpoint")
    )
    for log in logs:
        for kind, act in _OF_LOG.items():
            if kind.startswith("roll back") and not _has_grown(grown, log):
                continue
            if kind == ANOTHER and (grown.whole / log / "vault" / "000000000.keys").exists():
                continue
            names = (f"{log}/", f"mailed {log}")
            yield Mutation(kind=kind, subject=log, act=partial(act, grown, log), names=names)
    everything = tuple(logs)
    for kind, start in (("roll back", grown.past), ("fork", grown.fork)):
        act = partial(replace_all, start)
        yield Mutation(kind=kind, subject="the whole folder", act=act, names=everything)
    act = partial(grow_fork, grown)
    yield Mutation(kind="fork", subject="the whole folder, grown longer", act=act, names=everything)


def _has_grown(grown: Grown, log: str) -> bool:
    then, now = (each / log / "log" / "checkpoint" for each in (grown.past, grown.whole))
    return then.exists() and then.read_bytes() != now.read_bytes()


def replace_all(start: Path, root: Path) -> None:
    shutil.rmtree(root)
    shutil.copytree(start, root)


def grow_fork(grown: Grown, root: Path) -> None:
    replace_all(grown.fork, root)
    with opened(root, random_bytes=salts(2), masters=MASTERS) as archive:
        archive.append(drafts(range(900, 1200)))


def fork_log(grown: Grown, log: str, root: Path) -> None:
    replace_all(grown.fork / log, root / log)


def roll_back_log(grown: Grown, log: str, root: Path) -> None:
    replace_all(grown.past / log, root / log)


def roll_back_checkpoint(grown: Grown, log: str, root: Path) -> None:
    shutil.copy(grown.past / log / "log" / "checkpoint", root / log / "log" / "checkpoint")


def roll_back_packs(grown: Grown, log: str, root: Path) -> None:
    replace_all(grown.past / log / "packs", root / log / "packs")


def roll_back_tiles(grown: Grown, log: str, root: Path) -> None:
    replace_all(grown.past / log / "log" / "tile", root / log / "log" / "tile")


def another_history_throughout(_grown: Grown, log: str, root: Path) -> None:
    """A manifest is exchanged, and leaves and tiles are made to fit, but for the signature."""
    file = f"{log}/packs/000000000.zip"
    old = leaf(members(root / file)[0][1])
    repack(file, another_manifest, root)
    new = leaf(members(root / file)[0][1])
    swaps = {old: new, ledger.leaf_hash(old): ledger.leaf_hash(new)}
    for path in sorted((root / log / "log" / "tile").rglob("*")):
        if path.is_file():
            tile = path.read_bytes()
            for one, other in swaps.items():
                tile = tile.replace(one, other)
            path.write_bytes(tile)


def leaves_reordered(_grown: Grown, log: str, root: Path) -> None:
    """The first two leaves change places in each bundle; of a single one, its bytes."""
    for path in sorted((root / log / "log" / "tile" / "entries").rglob("*")):
        if path.is_file():
            first, *rest = ledger.read_bundle(path.read_bytes())
            path.write_bytes(ledger.write_bundle([*rest, first] if rest else [first[::-1]]))


ANOTHER = "another history"
_OF_LOG: dict[str, Callable[[Grown, str, Path], None]] = {
    "fork": fork_log,
    "roll back": roll_back_log,
    "roll back the checkpoint": roll_back_checkpoint,
    "roll back the packs": roll_back_packs,
    "roll back the tiles": roll_back_tiles,
    ANOTHER: another_history_throughout,
    "reordered leaves": leaves_reordered,
}


# ---- signatures ----------------------------------------------------------------------------------


def _signatures(grown: Grown) -> Iterator[Mutation]:
    for path in sorted(grown.whole.glob("keys/*.vkey")):
        file = path.relative_to(grown.whole).as_posix()
        log = path.stem.replace("-", "/")
        names = (file, f"{log}/log/checkpoint")
        sign = partial(sign_by_stranger, log, file)
        yield Mutation(kind="wrong key", subject=f"{log} signed anew", act=sign, names=names)
        exchange = partial(exchange_key, file)
        yield Mutation(kind="wrong key", subject=f"{file} alone", act=exchange, names=names)


def sign_by_stranger(log: str, file: str, root: Path) -> None:
    """Sign every checkpoint of a log by another key, and put that beside it."""
    for path in [root / log / "log" / "checkpoint", *root.glob(f"{log}/seals/*.checkpoint")]:
        head = open_checkpoint(path.read_text("utf-8"), KEY.public_key())
        path.write_text(sign_checkpoint(head, STRANGER), "utf-8")
    exchange_key(file, root)


def exchange_key(file: str, root: Path) -> None:
    name = (root / file).read_text("utf-8").split("+")[0]
    (root / file).write_text(verifier_key(name, STRANGER.public_key()), "utf-8")
