import re
from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from hub.answers.gathering import gather_all
from hub.answers.receivers import receivers_of
from hub.config.companies import Answer
from hub.store import deliveries, documents, notices, submissions
from hub.store.documents import DocumentState
from hub.store.notices import NoticeState
from outbound.channel import DeliveryState, InDoubt, Refused
from tests.hub.console.town import Person, drop, entered, on_sqlite, served
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum

BY = {"who": "A. Clerk", "reason": "rang the customer"}


def state(home: Home, subject: str) -> str:
    with home.house.database.transaction() as connection:
        found = documents.get(connection, subject) or submissions.get(connection, subject)
    assert found is not None
    return found.state


def undelivered(home: Home, number: str) -> str:
    """Send an invoice in that no road takes; returns the document."""
    home.post.answers = [Refused("no such address")]
    home.second.answers = [Refused("nor here")]
    return f"{drop(home, ubl(number=number))}-1"


def test_one_is_sent_through_again(home: Home, clerk: Person) -> None:
    document = undelivered(home, "R-1")
    answer = clerk.post(f"/parked/{document}/again")
    assert answer.headers["location"] == f"/documents/{document}"
    home.run()
    assert state(home, document) == DocumentState.HANDED_OVER
    assert "resubmitted by console session " in clerk.get(f"/documents/{document}").text
    assert clerk.post(f"/parked/{document}/again").status_code == 409


def test_all_of_one_cause_are_sent_through_again_and_no_other(home: Home, clerk: Person) -> None:
    stuck = [undelivered(home, f"R-{n}") for n in range(3)]
    other = f"{drop(home, wrong_sum('R-9'))}-1"
    text = clerk.get("/parked").text
    assert text.index("IN-UNDELIVERED") < text.index("BR-CO-15")
    fix = "correct the recipient in the address book, then resubmit"
    answer = clerk.post("/parked/causes", rule="IN-UNDELIVERED", fix=fix)
    assert answer.headers["location"] == "/parked?done=3&left=0"
    assert "3 resubmitted." in clerk.get(answer.headers["location"]).text
    home.run()
    assert {state(home, document) for document in stuck} == {DocumentState.HANDED_OVER}
    assert state(home, other) == DocumentState.PARKED
    again = clerk.post("/parked/causes", rule="IN-UNDELIVERED", fix=fix)
    assert again.headers["location"] == "/parked?done=0&left=0"


@on_sqlite
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"R-1", "R-2", "R-3", "garbage.dat"}),
        ("?sender=shop", {"R-2"}),
        ("?actor=operator", {"R-3"}),
        ("?sender=erp&actor=erp", {"R-1", "garbage.dat"}),
        ("?sender=nobody", set()),
    ],
)
def test_what_is_parked_is_looked_through_by_sender_and_actor(
    home: Home, clerk: Person, query: str, shown: set[str]
) -> None:
    drop(home, wrong_sum("R-1"))
    drop(home, wrong_sum("R-2"), sender="shop")
    undelivered(home, "R-3")
    drop(home, b"garbage", "garbage.dat")
    text = clerk.get(f"/parked{query}").text
    assert set(re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', text)) == shown


@on_sqlite
def test_resubmitting_what_is_shown_of_a_sender_leaves_the_others(
    home: Home, clerk: Person
) -> None:
    kept, sent = (
        f"{drop(home, wrong_sum(number), sender=sender)}-1"
        for number, sender in (("R-1", "erp"), ("R-2", "shop"))
    )
    fix = re.search(r'name="fix" value="([^"]*)"', clerk.get("/parked").text)
    assert fix
    answer = clerk.post("/parked/causes", rule="BR-CO-15", fix=fix[1], sender="shop")
    assert answer.headers["location"] == "/parked?done=1&left=0"
    assert (state(home, kept), state(home, sent)) == ("parked", "working")


@on_sqlite
def test_all_faults_of_a_document_are_listed(home: Home, clerk: Person) -> None:
    drop(home, wrong_sum().replace(b">2026-11-20<", b">20th of November<"))
    text = clerk.get("/parked").text
    assert "&#39;20th of November&#39; is not a date" in text
    assert "119.00" in text[text.index("<details><summary>and ") :]


@on_sqlite
def test_a_parked_file_is_shown_with_its_fault(home: Home, clerk: Person) -> None:
    file = drop(home, b"<Invoice>\n<a>\n</b>\n</Invoice>", "broken.xml")
    page = clerk.get(f"/submissions/{file}").text
    wrong = page[page.index('class="wrong"') :]
    assert '<th scope="row">3</th>' in wrong[:100]
    assert wrong.index("&lt;/b&gt;") < wrong.index('class="why"') < wrong.index("To do: ")
    assert f'href="/submissions/{file}/source"' in page


@on_sqlite
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "will be told by the answer sap (CSV)"),
        ({"state": NoticeState.TOLD, "file": "sap-1.csv"}, "names the one fault"),
        (
            {"state": NoticeState.FAILED, "reason": "410 gone"},
            "could not be told by sap (CSV): 410",
        ),
        ({"state": NoticeState.UNFIT}, "has no form for this document"),
        (None, "no answer is configured for this sender"),
    ],
)
def test_a_page_says_whether_the_sender_was_told(
    home: Home, clerk: Person, change: dict[str, str] | None, words: str
) -> None:
    if change is not None:
        answer = Answer(sender="erp", form="csv", folder="status")
        home.house = replace(home.house, config=changed(home.house.config, answers={"sap": answer}))
        clerk = entered(home, served(home), "*")
    document = f"{drop(home, wrong_sum())}-1"
    if change:
        gather_all(home.house, receivers_of(home.house.config))
        with home.house.database.transaction() as connection:
            (kept,) = notices.of_subjects(connection, [document])[document]
            notices.change(connection, [kept.id], **change)
    assert words in clerk.get(f"/documents/{document}").text


@pytest.mark.parametrize("wrong", ["document", "broken document", "file"])
def test_a_corrected_file_takes_the_place_of_a_parked_one(
    home: Home, clerk: Person, wrong: str
) -> None:
    data = {
        "document": wrong_sum(),
        "broken document": ubl().replace(b">2026-11-20<", b">20th of November<"),
        "file": b"garbage",
    }[wrong]
    subject = drop(home, data) + ("" if wrong == "file" else "-1")
    answer = clerk.post(f"/parked/{subject}/file", files={"file": ("new.xml", ubl())})
    place = answer.headers["location"]
    assert place.startswith("/submissions/")
    home.run()
    assert state(home, subject) == "superseded"
    assert state(home, place.removeprefix("/submissions/") + "-1") == DocumentState.HANDED_OVER
    assert f"<code>{subject}</code>" in clerk.get(place).text
    late = clerk.post(f"/parked/{subject}/file", files={"file": ("later.xml", ubl(number="R-2"))})
    assert late.status_code == 409


@on_sqlite
def test_the_same_file_again_changes_nothing_and_says_so(home: Home, clerk: Person) -> None:
    subject = drop(home, b"garbage")
    answer = clerk.post(f"/parked/{subject}/file", files={"file": ("same.xml", b"garbage")})
    assert "not taken twice" in clerk.get(answer.headers["location"]).text
    assert state(home, subject) == "parked"


@on_sqlite
@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        ({"file": ("empty.xml", b"")}, 422, "the file is empty"),
        ({"file": ("big.xml", bytes((1 << 20) + 1))}, 422, "max_file_mb"),
        ({"file": ("huge.xml", bytes(3 << 20))}, 413, "max_file_mb"),
        ({"other": ("a.xml", b"a")}, 422, "No file was chosen"),
        (None, 422, "No file was chosen"),
    ],
    ids=["empty", "big", "huge", "misnamed", "none"],
)
def test_a_file_that_cannot_be_taken_leaves_all_as_it_was(
    home: Home, clerk: Person, files: dict[str, tuple[str, bytes]] | None, status: int, words: str
) -> None:
    subject = drop(home, b"garbage")
    answer = clerk.post(f"/parked/{subject}/file", files=files)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert state(home, subject) == "parked"


@on_sqlite
@pytest.mark.parametrize("path", ["again", "file"])
def test_what_has_gone_out_is_neither_sent_again_nor_replaced(
    home: Home, clerk: Person, path: str
) -> None:
    subject = f"{drop(home, ubl())}-1"
    answer = clerk.post(f"/parked/{subject}/{path}", files={"file": ("new.xml", b"new")})
    assert answer.status_code == 409
    assert "at rest already" in answer.text
    assert state(home, subject) == DocumentState.HANDED_OVER
    assert len(home.post.sent) == 1


@pytest.mark.parametrize(
    ("arrived", "after", "sent"),
    [("yes", DeliveryState.HANDED_OVER, 0), ("no", DeliveryState.HANDED_OVER, 1)],
)
def test_a_doubt_is_decided_by_a_person(
    home: Home, clerk: Person, arrived: str, after: str, sent: int
) -> None:
    home.post.answers = [InDoubt("the line went dead")]
    document = f"{drop(home, ubl())}-1"
    text = clerk.get("/parked").text
    assert f'action="/deliveries/{document}-d0/doubt"' in text
    assert (
        clerk.post(f"/deliveries/{document}-d0/doubt", arrived="perhaps", **BY).status_code == 422
    )
    answer = clerk.post(f"/deliveries/{document}-d0/doubt", arrived=arrived, **BY)
    assert answer.headers["location"] == f"/documents/{document}"
    home.run()
    with home.house.database.transaction() as connection:
        found = deliveries.get(connection, f"{document}-d0")
    assert found is not None
    assert (found.state, len(home.post.sent)) == (after, sent)
    assert "console session" in clerk.get(f"/documents/{document}").text
    assert clerk.post(f"/deliveries/{document}-d0/doubt", arrived="yes", **BY).status_code == 409


@on_sqlite
@pytest.mark.parametrize(("arrived", "sent"), [("yes", []), ("no", ["R-1", "R-2"])])
def test_a_print_job_in_doubt_is_one_line_and_decided_as_one(
    home: Home, clerk: Person, arrived: str, sent: list[str]
) -> None:
    home.post.answers = [InDoubt("print job post-1: no answer")] * 2
    letters = [f"{drop(home, ubl(number=number))}-1-d0" for number in ("R-1", "R-2")]
    with home.house.database.transaction() as connection:
        for letter in letters:
            deliveries.change(connection, letter, job="post-1")
    text = clerk.get("/parked").text
    assert text.count('action="/print-jobs/post-1/doubt"') == 1
    assert 'data-label="Letters">2<' in text
    assert not [letter for letter in letters if f"/deliveries/{letter}/doubt" in text]
    assert clerk.post("/print-jobs/post-2/doubt", arrived=arrived, **BY).status_code == 404
    assert clerk.post("/print-jobs/post-1/doubt", arrived="perhaps", **BY).status_code == 422
    assert clerk.post("/print-jobs/post-1/doubt", arrived=arrived, **BY).status_code == 303
    home.run()
    assert sorted(parcel.labels["number"] for parcel in home.post.sent) == sent
    assert "post-1" not in clerk.get("/parked").text
    assert clerk.post("/print-jobs/post-1/doubt", arrived=arrived, **BY).status_code == 409
