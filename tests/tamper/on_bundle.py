"""Everything that is done to an export: to its files, and with its lists of files made to fit."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from archive.seal import open_checkpoint, sign_checkpoint, verifier_key
from tests.archive.filing import KEY
from tests.tamper import damage
from tests.tamper.forgeries import STRANGER
from tests.tamper.grown import Grown
from tests.tamper.mutation import Mutation, files_of, spread

DIGESTS = ("sha256", "sha512")
SIGNED = ("data/", "proofs/", "checkpoints/", "closings/")
"""What follows from signed roots and stamps, whatever the lists of files say."""
RECORDS = (".er",)
"""RFC 4998: what those say stands in `closings/`, too; BouncyCastle judges them in `oracles`."""
ALWAYS = ("manifest.json", ".tlog-proof")


def bundle_mutations(grown: Grown, seed: int) -> list[Mutation]:
    """Return all of them, the same for the same seed."""
    chance = Random(seed)  # noqa: S311  (replayable)
    files = files_of(grown.bundle)
    return spread(
        [
            *(m for file in files for m in _damages(grown.bundle, file, chance)),
            *(mended(m) for file in files for m in _forgeries(grown.bundle, file, chance)),
            *damage.exchanges(grown.bundle, _like(files, "manifest.json")),
            *map(mended, damage.exchanges(grown.bundle, _like(files, "manifest.json"))),
            *_whole(grown),
        ]
    )


def _damages(root: Path, file: str, chance: Random) -> Iterator[Mutation]:
    """Do something to each file; of a list what it says of others may be named instead."""
    ways = [*damage.flips(root, file, chance), *damage.cuts(file, chance, 1)]
    for mutation in chance.sample(ways, 2 if file.startswith("data/") else 1):
        yield replace(mutation, names=("",)) if "manifest-" in file else mutation
    if chance.random() < 0.4:
        yield damage.deletion(file)
    if chance.random() < 0.15:
        yield damage.link(file)


def _forgeries(root: Path, file: str, chance: Random) -> Iterator[Mutation]:
    """Change what is evidence; whoever mends the lists is stopped by what is signed."""
    if file.startswith(SIGNED) and not file.endswith(RECORDS):
        yield chance.choice(list(damage.flips(root, file, chance)))
    if file.endswith(ALWAYS):
        yield damage.deletion(file)


def _like(files: list[str], name: str) -> list[str]:
    return [file for file in files if file.startswith("data/") and file.endswith(f"/{name}")]


RELATED = {"data": ("proofs/",), "closings": ("proofs/",), "proofs": ("data/", "closings/")}
"""What misses something that is gone: a proof its manifest, and a manifest its proof."""


def mended(mutation: Mutation) -> Mutation:
    """Do the same and make the lists of files fit."""

    def act(root: Path) -> None:
        mutation.act(root)
        mend(root)

    folders = (name.rpartition("/")[0] for name in mutation.names)
    names = (*folders, *RELATED.get(mutation.subject.split("/")[0], ()))
    kind = f"{mutation.kind}, lists mended"
    return Mutation(kind=kind, subject=mutation.subject, act=act, names=names)


def mend(root: Path) -> None:
    """Write the lists anew, as who made the bundle would have."""
    for part in ("manifest", "tagmanifest"):
        for digest in DIGESTS:
            files = [f for f in files_of(root) if _is_listed(f, part)]
            lines = [f"{_hash(root / file, digest)}  {file}\n" for file in files]
            (root / f"{part}-{digest}.txt").write_text("".join(lines), "utf-8")


def _is_listed(file: str, part: str) -> bool:
    if part == "manifest":
        return file.startswith("data/")
    return not file.startswith(("data/", "tagmanifest-"))


def _hash(path: Path, digest: str) -> str:
    return hashlib.new(digest, path.read_bytes()).hexdigest()


# ---- the whole bundle ----------------------------------------------------------------------------


def _whole(grown: Grown) -> Iterator[Mutation]:
    folders = sorted(p.parent for p in grown.bundle.glob("data/**/manifest.json"))
    for folder in folders[:3]:
        name = folder.relative_to(grown.bundle).as_posix()
        act = partial(_gone, name)
        mutation = Mutation(kind="delete an entry", subject=name, act=act, names=(name,))
        yield mutation
        yield mended(mutation)
    sign = partial(_signed_by_stranger, "")
    names = ("keys/", "checkpoints/", "closings/")
    yield mended(Mutation(kind="wrong key", subject="all of it", act=sign, names=names))
    for path in sorted(grown.bundle.glob("keys/*.vkey")):
        act = partial(_signed_by_stranger, path.name)
        mutation = Mutation(kind="wrong key", subject=path.name, act=act, names=names)
        yield mended(mutation)


def _gone(name: str, root: Path) -> None:
    shutil.rmtree(root / name)


def _signed_by_stranger(only: str, root: Path) -> None:
    """Sign checkpoints and proofs by another key, and put that beside them."""
    for path in sorted(root.glob("keys/*.vkey")):
        if only in path.name:
            name = path.read_text("utf-8").split("+")[0]
            path.write_text(verifier_key(name, STRANGER.public_key()), "utf-8")
            for signed in (*root.glob("checkpoints/*"), *root.glob("**/*.tlog-proof")):
                _sign_again(signed, name)


def _sign_again(path: Path, origin: str) -> None:
    head, mark, note = path.read_text("utf-8").rpartition(f"{origin}\n")
    if mark:
        old = open_checkpoint(mark + note, KEY.public_key())
        path.write_text(head + sign_checkpoint(old, STRANGER), "utf-8")
