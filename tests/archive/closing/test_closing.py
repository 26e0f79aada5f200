"""Days of a log closed under clocks that stand where the test puts them."""

import hashlib
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import evidence
from archive.closing.books import Books, Files, Numbers
from archive.closing.closing import Closer
from archive.closing.records import closing_of, evidence_record
from archive.closing.standing import Fault, alarms
from archive.closing.tree import Digest, read_tree
from archive.entry import ArchiveUnavailable, NotKept, Query
from archive.verify import check
from tests.archive.closing.office import DAY, LOG, MORNING, Office, Quick
from tests.archive.closing.stamping import Town
from tests.archive.filing import KEY, ORIGIN

FILES = [
    *("checkpoint", "checkpoint.first.tsr", "checkpoint.second.tsr", "evidence.tree"),
    *("evidence.tsr", "report.json", "report.txt"),
]
KEYS = {f"{ORIGIN}/{LOG}": [KEY.public_key().public_bytes_raw()]}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, Town(tmp_path, MORNING))


def openssl(office: Office, *arguments: str | Path) -> str:
    command = ["openssl", "ts", "-verify", *arguments, "-CAfile", office.folder / "roots.pem"]
    command += ["-attime", str(int(office.town.now.timestamp()))]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def test_a_day_is_closed_when_it_is_over_and_once(office: Office) -> None:
    office.file(1, 2)
    assert office.close().filed == ()
    (entry,) = office.at(MORNING + DAY).close().filed
    subject = "closing:acme/2026:2026-11-20"
    assert (entry.kind, entry.step, entry.subject) == ("closing", "close", subject)
    assert [item.name for item in entry.items] == FILES
    folder = office.root / LOG / "closings/2026-11-20"
    assert all(office.archive.get(i.sha256) == (folder / i.name).read_bytes() for i in entry.items)
    assert office.close().filed == ()
    assert office.closings() == ["2026-11-20"]
    assert office.at(MORNING + 9 * DAY).close().filed == (), "a closing is no reason for another"


def test_what_lies_there_is_what_others_can_check(office: Office) -> None:
    first, second = office.file(1, 2)
    with pytest.raises(NotKept, match="before its day is closed"):
        evidence_record(office.archive, first.id)
    office.at(MORNING + DAY).close()
    folder = office.root / LOG / "closings/2026-11-20"
    assert evidence.open_checkpoint((folder / "checkpoint").read_text("utf-8"), KEYS).size == 2
    for name in ("first", "second"):
        stamp = folder / f"checkpoint.{name}.tsr"
        words = openssl(office, "-data", folder / "checkpoint", "-in", stamp)
        assert words == "Verification: OK"
    tree = read_tree((folder / "evidence.tree").read_text("utf-8"))
    assert list(tree.leaves) == ["checkpoint", "0", "1"]
    group = sorted({bytes.fromhex(x) for x in (first.id, *(i.sha256 for i in first.items))})
    assert tree.leaves["0"] == hashlib.sha256(b"".join(group)).digest()
    words = openssl(office, "-digest", tree.root.hex(), "-in", folder / "evidence.tsr")
    assert words == "Verification: OK"
    for entry in (first, second):
        assert office.proven_since(entry, office.town.now) == MORNING + DAY
        assert closing_of(office.archive, entry) == "closings/2026-11-20"


def test_the_report_is_signed_and_counts(office: Office) -> None:
    office.file(1, 2)
    office.at(MORNING + DAY).close()
    report = office.report("closings/2026-11-20")
    assert report["counts"] == {"document": 2}
    assert (report["start"], report["end"], report["previous"]) == (0, 2, None)
    assert [each["authority"] for each in report["stamps"]] == ["first", "second"]
    assert (report["evidence"]["groups"], report["evidence"]["digest"]) == (3, "sha256")
    note = office.read("closings/2026-11-20/report.txt").decode()
    text, _, signature = note.rpartition("\n\n")
    digest = hashlib.sha256(office.read("closings/2026-11-20/report.json")).hexdigest()
    assert text.startswith("Closing of 2026-11-20: log acme/2026\nEntries from 0 to 1: 2 (document")
    assert text.endswith(f"\nreport.json sha256 {digest}")
    signed = evidence._decode(signature.removeprefix(f"— {ORIGIN}/{LOG} ").strip())
    KEY.public_key().verify(signed[4:], f"{text}\n".encode())


def test_days_that_were_missed_are_closed_one_by_one(office: Office) -> None:
    office.file(1)
    office.at(MORNING + DAY).close()
    office.file(2, 3)
    office.at(MORNING + 4 * DAY).file(4)
    office.at(MORNING + 5 * DAY).close()
    assert office.closings() == ["2026-11-20", "2026-11-21", "2026-11-24"]
    spans = [(r["start"], r["end"], r["previous"]) for r in _reports(office)]
    assert spans == [(0, 1, None), (1, 4, "2026-11-20"), (4, 5, "2026-11-21")]
    office.file(5)
    office.at(MORNING + 6 * DAY).close()
    counts = office.report("closings/2026-11-25")["counts"]
    assert counts == {"closing": 2, "document": 1}, "what was filed silently is covered by the next"


def test_a_log_from_before_there_were_closings_is_closed_at_once(office: Office) -> None:
    kept = [office.at(MORNING + day * DAY).file(day)[0] for day in range(5)]
    office.archive.close_day(MORNING.date(), lambda data: b"a stamp of old over " + data)
    office.at(MORNING + 5 * DAY).close()
    assert office.closings() == ["2026-11-24"]
    assert (office.report("closings/2026-11-24")["end"], len(office.town.asked)) == (5, 3)
    assert {office.proven_since(each, office.town.now) for each in kept} == {MORNING + 5 * DAY}


def _reports(office: Office) -> list[dict[str, Any]]:
    return [office.report(f"closings/{name}") for name in office.closings()]


def test_a_clock_that_goes_back_closes_no_day_twice(office: Office) -> None:
    office.file(1)
    office.at(MORNING + DAY).close()
    office.at(MORNING).file(2)
    assert office.close().filed == ()
    assert office.at(MORNING + DAY).close().filed == (), "that day is closed; this is of the next"
    assert [each.fault for each in alarms(office.archive, office.town.now)] == []
    office.at(MORNING + 2 * DAY).close()
    assert office.closings() == ["2026-11-20", "2026-11-21"]
    assert office.report("closings/2026-11-21")["counts"] == {"closing": 1, "document": 1}
    office.at(MORNING + 9 * DAY).file(3)
    (alarm,) = alarms(office.archive, MORNING + 3 * DAY)
    assert (alarm.fault, "dated 2026-11-29 08:00" in alarm.text) == (Fault.AHEAD, True)


def test_an_authority_that_is_silent_keeps_one_closing_open_and_nothing_else(
    office: Office,
) -> None:
    office.file(1)
    office.file(1, tenant="other")
    office.town.silent = {"second"}
    outcome = office.at(MORNING + DAY).close()
    assert outcome.filed == ()
    assert sorted(outcome.open) == [LOG, "other/2026"]
    assert "closings/2026-11-20 of acme/2026 is still open: second says" in outcome.open[LOG]
    assert office.file(2)[0].position == 1
    assert alarms(office.archive, datetime(2026, 11, 21, 1, 59, tzinfo=UTC)) == []
    late = alarms(office.archive, datetime(2026, 11, 21, 2, 1, tzinfo=UTC))
    assert [(each.log, each.fault) for each in late] == [
        (LOG, Fault.OPEN),
        ("other/2026", Fault.OPEN),
    ]
    office.town.silent = set()
    asked = office.town.asked.count("first")
    filed = office.at(MORNING + 2 * DAY).close().filed
    assert [e.subject for e in filed][:2] == [f"closing:{LOG}:2026-11-{n}" for n in (20, 21)]
    assert office.town.asked.count("first") == asked + 4, "what it gave before was kept"
    assert alarms(office.archive, office.town.now) == []


def test_what_is_said_of_revoked_certificates_is_kept(office: Office) -> None:
    town, told = office.town, {"1.crl": b"list", "2.ocsp": b"answer"}
    names = [f"revocation.{own}.{each}" for own in ("first", "second") for each in sorted(told)]
    office.file(1)
    town.revoked, town.vouched = {"first"}, told
    assert "first was revoked" in office.at(MORNING + DAY).close().open[LOG]
    assert not (office.root / LOG / "closings/2026-11-20/checkpoint.first.tsr").exists()
    town.revoked = set()
    (entry,) = office.close().filed
    kept = {item.name: item.media_type for item in entry.items if item.name in names}
    assert list(kept) == office.report("closings/2026-11-20")["revocation"] == names
    assert set(kept.values()) == {"application/pkix-crl", "application/ocsp-response"}
    assert ", ".join(names) in office.read("closings/2026-11-20/report.txt").decode()
    (renewed,) = office.renewer("third").renew(LOG, within=timedelta(days=9999))
    assert "revocation.third.1.crl" in [item.name for item in renewed.items]
    assert check(office.root).faults == []
    (office.root / LOG / "closings/2026-11-20" / names[0]).write_bytes(b"other")
    (fault,) = check(office.root).faults
    assert str(fault) == f"{LOG}/closings/2026-11-20/{names[0]}: is not what was filed"


def test_a_closing_goes_on_though_settings_change_meanwhile(tmp_path: Path) -> None:
    office = Office(tmp_path, Town(tmp_path, MORNING))
    office.file(1)
    office.at(MORNING + DAY).close()
    office.file(2)
    office.town.silent = {"second"}
    office.at(MORNING + 2 * DAY).close()
    office.renewer("new").rehash(LOG, Digest.SHA512)
    office.town.silent = set()
    wider = Closer(
        archive=office.archive,
        authorities=[office.town.authority(name) for name in ("first", "second", "third")],
        clock=lambda: office.town.now,
    )
    wider.close_all()
    report = office.report("closings/2026-11-21")
    assert [each["authority"] for each in report["stamps"]] == ["first", "second", "third"]
    assert report["evidence"]["digest"] == "sha256", "as it was begun"
    office.file(3)
    office.at(MORNING + 3 * DAY).close()
    assert office.report("closings/2026-11-22")["evidence"]["digest"] == "sha512"
    assert check(office.root).faults == []


def test_a_year_ends_with_a_closing_of_its_own(office: Office) -> None:
    office.file(1)
    office.at(MORNING + DAY).close()
    office.at(datetime(2026, 12, 31, 23, tzinfo=UTC)).file(2)
    office.at(datetime(2027, 1, 1, 1, tzinfo=UTC)).close()
    assert office.closings() == ["2026", "2026-11-20", "2026-12-31"]
    assert office.report("closings/2026")["counts"] == {"closing": 1, "document": 2}
    assert office.archive.find(Query(kind="closing"))[0].log == "acme/2027"
    assert office.close().filed == ()


def test_the_clock_of_an_authority_is_looked_at(office: Office) -> None:
    office.file(1)
    office.town.ahead = timedelta(seconds=61)
    office.at(MORNING + DAY).close()
    found = alarms(office.archive, office.town.now)
    assert [each.fault for each in found] == [Fault.CLOCK, Fault.CLOCK]
    assert "authority first was +61 s off ours at the closing of 2026-11-20" in found[0].text


def test_what_the_house_says_is_held_against_what_is_archived(tmp_path: Path) -> None:
    asked: list[tuple[object, ...]] = []

    def files(tenant: str, first: date, last: date, received: Iterable[str]) -> Files:
        asked.append((tenant, first, last, sorted(received)))
        return Files(accepted=3, archived=1, parked=1, missing=("s9",))

    gaps = [
        Numbers(
            series="erp R-#", first="R-1", last="R-9", count=8, gaps=("R-4",), duplicates=("R-2",)
        )
    ]

    def numbers(tenant: str, year: int) -> list[Numbers]:
        asked.append((tenant, year))
        return gaps

    books = Books(files=files, numbers=numbers)
    office = Office(tmp_path, Town(tmp_path, MORNING), books=books)
    office.file(1, 2)
    office.at(MORNING + DAY).close()
    assert asked == [("acme", date(2026, 1, 1), date(2026, 11, 20), ["s1", "s2"]), ("acme", 2026)]
    text = office.read("closings/2026-11-20/report.txt").decode()
    assert "Files: accepted 3 DIFFERS FROM archived 1 + parked 1\n" in text
    assert "Accepted, but not in the archive: s9\n" in text
    assert "Numbers erp R-#, R-1 to R-9: 8 documents; missing R-4; R-2 more than once\n" in text
    assert [each.fault for each in alarms(office.archive, office.town.now)] == [Fault.MISSING]


class Cut(Quick):
    """A disk from which the plug is pulled before one of its writes."""

    def __init__(self, root: Path, left: int) -> None:
        super().__init__(root)
        self.left = left

    def write(self, path: Path, data: Iterable[bytes]) -> None:
        if self.left == 0:
            raise OSError(5, "pulled")
        self.left -= 1
        super().write(path, data)


def test_an_authority_that_comes_after_the_evidence_stamps_the_next_day(tmp_path: Path) -> None:
    office = Office(tmp_path, Town(tmp_path, MORNING))
    office.file(1)
    office.at(MORNING + DAY).close()
    folder = office.root / LOG / "closings/2026-11-20"
    for name in ("report.json", "report.txt"):
        (folder / name).unlink()
    wider = Office(tmp_path, office.town, names=("first", "second", "third"))
    wider.close()
    stamps = wider.report("closings/2026-11-20")["stamps"]
    assert [each["authority"] for each in stamps] == ["first", "second"]
    assert [each["seconds_off"] for each in stamps] == [None, None]


def test_a_closing_that_is_cut_off_anywhere_goes_on_and_is_filed_once(tmp_path: Path) -> None:
    outcomes: list[Mapping[str, bytes]] = []
    for cut in range(40):
        folder = tmp_path / str(cut)
        folder.mkdir()
        office = Office(folder, Town(folder, MORNING))
        office.file(1)
        office.at(MORNING + DAY).reopen(Cut(office.root, cut))
        try:
            office.close()
            break
        except ArchiveUnavailable:
            office.reopen()
        office.close()
        assert len(office.archive.entries(subject="closing:acme/2026:2026-11-20")) == 1
        assert (
            sorted(p.name for p in (office.root / LOG / "closings/2026-11-20").iterdir()) == FILES
        )
        outcomes.append({"checkpoint": office.read("closings/2026-11-20/checkpoint")})
    assert len(outcomes) > len(FILES), "more steps than files"
    assert all(each == outcomes[0] for each in outcomes)
