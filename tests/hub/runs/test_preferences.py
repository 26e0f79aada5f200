from decimal import Decimal

import pytest

from formats.model import ReminderLevel
from hub.config.faults import Faulty
from hub.runs.preferences import REMINDING, Cycle, Preferences, Terms, load_preferences

TEXT = """
[company]
grace_days = 3
minimum = "10.00"
late_payment = "DE"
fees = { firm = "5.00", collection = "15" }

[group.key-account]
grace_days = 10
statements = "quarterly"

[customer.4711]
grace_days = 0
most_severe = "firm"
"""


def test_the_most_specific_level_wins_field_by_field() -> None:
    choice = load_preferences("p.toml", TEXT).of("4711", "key-account")
    terms, origin = choice.terms, choice.origin
    assert (terms.grace_days, origin("grace_days")) == (0, "customer 4711")
    assert (terms.minimum, origin("minimum")) == (Decimal("10.00"), "company")
    assert (terms.statements, origin("statements")) == (Cycle.QUARTERLY, "group key-account")
    assert (terms.repeat_days, origin("repeat_days")) == (30, "as shipped")
    assert terms.fees[ReminderLevel.COLLECTION] == Decimal(15)
    assert choice.because(REMINDING) == (
        "grace_days = 0 (customer 4711)",
        "most_severe = firm (customer 4711)",
        "minimum = 10.00 (company)",
        "fees = firm 5.00, collection 15 (company)",
        "late_payment = DE (company)",
    )


def test_others_have_what_the_company_says_or_what_ships() -> None:
    preferences = load_preferences("p.toml", TEXT)
    assert preferences.of("1", "key-account").terms.grace_days == 10
    assert preferences.of("1", "unheard-of").terms.grace_days == 3
    assert Preferences().of("1", None).terms == Terms()
    assert load_preferences("p.toml", "") == Preferences()


FAULTS = {
    "not TOML": ("[company", "p.toml: not a TOML file"),
    "unknown table": ("[customers.1]\n", "customers: unknown table"),
    "unknown key": ("[company]\ngrace = 3", "p.toml:2: company.grace: unknown; known: reminders"),
    "negative": ("[group.a]\ngrace_days = -1", "p.toml:2: group.a.grace_days: Expected `int` >= 0"),
    "amount": ('[company]\nminimum = "ten"', "p.toml:2: company.minimum: "),
    "less than nothing": (
        '[company]\nminimum = "-1"',
        "p.toml:2: company.minimum: an amount must not be negative",
    ),
    "endless fee": (
        '[company]\nfees = { firm = "NaN" }',
        "p.toml:2: company.fees: an amount must not be negative",
    ),
    "level": ('[company]\nfees = { rude = "1" }', "p.toml:2: company.fees: Invalid enum value"),
    "law": ('[customer.1]\nlate_payment = "XX"', "p.toml:2: customer.1.late_payment: unknown;"),
    "notices only": (
        '[company]\nmost_severe = "before_due"',
        "p.toml:2: company.most_severe: write reminders = false",
    ),
    "descending": (
        "[company]\nfirm_after_days = 130",
        "p.toml:1: company: grace_days 0, firm_after_days 130 and collection_after_days 120",
    ),
    "descending for some": (
        "[company]\nfirm_after_days = 20\n[group.a]\ngrace_days = 30",
        "p.toml:3: group.a: grace_days 30, firm_after_days 20",
    ),
    "no table": ("company = 3", "p.toml:1: company: must be a table"),
    "no table of tables": ("group = 3", "group: must be a table"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_fault_is_reported_with_its_line(case: str) -> None:
    text, message = FAULTS[case]
    with pytest.raises(Faulty) as caught:
        load_preferences("p.toml", text)
    assert message in str(caught.value)


def test_all_faults_come_at_once() -> None:
    with pytest.raises(Faulty) as caught:
        load_preferences(
            "p.toml", '[company]\nx = 1\n[group.a]\ny = 2\n[customer.b]\nminimum = "z"'
        )
    assert str(caught.value).count("\n") == 2
