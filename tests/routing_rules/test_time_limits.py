"""When a limit of law or contract ends: by calendar, by hand."""

from datetime import UTC, date, datetime

import pytest

from formats.model import DocumentKind, Identifier, Invoice, Party, PostalAddress
from formats.model.invoice import Delivery, Period
from routing_rules.conditions.case import Case
from routing_rules.decision import Facts
from routing_rules.recipient import Recipient
from routing_rules.time_limits import Calendar, UnusableLimits, dues, load

RECEIVED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
"""A Friday."""
CONTRACT = """
[calendar.DE]
day_ends = "22:00"
holidays = [2026-12-25]
[[limit]]
name = "{name}"
because = "agreed"
law = "contract 7"
starts = "{starts}"
within = "{within}"
calendar = "{calendar}"
reached = "delivered"
warn_before = "{warn}"
fix = "ask the customer"
{more}
"""
PLAIN = {
    "name": "c",
    "starts": "received",
    "within": "24 hours",
    "calendar": "",
    "warn": "6 hours",
    "more": "",
}


def between(seller: str, buyer: str, **more: object) -> Case:
    """Return an invoice of 20 November 2026 between two countries."""
    invoice = Invoice(
        number="R-1",
        issue_date=date(2026, 11, 20),
        seller=Party(address=PostalAddress(country=seller)),
        buyer=Party(vat_identifier=f"{buyer}1", address=PostalAddress(country=buyer)),
        **more,  # type: ignore[arg-type]
    )
    recipient = Recipient(country=buyer, identifiers=(Identifier(value=f"{buyer}1", scheme="vat"),))
    tags = ("ksef-failure",) if more.get("currency") == "PLN" else ()
    facts = Facts(tenant="t", sender="s", today=date(2026, 11, 20), tags=tags)
    return Case(document=invoice, recipient=recipient, facts=facts)


@pytest.mark.parametrize(
    ("case", "name", "due"),
    [
        (between("IT", "IT"), "it-sdi-12-days", "2026-12-02 22:00"),
        (
            between("IT", "IT", delivery=Delivery(delivered_on=date(2026, 11, 10))),
            "it-sdi-12-days",
            "2026-11-22 22:00",
        ),
        (
            between("IT", "IT", period=Period(end=date(2026, 11, 30))),
            "it-sdi-12-days",
            "2026-12-12 22:00",
        ),
        (between("PL", "PL"), "pl-ksef-offline24", "2026-11-23 22:00"),
        (between("PL", "PL", currency="PLN"), "pl-ksef-failure", "2026-12-01 22:00"),
        (between("RO", "RO"), "ro-efactura-5-days", "2026-11-27 21:00"),
        (between("DE", "IT"), "de-eu-15th", "2026-12-15 22:00"),
        (
            between("FR", "BE", delivery=Delivery(delivered_on=date(2026, 12, 31))),
            "fr-eu-15th",
            "2027-01-15 22:00",
        ),
        (
            between("BE", "BE", delivery=Delivery(delivered_on=date(2026, 10, 31))),
            "be-15th",
            "2026-11-15 22:00",
        ),
        (between("ES", "ES"), "es-15th", "2026-12-15 22:00"),
        (between("FR", "FR"), "", ""),
        (between("DE", "DE"), "", ""),
        (between("DE", "CH"), "", ""),
    ],
)
def test_the_shipped_limits_end_when_their_law_says(case: Case, name: str, due: str) -> None:
    found = [(d.limit.name, f"{d.due_at:%Y-%m-%d %H:%M}") for d in dues(case, RECEIVED, load())]
    assert found == ([(name, due)] if name else [])


@pytest.mark.parametrize(
    ("changes", "due", "warned"),
    [
        ({}, "2026-11-21 09:30", "2026-11-21 03:30"),
        ({"starts": "issued"}, "2026-11-21 00:00", "2026-11-20 18:00"),
        ({"within": "1 working day"}, "2026-11-23 23:59", "2026-11-23 17:59"),
        ({"within": "1 day", "calendar": "DE"}, "2026-11-21 22:00", "2026-11-21 16:00"),
        (
            {"starts": "issued", "within": "day 31 of the next month"},
            "2026-12-31 23:59",
            "2026-12-31 17:59",
        ),
        (
            {"within": "25 working days", "calendar": "DE", "warn": "2 days"},
            "2026-12-28 22:00",
            "2026-12-26 22:00",
        ),
    ],
)
def test_hours_days_and_working_days_are_counted(
    changes: dict[str, str], due: str, warned: str
) -> None:
    limits = load([("own.toml", CONTRACT.format(**PLAIN | changes))], shipped=False)
    (found,) = dues(between("DE", "DE"), RECEIVED, limits)
    assert (f"{found.due_at:%Y-%m-%d %H:%M}", f"{found.warn_at:%Y-%m-%d %H:%M}") == (due, warned)


def test_working_days_skip_what_the_operator_lists() -> None:
    own = "[calendar.PL]\nholidays = [2026-11-23]\n"
    (found,) = dues(between("PL", "PL"), RECEIVED, load([("own.toml", own)]))
    assert found.due_at.date() == date(2026, 11, 24)
    christmas = Calendar(country="PL", holidays=(date(2026, 12, 28),))
    assert christmas.working_day(date(2026, 12, 23), 1) == date(2026, 12, 29)
    week = Calendar()
    assert [week.working_day(date(2026, 11, d), 1).day for d in (20, 21, 22, 23)] == [
        *(23, 23, 23, 24)
    ]


@pytest.mark.parametrize(
    ("more", "binds"),
    [
        ('when.kind = "invoice"', True),
        ('when.not_kind = "invoice"', False),
        ("when.total_over = 1000", False),
        ("valid_from = 2026-11-21", False),
        ("valid_until = 2026-11-19", False),
        ("valid_from = 2026-11-20\nvalid_until = 2026-11-20", True),
    ],
)
def test_a_limit_binds_where_all_of_its_conditions_hold(more: str, *, binds: bool) -> None:
    limits = load([("own.toml", CONTRACT.format(**PLAIN | {"more": more}))], shipped=False)
    assert bool(dues(between("DE", "DE"), RECEIVED, limits)) is binds


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"within": "soon"}, 'own.toml:10: limit: `within`: expected "24 hours", "12 days"'),
        ({"warn": "day 3 of the next month"}, "own.toml:13: limit: `warn_before`: expected "),
        ({"calendar": "XX"}, "own.toml:11: limit `c`: there is no [calendar.XX]"),
        ({"more": "when.contry = 'DE'"}, "own.toml:15: limit `c`: unknown word `contry`"),
        ({"more": "when.country = 'Germany'"}, "own.toml:15: limit `c`: `country`: "),
        ({"starts": "later"}, 'own.toml:9: limit: `starts`: expected "issued"'),
        ({"more": "colour = 1"}, "own.toml:15: limit: unknown key `colour`"),
        ({"more": "[[limit]]"}, "own.toml:15: limit: `name` is missing"),
        ({"more": "[calendar.FR]\nday_ends = '9'"}, "own.toml:16: calendar: `day_ends`: expected "),
        ({"more": "[calender.FR]"}, "own.toml:15: unknown key `calender`"),
        ({"name": "it-sdi-12-days"}, "the name is taken"),
        ({"more": "= 7"}, "own.toml:15: not TOML: Invalid"),
    ],
)
def test_what_is_wrong_is_said_with_its_file(changes: dict[str, str], said: str) -> None:
    with pytest.raises(UnusableLimits) as told:
        load([("own.toml", CONTRACT.format(**PLAIN | changes))])
    assert said in str(told.value)


def test_each_shipped_limit_names_law_source_and_date_and_what_lacks_is_said() -> None:
    limits = load()
    assert all(limit.law and limit.source and limit.checked for limit in limits.limits)
    assert {absent.country for absent in limits.absent} >= {"FR", "ES", "DE"}
    assert {limit.reached for limit in limits.limits} == {"handed_over", "accepted_by_network"}
    assert DocumentKind.INVOICE in limits.limits[0].when["kind"]
