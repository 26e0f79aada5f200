"""Packs at an object store: kept there before anything is acknowledged, and locked there."""

import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec
import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from archive.archive import Archive
from archive.entry import ArchiveDamaged, ArchiveUnavailable, Item, OnDisk
from archive.erasing import Erasure
from archive.packs.bucket import Bucket, BucketPacks, Stored, Stub, _locked_until
from archive.packs.holdings import open_pack
from archive.packs.vault import Masters
from archive.store import Disk
from tests.archive.filing import MASTERS, PLAIN, draft, drafts, opened, sha256_hex
from tests.archive.packs.store_server import Server, client, free_port, needs_server
from tests.archive.test_failures import FaultyDisk, Killed

pytestmark = needs_server
LOG = "acme/2026"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"), free_port())
    with server.running():
        yield server


@pytest.fixture(scope="module")
def bucket(server: Server) -> Bucket:
    return server.bucket("locked")


@pytest.fixture
def mine(bucket: Bucket, tmp_path: Path) -> Bucket:
    """The bucket, with keys of one's own."""
    return replace(bucket, prefix=f"{tmp_path.name}/")


def at_store(root: Path, bucket: Bucket) -> Archive:
    return opened(root, masters=MASTERS, packs=partial(BucketPacks, root, bucket=bucket))


def packs(root: Path, bucket: Bucket) -> BucketPacks:
    return BucketPacks(root, Disk(root), bucket)


def stubs(root: Path) -> list[Stub]:
    found = sorted((root / LOG / "packs").glob("*.s3"))
    return [msgspec.json.decode(path.read_bytes(), type=Stub) for path in found]


def test_it_is_used_like_any_other(tmp_path: Path, mine: Bucket) -> None:
    root = tmp_path / "archive"
    with at_store(root, mine) as archive:
        archive.append(drafts(range(3)))
        archive.append([draft(3)])
    assert not list(root.rglob("*.zip"))
    with at_store(root, mine) as archive:
        found = archive.entries()
        assert [archive.get(entry.items[0].sha256) for entry in found] == [
            f"document {n}".encode() for n in range(4)
        ]
        kept = pickle.loads(pickle.dumps(archive.locate(found[0].items[0].sha256)))  # noqa: S301
        assert kept.read() == b"document 0"
        assert archive.proof(found[2].id)
        before = list(archive._index.content())
        archive.reindex()
        assert list(archive._index.content()) == before
        archive.erase(
            Erasure(
                key="erasure/1", tenant="acme", rule="r", reason="r", asked_by="a",
                approved_by="b", documents=("d3",),
            )
        )  # fmt: skip
        assert [entry.document for entry in archive.entries(document="d3")] == []
        report = archive.verify()
        assert (report.faults, report.notes, report.erased) == ([], [], {LOG: 1})
    assert packs(root, mine).look().endswith("packs are locked (COMPLIANCE)")


def test_what_is_locked_cannot_be_removed_nor_replaced(tmp_path: Path, mine: Bucket) -> None:
    root = tmp_path / "archive"
    with at_store(root, mine) as archive:
        archive.append([draft(0)])
        (stub,) = stubs(root)
        assert (stub.until, bool(stub.version)) == ("2036-12-31T23:59:59+00:00", True)
        owner = client(mine)
        with pytest.raises(ClientError, match=r"AccessDenied|locked"):
            owner.delete_object(Bucket=stub.bucket, Key=stub.key, VersionId=stub.version)
        owner.put_object(
            Bucket=stub.bucket, Key=stub.key, Body=b"another", ChecksumAlgorithm="SHA256"
        )
        owner.delete_object(Bucket=stub.bucket, Key=stub.key)
        assert archive.get(sha256_hex(b"document 0")) == b"document 0"
        archive.reindex()


def test_an_outage_is_a_refusal_and_a_pause(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    server, root = Server(tmp_path / "server", free_port()), tmp_path / "archive"
    with server.running():
        bucket = server.bucket("pausing", lock="")
        with at_store(root, bucket) as archive:
            first = archive.append([draft(0)])
    with at_store(root, bucket) as archive:
        for _ in range(2):
            with pytest.raises(ArchiveUnavailable, match="does not answer"):
                archive.append([draft(1)])
        with pytest.raises(ArchiveUnavailable, match="does not answer"):
            archive.get(sha256_hex(b"document 0"))
        assert len(archive._index.by_id(first[0].id)) == 1
        with server.running():
            (second,) = archive.append([draft(1)])
            assert second.position == 1
            assert archive.append([draft(0)]) == first
            assert [entry.document for entry in archive.entries()] == ["d0", "d1"]
    assert len(stubs(root)) == 2


def test_packs_of_before_and_after_lie_side_by_side(tmp_path: Path, mine: Bucket) -> None:
    root = tmp_path / "archive"
    with opened(root, masters=PLAIN) as archive:
        archive.append([draft(0)])
    (root / LOG / "packs" / "000000001.zip").write_bytes(b"left by a commit that was cut off")
    with at_store(root, mine) as archive:
        archive.append([draft(1)])
        archive.append([draft(2)])
        assert len(archive.entries()) == 3
        archive.reindex()
        assert [archive.get(each.items[0].sha256) for each in archive.entries()]
    found = sorted(path.name for path in (root / LOG / "packs").iterdir())
    assert found == ["000000000.zip", "000000001.s3", "000000002.s3"]


def test_large_files_go_there_in_a_stream(tmp_path: Path, mine: Bucket) -> None:
    data = bytes(range(256)) * 150_000
    (tmp_path / "file").write_bytes(data)
    lying = OnDisk(path=tmp_path / "file", size_bytes=len(data), sha256=sha256_hex(data))
    large = Item(role="original", name="n", media_type="m", data=lying)
    root = tmp_path / "archive"
    with at_store(root, mine) as archive:
        archive.append([draft(0, items=(large,))])
        kept = archive.locate(sha256_hex(data))
        assert b"".join(kept.pieces()) == data
        with kept.opened() as file:
            file.seek(-9, 2)
            assert file.read() == data[-9:]
        (stub,) = stubs(root)
        whole = open_pack(packs(root, mine), LOG, 0)
        assert (len(whole), sha256_hex(bytes(whole))) == (stub.size_bytes, stub.sha256)


@pytest.mark.parametrize(("masters", "lock"), [(MASTERS, "COMPLIANCE"), (PLAIN, "")])
def test_stubs_that_were_lost_are_made_again_from_the_list(
    tmp_path: Path, server: Server, mine: Bucket, masters: Masters, lock: str
) -> None:
    """Neither those of a commit that was cut off nor objects put over or beside ours."""
    bucket = mine if lock else replace(server.bucket("unlocked", lock=""))
    root, owner = tmp_path / "archive", client(bucket)
    make = partial(BucketPacks, root, bucket=bucket)
    with opened(root, masters=masters, packs=make) as archive:
        for n in range(3):
            archive.append(drafts(range(4 * n, 4 * n + 3)))
        entries = archive.entries()
        archive._holdings._packs.keep("acme/2026", 9, [b"of a commit that was cut off"])
        (root / LOG / "packs/000000009.s3").unlink()
    before = stubs(root)
    first = before[1]
    if lock:
        for each in before:
            owner.put_object(
                Bucket=each.bucket, Key=each.key, Body=b"over", ChecksumAlgorithm="SHA256"
            )
            owner.delete_object(Bucket=each.bucket, Key=each.key)
    for name in ("000000003-0123456789abcdef.zip", "notes.txt"):
        key = first.key.rpartition("/")[0] + f"/{name}"
        owner.put_object(Bucket=first.bucket, Key=key, Body=b"beside", ChecksumAlgorithm="SHA256")
    for path in (*(root / LOG / "packs").glob("*.s3"), *root.glob("index.db*")):
        path.unlink()
    with opened(root, masters=masters, packs=make) as archive:
        assert not archive.verify().ok
        assert archive.reindex() == {LOG: 3}
        assert stubs(root) == before
        assert archive.entries() == entries
        assert archive.verify().faults == []
        assert archive.reindex() == {}
        assert archive._holdings.offsets(LOG, 9, ["of a pack that is not there"]) == []
    if not lock:
        assert _locked_until(replace(bucket, lock="COMPLIANCE"), first) == "", "nobody locked it"


def test_what_is_gone_or_changed_is_damage(tmp_path: Path, server: Server) -> None:
    root, bucket = tmp_path / "archive", server.bucket("open", lock="")
    with at_store(root, bucket) as archive:
        archive.append([draft(0)])
        (stub,) = stubs(root)
        client(bucket).delete_object(Bucket=stub.bucket, Key=stub.key)
        with pytest.raises(ArchiveDamaged, match=r"s3://open/.* is missing \(NoSuchKey\)"):
            archive.entries()
        assert not archive.verify().ok
        assert packs(root, bucket).look() == "s3://open answers; packs are not locked there"
        client(bucket).put_object(
            Bucket=stub.bucket, Key=stub.key, Body=b"another", ChecksumAlgorithm="SHA256"
        )
        another = Stored(bucket, msgspec.structs.replace(stub, size_bytes=7))
        assert (another.read(4, 9), another.read(7, 1)) == (b"her", b"")
        assert not packs(root, bucket).adopt(LOG, 0, another)
        assert stubs(root) == [stub]
        unnamed = msgspec.json.encode(msgspec.structs.replace(stub, bucket="no name"))
        (root / LOG / "packs" / "000000000.s3").write_bytes(unnamed)
        with pytest.raises(ArchiveDamaged, match=r"is missing \(no such name can be\)"):
            archive.entries()
        (root / LOG / "packs" / "000000000.s3").write_bytes(b"{}")
        with pytest.raises(ArchiveDamaged, match=r"000000000\.s3 is not as it was written"):
            archive.entries()
    shutil.rmtree(root)


BAD: dict[str, tuple[Callable[[Bucket], Bucket], str]] = {
    "nowhere": (lambda b: replace(b, name="nowhere"), "s3://nowhere.* is missing"),
    "not ours": (lambda b: replace(b, secret_key="wrong"), "the store refuses"),
    "cannot lock": (lambda b: replace(b, name="plain"), "asked for its Object Lock"),
    "silent": (lambda b: replace(b, endpoint="http://127.0.0.1:9"), "does not answer"),
}


@pytest.mark.parametrize("way", BAD)
def test_a_bucket_that_cannot_be_used_is_told_of(
    tmp_path: Path, server: Server, bucket: Bucket, way: str
) -> None:
    change, said = BAD[way]
    if way == "cannot lock":
        server.bucket("plain", lock="")
    bad = change(bucket)
    with pytest.raises(ArchiveUnavailable, match=said):
        packs(tmp_path, bad).look()
    if way != "cannot lock":
        with at_store(tmp_path / "archive", bad) as archive:
            with pytest.raises(ArchiveUnavailable, match=r"missing|refuses|not answer"):
                archive.append([draft(0)])
            assert archive.logs() == ()


@pytest.mark.scenario
def test_killed_after_any_act_it_is_filed_again(tmp_path: Path, mine: Bucket) -> None:
    for at in range(13):
        root, bucket = tmp_path / str(at), replace(mine, prefix=f"{mine.prefix}{at}/")
        disk = FaultyDisk(root, at=at, done=True)
        make = partial(BucketPacks, root, bucket=bucket)
        dying = opened(root, masters=MASTERS, disk=disk, packs=make)
        with dying as archive, pytest.raises(Killed):
            archive.append([draft(0)])
        with at_store(root, bucket) as archive:
            archive.append(drafts(range(2)))
            report = archive.verify()
            assert (report.faults, report.entries) == ([], {LOG: 2})
