"""What an older archive held is found and proven like all else; repeated, nothing is twice."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entry import FileChanged, Query
from archive.taking_over.old_list import OldList, read_list
from archive.taking_over.taking import Move, document_id, take_over
from tests.archive.filing import MASTERS, opened

COUNT = 250


def until(stated: Mapping[str, str]) -> Mapping[str, str]:
    return {"retention_until": f"{int(stated['issue_date'][:4]) + 8}-12-31"}


MOVE = Move(tenant="acme", by="Anna", origin="the old DMS", further=until)


def old(folder: Path) -> OldList:
    files = folder / "files"
    files.mkdir(exist_ok=True)
    rows = ["file,number,issue_date,customer,total"]
    for n in range(COUNT):
        (files / f"{n}.pdf").write_bytes(b"%PDF " + str(n).encode())
        rows.append(f"{n}.pdf,R-{n:04},2024-03-{n % 28 + 1:02},K{n % 7},{n}.50")
    rows.append("gone.pdf,R-9999,2024-03-01,K1,1.00")
    (folder / "list.csv").write_text("\n".join(rows))
    return read_list(folder / "list.csv", files)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return opened(tmp_path / "archive", masters=MASTERS)


def test_what_was_taken_over_is_found_and_whole(archive: Archive, tmp_path: Path) -> None:
    listed = old(tmp_path)
    end = take_over(archive, listed, MOVE)
    [found] = archive.questions.documents(Query(tenant="acme", number="R-0007")).rows
    assert (found.customer, found.total, found.issue_date) == ("K0", "7.50", "2024-03-08")
    [entry] = archive.entries(document=found.document)
    assert archive.get(entry.items[0].sha256) == b"%PDF 7"
    assert entry.fields["retention_until"] == "2032-12-31"
    assert entry.fields["import"] == end.subject
    begin, last = archive.entries(subject=end.subject)
    assert (begin.step, last.step, begin.fields["amiss"]) == ("begin", "end", "1")
    assert archive.get(begin.items[0].sha256) == listed.data
    assert b"gone.pdf" in archive.get(begin.items[1].sha256)
    assert archive.get(last.items[0].sha256).count(b"\n") == COUNT + 1
    assert archive.verify().faults == []


def test_repeated_after_an_interruption_nothing_is_twice(archive: Archive, tmp_path: Path) -> None:
    def die(done: int) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_over(archive, old(tmp_path), MOVE, progress=die)
    first = take_over(archive, old(tmp_path), MOVE)
    size = first.position + 1
    assert take_over(archive, old(tmp_path), MOVE).id == first.id
    assert size == COUNT + 2
    assert archive.checkpoint("acme/2026").split("\n")[1] == str(size)


def test_a_file_that_changes_meanwhile_is_not_filed(archive: Archive, tmp_path: Path) -> None:
    listed = old(tmp_path)
    (tmp_path / "files" / "3.pdf").write_bytes(b"other")
    with pytest.raises(FileChanged):
        take_over(archive, listed, MOVE)
    assert archive.entries(document=document_id(listed.documents[3], "acme")) == ()
