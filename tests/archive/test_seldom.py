"""What happens seldom to an archive that is well: another master key, a reader overtaken."""

from pathlib import Path

import pytest

from archive.entry import ArchiveDamaged, ArchiveLocked, NotKept
from archive.erasing import Erasure
from archive.packs.folder import FolderPacks
from archive.packs.vault import Masters
from archive.store import Disk
from tests.archive.filing import MASTERS, PLAIN, draft, drafts, opened

NEW = Masters(keys=(bytes(range(64, 96)),))
BOTH = Masters(keys=(*NEW.keys, *MASTERS.keys))


def test_another_master_key_takes_over_and_contents_stay(tmp_path: Path) -> None:
    with opened(tmp_path, masters=PLAIN) as archive:
        archive.append([draft(9, tenant="plain")])
    with opened(tmp_path, masters=MASTERS) as archive:
        archive.append(drafts(range(3)))
    packs = {path: path.read_bytes() for path in tmp_path.glob("*/*/packs/*")}
    for _ in range(2):
        with opened(tmp_path, masters=BOTH) as archive:
            archive.rekey()
            filed = [entry.tenant for entry in archive.entries() if entry.step == "rekey"]
            assert filed == ["acme", "plain"]
    assert {path: path.read_bytes() for path in packs} == packs
    with opened(tmp_path, masters=NEW) as archive:
        assert archive.get(archive.entries(document="d1")[0].items[0].sha256) == b"document 1"
        assert archive.verify().faults == []
    with opened(tmp_path, masters=MASTERS) as archive, pytest.raises(ArchiveLocked):
        archive.entries(document="d1")


def test_who_is_overtaken_by_an_erasure_is_told(tmp_path: Path) -> None:
    with opened(tmp_path, masters=MASTERS) as archive:
        (entry,) = archive.append([draft(1)])
        found = archive._index.place(entry.items[0].sha256)
        assert found
        archive.erase(
            Erasure(
                key="e",
                tenant="acme",
                rule="r",
                reason="its time is over",
                asked_by="one",
                approved_by="another",
                entries=(entry.id,),
            )
        )
        with pytest.raises(NotKept, match="was erased"):
            archive._kept(found)
        assert archive.verify().faults == []


def test_an_index_is_not_compared_with_packs_that_do_not_open(tmp_path: Path) -> None:
    with opened(tmp_path, masters=MASTERS) as archive:
        archive.append([draft(1)])
        (pack,) = tmp_path.glob("acme/2026/packs/*")
        whole = pack.read_bytes()
        pack.write_bytes(whole[:99])
        assert archive._logs.index_differs().startswith("it has read otherwise")
        pack.write_bytes(whole)
        assert archive._logs.index_differs() == ""
    with opened(tmp_path, masters=PLAIN) as archive:
        assert archive._logs.index_differs() == ""


@pytest.mark.parametrize("size", [0, 4])
def test_no_checkpoint_is_signed_of_what_never_was(tmp_path: Path, size: int) -> None:
    with opened(tmp_path) as archive:
        archive.append(drafts(range(3)))
        assert archive.checkpoint("acme/2026", 3) == archive.checkpoint("acme/2026")
        with pytest.raises(ArchiveDamaged, match=f"does not give a root over {size} entries"):
            archive.checkpoint("acme/2026", size)


def test_a_folder_on_a_disk_with_room(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    assert disk.has_room()
    assert FolderPacks(tmp_path, disk).look() == ""
