import pytest

from routing_rules.decision import Print
from routing_rules.grammar import UnusableRules, load, shipped
from routing_rules.roads import Vocabulary

GOOD = """
[[rule]]
name = "vip"
because = "asked for"
source = "contract 7"
valid_from = 2026-01-01
valid_until = 2026-12-31
legal = true
[rule.when]
group = "key-account"
not_country = ["CH", "LI"]
total_over = 1000.5
roads = []
"""

ROADS = '[{ channel = "email", format = "letter-din5008" }]'


def written(*lines: str, roads: str = ROADS) -> str:
    return "\n".join(["[[rule]]", 'name = "r"', 'because = "b"', f"roads = {roads}", *lines])


FAULTS = {  # one row a fault: the file, the line, and what the message says
    "not TOML": ("[[rule]]\nname = ", 2, "not TOML"),
    "not TOML at the end": ("[[rule]]\nname = 'x", 2, "not TOML"),
    "rule that is no list": ("[rule]\nname = 'x'", 1, "under a line [[rule]]"),
    "stray table": ("[rules]\n" + written(), 1, "unknown key `rules`"),
    "unknown key": (written("vaild_from = 2026-01-01"), 5, "did you mean `valid_from`?"),
    "unknown word": (written('when.contry = "DE"'), 5, "did you mean `country`?"),
    "unknown word, inline": (
        written('when = { kind = "invoice", xyz = "DE" }'),
        5,
        "unknown word `xyz`; known are accepts, ",
    ),
    "print, wrong value": (
        written(roads='[{ channel = "post", format = "letter-din5008", print.plex = "both" }]'),
        4,
        "`print` of a road: Invalid enum value 'both' - at `$.plex`; known are plex, colour,",
    ),
    "print, unknown key": (
        written(roads='[{ channel = "post", format = "letter-din5008", print.ink = "red" }]'),
        4,
        "unknown field `ink`",
    ),
    "print by email": (
        written(roads='[{ channel = "email", format = "letter-din5008", print.plex = "duplex" }]'),
        4,
        "`print` is for roads to a print partner, `email` is none",
    ),
    "country": (written('when.country = "Germany"'), 5, "a country like \"DE\", found 'Germany'"),
    "empty list": (written("when.country = []"), 5, "found an empty list"),
    "kind": (written('when.kind = "bill"'), 5, "one of invoice, credit_note"),
    "amount": (written('when.total_over = "1.000,00"'), 5, "an amount like"),
    "endless amount": (written('when.total_over = "inf"'), 5, "an amount like"),
    "amount as truth": (written("when.total_over = true"), 5, "an amount like"),
    "date as text": (written('when.issued_from = "2026-01-01"'), 5, "a date like 2026-01-31"),
    "flag as text": (written('when.public_body = "yes"'), 5, "true or false"),
    "beginning": (written('when.identifier_starts = "99"'), 5, "a beginning like"),
    "wish": (written('when.wishes = "emial"'), 5, "unknown channel `emial`; did you mean `email`?"),
    "when": (written('when = "DE"'), 5, "`when` must be a table"),
    "legal": (written('legal = "yes"'), 5, "`legal` must be true or false"),
    "validity": (written("valid_from = 2027-01-01", "valid_until = 2026-01-01"), 6, "before it"),
    "valid_from as text": (written('valid_from = "soon"'), 5, "a date like"),
    "source": (written("source = 5"), 5, "`source` must be text"),
    "no name": (f'\n[[rule]]\nbecause = "b"\nroads = {ROADS}', 2, "`name` is missing"),
    "no roads": ('[[rule]]\nname = "r"\nbecause = "b"', 1, "the rule leads nowhere"),
    "roads": (written(roads='"email"'), 4, "`roads` must be a list like"),
    "half a road": (written(roads='[{ channel = "email" }]'), 4, "needs `channel` and `format`"),
    "road key": (
        written(roads='[{ channel = "mail", format = "letter-din5008", sign = "x" }]'),
        4,
        "unknown key of a road `sign`",
    ),
    "channel": (
        written(roads='[{ channel = "fax", format = "letter-din5008" }]'),
        4,
        "unknown channel `fax`; known are anaf, ap, ",
    ),
    "format": (
        written(roads='[{ channel = "mail", format = "facturx" }]'),
        4,
        "did you mean `facturx-en16931`?",
    ),
    "signature": (
        written(
            roads='[{ channel = "mail", format = "letter-din5008", signature = "pades-b-lt" }]'
        ),
        4,
        "unknown signature `pades-b-lt`; did you mean `pades-b-b`?",
    ),
    "copy": (
        written('copies = [{ channel = "x", format = "letter-din5008" }]'),
        5,
        "unknown channel `x`",
    ),
    "name taken": (written() + "\n" + written(), 5, "the name `r` is taken by the rule at own"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_fault_is_reported_with_its_line_and_no_other(case: str, house: Vocabulary) -> None:
    text, line, message = FAULTS[case]
    with pytest.raises(UnusableRules) as caught:
        load([("own.toml", text)], house)
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [("own.toml", line)]
    assert message in caught.value.faults[0].message


def test_all_faults_of_all_files_come_at_once(house: Vocabulary) -> None:
    texts = [text for text, _, _ in FAULTS.values()]
    files = [(f"{at:02}.toml", text.replace('"r"', f'"r{at}"')) for at, text in enumerate(texts)]
    with pytest.raises(UnusableRules) as caught:
        load(files, house)
    assert [fault.file for fault in caught.value.faults] == [name for name, _ in files]
    assert str(caught.value).count("\n") == len(files) - 1


def test_all_faults_of_one_road_come_at_once(house: Vocabulary) -> None:
    text = written(roads='[{ channel = "fax", format = "telex", signature = "wax" }]')
    with pytest.raises(UnusableRules) as caught:
        load([("own.toml", text)], house)
    said = [fault.message.partition("; ")[0] for fault in caught.value.faults]
    assert said == [
        "rule `r`: unknown channel `fax`",
        "rule `r`: unknown format `telex`",
        "rule `r`: unknown signature `wax`",
    ]


def test_good_rule_is_read_in_full(house: Vocabulary) -> None:
    text = GOOD.replace("roads = []\n", "").replace(
        "legal = true", f"legal = true\nroads = {ROADS}"
    )
    (rule,) = load([("own.toml", text)], house).rules
    assert [(clause.word, clause.text) for clause in rule.when] == [
        ("group", "key-account"),
        ("not_country", "CH, LI"),
        ("total_over", "1000.5"),
        ("valid_from", "2026-01-01"),
        ("valid_until", "2026-12-31"),
    ]
    assert (rule.legal, rule.source, rule.place) == (True, "contract 7", "own.toml:2")


def test_a_road_says_how_its_letters_are_printed(house: Vocabulary) -> None:
    letter = 'channel = "post", format = "letter-din5008"'
    table = '{ plex = "simplex", colour = "mono", inserts = ["flyer"], together = true }'
    text = written(roads=f"[{{ {letter}, print = {table} }}, {{ {letter} }}]")
    first, second = load([("f.toml", text)], house).rules[0].lanes
    assert first.road.print == Print(
        plex="simplex", colour="mono", inserts=("flyer",), together=True
    )
    assert second.road.print is None


def test_version_changes_with_any_text_name_or_order(house: Vocabulary) -> None:
    one, other = ("a.toml", written()), ("b.toml", written().replace('"r"', '"s"'))
    renamed = ("c.toml", other[1])
    commented = (other[0], other[1] + "\n#")
    sets = [[one], [one, other], [other, one], [one, renamed], [one, commented]]
    assert len({load(files, house).version for files in sets}) == len(sets)
    assert load([one], house).version == load([one], house).version


def test_shipped_rules_load_in_any_house_and_the_last_resort_is_last(house: Vocabulary) -> None:
    bare = Vocabulary(channels={}, formats={})
    assert len(load(shipped(), bare).rules) == len(load(shipped(), house).rules)
    assert [name for name, _ in shipped()][-1] == "shipped/default.toml"


def test_a_channel_called_like_its_kind_is_named_once() -> None:
    same = Vocabulary(channels={"email": "email"}, formats={"ubl": frozenset()})
    text = written(roads='[{ channel = "zz", format = "ubl" }]')
    with pytest.raises(UnusableRules) as caught:
        load([("own.toml", text)], same)
    assert str(caught.value).count("email") == 1
