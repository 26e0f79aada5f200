import json
from dataclasses import replace
from typing import Any

import pytest

from formats.model import Invoice
from formats.model.terms import TERMS
from hub.console.wording import STATES, strength, words
from hub.pipeline.confirm import confirm
from hub.store import documents
from hub.store.deliveries import GATHERED
from hub.store.documents import DocumentState
from hub.store.submissions import SubmissionState
from outbound.channel import DeliveryState, Event
from tests.archive.filing import draft
from tests.hub.console.town import HOSTILE, Person, Town, drop, entered, named, on_sqlite, served
from tests.hub.houses import Home


def test_every_state_has_words_and_only_proof_is_called_delivered() -> None:
    every = {*DocumentState, *SubmissionState, *DeliveryState, GATHERED}
    assert set(STATES) == every
    assert {state for state in every if words(state).tone == "proven"} == {
        DeliveryState.DELIVERED,
        DeliveryState.BUSINESS_ACCEPTED,
    }
    for state in (DeliveryState.HANDED_OVER, DeliveryState.ACCEPTED_BY_NETWORK):
        said = words(state)
        assert "not proved" in said.sentence
        assert not {"sent", "delivered", "done"} & set(said.label.lower().split())
    assert {state for state in every if strength("email", state)} < set(DeliveryState)


ANSWERS: dict[str, tuple[str, ...]] = {
    "handed_over": (
        "Handed over</h2>",
        "is not proved",
        "<q>taken</q>",
        "<b>technical proof</b>: the next mail server&#39;s answer",
        "Goes by post as ubl.",
        "If that fails",
        "second as ubl",
        "buyer@kunde.example",
    ),
    "letter": ("second (print), as letter-nf", "France takes paper", "country = FR: found FR"),
    "delivered": (
        "Delivered</h2>",
        "250 delivered to mailbox",
        "proof of delivery",
        "report.html",
    ),
    "in_doubt": ("In doubt</h2>", "the line went dead after the last byte", "It arrived"),
    "waiting": ("On its way out</h2>", "450 4.2.1 the mailbox is busy", "2026-11-20 09:05"),
    "undelivered": (
        "Needs a person</h2>",
        "IN-UNDELIVERED",
        "you, the operator",
        "550 &lt;script&gt;",
        "the post office is closed",
        "proof of refusal",
        "Resubmit</button>",
    ),
    "wrong": (
        "BR-CO-15",
        "BT-112 Invoice total amount with VAT",
        "/Invoice/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
        "should be 119.00",
        "send the total without VAT",
        "the ERP",
        "Not decided yet. By today's rules:",
        "Resubmit</button>",
    ),
    "broken": ("20th of November", "What is wrong is in the file itself", "Corrected file"),
    "duplicate": ("Duplicate</h2>", "IN-SAME", "goes out once"),
    "reminder": ("Reminder", "1\N{NARROW NO-BREAK SPACE}284.60 EUR", "A-1", "Days over"),
}
"""What the one page must say of a document, by what became of it."""


@pytest.mark.parametrize("name", ANSWERS)
def test_one_page_answers_whether_they_got_it_and_proves_it(town: Town, name: str) -> None:
    text = town.clerk.get(f"/documents/{town.documents[name]}").text
    assert [each for each in ANSWERS[name] if each not in text] == []
    assert ("Resubmit</button>" in text) is (name in {"undelivered", "wrong"})
    assert ("It arrived</button>" in text) is (name == "in_doubt")


@on_sqlite
def test_what_was_posted_is_said_to_be_posted_and_no_more(home: Home, clerk: Person) -> None:
    file = drop(home, named("Client", "F1", number="R-1"))
    delivery = f"{file}-1-d0"
    assert [parcel.key for parcel in home.second.sent] == [f"{delivery}.0"]
    home.second.reports.append(
        Event(
            parcel_key=f"{delivery}.0",
            external_id=None,
            state=DeliveryState.DELIVERED,
            reason="posted on 2026-11-20",
            evidence=(),
            source="return-1",
        )
    )
    confirm(home.house, "second")
    text = clerk.get(f"/documents/{file}-1").text
    assert [each for each in POSTED if each not in text] == []
    listed = clerk.get("/documents").text + clerk.get("/deliveries").text
    for page in (text, listed, clerk.get("/archive?number=R-1").text):
        assert ">Delivered</span>" not in page
        assert ">Posted</span>" in page


POSTED = ("Posted</h2>", "print partner has reported that it was posted", "proof of posting")


def test_each_field_stands_beside_its_term_and_its_origin(town: Town) -> None:
    text = " ".join(town.clerk.get(f"/documents/{town.documents['handed_over']}").text.split())
    for term, value, origin in (
        ("BT-1", "R-1", "/Invoice/cbc:ID (line "),
        ("BT-84", "DE02120300000000202051", "<b>added</b> from [tenant.nordwind]"),
        ("BT-153", "Hammer", "/cac:Item/cbc:Name"),
        ("BT-115", "119.00", "cbc:PayableAmount"),
    ):
        row = text.split(f'{TERMS[term].name} <span class="term">{term}</span></th>')[1]
        assert row.split("</td>")[0] == f" <td>{value}"
        assert origin in row.split("</tr>")[0]


def test_all_of_a_document_s_fields_are_shown(town: Town) -> None:
    """As many rows as the canonical JSON has values."""

    def values(node: Any) -> int:
        if isinstance(node, dict):
            return sum(values(each) for each in node.values())
        return sum(values(each) for each in node) if isinstance(node, list) else 1

    document = town.documents["handed_over"]
    data = json.loads(town.clerk.get(f"/documents/{document}/data").content)
    assert data.pop("kind") == "invoice"
    assert set(data) < set(Invoice.__struct_fields__)
    text = town.clerk.get(f"/documents/{document}").text
    assert text.count('<td class="origin">') == values(data)


def test_a_pdf_may_be_looked_at_in_our_own_frame_and_anything_else_is_saved(town: Town) -> None:
    letter, invoice = town.documents["letter"], town.documents["hostile"]
    pdf = town.clerk.get(f"/documents/{letter}/rendition/{letter}-d0")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"] == "inline"
    assert "frame-ancestors 'self'" in pdf.headers["content-security-policy"]
    saved = town.clerk.get(f"/documents/{letter}/rendition/{letter}-d0?save=true")
    assert saved.headers["content-disposition"].startswith("attachment")
    xml = town.clerk.get(f"/documents/{invoice}/rendition/{invoice}-d0")
    assert xml.headers["content-disposition"].startswith("attachment")
    assert xml.headers["content-type"] == "application/octet-stream"
    assert xml.content == town.home.house.archive.get(_rendition(town, invoice))
    assert town.clerk.get(f"/documents/{letter}/rendition/{invoice}-d0").status_code == 404


def _rendition(town: Town, document: str) -> str:
    entries = town.home.house.archive.entries(document=document)
    return next(entry for entry in entries if entry.step == "render").items[0].sha256


def test_the_original_file_is_given_back_as_it_came(town: Town) -> None:
    answer = town.clerk.get(f"/submissions/{town.garbage}/original")
    assert answer.content == b"\x00\x01garbage"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''..%2F%3Cscript%3E")
    assert "<" not in disposition
    assert answer.headers["content-security-policy"] == "sandbox"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=R-4", {"R-4"}),
        ("q=fictive", {"R-4", "MA-2026-11-20-F1"}),
        ("q=F1&state=handed_over", {"R-4", "MA-2026-11-20-F1"}),
        ("q=%20r-5%20", {"R-5"}),
        ("state=parked", {"R-2", "R-3", "R-8"}),
        ("state=in_doubt", {"R-5"}),
        ("state=nonsense", set()),
        ("q=R-4&page=2", set()),
    ],
)
def test_documents_are_found_by_number_customer_and_state(
    town: Town, query: str, found: set[str]
) -> None:
    text = town.clerk.get(f"/documents?{query}").text
    with town.home.house.database.transaction() as connection:
        numbers = {row.number for row in documents.found(connection)} - {HOSTILE}
    assert {number for number in numbers if f">{number}</a>" in text} == found
    assert ("Nothing is found" in text) is (not found)


def test_a_long_list_goes_on_on_the_next_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.console.documents.PAGE_SIZE", 5)
    seen: list[str] = []
    page = "/documents?q=&state=&page=1"
    while page:
        text = town.clerk.get(page).text
        seen += [name for name in town.documents.values() if f'href="/documents/{name}"' in text]
        _, _, after = text.partition('rel="next" href="')
        page = after.split('"')[0].replace("&amp;", "&")
    assert sorted(seen) == sorted(town.documents.values())


@on_sqlite
def test_a_document_of_an_older_archive_leads_to_how_it_came(home: Home) -> None:
    taken = replace(draft(7, tenant="nordwind"), document="old-7", step="import")
    (entry,) = home.house.archive.append([taken])
    app = served(home)
    clerk = entered(home, app, "nordwind")
    shown = clerk.get("/documents/old-7")
    assert (shown.status_code, shown.headers["location"]) == (303, f"/archive/{entry.id}")
    assert clerk.get(shown.headers["location"]).status_code == 200
    assert entered(home, app, "other").get("/documents/old-7").status_code == 404
