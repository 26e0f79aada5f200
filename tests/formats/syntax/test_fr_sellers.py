"""BR-FR-MV and BR-FR-BD: an invoice of two sellers with one thing changed, in both syntaxes."""

from collections.abc import Callable
from dataclasses import replace
from time import process_time

import pytest

from formats.rules.fr_official import IN_CII
from formats.syntax.fr_ctc import FR_CTC_CII_FILES, FR_CTC_UBL_FILES
from formats.syntax.judge import judge
from formats.syntax.rules import SyntaxRules
from formats.xml.names import Element
from tests.formats.syntax.several_sellers import BROKEN, RIGHT, Several, in_cii, in_ubl, with_line

BOTH = [(FR_CTC_UBL_FILES, in_ubl), (FR_CTC_CII_FILES, in_cii)]
Write = Callable[[Several], Element]


@pytest.mark.parametrize(("rules", "write"), BOTH)
@pytest.mark.parametrize("what", RIGHT)
def test_what_is_right_breaks_nothing(rules: SyntaxRules, write: Write, what: str) -> None:
    assert judge(write(RIGHT[what]), rules).failed == ()


@pytest.mark.parametrize(("rules", "write"), BOTH)
@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_is_broken(rules: SyntaxRules, write: Write, rule: str) -> None:
    official = IN_CII.get(rule, rule) if rules is FR_CTC_CII_FILES else rule
    assert official in judge(write(BROKEN[rule]), rules).failed


@pytest.mark.parametrize(("rules", "write"), BOTH)
def test_each_rule_has_its_row(rules: SyntaxRules, write: Write) -> None:
    del write
    official = IN_CII if rules is FR_CTC_CII_FILES else {}
    of_sellers = {rule.id for rule in rules if rule.id.startswith(("BR-FR-MV-", "BR-FR-BD-"))}
    assert of_sellers == {official.get(rule, rule) for rule in BROKEN}


def test_an_invoice_of_one_seller_is_asked_none_of_them() -> None:
    said = judge(in_ubl(RIGHT["one seller, who says nothing"]), FR_CTC_UBL_FILES)
    assert set(BROKEN) <= set(said.not_applicable)


def test_every_line_that_is_at_fault_is_named() -> None:
    several = with_line(4, with_line(0, vat=None), vat=None)
    said = judge(in_ubl(several), FR_CTC_UBL_FILES)
    places = [each.place for each in said.findings if each.rule == "BR-FR-MV-03_EXT-FR-FE-181"]
    assert places == ["/Invoice/cac:InvoiceLine (line 1)", "/Invoice/cac:InvoiceLine[5] (line 1)"]


@pytest.mark.parametrize(("rules", "write"), BOTH)
def test_many_sellers_take_no_more_time_each(rules: SyntaxRules, write: Write) -> None:
    one = RIGHT["several sellers"]
    lines = tuple(
        replace(line, number=f"{line.number}-{n}", parent=line.parent and f"{line.parent}-{n}")
        for n in range(200)
        for line in one.lines
    )
    root = write(replace(one, lines=lines, rows=one.rows * 200))
    started = process_time()
    assert judge(root, rules).failed
    assert process_time() - started < 5, "with the square of 1,200 it would be more"
