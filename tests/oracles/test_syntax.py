"""Our rules on files against the official Schematron: shared documents, and many spoilt ones.

A spoilt document breaks many rules at once, a different half each time; both judges must name the
same. Of the official stylesheet only the asserts compared are left in, so that no other breaks it.

FACTEUR_SYNTAX_MUTANTS says how many spoilt documents a syntax gets.
"""

import copy
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from formats.codec import Unreadable
from formats.findings import Severity
from formats.syntax.catalogue import CLAIMED, SYNTAXES
from formats.syntax.cii import CII
from formats.syntax.judge import judge
from formats.syntax.peppol import PEPPOL_UBL, SELFBILLING_UBL
from formats.syntax.rules import SyntaxRule, SyntaxRules
from formats.syntax.ubl import UBL
from formats.syntax.ubl_vat import VAT_OWN
from formats.syntax.xrechnung import XRECHNUNG_CII, XRECHNUNG_UBL
from formats.xml.names import NAMESPACES, Element, tag
from formats.xml.parsing import parse
from tests.formats.syntax import test_peppol as peppol
from tests.formats.syntax import test_xrechnung as xrechnung
from tests.formats.syntax.files import cii, invoice
from tests.oracles.artefacts import artefact
from tests.oracles.saxon import saxon
from tests.oracles.verdicts import Verdicts

CORPORA = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
FOLDERS = ("en16931-examples", "xrechnung")
MUTANTS = int(os.environ.get("FACTEUR_SYNTAX_MUTANTS", "60"))
OFFICIAL = {
    UBL: "en16931-ubl-xslt",
    CII: "en16931-cii-xslt",
    XRECHNUNG_UBL: "xrechnung-ubl-xslt",
    XRECHNUNG_CII: "xrechnung-cii-xslt",
    PEPPOL_UBL: "peppol-ubl-xslt",
    SELFBILLING_UBL: "peppol-selfbilling-ubl-xslt",
}
BASES = {rules: core for core, claimed in CLAIMED.items() for rules in claimed.values()}
"""Rules of what files claim to obey, to CEN's of the same syntax."""

ASSERT = re.compile(
    r"<xsl:choose>\s*<xsl:when test=\"[^\"]*\" />\s*<xsl:otherwise>\s*<svrl:failed-assert "
    r".*?<xsl:attribute name=\"id\">([^<]*)</xsl:attribute>.*?</xsl:choose>",
    re.DOTALL,
)
BRITTLE = frozenset({"BR-CO-14", "BR-CO-15", "BR-CO-17"}) | frozenset(VAT_OWN) | {"BR-CO-09"}
"""Rules that break the official stylesheet down where an amount is no number, or where one of
several is meant; test_schematron compares them on documents that obey their schema."""
NAMES = re.compile(r"[a-z]+:[A-Z]\w*")

ATTRIBUTES = (
    *("schemeName", "schemeAgencyName", "schemeDataURI", "schemeURI", "format", "listURI"),
    *("name", "languageID", "currencyID", "unitCode", "schemeID", "listID", "mimeCode"),
    *("schemeAgencyID", "listAgencyID", "filename", "listVersionID", "unitCodeListID"),
    *("unitCodeListAgencyID", "currencyCodeListVersionID", "languageLocaleID", "uri"),
)
TEXTS = (
    *("130", "50", "916", "30", "58", "VAT", "vat", "FC", "2.1", "2.2", "false", "true", "0", "1"),
    *("1.234", "10.5", "1.20", "EUR", "SEPA", "sepa", "20260230", "20261301", " 20260101", "x"),
    *("2026-01-31", "2026-02-30", " true ", "false ", "DE02120300000000202051", "a:b", "https:"),
)
HOLDERS = (
    *("/Invoice", "/CreditNote", "ram:ApplicableHeaderTradeAgreement"),
    *("ram:SpecifiedLineTradeSettlement", "ram:SpecifiedLineTradeAgreement"),
)
REFERENCE_IN_UBL = (
    *("cbc:ID", "cbc:ID/@schemeID", "cbc:DocumentTypeCode", "cbc:DocumentDescription"),
    *("cac:Attachment/cbc:EmbeddedDocumentBinaryObject/@mimeCode", "cac:Attachment"),
    *("cac:Attachment/cbc:EmbeddedDocumentBinaryObject/@filename",),
)
REFERENCE_IN_CII = (
    *("ram:TypeCode", "ram:IssuerAssignedID", "ram:Name", "ram:URIID", "ram:ReferenceTypeCode"),
    *("ram:AttachmentBinaryObject", "ram:FormattedIssueDateTime"),
)


def only_ours(official: Path, rules: SyntaxRules, folder: Path) -> Path:
    """Return the official stylesheet without the asserts that are not compared."""
    ours = {rule.id for rule in rules} - BRITTLE
    text = official.read_text("utf-8")
    left = ASSERT.sub(lambda found: found[0] if found[1] in ours else "", text)
    assert {found[1] for found in ASSERT.finditer(left)} == ours, "the same rules on both sides"
    path = folder / official.name
    path.write_text(left, "utf-8")
    return path


def documents(syntax: SyntaxRules) -> Iterator[tuple[str, Element]]:
    for folder in FOLDERS:
        for file in sorted((CORPORA / folder).rglob("*.[xX][mM][lL]")):
            try:
                root = parse(file.read_bytes(), what="an example")
            except Unreadable:
                continue
            if SYNTAXES.get(str(root.tag)) is syntax:
                yield file.name, root


def plant(root: Element, rules: SyntaxRules, random: Random) -> None:
    """Put what every second rule looks at to where it looks."""
    for context in rules.contexts:
        at = random.choice(context.at.split("|"))
        found = [element for element in root.iter("*") if fits(element, at)]
        for rule in context.rules:
            if found and random.random() < 0.5:
                target = random.choice(found)
                for _ in range(1 + (rule.most or 0)):
                    grow(target, rule, random)


def fits(element: Element, at: str) -> bool:
    """Whether an element ends a path, of which only the last step counts here."""
    step = at.rsplit("/", 1)[-1]
    prefix, _, local = step.rpartition(":")
    name = etree.QName(element)
    if prefix and name.namespace != NAMESPACES[prefix]:
        return False
    return name.localname.endswith(local[1:]) if "*" in local else name.localname == local


def grow(element: Element, rule: SyntaxRule, random: Random) -> None:
    """Add the elements of a rule's path below an element; the last one is always new."""
    path = re.sub(r"\(.*?\)", lambda found: random.choice(found[0][1:-1].split("|")), rule.path)
    *steps, last = [step for step in path.split("/") if step not in {"", "."}] or ["@id"]
    for step in steps:
        there = element.find(tag(step))
        if there is None or random.random() < 0.1:
            there = etree.SubElement(element, tag(step))
        element = there
    if last.startswith("@"):
        element.set(last[1:], random.choice(TEXTS))
    else:
        etree.SubElement(element, tag(last)).text = random.choice(TEXTS)


def double(root: Element, rules: SyntaxRules, random: Random) -> None:
    del rules
    for target in some(root, random):
        target.addnext(copy.deepcopy(target))


def leave_out(root: Element, rules: SyntaxRules, random: Random) -> None:
    del rules
    for target in some(root, random):
        parent = target.getparent()
        if parent is not None:
            parent.remove(target)


def mark(root: Element, rules: SyntaxRules, random: Random) -> None:
    """Set attributes, and take some away."""
    del rules
    for target in (root, *some(root, random), *some(root, random)):
        for name in random.sample(ATTRIBUTES, 2):
            target.set(name, random.choice(TEXTS))
        for given in target.keys():  # noqa: SIM118  (an element is no mapping)
            if random.random() < 0.2:
                del target.attrib[given]


def rewrite(root: Element, rules: SyntaxRules, random: Random) -> None:
    del rules
    for target in (*some(root, random), *some(root, random)):
        if len(target) == 0:
            target.text = random.choice(TEXTS)


def move(root: Element, rules: SyntaxRules, random: Random) -> None:
    """Put copies of elements to where they do not belong."""
    del rules
    groups = [element for element in root.iter("*") if len(element)]
    for target in some(root, random)[:3]:
        random.choice(groups).append(copy.deepcopy(target))


def rename(root: Element, rules: SyntaxRules, random: Random) -> None:
    """Give elements names that stand in the tables."""
    paths = (path for each in rules.contexts for path in (each.at, *(r.path for r in each.rules)))
    known = sorted({name for path in paths for name in NAMES.findall(path)})
    for target in some(root, random)[:4]:
        target.tag = tag(random.choice(known))


def refer(root: Element, rules: SyntaxRules, random: Random) -> None:
    """Add references, identifiers and files that a code beside them makes another term."""
    cii = rules is CII
    name = "ram:AdditionalReferencedDocument" if cii else "cac:AdditionalDocumentReference"
    parts = REFERENCE_IN_CII if cii else REFERENCE_IN_UBL
    holders = [each for each in root.iter("*") if fits(each, random.choice(HOLDERS))] or [root]
    for _ in range(random.randrange(1, 4)):
        reference = etree.SubElement(random.choice(holders), tag(name))
        for part in random.sample(parts, random.randrange(1, len(parts))):
            grow(reference, SyntaxRule(id="", severity=Severity.FATAL, path=part), random)
        for code in reference.iter(tag("ram:TypeCode"), tag("cbc:DocumentTypeCode")):
            code.text = random.choice(("130", "130", "50", "916", " 130 ", "x"))
    for identifier in root.iter(tag("cbc:ID")):
        if random.random() < 0.1:
            identifier.set("schemeID", random.choice(("SEPA", "sepa", "0088")))


SPOILS: tuple[Callable[[Element, SyntaxRules, Random], None], ...] = (
    plant,
    double,
    leave_out,
    mark,
    rewrite,
    move,
    rename,
    refer,
)


def some(root: Element, random: Random) -> list[Element]:
    elements = [element for element in root.iter("*") if element is not root]
    return random.sample(elements, min(len(elements), random.randrange(1, 12)))


def spoilt(root: Element, rules: SyntaxRules, random: Random) -> tuple[str, bytes]:
    mutant = copy.deepcopy(root)
    chosen = random.sample(SPOILS, random.randrange(1, 4))
    for spoil in chosen:
        spoil(mutant, rules, random)
    return "+".join(spoil.__name__ for spoil in chosen), etree.tostring(mutant)


@pytest.mark.skipif(not CORPORA.exists(), reason="the shared corpora are not here")
@pytest.mark.parametrize("rules", OFFICIAL, ids=lambda rules: rules.key)
def test_we_agree_with_the_official_rules_on_files(
    rules: SyntaxRules, verdict: Verdicts, tmp_path: Path
) -> None:
    random = Random(rules.key)  # noqa: S311 (the same every time)
    official_rules = artefact(OFFICIAL[rules])
    xslt = official_rules if rules in BASES else only_ours(official_rules, rules, tmp_path)
    ids = {rule.id for rule in rules} - BRITTLE
    originals = list(documents(BASES.get(rules, rules)))
    assert len(originals) > 40, "the documents were found"
    cases = [(file, etree.tostring(root)) for file, root in originals]
    for _ in range(MUTANTS):
        file, root = random.choice(originals)
        spoil, mutant = spoilt(root, rules, random)
        cases.append((f"{spoil} in {file}", mutant))
    fired: Counter[str] = Counter()
    differing: dict[str, list[str]] = {}
    compared = 0
    with saxon() as official:
        for what, document in cases:
            said = official.fired(xslt, document)
            if said is None:
                continue
            compared += 1
            theirs = said & ids
            ours = set(judge(parse(document, what="what was judged before"), rules).failed) & ids
            fired.update(theirs)
            for rule in theirs ^ ours:
                differing.setdefault(rule, []).append(what)
    count = len(ids)
    sys.stdout.write(
        f"oracles: {rules.key}: {compared * count} verdicts on {compared} documents compared,"
        f" {sum(map(len, differing.values()))} disagree; {len(fired)} of {count} rules fired,"
        f" never {sorted(ids - set(fired))};"
        f" {len(cases) - compared} times the official rules broke down\n"
    )
    assert compared > len(cases) / 2, "most can be compared"
    assert rules in BASES or len(fired) > count * 3 / 4, "most rules have an occasion"
    wrong = len({what for each in differing.values() for what in each})
    judge_, subject = f"Schematron, {rules.key}", f"{compared} files"
    verdict(judge_, subject, agrees=True, files=compared - wrong)
    verdict(judge_, subject, agrees=not wrong, says=differing, files=wrong)


ROWS: dict[SyntaxRules, tuple[Callable[[str], Element], dict[str, tuple[str, str]]]] = {
    XRECHNUNG_UBL: (invoice, {rule: row[:2] for rule, row in xrechnung.UBL.items()}),
    XRECHNUNG_CII: (cii, {rule: row[:2] for rule, row in xrechnung.CII.items()}),
    PEPPOL_UBL: (invoice, {rule: row[:2] for rule, row in peppol.ROWS.items()}),
    SELFBILLING_UBL: (invoice, {rule: row[:2] for rule, row in peppol.ROWS.items()}),
}
"""Rules of what files claim to obey, to what the fast tests hold to be broken and right."""


@pytest.mark.parametrize("rules", ROWS, ids=lambda rules: rules.key)
def test_every_row_of_the_fast_tests_gets_the_official_verdict(
    rules: SyntaxRules, verdict: Verdicts
) -> None:
    around, rows = ROWS[rules]
    xslt = artefact(OFFICIAL[rules])
    wrong: list[str] = []
    with saxon() as official:
        for rule, (broken, right) in rows.items():
            for inside, breaks in ((broken, True), (right, False)):
                fired = official.fired(xslt, etree.tostring(around(inside)))
                if fired is None or (rule in fired) != breaks:
                    wrong.append(f"{rule}, {'broken' if breaks else 'right'}")
    judge_, subject = f"Schematron, {rules.key}", "rows of the fast tests"
    verdict(judge_, subject, agrees=not wrong, says=wrong, files=2 * len(rows))
