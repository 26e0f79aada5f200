"""Exports with closings: evidence that verifies for years, by openssl and the bundle alone."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.closing.tree import Digest
from archive.export.order import Order
from archive.verify import check
from tests.archive.closing.office import DAY, Office
from tests.archive.closing.stamping import Town
from tests.archive.export.exporting import ORDER, exported, mend, verified
from tests.archive.filing import ORIGIN, draft

LOG = "acme/2019"
YEAR = timedelta(days=365)
START = datetime(2019, 11, 20, 8, tzinfo=UTC)
WHOLE = replace(ORDER, documents=("d1", "d4"), whole_logs=True)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Three days, renewed after three years, rehashed after six; and then one more document."""
    folder = tmp_path_factory.mktemp("office")
    made = Office(folder, Town(folder, START))
    for day in range(3):
        made.at(START + day * DAY).file(3 * day, 3 * day + 1, 3 * day + 2)
        made.at(START + (day + 1) * DAY).close()
    made.at(START + 3 * YEAR).renewer("2022").renew(LOG)
    made.at(START + 6 * YEAR).renewer("2025").rehash(LOG, Digest.SHA512)
    made.archive.append([draft(1, key="late", step="late")])
    (made.root / "trust").mkdir()
    shutil.copy(folder / "roots.pem", made.root / "trust" / "authorities.pem")
    return made


@pytest.fixture(scope="module")
def bag(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(office.archive, tmp_path_factory.mktemp("out") / "bag", WHOLE).path


def test_what_is_in_it(bag: Path) -> None:
    assert sorted(p.relative_to(bag).as_posix() for p in bag.glob("*ings/*/*")) == [
        f"closings/acme-2019/2019-11-2{day}" for day in range(3)
    ]
    assert len(list(bag.glob("renewals/acme-2019/*"))) == 2
    assert len(list(bag.glob("proofs/acme-2019/*.consistency"))) == 3
    assert len(list(bag.glob("proofs/acme-2019/*.er"))) == 4  # closings are evidence of closings


def test_an_auditor_checks_evidence_alone(bag: Path, office: Office) -> None:
    said = verified(bag)
    assert said.endswith(" 0 wrong\n")
    assert "closings/acme-2019/2019-11-20/evidence.tsr: stamped at 2019-11-21" in said
    assert "openssl ts" not in said
    assert check(office.root).faults == []
    assert len(check(office.root).stamped) == 11


@pytest.mark.parametrize("kind", ["closings", "renewals"])
def test_a_closing_in_the_place_of_another_is_named(bag: Path, tmp_path: Path, kind: str) -> None:
    copy = Path(shutil.copytree(bag, tmp_path / "copy"))
    folder = min((copy / kind / "acme-2019").iterdir())
    other = folder.rename(folder.with_name("2021-03-03"))
    mend(copy)
    place = other.relative_to(copy).as_posix()
    assert any(
        "in another's place" in each.what for each in check(copy).faults if each.file == place
    )


def change(file: str, old: bytes, new: bytes) -> Callable[[Path], str]:
    def changed(bag: Path) -> str:
        (path,) = bag.glob(file)
        data = path.read_bytes()
        assert old in data
        path.write_bytes(data.replace(old, new, 1))
        return path.relative_to(bag).as_posix()

    return changed


def swap(one: str, other: str) -> Callable[[Path], str]:
    def swapped(bag: Path) -> str:
        first, *_ = sorted(bag.glob(one))
        second, *_ = sorted(bag.glob(other))
        data = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(data)
        return first.relative_to(bag).as_posix()

    return swapped


def removed(file: str) -> Callable[[Path], str]:
    def remove(bag: Path) -> str:
        first, *_ = sorted(bag.glob(file))
        first.unlink()
        return first.relative_to(bag).as_posix()

    return remove


def forged(bag: Path) -> str:
    """A stamp over the right bytes, by somebody nobody has heard of."""
    path = bag / "trust/authorities.pem"
    end = b"-----END CERTIFICATE-----\n"
    path.write_bytes(path.read_bytes().partition(end)[2])
    return "closings/acme-2019/2019-11-20/evidence.tsr"


TAMPERING = {
    "a leaf of a day's tree": change("closings/*/2019-11-20/evidence.tree", b"\n1 ", b"\n7 "),
    "a tree that is none": change("closings/*/2019-11-20/evidence.tree", b"sha256", b"sha1"),
    "a renewal's tree": change("renewals/*/2022-*/tree", b"2019-11-20", b"2026-11-99"),
    "a stamp of another day": swap(
        "closings/*/2019-11-20/evidence.tsr", "closings/*/2019-11-21/evidence.tsr"
    ),
    "a stamp that is none": change("closings/*/2019-11-20/evidence.tsr", b"0", b"1"),
    "a checkpoint of another day": swap(
        "closings/*/2019-11-20/checkpoint", "closings/*/2019-11-21/checkpoint"
    ),
    "a record of another entry": swap("proofs/*/*.er", "renewals/*/2022-*/stamp.tsr"),
    "a proof of consistency": change("proofs/*/000000003.consistency", b"old 3", b"old 4"),
    "no proof of consistency": change("proofs/*/000000003.consistency", b"old", b"new"),
    "a leaf": change("proofs/acme-2019/leaf-hashes", b"", b"\0"),
    "a position here and not here": change("proofs/acme-2019/others.csv", b"0,0,", b"0,1,"),
    "a position nowhere": change("proofs/acme-2019/others.csv", b"0,0,not asked for\r\n", b""),
    "a position erased by nobody": change(
        "proofs/acme-2019/others.csv", b"not asked for", b"erased"
    ),
    "no list of positions": removed("proofs/*/others.csv"),
    "an entry": removed("data/d1/*/manifest.json"),
    "a checkpoint": removed("checkpoints/*"),
    "a key": removed("keys/*"),
    "the authorities": forged,
}


@pytest.mark.parametrize("tampering", TAMPERING)
def test_it_is_named_though_the_lists_were_mended(
    bag: Path, tmp_path: Path, tampering: str
) -> None:
    spoilt = Path(shutil.copytree(bag, tmp_path / "spoilt"))
    file = TAMPERING[tampering](spoilt)
    mend(spoilt)
    report = check(spoilt)
    folder = file.rpartition("/")[0].split("/")
    assert report.faults, file
    assert any(set(folder[:2]) & set(fault.file.split("/")) for fault in report.faults), (
        file,
        [str(fault) for fault in report.faults],
    )


@pytest.fixture
def root(office: Office, tmp_path: Path) -> Path:
    return Path(shutil.copytree(office.root, tmp_path / "root"))


IN_ARCHIVE = {
    "a file": (removed(f"{LOG}/closings/2019-11-20/report.json"), "is missing"),
    "a checkpoint": (removed(f"{LOG}/closings/2019-11-20/checkpoint"), "is missing"),
    "a report": (change(f"{LOG}/closings/2019-11-21/report.txt", b"Entries", b"entries"), "filed"),
    "a stamp": (change(f"{LOG}/renewals/2022-*/stamp.tsr", b"0", b"1"), "filed"),
}


@pytest.mark.parametrize("tampering", IN_ARCHIVE)
def test_the_archive_itself_tells_of_its_closings(root: Path, tampering: str) -> None:
    tamper, said = IN_ARCHIVE[tampering]
    file = tamper(root)
    assert any(f.file == file and said in f.what for f in check(root).faults), check(root).faults


def test_what_no_entry_filed_is_named_unless_it_is_the_newest(root: Path) -> None:
    for day, told in (("2019-11-20", "faults"), ("2019-11-30", "notes")):
        folder = root / LOG / "closings" / day
        folder.mkdir(exist_ok=True)
        (folder / "more.txt").write_text("", "utf-8")
        assert any(f"closings/{day}" in str(each) for each in getattr(check(root), told))
        (folder / "more.txt").unlink()


def test_a_log_that_was_begun_anew_is_no_continuation(
    bag: Path, office: Office, tmp_path: Path
) -> None:
    """Of a day before, an export kept elsewhere."""
    other = Office(tmp_path, Town(tmp_path, START))
    other.file(7, 8)
    order = Order(tenant="acme", by="x", asked={}, documents=("d7",))
    earlier = exported(other.archive, tmp_path / "earlier", order).path
    (fault,) = check(bag, earlier=notes(earlier)).faults
    assert str(fault).endswith("the log was rewritten: other 2 entries")
    again = exported(office.archive, tmp_path / "again", replace(ORDER, documents=("d1",)))
    assert [p.name for p in again.path.glob("*ings/*/*")] == ["2019-11-20"]
    assert not list(again.path.glob("renewals/*"))
    assert check(again.path).faults == []
    assert check(again.path, earlier=notes(bag)).faults == [], "it was given out, too"
    given = [("kept", office.archive.checkpoint(log, 1)) for log in office.archive.logs()]
    report = check(again.path, earlier=given)
    assert {fault.what for fault in report.faults} == {
        "nothing here shows that the log continues it; ask for an export with --earlier"
    }
    assert report.notes == [f"kept: nothing here is of log {ORIGIN}/acme/2022"]
    order = replace(ORDER, documents=("d1",), earlier=tuple(note for _, note in given))
    proven = exported(office.archive, tmp_path / "proven", order).path
    assert check(proven, earlier=given).faults == []
    assert verified(proven, "--earlier", bag).endswith(" 0 wrong\n")


def notes(bag: Path) -> list[tuple[str, str]]:
    return [("kept", path.read_text("utf-8")) for path in bag.glob("checkpoints/*")]
