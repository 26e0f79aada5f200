import secrets

from hub.auditor import app as auditor
from hub.auditor.entering import TRIES
from tests.hub.auditor.bureau import Auditor, Bureau
from tests.hub.console.town import Person


def test_a_code_opens_a_session_that_no_other_site_can_use(bureau: Bureau) -> None:
    access, code = bureau.access()
    person = Auditor(bureau.app, access, code)
    assert 'name="code"' in person.get("/enter").text
    answer = person.ask("POST", "/enter", data={"code": code})
    cookie = answer.headers["set-cookie"]
    assert [answer.status_code, answer.headers["location"]] == [303, "/"]
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=28800"} <= set(cookie.split("; "))
    assert code not in cookie
    assert [asked.act for asked in bureau.filed(access)] == ["enter"]
    assert person.get("/").status_code == 200
    assert person.send("/leave", {}).status_code == 303
    assert person.get("/").headers["location"] == "/enter"


def test_who_guesses_waits_and_so_does_who_guesses_at_one_access(bureau: Bureau) -> None:
    access, code = bureau.access()
    guesser = Person(auditor.create(bureau.home.house))
    wrong = [f"fca_{access.id}_{secrets.token_hex()}" for _ in range(TRIES)]
    answers = [guesser.ask("POST", "/enter", data={"code": each}) for each in wrong]
    assert {answer.status_code for answer in answers} == {403}
    assert all("This code opens nothing" in answer.text for answer in answers)
    late = guesser.ask("POST", "/enter", data={"code": code})
    assert late.status_code == 429
    assert "Wait a minute" in late.text
    assert bureau.filed(access) == []


def test_a_form_of_another_session_is_not_taken(bureau: Bureau) -> None:
    auditor, other = bureau.auditor(), bureau.auditor()
    document = bureau.documents["R-2026-0001"]
    for token in ("", "x", other.token()):
        for path in ("/picks", "/export", "/leave", "/language"):
            form = {"token": token, "add": document, "language": "de"}
            assert auditor.ask("POST", path, data=form).status_code == 403, path
    assert auditor.get("/").status_code == 200
    assert 'class="badge"' not in auditor.get("/").text
