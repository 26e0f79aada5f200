"""The key of the links is made once, and is nobody else's to read."""

from pathlib import Path

import pytest

from hub.config.faults import Faulty
from hub.config.loading import load
from hub.wiring.links import links_of

SETTINGS = '[links]\nurl = "https://post.example"\nask = "post_code"\n'


def test_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "facteur.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    first, second = (links_of(load(file)) for _ in range(2))
    assert first is not None
    assert first == second
    assert (first.url, first.valid_days, first.asks) == ("https://post.example", 90, "post_code")
    assert len(first.key) == 32
    [key] = (tmp_path / "keys").iterdir()
    assert key.stat().st_mode & 0o777 == 0o600
    assert first.key.hex() not in repr(first)


def test_no_links_without_an_address_of_the_hub(tmp_path: Path) -> None:
    file = tmp_path / "facteur.toml"
    file.write_text("", encoding="utf-8")
    assert links_of(load(file)) is None
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("text", ["", "zz", "00" * 31])
def test_spoilt_key_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "facteur.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "links.key").write_text(text, encoding="ascii")
    with pytest.raises(Faulty, match=r"links\.key"):
        links_of(load(file))
