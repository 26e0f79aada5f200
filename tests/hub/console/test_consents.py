"""The recipient's page: what he agreed to, entered there with a proof, and taken back."""

import pytest

from archive.entry import Query
from hub.store import consents
from tests.hub.console.town import Person, entered, on_sqlite, served
from tests.hub.houses import Home

GIVE = {
    "tenant": "nordwind",
    "key": "K1",
    "consent": "email",
    "how": "contract",
    "on": "2026-11-02",
    "words": "contract <12>",
}
BACK = {"tenant": "nordwind", "key": "K1", "consent": "email", "how": "phone", "words": "rang us"}
PAGE = "/recipient?tenant=nordwind&key=K1"


def in_force(home: Home) -> tuple[str, ...]:
    with home.house.database.transaction() as connection:
        return consents.in_force(connection, "nordwind", ["K1"]).get("K1", ())


def test_a_consent_is_entered_told_and_taken_back(home: Home, clerk: Person) -> None:
    assert "Nothing is agreed." in clerk.get(PAGE).text
    proof = {"file": ("signed form.PDF", b"%PDF-1.7")}
    answer = clerk.post("/recipient/consent", files=proof, **GIVE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#consent")
    shown = clerk.get(PAGE).text
    for words in (
        "agreed by contract<br>on 2026-11-02",
        "agreed to invoices by email by contract on 2026-11-02",
        "“contract &lt;12&gt;”",
    ):
        assert words in shown
    [entry] = home.house.archive.find(Query(tenant="nordwind", step="consent"))
    assert [(item.role, item.name) for item in entry.items] == [
        ("consents", "consents.json"),
        ("proof", "proof.pdf"),
    ]
    assert f"/archive/{entry.id}" in shown
    assert clerk.post("/recipient/consent/withdraw", **BACK).status_code == 303
    assert "took back on the phone: invoices by email" in clerk.get(PAGE).text
    assert in_force(home) == ()


@on_sqlite
@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("", GIVE | {"key": "K9"}, 422),
        ("", GIVE | {"on": "2026-11-21"}, 422),
        ("", GIVE | {"on": "soon"}, 422),
        ("", GIVE | {"consent": "fax"}, 422),
        ("", GIVE | {"how": "fax"}, 422),
        ("", GIVE | {"tenant": "nobody"}, 404),
        ("/withdraw", BACK, 422),
    ],
)
def test_what_cannot_be_entered(
    home: Home, clerk: Person, path: str, fields: dict[str, str], status: int
) -> None:
    assert clerk.post(f"/recipient/consent{path}", **fields).status_code == status
    assert in_force(home) == ()


@on_sqlite
def test_others_recipients_are_not_ours(home: Home) -> None:
    stranger = entered(home, served(home), "suedwind")
    assert stranger.post("/recipient/consent", **GIVE).status_code == 404
    assert in_force(home) == ()
