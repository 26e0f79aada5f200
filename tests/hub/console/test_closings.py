"""Closings as the console lists them, for who may see them."""

from pathlib import Path

import pytest

from archive.closing.renewal import Renewer
from archive.closing.tree import Digest
from hub.runs.closings import close_when_due
from tests.archive.closing.stamping import Town
from tests.archive.filing import draft
from tests.hub.console.town import entered, served
from tests.hub.houses import Home
from tests.hub.pipeline.test_sign import drop

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_closings_are_listed_with_what_is_wrong(home: Home, tmp_path: Path) -> None:
    town = Town(tmp_path, home.clock.now)
    authorities = [town.authority("first"), town.authority("second")]
    app = served(home)
    clerk = entered(home, app, "nordwind")
    assert "Nothing is archived yet" in clerk.get("/closings").text
    drop(home)
    assert "No day was closed yet" in clerk.get("/closings").text
    home.clock.forward(days=1)
    town.now = home.clock.now
    close_when_due(home.house, authorities)
    clerk = entered(home, app, "nordwind")
    page = clerk.get("/closings").text
    (entry,) = home.house.archive.entries(subject="closing:nordwind/2026:2026-11-20")
    assert f'<a href="/archive/{entry.id}">2026-11-20</a>' in page
    for words in ("1 accepted = 1 archived + 0 parked", "whole", "first, second", "2030-03-0"):
        assert words in page
    home.house.archive.append([draft(7, tenant="nordwind")])
    town.silent = {"first"}
    home.clock.forward(days=2)
    close_when_due(home.house, authorities)
    clerk = entered(home, app, "nordwind")
    assert "is not closed yet" in clerk.get("/closings").text
    other = entered(home, app, "other").get("/closings").text
    assert "nordwind" not in other
    assert '<a href="/closings">' in clerk.get("/archive").text


def test_renewals_stand_among_them(home: Home, tmp_path: Path) -> None:
    """They count no files and no numbers."""
    town = Town(tmp_path, home.clock.now)
    authorities = [town.authority("first")]
    drop(home)
    home.clock.forward(days=1)
    town.now = home.clock.now
    close_when_due(home.house, authorities)
    renewer = Renewer(archive=home.house.archive, authorities=authorities, clock=home.clock)
    (entry,) = renewer.rehash("nordwind/2026", Digest.SHA512)
    page = entered(home, served(home), "nordwind").get("/closings").text
    assert f'<a href="/archive/{entry.id}">2026-11-21</a></th>' in page
    assert ">Rehashed<" in page
    assert "1 accepted = 1 archived + 0 parked" in page
