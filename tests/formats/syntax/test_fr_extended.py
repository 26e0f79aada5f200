"""EXTENDED-CTC-FR on files: what it has of its own, and what it keeps of the core."""

from collections.abc import Callable, Collection

import pytest

from formats.rules.engine import RuleSet
from formats.rules.fr_extended import FR_EXTENDED, FR_EXTENDED_CII
from formats.syntax.cii import CII
from formats.syntax.fr_extended import FR_EXTENDED_CII_FILES, FR_EXTENDED_UBL_FILES
from formats.syntax.judge import judge
from formats.syntax.rules import SyntaxRules
from formats.syntax.ubl import UBL
from formats.xml.names import Element
from tests.formats.syntax.files import cii, invoice, nested

ATTRIBUTE = "cac:InvoiceLine/cac:Item/cac:AdditionalItemProperty"
TRAIT = "ram:ApplicableProductCharacteristic"
GROSS = "ram:GrossPriceProductTradePrice/ram:AppliedTradeAllowanceCharge"
DUE = nested("cac:LegalMonetaryTotal/cbc:PayableAmount", "1")
UNMEASURED = nested("cbc:ValueQuantity", "1")
MEASURED = nested("cbc:ValueQuantity", "1", 'unitCode="C62"')


def charge(code: str, listed: str, said: str = "true") -> str:
    reason = nested("cbc:AllowanceChargeReasonCode", code, f'listID="{listed}"')
    return nested("cac:AllowanceCharge", nested("cbc:ChargeIndicator", said) + reason)


def part(name: str, code: str, attributes: str = "", said: str = "true") -> str:
    indicated = nested("ram:ChargeIndicator/udt:Indicator", said)
    return nested(name, indicated + nested("ram:ReasonCode", code, attributes))


# by rule: what breaks it, and what is right
IN_UBL = {
    "BR-FREXT-54-1": (nested(ATTRIBUTE), nested(f"{ATTRIBUTE}/cbc:NameCode", "A")),
    "BR-FREXT-54-2": (nested(ATTRIBUTE, UNMEASURED), nested(ATTRIBUTE, MEASURED)),
    "BR-FREXT-04": (
        nested(f"{ATTRIBUTE}/cbc:NameCode", "?"),
        nested(f"{ATTRIBUTE}/cbc:NameCode", "AAA"),
    ),
    "BR-FREXT-CL-20-TAX": (charge("FC", "5153"), charge("VAD", "5153")),
    "BR-FREXT-CL-20-LISTID": (charge("FC", "5189"), None),
    "BR-FREXT-CL-27": (
        nested("cac:DeliveryTerms/cbc:ID", "FOT"),
        nested("cac:DeliveryTerms/cbc:ID", "FOB"),
    ),
    "BR-CO-25": (DUE, DUE + nested("cac:PaymentTerms/cbc:Note", "at once")),
}
PART = "ram:SpecifiedTradeAllowanceCharge"
DELIVERY = "ram:ApplicableTradeDeliveryTerms/ram:DeliveryTypeCode"
IN_CII = {
    "BR-FREXT-54-1": (nested(TRAIT), nested(f"{TRAIT}/ram:TypeCode", "A")),
    "BR-FREXT-54-2": (
        nested(TRAIT, nested("ram:Value", "1") + nested("ram:ValueMeasure", "1")),
        nested(f"{TRAIT}/ram:Value", "1"),
    ),
    "BR-FREXT-CL-20-TAX": (
        part(PART, "FC", 'listID="5153"'),
        part(PART, "VAD", 'listID="5153"'),
    ),
    "BR-FREXT-CL-20-LISTID": (part(PART, "FC", 'listID="x"'), None),
    "BR-FREXT-CL-27": (nested(DELIVERY, "FOT"), nested(DELIVERY, "FOB")),
    "BR-FREXT-CL-19-GP": (part(GROSS, "AAA", said="false"), part(GROSS, "95", said="false")),
    "BR-EXT-CL-07": (None, nested("ram:ReferenceTypeCode", "?")),
}
CASES = [
    *((FR_EXTENDED_UBL_FILES, invoice, rule, *row) for rule, row in IN_UBL.items()),
    *((FR_EXTENDED_CII_FILES, cii, rule, *row) for rule, row in IN_CII.items()),
]


@pytest.mark.parametrize(("rules", "around", "rule", "broken", "right"), CASES)
def test_a_rule_of_its_own_is_broken_or_right(
    rules: SyntaxRules,
    around: Callable[[str], Element],
    rule: str,
    broken: str | None,
    right: str | None,
) -> None:
    assert broken is None or rule in judge(around(broken), rules).failed
    assert right is None or rule in judge(around(right), rules).passed


@pytest.mark.parametrize(
    ("rules", "core", "own", "model"),
    [
        (FR_EXTENDED_UBL_FILES, UBL, IN_UBL, FR_EXTENDED),
        (FR_EXTENDED_CII_FILES, CII, IN_CII, FR_EXTENDED_CII),
    ],
)
def test_of_the_core_it_keeps_what_it_has_itself(
    rules: SyntaxRules, core: SyntaxRules, own: Collection[str], model: RuleSet
) -> None:
    ids = {rule.id for rule in rules}
    known = {rule.id for rule in model} | set(model.unjudged)
    assert ids - set(own) == {rule.id for rule in core} & known - set(own)
    assert not any(rule.startswith(("UBL-", "CII-")) for rule in ids)
    assert set(model.unjudged) <= ids, "nothing is left that neither model nor file shows"
