"""Our rules of EXTENDED-CTC-FR, and what Factur-X EXTENDED shares with it, against the Schematron.

At a difference of exactly the tolerance the file for UBL adds in binary fractions: what it then
says is chance, and such documents are left out.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from lxml import etree

from formats.cii.read import read_cii
from formats.cii.write import write_cii
from formats.codec import Reading
from formats.model import Invoice
from formats.rules.extended_sheet import IN_UBL, Added, ExtendedSheet
from formats.rules.facturx import EXTENDED, TOLERANT
from formats.rules.fr_extended import FR_EXTENDED, FR_EXTENDED_CII
from formats.rules.tolerances import LETTERS
from formats.rules.totals import CENT, to_cents
from formats.ubl.read import read_ubl
from formats.ubl.write import write_ubl
from formats.xml.names import Element
from formats.xml.parsing import parse
from tests.formats.rules import test_fr_extended as samples
from tests.formats.rules.samples import change
from tests.oracles.mutants import mutants
from tests.oracles.saxon import Saxon, saxon
from tests.oracles.test_country_rules import (
    CII,
    FRENCH,
    MUTANTS,
    UBL,
    Comparison,
    Country,
    documents,
    report,
    worded,
)
from tests.oracles.verdicts import Verdicts

WORDS = (
    *FRENCH,
    *("DETAIL", "GROUP", "INFORMATION", "1", "2", "3", "R-1", "because", "BY", "QQ", "text/xml"),
    *("150.01", "150.07", "150.08", "100.03", "28.51", "28.58", "10.01", "10.03", "0.01"),
)
NO_DATE = {"BR-CO-25": "a date in another form than 102 is no date to the reader"}
UNTYPED = "a VAT category of another tax is read as one all the same"
IN_UBL_EXPLAINED = dict.fromkeys(("BR-FREXT-E-01", "BR-FREXT-CO-04"), UNTYPED)
IN_TOLERANCES = NO_DATE | dict.fromkeys(("BR-FXEXT-CO-04", "BR-FXEXT-Z-08rev"), UNTYPED)


def all_samples() -> Iterator[tuple[str, Invoice]]:
    yield from samples.BASES.items()
    yield "two reasons", samples.TWO_REASONS
    yield "freight", samples.FREIGHT
    yield "freight left out", samples.FREIGHT_LEFT_OUT
    for number, (base, changes, _) in enumerate(samples.ROWS):
        yield f"row {number}", change(samples.BASES[base], changes)


COUNTRIES = {
    "fr-extended-ctc": Country(
        rules=replace(FR_EXTENDED, extends=()),
        official="fr-extended-ubl-xslt",
        schemas=UBL,
        read=read_ubl,
        write=write_ubl,
        samples=all_samples,
        words=WORDS,
        explained=IN_UBL_EXPLAINED,
    ),
    "fr-extended-ctc-cii": Country(
        rules=replace(FR_EXTENDED_CII, extends=()),
        official="fr-extended-cii-xslt",
        schemas=CII,
        read=read_cii,
        write=write_cii,
        samples=all_samples,
        words=WORDS,
        explained=NO_DATE,
    ),
    "facturx-extended, tolerances": Country(
        rules=replace(EXTENDED, rules=TOLERANT),
        official="facturx-extended-xslt",
        schemas=CII,
        read=read_cii,
        write=write_cii,
        samples=all_samples,
        words=WORDS,
        explained=IN_TOLERANCES,
    ),
}


class Tolerant(Comparison):
    """Compares every rule, and leaves out what differs where binary fractions decide."""

    def __init__(self, country: Country, official: Saxon) -> None:
        super().__init__(country, official)
        self._own = country.rules
        self.judged |= {rule.id for rule in self._own}

    def _unseen(self, reading: Reading, document: bytes) -> bool:
        return (
            super()._unseen(reading, document)
            or at_the_edge(reading.document)
            or in_doubt(parse(document, what="what was judged before"))
        )


def in_doubt(root: Element) -> bool:
    """Whether a tax says no type, or a VAT total stands there twice: the model cannot tell."""
    taxes = [each for each in root.iter("*") if etree.QName(each).localname.endswith("TradeTax")]
    currencies = [total.get("currencyID") for total in root.iter("{*}TaxTotalAmount")]
    untyped = any(tax.find("{*}TypeCode") is None for tax in taxes)
    return untyped or len(currencies) > len(set(currencies))


def at_the_edge(invoice: object) -> bool:
    """Whether a sum is off by exactly what it may be off."""
    assert isinstance(invoice, Invoice)
    sheet = ExtendedSheet(invoice, IN_UBL)
    rows = [row for each in LETTERS for _, row in sheet.rows_beside_sums(each)]
    off: list[tuple[object, Added]] = [
        (abs(row.taxable - added.taxable), added)
        for row in rows
        if row.taxable is not None
        for added in (row.alike, row.rated)
    ]
    if invoice.totals is not None:
        for given, added, count in (
            (invoice.totals.allowances, sheet.all.allowances, len(sheet.allowances)),
            (invoice.totals.charges, sheet.all.charges, len(sheet.charges)),
        ):
            if given is not None:
                off.append((abs(given - to_cents(added)), Added(count=count)))
    return any(amount == CENT * added.count for amount, added in off if added.count)


@pytest.mark.parametrize("name", COUNTRIES)
def test_every_sample_gets_the_official_verdict(name: str, verdict: Verdicts) -> None:
    country = COUNTRIES[name]
    with saxon() as official:
        comparison = Tolerant(country, official)
        for what, invoice in country.samples():
            comparison.judge(what, country.write(invoice), strict=True)
    assert comparison.outside == 0
    own = {rule.id for rule in country.rules if "EXT" in rule.id}
    assert not own - comparison.seen, "each rule of its own has an occasion"
    report(f"{name}, samples", comparison, verdict)


@pytest.mark.parametrize("name", COUNTRIES)
def test_we_agree_on_shared_documents_and_on_spoilt_ones(name: str, verdict: Verdicts) -> None:
    country = COUNTRIES[name]
    random = Random(name)  # noqa: S311 (the same every time)
    originals = [
        (what, parse(country.write(invoice), what="a sample"))
        for what, invoice in country.samples()
    ]
    with saxon() as official:
        comparison = Tolerant(country, official)
        shared = list(documents(comparison))
        for file, root in shared:
            comparison.judge(file, etree.tostring(root))
        while comparison.compared < len(shared) + MUTANTS:
            file, root = random.choice(random.choice((shared or originals, originals)))
            spoilt = (*mutants(root, count=1, random=random), worded(root, WORDS, random))
            for spoil, mutant in spoilt:
                if comparison.holds(etree.XML(mutant)):
                    comparison.judge(f"{spoil} in {file}", mutant)
    report(name, comparison, verdict)
