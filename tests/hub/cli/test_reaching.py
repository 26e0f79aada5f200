"""What doctor says of limits and hours that fit no channel, and of peers that are not well."""

from pathlib import Path

import pytest

from tests.hub.cli.conftest import Facteur

FAULTS = {
    'cut_offs = ["17:00"]': "channel.post.cut_offs: only a print partner has cut-offs",
    "[channel.post.limits]\ndomain_connections = 2": (
        "channel.post.limits.domain_connections: only a smart host has domains"
    ),
    '[channel.post.limits.domains."a.example"]\nconnections = 1': (
        "channel.post.limits.domains: only a smart host has domains"
    ),
}


def settled(text: str) -> None:
    path = Path("facteur.toml")
    settings = path.read_text("utf-8")
    path.write_text(settings.replace('password = "x"\n', f'password = "x"\n{text}\n', 1), "utf-8")


@pytest.mark.parametrize("text", FAULTS)
@pytest.mark.usefixtures("hub")
def test_what_no_channel_can_heed_is_bad(facteur: Facteur, text: str) -> None:
    settled(text)
    assert f"BAD   traffic: {FAULTS[text]}" in facteur("doctor").out


@pytest.mark.usefixtures("hub")
def test_a_cut_off_that_is_always_quiet_is_bad(facteur: Facteur) -> None:
    path = Path("facteur.toml")
    printing = '\n[channel.house]\nkind = "print"\nhost = "127.0.0.1"\nusername = "x"\n'
    printing += 'password = "x"\nhost_key = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"\n'
    printing += 'cut_offs = ["11:00", "23:00"]\nquiet = ["20:00-07:00"]\n'
    path.write_text(path.read_text("utf-8") + printing, "utf-8")
    said = facteur("doctor").out
    assert "channel.house.cut_offs: 23:00 always falls into quiet hours; move it" in said


@pytest.mark.usefixtures("hub")
def test_peers_that_are_not_well_are_named(facteur: Facteur) -> None:
    settled('quiet = ["20:00-07:00"]')
    said = facteur("doctor").out
    assert "good  traffic: quiet hours for post" in said
    assert "good  endpoints: all that were tried answer" in said
    facteur("endpoints", "pause", "post", "--as", "clerk", "--why", "their holidays")
    said = facteur("doctor").out
    assert "BAD   endpoints: post is paused since " in said
    assert "0 wait: paused by clerk: their holidays; see facteur endpoints" in said
