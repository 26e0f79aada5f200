"""An export is there whole and filed, or not at all."""

import errno
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entry import ArchiveUnavailable, Query
from archive.export import handing_out
from archive.export.handing_out import NoRoom, size_bytes
from archive.verify import check
from tests.archive.export.exporting import ORDER, exported, filled
from tests.archive.filing import sha256_hex


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return filled(tmp_path / "root")


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "root")


def test_it_is_filed_before_it_is_handed_out(archive: Archive, tmp_path: Path) -> None:
    made = exported(archive, tmp_path / "bag")
    sealed = sha256_hex((tmp_path / "bag/tagmanifest-sha256.txt").read_bytes())
    (entry,) = archive.find(Query(kind="export"))
    assert (made.entry, made.seal) == (entry, sealed)
    assert (entry.tenant, entry.document, entry.key) == ("acme", None, f"export:{sealed}")
    assert json.loads(archive.get(entry.items[0].sha256)) == {
        "asked": ORDER.asked,
        "by": "tester",
        "documents": 2,
        "heads": {"acme/2026": 302},
        "logs": {"acme/2026": 5},
        "tagmanifest_sha256": sealed,
    }
    assert archive.verify().ok


def test_a_zip_holds_the_same(archive: Archive, tmp_path: Path) -> None:
    made = exported(archive, tmp_path / "for auditors.zip")
    assert left(tmp_path) == ["for auditors.zip"]
    with zipfile.ZipFile(made.path) as packed:
        assert packed.testzip() is None
        assert {name.partition("/")[0] for name in packed.namelist()} == {"for auditors"}
        packed.extractall(tmp_path)
    assert check(tmp_path / "for auditors").faults == []
    assert made.path.stat().st_size < made.size_bytes


def test_the_size_is_told_before(archive: Archive, tmp_path: Path) -> None:
    told = size_bytes(archive, ORDER)
    assert told > exported(archive, tmp_path / "bag").size_bytes
    assert size_bytes(archive, replace(ORDER, documents=("d1",))) < told


def test_it_is_refused_where_it_would_not_fit(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_out, "_FIXED", 1 << 60)
    with pytest.raises(NoRoom, match=r"needs about 1152921\.\d TB, .* has .* left"):
        exported(archive, tmp_path / "bag")
    assert left(tmp_path) == []
    assert archive.find(Query(kind="export")) == ()


class Full(OSError):
    """What a write says when the disk is full after all."""


@pytest.mark.parametrize("target", ["bag", "bag.zip"])
def test_nothing_is_left_of_one_that_fails(archive: Archive, tmp_path: Path, target: str) -> None:
    def policy() -> list[tuple[str, bytes]]:
        raise Full(errno.ENOSPC, "no space left on device")

    with pytest.raises(Full):
        exported(archive, tmp_path / target, replace(ORDER, policy=policy))
    assert left(tmp_path) == []
    exported(archive, tmp_path / target)
    assert left(tmp_path) == [target]


def test_what_cannot_be_filed_is_not_handed_out(archive: Archive, tmp_path: Path) -> None:
    def policy() -> list[tuple[str, bytes]]:
        (tmp_path / "root/acme/2026/packs/000000302.zip").mkdir()
        return [("a/../b.txt", b"rules")]

    with pytest.raises(ArchiveUnavailable):
        exported(archive, tmp_path / "bag", replace(ORDER, policy=policy))
    assert left(tmp_path) == []


def test_files_of_others_stay_out_where_they_must(archive: Archive, tmp_path: Path) -> None:
    order = replace(ORDER, without_submissions=frozenset({"sub0"}))
    made = exported(archive, tmp_path / "bag", order)
    assert made.entries == 4
    assert not (tmp_path / "bag/data/sub0").exists()
    assert check(made.path).ok


def test_policy_goes_with_it(archive: Archive, tmp_path: Path) -> None:
    order = replace(ORDER, policy=lambda: [("de/../rules.txt", b"8 years")])
    made = exported(archive, tmp_path / "bag", order)
    assert [path.name for path in made.path.glob("policy/*/*/*")] == ["rules.txt"]
    assert check(made.path).ok


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0.0 B"), (999, "999.0 B"), (1500, "1.5 kB"), (2e15, "2000.0 TB")]
)
def test_sizes_for_people(count: int, text: str) -> None:
    assert handing_out._readable(count) == text
