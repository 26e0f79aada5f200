import re

import pytest

from formats.codec import Unreadable
from formats.guide import parse
from formats.table.plan import Plan, plan
from tests.formats.table.guides import TOML


def planned(toml: str) -> Plan:
    return plan(parse("shop", toml))


def test_what_is_not_optional_is_required_and_tells_the_file() -> None:
    made = planned(TOML)
    (part,) = made.parts
    assert part.required == {"Nr", "Date", "Scheme", "Address", "Net", "Unit"}
    assert part.known == part.required | {"Note", "Memo"}
    assert [fill.column for fill in part.item] == ["Net", "Unit"]


BAD_GUIDES = {  # what is changed in the guide, and what is said about it
    ('"Nr" = "number"', '"Nr" = "nummer"'): "column `Nr`, path `nummer`: Invoice has no field",
    ('"lines[].net"', '"lines[0].net"'): "the row's own line is written `lines[].`",
    ('"lines[].net"', '"lines[].price"'): "`price` is not one value; name a field in it",
    ('rows = "lines"', 'rows = "items"'): "Invalid enum value 'items'",
    ('decimal = ","', 'decimal = ",,"'): "[file] decimal: `,,` is not one character",
    ('thousands = "."', 'thousands = ","'): "[file] thousands: one character other than",
    ("DD.MM.YYYY", "DD.MM"): "must hold YYYY, MM and DD once each",
    ('delimiter = ";"', 'separator = ";"'): "unknown word `separator` in [file]",
    ('"currency"', '"totals.due"'): "constant `totals.due`: `EUR` is not a number",
    ("[values.Unit]", "[values.Units]"): "values: column `Units` is not in [columns]",
    ('key = "Nr"', ""): "key: name the column that tells invoices apart",
    ('key = "Nr"', 'key = "No"'): "key: column `No` is not known",
    ('date = "DD', 'header = false\ndate = "DD'): "[match] width: give the number of columns",
    ('date = "DD', 'encoding = "x"\ndate = "DD'): "`x` is no text encoding",
}


@pytest.mark.parametrize("change", BAD_GUIDES, ids=lambda change: change[1] or "left out")
def test_a_faulty_guide_is_refused(change: tuple[str, str]) -> None:
    old, new = change
    assert old in TOML
    with pytest.raises(Unreadable, match=re.escape(BAD_GUIDES[change])) as caught:
        planned(TOML.replace(old, new, 1))
    assert caught.value.finding.rule == "IN-GUIDE"


def test_all_faults_of_a_guide_are_told_at_once() -> None:
    toml = TOML.replace("notes[].text", "note").replace('"EUR"', '"EUR"\nx = "y"')
    toml = toml.replace('decimal = ","', 'decimal = ""\ncolour = "red"')
    with pytest.raises(Unreadable, match=r"(?s)colour.*decimal.*`note`.*path `x`"):
        planned(toml)
