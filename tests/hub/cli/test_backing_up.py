"""A backup is made beside the running hub, and one that is too old is not put back unseen."""

import shutil
from pathlib import Path

from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.invoices import ubl


def submit(facteur: Facteur, hub: Hub, folder: Path, number: str) -> None:
    (folder / f"{number}.xml").write_bytes(ubl(number=number))
    facteur("submit", "--sender", "erp", f"{number}.xml")
    hub.work()


def test_there_and_back(facteur: Facteur, hub: Hub, tmp_path: Path) -> None:
    submit(facteur, hub, tmp_path, "R-1")
    made = facteur("archive", "backup", "copy")
    assert made.code == 0
    assert "keep those of [archive] apart" in made.out
    submit(facteur, hub, tmp_path, "R-2")
    [checkpoint] = (tmp_path / "data" / "archive").glob("nordwind/*/log/checkpoint")
    shutil.copy(checkpoint, tmp_path / "mailed")
    assert facteur("archive", "verify", "--earlier", "mailed").code == 0
    shutil.rmtree(tmp_path / "data" / "archive")
    old = facteur("archive", "restore", "copy", "--earlier", "mailed")
    assert old.code == 1
    assert "nothing was restored" in old.out
    assert not (tmp_path / "data" / "archive").exists()
    taken = facteur("archive", "restore", "copy", "--earlier", "mailed", "--accept-loss")
    assert taken.code == 0
    assert facteur("archive", "find", "R-1").code == 0
    assert facteur("archive", "verify").code == 0
    assert facteur("archive", "verify", "--earlier", "mailed").code == 1


def test_over_an_archive_nothing_is_restored(facteur: Facteur, hub: Hub, tmp_path: Path) -> None:
    submit(facteur, hub, tmp_path, "R-1")
    facteur("archive", "backup", "copy")
    assert "is not empty" in facteur("archive", "restore", "copy").err
    assert "give the folder of the backup" in facteur("archive", "restore").err
