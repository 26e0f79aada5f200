"""What is done to packs at an object store: to the notes of where they lie, and to the objects."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import msgspec

from archive.archive import Archive
from archive.packs.bucket import Bucket, BucketPacks, Stub
from archive.packs.holdings import open_pack
from archive.store import Disk
from tests.archive.disks import HastyDisk
from tests.archive.filing import chance as salts
from tests.archive.filing import drafts, opened
from tests.archive.packs.store_server import Server, client, free_port
from tests.tamper import damage
from tests.tamper.grown import Grown
from tests.tamper.mutation import Mutation, spread

LOG = "acme/2026"
ONE, OTHER = (f"{LOG}/packs/{position:09}.s3" for position in (0, 3))


@contextmanager
def stored(folder: Path) -> Iterator[tuple[Grown, Bucket]]:
    """Run a store and keep an archive there; what is overwritten there has a version of its own."""
    (folder / "server").mkdir(parents=True)
    server, whole = Server(folder / "server", free_port()), folder / "archive"
    with server.running():
        bucket = server.bucket("tampered", lock="")
        client(bucket).put_bucket_versioning(
            Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"}
        )
        with _opened(bucket, whole) as archive:
            for start in (0, 3, 6):
                archive.append(drafts(range(start, start + 3)))
            mailed = [(f"mailed {log}", archive.checkpoint(log)) for log in archive.logs()]
            keys = [archive.verifier_key(log) for log in archive.logs()]
        grown = Grown(
            whole=whole,
            past=whole,
            fork=whole,
            bundle=whole,
            checkpoints=mailed,
            keys=keys,
            authority=whole / "keys/acme-2026.vkey",
            forged=bytes,
            open=partial(_opened, bucket),
            open_pack=lambda root: partial(open_pack, BucketPacks(root, Disk(root), bucket)),
        )
        yield grown, bucket


def _opened(bucket: Bucket, root: Path) -> Archive:
    packs = partial(BucketPacks, root, bucket=bucket)
    return opened(root, disk=HastyDisk(root), random_bytes=salts(), packs=packs)


def bucket_mutations(grown: Grown, bucket: Bucket, seed: int) -> list[Mutation]:
    """Return all of them, the same for the same seed."""
    chance = Random(seed)  # noqa: S311  (replayable)
    return spread([*_notes(grown.whole, chance), *_objects(bucket)])


# ---- notes ---------------------------------------------------------------------------------------


STUBS: dict[str, Callable[[Stub], Stub]] = {
    "of fewer bytes": lambda stub: replaced(stub, size_bytes=stub.size_bytes - 1),
    "of more bytes": lambda stub: replaced(stub, size_bytes=stub.size_bytes + 1),
    "of no bytes": lambda stub: replaced(stub, size_bytes=0),
    "of another hash": lambda stub: replaced(stub, sha256=stub.sha256[:16] + "0" * 48),
    "of another object": lambda stub: replaced(stub, key=stub.key[:-9] + "00000.zip"),
    "of another bucket": lambda stub: replaced(stub, bucket="elsewhere"),
    "of another version": lambda stub: replaced(stub, version=stub.version[::-1]),
}


def replaced(stub: Stub, **changes: object) -> Stub:
    return msgspec.structs.replace(stub, **changes)


def _notes(root: Path, chance: Random) -> Iterator[Mutation]:
    for what, change in STUBS.items():
        act = partial(damage.rewrite, ONE, partial(_changed, change))
        yield Mutation(kind="stub", subject=what, act=act, names=(ONE,))
    yield from damage.exchanges(root, [ONE, OTHER])
    yield from (damage.link(ONE), damage.duplicate(ONE, "000000001.s3"))
    yield from damage.cuts(ONE, chance, 4)
    yield damage.renaming(OTHER, "000000004.s3")
    yield replace(damage.deletion(ONE), names=(ONE, ONE.replace(".s3", ".zip")))
    for field in ("bucket", "key", "version", "sha256"):
        at = (root / ONE).read_bytes().index(f'"{field}":"'.encode()) + len(field) + 5
        act = partial(damage.rewrite, ONE, partial(damage.flip, at=at))
        yield Mutation(kind="flip", subject=f"{ONE} in its {field}", act=act, names=(ONE,))


def _changed(change: Callable[[Stub], Stub], data: bytes) -> bytes:
    return msgspec.json.encode(change(msgspec.json.decode(data, type=Stub)))


# ---- objects -------------------------------------------------------------------------------------


OBJECTS: dict[str, Callable[[bytes], bytes]] = {
    "a bit turned": lambda data: damage.flip(data, len(data) // 2),
    "its last bit turned": lambda data: damage.flip(data, len(data) - 1),
    **damage.WHOLE_FILE,
}


def _objects(bucket: Bucket) -> Iterator[Mutation]:
    """Write over objects where a note names the latest version, or is made to."""
    for what, change in OBJECTS.items():
        for how, latest in (("its note names no version", False), ("its note follows", True)):
            write = partial(_overwrite, bucket, change, latest)
            subject = f"{what}, {how}"
            yield Mutation(kind="object", subject=subject, act=write, names=(ONE,))
    several: tuple[tuple[str, Callable[[Bucket, Path], None]], ...] = (
        ("removed", _remove),
        ("exchanged", _exchange),
    )
    for what, change_them in several:
        act = partial(change_them, bucket)
        yield Mutation(kind="object", subject=what, act=act, names=(ONE, OTHER))


def _moved(bucket: Bucket, root: Path, file: str) -> Stub:
    """Copy an object to a place of this mutation's own, to which its note then leads."""
    stub = msgspec.json.decode((root / file).read_bytes(), type=Stub)
    own = replaced(stub, key=f"{root.parent.name}/{stub.key}", version="")
    source = {"Bucket": stub.bucket, "Key": stub.key, "VersionId": stub.version}
    client(bucket).copy_object(Bucket=stub.bucket, Key=own.key, CopySource=source)
    (root / file).write_bytes(msgspec.json.encode(own))
    return own


def _read(bucket: Bucket, stub: Stub) -> bytes:
    return bytes(client(bucket).get_object(Bucket=stub.bucket, Key=stub.key)["Body"].read())


def _write(bucket: Bucket, stub: Stub, data: bytes) -> str:
    put = client(bucket).put_object(Bucket=stub.bucket, Key=stub.key, Body=data)
    return str(put["VersionId"])


def _overwrite(
    bucket: Bucket,
    change: Callable[[bytes], bytes],
    follows: bool,  # noqa: FBT001 - bound by its name's order
    root: Path,
) -> None:
    stub = _moved(bucket, root, ONE)
    version = _write(bucket, stub, change(_read(bucket, stub)))
    if follows:
        (root / ONE).write_bytes(msgspec.json.encode(replaced(stub, version=version)))


def _remove(bucket: Bucket, root: Path) -> None:
    stub = _moved(bucket, root, ONE)
    client(bucket).delete_object(Bucket=stub.bucket, Key=stub.key)


def _exchange(bucket: Bucket, root: Path) -> None:
    one, other = (_moved(bucket, root, file) for file in (ONE, OTHER))
    here, there = _read(bucket, one), _read(bucket, other)
    _write(bucket, one, there)
    _write(bucket, other, here)
