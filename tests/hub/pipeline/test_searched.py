from decimal import Decimal

import pytest
from msgspec.structs import replace

from archive.entry import Query
from formats.model import (
    Identifier,
    Invoice,
    Item,
    Line,
    Note,
    Party,
    PostalAddress,
    PrecedingInvoice,
    TaxRepresentative,
    Totals,
    VatBreakdown,
)
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.searched import searched_fields
from tests.hub.houses import Home
from tests.hub.invoices import CLEAN, ubl

SELLER = Party(name="Käufer & Co", vat_identifier="DE 123456789")
BUYER = Party(name="Søn", address=PostalAddress(city="Århus", country="DK"))


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        (Invoice(), {}),
        (Invoice(seller=SELLER), {"vat_ids": "DE123456789", "words": "Käufer & Co"}),
        (Invoice(buyer=BUYER), {"country": "DK", "words": "Søn Århus"}),
        (
            Invoice(tax_representative=TaxRepresentative(vat_identifier="PT1")),
            {"vat_ids": "PT1"},
        ),
        (Invoice(totals=Totals(due=Decimal("1E+2"))), {"payable": "100"}),
        (
            Invoice(
                vat_breakdown=(
                    VatBreakdown(taxable=Decimal("9.50"), tax=Decimal(0), category=" Z "),
                    VatBreakdown(taxable=Decimal(1), category="S"),
                    VatBreakdown(taxable=Decimal(1), tax=Decimal("0.19"), rate=Decimal("19.0")),
                )
            ),
            {"vat": "Z - 9.50 0; ? 19.0 1 0.19"},
        ),
        (
            Invoice(preceding=(PrecedingInvoice(number="R 1"), PrecedingInvoice())),
            {"corrects": "R 1"},
        ),
        (
            Invoice(
                purchase_order="PO-1",
                notes=(Note(text="With thanks"),),
                lines=(Line(item=Item(name="Crane", seller_id="4711")),),
                payee=Party(identifiers=(Identifier(value="not searched"),)),
            ),
            {"words": "PO-1 With thanks Crane 4711"},
        ),
        (Invoice(notes=(Note(text="ä" * 20_000),)), {"words": "ä" * 16_000}),
    ],
)
def test_what_a_document_is_found_by(document: Invoice, fields: dict[str, str]) -> None:
    assert searched_fields(document) == fields


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_auditor_finds_and_adds_up_what_went_through_the_house(home: Home) -> None:
    credit = replace(
        CLEAN, number="R-2", type_code="381", preceding=(PrecedingInvoice(number="R-1"),)
    )
    for data in (ubl(), ubl(credit), ubl(number="R-4", notes=(Note(text="Grüße aus Łódź"),))):
        receive(
            home.house, Arrival(data=data, name="a", tenant="nordwind", sender="erp", door="api")
        )
    home.run()
    ask = home.house.archive.questions
    for query, numbers in (
        (Query(tenant="nordwind"), ["R-4", "R-2", "R-1"]),
        (Query(tenant="nordwind", words="GRUSSE łodz"), ["R-4"]),
        (Query(tenant="nordwind", words="hamburg", vat_id="de 123456789", limit=1), ["R-4"]),
        (
            Query(tenant="nordwind", state="handed_over", country="DE", number_to="R-2"),
            ["R-2", "R-1"],
        ),
        (Query(tenant="elsewhere"), []),
    ):
        assert sorted(row.number for row in ask.documents(query).rows) == sorted(numbers), query
    (rate,) = ask.sums(Query(tenant="nordwind")).rows
    assert (rate.month, rate.category, rate.rate) == ("2026-11", "S", Decimal(19))
    assert (rate.net, rate.tax, rate.gross) == (Decimal(100), Decimal(19), Decimal(119))
    assert (rate.documents, rate.credit_notes) == (3, 1)
    (series,) = ask.numbers("nordwind")
    assert [(gap.first, gap.why) for gap in series.gaps] == [("R-3", "")]
    (row,) = ask.documents(Query(tenant="nordwind", number="R-1")).rows
    trail = ask.trail("nordwind", row.document)
    assert [(each.how, each.number) for each in trail.related] == [("corrected by", "R-2")]
    assert {"enrich", "check", "route", "render", "send"} <= {each.step for each in trail.entries}
