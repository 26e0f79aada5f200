"""An encrypted archive is used like any other, and tells nothing to who has no key."""

import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entry import ArchiveDamaged, ArchiveLocked, Draft, Entry, NotKept, OnDisk, Query
from archive.packs.folder import FolderPacks
from archive.packs.holdings import open_pack
from archive.packs.source import LocalFile, brought
from archive.packs.vault import ERASED, Masters
from archive.store import Disk
from archive.verify import check, check_archive
from tests.archive.export.exporting import ORDER, exported
from tests.archive.filing import MASTERS, PLAIN, draft, drafts, item, opened, sha256_hex

LOG = "acme/2026"
OTHER = Masters(keys=(b"another master key, of 32 bytes.",))
TERMS = sha256_hex(b"the same every time")


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two encrypted packs."""
    root = tmp_path_factory.mktemp("filed") / "archive"
    with opened(root, masters=MASTERS) as archive:
        archive.append(drafts(range(3)))
        archive.append([draft(3)])
    return root


def copied(filed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filed, tmp_path / "archive"))


def read(archive: Archive) -> list[tuple[Entry, list[bytes], str]]:
    return [
        (entry, [archive.get(each.sha256) for each in entry.items], archive.proof(entry.id))
        for entry in archive.entries()
    ]


def test_it_is_used_like_any_other(filed: Path, tmp_path: Path) -> None:
    with opened(copied(filed, tmp_path), masters=MASTERS) as archive:
        found = read(archive)
        assert [data for _, data, _ in found] == [
            [f"document {n}".encode(), b"the same every time"] for n in range(4)
        ]
        assert archive.find(Query(number="R-0002")) == (found[2][0],)
        assert archive.append([draft(3)]) == (found[3][0],)
        kept = pickle.loads(pickle.dumps(archive.locate(TERMS)))  # noqa: S301  (for a child)
        assert kept.read() == b"".join(kept.pieces()) == b"the same every time"
        assert kept.head(3) == b"the"
        assert kept.opened().read() == b"the same every time"
        assert archive._packs.look() == "", "of a folder there is nothing to tell"
        assert not archive._packs.adopt(LOG, 9, LocalFile(tmp_path)), "nor to take from it"
        assert archive.verify().faults == []
        exported(archive, tmp_path / "export", replace(ORDER, documents=("d1",)))
        before = list(archive._index.content())
        archive.reindex()
        assert list(archive._index.content()) == before
    assert check(tmp_path / "export").faults == []


def test_it_tells_nothing_without_the_key(filed: Path) -> None:
    files = [p for p in filed.rglob("*") if p.is_file() and "index" not in p.name]
    words = (b"document", b"R-0001", b"same every", TERMS.encode(), bytes.fromhex(TERMS))
    assert not [p for p in files if any(word in p.read_bytes() for word in words)]
    assert {p.name for p in (filed / LOG / "vault").iterdir()} == {
        "key",
        "000000000.keys",
        "000000003.keys",
    }
    report = check_archive(filed)
    assert report.faults == []
    assert any("encrypted" in note for note in report.notes)


@pytest.mark.parametrize(("masters", "said"), [(PLAIN, "is not here"), (OTHER, "is not here")])
def test_without_its_master_key_it_is_locked(
    filed: Path, tmp_path: Path, masters: Masters, said: str
) -> None:
    root = copied(filed, tmp_path)
    with opened(root, masters=masters) as archive:
        with pytest.raises(ArchiveLocked, match=said):
            archive.get(TERMS)
        with pytest.raises(ArchiveLocked, match=said):
            archive.reindex()
    (root / "index.db").unlink()
    with opened(root, masters=masters) as archive:  # opens, and says why when it is used
        assert archive.entries() == ()
        with pytest.raises(ArchiveLocked, match=said):
            archive.append([draft(9)])
    with opened(root, masters=MASTERS) as archive:
        assert len(archive.entries()) == 4


def test_packs_of_before_and_after_lie_side_by_side(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    quiet = Masters(keys=MASTERS.keys, encrypts=False)
    for number, masters in enumerate((PLAIN, MASTERS, quiet, MASTERS)):
        with opened(root, masters=masters) as archive:
            archive.append([draft(number)])
            assert len(read(archive)) == number + 1
            assert archive.verify().faults == []
    assert len(list((root / LOG / "vault").glob("*.keys"))) == 2
    packs = [p.read_bytes() for p in sorted((root / LOG / "packs").iterdir())]
    assert [b"document" in pack for pack in packs] == [True, False, True, False]
    assert [b"the same" in pack for pack in packs] == [True, False, False, False]
    with opened(root, masters=MASTERS) as archive:
        before = list(archive._index.content())
        archive.reindex()
        assert list(archive._index.content()) == before


def test_a_file_that_no_longer_opens_is_kept_anew(filed: Path, tmp_path: Path) -> None:
    with opened(copied(filed, tmp_path), masters=MASTERS) as archive:
        found = archive._index.place(TERMS)
        assert found
        member = archive._holdings.member(LOG, found.pack, found.place)
        archive._holdings.destroy(LOG, found.pack, [member or ""])
        with pytest.raises(NotKept):
            archive.get(TERMS)
        archive.append([draft(4)])
        assert archive.get(TERMS) == b"the same every time"


def test_a_note_of_a_pack_elsewhere_that_was_never_acknowledged_goes(tmp_path: Path) -> None:
    """Who puts packs into a bucket again later would read what a cut-off commit left there."""
    root = tmp_path / "archive"
    stub = root / LOG / "packs" / "000000000.s3"
    stub.parent.mkdir(parents=True)
    stub.write_text("{}")
    with opened(root) as archive:
        archive.append([draft(0)])
    assert not stub.exists()


def test_a_file_on_disk_is_encrypted_as_it_is_read(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000  # more than a piece
    (tmp_path / "file").write_bytes(data)
    lying = OnDisk(path=tmp_path / "file", size_bytes=len(data), sha256=sha256_hex(data))
    one = Draft(
        key="k", tenant="acme", subject="s", kind="submission", step="receive",
        items=(item("").__class__(role="original", name="n", media_type="m", data=lying),),
    )  # fmt: skip
    with opened(tmp_path / "archive", masters=MASTERS) as archive:
        archive.append([one])
        kept = archive.locate(sha256_hex(data))
        assert b"".join(kept.pieces()) == data
        with kept.opened() as file:
            file.seek(70_000)
            assert file.read(9) == data[70_000:70_009]
        assert archive.verify().faults == []


def _change(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def _line(number: int, change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    def changed(text: bytes) -> bytes:
        lines = text.decode().split("\n")
        lines[number] = change(lines[number])
        return "\n".join(lines).encode()

    return changed


CHANGES: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "a word": ("vault/000000000.keys", _line(1, lambda s: s[:70] + "AAAA" + s[74:]), "was changed"),
    "no base64": ("vault/000000000.keys", _line(1, lambda s: s[:-1] + "!"), "was changed"),
    "a name": ("vault/000000000.keys", _line(1, lambda s: "0" * 64 + s[64:]), "pack beside"),
    "its head": ("vault/000000000.keys", _line(0, str.upper), "no list of keys"),
    "its end": ("vault/000000000.keys", lambda t: t[:-1], "no list of keys"),
    "a line left out": ("vault/000000000.keys", lambda t: t[:16] + t[206:], "pack beside"),
    "the log's key": ("vault/key", lambda t: t[:-9] + b"AAAAAAA=\n", "not as it was written"),
    "all of the log's key": ("vault/key", lambda _: b"", "not as it was written"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_vault_is_damage(filed: Path, tmp_path: Path, change: str) -> None:
    root, (file, act, said) = copied(filed, tmp_path), CHANGES[change]
    _change(root / LOG / file, act)
    with opened(root, masters=MASTERS) as archive:
        with pytest.raises(ArchiveDamaged, match=said):
            archive.reindex()
        if file != "vault/key":
            faults = archive.verify().faults
            assert {fault.file for fault in faults} & {
                f"{LOG}/{file}",
                f"{LOG}/packs/000000000.zip",
            }


def test_words_open_nowhere_else(filed: Path, tmp_path: Path) -> None:
    """Exchanged with that of another member, a word does not open."""
    root = copied(filed, tmp_path)
    path = root / LOG / "vault" / "000000000.keys"
    lines = path.read_text().split("\n")
    lines[1], lines[2] = lines[1][:65] + lines[2][65:], lines[2][:65] + lines[1][65:]
    path.write_text("\n".join(lines))
    with opened(root, masters=MASTERS) as archive, pytest.raises(ArchiveDamaged, match="changed"):
        archive.entries()


def test_a_lost_key_is_never_made_anew(filed: Path, tmp_path: Path) -> None:
    root = copied(filed, tmp_path)
    (root / LOG / "vault" / "key").unlink()
    with opened(root, masters=MASTERS) as archive:
        with pytest.raises(ArchiveDamaged, match=r"vault/key is missing"):
            archive.append([draft(9)])
        with pytest.raises(ArchiveDamaged, match="not as it was written"):
            archive.get(TERMS)


def test_a_lost_vault_is_damage(filed: Path, tmp_path: Path) -> None:
    root = copied(filed, tmp_path)
    (root / LOG / "vault" / "000000000.keys").unlink()
    with opened(root, masters=MASTERS) as archive:
        with pytest.raises(ArchiveDamaged, match="no longer holds"):
            archive.get(TERMS)
        assert not archive.verify().ok


def test_a_word_that_is_not_there_is_damage(filed: Path, tmp_path: Path) -> None:
    root = copied(filed, tmp_path)
    path = root / LOG / "vault" / "000000000.keys"
    path.write_text(path.read_text().replace("\n", "\n0", 1))
    with opened(root, masters=MASTERS) as archive, pytest.raises(ArchiveDamaged, match="no key"):
        archive.entries()


def test_keys_that_no_entry_took_away_are_missed(filed: Path, tmp_path: Path) -> None:
    root = copied(filed, tmp_path)
    path = root / LOG / "vault" / "000000003.keys"
    lines = path.read_text().split("\n")
    lines[1] = f"{lines[1][:65]}{ERASED}"
    path.write_text("\n".join(lines))
    with opened(root, masters=MASTERS) as archive:
        faults = archive.verify().faults
        assert [fault.file for fault in faults] == [f"{LOG}/vault/000000003.keys"]
        with pytest.raises(NotKept, match="was erased"):
            archive.entries()
        archive.reindex()
        assert len(archive.entries()) == 3


def test_the_verifier_is_given_packs_wherever_they_lie(filed: Path, tmp_path: Path) -> None:
    folder = FolderPacks(filed, Disk(filed))
    pack = filed / LOG / "packs" / "000000003.zip"
    assert folder.look() == ""
    assert bytes(open_pack(folder, LOG, 3)) == pack.read_bytes()
    assert bytes(open_pack(folder, LOG, 4)) == b"", "there is none"
    (tmp_path / "empty").touch()
    assert bytes(brought(LocalFile(tmp_path / "empty"))) == b""
