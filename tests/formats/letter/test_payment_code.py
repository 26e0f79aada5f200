"""The QR code says what EPC069-12 says, or there is none."""

from base64 import b64decode
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from formats.letter.payment_code import payment_code
from formats.model import CreditTransfer

TRANSFER = CreditTransfer(
    account="DE89 3704 0044 0532 0130 00", account_name="Müller & Söhne", bank="COBADEFFXXX"
)
GOOD: dict[str, Any] = {
    "transfer": TRANSFER,
    "name": "Seller",
    "amount": Decimal("12.30"),
    "currency": "EUR",
    "reference": "RE 1\nIBAN?",
}
PAYEE = ["COBADEFFXXX", "Müller & Söhne", "DE89370400440532013000", "EUR12.3", ""]
READ: dict[str, tuple[dict[str, Any], list[str]]] = {  # change: the code from its fifth line on
    "as it is": ({}, [*PAYEE, "", "RE 1 IBAN?"]),
    "creditor reference": ({"reference": "RF18 5390 0754 7034"}, [*PAYEE, "RF18539007547034"]),
    "no bank, seller's name": (
        {"transfer": CreditTransfer(account="DE89370400440532013000"), "amount": Decimal(100)},
        ["", "Seller", "DE89370400440532013000", "EUR100", "", "", "RE 1 IBAN?"],
    ),
}
NONE: dict[str, dict[str, Any]] = {
    "currency": {"currency": "CHF"},
    "check digits": {"transfer": CreditTransfer(account="DE88370400440532013000")},
    "not an IBAN": {"transfer": CreditTransfer(account="0532013000")},
    "no account": {"transfer": CreditTransfer()},
    "nothing to pay": {"amount": Decimal(0)},
    "to be paid back": {"amount": Decimal(-1)},
    "too much": {"amount": Decimal("1000000000.00")},
    "fraction of a cent": {"amount": Decimal("1.005")},
    "no name": {"transfer": CreditTransfer(account="DE89370400440532013000"), "name": " "},
    "no reference": {"reference": ""},
    "too many bytes": {"reference": "€" * 140},
}


@pytest.mark.parametrize("case", READ)
def test_code_reads(case: str) -> None:
    change, expected = READ[case]
    uri = payment_code(**(GOOD | change))
    assert uri is not None
    picture = Image.open(BytesIO(b64decode(uri.partition(",")[2])))
    assert picture.mode == "1"
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.text.split("\n") == ["BCD", "002", "1", "SCT", *expected]
    assert code.ec_level == "M"


@pytest.mark.parametrize("case", NONE)
def test_no_code(case: str) -> None:
    assert payment_code(**(GOOD | NONE[case])) is None
