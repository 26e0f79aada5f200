import pytest

from formats.binding.lists import BesideItem, Many, PerItem
from formats.binding.rows import Leaf, Nest
from formats.model import CreditTransfer, Invoice, PaymentInstructions
from tests.formats.binding.small_tables import read, written

TRANSFERS = "payment.credit_transfers"
ACCOUNTS = PerItem(
    Nest(
        "cac:A",
        Leaf("cbc:Name", "payment.means_code"),
        Leaf("cbc:Note", "payment.means_text"),
        Many(TRANSFERS, Nest("cac:B", Leaf("cbc:ID", "account"))),
        BesideItem(TRANSFERS, Nest("cac:C", Leaf("cbc:ID", "bank"))),
        again=True,
    ),
    each=TRANSFERS,
    first=("payment.means_text",),
)


def test_an_element_is_repeated_for_each_item() -> None:
    transfers = (CreditTransfer(account="1", bank="X"), CreditTransfer(account="2"))
    payment = PaymentInstructions(means_code="58", means_text="T", credit_transfers=transfers)
    assert written((ACCOUNTS,), Invoice(payment=payment)) == [
        *("cac:A", "cbc:Name 58", "cbc:Note T", "cac:B", "cbc:ID 1", "cac:C", "cbc:ID X"),
        *("cac:A", "cbc:Name 58", "cac:B", "cbc:ID 2"),
    ]
    once = PaymentInstructions(means_code="58")
    assert written((ACCOUNTS,), Invoice(payment=once)) == ["cac:A", "cbc:Name 58"]


@pytest.mark.parametrize(
    ("inside", "transfers"),
    [
        ("<B><ID>1</ID></B><C><ID>X</ID></C>", [{"account": "1", "bank": "X"}]),
        ("<C><ID>X</ID></C>", [{"bank": "X"}]),
        ("<B><ID>1</ID></B></A><A><C><ID>X</ID></C>", [{"account": "1"}, {"bank": "X"}]),
    ],
)
def test_what_stands_beside_an_item_belongs_to_it(
    inside: str, transfers: list[dict[str, str]]
) -> None:
    inside = f"<A>{inside}</A>"
    for name, prefix in (("ID", "cbc"), ("A", "cac"), ("B", "cac"), ("C", "cac")):
        inside = inside.replace(f"<{name}>", f"<{prefix}:{name}>")
        inside = inside.replace(f"</{name}>", f"</{prefix}:{name}>")
    assert read((ACCOUNTS,), inside).document == {"payment": {"credit_transfers": transfers}}
