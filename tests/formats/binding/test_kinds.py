from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from formats.binding.kinds import BASE64, DATE, DATE_102, DECIMAL, PAYMENT_TERMS, Kind, code

READ = [
    (DECIMAL, "0", Decimal(0)),
    (DECIMAL, "-1.50", Decimal("-1.50")),
    (DECIMAL, "+.5", Decimal("0.5")),
    (DECIMAL, "7.", Decimal(7)),
    (DATE, "2026-02-28", date(2026, 2, 28)),
    (DATE, "2026-02-28Z", date(2026, 2, 28)),
    (DATE, "2026-02-28-05:00", date(2026, 2, 28)),
    (DATE_102, "20260228", date(2026, 2, 28)),
    (BASE64, "YWJj\n ZGVm", b"abcdef"),
]

REFUSED = [
    *((DECIMAL, text) for text in ("", "1,5", "1e5", "NaN", "Infinity", "1_0", "٣", "1 000", ".")),
    (DECIMAL, "9" * 29),
    *((DATE, text) for text in ("2026-2-1", "20260228", "2026-02-30", "2026-W09-1", "28.02.2026")),
    *((DATE_102, text) for text in ("2026-02-28", "20260230", "260228", "202602281200")),
    *((BASE64, text) for text in ("a", "!!!!", "YWJj=YWJj")),
]

WRITTEN = [
    (DECIMAL, Decimal("1E+3"), "1000"),
    (DECIMAL, Decimal("1E-7"), "0.0000001"),
    (DECIMAL, Decimal("-0.10"), "-0.10"),
    (DATE, date(987, 6, 5), "0987-06-05"),
    (DATE_102, date(987, 6, 5), "09870605"),
    (BASE64, b"abcdef", "YWJjZGVm"),
    (PAYMENT_TERMS, "30 days", "30 days"),
    (PAYMENT_TERMS, "#1 customer", "#1 customer"),
    (PAYMENT_TERMS, "#SKONTO#TAGE=7#PROZENT=2.00#", "#SKONTO#TAGE=7#PROZENT=2.00#\n"),
    (code({"3": "5"}), "3", "5"),
    (code({"3": "5"}), "ZZ", "ZZ"),
]


@pytest.mark.parametrize(("kind", "text", "value"), READ)
def test_read(kind: Kind, text: str, value: object) -> None:
    assert kind.reads(text) == value


@pytest.mark.parametrize(("kind", "text"), REFUSED)
def test_refused(kind: Kind, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the reader makes the message)
        kind.reads(text)


@pytest.mark.parametrize(("kind", "value", "text"), WRITTEN)
def test_written(kind: Kind, value: object, text: str) -> None:
    assert kind.writes(value) == text


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity")])
def test_no_amount_is_not_written(value: Decimal) -> None:
    writes: Callable[[Any], str] = DECIMAL.writes
    with pytest.raises(ValueError, match=str(value)):
        writes(value)
