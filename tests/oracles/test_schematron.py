"""Our rules against the official Schematron: shared documents, and what becomes of them spoilt.

FACTEUR_MUTANTS says how many spoilt documents each set of rules gets.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from lxml import etree

from formats.cii.read import read_cii
from formats.codec import Reading, Unreadable
from formats.findings import Severity
from formats.rules.de_extensions import EXCUSED
from formats.rules.de_xrechnung import XRECHNUNG
from formats.rules.en16931 import EN16931
from formats.rules.en16931_cii import EN16931_CII
from formats.rules.engine import RuleSet, check
from formats.syntax.cii import CII as CII_FILES
from formats.syntax.judge import judge_by
from formats.syntax.rules import SyntaxRules
from formats.syntax.ubl import UBL as UBL_FILES
from formats.syntax.xrechnung import XRECHNUNG_UBL
from formats.ubl.read import read_ubl
from formats.xml.names import Element, tag
from formats.xml.parsing import parse
from tests.oracles.artefacts import artefact
from tests.oracles.mutants import mutants
from tests.oracles.saxon import Saxon, saxon
from tests.oracles.verdicts import Verdicts

CORPORA = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
FOLDERS = (
    "en16931-examples",
    "france-ctc",
    "peppol",
    "romania-cius-ro",
    "xrechnung",
    "zugferd-facturx-pdf",
)
MUTANTS = int(os.environ.get("FACTEUR_MUTANTS", "1700"))


class Reason(NamedTuple):
    """Why our verdict on some rules may be another than the official one, in which files."""

    why: str
    rules: frozenset[str]
    applies: Callable[[Element], bool] = lambda _root: True


class Syntax(NamedTuple):
    read: Callable[[bytes], Reading]
    rules: RuleSet
    official: tuple[str, ...]
    schemas: dict[str, str]
    on_files: tuple[SyntaxRules, ...]
    """Rules on files of the same sets: what they judge counts, whatever the model says of it."""
    reasons: tuple[Reason, ...]


def has_empty(root: Element) -> bool:
    return any(not len(each) and not (each.text or "").strip() for each in root.iter("*"))


def has_other_tax(root: Element) -> bool:
    """Whether a VAT category in UBL is of another tax, or of none that is named."""
    return any(
        (each.findtext(f"{tag('cac:TaxScheme')}/{tag('cbc:ID')}") or "").strip().upper() != "VAT"
        for each in root.iter(tag("cac:ClassifiedTaxCategory"), tag("cac:TaxCategory"))
    )


def has_vat_in_lines(root: Element) -> bool:
    """Whether a VAT total stands elsewhere than in the document."""
    return any(each.getparent() is not root for each in root.iter(tag("cac:TaxTotal")))


def has_untaxed_rows(root: Element) -> bool:
    """Whether a row in CII is of one of the categories whose own rules hide the general ones."""
    return any((each.text or "") in {"O", "L", "M"} for each in root.iter(tag("ram:CategoryCode")))


def of_categories(*numbers: str) -> frozenset[str]:
    names = ("S", "Z", "E", "AE", "IC", "G", "O", "AF", "AG")
    return frozenset(f"BR-{name}-{number}" for name in names for number in numbers)


ROW_RULES = frozenset({"BR-45", "BR-46", "BR-47", "BR-48", "BR-CO-17", "BR-DEC-19", "BR-DEC-20"})
EXISTENCE = Reason(
    "the official test asks whether an element is there, and takes an empty one for that",
    of_categories("02", "03", "04")
    | {f"BR-{number}" for number in (17, 42, 44, 47, 49, 54, 56, 57, 61)}
    | {"BR-33", "BR-38", "BR-CO-21", "BR-CO-22", "BR-CO-23", "BR-CO-24", "BR-CO-26"},
    has_empty,
)
OTHER_TAX = Reason(
    "the line's category is of another tax, so that BR-CO-04 refuses it: the official rules on its"
    " category pass it over, BR-S-02 does the opposite",
    of_categories("02", "03", "04", "05", "06", "07"),
    has_other_tax,
)
VAT_IN_LINES = Reason(
    "the official rules on VAT totals also find those inside of lines, which are not in the core",
    ROW_RULES | {"BR-CL-22"},
    has_vat_in_lines,
)
CREDIT_CLAUSE = Reason(
    "the official test tries its clause for credit notes on invoices, too: charges minus allowances"
    " of the rate, without any line, may be the taxable amount",
    frozenset({"BR-S-08"}),
)
HIDDEN = Reason(
    "of a row of category O, L or M the official rules for CII try only those of the category: the"
    " general ones come after them in the same pattern",
    ROW_RULES,
    has_untaxed_rows,
)
OVERLOOKED = Reason("KoSIT's validator overlooks it in extension or CVD", frozenset(EXCUSED))
GERMAN_EXISTENCE = Reason(
    EXISTENCE.why,
    of_categories("05", "06", "07")
    | {f"PEPPOL-EN16931-R{number}" for number in ("001", "010", "020")},
    has_empty,
)

UBL = {"Invoice": "ubl-invoice-xsd", "CreditNote": "ubl-credit-note-xsd"}
IN_UBL = (EXISTENCE, OTHER_TAX, VAT_IN_LINES, CREDIT_CLAUSE)

SYNTAXES = {
    "ubl": Syntax(
        read=read_ubl,
        rules=EN16931,
        official=("en16931-ubl-xslt",),
        schemas=UBL,
        on_files=(UBL_FILES,),
        reasons=IN_UBL,
    ),
    "xrechnung": Syntax(
        read=read_ubl,
        rules=XRECHNUNG,
        official=("en16931-ubl-xslt", "xrechnung-ubl-xslt"),
        schemas=UBL,
        on_files=(UBL_FILES, XRECHNUNG_UBL),
        reasons=(*IN_UBL, GERMAN_EXISTENCE, OVERLOOKED),
    ),
    "cii": Syntax(
        read=read_cii,
        rules=EN16931_CII,
        official=("en16931-cii-xslt",),
        schemas={"CrossIndustryInvoice": "cii-xsd"},
        on_files=(CII_FILES,),
        reasons=(EXISTENCE, HIDDEN),
    ),
}


class Comparison:
    """Runs both judges and counts."""

    def __init__(self, syntax: Syntax, official: Saxon) -> None:
        self._syntax = syntax
        self._reasons = syntax.reasons
        self._official = official
        self._xslt = [artefact(name) for name in syntax.official]
        self._on_files = {rule.id for rules in syntax.on_files for rule in rules}
        self.judged = {rule.id for rule in syntax.rules} | self._on_files
        self._schemas = {
            root: etree.XMLSchema(file=str(artefact(name))) for root, name in syntax.schemas.items()
        }
        self._fatal = {
            rule.id
            for rule in (*syntax.rules, *(rule for each in syntax.on_files for rule in each))
            if rule.severity is Severity.FATAL
        }
        self.compared = 0
        self.outside: Counter[str] = Counter()
        self.explained: Counter[str] = Counter()
        self.refused_by_one: Counter[str] = Counter()
        self.disagreeing: dict[str, list[str]] = {}

    def holds(self, root: Element) -> bool:
        """Whether a document obeys its schema; the official rules are made for no other."""
        schema = self._schemas.get(etree.QName(root).localname)
        return schema is not None and schema.validate(root)

    def judge(self, what: str, document: bytes) -> None:
        """Compare one document, and keep what cannot be explained."""
        theirs: set[str] = set()
        for xslt in self._xslt:
            fired = self._official.fired(xslt, document)
            if fired is None:
                self.outside["the official rules break down"] += 1
                return
            theirs |= fired
        try:
            reading = self._syntax.read(document)
        except Unreadable:
            self.outside["the reader refuses it"] += 1
            return
        ours = {finding.rule for finding in check(reading.document, self._syntax.rules)}
        root = parse(document, what="what was read before")
        on_file = judge_by(self._syntax.on_files, root)
        ours = (ours - self._on_files) | {rule for said in on_file for rule in said.failed}
        theirs &= self.judged
        self.compared += 1
        for rule in theirs ^ ours:
            if any(rule in reason.rules and reason.applies(root) for reason in self._reasons):
                self.explained[rule] += 1
            else:
                self.disagreeing.setdefault(rule, []).append(what)
        self._compare_verdicts(theirs, ours, reading)

    def _compare_verdicts(self, theirs: set[str], ours: set[str], reading: Reading) -> None:
        """Count documents that only one side refuses, and because of which rules."""
        here, there = ours & self._fatal, theirs & self._fatal
        told = {notice.rule for notice in reading.notices if notice.severity is Severity.FATAL}
        if there and not here | told:
            self.refused_by_one[f"official only: {' '.join(sorted(there))}"] += 1
        elif here | told and not there:
            self.refused_by_one[f"here only: {' '.join(sorted(here | told))}"] += 1


def documents(comparison: Comparison) -> Iterator[tuple[str, Element]]:
    files = (
        file for folder in FOLDERS for file in sorted((CORPORA / folder).rglob("*.[xX][mM][lL]"))
    )
    for file in files:
        try:
            root = parse(file.read_bytes(), what="an example")
        except Unreadable:
            continue
        if comparison.holds(root):
            yield file.name, root


@pytest.mark.skipif(not CORPORA.exists(), reason="the shared corpora are not here")
@pytest.mark.parametrize("name", SYNTAXES)
def test_we_agree_with_the_official_schematron(name: str, verdict: Verdicts) -> None:
    random = Random(name)  # noqa: S311 (the same every time)
    with saxon() as official:
        comparison = Comparison(SYNTAXES[name], official)
        originals = list(documents(comparison))
        for file, root in originals:
            comparison.judge(file, etree.tostring(root))
        while originals and comparison.compared < len(originals) + MUTANTS:
            file, root = random.choice(originals)
            for spoil, mutant in mutants(root, count=1, random=random):
                if comparison.holds(etree.XML(mutant)):
                    comparison.judge(f"{spoil} in {file}", mutant)
    verdicts = comparison.compared * len(comparison.judged)
    disagreeing = sum(len(each) for each in comparison.disagreeing.values())
    sys.stdout.write(
        f"oracles: {name}: {verdicts} verdicts on {comparison.compared} documents compared,"
        f" {disagreeing} disagree; explained: {dict(comparison.explained)};"
        f" refused by one side: {dict(comparison.refused_by_one)};"
        f" outside: {dict(comparison.outside)}\n"
    )
    assert len(originals) > 80, "the documents were found"
    assert sum(comparison.outside.values()) < comparison.compared / 5, "nearly all are compared"
    differing = len({what for each in comparison.disagreeing.values() for what in each})
    subject, judge = f"{comparison.compared} documents", f"Schematron, {name}"
    verdict(judge, subject, agrees=True, files=comparison.compared - differing)
    verdict(judge, subject, agrees=not differing, says=comparison.disagreeing, files=differing)
