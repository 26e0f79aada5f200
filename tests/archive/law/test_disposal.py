"""From the promise to the erasure, through the real archive: who, what, why, and what stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entry import ArchiveUnavailable, Draft, Entry, Item
from archive.erasing import Erasure
from archive.index.answers import Gap
from archive.law.disposal import approve, disposals_of, propose
from archive.law.holds import Scope, place, release
from archive.law.register import Refused
from archive.law.retention import Ground, Policy, fields_of, promised
from archive.packs.vault import Masters
from tests.archive.filing import KEY, MASTERS, NOON, ORIGIN, PLAIN, chance, item, opened

THEN = datetime(2017, 5, 2, tzinfo=UTC)
TODAY = NOON.date()


POLICY = Policy(grounds=(Ground(rule="DE", why="test"),))


def received(submission: str, *documents: str) -> list[Draft]:
    """Return a file that came in, and what was read from it."""
    read = tuple(
        Item(role="canonical", name=f"{one}.json", media_type="application/json", data=one.encode())
        for one in documents
    )
    return [
        Draft(
            key=f"{submission}/{step}",
            tenant="acme",
            subject=submission,
            kind="submission",
            step=step,
            items=items,
        )
        for step, items in (("receive", (item(submission),)), ("read", read))
    ]


def enriched(document: str, customer: str, country: str = "DE") -> list[Draft]:
    """Return what is filed of a document: its promise, and that it was sent."""
    ground = Ground(rule=country, why="test")
    promise = promised(date(2017, 5, 1), [ground], filed=THEN.date())
    facts = {
        "number": f"R-{document}",
        "customer": customer,
        "issue_date": "2017-05-01",
        "submission": document.partition("-")[0],
    }
    return [
        Draft(
            key=f"{document}/{step}",
            tenant="acme",
            subject=document,
            document=document,
            kind="document",
            step=step,
            fields=facts | more,
            items=(item(f"{document} {step}"), item("the same every time", "terms")),
        )
        for step, more in (("enrich", fields_of(promise)), ("send", {}))
    ]


@contextmanager
def furnished(root: Path, masters: Masters = MASTERS) -> Iterator[Archive]:
    """Open an archive with the files of 2017, today."""
    with opened(root, at=THEN, masters=masters) as then:
        then.append(
            [
                *received("s1", "s1-1", "s1-2"),
                *enriched("s1-1", "K1"),
                *enriched("s1-2", "K2"),
                *received("s2", "s2-1"),
                *enriched("s2-1", "K3"),
                *received("s3")[:1],
                *received("s4", "s4-1"),
                *enriched("s4-1", "K4", "FR"),
            ]
        )
    with opened(root, masters=masters) as archive:
        archive.append(received("s5"))
        yield archive


def ids(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.key for entry in entries]


def test_what_two_people_agreed_on_goes_but_for_what_is_held(tmp_path: Path) -> None:
    with furnished(tmp_path) as archive:
        before = archive.checkpoint("acme/2017")
        (staying,) = (e for e in archive.entries(document="s4-1") if e.step == "send")
        proposed = propose(archive, "acme", by="A", on=TODAY, policy=POLICY)
        assert [(one.subject, one.entries) for one in proposed.listed] == [
            ("s1-1", 2),
            ("s1-2", 2),
            ("s1", 2),
            ("s2-1", 2),
            ("s2", 2),
            ("s3", 1),
        ]
        assert {(one.until, one.rule, one.source) for one in proposed.listed} == {
            (date(2025, 12, 31), "DE", "AO § 147 (3), (4); UStG § 14b (1)")
        }
        place(archive, "acme", Scope(customer="K2"), by="A", reason="lawsuit 7")
        with pytest.raises(Refused, match="somebody else must approve"):
            approve(archive, "acme", "1", by=" a ", on=TODAY, policy=POLICY)
        done = approve(archive, "acme", "disposal:1", by="B", on=TODAY, policy=POLICY)
        assert done.refused == {
            "s1-2": "hold:1, placed by A: lawsuit 7",
            "s1": "s1-2 of it stays; hold:1, placed by A: lawsuit 7",
        }
        assert (done.erased, done.left) == (("s1-1", "s2-1", "s2", "s3"), [])
        assert ids(archive.entries(document="s1-1")) == ids(archive.entries(subject="s2")) == []
        assert ids(archive.entries(document="s1-2")) == ["s1-2/enrich", "s1-2/send"]
        assert ids(archive.entries(subject="s1")) == ["s1/receive", "s1/read"]
        assert approve(archive, "acme", "1", by="C", on=TODAY, policy=POLICY) == done
        erased = [entry for entry in archive.entries() if entry.kind == "erase"]
        assert len(erased) == 1
        assert done.approved
        assert {dict(entry.fields)["disposal"] for entry in erased} == {done.approved.entry}
        assert {(e.fields["asked_by"], e.fields["approved_by"]) for e in erased} == {("A", "B")}
        assert archive.verify().faults == []
        assert archive.checkpoint("acme/2017") == before
        assert archive.proof(staying.id)
        assert archive.get(staying.items[1].sha256) == b"the same every time"
        for who in ("C", "D"):
            release(archive, "acme", "hold:1", by=who, reason="settled")
        again = propose(archive, "acme", by="B", on=TODAY, policy=POLICY)
        assert [one.subject for one in again.listed] == ["s1-2", "s1"]
        rest = approve(archive, "acme", again.id, by="A", on=TODAY, policy=POLICY)
        assert (rest.erased, rest.refused) == (("s1-2", "s1"), {})
        with pytest.raises(Refused, match="nothing may be disposed of on 2026-11-21"):
            propose(archive, "acme", by="A", on=TODAY, policy=POLICY)
        assert [one.id for one in disposals_of(archive, "acme")] == ["disposal:1", "disposal:2"]
        assert archive.verify().faults == []


@pytest.mark.parametrize(
    ("on", "listed"),
    [
        (date(2025, 12, 31), []),
        (date(2026, 1, 1), ["s1-1", "s1-2", "s1", "s2-1", "s2", "s3"]),
        (date(2027, 12, 31), ["s1-1", "s1-2", "s1", "s2-1", "s2", "s3"]),
        (date(2028, 1, 1), ["s1-1", "s1-2", "s1", "s2-1", "s2", "s3", "s4-1", "s4"]),
        (date(2034, 12, 31), ["s1-1", "s1-2", "s1", "s2-1", "s2", "s3", "s4-1", "s4"]),
        (date(2035, 1, 1), ["s1-1", "s1-2", "s1", "s2-1", "s2", "s3", "s4-1", "s4", "s5"]),
    ],
)
def test_what_is_due_on_which_day(tmp_path: Path, on: date, listed: list[str]) -> None:
    with furnished(tmp_path, PLAIN) as archive:
        if not listed:
            with pytest.raises(Refused, match="nothing may be disposed of"):
                propose(archive, "acme", by="A", on=on, policy=POLICY)
            return
        proposed = propose(archive, "acme", by="A", on=on, policy=POLICY)
        assert [one.subject for one in proposed.listed] == listed
        few = propose(archive, "acme", by="A", on=on, policy=POLICY, limit=1)
        assert [one.subject for one in few.listed] == ["s1-1", "s1-2", "s1"]


@pytest.mark.parametrize("filed", [datetime(2024, 5, 2, tzinfo=UTC), NOON])
def test_what_came_in_no_file_goes_alone(tmp_path: Path, filed: datetime) -> None:
    """A document of an older archive, taken over: issued long before it was filed, or today."""
    promise = promised(date(2010, 1, 1), [Ground(rule="DE", why="test")], filed=date(2017, 5, 2))
    assert promise.until == date(2018, 12, 31)
    taken = Draft(
        key="import:1/7",
        tenant="acme",
        subject="i7",
        document="i7",
        kind="document",
        step="import",
        fields={"number": "7", "issue_date": "2010-01-01", **fields_of(promise)},
        items=(item("seven"),),
    )
    with opened(tmp_path, at=filed, masters=MASTERS) as archive:
        archive.append([taken])
        proposed = propose(archive, "acme", by="A", on=TODAY, policy=POLICY)
        assert [(one.subject, one.until) for one in proposed.listed] == [("i7", promise.until)]
        done = approve(archive, "acme", proposed.id, by="B", on=TODAY, policy=POLICY)
        assert (done.erased, archive.entries(document="i7")) == (("i7",), ())


def test_an_extension_keeps_one_of_many(tmp_path: Path) -> None:
    with furnished(tmp_path) as archive:
        scope = Scope(document="s2-1")
        place(archive, "acme", scope, by="A", reason="audit", until=date(2030, 1, 1))
        held = propose(archive, "acme", by="A", on=TODAY, policy=POLICY)
        assert [one.subject for one in held.listed] == ["s1-1", "s1-2", "s1", "s3"]
        later = propose(archive, "acme", by="A", on=date(2030, 1, 2), policy=POLICY)
        assert "s2-1" in [one.subject for one in later.listed]


def test_what_was_filed_unencrypted_stays_and_is_said(tmp_path: Path) -> None:
    with furnished(tmp_path, PLAIN) as archive:
        propose(archive, "acme", by="A", on=TODAY, policy=POLICY)
        done = approve(archive, "acme", "1", by="B", on=TODAY, policy=POLICY)
        assert (done.erased, len(done.left)) == ((), 6)
        assert ids(archive.entries(document="s1-1")) == ["s1-1/enrich", "s1-1/send"]


def test_what_was_encrypted_goes_though_it_is_proposed_with_what_was_not(tmp_path: Path) -> None:
    with opened(tmp_path, at=THEN) as then:
        then.append([*received("s1", "s1-1"), *enriched("s1-1", "K1")])
    with opened(tmp_path, at=THEN, masters=MASTERS) as then:
        then.append([*received("s2", "s2-1"), *enriched("s2-1", "K1")])
    with opened(tmp_path, masters=MASTERS) as archive:
        propose(archive, "acme", by="A", on=TODAY, policy=POLICY)
        done = approve(archive, "acme", "1", by="B", on=TODAY, policy=POLICY)
        assert (done.erased, done.left) == (("s2-1", "s2"), ["s1-1", "s1"])
        assert archive.verify().faults == []


class CutOff(Archive):
    """An archive that is cut off before it erases."""

    def erase(self, erasure: Erasure) -> Entry:
        raise ArchiveUnavailable(erasure.key)


def test_an_approval_that_was_cut_off_goes_on_and_judges_anew(tmp_path: Path) -> None:
    with furnished(tmp_path) as archive:
        propose(archive, "acme", by="A", on=TODAY, policy=POLICY)
    with (
        CutOff(
            tmp_path,
            origin=ORIGIN,
            key=KEY,
            clock=lambda: NOON,
            random_bytes=chance(),
            masters=MASTERS,
        ) as cut,
        pytest.raises(ArchiveUnavailable),
    ):
        approve(cut, "acme", "1", by="B", on=TODAY, policy=POLICY)
    with opened(tmp_path, masters=MASTERS) as archive:
        (left,) = disposals_of(archive, "acme")
        assert (len(left.left), left.erased) == (6, ())
        place(archive, "acme", Scope(customer="K3"), by="A", reason="meanwhile")
        done = approve(archive, "acme", "1", by="C", on=TODAY, policy=POLICY)
        assert done.approved
        assert done.approved.by == "B"
        assert (done.erased, done.left) == (("s1-1", "s1-2", "s1", "s3"), ["s2-1", "s2"])


def test_a_gap_that_a_disposal_left_is_explained_by_it(tmp_path: Path) -> None:
    kept = fields_of(promised(date(2026, 1, 1), POLICY.grounds, filed=TODAY))
    with opened(tmp_path, at=THEN, masters=MASTERS) as archive:
        for number in (1, 2, 3):
            more = {"number": f"R-{number}"} | (kept if number != 2 else {})
            filed = enriched(f"s{number}-1", "K1")
            archive.append(received(f"s{number}", f"s{number}-1"))
            archive.append([replace(each, fields={**each.fields, **more}) for each in filed])
        assert archive.questions.numbers("acme")[0].gaps == ()
    with opened(tmp_path, masters=MASTERS) as archive:
        found = propose(archive, "acme", by="A", on=TODAY, policy=POLICY)
        assert [each.number for each in found.listed] == ["R-2", ""]
        approve(archive, "acme", found.id, by="B", on=TODAY, policy=POLICY)
        (series,) = archive.questions.numbers("acme")
        assert series.gaps == (Gap(first="R-2", last="R-2", count=1, why="disposed"),)
