"""What an auditor asks, of every kind of index."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from archive.entry import AsOf, Entry, NotKept, Query
from archive.index.postgresql import PostgresIndex
from archive.index.questions import Questions
from archive.index.sql_asking import SqlAsking
from archive.index.sqlite import Index
from tests.archive.index.asked import CASES, SUMS, UNREADABLE, Case, entries, fill


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    made = (
        Index(tmp_path_factory.mktemp("index") / "index.db")
        if request.param == "sqlite"
        else PostgresIndex(request.getfixturevalue("empty_database"))
    )
    fill(made, entries())
    yield made
    made.close()


@pytest.fixture
def ask(index: Index) -> Questions:
    known = entries()

    def about(document: str) -> tuple[Entry, ...]:
        found = index.about(document=document, subject=None)
        places = [(each.log, each.position) for each in found]
        return tuple(one for one in known if (one.log, one.position) in places)

    return Questions(SqlAsking(index), about)


@pytest.mark.parametrize("case", CASES)
def test_documents(ask: Questions, case: Case) -> None:
    found = ask.documents(case.query)
    assert "".join(row.document for row in found.rows) == case.found
    assert bool(found.after) == (case.query.limit == len(case.found))
    if not found.after:
        assert ask.count(case.query) == len(case.found)
    paged, after = "", ""
    for _ in case.found:
        page = ask.documents(replace(case.query, limit=1, after=after))
        paged, after = paged + "".join(row.document for row in page.rows), page.after
    assert paged.startswith(case.found)


@pytest.mark.parametrize(("query", "why"), UNREADABLE)
def test_what_cannot_be_understood(ask: Questions, query: Query, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ask.documents(query)


def test_a_row_says_what_was_said_last(ask: Questions) -> None:
    rows = {row.document: row for row in ask.documents(Query(tenant="acme")).rows}
    assert (rows["a"].number, rows["a"].total, rows["a"].country) == ("R-2025-0007", "119.00", "DE")
    assert (rows["a"].channel, rows["a"].state, rows["b"].customer) == ("email", "delivered", "C9")
    assert (rows["d"].standing, rows["d"].customer_name) == ("working", "")
    assert rows["b"].entry == entries()[9].id
    earlier = AsOf(log="acme/2026", size=6)
    rows = {r.document: r for r in ask.documents(Query(tenant="acme", as_of=earlier)).rows}
    assert (rows["b"].customer, rows["b"].entry) == ("C2", entries()[4].id)
    assert (rows["d"].standing, rows["a"].state) == ("parked", "delivered")


def test_sums_are_of_what_was_issued(ask: Questions) -> None:
    found = ask.sums(Query(tenant="acme"))
    assert (found.documents, found.without_breakdown) == (4, 1)
    assert [
        (
            f"{one.month} {one.currency} {one.country} {one.category} {one.rate}",
            str(one.net),
            str(one.tax),
            one.documents,
            one.credit_notes,
        )
        for one in found.rows
    ] == list(SUMS)
    parked = ask.sums(Query(tenant="acme", as_of=AsOf(log="acme/2026", size=6)))
    assert [one.month for one in parked.rows] == ["2025-11", *["2026-01"] * 4]
    assert ask.sums(Query(tenant="nobody")).rows == ()


def test_a_sample_is_drawn_again_by_its_seed(ask: Questions) -> None:
    drawn = ask.sample(Query(tenant="acme"), seed="2026/7", count=3)
    assert (drawn.seed, drawn.population) == ("2026/7", 5)
    assert [row.document for row in drawn.rows] == ["a", "d", "b"]
    assert ask.sample(Query(tenant="acme", customer="C1"), seed="2026/7", count=9).population == 2


def test_numbers_of_another_tenant_explain_nothing_and_reminders_are_no_series(
    ask: Questions,
) -> None:
    assert ask.numbers("acme") == ask.numbers("acme", sender="erp")
    assert [(one.pattern, one.first, one.count) for one in ask.numbers("acme")] == [
        ("G-2026-#", "G-2026-0001", 1),
        ("R-2025-#", "R-2025-0007", 1),
        ("R-2026-#", "R-2026-0001", 2),
    ]
    assert ask.numbers("acme", sender="shop") == ()


def test_a_trail_names_what_it_is_tied_to(ask: Questions) -> None:
    trail = ask.trail("acme", "c")
    assert [(one.how, one.number, one.document) for one in trail.related] == [
        ("corrects", "R-2025-0007", "a"),
        ("corrects", "R-1999-1", ""),
    ]
    trail = ask.trail("acme", "a")
    assert [(one.how, one.document) for one in trail.related] == [("corrected by", "c")]
    assert [one.step for one in trail.entries] == ["enrich", "send", "confirm"]
    with pytest.raises(NotKept):
        ask.trail("other", "b")
