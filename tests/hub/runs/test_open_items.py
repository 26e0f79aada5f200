from datetime import date
from decimal import Decimal

import pytest

from formats.model import ReminderLevel
from hub.runs.open_items import FaultyOpenItems, Layout, OpenItem, read_open_items

HEADER = (
    "customer,number,issue_date,due_date,currency,amount,open,"
    "description,disputed,promised_until,level_reached"
)
ROW = "4711,R-1,2026-09-01,2026-10-01,EUR,119.00,100.00,Pumpen,,,"

FAULTS = {  # the file, where it says the fault is, and what
    "empty": ("", "file", "the file is empty"),
    "blank lines": ("\n \n", "file", "the file is empty"),
    "open quote": (f'{HEADER}\n"4711,R-1', "file", "not a CSV file"),
    "column missing": ("customer,number,issue_date,currency,amount\n", "row 1", "column `open` is"),
    "column unknown": (f"{HEADER},city\n", "row 1", "unknown column `city`"),
    "column twice": (f"{HEADER},open\n", "row 1", "column `open` stands there twice"),
    "short row": (f"{HEADER}\n4711,R-1", "row 2", "it has 2 cells, fewer than the header"),
    "no number": (f"{HEADER}\n{ROW.replace('R-1', ' ')}", "row 2, column number", "it is empty"),
    "no due date is fine": (
        f"{HEADER}\n{ROW.replace('2026-10-01', '')}\n{ROW.replace('100.00', 'x')}",
        "row 3, column open",
        "'x' is not a number as in 1234.56",
    ),
    "date": (
        f"{HEADER}\n{ROW.replace('2026-10-01', '01.10.2026')}",
        "row 2, column due_date",
        "'01.10.2026' is not a date as in YYYY-MM-DD",
    ),
    "no such day": (
        f"{HEADER}\n{ROW.replace('2026-09-01', '2026-02-30')}",
        "row 2, column issue_date",
        "'2026-02-30' is not a date",
    ),
    "currency": (
        f"{HEADER}\n{ROW.replace('EUR', '€')}",
        "row 2, column currency",
        "not a currency",
    ),
    "disputed": (f"{HEADER}\n{ROW[:-2]}maybe,,", "row 2, column disputed", "neither yes nor no"),
    "level": (f"{HEADER}\n{ROW}3", "row 2, column level_reached", "'3' is none of before_due,"),
    "other sign": (f"{HEADER}\n{ROW.replace('100.00', '-1')}", "row 2", "has another sign"),
    "more open": (f"{HEADER}\n{ROW.replace('100.00', '119.01')}", "row 2", "is more than amount"),
    "twice": (f"{HEADER}\n{ROW}\n\n{ROW}", "row 4", "the same item stands in row 2"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_fault_is_reported_with_row_and_column_and_no_other(case: str) -> None:
    text, place, message = FAULTS[case]
    with pytest.raises(FaultyOpenItems) as caught:
        read_open_items(text.encode())
    (finding,) = caught.value.findings
    assert (finding.place, message in finding.message) == (place, True), finding.message


def test_all_faults_come_at_once() -> None:
    rows = [ROW.replace("119.00", "x").replace("EUR", "euro"), ROW.replace("4711", ""), ROW]
    with pytest.raises(FaultyOpenItems) as caught:
        read_open_items("\n".join([HEADER, *rows]).encode())
    assert [one.place for one in caught.value.findings] == [
        "row 2, column currency",
        "row 2, column amount",
        "row 3, column customer",
    ]


def test_full_row() -> None:
    row = "4711,R-1,2026-09-01,2026-10-01,EUR,119.00,100.00,Pumpen,x,2026-12-01,firm"
    assert read_open_items(f"\ufeff{HEADER}\r\n{row}\r\n".encode()) == (
        OpenItem(
            customer="4711",
            number="R-1",
            issue_date=date(2026, 9, 1),
            due_date=date(2026, 10, 1),
            currency="EUR",
            amount=Decimal("119.00"),
            open=Decimal("100.00"),
            description="Pumpen",
            disputed=True,
            promised_until=date(2026, 12, 1),
            level_reached=ReminderLevel.FIRM,
        ),
    )


def test_a_senders_own_layout() -> None:
    layout = Layout(
        decimal=",",
        thousands=".",
        dates="DD.MM.YYYY",
        columns={
            "customer": "Kunde",
            "number": "Beleg",
            "issue_date": "Datum",
            "due_date": "Fällig",
            "currency": "Währg",
            "amount": "Betrag",
            "open": "Offen",
        },
        ignored=("Buchungskreis",),
    )
    text = (
        "Buchungskreis;Kunde;Beleg;Datum;Fällig;Währg;Betrag;Offen\n"
        "1000;4711;90001;01.09.2026;01.10.2026;EUR;1.190,00;1.190,00\n"
        "1000;4711;16001;05.09.2026;;EUR;200,00-;200,00-\n"
    )
    invoice, payment = read_open_items(text.encode("cp1252"), layout)
    assert (invoice.open, invoice.due_date) == (Decimal("1190.00"), date(2026, 10, 1))
    assert (payment.open, payment.due_date) == (Decimal("-200.00"), None)


def test_layout_for_a_field_that_is_none() -> None:
    with pytest.raises(FaultyOpenItems, match="there is no field `kunde` to map to"):
        read_open_items(f"{HEADER}\n".encode(), Layout(columns={"kunde": "customer"}))
