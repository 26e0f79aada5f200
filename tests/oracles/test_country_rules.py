"""Our German, French, Romanian and Peppol's rules against the official Schematron, rule by rule.

Only a set's own rules are compared; the core is compared in `test_schematron`. First every sample
of the fast tests, clean or broken in one place, written in the syntax; then shared documents, and
what becomes of them spoilt.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from lxml import etree

from formats.cii.read import read_cii
from formats.cii.write import write_cii
from formats.codec import Reading, Unreadable
from formats.model import Invoice
from formats.rules.de_extensions import EXCUSED
from formats.rules.de_xrechnung import XRECHNUNG
from formats.rules.de_xrechnung_cii import XRECHNUNG_CII
from formats.rules.engine import RuleSet, check
from formats.rules.fr_ctc import FR_CTC, FR_CTC_CII
from formats.rules.peppol_bis import PEPPOL_BIS
from formats.rules.peppol_bis_22 import PEPPOL_BIS_22, PEPPOL_SELFBILLING_22
from formats.rules.peppol_selfbilling import PEPPOL_SELFBILLING
from formats.rules.ro_cius import CIUS_RO
from formats.syntax.catalogue import CLAIMED, SYNTAXES
from formats.syntax.judge import judge
from formats.ubl.read import read_ubl
from formats.ubl.write import write_ubl
from formats.xml.names import Element
from formats.xml.parsing import parse
from tests.formats.rules import test_de_xrechnung as german
from tests.formats.rules import test_fr_ctc as french
from tests.formats.rules import test_peppol_bis as peppol
from tests.formats.rules import test_peppol_bis_22 as peppol_22
from tests.formats.rules import test_ro_cius as romanian
from tests.formats.rules.samples import change
from tests.oracles.artefacts import artefact
from tests.oracles.mutants import mutants
from tests.oracles.saxon import Saxon, saxon
from tests.oracles.verdicts import Verdicts

CORPORA = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
FOLDERS = ("en16931-examples", "france-ctc", "peppol", "romania-cius-ro", "xrechnung")
MUTANTS = int(os.environ.get("FACTEUR_MUTANTS", "100"))


class Country(NamedTuple):
    rules: RuleSet
    official: str
    schemas: Mapping[str, str]
    read: Callable[[bytes], Reading]
    write: Callable[[Invoice], bytes]
    samples: Callable[[], Iterator[tuple[str, Invoice]]]
    words: tuple[str, ...]
    """What a text or attribute may become, so that the country's own rules have an occasion."""
    explained: Mapping[str, str]
    """Rule to why our verdict may be another than the official one."""


UBL = {"Invoice": "ubl-invoice-xsd", "CreditNote": "ubl-credit-note-xsd"}
CII = {"CrossIndustryInvoice": "cii-xsd"}
FRENCH = (
    *("0002", "0009", "0224", "0225", "0231", "732829320", "73282932000074", "LISIBLE"),
    *("#BAR#B2B", "#TXD#MEMBRE_ASSUJETTI_UNIQUE", "#PMT#x", "BAR", "B2B", "PMT", "A B", "X" * 40),
    *("B1", "S2", "B2", "M4", "S8", "S9", "384", "262", "389", "500", "2126-01-01", "20", "5.5"),
)
ROMANIAN = ("RO", "RO-B", "RO-CJ", "SECTOR1", "RON", "381", "751", "3", "35")
LENGTHS = tuple("x" * length for length in (21, 51, 101, 151, 201, 301))
GERMAN = (
    *("30", "48", "58", "59", "DE02120300000000202051", "SEPA", "0088", "XR01", "EUR", "SEK"),
    *("380", "384", "326", "751", "12", "-1", "0", "1", "C62", "KGM", "a@b", "x:y", "CVD", "cva"),
    *("clean", "N1", "S", "O", "application/xml", "sheet.pdf", "#SKONTO#TAGE=7#PROZENT=2.00#"),
)
PEPPOL = (
    *(
        "BE",
        "DE",
        "DK",
        "GR",
        "EL",
        "IS",
        "IT",
        "NL",
        "NO",
        "SE",
        "HUF",
        "STN",
        "XXX",
        "VATEX-EU-G",
    ),
    *("0007", "0088", "0096", "0106", "0151", "0184", "0190", "0192", "0196", "0198", "0201"),
    *("0208", "0210", "0211", "0217", "9907", "9933", "9944", "EM", "4000001000005", "123456785"),
    *("12345678", "DK12345678", "0123456749", "1234567897", "NL123456789B12", "NO123456785MVA"),
    *("9", "30", "31", "42", "48", "49", "50", "56", "57", "58", "59", "93", "326", "384", "751"),
    *(
        "381",
        "261",
        "01#12",
        "04#12",
        "71#12",
        "SE:BANKGIRO",
        "SE:PLUSGIRO",
        "EINDAGI",
        "ZZZ",
        "#x",
    ),
    *("##M.AR.K##", "##INVOICE|URL##", "123456783|01/02/2026|0|1.1|A|7", "TST", "26.08.01", "6"),
)


PEPPOL_22 = (
    *PEPPOL,
    *("SK", "LU", "0240", "0158", "389", "SK2020123456", "BE0123456749", "BE0123456748"),
    *("LU12345613", "LU12345614", "20002400007", "20002400009", "40000015"),
)
IN_OTHER_CURRENCY = "readers refuse a VAT total in a currency that is not stated (IN-CURRENCY)"


def german_samples() -> Iterator[tuple[str, Invoice]]:
    yield from german.BASES.items()
    yield from ((rule, german.broken(rule)) for rule in german.BROKEN)


def french_samples() -> Iterator[tuple[str, Invoice]]:
    yield from french.BASES.items()
    yield from ((rule, french.broken(rule)) for rule in french.BROKEN)


def romanian_samples() -> Iterator[tuple[str, Invoice]]:
    yield from romanian.BASES.items()
    for rule in romanian.BROKEN:
        yield rule, romanian.broken(rule)
        if not rule.startswith("BR-RO-020"):
            credited: Invoice = change(romanian.broken(rule), {"type_code": "381"})
            yield f"{rule} of a credit note", credited
    for rule in romanian.LONGEST:
        yield from ((f"{rule} {n:+}", romanian.written(rule, over=n)) for n in (0, 1))


def peppol_samples() -> Iterator[tuple[str, Invoice]]:
    yield from peppol.STARTING_FROM.items()
    yield from ((rule, peppol.broken(rule)) for rule in peppol.BROKEN)


def peppol_22_samples() -> Iterator[tuple[str, Invoice]]:
    yield from peppol_samples()
    for n, row in enumerate(peppol_22.ROWS):
        yield f"{row.rule} {n}", peppol_22.broken(row)


def self_billed_22_samples() -> Iterator[tuple[str, Invoice]]:
    yield from self_billed_samples()
    for n, row in enumerate(peppol_22.ROWS):
        yield f"{row.rule} {n}", peppol.self_billed(peppol_22.broken(row))


def self_billed_samples() -> Iterator[tuple[str, Invoice]]:
    for what, invoice in peppol_samples():
        yield what, peppol.self_billed(invoice)
    for what, (changes, _) in peppol.SELF_BILLING.items():
        yield what, change(peppol.SELF_BILLED, changes)


COUNTRIES = {
    "xrechnung-3.0": Country(
        rules=XRECHNUNG,
        official="xrechnung-ubl-xslt",
        schemas=UBL,
        read=read_ubl,
        write=write_ubl,
        samples=german_samples,
        words=GERMAN,
        explained={},
    ),
    "xrechnung-3.0-cii": Country(
        rules=XRECHNUNG_CII,
        official="xrechnung-cii-xslt",
        schemas=CII,
        read=read_cii,
        write=write_cii,
        samples=german_samples,
        words=GERMAN,
        explained={
            "PEPPOL-EN16931-R054": IN_OTHER_CURRENCY,
            **dict.fromkeys(
                ("BR-DE-TMP-32", "PEPPOL-EN16931-R110", "PEPPOL-EN16931-R111"),
                "a date in another form than 102 is no date to the reader",
            ),
        },
    ),
    "fr-ctc": Country(
        rules=FR_CTC,
        official="fr-ctc-ubl-xslt",
        schemas=UBL,
        read=read_ubl,
        write=write_ubl,
        samples=french_samples,
        words=FRENCH,
        explained={},
    ),
    "fr-ctc-cii": Country(
        rules=FR_CTC_CII,
        official="fr-ctc-cii-xslt",
        schemas=CII,
        read=read_cii,
        write=write_cii,
        samples=french_samples,
        words=FRENCH,
        explained={},
    ),
    "cius-ro": Country(
        rules=CIUS_RO,
        official="cius-ro-ubl-xslt",
        schemas=UBL,
        read=read_ubl,
        write=write_ubl,
        samples=romanian_samples,
        words=(*ROMANIAN, *LENGTHS),
        explained={},
    ),
    "peppol-bis-3": Country(
        rules=PEPPOL_BIS,
        official="peppol-ubl-xslt",
        schemas=UBL,
        read=read_ubl,
        write=write_ubl,
        samples=peppol_samples,
        words=PEPPOL,
        explained={
            "NO-R-002": "only a number whose tax scheme is TAX counts; it only warns",
            "PEPPOL-EN16931-R055": IN_OTHER_CURRENCY,
        },
    ),
    "peppol-selfbilling-3": Country(
        rules=PEPPOL_SELFBILLING,
        official="peppol-selfbilling-ubl-xslt",
        schemas=UBL,
        read=read_ubl,
        write=write_ubl,
        samples=self_billed_samples,
        words=PEPPOL,
        explained={"PEPPOL-EN16931-R055": IN_OTHER_CURRENCY},
    ),
    "peppol-bis-3.0.22": Country(
        rules=PEPPOL_BIS_22,
        official="peppol-22-ubl-xslt",
        schemas=UBL,
        read=read_ubl,
        write=write_ubl,
        samples=peppol_22_samples,
        words=PEPPOL_22,
        explained={
            "NO-R-002": "only a number whose tax scheme is TAX counts; it only warns",
            "PEPPOL-EN16931-R055": IN_OTHER_CURRENCY,
        },
    ),
    "peppol-selfbilling-3.0.22": Country(
        rules=PEPPOL_SELFBILLING_22,
        official="peppol-22-selfbilling-ubl-xslt",
        schemas=UBL,
        read=read_ubl,
        write=write_ubl,
        samples=self_billed_22_samples,
        words=PEPPOL_22,
        explained={"PEPPOL-EN16931-R055": IN_OTHER_CURRENCY},
    ),
}


class Comparison:
    """Runs both judges and counts."""

    def __init__(self, country: Country, official: Saxon) -> None:
        self._country = country
        self._official = official
        self._xslt = artefact(country.official)
        own = tuple(rule for rule in country.rules.rules if rule.id not in EXCUSED)
        self._own = replace(country.rules, extends=(), rules=own)
        self._schemas = {
            root: etree.XMLSchema(file=str(artefact(name)))
            for root, name in country.schemas.items()
        }
        self.on_model = {rule.id for rule in self._own}
        self.judged = self.on_model | {
            rule.id
            for claimed in CLAIMED.values()
            if country.rules.key in claimed
            for rule in claimed[country.rules.key]
        }
        self.seen: set[str] = set()
        self.compared = 0
        self.outside = 0
        self.disagreeing: dict[str, list[str]] = {}

    def holds(self, root: Element) -> bool:
        schema = self._schemas.get(etree.QName(root).localname)
        return schema is not None and schema.validate(root)

    def judge(self, what: str, document: bytes, *, strict: bool = False) -> None:
        """Compare one document; with `strict`, no difference is explained away."""
        fired = self._official.fired(self._xslt, document)
        if fired is None:
            self.outside += 1
            return
        try:
            reading = self._country.read(document)
        except Unreadable:
            self.outside += 1
            return
        theirs = fired & self.judged
        ours = self._on_file(reading, parse(document, what="what was read before"))
        differing = (theirs ^ ours) - (set() if strict else self._country.explained.keys())
        if differing and not strict and self._unseen(reading, document):
            self.outside += 1
            return
        self.compared += 1
        self.seen |= theirs
        for rule in differing:
            self.disagreeing.setdefault(rule, []).append(what)

    def _on_file(self, reading: Reading, root: Element) -> set[str]:
        """Return what we find: what a file shows counts, whatever the model says of it."""
        ours = {finding.rule for finding in check(reading.document, self._own)}
        rules = CLAIMED[SYNTAXES[str(root.tag)]].get(self._country.rules.key)
        if rules is None:
            return ours
        return (ours - {rule.id for rule in rules}) | set(judge(root, rules).failed)

    def _unseen(self, reading: Reading, document: bytes) -> bool:
        """Whether an element is empty, which is none in the model."""
        del reading
        elements = parse(document, what="what was judged before").iter("*")
        return any(len(each) == 0 and not (each.text or "").strip() for each in elements)


def documents(comparison: Comparison) -> Iterator[tuple[str, Element]]:
    for folder in FOLDERS:
        for file in sorted((CORPORA / folder).rglob("*.[xX][mM][lL]")):
            try:
                root = parse(file.read_bytes(), what="an example")
            except Unreadable:
                continue
            if comparison.holds(root):
                yield file.name, root


def worded(root: Element, words: tuple[str, ...], random: Random) -> tuple[str, bytes]:
    """Return the document with one text or attribute become one of the country's words."""
    spoilt = deepcopy(root)
    leaf = random.choice([each for each in spoilt.iter("*") if len(each) == 0])
    word = random.choice(words)
    if leaf.attrib and random.random() < 0.4:
        leaf.set(random.choice(list(leaf.attrib)), word)
    else:
        leaf.text = word
    return f"{word} in {etree.QName(leaf).localname}", etree.tostring(spoilt)


def report(name: str, comparison: Comparison, verdict: Verdicts) -> None:
    differing = {what for each in comparison.disagreeing.values() for what in each}
    sys.stdout.write(
        f"oracles: {name}: {comparison.compared * len(comparison.judged)} verdicts on"
        f" {comparison.compared} documents compared, {len(differing)} disagree;"
        f" {len(comparison.seen)} of {len(comparison.judged)} rules fired;"
        f" outside: {comparison.outside}\n"
    )
    subject, judge = f"{comparison.compared} documents", f"Schematron, {name}"
    verdict(judge, subject, agrees=True, files=comparison.compared - len(differing))
    verdict(
        judge,
        subject,
        agrees=not differing,
        says=comparison.disagreeing,
        files=len(differing),
    )


NEVER_WRITTEN = {"BR-FR-27_BG-32"}
"""Rules that no sample of the fast tests' tables breaks."""


@pytest.mark.parametrize("name", COUNTRIES)
def test_every_sample_gets_the_official_verdict(name: str, verdict: Verdicts) -> None:
    country = COUNTRIES[name]
    with saxon() as official:
        comparison = Comparison(country, official)
        for what, invoice in country.samples():
            comparison.judge(what, country.write(invoice), strict=True)
    assert comparison.on_model - comparison.seen <= NEVER_WRITTEN, "each rule has an occasion"
    assert comparison.outside == 0
    report(f"{name}, samples", comparison, verdict)


@pytest.mark.skipif(not CORPORA.exists(), reason="the shared corpora are not here")
@pytest.mark.parametrize("name", COUNTRIES)
def test_we_agree_on_shared_documents_and_on_spoilt_ones(name: str, verdict: Verdicts) -> None:
    country = COUNTRIES[name]
    random = Random(name)  # noqa: S311 (the same every time)
    with saxon() as official:
        comparison = Comparison(country, official)
        originals = list(documents(comparison))
        for file, root in originals:
            comparison.judge(file, etree.tostring(root))
        samples = [
            (what, parse(country.write(invoice), what="a sample"))
            for what, invoice in country.samples()
        ]
        while comparison.compared < len(originals) + MUTANTS:
            file, root = random.choice(random.choice((originals, samples)))
            spoilt = (
                *mutants(root, count=1, random=random),
                worded(root, country.words, random),
            )
            for spoil, mutant in spoilt:
                if comparison.holds(etree.XML(mutant)):
                    comparison.judge(f"{spoil} in {file}", mutant)
    assert len(originals) > 80, "the documents were found"
    report(name, comparison, verdict)
