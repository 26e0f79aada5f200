"""An older archive is taken over by one command, or everything that is wrong with it is said."""

from pathlib import Path

from tests.hub.cli.conftest import Facteur, Hub


def older(folder: Path, *rows: str) -> None:
    (folder / "old").mkdir(exist_ok=True)
    (folder / "old" / "a.pdf").write_bytes(b"%PDF-1.4 old")
    (folder / "old.csv").write_text("\n".join(("file;number;issue_date;box", *rows)) + "\n")


def test_what_is_amiss_is_said_and_nothing_is_taken(
    facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    older(tmp_path, "a.pdf;O-1;2024-01-31;1", "b.pdf;O-2;31.01.2024;1")
    refused = facteur("archive", "import", "old", "old.csv", "--by", "Anna")
    assert refused.code == 1
    assert refused.out.splitlines() == [
        "line 3, issue_date: '31.01.2024' is no date; write it like 2026-11-20",
        "line 3, file: 'b.pdf' is not there; correct the path, or add the file",
        "columns that say nothing here (the list is kept): box",
        "1 documents, 1 files, 2 amiss",
        "nothing was taken over; --leave-out takes what is not amiss",
    ]
    assert facteur("archive", "find", "O-1").code == 1
    taken = facteur("archive", "import", "old", "old.csv", "--by", "Anna", "--leave-out")
    assert taken.code == 0
    assert facteur("archive", "find", "O-1", "--json").json[0]["fields"]["retention_until"]
    assert facteur("archive", "verify").code == 0
    del hub


def test_a_trial_takes_nothing(facteur: Facteur, hub: Hub, tmp_path: Path) -> None:
    older(tmp_path, "a.pdf;O-1;2024-01-31;1")
    trial = facteur("archive", "import", "old", "old.csv", "--dry-run")
    assert (trial.code, trial.out.splitlines()[-2]) == (0, "1 documents, 1 files, 0 amiss")
    assert facteur("archive", "find", "O-1").code == 1
    del hub


def test_it_is_told_what_to_give(facteur: Facteur, hub: Hub) -> None:
    del hub
    assert "give the folder and the CSV list" in facteur("archive", "import", "old").err
    assert "must be a folder" in facteur("archive", "import", "old", "old.csv").err
