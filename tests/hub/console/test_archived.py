import hashlib

import pytest

from archive.entry import Entry, Query
from tests.hub.console.town import HOSTILE, Town


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("number_fragment=R-4", {"R-4"}),
        ("name_fragment=societe", {"R-4", "MA-2026-11-20-F1"}),
        ("customer=F1&document_kind=invoice", {"R-4"}),
        ("state=delivered", {"R-6"}),
        ("amount_from=1000", {"MA-2026-11-20-F1"}),
        ("amount_to=119.00&channel=second&step=send", {"R-4"}),
        ("issued_from=2026-11-21", set()),
        ("issued_to=2026-11-20&currency=EUR&step=check&number_fragment=R-2", {"R-2"}),
    ],
)
def test_the_archive_is_asked_as_an_auditor_asks(town: Town, query: str, numbers: set[str]) -> None:
    text = town.clerk.get(f"/archive?{query}&limit=1000").text
    every = {entry.fields.get("number", "") for entry in _every(town)} - {"", HOSTILE, "9" * 120}
    found = {number for number in every if f">{number}</a>" in text}
    assert found == numbers
    assert ("Nothing is kept" in text) is (not numbers)


def _every(town: Town) -> tuple[Entry, ...]:
    return town.home.house.archive.find(Query(limit=1000))


def test_what_cannot_be_meant_is_said_all_at_once(town: Town) -> None:
    answer = town.clerk.get("/archive?issued_from=gestern&amount_from=NaN&amount_to=1e99")
    assert answer.status_code == 422
    for words in ("gestern", "NaN", "1e99", "2026-11-20", "1250.00"):
        assert words in answer.text


def test_a_short_list_says_how_to_see_more(town: Town) -> None:
    text = town.clerk.get("/archive?step=").text
    assert len(_every(town)) > 50
    assert '<a href="/archive?&amp;limit=200">' in text
    narrow = town.clerk.get("/archive?number_fragment=R-1").text
    assert "limit=" not in narrow


def test_an_entry_gives_its_files_and_its_proof(town: Town) -> None:
    entry = town.home.house.archive.entries(document=town.documents["delivered"])[-1]
    assert entry.step == "confirm"
    text = town.clerk.get(f"/archive/{entry.id}").text
    for item in entry.items:
        assert item.sha256 in text
        answer = town.clerk.get(f"/archive/{entry.id}/{item.sha256}")
        assert hashlib.sha256(answer.content).hexdigest() == item.sha256
    proof = town.clerk.get(f"/archive/{entry.id}/proof")
    assert proof.text == town.home.house.archive.proof(entry.id)
    assert "facteur archive verify" in text


def test_html_that_a_peer_sent_is_saved_and_never_shown(town: Town) -> None:
    entry = town.home.house.archive.entries(document=town.documents["delivered"])[-1]
    report = next(item for item in entry.items if item.name == "report.html")
    answer = town.clerk.get(f"/archive/{entry.id}/{report.sha256}")
    assert answer.content == HOSTILE.encode()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''report.html"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox"


def test_a_file_is_given_by_its_own_entry_alone(town: Town) -> None:
    first, *_, last = town.home.house.archive.entries(document=town.documents["handed_over"])
    assert town.clerk.get(f"/archive/{first.id}/{last.items[0].sha256}").status_code == 404


def test_runs_show_whom_they_wrote_to(town: Town) -> None:
    text = town.clerk.get("/runs").text
    assert "nordwind/reminders/2026-11-20" in text
    assert ">MA-2026-11-20-F1</a>" in text
    assert "MA-2026" not in town.stranger.get("/runs").text
