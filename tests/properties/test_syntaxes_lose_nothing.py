"""What the model has, every syntax keeps: model to bytes to model is the same model."""

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from formats import canonical
from formats.cii.read import read_cii
from formats.cii.write import write_cii
from formats.codec import Reading
from formats.model import Document, Invoice
from formats.ubl.read import read_ubl
from formats.ubl.write import write_ubl
from formats.xml.parsing import parse
from tests.properties.examples import examples
from tests.properties.invoices import invoices

Read = Callable[[bytes], Reading]
Write = Callable[[Invoice], bytes]

SYNTAXES = pytest.mark.parametrize(
    ("read", "write"), [(read_ubl, write_ubl), (read_cii, write_cii)], ids=["ubl", "cii"]
)
SPARING = settings(
    max_examples=examples(6), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@SYNTAXES
@given(invoice=invoices())
@SPARING
def test_an_invoice_comes_back_as_it_was(read: Read, write: Write, invoice: Invoice) -> None:
    reading = read(write(invoice))
    assert reading.document == invoice
    assert reading.unmapped == {}
    assert reading.notices == ()


@SYNTAXES
@given(invoice=invoices(), seed=st.integers(0, 2**32))
@SPARING
def test_a_damaged_file_gives_what_is_left_of_it(
    read: Read, write: Write, invoice: Invoice, seed: int
) -> None:
    root = parse(write(invoice), what="our own")
    chance = random.Random(seed)  # noqa: S311 (damage, not secrets)
    for element in list(root.iterdescendants()):
        parent = element.getparent()
        if parent is not None and chance.random() < 0.1:
            parent.remove(element)
    left = read(etree.tostring(root)).document
    assert isinstance(left, Invoice)
    again = read(write(left)).document
    assert isinstance(again, Invoice)
    assert write(again) == write(left)


@given(document=invoices())
@SPARING
def test_canonical_is_exact(document: Document) -> None:
    data = canonical.encode(document)
    assert canonical.decode(data) == document
    assert canonical.encode(canonical.decode(data)) == data
