from hub.api import app as api
from hub.auditor import looking
from hub.console import app as console
from tests.hub.auditor.bureau import Bureau
from tests.hub.console.town import Person, entered


def test_an_operator_sees_what_an_auditor_sees_and_it_is_filed_as_his(bureau: Bureau) -> None:
    app = api.create(bureau.home.house)
    looking.mount(app, bureau.home.house)
    console.mount(app, bureau.home.house)
    auditor = bureau.auditor()
    access = auditor.access
    stranger, clerk = entered(bureau.home, app, "suedwind"), entered(bureau.home, app, "*")
    base = f"/auditors/{access.id}"
    assert Person(app).get("/auditors").headers["location"] == "/login"
    assert Person(app).get(f"{base}/?all=").status_code == 404
    assert stranger.get(f"{base}/?all=").status_code == 404
    assert access.id not in stranger.get("/auditors").text
    assert f'href="{base}/"' in clerk.get("/auditors").text
    text = clerk.get(f"{base}/?all=").text
    document = bureau.documents["R-2026-0001"]
    assert f'href="{base}/documents/{document}"' in text
    assert f'action="{base}/picks"' in text
    assert "You look through the access of an auditor" in text
    assert clerk.get(f"{base}/documents/{document}").status_code == 200
    assert clerk.get(f"{base}/documents/{bureau.documents['S-1']}").status_code == 404
    token = text.split('name="token" value="')[1].split('"')[0]
    picked = clerk.ask("POST", f"{base}/picks", data={"token": token, "add": document})
    assert picked.headers["location"] == f"{base}/picks"
    assert 'class="badge">1<' in clerk.get(f"{base}/").text
    assert 'class="badge"' not in auditor.get("/").text
    first, *acts = bureau.filed(access)
    assert (first.act, first.who) == ("enter", "auditor")
    assert [asked.act for asked in acts] == ["search", "view", "pick"]
    assert all(asked.who.startswith("console session ") for asked in acts)
    assert "console session" in auditor.get("/protocols").text
