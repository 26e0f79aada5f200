"""The levels of Factur-X on files: what is there too often, missing, or no code of a list."""

import runpy
from pathlib import Path

import pytest

from formats.rules.facturx import FACTURX
from formats.syntax.facturx import LEVELS, level_rules
from formats.syntax.judge import judge
from tests.formats.syntax.files import cii, nested
from tests.oracles.artefacts import artefact

ROOT = Path(__file__).parents[3]
DEAL = "rsm:SupplyChainTradeTransaction"
HEAD = f"{DEAL}/ram:ApplicableHeaderTradeAgreement"
BUYER = f"{HEAD}/ram:BuyerTradeParty"
NUMBER = f"{HEAD}/ram:SellerTradeParty/ram:SpecifiedTaxRegistration"
DOCUMENT = f"{HEAD}/ram:AdditionalReferencedDocument"
VAT = nested("ram:ID", "2", 'schemeID="VA"')
DATE = "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString"
COUNTS = {"minimum": 15, "basicwl": 92, "basic": 47, "en16931": 135, "extended": 661}


def document(code: str, more: str) -> str:
    return nested(DOCUMENT, nested("ram:TypeCode", code) + more)


# level, what is in the document, the place of the only finding, its value
BROKEN: list[tuple[str, str, str, str | None]] = [
    ("minimum", nested(DATE, "20260131"), f"/{DATE}", None),
    ("minimum", nested(DATE, "20260131", 'format="203"'), f"/{DATE}", "203"),
    (
        "minimum",
        nested("rsm:ExchangedDocumentContext"),
        "/rsm:ExchangedDocumentContext",
        None,
    ),
    ("basicwl", nested(BUYER, 2 * nested("ram:ID", "1")), f"/{BUYER}/ram:ID[2]", None),
    ("basicwl", nested(NUMBER, nested("ram:ID", "1") + VAT), f"/{NUMBER}", None),
    ("extended", document("916", 2 * nested("ram:Name", "x")), f"/{DOCUMENT}", None),
]


@pytest.mark.parametrize(("level", "inside", "place", "value"), BROKEN)
def test_what_a_level_forbids_is_found(
    level: str, inside: str, place: str, value: str | None
) -> None:
    outcome = judge(cii(inside), level_rules(f"facturx-{level}"))
    found = {(each.place, each.value) for each in outcome.findings}
    assert (f"/rsm:CrossIndustryInvoice{place} (line 1)", value) in found
    assert all(each.fix for each in outcome.findings)


def test_an_element_is_judged_in_the_first_context_whose_condition_it_meets() -> None:
    rules = level_rules("facturx-extended")
    twice = {
        code: judge(cii(document(code, 2 * nested("ram:Name", "x"))), rules).failed
        for code in ("916", "50")
    }
    assert "FX-SCH-A-000283" in twice["916"]
    assert "FX-SCH-A-000283" not in twice["50"]


@pytest.mark.parametrize("level", COUNTS)
def test_the_table_is_what_the_script_makes_of_the_official_artefact(level: str) -> None:
    script = runpy.run_path(str(ROOT / "tools/facturx_syntax.py"))
    table = (ROOT / f"formats/syntax/facturx_{level}.toml").read_text("utf-8")
    assert script["main"](level, artefact(f"facturx-{level}-xslt")) == table


def test_only_what_no_model_shows_is_judged_here_and_each_rule_once() -> None:
    assert set(LEVELS) == {rules.key for rules in FACTURX}
    for on_model in FACTURX:
        ids = [rule.id for rule in level_rules(on_model.key)]
        assert len(ids) == len(set(ids)) == COUNTS[on_model.key.removeprefix("facturx-")]
        assert set(ids) <= set(on_model.unjudged) | {rule.id for rule in on_model}
