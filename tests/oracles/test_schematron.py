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
from formats.xml import Element, parse
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


class Syntax(NamedTuple):
    read: Callable[[bytes], Reading]
    rules: RuleSet
    official: tuple[str, ...]
    schemas: dict[str, str]
    on_files: tuple[SyntaxRules, ...]
    """Rules on files of the same sets: what they judge counts, whatever the model says of it."""
    explained: dict[str, str]
    """Rule to why our verdict may be another than the official one."""
    left: tuple[str, ...]
    """Elements that, left unread, explain any difference: the model has one, the file several."""


UNCODED = "a VAT category without code counts as another; in the model there is none"
NO_SCHEME = "a VAT category whose tax scheme is not VAT is read as one all the same"
NEVER_FIRES = "the official test compares with a child that cannot exist, so it never fires"

UBL = {"Invoice": "ubl-invoice-xsd", "CreditNote": "ubl-credit-note-xsd"}
LEFT_IN_UBL = ("TaxScheme", "TaxTotal", "PaymentMeans")
IN_UBL = {
    "BR-DEC-13": NEVER_FIRES,
    "BR-DEC-15": NEVER_FIRES,
    "BR-S-08": "the official test takes charges minus allowances without lines as well",
    "BR-O-11": UNCODED,
    "BR-O-12": UNCODED,
    "BR-O-13": UNCODED,
    "BR-O-14": UNCODED,
}

SYNTAXES = {
    "ubl": Syntax(
        read=read_ubl,
        rules=EN16931,
        official=("en16931-ubl-xslt",),
        schemas=UBL,
        on_files=(UBL_FILES,),
        explained=IN_UBL,
        left=LEFT_IN_UBL,
    ),
    "xrechnung": Syntax(
        read=read_ubl,
        rules=XRECHNUNG,
        official=("en16931-ubl-xslt", "xrechnung-ubl-xslt"),
        schemas=UBL,
        on_files=(UBL_FILES, XRECHNUNG_UBL),
        explained={
            **IN_UBL,
            "BR-DE-18": "the line break that must follow a discount is the writer's",
            **dict.fromkeys(EXCUSED, "KoSIT's validator overlooks it in extension or CVD"),
        },
        left=LEFT_IN_UBL,
    ),
    "cii": Syntax(
        read=read_cii,
        rules=EN16931_CII,
        official=("en16931-cii-xslt",),
        schemas={"CrossIndustryInvoice": "cii-xsd"},
        on_files=(CII_FILES,),
        explained={
            "BR-CO-15": "a VAT total without currency is read as one in the invoice's",
            "BR-CO-17": NO_SCHEME,
        },
        left=("TypeCode", "TaxTotalAmount", "SpecifiedTradeSettlementPaymentMeans"),
    ),
}


class Comparison:
    """Runs both judges and counts."""

    def __init__(self, syntax: Syntax, official: Saxon) -> None:
        self._syntax = syntax
        self._official = official
        self._xslt = [artefact(name) for name in syntax.official]
        self._on_files = {rule.id for rules in syntax.on_files for rule in rules}
        self.judged = {rule.id for rule in syntax.rules} | self._on_files
        self._schemas = {
            root: etree.XMLSchema(file=str(artefact(name))) for root, name in syntax.schemas.items()
        }
        self.compared = 0
        self.outside: Counter[str] = Counter()
        self.explained: Counter[str] = Counter()
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
        differing = (theirs & self.judged) ^ ours
        self.explained.update(differing & self._syntax.explained.keys())
        differing -= self._syntax.explained.keys()
        if differing and (reason := self._unseen(reading, document)):
            self.outside[reason] += 1
            return
        self.compared += 1
        for rule in differing:
            self.disagreeing.setdefault(rule, []).append(what)

    def _unseen(self, reading: Reading, document: bytes) -> str | None:
        """Return why the model cannot know what the official rules see."""
        elements = parse(document, what="what was judged before").iter("*")
        if any(len(each) == 0 and not (each.text or "").strip() for each in elements):
            return "an empty element is none in the model"
        if any(" is in " in notice.message for notice in reading.notices):
            return "an amount in another currency is left"
        if any(name in place for place in reading.unmapped for name in self._syntax.left):
            return "a second element is left where the model has one"
        return None


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
        f" outside: {dict(comparison.outside)}\n"
    )
    assert len(originals) > 80, "the documents were found"
    assert sum(comparison.outside.values()) < comparison.compared, "most can be compared"
    differing = len({what for each in comparison.disagreeing.values() for what in each})
    subject, judge = f"{comparison.compared} documents", f"Schematron, {name}"
    verdict(judge, subject, agrees=True, files=comparison.compared - differing)
    verdict(judge, subject, agrees=not differing, says=comparison.disagreeing, files=differing)
