"""The pages behind links say the same in every language."""

import tomllib
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from lxml import etree, html

from hub.links.frame import spoken
from hub.links.page import busy, gone, landing
from hub.store.links import Asks, Link

MADE = datetime(2026, 11, 20, 9, tzinfo=UTC)
LINK = Link(
    token_sha256="0" * 64,
    parcel_key="d.0",
    delivery="d",
    channel="email",
    tenant="nordwind",
    kind="invoice",
    number="R-1 <b>",
    seller="Süß & Söhne GmbH",
    language="de",
    file_sha256="0" * 64,
    file_name="R-1.pdf",
    media_type="application/pdf",
    size_bytes=12_345_678,
    made_at=MADE,
    expires_at=MADE + timedelta(days=90),
)
WORDS = tomllib.loads(resources.files("hub.links").joinpath("words.toml").read_text("utf-8"))


def test_every_language_says_all() -> None:
    assert sorted(WORDS) == ["de", "en", "fr", "it", "nl"]
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}


@pytest.mark.parametrize("language", sorted(WORDS))
@pytest.mark.parametrize("asks", ["", "post_code", "customer"])
def test_page_of_a_language(language: str, asks: Asks) -> None:
    page = html.fromstring(landing(_link(language=language, asks=asks), wrong=bool(asks)))
    etree.strip_elements(page, "style", with_tail=False)
    text = "".join(map(str, page.itertext()))
    assert page.get("lang") == language
    assert ("R-1 <b>" in text) is (asks == "")
    assert "Süß & Söhne GmbH" in text
    assert "MB" in text
    assert "2027" in text
    assert page.xpath("//form//input/@name") == (["answer"] if asks else [])
    assert (WORDS[language]["wrong"] in text) is bool(asks)
    assert "{" not in text


@pytest.mark.parametrize("language", sorted(WORDS))
def test_notices_of_a_language(language: str) -> None:
    for page, word in ((gone(language), "gone"), (busy(language), "busy")):
        assert html.fromstring(page).findtext(".//h1") == WORDS[language][word]


SIZES = {1: "1 kB", 1499: "1 kB", 48_200: "48 kB", 1_000_000: "1,0 MB", 12_345_678: "12,3 MB"}


@pytest.mark.parametrize("size", SIZES)
def test_size_for_people(size: int) -> None:
    assert f"PDF, {SIZES[size]}, abrufbar" in landing(_link(size_bytes=size)).decode()


def test_unknown_language_falls_back() -> None:
    assert (spoken("fi"), spoken("pt-BR,nl;q=0.9"), spoken(",;")) == ("en", "nl", "en")


def _link(**changes: object) -> Link:
    values = {name: getattr(LINK, name) for name in Link.__slots__}
    return Link(**(values | changes))
