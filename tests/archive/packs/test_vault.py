"""Keys are wrapped under the house's own, exchanged with it, and destroyed one by one."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from archive.content import measure
from archive.entry import ArchiveDamaged, ArchiveLocked, ArchiveUnavailable
from archive.packs.cipher import Sealed, seal
from archive.packs.vault import ERASED, Masters, Vault, Word, master_id
from archive.store import Disk
from tests.archive.filing import MASTERS, chance, draft, opened, sha256_hex

LOG = "acme/2026"
NEXT = Masters(keys=(b"the master key that comes after.", *MASTERS.keys))


def vault(root: Path, masters: Masters = MASTERS, seed: int = 0) -> Vault:
    return Vault(root, Disk(root), masters, chance(seed))


def members(*texts: str) -> list[Sealed]:
    return [seal(measure(text.encode()), bytes([n]) * 32) for n, text in enumerate(texts)]


def keys_of(opened_vault: Vault) -> list[tuple[bytes, str] | None]:
    return [opened_vault.open(LOG, 0, word) for word in opened_vault.words(LOG, 0) or ()]


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    kept = members("one", "two", "three")
    vault(tmp_path).keep(LOG, 0, kept)
    assert keys_of(vault(tmp_path)) == [(each.key, each.sha256) for each in kept]
    assert vault(tmp_path).words(LOG, 7) is None
    assert not vault(tmp_path).guards(LOG, 7)


def test_each_key_is_destroyed_for_itself_and_where_it_lies(tmp_path: Path) -> None:
    kept = members("one", "two", "three")
    living = vault(tmp_path)
    living.keep(LOG, 0, kept)
    path = tmp_path / LOG / "vault" / "000000000.keys"
    before, place = path.read_bytes(), path.stat().st_ino
    word = living.word(LOG, 0, kept[1].name)
    for _ in range(2):
        living.destroy(LOG, 0, {kept[1].name, "0" * 64})
        assert path.read_bytes() == before.replace(word.sealed.encode(), ERASED.encode())
    assert (path.stat().st_ino, len(path.read_bytes())) == (place, len(before))
    assert [key is None for key in keys_of(living)] == [False, True, False]
    living.destroy(LOG, 7, {kept[1].name})


def test_a_word_opens_nowhere_else(tmp_path: Path) -> None:
    living, kept = vault(tmp_path), members("one", "two")
    for log, position in ((LOG, 0), (LOG, 1), ("acme/2027", 0)):
        living.keep(log, position, kept)
    word = living.word(LOG, 0, kept[0].name)
    for log, position, changed in (
        (LOG, 1, word),
        ("acme/2027", 0, word),
        (LOG, 0, replace(word, member=kept[1].name)),
        (LOG, 0, Word(word.member, "no base64")),
    ):
        with pytest.raises(ArchiveDamaged, match="was changed"):
            living.open(log, position, changed)


def test_the_house_changes_its_key(tmp_path: Path) -> None:
    kept, path = members("one"), tmp_path / LOG / "vault" / "key"
    vault(tmp_path).keep(LOG, 0, kept)
    words = (tmp_path / LOG / "vault" / "000000000.keys").read_bytes()
    vault(tmp_path, NEXT).rewrap(LOG)
    assert f" {master_id(NEXT.keys[0])} ".strip() in path.read_text()
    assert (tmp_path / LOG / "vault" / "000000000.keys").read_bytes() == words
    assert keys_of(vault(tmp_path, NEXT)) == [(kept[0].key, kept[0].sha256)]
    with pytest.raises(ArchiveLocked, match=master_id(NEXT.keys[0])):
        vault(tmp_path).rewrap(LOG)
    vault(tmp_path).rewrap("acme/1999")
    assert not (tmp_path / "acme/1999").exists()


def test_a_wrapped_key_is_of_its_log_and_its_master() -> None:
    text = MASTERS.wrap(bytes(32), LOG, bytes(12))
    assert MASTERS.unwrap(text, LOG) == bytes(32)
    for spoilt in (text.swapcase(), text[:-1], text + "\n", text[:30] + text[31:], ""):
        with pytest.raises((ArchiveDamaged, ArchiveLocked)):
            MASTERS.unwrap(spoilt, LOG)
    with pytest.raises(ArchiveDamaged, match="acme/2027"):
        MASTERS.unwrap(text, "acme/2027")
    with pytest.raises(ArchiveLocked, match=master_id(MASTERS.keys[0])):
        Masters(keys=(bytes(32),)).unwrap(text, LOG)


def test_a_key_that_vanishes_while_it_is_used_ends_filing(tmp_path: Path) -> None:
    """What is wrapped under a key that nobody will find again is lost."""
    with opened(tmp_path, masters=MASTERS) as archive:
        archive.append([draft(0)])
        (tmp_path / LOG / "vault" / "key").unlink()
        with pytest.raises(ArchiveDamaged, match="vault/key is missing"):
            archive.append([draft(1)])
        shutil.rmtree(tmp_path / LOG / "vault")
        with pytest.raises(ArchiveUnavailable, match="until it is reopened"):
            archive.append([draft(1)])
    with opened(tmp_path, masters=MASTERS) as archive:  # as if nothing had been encrypted before
        archive.append([draft(1)])
    with opened(tmp_path, masters=MASTERS) as archive:
        assert archive.get(sha256_hex(b"document 1")) == b"document 1"
        assert not archive.verify().ok
