"""CSV of notices: rows that any program reads back as they were."""

import csv
import io

from msgspec.structs import replace

from formats.answers.table import COLUMNS, write
from formats.findings import sentence
from tests.formats.answers.notices import ALL, COVER, DELIVERED, PARKED


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), delimiter=";"))


def test_one_row_a_notice_in_columns_that_stay() -> None:
    found = rows(write(ALL, COVER))
    assert list(found[0]) == list(COLUMNS)
    assert found[0] == {
        "notice": "sap-sabc-1-3",
        "at": "2026-11-20T09:30:05Z",
        "file": "INVOIC_0000000007100101.xml",
        "submission": "sabc",
        "document": "sabc-1",
        "reference": "0000000007100101",
        "kind": "invoice",
        "number": "90001234",
        "issue_date": "2026-11-20",
        "currency": "EUR",
        "total": "1190.00",
        "customer": "K1",
        "customer_name": "Müller & Söhne; Bremen",
        "state": "delivered",
        "channel": "peppol",
        "channel_state": "delivered",
        "reason": "MLS AP: accepted by C3",
        "faults": "0",
        "what_to_do": "",
    }
    assert [row["state"] for row in found] == ["delivered", "parked", "parked"]
    assert found[1]["what_to_do"].split(" | ") == [
        sentence(PARKED.findings[0]),
        "BR-DEC-09: the sum has 3 decimals",
    ]


def test_line_breaks_in_texts_break_no_row() -> None:
    broken = replace(DELIVERED, reason='550 "no"\r\nsuch;user')
    data = write([broken], COVER)
    assert data.count(b"\r\n") == 2
    assert rows(data)[0]["reason"] == '550 "no" such;user'
