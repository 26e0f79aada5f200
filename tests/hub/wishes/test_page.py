"""The pages of self-service say the same in every language."""

import tomllib
from importlib import resources

import pytest
from lxml import html

from hub.wishes import page
from hub.wishes.choices import Choices
from routing_rules.recipient import Recipient

WORDS = tomllib.loads(resources.files("hub.wishes").joinpath("words.toml").read_text("utf-8"))
SELLER = "Süß & <b>Söhne</b>"


def choice(**channels: str) -> Choices:
    return Choices(entry=Recipient(key="K1"), seller=SELLER, today="email", channels=channels)


def test_every_language_says_all() -> None:
    assert sorted(WORDS) == ["de", "en", "fr", "it", "nl"]
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}


@pytest.mark.parametrize("language", sorted(WORDS))
def test_pages_of_a_language(language: str) -> None:
    words = page.agreement(SELLER, "a@b.example", language)
    assert SELLER in words
    assert "a@b.example" in words
    for content in (
        page.choosing(choice(email="e", print="p"), language),
        page.choosing(choice(), language),
        page.confirming(words, language),
        page.sent(language),
        page.by_post(language),
        page.done(SELLER, language),
        page.gone(language),
    ):
        shown = html.fromstring(content)
        assert shown.get("lang") == language
        [main] = shown.iter("main")
        assert "{" not in "".join(map(str, main.itertext()))
        assert not shown.xpath("//main//b")


OFFERS = {  # the roads there are: those to choose from, and whether an address is asked for
    ("email", "print"): (["email", "print"], True),
    ("email",): (["email"], True),
    ("print",): (["print"], False),
    (): ([], False),
}


@pytest.mark.parametrize("roads", OFFERS)
def test_only_what_is_possible_is_offered(roads: tuple[str, ...]) -> None:
    shown = html.fromstring(page.choosing(choice(**{each: each for each in roads}), "en"))
    options = [each.get("value") for each in shown.iter("input") if each.get("type") == "radio"]
    assert (options, bool(shown.xpath("//input[@type='email']"))) == OFFERS[roads]
    assert bool(shown.xpath("//form")) is bool(roads)
