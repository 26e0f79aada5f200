"""Law: what is written in FatturaPA, read, and written again is the same file; what does not come
back of the invoice the report of losses names, or FatturaPA says it in the place of another term.
"""

from collections import Counter
from decimal import Decimal

from hypothesis import HealthCheck, given, settings

from formats.fatturapa.read import read_fatturapa
from formats.fatturapa.write import write_fatturapa
from formats.latin import latin
from formats.losses import losses
from formats.model import Invoice
from formats.model.terms import term_of
from formats.rules.it_codes import PAYMENT_MEANS
from formats.shown import variants
from tests.properties.examples import examples
from tests.properties.national_invoices import ITALY, national_invoices

SPARING = settings(
    max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
MERGED = {
    *("BT-35", "BT-36", "BT-162", "BT-38", "BT-50", "BT-51", "BT-163", "BT-53"),  # Indirizzo
    *("BT-153", "BT-154"),  # Descrizione
    *("BT-20", "BT-22"),  # Causale
    *("BT-42",),  # Telefono is digits
}
"""Terms that one element holds several of, or not as they were written; what is in them comes back
in pieces.
"""
RESTATED = {"BT-146", "BT-149"}
"""The price of one unit stands for the price of several."""


def terms(invoice: Invoice) -> Counter[tuple[str, str]]:
    """What is said by term, amounts without zeros behind."""
    return Counter(
        (term, _plain(term, value))
        for path, _, _ in variants(invoice)
        if (term := term_of(path)) is not None
        for value in [_value(invoice, path)]
    )


def _value(invoice: Invoice, path: str) -> object:
    node: object = invoice
    for step in path.split("."):
        name, _, position = step.partition("[")
        node = getattr(node, name)
        if position:
            assert isinstance(node, tuple)
            node = node[int(position[:-1])]
    return node


def _plain(term: str, value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"
    said = " ".join(latin(str(value)).split())
    return PAYMENT_MEANS.get(said, said) if term == "BT-81" else said


def back(invoice: Invoice) -> Invoice:
    (reading,) = read_fatturapa(write_fatturapa(invoice))
    assert not reading.unmapped
    assert not reading.notices
    assert isinstance(reading.document, Invoice)
    return reading.document


@given(invoice=national_invoices(ITALY))
@SPARING
def test_it_is_the_same_file_again(invoice: Invoice) -> None:
    assert write_fatturapa(back(invoice)) == write_fatturapa(invoice)


@given(invoice=national_invoices(ITALY))
@SPARING
def test_what_does_not_come_back_is_reported(invoice: Invoice) -> None:
    reported = {finding.rule.removeprefix("LOSS-") for finding in losses(invoice, "fatturapa")}
    missing = {term for term, _ in terms(invoice) - terms(back(invoice))}
    assert missing <= reported | MERGED | RESTATED


@given(invoice=national_invoices(ITALY))
@SPARING
def test_what_is_merged_comes_back_in_pieces(invoice: Invoice) -> None:
    pieces = {word for (term, said), _ in terms(back(invoice)).items() for word in said.split()}
    reported = {finding.rule.removeprefix("LOSS-") for finding in losses(invoice, "fatturapa")}
    for term, said in terms(invoice):
        if term in MERGED - {"BT-42"} and term not in reported:
            assert {word.rstrip(",") for word in said.split()} <= {p.rstrip(",") for p in pieces}
