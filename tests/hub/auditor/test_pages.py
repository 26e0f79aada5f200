import re
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import pytest

from hub.auditor.errors import _TOLD
from hub.auditor.filing import Act
from hub.auditor.kept import Part
from hub.auditor.pages import languages, words
from hub.store.documents import DocumentState
from outbound.channel import DeliveryState


def keys(table: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from keys(value, f"{above}{name}.")
        else:
            yield f"{above}{name}: {sorted(re.findall('{[a-z]*}', value))}"


def used() -> set[str]:
    """Return the words that templates name."""
    folder = resources.files("hub.auditor").joinpath("templates")
    text = "".join(file.read_text() for file in folder.iterdir())
    return set(re.findall(r"\bw\.([a-z0-9_]+)", text)) - {"get"}


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_every_language_has_every_word_with_the_same_places_to_fill_in(language: str) -> None:
    assert set(languages()) == {"en", "de", "fr"}
    assert sorted(keys(words("en"))) == sorted(keys(words(language)))
    assert not any(hasattr(dict, name) for name in words("en"))


@pytest.mark.parametrize("language", languages())
def test_everything_that_is_named_has_a_word(language: str) -> None:
    known = words(language)
    assert used() <= known.keys()
    assert {state.value for state in DeliveryState} == known["states"].keys()
    assert {act.value for act in Act} == known["acts"].keys()
    assert {f"part_{part}" for part in Part} <= known.keys()
    assert {f"e{status}" for status in (*_TOLD, 500)} <= known.keys()
    quiet = {"in_doubt", "handed_over", "delivered"}
    assert {state.value for state in DocumentState} - quiet <= known["standings"].keys()


def test_no_word_waits_in_vain() -> None:
    by_name = {"own_language", "unknown_code", "slow_down", "nothing_to_export", "no_room", "busy"}
    asked = {"faults", "acts", "kinds", "states", "standings", "ties", "steps"}
    told = {name for name in words("en") if re.fullmatch(r"(e\d{3}(_title)?|part_[a-z]+)", name)}
    fields = {"size", "seed", "number", "document"}
    named = used() | by_name | asked | told | fields
    assert words("en").keys() - named == set()
