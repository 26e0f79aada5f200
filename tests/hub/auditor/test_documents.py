import hashlib
import re

from tests.hub.auditor.bureau import Bureau
from tests.hub.console.town import Person


def page(bureau: Bureau, person: Person, number: str) -> str:
    return person.get(f"/documents/{bureau.documents[number]}").text


def test_a_document_shows_what_it_says_what_came_and_what_was_sent(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    text = " ".join(page(bureau, auditor, "R-2026-0005").split())
    for words in (
        "Café Zoë",
        "1 rue Fictive",
        "Hammer",
        "119.00 EUR",
        "in.xml",
        "Kept until <time>20",
    ):
        assert words in text, words
    for words in ("Received", "Enriched", "Rendered", "Sent", "handed over", "verify.py"):
        assert words in text, words
    assert text.index("Received") < text.index("Checked") < text.index("Rendered")


def test_every_file_is_given_byte_for_byte_and_filed_first(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    text = page(bureau, auditor, "R-2026-0001")
    links = re.findall(r'href="(/documents/[^"]+/files/[0-9a-f]{64}/([0-9a-f]{64}))"', text)
    assert len(links) >= 8
    for link, sha256 in links:
        answer = auditor.get(link)
        assert hashlib.sha256(answer.content).hexdigest() == sha256
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        *_, asked = bureau.filed(auditor.access)
        assert (asked.act, asked.asked["sha256"]) == ("download", sha256)
        assert asked.asked["number"] == "R-2026-0001"


def test_every_act_has_its_proof_and_its_manifest(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    text = page(bureau, auditor, "R-2026-0001")
    links = re.findall(r'href="(/documents/[^"]+/entries/([0-9a-f]{64})/)manifest"', text)
    assert len(links) >= 6
    for link, entry in links:
        manifest = auditor.get(f"{link}manifest").content
        assert hashlib.sha256(manifest).hexdigest() == entry
        proof = auditor.get(f"{link}proof").text
        assert proof.startswith("c2sp.org/tlog-proof@v1\n")
        assert "test.example/archive/nordwind/2026" in proof


def test_pictures_belong_to_a_view_that_is_filed(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    document = bureau.documents["R-2026-0005"]
    text = page(bureau, auditor, "R-2026-0005")
    (picture,) = set(re.findall(r'<img src="([^"]+\.png)"', text))
    answer = auditor.get(picture)
    assert (answer.status_code, answer.content[:4]) == (200, b"\x89PNG")
    stranger = bureau.auditor()
    assert stranger.get(picture).status_code == 404
    assert auditor.get(picture.replace("/1.png", "/2.png")).status_code == 404
    other = bureau.documents["R-2026-0001"]
    page(bureau, auditor, "R-2026-0001")
    assert auditor.get(picture.replace(document, other)).status_code == 404
    assert [asked.act for asked in bureau.filed(auditor.access)] == ["enter", "view", "view"]
