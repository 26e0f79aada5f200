"""What an invoice's letter says beside its lines and sums."""

import pytest
from msgspec.structs import replace as changed

from formats.codec import Material
from formats.letter.invoice_page import InvoicePage
from formats.letter.write import page_of
from formats.model import Delivery, Invoice, Party, PostalAddress

YARD = PostalAddress(line_1="Kaistraße 40", post_code="20457", city="Hamburg", country="DE")
BUYER = Party(name="Kontor GmbH", address=YARD)
ABROAD = PostalAddress(line_1="Rue 1", post_code="69001", city="Lyon", country="FR")


@pytest.mark.parametrize(
    ("delivery", "said"),
    [
        (None, ()),
        (Delivery(address=None, name="Lager"), ()),
        (Delivery(address=YARD), ()),
        (Delivery(address=YARD, name="Kontor GmbH"), ()),
        (
            Delivery(address=YARD, name="Lager Nord"),
            ("Geliefert an: Lager Nord, Kaistraße 40, 20457 Hamburg",),
        ),
        (
            Delivery(address=changed(YARD, line_1="Kai 7")),
            ("Geliefert an: Kai 7, 20457 Hamburg",),
        ),
        (Delivery(address=ABROAD), ("Geliefert an: Rue 1, 69001 LYON, FRANKREICH",)),
        (
            Delivery(address=changed(ABROAD, country="QQ")),
            ("Geliefert an: Rue 1, 69001 Lyon, QQ",),
        ),
    ],
)
def test_a_delivery_is_told_where_it_went_elsewhere(
    delivery: Delivery | None, said: tuple[str, ...]
) -> None:
    invoice = changed(Invoice(), buyer=BUYER, delivery=delivery)
    page = page_of(invoice, Material(language="de"), capitals=False)
    assert isinstance(page, InvoicePage)
    assert page.remarks == said
