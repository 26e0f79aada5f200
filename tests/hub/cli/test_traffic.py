from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.config.loading import load
from hub.store import deliveries, print_jobs
from hub.store.database import Database
from hub.store.print_jobs import PrintJob
from outbound.channel import InDoubt, Refused
from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.invoices import ubl, wrong_sum

BOOK = """key,name,country,email,street,city,post_code
K1,Buyer,DE,buyer@kunde.example,Weg 1,Berlin,10115
K2,Other,DE,other@kunde.example,Weg 2,Berlin,10115
"""
ITEMS = """customer,number,issue_date,due_date,currency,amount,open
K1,R-1,2026-09-01,2026-10-01,EUR,119.00,119.00
K1,R-2,2026-09-05,2026-10-05,EUR,50.00,50.00
K2,R-3,2026-11-01,2026-12-01,EUR,10.00,10.00
K9,R-4,2026-09-01,2026-10-01,EUR,10.00,10.00
"""


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_bytes(ubl())
    (tmp_path / "bad.xml").write_bytes(wrong_sum("R-2"))
    (tmp_path / "corrected.xml").write_bytes(ubl(number="R-2"))
    (tmp_path / "noise.dat").write_bytes(b"\x89noise")
    (tmp_path / "book.csv").write_text(BOOK)
    (tmp_path / "items.csv").write_text(ITEMS)


def submit(facteur: Facteur, hub: Hub, *names: str) -> list[str]:
    """Submit files, let the hub work, and return the submissions' ids."""
    shown = facteur("submit", "--sender", "erp", "--json", *names)
    assert shown.code == 0
    hub.work()
    return [one["submission"] for one in shown.json]


def test_a_file_is_taken_once_and_can_be_followed_to_its_end(facteur: Facteur, hub: Hub) -> None:
    first = facteur("submit", "--sender", "erp", "good.xml")
    again = facteur("submit", "--sender", "erp", "good.xml")
    assert (first.code, again.code) == (0, 0)
    assert again.out == first.out.replace("\n", "  (came before)\n")
    submission = first.out.split()[0]
    waiting = facteur("status", submission)
    assert (waiting.code, waiting.out.splitlines()[0]) == (0, f"{submission}  good.xml  received")
    hub.work()
    by_number, by_id = facteur("status", "R-1"), facteur("status", f"{submission}-1")
    assert by_number == by_id
    head, *timeline = by_number.out.splitlines()
    assert head == f"{submission}-1  R-1  handed over"
    rooms = [line.split()[2] for line in timeline]
    assert rooms == [
        "receive",
        "receive",
        "read",
        "enrich",
        "check",
        "route",
        "render",
        "sign",
        "send",
    ]
    status = facteur("status", "R-1", "--json").json
    assert status["deliveries"][0]["channel"] == "post"
    assert facteur("status").out.splitlines()[:2] == ["documents    count", "handed over  1"]


def test_the_overview_counts_and_says_by_its_exit_code_what_is_parked(
    facteur: Facteur, hub: Hub
) -> None:
    empty = facteur("status", "--json")
    assert (empty.code, empty.json["documents"]) == (0, {})
    submit(facteur, hub, "good.xml", "bad.xml", "noise.dat")
    shown = facteur("status", "--json")
    assert shown.code == 1
    counted = {name: value for name, value in shown.json.items() if name != "parked"}
    assert counted == {
        "documents": {"handed_over": 1, "parked": 1},
        "deliveries": {"post handed_over": 1},
        "unreadable_files": 1,
        "in_the_rooms": 0,
        "deadlines": [],
        "print": [],
        "archive": [],
    }
    said = facteur("status").out
    assert "post     handed over  1" in said
    assert "1 files unreadable, 0 subjects in the rooms" in said


def test_a_routing_is_explained_before_and_after_it_was_made(facteur: Facteur, hub: Hub) -> None:
    before = facteur("explain", "good.xml")
    assert before.code == 0
    assert before.out.startswith("Goes by post as ubl.\nRule all: test")
    submit(facteur, hub, "good.xml")
    after = facteur("explain", "R-1")
    assert (after.code, after.out) == (0, before.out)
    (decision,) = facteur("explain", "R-1", "--json").json
    assert [road["channel"] for road in decision["roads"]] == ["post", "second"]


def test_no_open_road_is_a_finding(facteur: Facteur, hub: Hub, tmp_path: Path) -> None:
    rules = (tmp_path / "rules.toml").read_text()
    (tmp_path / "rules.toml").write_text(f'{rules}when = {{ country = "FR" }}\n')
    shown = facteur("explain", "good.xml")
    assert shown.code == 1
    assert "country" in shown.out
    assert hub.outboxes["post"].sent == []


def test_what_is_parked_goes_out_corrected(facteur: Facteur, hub: Hub) -> None:
    noise, bad = submit(facteur, hub, "noise.dat", "bad.xml")
    parked = facteur("status", "R-2")
    assert parked.code == 1
    assert parked.out.splitlines()[1].startswith("  BR-CO-15 (BT-112) at /Invoice")
    assert facteur("resubmit", "R-2").out == "R-2: resubmitted\n"
    hub.work()
    assert facteur("status", "R-2").code == 1, "nothing was mended"
    same = facteur("resubmit", "R-2", "bad.xml")
    assert (same.code, same.out) == (2, "")
    assert f"bad.xml: this very file came before as {bad}, so nothing was replaced" in same.err
    replaced = facteur("resubmit", "R-2", "corrected.xml")
    assert (replaced.code, replaced.out.split(" by ")[0]) == (0, "R-2: replaced")
    assert facteur("resubmit", noise, "good.xml").code == 0
    hub.work()
    assert {p.labels["number"] for p in hub.outboxes["post"].sent} == {"R-1", "R-2"}
    states = [facteur("status", one, "--json").json["state"] for one in (noise, f"{bad}-1")]
    assert states == ["superseded", "superseded"]


@pytest.mark.parametrize(("word", "sent"), [("--arrived", 0), ("--again", 1)])
def test_a_doubt_is_decided_by_document_or_delivery(
    facteur: Facteur, hub: Hub, word: str, sent: int
) -> None:
    hub.outboxes["post"].answers = [InDoubt("cut")]
    submit(facteur, hub, "good.xml")
    delivery = facteur("status", "R-1", "--json").json["deliveries"][0]["id"]
    assert facteur("status", "R-1").out.splitlines()[0].endswith("in doubt")
    assert facteur("resubmit", delivery, word).out == f"{delivery}: decided\n"
    hub.work()
    assert len(hub.outboxes["post"].sent) == sent
    assert facteur("status", "R-1").out.splitlines()[0].endswith("handed over")


def test_a_print_job_in_doubt_is_decided_by_its_name(
    facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    hub.outboxes["post"].answers = [InDoubt("cut")]
    submit(facteur, hub, "good.xml")
    made_at = datetime(2026, 11, 20, 17, tzinfo=UTC)
    job = PrintJob(job="post-1", channel="post", state="in_doubt", pieces=1, made_at=made_at)
    database = Database(load(tmp_path / "facteur.toml").database_url)
    with database.transaction() as connection:
        (letter,) = deliveries.listed(connection)
        deliveries.change(connection, letter.id, job=job.job)
        print_jobs.add(connection, job)
    database.close()
    assert facteur("resubmit", "post-1", "--arrived").out == "post-1: decided, 1 letters\n"
    assert facteur("status", "R-1").out.splitlines()[0].endswith("handed over")


def test_a_run_is_shown_before_it_is_made_and_made_once(facteur: Facteur, hub: Hub) -> None:
    facteur("address-book", "book.csv", "--tenant", "nordwind")
    run = ("run", "reminders", "--as-of", "2026-11-20", "--items", "items.csv")
    dry = facteur(*run, "--dry-run")
    assert dry.code == 0
    head, first, *left_out = dry.out.splitlines()
    assert head == "nordwind/reminders/2026-11-20: would send 1, left out 2 items"
    assert first == "  K1  MA-2026-11-20-K1 neutral  2 items  169.00 EUR"
    assert [line.split()[:2] for line in left_out] == [["K2", "R-3"], ["K9", "R-4"]]
    hub.work()
    assert facteur("status", "--json").json["documents"] == {}
    plan = facteur(*run, "--dry-run", "--json").json
    assert [message["number"] for message in plan["messages"]] == ["MA-2026-11-20-K1"]
    assert {entry["reason"] for entry in plan["left_out"]} == {"not_due", "unknown_customer"}

    made = facteur(*run)
    assert made.out == dry.out.replace("would send", "sent")
    hub.work()
    assert facteur(*run).out.splitlines()[0].endswith("sent 0, left out 4 items")
    assert facteur("status", "--json").json["in_the_rooms"] == 0
    assert facteur("status", "MA-2026-11-20-K1", "--json").json["kind"] == "reminder"


MISUSE: dict[str, tuple[tuple[str, ...], str]] = {
    "no settings": (
        ("status", "--config", "none.toml"),
        "none.toml: there is no such file; `facteur init` writes one",
    ),
    "unknown sender": (
        ("submit", "good.xml", "--sender", "sap"),
        "no [sender.sap] in the settings; known: erp, shop",
    ),
    "unknown sender of a file": (
        ("explain", "good.xml", "--sender", "sap"),
        "no [sender.sap] in the settings; known: erp, shop",
    ),
    "missing file": (("submit", "none.xml", "--sender", "erp"), "none.xml: No such file"),
    "empty file": (("submit", "empty.xml", "--sender", "erp"), "empty.xml: the file is empty"),
    "unreadable file": (("explain", "noise.dat"), "IN-FORMAT: noise.dat is in no format"),
    "unknown id": (("status", "R-77"), "R-77: no submission or document has this id or number"),
    "unknown id to explain": (("explain", "R-77"), "R-77: no submission or document has this"),
    "unknown id to resubmit": (("resubmit", "R-77"), "R-77: no submission or document has"),
    "unknown doubt": (("resubmit", "R-77", "--again"), "R-77: not a delivery in doubt"),
    "unknown job": (("resubmit", "post-1", "--arrived"), "post-1: not a delivery in doubt"),
    "both": (("resubmit", "R-77", "--again", "--arrived"), "not allowed with argument"),
    "unknown company": (
        ("run", "reminders", "--tenant", "suedwind"),
        "--tenant must be one of: nordwind",
    ),
    "bad day": (
        ("run", "reminders", "--as-of", "yesterday"),
        "'yesterday' is not a date like 2026-11-20",
    ),
    "bad items": (
        ("run", "reminders", "--items", "book.csv"),
        "book.csv, row 1: column `customer` is missing",
    ),
    "no items": (("run", "reminders", "--items", "none.csv"), "none.csv: No such file"),
    "unknown run": (("run", "dunning"), "invalid choice: 'dunning'"),
    "what replaces nothing": (
        ("submit", "good.xml", "--sender", "erp", "--replaces", "R-77"),
        "R-77: no submission or document has this id or number",
    ),
}


@pytest.mark.parametrize("case", MISUSE)
def test_what_cannot_be_done_is_said_with_exit_2(
    case: str, facteur: Facteur, hub: Hub, tmp_path: Path
) -> None:
    arguments, said = MISUSE[case]
    (tmp_path / "empty.xml").write_bytes(b"")
    shown = facteur(*arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err
    assert "Traceback" not in shown.err
    assert hub.outboxes["post"].sent == []


def test_only_what_is_parked_is_replaced(facteur: Facteur, hub: Hub) -> None:
    hub.outboxes["post"].answers = [Refused("no")]
    submit(facteur, hub, "good.xml")
    for command in (("resubmit", "R-1"), ("resubmit", "R-1", "corrected.xml")):
        shown = facteur(*command)
        assert (shown.code, shown.out) == (2, "")
        assert "not a parked submission or document" in shown.err


def test_two_documents_of_one_number_are_told_apart(facteur: Facteur, hub: Hub) -> None:
    submit(facteur, hub, "good.xml")
    facteur("submit", "--sender", "shop", "good.xml")
    hub.work()
    shown = facteur("status", "R-1")
    assert shown.code == 2
    assert "R-1: several documents have this number: " in shown.err
    assert shown.err.count("-1") == 3
