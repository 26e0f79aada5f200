"""Clean invoices, and how to break one: in each VAT category, with every group of the model."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from formats.model import (
    AllowanceCharge,
    Attachment,
    Attribute,
    Classification,
    Contact,
    CreditTransfer,
    Delivery,
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

D = Decimal


def change(group: Any, changes: dict[str, Any]) -> Any:
    """Return `group` with the values at some paths replaced: `lines[0].net`."""
    for path, value in changes.items():
        group = _put(group, re.findall(r"[^.\[\]]+", path), value)
    return group


def _put(group: Any, steps: list[str], value: object) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(group, tuple):
        n = int(step)
        return (*group[:n], _put(group[n], rest, value), *group[n + 1 :])
    return replace(group, **{step: _put(getattr(group, step), rest, value)})


ADDRESS = PostalAddress(line_1="Beispielweg 1", city="Musterstadt", post_code="12345", country="DE")
PRICE = Price(
    net=D("10.00"), gross=D("12.00"), discount=D("2.00"), base_quantity=D(1), base_unit="C62"
)
ITEM = Item(
    name="Widget",
    standard_id=Identifier(value="4012345678901", scheme="0160"),
    classifications=(Classification(code="31000000-6", scheme="STI"),),
    origin_country="DE",
    attributes=(Attribute(name="colour", value="red"),),
)
LINE = Line(
    id="1",
    quantity=D(10),
    unit="C62",
    net=D("100.00"),
    period=Period(start=date(2026, 1, 1), end=date(2026, 1, 31)),
    invoiced_object=Identifier(value="meter 7", scheme="ABT"),
    allowances=(AllowanceCharge(amount=D("5.00"), base=D("50.00"), reason="rebate"),),
    charges=(AllowanceCharge(amount=D("5.00"), base=D("50.00"), reason_code="FC"),),
    price=PRICE,
    vat_category="S",
    vat_rate=D(19),
    item=ITEM,
)
SAMPLE = replace(LINE, id="3", net=D("0.00"), allowances=(), charges=())
REBATE = AllowanceCharge(
    amount=D("10.00"),
    base=D("100.00"),
    percent=D(10),
    vat_category="S",
    vat_rate=D(19),
    reason="rebate",
    reason_code="95",
)
FREIGHT = replace(REBATE, reason="freight", reason_code="FC")

CLEAN = Invoice(
    number="RE-1",
    issue_date=date(2026, 2, 1),
    type_code="380",
    currency="EUR",
    accounting_currency="SEK",
    tax_point_code="35",
    invoiced_object=Identifier(value="contract 9", scheme="ABZ"),
    notes=(Note(text="Thank you", subject_code="AAI"),),
    specification="urn:cen.eu:en16931:2017",
    preceding=(PrecedingInvoice(number="RE-0"),),
    seller=Party(
        name="Seller GmbH",
        trading_name="Seller",
        identifiers=(Identifier(value="4000001000005", scheme="0088"),),
        legal_registration=Identifier(value="HRB 1", scheme="0002"),
        vat_identifier="DE123456789",
        tax_registration="12/345/67890",
        electronic_address=Identifier(value="seller@seller.example", scheme="EM"),
        address=ADDRESS,
        contact=Contact(name="Accounts", phone="+49 30 0000000", email="a@seller.example"),
    ),
    buyer=Party(
        name="Buyer AG",
        identifiers=(Identifier(value="4000001000012", scheme="0088"),),
        legal_registration=Identifier(value="HRB 2", scheme="0002"),
        vat_identifier="DE987654321",
        electronic_address=Identifier(value="buyer@buyer.example", scheme="EM"),
        address=ADDRESS,
    ),
    payee=Party(
        name="Factor SE",
        identifiers=(Identifier(value="4000001000029", scheme="0088"),),
        legal_registration=Identifier(value="HRB 3", scheme="0002"),
    ),
    tax_representative=TaxRepresentative(
        name="Tax Rep Ltd", vat_identifier="DE111111111", address=ADDRESS
    ),
    delivery=Delivery(
        location=Identifier(value="4000001000036", scheme="0088"),
        delivered_on=date(2026, 1, 31),
        address=ADDRESS,
    ),
    period=Period(start=date(2026, 1, 1), end=date(2026, 1, 31)),
    payment=PaymentInstructions(
        means_code="58",
        credit_transfers=(CreditTransfer(account="DE02120300000000202051"),),
        card=PaymentCard(number="1234"),
    ),
    allowances=(REBATE, replace(REBATE, amount=D("0.00"))),
    charges=(FREIGHT, replace(FREIGHT, amount=D("0.00"))),
    totals=Totals(
        lines=D("150.00"),
        allowances=D("10.00"),
        charges=D("10.00"),
        without_vat=D("150.00"),
        vat=D("28.50"),
        vat_in_accounting_currency=D("300.00"),
        with_vat=D("178.50"),
        paid=D("100.00"),
        rounding=D("0.50"),
        due=D("79.00"),
    ),
    vat_breakdown=(VatBreakdown(taxable=D("150.00"), tax=D("28.50"), category="S", rate=D(19)),),
    supporting_documents=(
        SupportingDocument(
            reference="time sheet",
            attachment=Attachment(data=b"%PDF", media_type="application/pdf"),
        ),
    ),
    lines=(LINE, replace(LINE, id="2", net=D("50.00"), allowances=(), charges=()), SAMPLE),
)


def in_category(category: str, rate: str | None) -> Invoice:
    """Return the clean invoice with everything in one VAT category."""
    vat_rate = None if rate is None else D(rate)
    tax = (D("150.00") * (vat_rate or D(0)) / 100).quantize(D("0.01"))
    taxed = {"vat_category": category, "vat_rate": vat_rate}
    excused = category in {"E", "AE", "K", "G", "O"}
    return replace(
        CLEAN,
        lines=tuple(replace(line, **taxed) for line in CLEAN.lines),
        allowances=tuple(replace(allowance, **taxed) for allowance in CLEAN.allowances),
        charges=tuple(replace(charge, **taxed) for charge in CLEAN.charges),
        vat_breakdown=(
            VatBreakdown(
                taxable=D("150.00"),
                tax=tax,
                category=category,
                rate=vat_rate,
                exemption_reason="because" if excused else None,
            ),
        ),
        totals=change(
            CLEAN.totals,
            {"vat": tax, "with_vat": D("150.00") + tax, "due": D("50.50") + tax},
        ),
    )


ITALIAN = {
    f"{path}.country": "IT"
    for path in (
        "seller.address",
        "buyer.address",
        "tax_representative.address",
        "delivery.address",
    )
} | {f"lines[{n}].item.origin_country": "IT" for n in range(3)}
VAT_LESS = {
    "seller.vat_identifier": None,
    "buyer.vat_identifier": None,
    "tax_representative": None,
}

BASES: dict[str, Invoice] = {
    "S": CLEAN,
    "Z": in_category("Z", "0"),
    "E": in_category("E", "0"),
    "AE": in_category("AE", "0"),
    "K": in_category("K", "0"),
    "G": in_category("G", "0"),
    "O": change(in_category("O", None), VAT_LESS),
    "L": in_category("L", "7"),
    "M": in_category("M", "10"),
    "B": change(in_category("B", "22"), ITALIAN),
}
