"""What release 3.0.22 of Peppol's rules changes: a row a rule, before and after, both sides.

Expectations are those of the release notes of v3.0.22 and v-sb-3 of OpenPeppol.
"""

from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from formats.findings import Severity
from formats.model import Invoice, PostalAddress, PrecedingInvoice
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from formats.rules.peppol_bis_22 import NOW_FATAL, REMOVED
from tests.formats.rules import test_peppol_bis as peppol
from tests.formats.rules.peppol_samples import BASES, registered
from tests.formats.rules.samples import change

NEW, OLD = RULESETS["peppol-bis-3.0.22"], RULESETS["peppol-bis-3"]
SELF_NEW, SELF_OLD = RULESETS["peppol-selfbilling-3.0.22"], RULESETS["peppol-selfbilling-3"]
ADDED = {
    *(f"SK-R-{n:03}" for n in range(1, 8)),
    *(f"PEPPOL-COMMON-R0{n}" for n in (58, 59, 62)),
}
D = Decimal

SLOVAK: Invoice = change(
    BASES["belgian"],
    {
        "seller.vat_identifier": "SK2020123456",
        "buyer.vat_identifier": "SK2020654321",
        **{
            f"{role}.address": PostalAddress(
                line_1="Ulica 1", city="Bratislava", post_code="811 01", country="SK"
            )
            for role in ("seller", "buyer")
        },
    },
)
CORRECTED = {"type_code": "384", "preceding": (PrecedingInvoice(number="R-0"),)}


def identified(scheme: str, value: str) -> dict[str, Any]:
    return {"buyer.identifiers": (registered(value, scheme),)}


def without(role: str, field: str) -> dict[str, Any]:
    return {f"{role}.address.{field}": None}


class Row(NamedTuple):
    rule: str
    changes: dict[str, Any]
    said: str
    """Of 3.0.21 and of 3.0.22: + where the rule does not fire, - where it does."""
    base: Invoice = BASES["belgian"]


ROWS = (
    Row("PEPPOL-COMMON-R040", identified("0088", "4000001000005"), "++"),
    Row("PEPPOL-COMMON-R040", identified("0088", "40000015"), "+-"),
    Row("PEPPOL-COMMON-R040", identified("0088", "4000001000013"), "--"),
    Row("PEPPOL-COMMON-R043", identified("0208", "0123456749"), "++"),
    Row("PEPPOL-COMMON-R043", identified("0208", "1123456770"), "++"),
    Row("PEPPOL-COMMON-R043", identified("0208", "2123456791"), "+-"),
    Row("PEPPOL-COMMON-R058", {"buyer.vat_identifier": "LU12345613"}, "++"),
    Row("PEPPOL-COMMON-R058", {"buyer.vat_identifier": "lu12345613"}, "++"),
    Row("PEPPOL-COMMON-R058", {"buyer.vat_identifier": "LU12345614"}, "+-"),
    Row("PEPPOL-COMMON-R058", {"buyer.vat_identifier": "LU1234561"}, "+-"),
    Row("PEPPOL-COMMON-R059", identified("0240", "20002400007"), "++"),
    Row("PEPPOL-COMMON-R059", identified("0240", "20002400008"), "++"),
    Row("PEPPOL-COMMON-R059", identified("0240", "20002200009"), "+-"),
    Row("PEPPOL-COMMON-R059", identified("0240", "20001200000"), "+-"),
    Row("PEPPOL-COMMON-R062", {"buyer.vat_identifier": "BE0123456749"}, "++"),
    Row("PEPPOL-COMMON-R062", {"buyer.vat_identifier": "BE2123456791"}, "+-"),
    Row("PEPPOL-COMMON-R062", {"buyer.vat_identifier": "BE0123456748"}, "+-"),
    Row(
        "PEPPOL-EN16931-CL008",
        {"buyer.electronic_address.scheme": "0158"},
        "-+",
    ),
    Row("PEPPOL-EN16931-P0100", {"type_code": "389"}, "-+", BASES["german"]),
    Row("PEPPOL-EN16931-P0112", {"type_code": "389"}, "++", BASES["german"]),
    Row("PEPPOL-EN16931-P0112", {"type_code": "389"}, "+-"),
    Row("PEPPOL-EN16931-P0112", {"type_code": "326"}, "--"),
    Row("PEPPOL-EN16931-P0112", CORRECTED, "--"),
    Row("PEPPOL-EN16931-P0112", CORRECTED, "-+", SLOVAK),
    Row("PEPPOL-EN16931-P0112", {"type_code": "389"}, "+-", SLOVAK),
    Row("GR-R-001-5", {"number": "123456783|01/02/2026|0|9.9|A|7"}, "-+", BASES["greek"]),
    Row("SE-R-006", {"vat_breakdown[0].rate": D(7)}, "--", BASES["swedish"]),
    Row(
        "SE-R-006",
        {"vat_breakdown[0].rate": D(7), "buyer.address.country": "NO"},
        "-+",
        BASES["swedish"],
    ),
    Row("SK-R-001", CORRECTED, "++", SLOVAK),
    Row("SK-R-001", CORRECTED | {"preceding": ()}, "+-", SLOVAK),
    Row("SK-R-001", {"type_code": "380", "preceding": ()}, "++", SLOVAK),
    Row("SK-R-002", without("seller", "line_1"), "+-", SLOVAK),
    Row("SK-R-003", without("seller", "city"), "+-", SLOVAK),
    Row("SK-R-004", without("seller", "post_code"), "+-", SLOVAK),
    Row("SK-R-005", without("buyer", "line_1"), "+-", SLOVAK),
    Row("SK-R-006", without("buyer", "city"), "+-", SLOVAK),
    Row("SK-R-007", without("buyer", "post_code"), "+-", SLOVAK),
    Row("SK-R-007", without("buyer", "post_code"), "++"),
)


def broken(row: Row) -> Invoice:
    invoice: Invoice = change(row.base, row.changes)
    return invoice


@pytest.mark.parametrize("row", ROWS)
def test_what_a_release_changes(row: Row) -> None:
    fired = [{finding.rule for finding in check(broken(row), ruleset)} for ruleset in (OLD, NEW)]
    assert "".join("-" if row.rule in each else "+" for each in fired) == row.said


@pytest.mark.parametrize("rule", peppol.BROKEN)
def test_all_else_is_judged_as_before(rule: str) -> None:
    told = ADDED | REMOVED | {"PEPPOL-COMMON-R040", "PEPPOL-COMMON-R043"}
    before, after = (
        {finding.rule for finding in check(peppol.broken(rule), ruleset)} for ruleset in (OLD, NEW)
    )
    assert before ^ after <= told


def test_each_new_rule_is_there_and_each_old_one_but_what_is_gone() -> None:
    before, after = ({rule.id for rule in ruleset} for ruleset in (OLD, NEW))
    assert after - before == ADDED
    assert before - after == REMOVED
    assert len(NEW.unjudged) - len(OLD.unjudged) == 276 - 140 + 1
    self_before, self_after = ({rule.id for rule in each} for each in (SELF_OLD, SELF_NEW))
    assert self_after - self_before == {rule for rule in ADDED if rule.startswith("PEPPOL")}
    assert self_before <= self_after


def test_what_was_announced_as_a_warning_is_fatal_and_what_is_new_warns() -> None:
    for ruleset in (NEW, SELF_NEW):
        weights = {rule.id: rule.severity for rule in ruleset}
        assert {weights[rule] for rule in NOW_FATAL} == {Severity.FATAL}
        assert {weights[rule] for rule in ADDED & weights.keys()} == {Severity.WARNING}
    assert {rule.severity for rule in OLD if rule.id in NOW_FATAL} == {Severity.WARNING}


@pytest.mark.parametrize("base", BASES)
def test_clean_invoices_break_nothing_new_that_is_fatal(base: str) -> None:
    fatal = [each for each in check(BASES[base], NEW) if each.severity is Severity.FATAL]
    assert fatal == []
