"""`facteur answers`: counts, what was refused and why, telling it again; and what doctor says."""

from contextlib import closing
from pathlib import Path

from hub.answers.gathering import gather_all
from hub.answers.receivers import receivers_of
from hub.config.loading import load
from hub.store import notices
from hub.store.notices import NoticeState
from hub.wiring.building import close, tool
from hub.wiring.database import open_database
from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.invoices import ubl

ANSWER = '\n[answer.back]\nsender = "erp"\nform = "csv"\nfolder = "status"\n'


def told(facteur: Facteur, hub: Hub) -> str:
    """Submit an invoice, let the hub work, and return the notice that was made."""
    settings = Path("facteur.toml")
    settings.write_text(settings.read_text("utf-8") + ANSWER, encoding="utf-8")
    Path("good.xml").write_bytes(ubl())
    assert facteur("submit", "--sender", "erp", "good.xml").code == 0
    hub.work()
    house = tool(load(settings))
    gather_all(house, receivers_of(house.config))
    close(house)
    (made,) = facteur("answers", "--json").json["notices"]
    return str(made["id"])


def test_what_is_told_is_counted_and_listed(facteur: Facteur, hub: Hub) -> None:
    assert facteur("answers").out.startswith("nobody is told anything")
    notice = told(facteur, hub)
    shown = facteur("answers")
    assert shown.code == 0
    assert [line.split() for line in shown.out.splitlines()][:2] == [
        ["receiver", "waiting", "in_file", "told", "failed", "unfit"],
        ["back", "1", "0", "0", "0", "0"],
    ]
    assert notice in shown.out
    assert facteur("answers", "--state", "told", "--json").json["notices"] == []


def test_what_nobody_took_is_shown_and_can_be_told_again(facteur: Facteur, hub: Hub) -> None:
    notice = told(facteur, hub)
    config = load(Path("facteur.toml"))
    with closing(open_database(config)) as database, database.transaction() as connection:
        notices.change(connection, [notice], state=NoticeState.FAILED, reason="404 no such page")
    shown = facteur("answers", "--state", "failed")
    assert (shown.code, "404 no such page" in shown.out) == (1, True)
    doctor = facteur("doctor")
    assert "answers: back did not take 1: see facteur answers --state failed" in doctor.out
    assert facteur("answers", "--again", notice).out == f"{notice} is told again to back\n"
    assert facteur("answers").code == 0
    wrong = facteur("answers", "--again", "nothing")
    assert (wrong.code, wrong.err) == (
        2,
        "facteur: no notice nothing; `facteur answers` lists them\n",
    )
