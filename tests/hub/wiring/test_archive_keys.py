"""The master key comes from its file, and gives way to another without anything being lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from archive.entry import Item
from archive.verify import check_archive
from hub.config.config import Config
from hub.config.loading import load
from hub.keys import KeyFault, create_log_key, load_master_key
from hub.wiring.archive import member_opener, open_archive, rekey
from hub.wiring.archive_keys import masters_of, masters_to_change, settle
from tests.archive.filing import draft

DATA = b"a secret of acme"
SECRET = Item(role="original", name="n", media_type="text/plain", data=DATA)


def config_of(folder: Path, archive: str) -> Config:
    (folder / "own.toml").write_text(
        f'[archive]\n{archive}\n[tenant.acme]\nname = "A"\n[sender.erp]\ntenant = "acme"\n'
    )
    if not (folder / "keys").exists():
        (folder / "keys").mkdir()
        create_log_key(folder / "keys" / "archive.key")
    return load(folder / "own.toml")


@pytest.fixture
def encrypting(tmp_path: Path) -> Config:
    config = config_of(tmp_path, "encrypt = true")
    rekey(config)
    return config


def key_files(config: Config) -> dict[str, bytes]:
    path = config.path(config.archive.master_key)
    return {
        p.name.removeprefix(path.name): load_master_key(p) for p in path.parent.glob("*master*")
    }


def file(config: Config, number: int) -> None:
    with open_archive(config) as archive:
        archive.append([replace(draft(number), items=(SECRET,))])


def readable(config: Config) -> int:
    """Return how many entries there are, all of which can be read."""
    with open_archive(config) as archive:
        assert archive.verify().faults == []
        found = archive.entries()
        assert all(archive.get(i.sha256) == DATA for e in found for i in e.items)
        return len(found)


def test_settings_of_before_change_nothing(tmp_path: Path) -> None:
    config = config_of(tmp_path, "")
    file(config, 1)
    assert masters_of(config).keys == ()
    assert member_opener(config) is None
    assert readable(config) == 1
    packs = list(config.archive_root.glob("*/*/packs/*"))
    assert all(DATA in pack.read_bytes() for pack in packs)


def test_to_encrypt_without_a_key_is_a_fault(tmp_path: Path) -> None:
    config = config_of(tmp_path, "encrypt = true")
    with pytest.raises(KeyFault, match=r"^archive\.master_key: .*No such file.*rekey"):
        open_archive(config)
    config.path(config.archive.master_key).write_bytes(b"short")
    with pytest.raises(KeyFault, match="a master key is 32 bytes"):
        open_archive(config)


def test_what_is_encrypted_is_read_when_nothing_more_is(encrypting: Config, tmp_path: Path) -> None:
    file(encrypting, 1)
    later = config_of(tmp_path, "encrypt = false")
    file(later, 2)
    assert readable(later) == 2
    assert check_archive(later.archive_root, open_member=member_opener(later)).notes == []


def test_another_key_takes_over_and_is_filed(encrypting: Config) -> None:
    file(encrypting, 1)
    first = key_files(encrypting)
    named = rekey(encrypting)
    second = key_files(encrypting)
    assert second[".previous"] == first[""] != second[""]
    assert (named, readable(encrypting)) == (named, 2)
    with open_archive(encrypting) as archive:
        (filed,) = archive.entries(subject=f"master-key:{named}")
    assert (filed.kind, filed.step, filed.tenant) == ("key", "rekey", "acme")
    encrypting.path(f"{encrypting.archive.master_key}.previous").unlink()
    assert readable(encrypting) == 2
    rekey(encrypting)
    assert readable(encrypting) == 3


@pytest.mark.parametrize("cut", ["key made", "logs under it", "before it is in force", "filed"])
def test_a_change_that_was_cut_off_is_finished_by_the_next(encrypting: Config, cut: str) -> None:
    file(encrypting, 1)
    before = key_files(encrypting)[""]
    masters = masters_to_change(encrypting)
    following = masters.keys[0]
    if cut == "logs under it":
        with open_archive(encrypting) as archive:
            archive._vault._masters = masters
            archive._vault.rewrap(next(iter(archive.logs())))
    elif cut in {"before it is in force", "filed"}:
        with open_archive(encrypting) as archive:
            archive._masters = archive._vault._masters = masters
            archive.rekey()
        assert readable(encrypting) == 2
    if cut == "filed":
        settle(encrypting)
        assert key_files(encrypting) == {"": following, ".previous": before}
        return
    assert readable(encrypting) >= 1
    rekey(encrypting)
    assert key_files(encrypting) == {"": following, ".previous": before}
    assert readable(encrypting) == 2
