"""Evidence that outlives certificates: years go by, time stamps are renewed, the digest changes."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archive.closing.evidence_record import read_record
from archive.closing.records import evidence_record
from archive.closing.renewal import heads
from archive.closing.standing import Fault, alarms
from archive.closing.token import BadStamp, NoStamp
from archive.closing.tree import Digest, log_root, read_tree
from archive.entry import Entry, NotKept
from archive.erasing import Erasure
from tests.archive.closing.office import DAY, LOG, MORNING, Office
from tests.archive.closing.stamping import Town
from tests.archive.filing import MASTERS

YEAR = timedelta(days=365)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path, Town(tmp_path, MORNING))
    for day in range(3):
        made.at(MORNING + day * DAY).file(3 * day, 3 * day + 1, 3 * day + 2)
        made.at(MORNING + (day + 1) * DAY).close()
    return made


def entries(office: Office) -> list[Entry]:
    return [each for each in office.archive.between(LOG, 0) if each.kind == "document"]


def is_proven(office: Office, now: datetime) -> bool:
    """Say whether each entry is proven to have been there since the closing of its day."""
    kept = [each for each in entries(office) if each.at < MORNING + 3 * DAY]
    assert len(kept) == 9
    return all(office.proven_since(each, now) == each.at + DAY for each in kept)


def shape(office: Office, entry: Entry) -> list[tuple[str, int]]:
    """Return of each chain its digest and how many time stamps it has."""
    chains = read_record(evidence_record(office.archive, entry.id))
    return [(chain[0].digest.value, len(chain)) for chain in chains]


def test_a_record_verifies_after_15_years_because_it_was_renewed(office: Office) -> None:
    began = office.town.now
    kept = entries(office)
    assert is_proven(office, began + 3 * YEAR)
    office.at(began + 3 * YEAR).renewer("2029").renew(LOG)
    office.at(began + 6 * YEAR).renewer("2032").rehash(LOG, Digest.SHA512)
    assert is_proven(office, began + 8 * YEAR)
    for years in (9, 12):
        office.at(began + years * YEAR).renewer(f"{2026 + years}").renew(LOG)
    assert is_proven(office, began + 15 * YEAR)
    assert {tuple(shape(office, each)) for each in kept} == {(("sha256", 2), ("sha512", 3))}
    with pytest.raises(BadStamp, match="certificate has expired"):
        office.proven_since(kept[0], began + 16 * YEAR)


def test_a_record_that_was_not_renewed_ends_with_its_certificate(office: Office) -> None:
    began = office.town.now
    with pytest.raises(BadStamp, match="certificate has expired"):
        office.proven_since(entries(office)[0], began + 4 * YEAR)
    office.at(began + 4 * YEAR).renewer("too late").renew(LOG)
    with pytest.raises(BadStamp, match="certificate has expired"):
        office.proven_since(entries(office)[0], began + 4 * YEAR)


def test_one_time_stamp_renews_a_log_and_is_filed(office: Office) -> None:
    assert len(heads(office.archive, LOG)) == 3
    ends = heads(office.archive, LOG)[0].holds_until
    renewer = office.at(ends - 121 * DAY).renewer("new")
    assert renewer.renew(LOG) == [], "there is time"
    assert alarms(office.archive, ends - 91 * DAY) == []
    (alarm,) = alarms(office.archive, ends - 89 * DAY)
    assert (alarm.fault, alarm.text[:14]) == (Fault.ENDING, "3 time stamps ")
    (entry,) = office.at(ends - 120 * DAY).renewer("newer").renew(LOG)
    name = f"{ends - 120 * DAY:%Y-%m-%d}"
    assert (entry.kind, entry.step, entry.subject) == (
        *("renewal", "renew"),
        f"renewal:{LOG}:{name}",
    )
    assert [item.name for item in entry.items] == ["report.json", "report.txt", "stamp.tsr", "tree"]
    assert [head.file for head in heads(office.archive, LOG)] == [f"renewals/{name}/stamp.tsr"]
    assert office.town.asked.count("newer") == 1
    assert alarms(office.archive, ends) == []
    assert renewer.renew(LOG) == []
    assert b"Covers 3 time stamps" in office.read(f"renewals/{name}/report.txt")


def test_what_is_closed_after_a_rehash_is_closed_by_the_new_digest(office: Office) -> None:
    (entry,) = office.renewer("new").rehash(LOG, Digest.SHA512)
    assert (entry.kind, entry.step) == ("rehash", "rehash")
    tree = read_tree(office.read(f"renewals/{office.town.now:%Y-%m-%d}/tree").decode())
    leaves = list(office.archive.leaves(LOG, 11))
    assert tree.leaves["log/11"] == log_root(Digest.SHA512, leaves)
    assert len(heads(office.archive, LOG)) == 1
    (fresh,) = office.file(99)
    office.at(office.town.now + DAY).close()
    assert office.report("closings/2026-11-23")["evidence"]["digest"] == "sha512"
    assert shape(office, fresh) == [("sha512", 1)]
    assert {tuple(shape(office, each)) for each in entries(office)[:9]} == {
        (("sha256", 1), ("sha512", 1))
    }
    now = office.town.now
    assert office.proven_since(fresh, now + DAY) == now
    assert is_proven(office, now + DAY)
    office.renewer("newest").renew(LOG, within=9 * YEAR)
    assert {tuple(shape(office, each)) for each in entries(office)} == {
        (("sha256", 1), ("sha512", 2)),
        (("sha512", 2),),
    }


@pytest.mark.parametrize(
    ("names", "days", "words"),
    [
        ((), 0, "no time-stamp authority is set"),
        (("dumb",), 1200, "dumb says nothing"),
        (("short",), 30, "would hold until"),
    ],
)
def test_what_cannot_be_renewed_stays_as_it_is(
    office: Office, names: tuple[str, ...], days: int, words: str
) -> None:
    office.town.silent = {"dumb"}
    before = office.town.days
    office.town.days = days
    renewer = office.renewer(*names)
    office.town.days = before
    with pytest.raises(NoStamp, match=words):
        renewer.renew(LOG, within=9 * YEAR)
    assert len(heads(office.archive, LOG)) == 3
    office.renewer("good").renew(LOG, within=9 * YEAR)
    assert len(heads(office.archive, LOG)) == 1


def test_a_tree_that_was_changed_proves_nothing(office: Office) -> None:
    entry = entries(office)[0]
    tree = office.root / LOG / "closings/2026-11-20/evidence.tree"
    head, mark, rest = tree.read_text("utf-8").partition("\n1 ")
    tree.write_text(head + mark + rest[:62] + rest[:2] + rest[64:], "utf-8")
    with pytest.raises(BadStamp, match="over something else"):
        office.proven_since(entry, office.town.now)


def test_evidence_of_others_outlives_what_is_erased(tmp_path: Path) -> None:
    office = Office(tmp_path, Town(tmp_path, MORNING), masters=MASTERS)
    gone, *kept = office.file(1, 2, 3)
    office.at(MORNING + DAY).close()
    office.archive.erase(
        Erasure(
            key="e1",
            tenant="acme",
            rule="DE",
            reason="its time is over",
            asked_by="one",
            approved_by="another",
            entries=(gone.id,),
        )
    )
    with pytest.raises(NotKept):
        evidence_record(office.archive, gone.id)
    office.at(MORNING + 2 * DAY).close()
    office.renewer("new").rehash(LOG, Digest.SHA512)
    for entry in kept:
        assert office.proven_since(entry, office.town.now) == MORNING + DAY
        assert shape(office, entry) == [("sha256", 1), ("sha512", 1)]
    assert office.archive.verify().faults == []
