"""Hypothesis strategies over the model: `invoices()`, and the parts it is made of.

Words are few and awkward, as drawing takes the time; that any text passes, test_xml.py shows.
What they give has everything that the schemas of UBL and CII want, and nothing that EN 16931 has
no term for. Left out is what a syntax cannot tell apart:

- CII writes identifiers without scheme before those with one, so they come in that order
- UBL tells a gross price only beside its discount, and CII the other way round
- UBL marks the seller's bank assigned creditor identifier (BT-90) by the scheme SEPA
- UBL has one text for BT-21 and BT-22: `#AAI#text`, so a text alone does not begin like that
"""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from formats.model import (
    AllowanceCharge,
    Attachment,
    Attribute,
    Classification,
    Contact,
    CreditTransfer,
    Delivery,
    DirectDebit,
    Identifier,
    Invoice,
    Item,
    Line,
    Note,
    Party,
    PaymentCard,
    PaymentInstructions,
    Period,
    PostalAddress,
    PrecedingInvoice,
    Price,
    SupportingDocument,
    TaxRepresentative,
    Totals,
    VatBreakdown,
)
from formats.model.group import Group

AWKWARD = """R-4711 0 Büro a&b <c> ]]> "quoted" it's #1 &amp; 100% ß 日本語 Ελλάδα 𝄞 😀 None -1"""
WORDS = st.sampled_from(AWKWARD.split())
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
LONG_TEXTS = st.lists(TEXTS, min_size=1, max_size=3).map("\n".join)
AMOUNTS = st.decimals(-(10**9), 10**9, places=2)
NUMBERS = st.decimals(0, 10**6, places=4)
PERCENTS = st.decimals(0, 100, places=2)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
COUNTRIES = st.sampled_from(["DE", "FR", "IT", "PL", "ES", "NO"])
UNITS = st.sampled_from(["C62", "HUR", "KGM", "XPP"])
CATEGORIES = st.sampled_from(["S", "Z", "E", "AE", "K", "G", "O"])
SCHEMES = st.sampled_from(["0088", "0204", "0002", "9930"])
IBANS = st.sampled_from(["DE89370400440532013000", "FR1420041010050500013M02606"])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def some(strategy: st.SearchStrategy[Any], at_least: int = 0) -> st.SearchStrategy[Any]:
    return st.lists(strategy, min_size=at_least, max_size=at_least + 2).map(tuple)


def filled(group: type[Group], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Groups with at least one field: an empty one is not a group of the standard."""
    return st.builds(group, **fields).filter(lambda built: built != group())


def identifiers(value: st.SearchStrategy[str] = TEXTS) -> st.SearchStrategy[Identifier]:
    return st.builds(Identifier, value=value, scheme=maybe(SCHEMES))


NAMED_BY_SCHEME = st.builds(Identifier, value=TEXTS, scheme=SCHEMES)
NAMED_FREELY = st.builds(Identifier, value=TEXTS)
LISTS_OF_IDENTIFIERS = st.tuples(some(NAMED_FREELY), some(NAMED_BY_SCHEME)).map(
    lambda both: both[0] + both[1]
)
ADDRESSES = st.builds(
    PostalAddress,
    line_1=maybe(TEXTS),
    line_2=maybe(TEXTS),
    line_3=maybe(TEXTS),
    city=maybe(TEXTS),
    post_code=maybe(TEXTS),
    subdivision=maybe(TEXTS),
    country=COUNTRIES,
)
CONTACTS = filled(Contact, name=maybe(TEXTS), phone=maybe(TEXTS), email=maybe(WORDS))
PERIODS = filled(Period, start=maybe(DAYS), end=maybe(DAYS))
BUYER_TERMS: dict[str, st.SearchStrategy[Any]] = {
    "name": TEXTS,
    "trading_name": maybe(TEXTS),
    "identifiers": LISTS_OF_IDENTIFIERS,
    "legal_registration": maybe(identifiers()),
    "vat_identifier": maybe(WORDS),
    "electronic_address": maybe(NAMED_BY_SCHEME),
    "address": ADDRESSES,
    "contact": maybe(CONTACTS),
}
BUYERS = st.builds(Party, **BUYER_TERMS)
SELLERS = st.builds(
    Party, **BUYER_TERMS, tax_registration=maybe(WORDS), legal_information=maybe(LONG_TEXTS)
)
PAYEES = st.builds(
    Party,
    name=TEXTS,
    identifiers=LISTS_OF_IDENTIFIERS,
    legal_registration=maybe(identifiers()),
)
TAX_REPRESENTATIVES = st.builds(
    TaxRepresentative, name=TEXTS, vat_identifier=WORDS, address=ADDRESSES
)
DELIVERIES = filled(
    Delivery,
    name=maybe(TEXTS),
    location=maybe(identifiers()),
    delivered_on=maybe(DAYS),
    address=maybe(ADDRESSES),
)
PAYMENTS = st.builds(
    PaymentInstructions,
    means_code=st.sampled_from(["30", "48", "57", "58", "59"]),
    means_text=maybe(TEXTS),
    remittance=maybe(TEXTS),
    credit_transfers=some(
        st.builds(
            CreditTransfer, account=IBANS | WORDS, account_name=maybe(TEXTS), bank=maybe(WORDS)
        )
    ),
    card=maybe(st.builds(PaymentCard, number=WORDS, holder=maybe(TEXTS))),
    direct_debit=maybe(
        filled(DirectDebit, mandate=maybe(TEXTS), creditor=maybe(WORDS), account=maybe(IBANS))
    ),
)
SUPPORTING_DOCUMENTS = st.builds(
    SupportingDocument,
    reference=TEXTS,
    description=maybe(TEXTS),
    location=maybe(st.just("https://files.example/timesheet?month=1&part=2")),
    attachment=maybe(
        st.builds(
            Attachment,
            data=st.binary(min_size=1, max_size=40),
            media_type=st.sampled_from(["application/pdf", "text/csv"]),
            file_name=TEXTS,
        )
    ),
)
NOTES = filled(
    Note,
    text=maybe(LONG_TEXTS.filter(lambda text: not text.startswith("#"))),
    subject_code=maybe(st.sampled_from(["AAI", "REG", "PMT"])),
)
TOTALS = st.builds(
    Totals,
    lines=AMOUNTS,
    allowances=maybe(AMOUNTS),
    charges=maybe(AMOUNTS),
    without_vat=AMOUNTS,
    vat=AMOUNTS,
    with_vat=AMOUNTS,
    paid=maybe(AMOUNTS),
    rounding=maybe(AMOUNTS),
    due=AMOUNTS,
)
VAT_BREAKDOWNS = st.builds(
    VatBreakdown,
    taxable=AMOUNTS,
    tax=AMOUNTS,
    category=CATEGORIES,
    rate=maybe(PERCENTS),
    exemption_reason=maybe(TEXTS),
    exemption_code=maybe(st.sampled_from(["VATEX-EU-AE", "VATEX-EU-O"])),
)


def allowances(reason_codes: list[str], **category: Any) -> st.SearchStrategy[Any]:
    """BG-20, BG-21, BG-27 or BG-28; `category` is given for those of the document."""
    return st.builds(
        AllowanceCharge,
        amount=AMOUNTS,
        base=maybe(AMOUNTS),
        percent=maybe(PERCENTS),
        reason=maybe(TEXTS),
        reason_code=maybe(st.sampled_from(reason_codes)),
        **category,
    )


@st.composite
def prices(draw: st.DrawFn) -> Price:
    discount = draw(maybe(NUMBERS))
    quantity = draw(maybe(NUMBERS))
    return Price(
        net=draw(NUMBERS),
        discount=discount,
        gross=None if discount is None else draw(NUMBERS),
        base_quantity=quantity,
        base_unit=None if quantity is None else draw(maybe(UNITS)),
    )


ITEMS = st.builds(
    Item,
    name=TEXTS,
    description=maybe(LONG_TEXTS),
    seller_id=maybe(TEXTS),
    buyer_id=maybe(TEXTS),
    standard_id=maybe(NAMED_BY_SCHEME),
    classifications=some(
        st.builds(
            Classification,
            code=WORDS,
            scheme=maybe(st.sampled_from(["STI", "SRV"])),
            scheme_version=maybe(WORDS),
        )
    ),
    origin_country=maybe(COUNTRIES),
    attributes=some(st.builds(Attribute, name=TEXTS, value=maybe(TEXTS))),
)
LINES = st.builds(
    Line,
    id=TEXTS,
    note=maybe(LONG_TEXTS),
    invoiced_object=maybe(
        st.builds(Identifier, value=TEXTS, scheme=maybe(st.sampled_from(["AAJ", "ABZ"])))
    ),
    quantity=NUMBERS,
    unit=UNITS,
    net=AMOUNTS,
    order_line=maybe(TEXTS),
    accounting_reference=maybe(TEXTS),
    period=maybe(PERIODS),
    allowances=some(allowances(["95", "100"])),
    charges=some(allowances(["FC", "ABL"])),
    price=prices(),
    vat_category=CATEGORIES,
    vat_rate=maybe(PERCENTS),
    item=ITEMS,
)
REFERENCES = (
    "buyer_reference",
    "project",
    "contract",
    "purchase_order",
    "sales_order",
    "receiving_advice",
    "despatch_advice",
    "tender",
    "accounting_reference",
    "payment_terms",
    "business_process",
)


@st.composite
def invoices(draw: st.DrawFn) -> Invoice:
    """Invoices and credit notes of one to three lines, with any of the terms of EN 16931."""
    tax_currency = draw(maybe(st.sampled_from(["SEK", "PLN"])))
    totals = draw(TOTALS)
    foreign = draw(AMOUNTS) if tax_currency else None
    category = {"vat_category": CATEGORIES, "vat_rate": maybe(PERCENTS)}
    references = {name: draw(maybe(TEXTS)) for name in REFERENCES}
    return Invoice(
        **references,
        number=draw(TEXTS),
        issue_date=draw(DAYS),
        type_code=draw(st.sampled_from(["380", "381", "384", "389"])),
        currency=draw(st.sampled_from(["EUR", "NOK"])),
        accounting_currency=tax_currency,
        tax_point_date=draw(maybe(DAYS)),
        tax_point_code=draw(maybe(st.sampled_from(["3", "35", "432"]))),
        due_date=draw(maybe(DAYS)),
        invoiced_object=draw(
            maybe(st.builds(Identifier, value=TEXTS, scheme=maybe(st.just("AAJ"))))
        ),
        notes=draw(some(NOTES)),
        specification="urn:cen.eu:en16931:2017",
        preceding=draw(some(st.builds(PrecedingInvoice, number=TEXTS, issue_date=maybe(DAYS)))),
        seller=draw(SELLERS),
        buyer=draw(BUYERS),
        payee=draw(maybe(PAYEES)),
        tax_representative=draw(maybe(TAX_REPRESENTATIVES)),
        delivery=draw(maybe(DELIVERIES)),
        period=draw(maybe(PERIODS)),
        payment=draw(maybe(PAYMENTS)),
        allowances=draw(some(allowances(["95", "100"], **category))),
        charges=draw(some(allowances(["FC", "ABL"], **category))),
        totals=Totals(
            **{field: getattr(totals, field) for field in Totals.__struct_fields__}
            | {"vat_in_accounting_currency": foreign}
        ),
        vat_breakdown=draw(some(VAT_BREAKDOWNS, at_least=1)),
        supporting_documents=draw(some(SUPPORTING_DOCUMENTS)),
        lines=draw(some(LINES, at_least=1)),
    )
