"""`route diff`: what other rules would have done with what was sent, before they are in force."""

import csv
import io
from pathlib import Path

import pytest

from hub.config.loading import load
from hub.store import recipients
from hub.wiring.clock import now
from hub.wiring.database import open_database
from routing_rules.recipient import Recipient
from tests.hub.cli.conftest import Facteur, Hub
from tests.hub.cli.test_traffic import submit
from tests.hub.invoices import ubl

TARIFF = """
[[price]]
channel = "second"
what = "network"
each = "0.105"
currency = "EUR"
source = "contract"
valid_from = 2026-01-01
"""
OLD = """
[[rule]]
name = "all"
because = "test"
roads = [{ channel = "post", format = "ubl" }, { channel = "second", format = "ubl" }]
"""
VIP = """
[[rule]]
name = "vip"
because = "test"
when.total_over = "100"
when.not_recipient = "K2"
roads = [{ channel = "second", format = "ubl" }]
"""
NOWHERE = """
[[rule]]
name = "abroad"
because = "test"
when.country = "FR"
roads = [{ channel = "post", format = "ubl" }]
"""


@pytest.fixture
def sent(facteur: Facteur, hub: Hub, tmp_path: Path) -> list[str]:
    for number in ("R-1", "R-2", "R-3"):
        (tmp_path / f"{number}.xml").write_bytes(ubl(number=number))
    (tmp_path / "tariff.toml").write_text(TARIFF)
    ids = submit(facteur, hub, "R-1.xml", "R-2.xml", "R-3.xml")
    return [f"{one}-1" for one in ids]


def test_rules_that_lead_the_same_way_change_nothing(
    facteur: Facteur, sent: list[str], tmp_path: Path
) -> None:
    (tmp_path / "new.toml").write_text(OLD)
    shown = facteur("route", "diff", "--rules", "new.toml")
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[0].startswith("3 documents decided since ")
    assert lines[0].endswith(", 0 would go otherwise")
    assert lines[2].split() == ["channel", "before", "after", "cost", "before", "cost", "after"]
    assert lines[3].split() == ["post", "3", "3", "-", "-"]
    assert lines[4] == "no price is known, so 0.00: post"
    assert "R-1" not in shown.out
    assert len(sent) == 3


def test_what_changes_is_counted_priced_and_told_with_the_clause(
    facteur: Facteur, sent: list[str], tmp_path: Path
) -> None:
    (tmp_path / "new.toml").write_text(VIP + OLD)
    asked = ("route", "diff", "--rules", "new.toml", "--tariff", "tariff.toml")
    value = facteur(*asked, "--json").json
    assert (value["documents"], value["changed"], value["changes_left_out"]) == (3, 3, 0)
    assert value["channels"] == [
        {
            "channel": name,
            "before": before,
            "after": after,
            "cost_before": {},
            "cost_after": cost,
            "price_known": bool(cost),
        }
        for name, before, after, cost in (("post", 3, 0, {}), ("second", 0, 3, {"EUR": "0.315"}))
    ]
    settings = tmp_path / "facteur.toml"
    settings.write_text(settings.read_text() + 'tariff = ["tariff.toml"]\n')
    assert facteur(*asked[:4], "--json").json["channels"] == value["channels"]
    head, *rows = csv.reader(io.StringIO(facteur(*asked, "--csv").out))
    assert {row[0] for row in rows} == set(sent)
    told = dict(zip(head, rows[0], strict=True))
    assert (told["before"], told["after"]) == ("post as ubl > second as ubl", "second as ubl")
    assert told["because"] == "rule `vip` holds: total_over = 100, not_recipient = K2"
    assert "second" in facteur(*asked).out
    assert value["postage_outdated"] == []
    settings.write_text(settings.read_text().replace('kind = "sftp"', 'kind = "print"', 1))
    later = (*asked, "--on", "2027-03-01")
    assert facteur(*later, "--json").json["postage_outdated"] == ["post"]
    assert "postage has run out, so what it was last: post" in facteur(*later).out.splitlines()


def test_who_is_left_without_a_road_is_told_by_the_clause_and_the_exit_code(
    facteur: Facteur, sent: list[str], tmp_path: Path
) -> None:
    (tmp_path / "new.toml").write_text(NOWHERE)
    shown = facteur("route", "diff", "--rules", "new.toml")
    assert shown.code == 1
    assert "WITHOUT A ROAD  3 documents that had one" in shown.out.splitlines()
    value = facteur("route", "diff", "--rules", "new.toml", "--json").json
    assert (value["newly_without_road"], value["changed"]) == (3, len(sent))
    assert {one["because"] for one in value["changes"]} == {"no rule holds"}


def test_a_law_that_is_replaced_is_named(facteur: Facteur, hub: Hub, tmp_path: Path) -> None:
    database = open_database(load(tmp_path / "facteur.toml"))
    known = Recipient(key="K7", name="Buyer", country="DE", group="public", email="a@b.example")
    with database.transaction() as connection:
        recipients.put(connection, "nordwind", [known], now=now())
    database.close()
    (tmp_path / "good.xml").write_bytes(ubl(buyer_reference="991-33333TEST-33"))
    submit(facteur, hub, "good.xml")
    (tmp_path / "new.toml").write_text(OLD)
    value = facteur("route", "diff", "--rules", "new.toml", "--json")
    assert value.code == 1
    assert value.json["breaches"] == [{"law": "de-federal", "rule": "all", "documents": 1}]


MISUSED = {
    ("--rules", "none.toml"): "none.toml: No such file",
    ("--rules", "bad.toml"): "bad.toml:5: rule `r`: unknown word `contry`; did you mean `country`?",
    ("--rules", "new.toml", "--since", "yesterday"): "--since yesterday: write 30d or a date",
    ("--rules", "new.toml", "--tenant", "x"): "--tenant must be one of: nordwind",
    ("--rules", "new.toml", "--tariff", "bad.toml"): "bad.toml:1: unknown key `rule`",
    ("--rules", "new.toml", "--csv", "--json"): "--csv or --json, not both",
}


@pytest.mark.parametrize("words", MISUSED)
@pytest.mark.usefixtures("hub")
def test_what_cannot_be_tried_is_said(
    words: tuple[str, ...], facteur: Facteur, tmp_path: Path
) -> None:
    (tmp_path / "new.toml").write_text(OLD)
    roads = 'roads = [{ channel = "post", format = "ubl" }]'
    bad = f'[[rule]]\nname = "r"\nbecause = "b"\n{roads}\nwhen.contry = "DE"\n'
    (tmp_path / "bad.toml").write_text(bad)
    shown = facteur("route", "diff", *words)
    assert shown.code == 2
    assert MISUSED[words] in shown.err
