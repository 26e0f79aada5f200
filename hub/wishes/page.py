"""The pages on which recipients choose how their invoices come, without scripts.

Before an address is confirmed they say nothing personal: who sends, and what can be chosen.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from hub.links.frame import Option, Page, spoken, written
from hub.wishes.choices import KINDS, Choices


def choosing(
    choice: Choices, language: str, *, chosen: str = "", email: str = "", wrong: bool = False
) -> bytes:
    """Return the page to choose on; `wrong` if it was filled in amiss."""
    found = spoken(language)
    words = _words()[found]
    if not choice.channels:
        return _notice("fixed", found, seller=choice.seller)
    chosen = chosen or choice.today
    kinds = [kind for kind in KINDS if kind in choice.channels]
    return written(
        Page(
            language=found,
            title=words["title"],
            lines=(words["from"].format(seller=choice.seller),),
            choose=words["choose"],
            options=tuple(
                Option(value=kind, label=words[kind], chosen=kind == chosen) for kind in kinds
            ),
            question=words["address"] if "email" in kinds else "",
            kind="email",
            required=False,
            answer=email,
            why=words["address_why"],
            wrong=words["wrong"] if wrong else "",
            button=words["button"],
            note=words["note"],
        )
    )


def entering(wished: str, *, wrong: bool = False) -> bytes:
    """Return the page on which the code of a letter is entered; `wrong` if it was none."""
    found = spoken(wished)
    words = _words()[found]
    return written(
        Page(
            language=found,
            title=words["title"],
            lines=(),
            question=words["code"],
            why=words["code_why"],
            wrong=words["code_wrong"] if wrong else "",
            button=words["button"],
        )
    )


def confirming(words_agreed_to: str, language: str) -> bytes:
    """Return the page that asks at a new address whether it was meant."""
    found = spoken(language)
    words = _words()[found]
    return written(
        Page(
            language=found,
            title=words["confirm"],
            lines=(words_agreed_to,),
            button=words["confirm_button"],
            note=words["confirm_note"],
        )
    )


def sent(language: str) -> bytes:
    """Return the one page after any address was entered."""
    return _notice("sent", language)


def by_post(language: str) -> bytes:
    """Return the page after post was chosen."""
    return _notice("post", language)


def done(seller: str, language: str) -> bytes:
    """Return the page after an address was confirmed, be it for the first time or not."""
    return _notice("done", language, seller=seller)


def gone(language: str) -> bytes:
    """Return the one page for a link that was used, has ended, was withdrawn, or never was."""
    return _notice("gone", language)


def agreement(seller: str, email: str, language: str) -> str:
    """Return what a recipient agrees to."""
    return _words()[spoken(language)]["words"].format(seller=seller, email=email)


def wish_for_post(seller: str, language: str) -> str:
    """Return what a recipient says who chooses post."""
    return _words()[spoken(language)]["post_words"].format(seller=seller)


def _notice(name: str, language: str, **values: str) -> bytes:
    found = spoken(language)
    words = _words()[found]
    text = words[f"{name}_text"].format(**values)
    return written(Page(language=found, title=words[name], lines=(text,)))


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(resources.files("hub.wishes").joinpath("words.toml").read_text("utf-8"))
