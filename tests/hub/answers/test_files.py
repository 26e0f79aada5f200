"""Files of notices: each once, whole, whatever happens between its steps."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.answers import files as files_module
from hub.answers.files import tell_by_file
from hub.answers.receivers import Receiver
from hub.store import events, notices
from hub.store.database import Connection
from hub.store.notices import FileState
from tests.hub.answers.desk import drop, files, kept, note, receivers, table
from tests.hub.houses import Home, Killed
from tests.hub.invoices import ubl, wrong_sum


@pytest.fixture
def told(home: Home) -> Receiver:
    """Three documents have gone out and wait to be told of."""
    known = receivers(home, table("erp", "csv"))
    for number in ("R-1", "R-2", "R-3"):
        drop(home, ubl(number=number), f"{number}.xml")
    home.run()
    note(home, known)
    return known["erp"]


def numbers(path: Path) -> list[str]:
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""), delimiter=";")
    return sorted(row["number"] for row in rows)


def test_who_goes_by_the_number_ends_with_what_replaced_another(home: Home) -> None:
    receiver = receivers(home, table("erp", "csv"))["erp"]
    home.clock.step = timedelta(microseconds=1)
    for number in ("R-1", "R-2", "R-3", "R-4", "R-5"):
        wrong = drop(home, wrong_sum(number=number))
        home.run()
        drop(home, ubl(number=number), replaces=f"{wrong}-1")
        home.run()
    note(home, {"erp": receiver})
    tell_by_file(home.house, receiver)
    (path,) = files(receiver)
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""), delimiter=";")
    last = {row["number"]: row["state"] for row in rows}
    assert set(last.values()) == {"handed_over"}
    assert len(last) == 5


def test_what_came_together_goes_in_one_file(home: Home, told: Receiver) -> None:
    assert tell_by_file(home.house, told) == 3
    (path,) = files(told)
    assert path.name == "erp-00000001.csv"
    assert numbers(path) == ["R-1", "R-2", "R-3"]
    assert tell_by_file(home.house, told) == 0
    drop(home, ubl(number="R-4"), "d.xml")
    home.run()
    note(home, {"erp": told})
    tell_by_file(home.house, told)
    assert [(path.name, numbers(path)) for path in files(told)][1:] == [
        ("erp-00000002.csv", ["R-4"])
    ]


def test_it_is_kept_and_stands_in_each_timeline(home: Home, told: Receiver) -> None:
    tell_by_file(home.house, told)
    (path,) = files(told)
    (entry,) = home.house.archive.kept("nordwind", ["erp-00000001.csv/answer"]).values()
    assert home.house.archive.get(entry.items[0].sha256) == path.read_bytes()
    document = kept(home)[0].subject
    with home.house.database.transaction() as connection:
        lines = events.of_document(connection, document, document.partition("-")[0])
    assert [(line.text, line.entry) for line in lines if line.room == "answer"] == [
        ("told erp in erp-00000001.csv: handed_over", entry.id)
    ]


def test_a_form_for_one_notice_makes_a_file_each(home: Home, told: Receiver) -> None:
    single = receivers(home, table("erp", "application-response"))["erp"]
    assert tell_by_file(home.house, replace(told, form=single.form)) == 3
    assert [path.suffix for path in files(told)] == [".xml"] * 3


STEPS = ("decided", "written", "before its name", "named", "noted")
"""How far a file is when the process dies."""


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("is_fetched", [True, False], ids=["fetched at once", "left lying"])
def test_a_kill_at_any_step_leaves_neither_two_nor_none(
    home: Home, told: Receiver, monkeypatch: pytest.MonkeyPatch, *, step: str, is_fetched: bool
) -> None:
    fetched: list[list[str]] = []
    with monkeypatch.context() as patch:
        _die(patch, step)
        with pytest.raises(Killed):
            tell_by_file(home.house, told)
    if is_fetched:
        fetched += _fetch(told)
    tell_by_file(home.house, told)
    fetched += _fetch(told)
    assert fetched == [["R-1", "R-2", "R-3"]]
    assert {each.state for each in kept(home)} == {"told"}


def _fetch(told: Receiver) -> list[list[str]]:
    """Do as the receiver: read what has its name, and remove it."""
    whole = [path for path in files(told) if not path.name.startswith(".")]
    found = [numbers(path) for path in whole]
    for path in whole:
        path.unlink()
    return found


def _die(patch: pytest.MonkeyPatch, step: str) -> None:
    rename, note = Path.rename, notices.set_file_state

    def renames(path: Path, target: Path) -> Path:
        if not path.name.startswith(".erp-"):
            return rename(path, target)
        if step == "named":
            rename(path, target)
        raise Killed

    def notes(connection: Connection, file: str, state: FileState) -> None:
        if (step, state) in {("written", FileState.WRITTEN), ("noted", FileState.TOLD)}:
            raise Killed
        note(connection, file, state)

    def opens(*_arguments: object) -> None:
        raise Killed

    if step in {"before its name", "named"}:
        patch.setattr(Path, "rename", renames)
    elif step == "decided":
        patch.setattr(files_module, "_write", opens)
    else:
        patch.setattr(notices, "set_file_state", notes)
