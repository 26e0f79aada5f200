"""Closings that were changed, and authorities that answer nonsense: named, nothing goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.closing.closing import Closer
from archive.closing.evidence_record import read_record, write_record
from archive.closing.folder import Folder, listed
from archive.closing.records import Evidence, Subject, evidence_record
from archive.closing.renewal import heads
from archive.closing.token import Authority, BadStamp, NoStamp
from archive.closing.tree import Digest
from archive.entry import ArchiveDamaged, NotKept
from archive.verify import check
from tests.archive.closing.office import DAY, LOG, MORNING, Office
from tests.archive.closing.stamping import Town

NAME = "closings/2026-11-20"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path, Town(tmp_path, MORNING))
    made.file(1, 2)
    made.at(MORNING + DAY).close()
    return made


def begun(folder: Path) -> None:
    """Take back what comes last."""
    for name in ("report.json", "report.txt"):
        (folder / name).unlink()


OPEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "checkpoint": (
        lambda folder: (folder / "checkpoint").write_text("nonsense"),
        "checkpoint is not of this log",
    ),
    "another checkpoint": (
        lambda folder: (folder / "checkpoint").write_text("x/acme/2026\n2\nAAAA\n\n"),
        "checkpoint is not of this log",
    ),
    "stamp": (
        lambda folder: (folder / "checkpoint.first.tsr").write_bytes(b"0\3abc"),
        "checkpoint.first.tsr is not a time stamp",
    ),
    "another's stamp": (
        lambda folder: (folder / "evidence.tsr").replace(folder / "checkpoint.first.tsr"),
        "checkpoint.first.tsr is over something else",
    ),
    "tree": (
        lambda folder: (folder / "evidence.tree").write_text("nonsense"),
        "evidence.tree ",
    ),
}


@pytest.mark.parametrize("what", OPEN)
def test_an_open_closing_that_was_changed_is_named(office: Office, what: str) -> None:
    folder = office.root / LOG / NAME
    change, words = OPEN[what]
    begun(folder)
    change(folder)
    outcome = office.close()
    assert outcome.filed == ()
    assert words in outcome.open[LOG]
    assert office.file(3)[0].position == 3


CLOSED = {
    "evidence.tsr": "evidence.tsr is missing",
    "evidence.tree": "evidence.tree is missing",
}


@pytest.mark.parametrize("what", CLOSED)
def test_evidence_that_lacks_a_file_is_named(office: Office, what: str) -> None:
    evidence = Evidence(office.archive, LOG)
    (closing,) = evidence.closings
    (office.root / LOG / NAME / what).unlink()
    with pytest.raises(ArchiveDamaged, match=CLOSED[what]):
        evidence.record(Subject(closing=closing, label="0", later="0", hashes=lambda _: [b""]))


def test_a_report_that_is_none_is_named(office: Office) -> None:
    (office.root / LOG / NAME / "report.json").write_text("nonsense")
    with pytest.raises(ArchiveDamaged, match=r"report\.json cannot be read"):
        heads(office.archive, LOG)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda _town: lambda _digest, _hashed: b"nonsense", "its answer is not a time stamp"),
        (
            lambda town: lambda digest, _hashed: town.authority("x").respond(digest, bytes(32)),
            "its answer is over something else",
        ),
    ],
)
def test_an_authority_that_answers_nonsense_has_not_answered(
    tmp_path: Path, answer: Callable[[Town], Callable[[Digest, bytes], bytes]], words: str
) -> None:
    office = Office(tmp_path, Town(tmp_path, MORNING))
    office.file(1)
    office.at(MORNING + DAY)
    odd = Authority(name="odd", respond=answer(office.town))
    closer = Closer(archive=office.archive, authorities=[odd], clock=lambda: office.town.now)
    assert words in closer.close_all().open[LOG]


def test_days_are_closed_without_authorities_and_without_evidence(tmp_path: Path) -> None:
    office = Office(tmp_path, Town(tmp_path, MORNING), names=())
    (entry,) = office.file(1)
    (closed,) = office.at(MORNING + DAY).close().filed
    names = [item.name for item in closed.items]
    assert names == ["checkpoint", "report.json", "report.txt"]
    assert office.report(NAME)["evidence"] is None
    assert check(office.root).faults == []
    with pytest.raises(NotKept):
        evidence_record(office.archive, entry.id)
    assert office.renewer("new").rehash(LOG, Digest.SHA512) == []
    assert [each.name for each in listed(office.archive, LOG)] == [NAME]


def test_a_renewal_that_was_not_filed_is_filed_by_the_next(office: Office) -> None:
    renewer = office.renewer("new")
    renewed = Folder(archive=office.archive, log=LOG, name="renewals/2026-11-21")
    renewed.keep({"tree": b"begun, and cut off"})
    (entry,) = renewer.renew(LOG, within=9999 * DAY)
    assert entry.subject == renewed.subject
    with pytest.raises(NoStamp, match="would hold until"):
        renewer.renew(LOG, within=9999 * DAY)
    (again,) = office.renewer("newer").rehash(LOG, Digest.SHA512)
    assert again.subject == f"renewal:{LOG}:2026-11-21-2"


def test_a_report_does_not_pass_for_a_checkpoint(office: Office) -> None:
    origin = office.archive.checkpoint(LOG).split("\n")[0]
    with pytest.raises(ValueError, match="does not begin with the name of a log"):
        office.archive.sign(LOG, f"{origin}\n9\nAAAA\n")
    with pytest.raises(BadStamp, match="in canonical form"):
        read_record(write_record([()]))
