"""Who is told what: every receiver of the sender, each state once, nobody else's documents."""

import msgspec
from msgspec.structs import replace

from formats.answers.notice import Notice
from formats.findings import Finding
from hub.answers.files import tell_by_file
from hub.pipeline.confirm import confirm
from hub.pipeline.receive import Arrival, receive
from hub.store import submissions
from hub.store.submissions import SubmissionState
from outbound.channel import DeliveryState, Event
from tests.hub.answers.desk import drop, kept, note, receivers, table
from tests.hub.houses import Home
from tests.hub.invoices import CLEAN, ubl


def told(home: Home) -> list[tuple[str, str]]:
    notices = [msgspec.json.decode(each.content, type=Notice) for each in kept(home)]
    return [(notice.id.partition("-")[0], notice.state) for notice in notices]


def test_a_delivered_document_is_told_in_its_last_state(home: Home) -> None:
    known = receivers(home, table("all", "csv"))
    document = f"{drop(home, ubl())}-1"
    home.run()
    note(home, known)
    (notice,) = (msgspec.json.decode(each.content, type=Notice) for each in kept(home))
    assert (notice.document, notice.number, notice.file) == (document, "R-1", "a.xml")
    assert (notice.state, notice.channel, notice.channel_state) == (
        "handed_over",
        "post",
        "handed_over",
    )
    assert notice.words == "handed over to post, which has not confirmed delivery yet"


def test_what_happens_later_is_told_later_and_nothing_twice(home: Home) -> None:
    known = receivers(home, table("all", "csv"))
    drop(home, ubl())
    note(home, known)
    assert told(home) == []
    home.run()
    note(home, known)
    note(home, known)
    assert told(home) == [("all", "handed_over")]
    home.post.reports.append(
        Event(
            parcel_key=home.post.sent[0].key,
            external_id=None,
            state=DeliveryState.DELIVERED,
            reason="MLS AP",
            source="report-1",
        )
    )
    confirm(home.house, "post")
    home.run()
    note(home, known)
    assert told(home) == [("all", "handed_over"), ("all", "delivered")]


def test_each_wants_its_own_states_and_senders_hear_of_their_own(home: Home) -> None:
    known = receivers(
        home,
        table("faults", "csv", 'states = ["parked"]')
        + table("all", "csv")
        + '[answer.shop]\nsender = "shop"\nform = "csv"\nfolder = "shop-status"\n',
    )
    drop(home, ubl())
    drop(home, ubl(number="R-2", currency=None), "b.xml")
    drop(home, b"no format at all", "c.dat")
    home.run()
    note(home, known)
    assert sorted(told(home)) == [
        ("all", "handed_over"),
        ("all", "parked"),
        ("all", "parked"),
        ("faults", "parked"),
        ("faults", "parked"),
    ]


def test_a_file_that_gave_no_document_is_told_with_its_fault(home: Home) -> None:
    known = receivers(home, table("all", "csv"))
    drop(home, b"no format at all", "c.dat")
    home.run()
    note(home, known)
    (notice,) = (msgspec.json.decode(each.content, type=Notice) for each in kept(home))
    assert (notice.document, notice.file, notice.state) == ("", "c.dat", "parked")
    assert [finding.rule for finding in notice.findings] == ["IN-FORMAT"]


def test_what_parks_it_is_told_first_whatever_else_was_found(home: Home) -> None:
    known = receivers(home, table("all", "csv"))
    assert CLEAN.seller is not None
    seller = replace(CLEAN.seller, vat_identifier="DE900000000")
    drop(home, ubl(seller=seller, currency=None))
    home.run()
    note(home, known)
    (notice,) = (msgspec.json.decode(each.content, type=Notice) for each in kept(home))
    assert [finding.rule for finding in notice.findings][:1] == ["IN-SELLER"]
    (currency,) = (each for each in notice.findings if each.rule == "BR-05")
    assert notice.words == f"parked: {currency.message}"


def test_a_duplicate_says_which_came_first(home: Home) -> None:
    known = receivers(home, table("all", "csv", 'states = ["duplicate"]'))
    first = drop(home, ubl())
    home.run()
    receive(
        home.house,
        Arrival(data=ubl() + b"\n", name="b.xml", tenant="nordwind", sender="erp", door="api"),
    )
    home.run()
    note(home, known)
    (notice,) = (msgspec.json.decode(each.content, type=Notice) for each in kept(home))
    assert first in notice.words


def test_without_receivers_marks_do_not_pile_up(home: Home) -> None:
    drop(home, ubl())
    home.run()
    note(home, {})
    later = receivers(home, table("all", "csv"))
    note(home, later)
    assert kept(home) == []


def test_what_no_xml_can_carry_stands_in_no_ones_way(home: Home) -> None:
    known = receivers(home, table("xml", "application-response"))
    drop(home, b"number;\x01\x02 odd", "odd\x01.dat")
    with home.house.database.transaction() as connection:
        row = submissions.listed(connection, tenant=None, state=None, limit=1)[0]
        odd = Finding(rule="R", message="a \x01 b\ufffe", place="row\x02", fix="mend\x03")
        submissions.settle(connection, row.id, state=SubmissionState.PARKED, findings=[odd])
    note(home, known)
    assert tell_by_file(home.house, known["xml"]) == 1
