"""CII: rules on payment means, and on the currency of amounts."""

from typing import Final

from formats.model.codes import CURRENCIES
from formats.syntax.cii_types import types
from formats.syntax.rules import Own, Sheet, normal
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_PAYMENT: Final = "//ram:SpecifiedTradeSettlementPaymentMeans"


def _without_account(means: Element, sheet: Sheet) -> bool:
    if {each.strip(WHITE_SPACE) for each in types(means, sheet)}.isdisjoint({"30", "58"}):
        return False
    accounts = means.iterchildren(tag("ram:PayeePartyCreditorFinancialAccount"))
    return not any(
        sheet.values(account, tag(name))
        for account in accounts
        for name in ("ram:IBANID", "ram:ProprietaryID")
    )


def _unknown_currency(amount: Element, _sheet: Sheet) -> bool:
    return (amount.get("currencyID") or "").strip(WHITE_SPACE) not in CURRENCIES


PAYMENT_OWN: Final = {
    "CII-SR-467": Own(
        path=f"{_PAYMENT}/ram:TypeCode",
        alike=normal,
        most=1,
        sentence="there is more than one code of payment means",
        fix="write the same ram:TypeCode to all payment means",
        term="BT-81",
    ),
    "CII-SR-468": Own(
        path=f"{_PAYMENT}/ram:Information",
        alike=normal,
        most=1,
        sentence="there is more than one text of payment means",
        fix="write the same ram:Information to all payment means",
        term="BT-82",
    ),
    "CII-SR-470": Own(
        path="ram:SpecifiedTradeSettlementPaymentMeans",
        only=_without_account,
        sentence="a credit transfer names no account",
        fix="give ram:IBANID or ram:ProprietaryID in ram:PayeePartyCreditorFinancialAccount",
        term="BT-84",
    ),
    "BR-CL-03": Own(
        path=".",
        only=_unknown_currency,
        sentence="the currency of an amount is no code of ISO 4217",
        fix="write the currency's three letters to the attribute currencyID",
        shows="currencyID",
    ),
}
