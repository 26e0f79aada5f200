import re
from urllib.parse import parse_qsl

import pytest

from tests.hub.auditor.bureau import Bureau

R = "R-2026-000"
QUERIES = {
    "number_fragment=2026-0003": [3],
    "number_fragment=r-2026": [6, 7, 5, 3, 2, 1],
    "issued_from=2026-10-01&issued_to=2026-10-31": [5, 3],
    "issued_from=1900-01-01&issued_to=2026-09-01": [1],
    "name_fragment=cafe": [5],
    "words=ZOE": [5],
    "customer=K1": [6, 3, 2, 1],
    "vat_id=de123456789&number_fragment=0001": [1],
    "country=fr": [5],
    "amount=120": [6],
    "amount=119,50&tolerance=0.5": [6, 7, 5, 3, 2, 1],
    "amount=119&tolerance=-0.01&issued_to=2026-09-15": [1],
    "number_from=R-2026-0002&number_to=R-2026-0005": [5, 3, 2],
    "standing=parked": [6],
    "channel=second": [5],
    "document_kind=credit_note": [],
    "currency=usd": [],
    "issued_from=2027-01-01": [],
    "issued_to=2025-12-31": [],
}


@pytest.mark.parametrize("query", QUERIES)
def test_documents_are_found_by_what_is_known_of_them(bureau: Bureau, query: str) -> None:
    auditor = bureau.auditor()
    expected = [f"{R}{n}" for n in QUERIES[query]]
    assert auditor.numbers(f"/?{query}") == expected
    *_, asked = bureau.filed(auditor.access)
    assert (asked.act, asked.hits) == ("search", len(expected))
    told = {name: value.lower() for name, value in asked.asked.items()}
    assert told == {name: value.lower() for name, value in parse_qsl(query)}


ALONE = ("number_fragment", "words", "name_fragment", "issued_from", "amount", "as_of", "after")
TOGETHER = ("customer", "vat_id", "country", "currency", "document_kind", "channel", "state")
TEXTS = {
    "quotes": "'\"",
    "an open phrase": '"open',
    "operators": "NEAR(a b) AND NOT OR * ^ : - + ( ) {col}:",
    "wildcards": "%_*?\\",
    "sql": "'; DROP TABLE entries; --",
    "nul": "a\0b",
    "controls": "\x01\x1f\x7f\u2028\r\n",
    "very long": "x" * 10_000,
    "many words": "a " * 240,
    "right to left": "\u202eشركة\u202c עברית",
    "combining": "e\u0301" * 200,
    "astral": "😀🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "markup": "<script>alert(1)</script>{{ 7*7 }}",
    "blank": "   ",
    "a great number": "9" * 400,
    "an exponent": "1e9999",
}


@pytest.mark.parametrize("text", TEXTS)
def test_text_of_any_kind_is_words_to_look_for(bureau: Bureau, text: str) -> None:
    auditor = bureau.auditor()
    asked = [{name: TEXTS[text]} for name in ALONE]
    asked += [dict.fromkeys(TOGETHER, TEXTS[text][:1000])]
    asked += [dict.fromkeys(("number_from", "number_to", "standing"), TEXTS[text])]
    for params in asked:
        answer = auditor.ask("GET", "/", params=params)
        assert answer.status_code in (200, 422), (params.keys(), answer.status_code)
        assert "<script>alert" not in answer.text
        assert "<title>Search" in answer.text
    for path in ("/sample", "/sums", "/numbers"):
        params = {"seed": TEXTS[text], "size": TEXTS[text], "as_of": TEXTS[text]}
        assert auditor.ask("GET", path, params=params).status_code in (200, 422), path
    assert auditor.ask("GET", f"/documents/{'x' * 300}").status_code == 404


def test_what_cannot_be_meant_is_said_all_at_once(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    before = len(bureau.filed(auditor.access))
    answer = auditor.get(
        "/?issued_from=gestern&amount=viel&as_of=suedwind/2026@1&words=" + "x" * 501
    )
    assert answer.status_code == 422
    for words in ("no date", "no amount", "no checkpoint of this company", "too long"):
        assert words in answer.text
    assert len(bureau.filed(auditor.access)) == before


def test_an_earlier_moment_is_asked_for_by_its_checkpoint(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    archive = bureau.home.house.archive
    last = archive.entries(document=bureau.documents["R-2026-0001"])[-1]
    moment = f"{last.log}@{last.position + 1}"
    assert auditor.numbers(f"/?as_of={moment}") == ["R-2026-0001"]
    note = f"test.example/archive/{last.log}\n{last.position + 1}\n(root)\n"
    assert auditor.ask("GET", "/", params={"as_of": note}).text.count("R-2026-0001</a>") == 1
    (closed,) = re.findall(
        r'<option value="(nordwind/2026@\d+)">2026-11-30</option>', auditor.get("/").text
    )
    assert len(auditor.numbers(f"/?as_of={closed}")) == 6
    assert moment.replace("/", "%2F").replace("@", "%40") not in auditor.get("/?words=nothing").text


def test_long_lists_go_on(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.auditor.asking.read.__kwdefaults__", {"limit": 4})
    auditor = bureau.auditor()
    text = auditor.get("/?number_fragment=R-").text
    assert "6 documents" in text
    further = text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert auditor.numbers("/?number_fragment=R-") == [f"{R}{n}" for n in (6, 7, 5, 3)]
    assert auditor.numbers(further) == [f"{R}{n}" for n in (2, 1)]


def test_a_sample_is_the_same_for_who_knows_its_seed(bureau: Bureau) -> None:
    first, second = bureau.auditor(), bureau.auditor()
    drawn = first.numbers("/sample?seed=4711&size=3")
    assert drawn == second.numbers("/sample?size=3&seed=4711")
    assert len(drawn) == 3
    assert set(drawn) < {f"{R}{n}" for n in (1, 2, 3, 5, 6, 7)}
    *_, asked = bureau.filed(first.access)
    assert (asked.act, asked.seed, asked.hits, len(asked.documents)) == ("sample", "4711", 6, 3)
    assert 'value="4711"' in first.get("/sample?seed=4711&size=3").text
    assert first.get("/sample?seed=1&size=0").status_code == 422
    seeds = {first.get("/sample").text.split('name="seed" value="')[1].split('"')[0] for _ in "ab"}
    assert len(seeds) == 2


def test_sums_are_of_what_went_out_in_the_period(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    text = " ".join(auditor.get("/sums").text.split())
    assert "5 documents" in text
    for words in ("2026-09", "2026-10", "2026-11", "500.00 EUR", "95.00 EUR", "595.00 EUR"):
        assert words in text, words
    assert "2025" not in text.replace("2025-", "")
    assert "500.00 EUR" not in auditor.get("/sums?issued_to=2026-09-30").text


def test_numbers_that_are_missing_are_told_with_what_is_known(bureau: Bureau) -> None:
    auditor = bureau.auditor()
    text = " ".join(auditor.get("/numbers").text.split())
    assert "R-2026-0001 to R-2026-0007" in text
    assert "R-2026-0004</th>" in text
    assert "not known here" in text
    assert "parked: needs a person" in text
    assert "R-2025" not in text
