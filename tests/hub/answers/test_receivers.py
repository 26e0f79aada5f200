"""Settings of answers: where files lie, and every fault with its line."""

import pytest

from hub.config.faults import Faulty
from tests.hub.answers.desk import receivers, table, webhook
from tests.hub.houses import Home


def test_files_lie_where_the_sender_can_fetch_them(home: Home) -> None:
    found = receivers(
        home, table("own", "csv") + table("other", "aleaud01", 'folder = "elsewhere"')
    )
    root = home.house.config.file.parent
    assert {key: receiver.folder for key, receiver in found.items()} == {
        "own": root / "in" / "status",
        "other": root / "elsewhere",
    }


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (table("a", "fax"), r"answer.a.form: unknown 'fax'; known: csv, aleaud01"),
        (table("a", "csv", 'states = ["gone"]'), "answer.a.states: unknown gone; known: accepted"),
        ('[answer.a]\nsender = "shop"\nform = "csv"\n', "sender shop has neither a folder nor"),
        ('[answer.a]\nsender = "nobody"\nform = "csv"\n', r"no \[sender.nobody\]"),
        (webhook("a", "erp.example"), "answer.a.url: must be an address"),
        (table("a", "webhook", 'url = "https://erp.example/"'), "secret_file: is missing"),
        (webhook("a", "https://erp.example/", "colour = 1"), "colour: unknown"),
        (
            table("a", "webhook", 'url = "https://erp.example/"\nsecret_file = "facteur.toml"'),
            "not whsec_ and base64",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(home: Home, tables: str, said: str) -> None:
    with pytest.raises(Faulty, match=rf"with-answers.toml:\d+: .*{said}"):
        receivers(home, tables)
