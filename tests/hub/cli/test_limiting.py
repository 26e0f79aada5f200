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
    assert "4 watched: it-sdi-12-days, pl-ksef-offline24" in shipped
    assert "public holidays of PL, RO count as working days" in shipped
    assert "for want of a source: BE, DE, ES, EU, FR, IT" in shipped
    own = 'time_limits = ["own.toml"]'
    holidays = "[calendar.PL]\nholidays = [2026-12-25]\n"
    assert "public holidays of RO count" in said(tmp_path, own, holidays)
    assert said(tmp_path, f"{own}\nshipped = false", CONTRACT) == "1 watched: within-a-day"
    assert said(tmp_path, "shipped = false") == "none are watched"


def test_what_cannot_be_used_is_said_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(Faulty, match=r"routing\.time_limits: own\.toml: "):
        said(tmp_path, 'time_limits = ["own.toml"]', CONTRACT.replace("24 hours", "soon"))
    with pytest.raises(Faulty, match=r"routing\.time_limits: .*none\.toml"):
        said(tmp_path, 'time_limits = ["none.toml"]')
