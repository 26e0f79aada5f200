"""What an auditor may see, whoever asks and however: generated over all pages."""

import errno
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.archive import Archive
from archive.store import Disk
from hub.auditor import app as auditor_app
from hub.store import auditors
from tests.hub.auditor.bureau import HOSTILE, Auditor, Bureau, shared_with
from tests.hub.console.town import Person

OPEN = ("/enter", "/static/{name}")
"""What anybody may see: the door, and how things look."""
FACTS = ("R-2026-0001", "R-2025-0001", "S-1", "Nordwind", "Südwind")


def paths(bureau: Bureau, number: str) -> Iterator[tuple[str, str]]:
    """Yield (method, path) of every page, made for one document."""
    document = bureau.documents[number]
    entries = bureau.home.house.archive.entries(document=document)
    filled = {
        "document": document,
        "entry": entries[-1].id,
        "sha256": entries[-1].items[0].sha256,
        "number": "1",
    }
    for path, methods in bureau.app.openapi()["paths"].items():
        if path not in OPEN:
            for method in methods:
                yield method.upper(), path.format(**filled)


def shown(person: Person, bureau: Bureau, number: str) -> dict[tuple[str, str], tuple[int, str]]:
    made = {}
    for method, path in paths(bureau, number):
        answer = person.ask(method, path)
        made[method, path] = (answer.status_code, answer.text)
    return made


def test_nobody_sees_anything_without_a_code(bureau: Bureau) -> None:
    found = shown(Person(bureau.app), bureau, "R-2026-0001")
    assert len(found) > 14
    assert {status for status, _ in found.values()} == {303}
    assert not any(fact in text for _, text in found.values() for fact in FACTS)


@pytest.mark.parametrize("ending", ["expired", "revoked"])
def test_an_access_that_is_over_shows_that_it_is_and_nothing_else(
    bureau: Bureau, ending: str
) -> None:
    house, clock = bureau.home.house, bureau.home.clock
    auditor = bureau.auditor(expires_at=clock.now + timedelta(hours=1))
    assert "R-2026-0001" in auditor.get("/?all=").text
    began = clock.now
    if ending == "revoked":
        with house.database.transaction() as connection:
            auditors.revoke(connection, auditor.access.id, now=clock.now, by="Office")
    else:
        clock.forward(hours=2)
    try:
        found = shown(auditor, bureau, "R-2026-0001")
        again = auditor.ask("POST", "/enter", data={"code": auditor.code})
    finally:
        clock.now = began
    assert {status for status, _ in found.values()} | {again.status_code} == {403}
    words = "It was taken back on" if ending == "revoked" else "It ended on"
    for text in (*(text for _, text in found.values()), again.text):
        assert words in text
        assert auditor.access.id in text
        assert not any(fact in text for fact in FACTS)


@pytest.mark.parametrize("number", ["S-1", "R-2025-0001"])
def test_what_lies_beyond_an_access_is_not_there(bureau: Bureau, number: str) -> None:
    """Another company's, or another year's: 404, as if it had never been."""
    auditor = bureau.auditor()
    asked = [(m, p) for m, p in paths(bureau, number) if "/documents/" in p]
    assert len(asked) >= 4
    for method, path in asked:
        answer = auditor.ask(method, path)
        nowhere = auditor.ask(method, path.replace(bureau.documents[number], "s-nothing-1"))
        assert (answer.status_code, answer.text) == (nowhere.status_code, nowhere.text)
        assert answer.status_code == 404
    auditor.send("/picks", {"add": bureau.documents[number]})
    for path in ("/picks", "/?all=", f"/?number_fragment={number}", "/numbers", "/sums"):
        text = auditor.get(path).text
        assert f">{number}</a>" not in text, path
        assert bureau.documents[number] not in text, path


def test_a_file_that_holds_others_documents_stays_here(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    document = bureau.documents["R-2026-0002"]
    before = auditor.get(f"/documents/{document}").text
    original = next(link for link in before.split('href="') if "in.xml" in link).split('"')[0]
    assert auditor.get(original).status_code == 200
    shared_with(bureau, "R-2026-0002", "2025-03-01")
    after = auditor.get(f"/documents/{document}")
    assert "holds documents outside of your access" in after.text
    assert original not in after.text
    assert auditor.get(original).status_code == 404
    assert "canonical" not in original
    assert f"{document}.json" in after.text


class FullDisk(Disk):
    """Has no room from a word on."""

    is_full = False

    def write(self, path: Path, data: Iterable[bytes]) -> None:
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        super().write(path, data)


def on(disk: Disk, bureau: Bureau) -> Archive:
    """Open the same archive on this disk, as another process does."""
    return Archive(
        bureau.home.house.config.archive_root,
        origin="test.example/archive",
        key=Ed25519PrivateKey.from_private_bytes(bytes(32)),
        clock=bureau.home.clock,
        random_bytes=bytes,
        disk=disk,
    )


def test_nothing_is_shown_that_cannot_be_filed(bureau: Bureau) -> None:
    disk = FullDisk(bureau.home.house.config.archive_root)
    archive = on(disk, bureau)
    access, code = bureau.access()
    house = replace(bureau.home.house, archive=archive)
    auditor = Auditor(auditor_app.create(house), access, code).entered()
    form = {"token": auditor.token(), "add": bureau.documents["R-2026-0001"], "what": "picks"}
    assert auditor.ask("POST", "/picks", data=form).status_code == 303
    form["add"] = bureau.documents["R-2026-0003"]
    filed = len(bureau.entries(access))
    quiet = {("GET", "/"), ("GET", "/sample"), ("POST", "/leave"), ("POST", "/language")}
    asked = {each for each in paths(bureau, "R-2026-0001") if "/pages/" not in each[1]} - quiet
    disk.is_full = True
    answers = {
        (method, path): auditor.ask(method, path, data=form)
        for method, path in asked | {("GET", "/?all="), ("GET", "/sample?seed=1")}
    }
    archive.close()
    assert len(answers) >= 12
    told = {path: answer.status_code for (_, path), answer in answers.items()}
    assert {path for path, status in told.items() if status != 503} == {
        path for path in told if path.startswith("/protocols/")
    }
    assert not any("R-2026-0001" in answer.text for answer in answers.values())
    assert len(bureau.entries(access)) == filed


def test_hostile_names_are_words_on_every_page(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    document = bureau.documents["R-2026-0007"]
    for path in ("/?all=", "/sample?seed=1", f"/documents/{document}"):
        text = auditor.get(path).text
        assert HOSTILE not in text
    assert "&lt;script&gt;" in auditor.get(f"/documents/{document}").text


def test_every_answer_keeps_strangers_content_from_doing_anything(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    for method, path in paths(bureau, "R-2026-0001"):
        headers = auditor.ask(method, path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["cache-control"] == "no-store", path
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path


def test_each_page_speaks_every_language(bureau: Bureau) -> None:
    auditor: Auditor = bureau.auditor()
    document = bureau.documents["R-2026-0005"]
    asked = ("/", "/?all=", "/sample?seed=1", "/sums", "/numbers", "/picks", "/protocols")
    selection = {"en": "Selection", "de": "Auswahl", "fr": "Sélection"}
    for language, word in selection.items():
        assert auditor.send("/language", {"language": language}).status_code == 303
        for path in (*asked, f"/documents/{document}"):
            text = auditor.get(path).text
            assert f'<html lang="{language}">' in text, path
            assert word in text, path
            others = [other for other in selection if f'value="{other}" lang="{other}"' in text]
            assert others == [other for other in selection if other != language]
    assert "Il n'y a rien ici" in unescape(auditor.get("/documents/none").text)
