from html import unescape
from typing import Any

import pytest

from archive.entry import Query
from formats.model import Identifier, Party
from hub.store import recipients
from outbound.mail_encryption import one_line
from routing_rules.recipient import Recipient
from tests.hub.console.town import Person, drop, on_sqlite
from tests.hub.houses import Home
from tests.hub.invoices import ubl
from tests.outbound.test_mail_encryption import BAD, GOOD

BOOK = "key;name;country;email\n7;Sieben & Söhne <AG>;DE;sieben@kunde.example\n8;Acht;FR;\n"
WHOLE = {
    "tenant": "nordwind",
    "new": "no",
    "key": "K9",
    "name": "Neun & Co",
    "group": "trade",
    "language": "de",
    "email": "neun@kunde.example",
    "line_1": "Weg 9",
    "line_2": "Hof",
    "post_code": "10115",
    "city": "Berlin",
    "country": "DE",
    "vat_identifier": "DE999999999",
    "endpoint_scheme": "9930",
    "endpoint_id": "DE999999999",
    "capabilities": "xrechnung facturx",
    "wishes": "second post",
    "folder": "neun",
    "smime_certificate": one_line(GOOD["without a word"]),
}


def entry(home: Home, key: str, tenant: str = "nordwind") -> Recipient | None:
    with home.house.database.transaction() as connection:
        return recipients.get(connection, tenant, key)


def shown(text: str) -> dict[str, str]:
    """Return what stands in the fields of a form."""
    fields = text.split("<fieldset>", 1)[1].split("</form>", maxsplit=1)[0].split("<input ")[1:]
    pairs = (field.split(">")[0] for field in fields)
    return {
        pair.split('name="')[1].split('"')[0]: unescape(pair.split('value="')[1].split('"')[0])
        for pair in pairs
    }


def test_an_address_book_is_taken_from_csv(home: Home, clerk: Person) -> None:
    file = {"file": ("book.csv", BOOK.encode())}
    answer = clerk.post("/recipients", files=file, tenant="nordwind")
    assert answer.headers["location"] == "/recipients?taken=2"
    assert "2 recipients taken" in clerk.get(answer.headers["location"]).text
    assert entry(home, "7") == Recipient(
        key="7", name="Sieben & Söhne <AG>", country="DE", email="sieben@kunde.example"
    )
    found = clerk.get("/recipients?q=SIEBEN").text
    assert "Sieben &amp; Söhne &lt;AG&gt;" in found
    assert "Acht" not in found


@on_sqlite
@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b"key,name\n1,A\n1,B\n,C\n", ("row 3, column key", "row 4, column key")),
        (b"key,name,colour\n1,A,red\n", ("unknown column", "colour")),
        (b"key,name\n1,\xff\n", ("not UTF-8",)),
        (b"", ("is missing",)),
    ],
)
def test_a_faulty_book_changes_nothing_and_all_faults_are_named(
    home: Home, clerk: Person, data: bytes, faults: tuple[str, ...]
) -> None:
    file = {"file": ("book.csv", data)}
    answer = clerk.post("/recipients", files=file, tenant="nordwind")
    assert answer.status_code == 422
    assert [fault for fault in faults if fault not in answer.text] == []
    assert entry(home, "1") is None


def test_an_entry_is_written_by_hand_read_back_and_changed(home: Home, clerk: Person) -> None:
    answer = clerk.post("/recipient", **WHOLE | {"new": "yes"})
    place = answer.headers["location"]
    assert place == "/recipient?tenant=nordwind&key=K9&saved=true"
    form = shown(clerk.get(place).text)
    assert form == {name: WHOLE.get(name, "") for name in form}
    assert set(form) >= set(WHOLE) - {"new", "tenant", "key"}
    clerk.post("/recipient", **WHOLE | {"name": "Neun AG", "line_1": "", "line_2": "", "city": ""})
    changed = entry(home, "K9")
    assert changed is not None
    assert (changed.name, changed.wishes) == ("Neun AG", ("second", "post"))
    assert changed.address is not None
    assert (changed.address.city, changed.address.post_code) == (None, "10115")
    first, second = reversed(home.house.archive.find(Query(step="address-book")))
    assert [entry.fields["new"] for entry in (first, second)] == ["1", "0"]
    assert first.fields["who"].startswith("console session ")


@on_sqlite
def test_what_the_form_does_not_have_stays(home: Home, clerk: Person) -> None:
    gln = Identifier(value="4399902421386", scheme="0088")
    first = Recipient(key="K9", name="Neun", identifiers=(gln,))
    with home.house.database.transaction() as connection:
        recipients.put(connection, "nordwind", [first], now=home.clock.now)
    assert clerk.post("/recipient", **WHOLE).status_code == 303
    changed = entry(home, "K9")
    assert changed is not None
    assert changed.identifiers == (Identifier(value="DE999999999", scheme="vat"), gln)


@on_sqlite
@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (
            {"name": "", "email": "a b@c", "country": "Germany", "language": "deutsch"},
            ("is needed", "one address", "two capital letters", "two small letters"),
        ),
        ({"smime_certificate": "MIIB"}, ("not one certificate in PEM",)),
        ({"smime_certificate": BAD["another's"][0]}, ("of another email address",)),
        ({"endpoint_id": ""}, ("go together",)),
        ({"endpoint_scheme": ""}, ("go together",)),
        ({"wishes": "post pigeon"}, ("no channel is called pigeon; known: post, second",)),
        ({"new": "yes", "key": "K1"}, ("this number already",)),
        ({"new": "yes", "key": " "}, ("is needed",)),
    ],
)
def test_all_faults_of_a_form_are_named_at_once_and_nothing_is_kept(
    home: Home, clerk: Person, change: dict[str, Any], faults: tuple[str, ...]
) -> None:
    before = entry(home, "K1")
    values = WHOLE | {"new": "no", "key": "K1"} | change
    answer = clerk.post("/recipient", **values)
    assert answer.status_code == 422
    assert [fault for fault in faults if fault not in answer.text] == []
    assert shown(answer.text)["city"] == "Berlin"
    assert entry(home, "K1") == before
    assert entry(home, "K9") is None


@on_sqlite
def test_an_entry_that_is_not_there_is_not_made_by_changing_it(home: Home, clerk: Person) -> None:
    assert clerk.post("/recipient", **WHOLE).status_code == 404
    assert clerk.post("/recipient", **WHOLE | {"new": "yes", "tenant": "x"}).status_code == 404
    assert entry(home, "K9") is None


@on_sqlite
@pytest.mark.parametrize("key", ["a/b", "..", "a b&c=d", "Ü?#"])
def test_any_customer_number_has_a_page(home: Home, clerk: Person, key: str) -> None:
    answer = clerk.post("/recipient", **WHOLE | {"new": "yes", "key": key})
    page = clerk.get(answer.headers["location"]).text
    assert entry(home, key) is not None
    assert "Saved." in page
    listed = clerk.get("/recipients").text
    href = listed.split('href="/recipient?tenant=nordwind&amp;key=')[1:]
    assert all(
        clerk.get(f"/recipient?tenant=nordwind&key={each.split(chr(34))[0]}").status_code == 200
        for each in href
    )


@on_sqlite
def test_a_parked_document_leads_to_a_form_that_knows_its_customer(
    home: Home, clerk: Person
) -> None:
    stranger = Party(name="Zehn <& Söhne>", identifiers=(Identifier(value="K10"),))
    document = f"{drop(home, ubl(buyer=stranger))}-1"
    page = clerk.get(f"/documents/{document}").text
    link = unescape(page.split('<a class="button strong" href="')[1].split('"')[0])
    form = clerk.get(link).text
    assert unescape(form).count('value="Zehn <& Söhne>"') == 1
    assert 'name="key" type="text" value="K10"' in form
    assert "<& Söhne>" not in form
    assert form.count("autofocus") == 1
    assert 'name="line_1" type="text" value="" autocomplete="off" autofocus' in form
    filled = WHOLE | {"new": "yes", "key": "K10", "name": "Zehn <& Söhne>", "parked": document}
    saved = clerk.get(clerk.post("/recipient", **filled).headers["location"]).text
    assert f'action="/parked/{document}/again"' in saved
