import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace as change

from hub.config.faults import Faulty
from hub.pipeline.receive import Arrival, receive
from hub.runs.open_items import FaultyOpenItems
from hub.runs.running import run_claims
from hub.store import claims, documents, recipients, submissions, work
from hub.store.work import INVOICES_FIRST, RUNS_LAST
from routing_rules.recipient import Recipient
from tests.hub.houses import Home, Killed
from tests.hub.invoices import ubl

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DAY = date(2026, 11, 20)
ITEMS = b"""customer,number,issue_date,due_date,currency,amount,open
K1,R-1,2026-09-01,2026-10-01,EUR,119.00,119.00
K2,R-2,2026-09-01,2026-10-01,EUR,50.00,50.00
K2,R-3,2026-09-01,2026-10-01,USD,70.00,70.00
K3,R-4,2026-09-01,2026-10-01,EUR,20.00,20.00
"""
NUMBERS = ["MA-2026-11-20-K1", "MA-2026-11-20-K2", "MA-2026-11-20-K2-USD", "MA-2026-11-20-K3"]


@pytest.fixture(autouse=True)
def book(home: Home) -> None:
    entries = [Recipient(key=f"K{n}", name=f"Buyer {n}") for n in (1, 2, 3)]
    with home.house.database.transaction() as connection:
        recipients.put(connection, "nordwind", entries, now=home.clock.now)


def run(
    home: Home, kind: str = "reminders", *, items: bytes | None = ITEMS, dry_run: bool = False
) -> Any:
    said: list[Any] = []

    def say(value: Any, _lines: Sequence[str]) -> None:
        said.append(json.loads(json.dumps(value, default=str)))

    code = run_claims(
        home.house, kind, tenant="nordwind", as_of=DAY, items=items, dry_run=dry_run, say=say
    )
    assert code == 0
    (value,) = said
    return value


def sent(home: Home) -> list[str]:
    with home.house.database.transaction() as connection:
        files = submissions.listed(connection, tenant=None, state=None, limit=99)
    return sorted(file.name.removesuffix(".json") for file in files)


def test_a_dry_run_shows_the_run_and_leaves_no_trace(home: Home) -> None:
    shown = run(home, dry_run=True)
    assert [message["number"] for message in shown["messages"]] == NUMBERS
    assert sent(home) == []
    with home.house.database.transaction() as connection:
        assert claims.listed_open_items(connection, "nordwind") == []
        assert claims.listed_sent(connection, "nordwind", "reminders") == []
    assert run(home) == shown
    assert sent(home) == NUMBERS


@pytest.mark.parametrize("items", [ITEMS, None], ids=["the same list", "the list as known"])
def test_the_same_run_twice_sends_nothing_twice(home: Home, items: bytes | None) -> None:
    run(home)
    home.run()
    again = run(home, items=items)
    assert again["messages"] == []
    assert {entry["reason"] for entry in again["left_out"]} == {"in_this_run"}
    assert sent(home) == NUMBERS


@pytest.mark.parametrize("at", range(1, 9))
def test_a_run_that_was_killed_goes_on_where_it_was(home: Home, at: int) -> None:
    """It dies at the `at`th message or, every other time, before that is noted as sent."""
    house, ids = home.house, iter(range(1, 99))

    def die_at(moment: int) -> None:
        if moment == at:
            raise Killed

    def new_id() -> str:
        die_at(next(ids))
        return house.new_id()

    home.house = replace(house, new_id=new_id, nudge=lambda: die_at(next(ids)))
    with pytest.raises(Killed):
        run(home)
    home.house = house
    before = sent(home)
    left = run(home)
    assert sent(home) == NUMBERS
    assert len(left["messages"]) >= len(NUMBERS) - len(before)
    home.run()
    with house.database.transaction() as connection:
        numbers = sorted(row.number for row in documents.found(connection))
        noted = claims.messages(connection, "nordwind", "reminders", limit=99)
    assert numbers == NUMBERS
    assert sorted(message.message for message in noted) == NUMBERS


def test_a_run_never_stands_before_an_invoice(home: Home) -> None:
    run(home)
    receive(home.house, Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api"))
    with home.house.database.transaction() as connection:
        waiting = connection.execute(work.work.select()).all()
    lanes = {(row.lane, row.priority) for row in waiting}
    assert lanes == {("runs", RUNS_LAST), ("documents", INVOICES_FIRST)}
    assert [row.lane for row in waiting].count("runs") == len(NUMBERS)


def test_statements_and_reminders_are_runs_of_their_own(home: Home) -> None:
    run(home)
    statements = run(home, "statements", items=None)
    assert [message["number"] for message in statements["messages"]] == [
        number.replace("MA-", "KA-") for number in NUMBERS
    ]
    assert run(home, "statements", items=None)["messages"] == []


def test_faulty_items_change_nothing(home: Home) -> None:
    run(home)
    with pytest.raises(FaultyOpenItems, match="row 2, column amount"):
        run(home, items=ITEMS.replace(b"119.00,119.00", b"much,119.00"))
    assert len(run(home, items=None)["left_out"]) == len(NUMBERS)


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (None, r"runs\.preferences: .*/own\.toml: .*No such file"),
        ("[company]\ngrace_days = -1\n", r"own\.toml:2: company\.grace_days"),
    ],
)
def test_preferences_that_cannot_be_used_stop_the_run(
    home: Home, toml: str | None, words: str
) -> None:
    config = home.house.config
    home.house = replace(
        home.house, config=change(config, runs=change(config.runs, preferences="own.toml"))
    )
    if toml is not None:
        config.path("own.toml").write_text(toml)
    with pytest.raises(Faulty, match=words):
        run(home)
    assert sent(home) == []
