"""Everything that waits for a person, by cause, with what can be done; and all of it at once."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from formats.findings import Actor
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.stated import Stated
from hub.runs.deadlines import watch
from hub.store import calls, deliveries, documents, print_jobs
from hub.store.calls import Call
from hub.store.print_jobs import PrintJob
from hub.worklist.acting import retry_chosen
from hub.worklist.gathering import of_group, of_sender, worklist
from hub.worklist.items import Act, Group
from outbound.channel import Deferred, DeliveryState, InDoubt, Refused, Stray
from routing_rules.time_limits import load
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum
from tests.hub.pipeline.test_runner import drop, only
from tests.hub.runs.test_deadlines import CONTRACT


def doubt(home: Home) -> str:
    home.post.answers = [InDoubt("cut")]
    return f"{drop(home, ubl())}-1-d0"


def job(home: Home) -> str:
    delivery = doubt(home)
    made = PrintJob(job="p-1", channel="post", state="in_doubt", pieces=1, made_at=home.clock.now)
    with home.house.database.transaction() as connection:
        print_jobs.add(connection, made)
        deliveries.change(connection, delivery, job="p-1")
    return "p-1"


def call(cause: Call) -> Callable[[Home], str]:
    def made(home: Home) -> str:
        delivery = f"{drop(home, ubl())}-1-d0"
        with home.house.database.transaction() as connection:
            calls.call(connection, delivery, cause)
        return delivery

    return made


def late(home: Home) -> str:
    home.house = replace(home.house, limits=load([("own.toml", CONTRACT)], shipped=False))
    document = only(home, drop(home, ubl())).id
    home.clock.forward(hours=25)
    watch(home.house)
    return document


def difference(home: Home) -> str:
    said = Stated(count=2)
    arrival = Arrival(
        data=ubl(), name="run", tenant="nordwind", sender="erp", door="api", stated=said
    )
    file, _ = receive(home.house, arrival)
    home.run()
    return file.id


def undelivered(home: Home) -> str:
    home.post.answers, home.second.answers = [Refused("no")], [Refused("nor here")]
    return only(home, drop(home, ubl())).id


CASES = {
    "doubt": (doubt, "doubt", Act.STATE, Actor.OPERATOR, False),
    "print job": (job, "job", Act.STATE, Actor.OPERATOR, False),
    "silence": (call(Call.UNCONFIRMED), "unconfirmed", Act.STATE, Actor.OPERATOR, False),
    "returned letter": (call(Call.ADDRESS), "address", Act.LOOK, Actor.OPERATOR, False),
    "contradicted": (call(Call.CONTRADICTED), "contradicted", Act.LOOK, Actor.OPERATOR, False),
    "copy": (call(Call.COPY), "copy", Act.RETRY, Actor.OPERATOR, True),
    "deadline": (late, "missed", Act.NONE, Actor.OPERATOR, False),
    "control total": (difference, "difference", Act.SETTLE, Actor.OPERATOR, False),
    "no road left": (undelivered, "parked", Act.RETRY, Actor.OPERATOR, True),
    "a rule broken": (
        lambda home: only(home, drop(home, wrong_sum())).id,
        "parked",
        Act.RETRY,
        Actor.ERP,
        True,
    ),
    "unreadable": (lambda home: drop(home, b"\x00?"), "parked", Act.RETRY, Actor.ERP, True),
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("case", CASES)
def test_each_thing_that_waits_is_listed_with_who_must_do_what(home: Home, case: str) -> None:
    made, kind, act, actor, again = CASES[case]
    subject = made(home)
    (group,) = worklist(home.house, "nordwind")
    (item,) = group.items
    assert (group.kind, group.act, group.actor, item.again) == (kind, act, actor, again)
    assert (item.subject, item.sender) == (subject, "erp")
    assert group.fix
    assert group.title
    assert item.words
    assert worklist(home.house, "others") == []
    assert of_group(home.house, None, group.id) == group
    assert of_group(home.house, "others", group.id) is None
    assert of_sender([group], "shop") == []
    assert of_sender([group], "erp") == [group]


def test_what_goes_its_way_waits_for_nobody(home: Home) -> None:
    drop(home, ubl(number="R-1"))
    home.post.answers = [Deferred("busy")]
    drop(home, ubl(number="R-2"))
    assert worklist(home.house) == []


def many(home: Home, count: int) -> tuple[Group, list[str]]:
    """Return the group of documents that no road took."""
    made = []
    for number in range(count):
        home.post.answers, home.second.answers = [Refused("no")], [Refused("nor here")]
        made.append(only(home, drop(home, ubl(number=f"N-{number}"))).id)
    (group,) = worklist(home.house)
    return group, made


def test_a_group_is_retried_as_a_whole_or_in_part_and_says_first_what_it_would_do(
    home: Home,
) -> None:
    group, made = many(home, 5)
    some = made[:2]
    would = retry_chosen(home.house, "nordwind", who="x", group=group.id, dry_run=True)
    assert {each.subject for each in would} == set(made)
    assert all(not each.why for each in would)
    with home.house.database.transaction() as connection:
        assert documents.counts(connection) == {"parked": 5}
    done = retry_chosen(home.house, "nordwind", who="x", subjects=some)
    assert sorted(each.subject for each in done) == sorted(some)
    again = retry_chosen(home.house, "nordwind", who="x", subjects=some)
    assert [bool(each.why) for each in again] == [True, True]
    home.run()
    assert len(home.post.sent) == 2
    assert retry_chosen(home.house, "others", who="x", group=group.id) == []
    rest = retry_chosen(home.house, "nordwind", who="x", group=group.id)
    assert sorted(each.subject for each in rest) == sorted(made[2:])
    home.run()
    keys = [parcel.key for parcel in home.post.sent]
    assert (len(keys), len(set(keys))) == (5, 5)


def test_two_clicks_at_once_send_nothing_twice(home: Home) -> None:
    group, made = many(home, 4)
    start = threading.Barrier(3)
    done: list[str] = []

    def click() -> None:
        start.wait()
        tried = retry_chosen(home.house, None, who="x", group=group.id)
        done.extend(each.subject for each in tried if not each.why)

    threads = [threading.Thread(target=click) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(made)
    home.run()
    assert len(home.post.sent) == 4


def test_a_copy_that_was_refused_goes_again_under_a_new_key(home: Home) -> None:
    delivery = call(Call.COPY)(home)
    with home.house.database.transaction() as connection:
        deliveries.change(connection, delivery, state=DeliveryState.REJECTED, copy_of="other")
    (done,) = retry_chosen(home.house, None, who="x", subjects=[delivery])
    assert not done.why
    home.run()
    assert [parcel.key for parcel in home.post.sent] == [f"{delivery}.0", f"{delivery}.0.1"]
    assert worklist(home.house) == []


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("a.xml", b"<!DOCTYPE a [<!ENTITY b '1'>]><a>&b;</a>", "XML with a DOCTYPE"),
        ("a.xml", b"<Invoice><", "The XML is not well-formed"),
        ("a.zip", b"PK\x03\x04" + bytes(99), "A packed file that cannot be opened"),
        ("a.pdf", b"%PDF-1.7 and no more", "The PDF is broken"),
        ("a.dat", bytes(99), "The format is not known"),
    ],
)
def test_a_file_that_cannot_be_read_is_called_by_what_it_is(
    home: Home, name: str, content: bytes, title: str
) -> None:
    arrival = Arrival(data=content, name=name, tenant="nordwind", sender="erp", door="api")
    receive(home.house, arrival)
    home.run()
    assert [group.title for group in worklist(home.house, None)] == [title]


def test_mail_that_only_a_person_can_read_is_listed_with_its_place(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = Stray(place="/bounces/cur/1:2,", author="a…@kunde.example", subject="Hello", sent=None)
    monkeypatch.setattr(home.post, "strays", lambda *, here: [left] if here else [], raising=False)
    [group] = [each for each in worklist(home.house) if each.kind == "stray"]
    [item] = group.items
    assert (item.title, item.customer, item.words) == ("Hello", left.author, left.place)
    assert "mark it as seen" in group.fix
    assert worklist(home.house, "nordwind") == []


@pytest.mark.parametrize(
    ("kind", "minutes", "more"),
    [
        ("sftp", 0, "; post is asked what became of it: wait until 2026-11-20 09:02 UTC"),
        ("sftp", 2, ""),
        ("email", 0, ""),
    ],
)
def test_a_doubt_that_may_yet_end_by_itself_says_until_when_to_wait(
    home: Home, kind: str, minutes: int, more: str
) -> None:
    doubt(home)
    home.run()
    home.clock.forward(minutes=minutes)
    asked = replace(
        home.house, config=changed(home.house.config, channels={"post": {"kind": kind}})
    )
    (group,) = worklist(asked)
    assert [item.words for item in group.items] == [f"cut{more}"]
