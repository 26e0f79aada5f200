"""What is done where keys were exchanged and time stamps renewed: to the archive and its export."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.closing.token import Authority
from archive.closing.tree import read_tree
from archive.seal import open_checkpoint, sign_checkpoint, sign_note, verifier_key
from tests.archive.filing import KEY, ORIGIN, drafts, opened
from tests.tamper import damage
from tests.tamper.aged import LOG, SECOND, THIRD, Aged
from tests.tamper.forgeries import STRANGER, members, repack
from tests.tamper.mutation import Mutation, files_of, spread
from tests.tamper.on_bundle import mended

STEM = LOG.replace("/", "-")
OWN = ("keys/", "renewals/")
FIRST, LAST = (f"keys/{STEM}.{number}.rotation" for number in (1, 2))
RENEWAL, REHASH = "2021-03-03", "2023-03-03"
MISSING = ("proofs/acme-20",)
ORIGINS = f"{ORIGIN}/{LOG}"


def aged_mutations(aged: Aged, seed: int) -> list[Mutation]:
    """Return what is done to the archive, the same for the same seed."""
    root, chance = aged.grown.whole, Random(seed)  # noqa: S311  (replayable)
    return spread([*_damages(root, chance), *_keys(aged), *_renewals(aged, f"{LOG}/renewals/")])


def aged_bundle_mutations(aged: Aged, seed: int) -> list[Mutation]:
    """Return what is done to the export; its lists of files are made to fit."""
    root, chance = aged.grown.bundle, Random(seed)  # noqa: S311  (replayable)
    return spread(
        [
            *map(mended, _damages(root, chance)),
            *map(mended, _statements()),
            *map(mended, _renewals(aged, f"renewals/{STEM}/")),
        ]
    )


def _damages(root: Path, chance: Random) -> Iterator[Mutation]:
    """Do one thing to each statement and to each file of a renewal."""
    for file in files_of(root):
        if file.startswith(OWN) or "/renewals/" in file:
            ways = [*damage.flips(root, file, chance), damage.deletion(file)]
            if not file.endswith(".tsr"):
                ways += damage.cuts(file, chance)
            yield _also(chance.choice(ways), file)


def _also(mutation: Mutation, file: str) -> Mutation:
    """Take what misses a file for naming it: what its key signed, the proof of its entry."""
    log = Path(file).stem.split(".")[0].replace("-", "/")
    names = (f"{log}/log/checkpoint",) if file.startswith("keys/") else MISSING
    return replace(mutation, names=(*mutation.names, *names))


# ---- keys ----------------------------------------------------------------------------------------


def _keys(aged: Aged) -> Iterator[Mutation]:
    """Do with a former key what it must not do any more, and with what is told of keys."""
    head = f"{LOG}/log/checkpoint"
    for name, key in (("first", KEY), ("second", SECOND)):
        act = partial(_sign_head, key)
        kind = "former key"
        yield Mutation(kind=kind, subject=f"the {name} signs the head", act=act, names=(head,))
    yield from _statements()
    for name, act in (
        ("goes on as if never followed", partial(_go_on, KEY)),
        ("goes on with its history", partial(_replace, aged.grown.fork)),
        ("the log of before", partial(_replace, aged.grown.past)),
    ):
        yield Mutation(kind="former key", subject=name, act=act, names=(LOG, STEM))
    pack = _pack_of(aged.grown.whole, b'"step":"rotate"')
    for kind, change in (
        ("rotation entry removed", lambda found: found[1:]),
        ("rotation entry changed", lambda found: [(found[0][0], found[0][1][:-2] + b" }")]),
        ("rotation entry of other words", lambda found: [*found[:-1], (found[-1][0], b"other")]),
    ):
        act = partial(repack, pack, change)
        yield Mutation(kind=kind, subject=pack, act=act, names=(pack,))


def _statements() -> Iterator[Mutation]:
    """Remove, exchange and forge the statements by which one key follows another."""
    ways: dict[str, tuple[str, Callable[[Path], None]]] = {
        "removed": (LAST, partial(_remove, LAST)),
        "the first removed": (FIRST, partial(_remove, FIRST)),
        "all removed, the first key signs": (LAST, partial(_as_before, KEY)),
        "exchanged": (FIRST, partial(damage.exchange, FIRST, LAST)),
        "doubled": (f"keys/{STEM}.3.rotation", partial(_copy, LAST, f"keys/{STEM}.3.rotation")),
        "of another log": (FIRST, partial(_copy, "keys/acme-2021.1.rotation", FIRST)),
        "forged by a stranger": (LAST, partial(_announce, 2, STRANGER, STRANGER)),
        "forged by the first key": (FIRST, partial(_announce, 1, KEY, STRANGER)),
        "forged by the second key": (LAST, partial(_announce, 2, SECOND, STRANGER)),
        "one more, by the former key": (
            f"keys/{STEM}.3.rotation",
            partial(_announce, 3, SECOND, STRANGER),
        ),
    }
    for what, (file, act) in ways.items():
        names = (file, STEM, f"{LOG}/log/checkpoint", "keys/acme-2021.1.rotation")
        yield Mutation(kind="rotation", subject=what, act=act, names=names)


def _heads(root: Path) -> list[Path]:
    """Return the checkpoints of a log that its last key signs, in an archive or an export."""
    found = (root / LOG / "log/checkpoint", root / "checkpoints" / f"{STEM}.checkpoint")
    return [each for each in found if each.exists()]


def _sign_head(key: Ed25519PrivateKey, root: Path) -> None:
    known = [each.public_key() for each in (KEY, SECOND, THIRD)]
    for path in [*_heads(root), *root.glob(f"proofs/{STEM}/*.tlog-proof")]:
        start, mark, note = path.read_text("utf-8").rpartition(f"{ORIGINS}\n")
        head, _, more = (mark + note).partition("\n\n")
        signed = sign_checkpoint(open_checkpoint(f"{head}\n\n{more}", *known), key)
        path.write_text(start + signed, "utf-8")


def _remove(file: str, root: Path) -> None:
    (root / file).unlink()


def _copy(source: str, target: str, root: Path) -> None:
    shutil.copy(root / source, root / target)


def _as_before(key: Ed25519PrivateKey, root: Path) -> None:
    """Let no statement lie there, and the first key sign as if it had never been followed."""
    _sign_head(key, root)
    for file in (FIRST, LAST):
        _remove(file, root)


def _announce(number: int, former: Ed25519PrivateKey, new: Ed25519PrivateKey, root: Path) -> None:
    """Let a key that was stolen announce another, which signs the head."""
    for path in root.glob(f"keys/{STEM}.*.rotation"):
        if int(path.suffixes[-2][1:]) > number:
            path.unlink()
    text = f"facteur key rotation\n{ORIGINS}\n{verifier_key(ORIGINS, new.public_key())}"
    file = root / f"keys/{STEM}.{number}.rotation"
    file.write_text(sign_note(text, ORIGINS, former), "utf-8")
    _sign_head(new, root)


def _go_on(key: Ed25519PrivateKey, root: Path) -> None:
    """File more with a key that was followed by another."""
    for path in [*root.glob("index.*"), *root.glob("keys/*.rotation")]:
        path.unlink()
    _sign_head(key, root)
    with opened(root, key=key, former=(SECOND, THIRD)) as archive:
        archive.append(drafts([77]))


def _replace(other: Path, root: Path) -> None:
    shutil.rmtree(root)
    shutil.copytree(other, root)


def _pack_of(root: Path, words: bytes) -> str:
    """Return the pack of a log whose first manifest says so."""
    packs = sorted(path.relative_to(root).as_posix() for path in root.glob(f"{LOG}/packs/*"))
    return next(each for each in packs if words in members(root / each)[0][1])


# ---- renewals ------------------------------------------------------------------------------------


def _renewals(aged: Aged, place: str) -> Iterator[Mutation]:
    """Exchange, remove and forge what renews time stamps."""
    renewed, rehashed = place + RENEWAL, place + REHASH
    closing = place.replace("renewals/", "closings/") + "2019-03-04"
    ways: dict[str, tuple[str, Callable[[Path], None]]] = {
        "tokens exchanged": (
            renewed,
            partial(damage.exchange, f"{renewed}/stamp.tsr", f"{rehashed}/stamp.tsr"),
        ),
        "token of a closing": (
            renewed,
            partial(_copy, f"{closing}/evidence.tsr", f"{renewed}/stamp.tsr"),
        ),
        "renewal in place of what it renews": (
            closing,
            partial(_copy, f"{renewed}/stamp.tsr", f"{closing}/evidence.tsr"),
        ),
        "trees exchanged": (
            renewed,
            partial(damage.exchange, f"{renewed}/tree", f"{rehashed}/tree"),
        ),
        "renewal removed": (renewed, partial(_gone, renewed)),
        "rehash removed": (rehashed, partial(_gone, rehashed)),
        "all removed": (renewed, partial(_gone, renewed.rpartition("/")[0])),
        "under another day": (renewed, partial(_move, renewed, f"{place}2022-01-01")),
        "twice": (f"{place}2022-01-01", partial(_twice, renewed, f"{place}2022-01-01")),
    }
    for name, folder in (("renewal", renewed), ("rehash", rehashed)):
        for who, authority in (("true", aged.true), ("false", aged.false)):
            what = f"{name} over other bytes, by a {who} authority"
            ways[what] = (folder, partial(_stamp_other, folder, authority))
        ways[f"{name} stamped by a forger"] = (folder, partial(_stamp_same, folder, aged.false))
        for what, change in TREES.items():
            ways[f"{name}: {what}"] = (folder, partial(_grow, folder, change, aged.true))
    for what, (folder, act) in ways.items():
        names = (folder, renewed, rehashed, closing, *MISSING)
        yield Mutation(kind="renewal", subject=what, act=act, names=names)


def _one_other(lines: list[str]) -> list[str]:
    """Another hash under the last label."""
    return [*lines[:-1], lines[-1][:-64] + lines[-1][-64:][::-1]]


def _exchanged(lines: list[str]) -> list[str]:
    """The hash of each next label."""
    pairs = [line.split(" ") for line in lines[1:]]
    hashes = [hashed for _, hashed in (*pairs[1:], pairs[0])]
    return [lines[0], *map(" ".join, zip((label for label, _ in pairs), hashes, strict=True))]


TREES: dict[str, Callable[[list[str]], list[str]]] = {
    "a hash changed": _one_other,
    "a line taken out": lambda lines: lines[:-1],
    "hashes exchanged": _exchanged,
    "another digest": lambda lines: [
        "sha256" if lines[0] == "sha512" else "sha512",
        *lines[1:],
    ],
}
"""A tree that is not what is here; its time stamp is asked of the true authority anew."""


def _grow(
    folder: str, change: Callable[[list[str]], list[str]], authority: Authority, root: Path
) -> None:
    file = root / folder / "tree"
    lines = file.read_text("utf-8").removesuffix("\n").split("\n")
    file.write_text("\n".join([*change(lines), ""]), "utf-8")
    _stamp_same(folder, authority, root)


def _stamp_same(folder: str, authority: Authority, root: Path) -> None:
    """Stamp the root of a tree as it lies there."""
    tree = read_tree((root / folder / "tree").read_text("utf-8"))
    (root / folder / "stamp.tsr").write_bytes(authority.respond(tree.digest, tree.root))


def _stamp_other(folder: str, authority: Authority, root: Path) -> None:
    """Stamp something else by the digest of a tree."""
    digest = read_tree((root / folder / "tree").read_text("utf-8")).digest
    stamp = authority.respond(digest, digest.of(b"other bytes"))
    (root / folder / "stamp.tsr").write_bytes(stamp)


def _gone(folder: str, root: Path) -> None:
    shutil.rmtree(root / folder)


def _move(source: str, target: str, root: Path) -> None:
    (root / source).rename(root / target)


def _twice(source: str, target: str, root: Path) -> None:
    shutil.copytree(root / source, root / target)
