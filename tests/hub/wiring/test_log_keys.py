"""The key of the archive's logs gives way to another, though it is cut off anywhere."""

from pathlib import Path

import pytest

from archive.verify import check_archive
from hub.config.config import Config
from hub.keys import KeyFault, load_log_key
from hub.wiring import archive as wiring
from hub.wiring.archive import open_archive, rotate
from hub.wiring.log_keys import is_changing, log_keys_of, log_keys_to_change
from tests.archive.filing import draft
from tests.hub.wiring.test_archive_keys import config_of


@pytest.fixture
def config(tmp_path: Path) -> Config:
    made = config_of(tmp_path, "")
    with open_archive(made) as archive:
        archive.append([draft(1), draft(1, tenant="other")])
    return made


def public(config: Config) -> bytes:
    return load_log_key(config.path(config.archive.key)).public_key().public_bytes_raw()


def test_a_new_key_signs_and_the_one_before_is_believed(config: Config) -> None:
    first = public(config)
    assert len(rotate(config)) == 2
    second = public(config)
    assert (second != first, is_changing(config)) == (True, False)
    assert [each.public_bytes_raw() for each in log_keys_of(config).former] == [first]
    with open_archive(config) as archive:
        assert archive.append([draft(2)])[0].position == 2
        assert archive.verify().ok
    rotate(config)
    assert [each.public_bytes_raw() for each in log_keys_of(config).former] == [first, second]
    assert check_archive(config.archive_root).faults == []
    secrets = {path.read_bytes() for path in config.path(config.archive.key).parent.iterdir()}
    assert len(secrets) == 2, "no private key of before stays"


@pytest.mark.parametrize("cut", ["the next key is made", "the logs know it"])
def test_what_was_cut_off_is_finished_by_the_next(
    config: Config, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if cut == "the next key is made":
        log_keys_to_change(config)
        with open_archive(config) as archive:
            archive.append([draft(2)])
    else:
        with monkeypatch.context() as patch:
            patch.setattr(wiring, "settle_log_key", _power_cut)
            with pytest.raises(SystemError):
                rotate(config)
    assert is_changing(config)
    rotate(config)
    assert not is_changing(config)
    with open_archive(config) as archive:
        assert len(archive.entries(subject="key:acme/2026")) in (0, 1)
        archive.append([draft(3)])
        assert archive.verify().ok


def _power_cut(_config: Config) -> None:
    raise SystemError


def test_a_list_of_former_keys_that_is_none_is_named(config: Config) -> None:
    path = config.path(config.archive.key)
    path.with_name("archive.key.former").write_text("no key\n")
    with pytest.raises(KeyFault, match=r"archive\.key: .*archive\.key\.former: a line is no"):
        open_archive(config)
