"""Where packs lie is a matter of settings; what is wrong with them is said by doctor's words."""

import sys
from pathlib import Path

import pytest

from archive.entry import ArchiveUnavailable
from archive.packs.bucket import BucketPacks
from archive.store import Disk
from hub.config.config import Config
from hub.config.loading import load
from hub.keys import KeyFault, create_log_key
from hub.wiring.archive import open_archive
from hub.wiring.archive_store import look_at_store, pack_opener, packs_of

STORE = 'bucket = "packs"\nendpoint = "http://127.0.0.1:9"\n'


def config_of(folder: Path, more: str = "", store: str = STORE) -> Config:
    (folder / "own.toml").write_text(
        f'[archive]\n[archive.s3]\n{store}{more}[tenant.acme]\nname = "A"\n'
        '[sender.erp]\ntenant = "acme"\n'
    )
    return load(folder / "own.toml")


def test_without_a_store_packs_lie_beside_their_logs(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[tenant.a]\nname = "A"\n[sender.e]\ntenant = "a"\n')
    config = load(tmp_path / "own.toml")
    assert packs_of(config) is None
    assert pack_opener(config) is None
    assert look_at_store(config) == ""


def test_the_archive_is_opened_with_the_store_of_its_settings(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    create_log_key(tmp_path / "keys" / "archive.key")
    (tmp_path / "words").write_text("key secret\n")
    (tmp_path / "ca.pem").write_text("")
    config = config_of(
        tmp_path,
        'prefix = "kept/"\ncredentials_file = "words"\nlock = "compliance"\nca_file = "ca.pem"\n',
    )
    make = packs_of(config)
    assert make
    packs = make(Disk(tmp_path))
    assert isinstance(packs, BucketPacks)
    bucket = packs._bucket
    assert (bucket.prefix, bucket.access_key, bucket.secret_key) == ("kept/", "key", "secret")
    assert (bucket.lock, bucket.lock_years) == ("COMPLIANCE", 10)
    assert bucket.ca_file == str(tmp_path / "ca.pem")
    assert "secret" not in repr(bucket)
    with open_archive(config) as archive:  # opens although nobody answers there
        assert archive.logs() == ()
    opener = pack_opener(config)
    assert opener
    assert bytes(opener("acme/2026", 0)) == b"", "there is no such pack"
    with pytest.raises(ArchiveUnavailable, match="does not answer"):
        look_at_store(config_of(tmp_path, 'credentials_file = "words"\n'))


@pytest.mark.parametrize("words", [None, "only-one", "one two three"])
def test_credentials_that_are_none_are_told_of(tmp_path: Path, words: str | None) -> None:
    if words:
        (tmp_path / "words").write_text(words)
    said = "two words" if words else "No such file"
    with pytest.raises(KeyFault, match=rf"^archive\.s3\.credentials_file: .*/words: .*{said}"):
        packs_of(config_of(tmp_path, 'credentials_file = "words"\n'))


def test_the_library_is_asked_for_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "archive.packs.bucket", None)
    with pytest.raises(KeyFault, match=r"install facteur\[s3\]"):
        packs_of(config_of(tmp_path))
