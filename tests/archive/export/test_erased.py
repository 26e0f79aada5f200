"""What is erased is missing where an entry says so, and nowhere else."""

import hashlib
import itertools
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.closing.evidence_record import ArchiveTimeStamp, write_record
from archive.closing.tree import Digest
from archive.entry import ArchiveDamaged, Entry, NotKept, Query
from archive.erasing import Erasure
from archive.export.bundle import Bundle
from archive.export.logs import LogView, earlier_notes, origin_and_size
from archive.export.order import Order, documents_of
from archive.verify import check, earlier_checkpoints, main
from archive.verify_records import stamps_of
from archive.verify_time import read_stamp
from tests.archive.export.exporting import exported, mend
from tests.archive.filing import MASTERS, draft, drafts, opened, stamp

ORDER = Order(tenant="acme", by="x", asked={}, documents=("d2",), whole_logs=True)
ERASURE = Erasure(
    key="e",
    tenant="acme",
    documents=("d1", "d3"),
    rule="own",
    reason="over",
    asked_by="one",
    approved_by="another",
)


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    with opened(folder / "root", masters=MASTERS) as archive:
        archive.append(drafts(range(5)))
        archive.erase(ERASURE)
        return exported(archive, folder / "bag", ORDER).path


def test_an_erasure_may_tell_of_a_log_that_an_export_has_not(tmp_path: Path) -> None:
    with opened(tmp_path / "root", masters=MASTERS, at=datetime(2025, 5, 5, tzinfo=UTC)) as archive:
        archive.append([draft(1)])
    with opened(tmp_path / "root", masters=MASTERS) as archive:
        archive.append([draft(2)])
        archive.erase(replace(ERASURE, documents=("d1",)))
        out = exported(archive, tmp_path / "bag", ORDER).path
    assert [path.name for path in out.glob("checkpoints/*")] == ["acme-2026.checkpoint"]
    assert check(out).faults == []


def test_a_trail_of_which_a_part_was_erased_is_whole(tmp_path: Path) -> None:
    with opened(tmp_path / "root", masters=MASTERS) as archive:
        archive.append([*drafts(range(5)), draft(2, key="h", kind="hold")])
        archive.erase(replace(ERASURE, documents=("d1", "d2")))
        out = exported(archive, tmp_path / "bag", replace(ORDER, whole_logs=False)).path
    assert check(out).faults == []
    (erased,) = (out / "data").glob("erase_e/*")
    manifest = hashlib.sha256((erased / "manifest.json").read_bytes()).hexdigest()
    (out / f"proofs/acme-2026/{manifest}.tlog-proof").unlink()
    shutil.rmtree(erased)
    mend(out)
    (fault,) = check(out).faults
    assert fault.what == "entry 1 of 2 of document d2 is missing"


OTHERS = "proofs/acme-2026/others.csv"


def test_the_positions_are_accounted_for(bag: Path) -> None:
    assert (bag / OTHERS).read_text("ascii").splitlines() == [
        "from,to,why",
        "0,0,not asked for",
        "1,1,erased",
        "3,3,erased",
        "4,4,not asked for",
    ]
    assert check(bag).faults == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"0,0,not asked for", b"0,0,erased", "entry 0 is called erased, and no entry says so"),
        (b"4,4,", b"4,999999999999,", "names entries beyond the log"),
        (b"0,0,not asked for\r\n", b"", "entry 0 is neither here nor said not to be"),
        (b"1,1,", b"1,2,", "entry 2 is here and said not to be"),
        (b"0,0,", b"x,0,", "entry 0 is neither here nor said not to be"),
    ],
)
def test_no_other_account_is_believed(
    bag: Path, tmp_path: Path, old: bytes, new: bytes, said: str
) -> None:
    copy = Path(shutil.copytree(bag, tmp_path / "copy"))
    (copy / OTHERS).write_bytes((copy / OTHERS).read_bytes().replace(old, new, 1))
    mend(copy)
    assert f"{OTHERS}: {said}" in map(str, check(copy).faults)


def test_an_entry_is_here_once(bag: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(bag, tmp_path / "copy"))
    shutil.copytree(copy / "data/d2", copy / "data/d7")
    mend(copy)
    said = [str(fault) for fault in check(copy).faults]
    assert any("is entry 2, which is here twice" in each for each in said)


def test_pipes_and_other_lists_of_a_bundle(bag: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(bag, tmp_path / "copy"))
    (copy / "README.txt").unlink()
    (copy / "README.txt").symlink_to(bag / "README.txt")
    assert "README.txt: is a link" in map(str, check(copy).faults)
    (copy / "checkpoints/acme-2026.checkpoint").rename(copy / "checkpoints/acme-2027.checkpoint")
    (copy / "keys/acme-2026.vkey").rename(copy / "keys/acme-2027.vkey")
    said = [str(fault) for fault in check(copy).faults]
    assert "checkpoints/acme-2027.checkpoint: is of log post.example/archive/acme/2026" in said
    for name in ("manifest-sha512.txt", "bagit.txt", "export.json"):
        (copy / name).unlink()
    assert check(copy, keys=[]).faults
    assert main([str(bag), "--earlier", str(bag)]) == 0
    assert len(earlier_checkpoints(bag)) == 1


def test_a_bundle_is_of_one_moment(tmp_path: Path) -> None:
    """Proofs of another are true, and of no use."""
    with opened(tmp_path / "root") as archive:
        (entry,) = archive.append([draft(2)])
        early = exported(archive, tmp_path / "early", ORDER).path
        note = archive.checkpoint("acme/2026")
        archive.append([draft(3)])
        late = exported(archive, tmp_path / "late", replace(ORDER, earlier=(note,))).path
    report = check(early, earlier=earlier_checkpoints(late))
    assert (report.faults, "other way round" in "".join(report.notes)) == ([], True)
    proof = f"proofs/acme-2026/{entry.id}.tlog-proof"
    shutil.copy(early / proof, late / proof)
    path = late / "proofs/acme-2026/000000002.consistency"
    path.write_text(f"old 2\n\n{note}", "utf-8")
    mend(late)
    said = {str(fault) for fault in check(late).faults}
    assert f"{proof} (of d2): leads to another checkpoint" in said
    assert "proofs/acme-2026/000000002.consistency: leads to another checkpoint" in said
    os.mkfifo(late / "pipe")
    assert "pipe: is neither file nor folder" in map(str, check(late).faults)


TOKEN = read_stamp(stamp(b"data")).token
OWN, OTHER = (hashlib.sha256(data).digest() for data in (b"data", b"other"))
PLAIN = ArchiveTimeStamp(digest=Digest.SHA256, lists=(), token=TOKEN)


def test_a_record_is_over_its_files() -> None:
    assert [each.token for each in stamps_of(write_record(((PLAIN,),)), lambda _: {OWN})] == [TOKEN]
    for chain, group, said in (
        ((PLAIN,), {OTHER}, "is of other files"),
        ((replace(PLAIN, lists=((OWN, OTHER),)),), {OWN, bytes(32)}, "is of other files"),
        ((PLAIN, replace(PLAIN, digest=Digest.SHA512)), {OWN}, "changes its digest"),
    ):
        with pytest.raises(ValueError, match=said):
            stamps_of(write_record((chain,)), {"sha256": group, "sha512": group}.__getitem__)


def test_exports_of_before_are_for_their_own_program(tmp_path: Path) -> None:
    (tmp_path / "data/d1/acme-2026-000000000-receive").mkdir(parents=True)
    (tmp_path / "data/d1/acme-2026-000000000-receive/proof.tlog-proof").touch()
    (tmp_path / "bagit.txt").touch()
    (fault,) = check(tmp_path).faults
    assert "run its own verify.py" in fault.what


def test_documents_are_found_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.export.order._PAGE", 2)
    with opened(tmp_path) as archive:
        for n in range(5):
            fields = {"number": f"R-{n}", "issue_date": f"2026-0{1 + n % 2}-0{n + 1}"}
            archive.append([draft(n, fields=fields)])
        found = list(documents_of(archive, Query(tenant="acme", limit=1)))
        assert sorted(found) == [f"d{n}" for n in range(5)]
        view = LogView(archive, "acme/2026")
        with pytest.raises(ArchiveDamaged, match="entry 1 is not this one"):
            view.proof(1, b"{}")
        shutil.rmtree(tmp_path / "acme/2026/log/tile")
        with pytest.raises(ArchiveDamaged, match="is missing"):
            list(view.hashes())


def test_a_view_stays_though_the_log_grows(tmp_path: Path) -> None:
    with opened(tmp_path / "root") as archive:
        (first,) = archive.append([draft(0)])
        view = LogView(archive, "acme/2026")
        archive.append(drafts(range(1, 600)))
        assert view.proof(0, archive.get(first.id)).endswith(view.note)
        assert b"".join(view.hashes()) == b"".join(LogView(archive, "acme/2026").hashes())[:32]


def test_an_export_is_made_while_its_documents_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is filed meanwhile is beyond its checkpoint, and not in it."""
    with opened(tmp_path / "root") as archive:
        archive.append(drafts(range(5)))
        asked, count = archive.entries, itertools.count()

        def busy(**what: str) -> tuple[Entry, ...]:
            archive.append([draft(2, key=f"late {next(count)}")])
            return asked(**what)

        monkeypatch.setattr(archive, "entries", busy)
        order = replace(ORDER, documents=("d1", "d2", "d3"))
        out = exported(archive, tmp_path / "bag", order)
    assert check(out.path).faults == []
    assert next(count) > out.entries


# 1 and 5 are within what is looked at before an export is written, the others while it is.
@pytest.mark.parametrize("call", [1, 5, 8, 10, 11])
def test_an_export_is_made_while_its_documents_are_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """It is of what is left then, and what says that the rest was erased is in it."""
    with opened(tmp_path / "root", masters=MASTERS) as archive:
        archive.append([*drafts(range(5)), draft(3, key="h", kind="hold")])
        asked, calls = archive.entries, itertools.count()

        def erasing(**what: str) -> tuple[Entry, ...]:
            if next(calls) == call:
                archive.erase(replace(ERASURE, documents=("d1", "d3")))
            return asked(**what)

        monkeypatch.setattr(archive, "entries", erasing)
        order = replace(ORDER, documents=("d0", "d2", "d3"))
        out = exported(archive, tmp_path / "bag", order)
    assert check(out.path).faults == []
    assert next(calls) > call


def test_a_document_of_which_nothing_is_left_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "root", masters=MASTERS) as archive:
        archive.append(drafts(range(5)))
        head = archive.checkpoint

        def erasing(log: str, size: int | None = None) -> str:
            archive.erase(ERASURE)
            return head(log, size)

        monkeypatch.setattr(archive, "checkpoint", erasing)
        with pytest.raises(NotKept, match="nothing is kept about d3"):
            exported(archive, tmp_path / "bag", replace(ORDER, documents=("d2", "d3")))


def test_documents_that_are_erased_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "root", masters=MASTERS) as archive:
        archive.append(drafts(range(5)))
        monkeypatch.setattr(Bundle, "write", lambda *_: archive.get("0" * 64))
        with pytest.raises(NotKept, match="are being erased"):
            exported(archive, tmp_path / "bag", ORDER)
    assert [path.name for path in tmp_path.iterdir()] == ["root"]


def test_what_is_no_earlier_export(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no checkpoints"):
        earlier_notes(tmp_path)
    with pytest.raises(ValueError, match="this is no checkpoint"):
        origin_and_size("x\ny\nz")
    (tmp_path / "note").write_text("note", "utf-8")
    assert earlier_notes(tmp_path / "note") == ["note"]


@pytest.mark.parametrize(
    "record",
    [b"", b"0\0", b"0\x020\0", b"0\x040\x020\0", b"0\x060\x040\x020\0", stamp(b"data")],
    ids=range(6),
)
def test_what_is_no_evidence_record(record: bytes) -> None:
    with pytest.raises(ValueError, match="evidence record"):
        stamps_of(record, lambda _: {bytes(32)})
