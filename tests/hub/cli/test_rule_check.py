"""`route check`: rules are looked at, file and line named, before anything goes by them."""

from pathlib import Path

import pytest

from tests.hub.cli.conftest import Facteur

RULE = """[[rule]]
name = "{name}"
because = "test"
source = "test"
when.country = "DE"
{when}
roads = [{{ channel = "post", format = "ubl" }}]
"""
WIDE = RULE.format(name="wide", when="")
CHECKED = {
    "dead": (
        WIDE + RULE.format(name="narrow", when='when.group = "x"'),
        (1, "RR-DEAD at new.toml:8: rule `narrow`: it is never reached: rule `wide`"),
    ),
    "contradiction": (
        RULE.format(name="odd", when='when.not_country = "DE"'),
        (1, "RR-CONTRADICTION at new.toml:1: rule `odd`: `country = DE`"),
    ),
    "somebody without a road": (WIDE, (1, "RR-NOROAD at address book: customer 1: no road for")),
    "unknown word": (
        RULE.format(name="new", when='when.colour = "red"'),
        (2, "new.toml:6: rule `new`: unknown word `colour`"),
    ),
}


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("case", CHECKED)
def test_what_is_odd_is_named_by_file_and_line(case: str, facteur: Facteur, tmp_path: Path) -> None:
    text, (code, said) = CHECKED[case]
    (tmp_path / "new.toml").write_text(text)
    (tmp_path / "book.csv").write_text("key,name,country\n1,Buyer,FR\n")
    assert facteur("address-book", "--tenant", "nordwind", "book.csv").code == 0
    shown = facteur("route", "check", "--rules", "new.toml")
    assert (shown.code, said in shown.out + shown.err) == (code, True)


@pytest.mark.usefixtures("hub")
def test_rules_in_force_with_nothing_odd(facteur: Facteur) -> None:
    shown = facteur("route", "check")
    assert (shown.code, shown.out) == (0, "nothing odd\n")
