"""`facteur suppressed`: what is suppressed and why, and letting one get mail again."""

from contextlib import closing
from pathlib import Path

import pytest

from hub.config.loading import load
from hub.store import suppressions
from hub.store.suppressions import Suppression
from hub.wiring.clock import now
from hub.wiring.database import open_database
from tests.hub.cli.conftest import Facteur

pytestmark = pytest.mark.usefixtures("hub")

ADDRESS = "anna@kunde.example"


def suppress() -> None:
    with (
        closing(open_database(load(Path("facteur.toml")))) as database,
        database.transaction() as connection,
    ):
        suppressions.suppress(
            connection,
            Suppression(
                tenant="nordwind",
                address=ADDRESS,
                verdict="dead",
                reason="550 5.1.1 unknown",
                since=now(),
                document="D1",
                delivery="D1-d0",
            ),
        )


def test_what_is_suppressed_is_listed_until_it_is_lifted(facteur: Facteur) -> None:
    assert facteur("suppressed", "list").out == "no address is suppressed\n"
    suppress()
    shown = facteur("suppressed", "list", "KUNDE").out
    for words in (ADDRESS, "nordwind", "dead", "D1-d0", "550 5.1.1 unknown"):
        assert words in shown
    assert facteur("suppressed", "list", "--json").json[0]["address"] == ADDRESS
    assert facteur("suppressed", "list", "nobody").out == "no address is suppressed\n"
    lifted = facteur("suppressed", "lift", ADDRESS, "--as", "Anna", "--why", "server moved")
    assert (lifted.code, lifted.out.split()[:2]) == (0, [ADDRESS, "gets"])
    assert facteur("suppressed", "list").out == "no address is suppressed\n"
    assert "suppression-lifted" in facteur("archive", "find", "--json").out


def test_who_lifts_must_say_so_and_why(facteur: Facteur) -> None:
    suppress()
    for lacking, words in (
        (["lift"], "which address"),
        (["lift", ADDRESS], "--as NAME"),
        (["lift", ADDRESS, "--as", "Anna", "--why", " "], "--why TEXT"),
        (["lift", "b@kunde.example", "--as", "Anna", "--why", "x"], "nothing stands against"),
        (["lift", ADDRESS, "--tenant", "x", "--as", "Anna", "--why", "x"], "--tenant, one of"),
    ):
        refused = facteur("suppressed", *lacking)
        assert (refused.code, words in refused.err) == (2, True), refused.err
    assert ADDRESS in facteur("suppressed", "list").out
