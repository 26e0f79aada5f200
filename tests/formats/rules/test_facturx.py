"""What a level of Factur-X demands: clean invoices of each level, and one thing broken in some."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from formats.facturx.levels import BASIC, BASIC_WL, EN_16931, EXTENDED, LEVELS, MINIMUM, Level
from formats.facturx.room import narrowed
from formats.model import Invoice, Note, VatBreakdown
from formats.rules.engine import check, outcome
from formats.rules.facturx import CORE_OF, FACTURX, PAYABLE
from tests.formats.rules.samples import CLEAN, change

SETS = {rules.key.removeprefix("facturx-"): rules for rules in FACTURX}
FULL: Invoice = change(
    CLEAN,
    {
        "payment_terms": "30 days",
        "supporting_documents[0].attachment.file_name": "sheet.pdf",
        "totals.rounding": None,
        "totals.due": Decimal("78.50"),
    },
)
MENTIONED = {
    "minimum": 99,
    "basicwl": 278,
    "basic": 284,
    "en16931": 433,
    "extended": 943,
}
"""How many ids the official file of a level has."""


def of_level(level: Level) -> Invoice:
    narrow: Invoice = change(narrowed(FULL, level), {"specification": level.specification})
    return narrow


WITHOUT_ACCOUNT_CODE = {"supporting_documents[0].attachment.file_name": None}


def off(category: str) -> dict[str, Any]:
    """A breakdown far from any sum, which MINIMUM should not have at all."""
    return {
        "vat_breakdown": (
            VatBreakdown(
                category=category,
                taxable=Decimal(990),
                tax=Decimal(0),
                rate=None if category == "O" else Decimal(0),
                exemption_reason="free",
            ),
        )
    }


OFF = {
    category: {f"FX-SCH-A-000{number}" for number in numbers}
    for category, numbers in (
        ("G", (388, 389, 390)),
        ("K", (391, 392, 393)),
        ("O", (394, 395, 396)),
        ("Z", (397, 398, 399)),
    )
}
BROKEN: list[tuple[Level, dict[str, Any], set[str]]] = [
    (MINIMUM, {"seller": None}, {"FX-SCH-A-000027", "BR-06", "BR-08"}),
    (MINIMUM, {"buyer.name": None}, {"FX-SCH-A-000030", "BR-07"}),
    (MINIMUM, {"currency": "XYZ"}, {"FX-SCH-A-000040"}),
    (MINIMUM, {"type_code": "999"}, {"FX-SCH-A-000023"}),
    (MINIMUM, {"specification": "urn:factur-x.eu:1p0:basic"}, {"FX-SCH-A-000026"}),
    (MINIMUM, {"totals.due": None}, {"FX-SCH-A-000044", "BR-15"}),
    *((MINIMUM, off(letters), rules) for letters, rules in OFF.items()),
    (BASIC_WL, {"vat_breakdown": ()}, {"FX-SCH-A-000173", "BR-CO-18"}),
    (BASIC_WL, {"notes": (Note(text="a", subject_code="ZZ"),)}, {"FX-SCH-A-000162"}),
    (BASIC_WL, {"payment.means_code": "999"}, {"FX-SCH-A-000489"}),
    (BASIC, {"buyer.address.country": "XX"}, {"FX-SCH-A-000036", "BR-CL-14"}),
    (BASIC, {"lines": ()}, {"FX-SCH-A-000265", "BR-16"}),
    (EN_16931, {"lines[1].item.name": None}, {"BR-25", "FX-SCH-A-000550"}),
    (EN_16931, WITHOUT_ACCOUNT_CODE, {"FX-SCH-A-000286"}),
    (EN_16931, {"lines[0].item.origin_country": "XX"}, {"FX-SCH-A-000628", "BR-CL-15"}),
    (EXTENDED, {"lines[0].id": None, "lines[0].note": "a"}, {"BR-21", "FX-SCH-A-000270"}),
    (EXTENDED, {"payment_terms": None, "due_date": None}, {"BR-CO-25"}),
    (EXTENDED, {"totals.lines": Decimal("150.04")}, {"BR-FXEXT-CO-10"}),
    (EXTENDED, {"vat_breakdown[0].taxable": Decimal("150.08")}, {"BR-FXEXT-S08b"}),
    (EXTENDED, {"lines[0].price.net": None}, {"BR-FXEXT-BR-26"}),
]


@pytest.mark.parametrize("level", LEVELS[:5], ids=lambda level: str(level.key))
def test_a_narrowed_invoice_has_what_its_level_demands(level: Level) -> None:
    assert check(of_level(level), SETS[level.key]) == ()


@pytest.mark.parametrize(("level", "changes", "expected"), BROKEN)
def test_what_a_level_finds(level: Level, changes: dict[str, Any], expected: set[str]) -> None:
    findings = check(change(of_level(level), changes), SETS[level.key])
    assert expected <= {finding.rule for finding in findings}
    assert all(finding.term and finding.path for finding in findings if "FX-" in finding.rule)


@pytest.mark.parametrize("level", SETS)
def test_every_official_id_is_judged_or_has_a_reason(level: str) -> None:
    rules = SETS[level]
    own = {rule.id for rule in rules.rules} - set(CORE_OF[level].values()) - {PAYABLE.id}
    known = {*own, *CORE_OF[level], *rules.unjudged, *({PAYABLE.id} & {r.id for r in rules})}
    assert len(known) == MENTIONED[level]
    assert not own & rules.unjudged.keys()
    assert set(CORE_OF[level].values()) <= {rule.id for rule in rules}


def test_the_table_names_paths_and_lists_that_are_there() -> None:
    table = tomllib.loads(Path("formats/rules/facturx.toml").read_text("utf-8"))
    named = {key for level in SETS for rows in table[level]["coded"].values() for _, key in rows}
    assert set(table["lists"]) <= named


@pytest.mark.parametrize("level", SETS)
def test_a_partial_document_is_judged_as_far_as_it_goes(level: str) -> None:
    assert outcome(Invoice(), SETS[level]).failed
