"""Doctor names postage that nobody has looked up, of those who print."""

from datetime import date
from pathlib import Path

import pytest

from hub.cli.output import Noted
from hub.cli.pricing import tariff_of
from hub.config.loading import load
from tests.hub.houses import SETTINGS

MAY = date(2026, 5, 1)
PRINT = '[channel.mailroom]\nkind = "print"\n'
OWN = """
[[price]]
channel = "print"
what = "postage"
valid_from = 2020-01-01
each = "0.71"
currency = "EUR"
source = "contract 7"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    (tmp_path / "own.toml").write_text(OWN)
    return tmp_path / "facteur.toml"


def test_only_who_prints_by_shipped_prices_is_told(settings: Path) -> None:
    settings.write_text(SETTINGS)
    assert tariff_of(load(settings), MAY).endswith(" prices")
    settings.write_text(SETTINGS + PRINT + '[channel.mailroom.stationery]\nposted_in = "CH"\n')
    assert tariff_of(load(settings), MAY).endswith(" prices")
    settings.write_text(SETTINGS + PRINT + '[routing]\ntariff = ["own.toml"]\n')
    assert tariff_of(load(settings), MAY).endswith(" prices")


def test_what_nobody_has_looked_up_is_named(settings: Path) -> None:
    settings.write_text(SETTINGS + PRINT)
    with pytest.raises(Noted, match=r"price list \(mailroom: Standardbrief, .*\[routing\] tariff"):
        tariff_of(load(settings), MAY)
    with pytest.raises(Noted, match=r"have run out, .* \(mailroom: Standardbrief, .*tariff"):
        tariff_of(load(settings), date(2027, 1, 1))
