"""`facteur endpoints`: the list, pausing and resuming, and what is refused."""

import pytest

from tests.hub.cli.conftest import Facteur

LISTED = ["endpoint", "state", "since,", "UTC"]


@pytest.mark.usefixtures("hub")
def test_endpoints_are_listed_paused_and_resumed(facteur: Facteur) -> None:
    listed = facteur("endpoints")
    assert listed.code == 0
    assert listed.out.splitlines()[0].split()[:4] == LISTED
    assert [line.split()[:2] for line in listed.out.splitlines()[1:]] == [
        ["post", "works"],
        ["second", "works"],
    ]
    paused = facteur("endpoints", "pause", "post", "--as", "clerk", "--why", "they move", "--json")
    assert paused.code == 1, "somebody must look at it"
    assert [(each["state"], each["words"]) for each in paused.json] == [
        ("paused", "paused by clerk: they move"),
        ("works", ""),
    ]
    assert "paused by clerk" in facteur("endpoints").out
    assert facteur("endpoints", "resume", "post", "--why", "they have").code == 0
    found = [entry["step"] for entry in facteur("archive", "find", "--json").json]
    assert sorted(found) == ["endpoint-paused", "endpoint-resumed"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pause"], "endpoints pause: name one"),
        (["pause", "post"], "say why: facteur endpoints pause NAME --why TEXT"),
        (["pause", "fax", "--why", "x"], "no channel 'fax'; there are: post, second"),
        (["resume", "post/a.example", "--why", "x"], "post talks to one server"),
    ],
)
@pytest.mark.usefixtures("hub")
def test_what_cannot_be_done_is_said(facteur: Facteur, arguments: list[str], words: str) -> None:
    refused = facteur("endpoints", *arguments)
    assert (refused.code, words in refused.err) == (2, True), refused.err
