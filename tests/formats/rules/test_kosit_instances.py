"""KoSIT's test instances of XRechnung: each says in processing instructions how to spoil it.

`<?xmute mutator="remove" schematron-invalid="xrubl:BR-DE-1"?>` means: remove the next element, and
BR-DE-1 must fire. Only the named rule is judged.
"""

import copy
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

from formats.cii.read import read_cii
from formats.rules.catalogue import RULESETS
from formats.rules.engine import RuleSet, check
from formats.ubl.read import read_ubl
from formats.xml.names import Element

INSTANCES = (
    Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
    / "xrechnung/xrechnung-schematron/test/instances"
)
RULES = {"ubl": RULESETS["xrechnung-3.0"], "cii": RULESETS["xrechnung-3.0-cii"]}

LINE_BREAK = "readers trim the line break that must follow the last discount; writers add it"
SECOND_TOTAL = "of two TaxTotal in accounting currency the second is left by the reader"
EXPLAINED = {
    ("ubl-inv/ubl-inv-br-de-18-no-newline.xml", "skonto_missing_newline"): LINE_BREAK,
    ("ubl-cn/ubl-cn-br-de-18-no-newline.xml", "ubl-cn-br-de-18-skonto_missing_newline"): LINE_BREAK,
    (
        "ubl-inv/ubl-inv-peppol-en16931-r054-2.xml",
        "ubl-inv-no-tax-total-without-tax-subtotals-invalid-2",
    ): SECOND_TOTAL,
    (
        "ubl-cn/ubl-cn-peppol-en16931-r054-2.xml",
        "ubl-cn-no-tax-total-without-tax-subtotals-invalid-2",
    ): SECOND_TOTAL,
    (
        "cii/cii-br-de-18-no-newline-after-skonto.xml",
        "cii_incorrect_skonto_no_newline",
    ): LINE_BREAK,
    (
        "cii/cii-br-dex-05-schemeid-test-3.xml",
        "cii-br-dex-05-test-scheme-id-3",
    ): "in CII the rule is for identifiers of parties as well, which BR-DEX-04 judges here",
    (
        "cii/cii-br-dex-05-schemeid-test-4.xml",
        "cii-br-dex-05-test-scheme-id-4",
    ): "in CII the rule is for identifiers of parties as well, which BR-DEX-04 judges here",
}
"""File and id of the instruction: why we do not agree."""


class Case(NamedTuple):
    file: str
    id: str
    rule: str
    fires: bool
    document: bytes


def cases(file: Path) -> Iterator[Case]:
    root = etree.XML(file.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    for instruction in root.iter(etree.PI):
        said = dict(re.findall(r'([\w-]+)\s*=\s*"([^"]*)"', instruction.text or ""))
        for validity in {"schematron-valid", "schematron-invalid"} & said.keys():
            for document in mutants(root, instruction, said):
                yield Case(
                    file=f"{file.parent.name}/{file.name}",
                    id=said["id"],
                    rule=said[validity].removeprefix("xrubl:").removeprefix("xrcii:"),
                    fires=validity == "schematron-invalid",
                    document=document,
                )


def mutants(root: Element, instruction: Element, said: dict[str, str]) -> Iterator[bytes]:
    element = next(instruction.itersiblings("*"))
    position = list(root.iter()).index(element)
    for change in changes(said):
        mutant = copy.deepcopy(root)
        change(list(mutant.iter())[position])
        yield etree.tostring(mutant)


def changes(said: dict[str, str]) -> Iterator[Callable[[Element], None]]:
    match said["mutator"]:
        case "identity":
            yield lambda _: None
        case "remove":
            yield remove
        case "empty":
            yield empty
        case "code":
            for value in said["values"].split(said.get("separator", ",")):
                yield coded(value.strip(), said.get("attribute"))
        case unknown:
            raise AssertionError(unknown)


def remove(target: Element) -> None:
    parent = target.getparent()
    assert parent is not None
    parent.remove(target)


def empty(target: Element) -> None:
    del target[:]
    target.text = None


def coded(value: str, attribute: str | None) -> Callable[[Element], None]:
    def change(target: Element) -> None:
        if attribute is None:
            target.text = value
        else:
            target.set(attribute, value)

    return change


def ruleset(case: Case) -> RuleSet:
    return RULES["cii" if case.file.startswith("cii/") else "ubl"]


def fired(case: Case) -> set[str]:
    read = read_cii if case.file.startswith("cii/") else read_ubl
    return {finding.rule for finding in check(read(case.document).document, ruleset(case))}


@pytest.mark.skipif(not INSTANCES.exists(), reason="the shared corpora are not here")
def test_we_agree_with_kosit() -> None:
    judged = {rules: {rule.id for rule in rules} for rules in RULES.values()}
    found = [case for file in sorted(INSTANCES.glob("*/*.xml")) for case in cases(file)]
    ours = [case for case in found if case.rule not in ruleset(case).all_unjudged()]
    disagreeing = {
        (case.file, case.id) for case in ours if (case.rule in fired(case)) is not case.fires
    }
    sys.stdout.write(
        f"{len(ours)} of {len(found)} verdicts compared, {len(disagreeing)} disagree\n"
    )
    assert len(ours) > 350, "the instances were found and read"
    assert [case for case in ours if case.rule not in judged[ruleset(case)]] == []
    assert disagreeing == set(EXPLAINED)
