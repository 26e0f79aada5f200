from pathlib import Path

import pytest

from hub.cli.limiting import time_limits
from hub.config.faults import Faulty
from hub.config.loading import load
from tests.hub.houses import SETTINGS
from tests.hub.runs.test_deadlines import CONTRACT


def said(folder: Path, routing: str, limits: str = "") -> str:
    (folder / "own.toml").write_text(limits, encoding="utf-8")
    settings = folder / "facteur.toml"
    settings.write_text(f"{SETTINGS}\n[routing]\n{routing}\n", encoding="utf-8")
    return time_limits(load(settings))


def test_doctor_names_what_is_watched_and_what_lacks(tmp_path: Path) -> None:
    shipped = said(tmp_path, "")
    assert "9 watched: be-15th, de-eu-15th, es-15th" in shipped
    assert "count as working days" not in shipped
    assert "for want of a source: DE, ES, EU, FR, IT" in shipped
    own = 'time_limits = ["own.toml"]'
    working = CONTRACT.replace("24 hours", "2 working days").replace("within-a-day", "working")
    elsewhere = f'{working}calendar = "HU"\n[calendar.HU]\n'
    assert "public holidays of HU count" in said(tmp_path, own, elsewhere)
    assert "HU" not in said(tmp_path, own, f'{elsewhere}country = "PL"\n')
    assert said(tmp_path, f"{own}\nshipped = false", CONTRACT) == "1 watched: within-a-day"
    assert said(tmp_path, "shipped = false") == "none are watched"


def test_what_cannot_be_used_is_said_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(Faulty, match=r"routing\.time_limits: own\.toml:8: limit: "):
        said(tmp_path, 'time_limits = ["own.toml"]', CONTRACT.replace("24 hours", "soon"))
    with pytest.raises(Faulty, match=r"routing\.time_limits: .*none\.toml"):
        said(tmp_path, 'time_limits = ["none.toml"]')
