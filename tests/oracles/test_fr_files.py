"""BR-FR on files against the official Schematron: every row of the fast tests, and spoilt ones."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

import pytest
from lxml import etree

from formats.syntax.fr_ctc import FR_CTC_CII_FILES, FR_CTC_UBL_FILES
from formats.syntax.judge import judge
from formats.syntax.rules import SyntaxRules
from formats.xml.names import Element
from formats.xml.parsing import parse
from tests.formats.syntax import several_sellers as sellers
from tests.formats.syntax.test_fr_ctc import CASES
from tests.oracles.artefacts import artefact
from tests.oracles.mutants import mutants
from tests.oracles.saxon import saxon
from tests.oracles.test_country_rules import FRENCH, worded
from tests.oracles.verdicts import Verdicts

MUTANTS = int(os.environ.get("FACTEUR_MUTANTS", "100"))
WORDS = (
    *FRENCH,
    *("GROUP", "DETAIL", "INFORMATION", "1", "2", "11", "21", "F1", "F2", "#F1#", "#F2#x"),
    *("S8", "B9", "M8", "S1", "384", "261", "471", "111111111", "222222222", "130", "EUR", "USD"),
    *("20260101", "20.5", "100.5", "AFL", "AVV"),
)
NEVER = {"BR-FR-16_BT-103", "BR-FR-DEC-01_BT-111"}
"""What the official files never ask."""


class Syntax(NamedTuple):
    rules: SyntaxRules
    official: str
    write: Callable[[sellers.Several], Element]


SYNTAXES = [
    Syntax(FR_CTC_UBL_FILES, "fr-ctc-ubl-xslt", sellers.in_ubl),
    Syntax(FR_CTC_CII_FILES, "fr-ctc-cii-xslt", sellers.in_cii),
]


def samples(syntax: Syntax) -> Iterator[tuple[str, Element]]:
    for rules, around, rule, broken, right in CASES:
        if rules is syntax.rules:
            yield f"{rule}, right", around(right)
            if broken is not None:
                yield f"{rule}, broken", around(broken)
    for what, several in {**sellers.RIGHT, **sellers.BROKEN}.items():
        yield what, syntax.write(several)


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: str(syntax.rules.key))
def test_we_agree_on_every_row_and_on_spoilt_ones(syntax: Syntax, verdict: Verdicts) -> None:
    random = Random(syntax.rules.key)  # noqa: S311 (the same every time)
    ids = {rule.id for rule in syntax.rules}
    rows = list(samples(syntax))
    cases = [(what, etree.tostring(root)) for what, root in rows]
    while len(cases) < len(rows) + MUTANTS:
        what, root = random.choice(rows[-len(sellers.RIGHT) - len(sellers.BROKEN) :])
        spoilt = (*mutants(root, count=1, random=random), worded(root, WORDS, random))
        cases += [(f"{spoil} in {what}", mutant) for spoil, mutant in spoilt]
    fired: Counter[str] = Counter()
    wrong: dict[str, frozenset[str]] = {}
    broke_down = 0
    with saxon() as official:
        for what, document in cases:
            said = official.fired(artefact(syntax.official), document)
            if said is None:
                broke_down += 1
                continue
            fired.update(said & ids)
            ours = set(judge(parse(document, what="what was judged before"), syntax.rules).failed)
            if differing := (said & ids) ^ ours:
                wrong[what] = differing
    compared = len(cases) - broke_down
    sys.stdout.write(
        f"oracles: {syntax.rules.key}, files: {compared * len(ids)} verdicts on {compared} files"
        f" compared, {len(wrong)} disagree; {len(fired)} of {len(ids)} rules fired;"
        f" {broke_down} times the official rules broke down\n"
    )
    assert set(fired) == ids - NEVER, "every rule has an occasion"
    assert compared > len(cases) * 3 / 4, "most can be compared"
    judge_, subject = f"Schematron, {syntax.rules.key}", f"{compared} files"
    verdict(judge_, subject, agrees=True, files=compared - len(wrong))
    verdict(judge_, subject, agrees=not wrong, says=wrong, files=len(wrong))
