from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.law.holds import Scope, covering, holds_of, place, release, restrict
from archive.law.register import Refused, Register
from tests.archive.filing import draft, opened

TODAY = date(2026, 11, 21)
LAWSUIT = Scope(customer="K1", issued_from=date(2025, 1, 1), issued_to=date(2025, 12, 31))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with opened(tmp_path) as made:
        made.append([draft(1), draft(2, tenant="other")])
        yield made


@pytest.mark.parametrize(
    ("scope", "document", "customer", "issued", "covered"),
    [
        (Scope(document="d1"), "d1", "K1", "2025-01-01", True),
        (Scope(document="d1"), "d2", "K1", "2025-01-01", False),
        (Scope(customer="K1"), "d2", "K1", "", True),
        (Scope(customer="K1"), "d2", "K2", "", False),
        (LAWSUIT, "d1", "K1", "2025-01-01", True),
        (LAWSUIT, "d1", "K1", "2025-12-31", True),
        (LAWSUIT, "d1", "K1", "2026-01-01", False),
        (LAWSUIT, "d1", "K1", "2024-12-31", False),
        (LAWSUIT, "d1", "K2", "2025-06-01", False),
        (LAWSUIT, "d1", "K1", "", True),
        (Scope(issued_from=date(2025, 1, 1)), "d1", "", "2031-01-01", True),
        (Scope(issued_to=date(2025, 1, 1)), "d1", "", "2031-01-01", False),
    ],
)
def test_what_a_scope_covers(
    scope: Scope, document: str, customer: str, issued: str, *, covered: bool
) -> None:
    assert scope.covers(document, {"customer": customer, "issue_date": issued}) is covered


def test_a_hold_is_over_once_two_people_released_it(archive: Archive) -> None:
    hold = place(archive, "acme", LAWSUIT, by=" A.  Clerk ", reason="lawsuit 7")
    assert (hold.id, hold.placed.by, hold.is_in_force(date.max)) == ("hold:1", "A. Clerk", True)
    with pytest.raises(Refused, match="say why it is released"):
        release(archive, "acme", "1", by="B", reason=" ")
    asked = release(archive, "acme", "hold:1", by="B. Head", reason="settled")
    assert asked.is_in_force(TODAY)
    with pytest.raises(Refused, match="somebody else must confirm"):
        release(archive, "acme", "1", by="\uff22. \uff28ead", reason="")
    over = release(archive, "acme", "1", by="C. Head", reason="")
    assert not over.is_in_force(TODAY)
    assert over.released
    assert over.confirmed
    assert (over.released.by, over.released.reason, over.confirmed.by) == (
        "B. Head",
        "settled",
        "C. Head",
    )
    with pytest.raises(Refused, match="released already"):
        release(archive, "acme", "1", by="D", reason="again")
    assert holds_of(archive, "acme") == [over]
    assert holds_of(archive, "other") == []


def test_an_extension_ends_by_itself_and_no_sooner(archive: Archive) -> None:
    until = date(2040, 6, 30)
    longer = place(
        archive, "acme", Scope(document="d1"), by="A", reason="open assessment", until=until
    )
    assert longer.is_in_force(until)
    assert not longer.is_in_force(date(2040, 7, 1))
    with pytest.raises(Refused, match="no period is shortened"):
        release(archive, "acme", longer.id, by="B", reason="over")
    assert [entry.kind for entry in archive.entries(document="d1")] == ["document", "hold"]


def test_a_file_that_nobody_could_read_can_be_held(archive: Archive) -> None:
    archive.append([draft(3, key="s3/receive", subject="s3", document=None, kind="submission")])
    assert place(archive, "acme", Scope(document="s3"), by="A", reason="x").scope.document == "s3"


def test_a_restriction_holds_nothing_back(archive: Archive) -> None:
    only = restrict(archive, "acme", Scope(document="d1"), by="A", reason="art. 18")
    assert (only.restricts, only.is_in_force(TODAY)) == (True, False)
    held = place(archive, "acme", Scope(customer="K1"), by="A", reason="x")
    assert [one.id for one in covering([only, held], "d1", {})] == ["hold:1"]


@pytest.mark.parametrize(
    ("scope", "reason", "by", "why"),
    [
        (Scope(), "x", "A", "name what is held"),
        (Scope(customer="K1"), " ", "A", "say why"),
        (Scope(customer="K1"), "\udcff", "A", r"'\\udcff' is no text"),
        (Scope(customer="\udcff"), "x", "A", r"'\\udcff' is no text"),
        (Scope(customer="K1"), "x", "\udcff", r"'\\udcff' is no text"),
        (Scope(customer="K1"), "x", " ", "say who you are"),
        (Scope(document="d9"), "x", "A", "d9: no such document"),
        (Scope(document="d2"), "x", "A", "d2: no such document in the archive of acme"),
        (
            Scope(issued_from=date(2025, 2, 1), issued_to=date(2025, 1, 1)),
            "x",
            "A",
            "ends before it begins",
        ),
    ],
)
def test_what_cannot_be_held_is_refused(
    archive: Archive, scope: Scope, reason: str, by: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        place(archive, "acme", scope, by=by, reason=reason)
    assert holds_of(archive, "acme") == []
    with pytest.raises(Refused, match="hold:1: there is none"):
        release(archive, "acme", "1", by="A", reason="x")


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 130])
def test_numbers_have_no_gaps_however_many_there_are(archive: Archive, count: int) -> None:
    archive.append([draft(n, key=f"hold:{n}") for n in range(1, count + 1)])
    register = Register(archive, "acme", "hold")
    assert (register.last(), len(register.all())) == (count, count)
    assert register.open("place", []).key == f"hold:{count + 1}"


def test_many_who_place_at_once_get_a_number_each(archive: Archive) -> None:
    def placed(customer: int) -> str:
        return place(archive, "acme", Scope(customer=str(customer)), by="A", reason="x").id

    with ThreadPoolExecutor(8) as threads:
        names = list(threads.map(placed, range(24)))
    assert {*names} == {f"hold:{number}" for number in range(1, 25)}
    assert {hold.scope.customer for hold in holds_of(archive, "acme")} == {
        str(customer) for customer in range(24)
    }
