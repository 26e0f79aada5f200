"""A company's seal is found by the settings, opened in one place, and missed in time."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.config.loading import load
from hub.keys import KeyFault, create_seal
from hub.sealing.seal import Seal
from hub.sealing.seals import WARNED_BEFORE, ending, ends_on, opened, seals_of
from tests.hub.houses import START

TOKEN = "pkcs11:token=Card;object=seal?module-path=/usr/lib/maker.so"
SETTINGS = f"""
[tenant.file]
name = "File AG"
seal_key = "keys/file.p12"
seal_password_file = "keys/word"
[tenant.card]
name = "Card AG"
seal_key = "{TOKEN}"
time_stamp_url = "https://time.example"
[tenant.none]
name = "None AG"
"""


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    create_seal(tmp_path / "a.p12", password=b"word", name="A", valid_from=START, years=1)
    (tmp_path / "word").write_text("word")
    return Seal(key=tmp_path / "a.p12", password_file=tmp_path / "word")


def test_settings_name_a_file_or_a_token(tmp_path: Path) -> None:
    (tmp_path / "facteur.toml").write_text(SETTINGS)
    assert seals_of(load(tmp_path / "facteur.toml")) == {
        "file": Seal(key=tmp_path / "keys/file.p12", password_file=tmp_path / "keys/word"),
        "card": Seal(key=Path(TOKEN), time_stamp_url="https://time.example"),
    }


@pytest.mark.parametrize(("days", "warned"), [(-1, False), (0, False), (1, True), (400, True)])
def test_a_seal_that_ends_is_told_in_time(seal: Seal, days: int, *, warned: bool) -> None:
    last = ends_on(seal)
    assert last == (START + timedelta(days=365)).date()
    today = last - WARNED_BEFORE + timedelta(days=days)
    assert ending({"a": seal}, today) == ({"a": last} if warned else {})


def test_a_seal_that_was_taken_away_needs_a_person_today(seal: Seal, tmp_path: Path) -> None:
    gone = replace(seal, key=tmp_path / "gone.p12")
    assert ending({"a": gone}, START.date()) == {"a": START.date()}
    with pytest.raises(KeyFault):
        opened(gone)
