import re

from tests.hub.auditor.bureau import Bureau


def test_what_was_asked_can_be_printed_with_its_proof(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    auditor.get("/sample?seed=4711&size=2&issued_from=2026-09-01")
    entry = bureau.entries(auditor.access)[-1]
    listed = auditor.get("/protocols").text
    assert f"/protocols/{entry.id}" in listed
    text = " ".join(auditor.get(f"/protocols/{entry.id}").text.split())
    for words in ("Protocol: Sample", "4711", "2026-09-01", "VAT audit 2026", entry.id, "SHA-256"):
        assert words in text, words
    (asked,) = [asked for asked in bureau.filed(auditor.access) if asked.act == "sample"]
    for document in asked.documents:
        assert document in text
    head = asked.checkpoints["nordwind/2026"]
    assert re.search(rf"test\.example/archive/nordwind/2026\s{entry.position}\s", head)
    assert head.split("\n")[2] in text


def test_nobody_reads_what_another_asked(bureau: Bureau) -> None:
    first, second = bureau.auditor(), bureau.auditor()
    first.get("/?words=secret-plan")
    entry = bureau.entries(first.access)[-1]
    assert second.get(f"/protocols/{entry.id}").status_code == 404
    assert "secret-plan" not in second.get("/protocols").text
    assert "secret-plan" in first.get("/protocols").text
