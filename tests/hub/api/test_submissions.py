"""What a sender asks of the files he has sent, over HTTP."""

import pytest

from hub.store import submissions
from tests.hub.api.asking import asker
from tests.hub.houses import Home


def test_files_that_nobody_could_read_are_listed_to_their_own_tenant(home: Home) -> None:
    nordwind, others = asker(home, "nordwind"), asker(home, "others")
    named = {"X-File-Name": "scan.dat"}
    assert nordwind("POST", "submissions", content=b"?", headers=named).status_code == 202
    home.run()
    (found,) = nordwind("GET", "submissions?state=parked").json()
    assert (found["name"], found["state"]) == ("scan.dat", "parked")
    assert found["findings"][0]["rule"] == "IN-FORMAT"
    assert found["timeline"][-1]["entry"]
    assert nordwind("GET", "submissions?state=received").json() == []
    assert others("GET", "submissions").json() == []
    assert nordwind("GET", "submissions?state=lost").status_code == 422


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({}, "upload"),
        ({"Content-Disposition": 'attachment; filename="R 1.xml"'}, "R 1.xml"),
        ({"Content-Disposition": "attachment; filename=R-1.xml"}, "R-1.xml"),
        ({"Content-Disposition": "attachment; filename*=UTF-8''R%C3%BC.xml"}, "Rü.xml"),
        ({"Content-Disposition": b'attachment; filename="R\xc3\xbc.xml"'}, "Rü.xml"),
        ({"Content-Disposition": "nonsense; ; ="}, "upload"),
        ({"Content-Disposition": "attachment; filename=b", "X-File-Name": "a"}, "a"),
    ],
)
def test_a_raw_body_is_called_what_its_sender_calls_it(
    home: Home, headers: dict[str, str | bytes], name: str
) -> None:
    answer = asker(home)("POST", "submissions", content=b"?", headers=headers)
    assert answer.status_code == 202
    with home.house.database.transaction() as connection:
        row = submissions.get(connection, answer.json()["id"])
    assert row is not None
    assert row.name == name


def test_several_files_at_once_are_refused_with_the_way_to_send_them(home: Home) -> None:
    files = [("file", ("a.xml", b"a")), ("file", ("b.xml", b"b"))]
    answer = asker(home)("POST", "submissions", files=files)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("Too many files.")
    assert (
        "; send each file by a request of its own, in the field `file`" in answer.json()["detail"]
    )
