"""One row a rule of the French reform: a clean French invoice with just that one thing broken."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from formats.model import (
    Attribute,
    Delivery,
    Identifier,
    Invoice,
    Note,
    Party,
    Period,
    PrecedingInvoice,
)
from formats.rules import fr_ctc
from formats.rules.en16931 import EN16931
from formats.rules.en16931_cii import EN16931_CII
from formats.rules.engine import check, outcome
from formats.rules.fr_official import IN_CII
from tests.formats.rules.samples import CLEAN, change

D = Decimal
FR_CTC = replace(fr_ctc.FR_CTC, extends=(EN16931,))
FR_CTC_CII = replace(fr_ctc.FR_CTC_CII, extends=(EN16931_CII,))
"""Beside the core, as they judge what is not extended."""

SIREN = Identifier(value="732829320", scheme="0002")
OTHER_SIREN = Identifier(value="552100554", scheme="0002")
SIRET = Identifier(value="73282932000074", scheme="0009")
NOTES = (
    Note(text="40 euro for recovery costs", subject_code="PMT"),
    Note(text="three times the legal rate", subject_code="PMD"),
    Note(text="no discount", subject_code="AAB"),
    Note(text="B2B", subject_code="BAR"),
)
TAXED = {
    f"{part}.vat_rate": D(20)
    for part in (
        *(f"lines[{number}]" for number in range(3)),
        *(f"allowances[{number}]" for number in range(2)),
        *(f"charges[{number}]" for number in range(2)),
    )
}

FR: Invoice = change(
    CLEAN,
    {
        **TAXED,
        "number": "F2026-001",
        "issue_date": date(2026, 10, 1),
        "due_date": date(2026, 10, 31),
        "business_process": "S1",
        "accounting_currency": None,
        "totals.vat_in_accounting_currency": None,
        "notes": NOTES,
        "preceding": (),
        "supporting_documents[0].description": "PJA",
        "seller.identifiers": (SIRET,),
        "seller.legal_registration": SIREN,
        "seller.electronic_address": Identifier(value="732829320", scheme="0225"),
        "buyer.legal_registration": OTHER_SIREN,
        "buyer.electronic_address": Identifier(value="552100554_facture", scheme="0225"),
        "payee.legal_registration": None,
        "lines[0].item.attributes": (Attribute(name="colour", value="red"),),
        "vat_breakdown[0].rate": D(20),
        "vat_breakdown[0].tax": D("30.00"),
        "totals.vat": D("30.00"),
        "totals.with_vat": D("180.00"),
        "totals.due": D("80.50"),
    },
)
PAID: Invoice = change(
    FR,
    {
        "business_process": "S2",
        "totals.paid": D("180.50"),
        "totals.rounding": D("0.50"),
        "totals.with_vat": D("180.00"),
        "totals.due": D("0.00"),
    },
)
PAID = change(PAID, {"totals.paid": D("180.00"), "totals.rounding": None})
IN_FRANCS: Invoice = change(
    FR,
    {
        "currency": "CHF",
        "accounting_currency": "EUR",
        "totals.vat_in_accounting_currency": D("31.00"),
    },
)
CREDIT: Invoice = change(
    FR,
    {
        "type_code": "381",
        "preceding": (PrecedingInvoice(number="F2026-000", issue_date=date(2026, 9, 1)),),
    },
)
MEMBER: Invoice = change(
    FR,
    {
        "seller.identifiers": (Identifier(value="732829320", scheme="0231"),),
        "notes": (*NOTES, Note(text="MEMBRE_ASSUJETTI_UNIQUE", subject_code="TXD")),
    },
)
SELF_BILLED: Invoice = change(FR, {"type_code": "389"})
BASES: dict[str, Invoice] = {
    "plain": FR,
    "paid": PAID,
    "in francs": IN_FRANCS,
    "credit": CREDIT,
    "member": MEMBER,
    "self-billed": SELF_BILLED,
}


class Row(NamedTuple):
    changes: dict[str, Any]
    also: tuple[str, ...] = ()
    base: str = "plain"


def identified(role: str, value: str, scheme: str | None) -> dict[str, Any]:
    return {f"{role}.identifiers": (Identifier(value=value, scheme=scheme),)}


LONG = "X" * 126
NEXT_CENTURY = date(2100, 1, 1)
LONG_AGO = date(1999, 12, 31)
THREE_PLACES = D("10.001")

BROKEN: dict[str, Row] = {
    "BR-FR-01_BT-1-1": Row({"number": "F" * 36}),
    "BR-FR-01_BT-1-2": Row({"number": "F 1"}, also=("BR-FR-02_BT-1",)),
    "BR-FR-02_BT-1": Row({"number": "F.1"}, also=("BR-FR-01_BT-1-2",)),
    "BR-FR-01_BT-25-1": Row({"preceding[0].number": "F" * 36}, base="credit"),
    "BR-FR-01_BT-25-2": Row({"preceding[0].number": "F#1"}, ("BR-FR-02_BT-25",), "credit"),
    "BR-FR-02_BT-25": Row({"preceding[0].number": "é"}, ("BR-FR-01_BT-25-2",), "credit"),
    "BR-FR-03_BT-2": Row({"issue_date": LONG_AGO}),
    "BR-FR-03_BT-7": Row({"tax_point_date": NEXT_CENTURY, "tax_point_code": None}),
    "BR-FR-03_BT-9": Row({"due_date": NEXT_CENTURY}),
    "BR-FR-03_BT-26": Row({"preceding[0].issue_date": LONG_AGO}, base="credit"),
    "BR-FR-03_BT-72": Row({"delivery.delivered_on": NEXT_CENTURY}),
    "BR-FR-03_BT-73": Row({"period.start": LONG_AGO}),
    "BR-FR-03_BT-74": Row({"period.end": NEXT_CENTURY}),
    "BR-FR-03_BT-134": Row({"lines[0].period.start": LONG_AGO}),
    "BR-FR-03_BT-135": Row({"lines[0].period.end": NEXT_CENTURY}),
    "BR-FR-04_BT-3": Row({"type_code": "326"}),
    "BR-FR-05_BT-22-1": Row({"notes": NOTES[1:]}),
    "BR-FR-05_BT-22-2": Row({"notes": (NOTES[0], *NOTES[2:])}),
    "BR-FR-05_BT-22-3": Row({"notes": (*NOTES[:2], NOTES[3])}),
    "BR-FR-06_BT-21-1": Row({"notes": (*NOTES, NOTES[0])}),
    "BR-FR-06_BT-21-2": Row({"notes": (*NOTES, NOTES[1])}),
    "BR-FR-06_BT-21-3": Row({"notes": (*NOTES, NOTES[2])}),
    "BR-FR-06_BT-21-4": Row({"notes": (*NOTES, *[Note(text="VAT", subject_code="TXD")] * 2)}),
    "BR-FR-08_BT-23": Row({"business_process": "A1"}),
    "BR-FR-09_BT-29": Row(identified("seller", "55210055400013", "0009")),
    "BR-FR-09_BT-46": Row(identified("buyer", "5521005540001", "0009")),
    "BR-FR-09_BT-60": Row(identified("payee", "7328293200007", "0009")),
    "BR-FR-09_BT-71": Row({"delivery.location": Identifier(value="732829320", scheme="0009")}),
    "BR-FR-10_BT-30": Row(
        {
            "seller.legal_registration": Identifier(value="732829320", scheme="0060"),
            "seller.identifiers": (),
        }
    ),
    "BR-FR-11_BT-47": Row({"buyer.legal_registration": None}),
    "BR-FR-12_BT-49": Row({"buyer.electronic_address": None}, also=("BR-FR-21_BT-49",)),
    "BR-FR-13_BT-34": Row({"seller.electronic_address": None}),
    "BR-FR-15_BT-95_BT-102-1": Row(
        {"allowances[1].vat_category": "B"}, also=("BR-B-01", "BR-B-02")
    ),
    "BR-FR-15_BT-95_BT-102-2": Row(
        {"charges[1].vat_category": "L"}, also=("BR-AF-01", "BR-FR-15_BT-95_BT-102-1")
    ),
    "BR-FR-15_BT-118-1": Row(
        {"vat_breakdown[0].category": "B"},
        also=("BR-B-01", "BR-B-02", "BR-S-01"),
    ),
    "BR-FR-15_BT-118-2": Row(
        {"vat_breakdown[0].category": "M"},
        also=("BR-AG-01", "BR-AG-08", "BR-FR-15_BT-118-1", "BR-S-01"),
    ),
    "BR-FR-15_BT-151-1": Row({"lines[2].vat_category": "B"}, also=("BR-B-01", "BR-B-02")),
    "BR-FR-08_BT-151-2": Row(
        {"lines[2].vat_category": "L"}, also=("BR-AF-01", "BR-FR-15_BT-151-1")
    ),
    "BR-FR-16_BT-96": Row({"charges[1].vat_rate": D(19)}),
    "BR-FR-16_BT-119": Row(
        {"vat_breakdown[0].rate": D(19)}, also=("BR-CO-17", "BR-S-08", "BR-S-09")
    ),
    "BR-FR-16_BT-152": Row({"lines[2].vat_rate": D(19)}),
    "BR-FR-17_BT-123": Row({"supporting_documents[0].description": "delivery note"}),
    "BR-FR-18_BT-123": Row(
        {
            "supporting_documents": (
                *change(
                    FR, {"supporting_documents[0].description": "LISIBLE"}
                ).supporting_documents,
            )
            * 2
        }
    ),
    "BR-FR-20_BT-21": Row({"notes[3].text": "B2G"}),
    "BR-FR-21_BT-49": Row(
        {"buyer.electronic_address": Identifier(value="buyer@buyer.example", scheme="EM")}
    ),
    "BR-FR-22_BT-34": Row(
        {"seller.electronic_address": Identifier(value="552100554", scheme="0225")},
        base="self-billed",
    ),
    "BR-FR-23_BT-34": Row(
        {"seller.electronic_address": Identifier(value="732829320 a", scheme="0225")}
    ),
    "BR-FR-23_BT-49": Row(
        {"buyer.electronic_address": Identifier(value="552100554/a", scheme="0225")}
    ),
    "BR-FR-24_BT-29": Row(identified("seller", "a b", "0224")),
    "BR-FR-24_BT-46": Row(identified("buyer", "a/b", "0224")),
    "BR-FR-25_BT-34": Row({"seller.electronic_address": Identifier(value=LONG, scheme="EM")}),
    "BR-FR-25_BT-49": Row(
        {"buyer.electronic_address": Identifier(value=f"552100554{LONG}", scheme="0225")}
    ),
    "BR-FR-26_BT-29": Row(identified("seller", LONG, "0224")),
    "BR-FR-26_BT-46": Row(identified("buyer", LONG, "0224")),
    "BR-FR-28-Value": Row({"lines[0].item.attributes[0].value": None}, also=("BR-54",)),
    "BR-FR-30_BT-21": Row({"notes": (*NOTES, Note(text="B2C", subject_code="BAR"))}),
    "BR-FR-32-LEGALID": Row({"payee.legal_registration": Identifier(value="1", scheme="0002")}),
    "BR-FR-32-ID": Row(identified("buyer", "12345678", "0002")),
    "BR-FR-CO-03_BT-3": Row({"type_code": "262"}),
    "BR-FR-CO-04_BT-3": Row({"type_code": "384"}),
    "BR-FR-CO-05_BT-3": Row({"preceding[0].issue_date": None}, base="credit"),
    "BR-FR-CO-07_BT-9": Row({"due_date": date(2026, 9, 30)}),
    "BR-FR-CO-08_BT-23": Row({"business_process": "B4", "type_code": "386"}),
    "BR-FR-CO-09_BT-23-1": Row(
        {"totals.paid": D("100.00"), "totals.rounding": D("-80.00")}, base="paid"
    ),
    "BR-FR-CO-09_BT-23-2": Row(
        {"totals.rounding": D("0.01"), "totals.due": D("0.01")}, base="paid"
    ),
    "BR-FR-CO-09_BT-23-3": Row({"due_date": None}, base="paid"),
    "BR-FR-CO-10_BT-29-1": Row(identified("seller", "17", None)),
    "BR-FR-CO-10_BT-29-2": Row({"seller.identifiers": (SIRET, SIRET)}),
    "BR-FR-CO-10_BT-46-1": Row(identified("buyer", "17", None)),
    "BR-FR-CO-10_BT-46-2": Row({"buyer.identifiers": FR.buyer.identifiers * 2}),  # type: ignore[union-attr]
    "BR-FR-CO-10_BT-60-1": Row(identified("payee", "17", None)),
    "BR-FR-CO-10_BT-60-2": Row({"payee.identifiers": FR.payee.identifiers * 2}),  # type: ignore[union-attr]
    "BR-FR-CO-10_BT-71-1": Row({"delivery.location": Identifier(value="17")}),
    "BR-FR-CO-12_BT-5": Row({"accounting_currency": "USD"}, base="in francs"),
    "BR-FR-CO-14_BT-29-1": Row({"notes": NOTES}, base="member"),
    "BR-FR-CO-15_BT-29-1": Row({"tax_representative": None}, base="member"),
    "BR-FR-MV-13_BT-3": Row({"business_process": "S8"}, base="self-billed"),
    "BR-FR-MV-BD_BT-3": Row({"business_process": "M9"}),
    "BR-FR-DEC-01_BT-92_BT-99": Row({"allowances[1].amount": D("0.000")}, also=("BR-DEC-01",)),
    "BR-FR-DEC-01_BT-93_BT-100": Row({"charges[1].base": THREE_PLACES}, also=("BR-DEC-06",)),
    "BR-FR-DEC-01_BT-106": Row({"totals.lines": D("150.000")}, also=("BR-DEC-09",)),
    "BR-FR-DEC-01_BT-107": Row({"totals.allowances": D("10.000")}, also=("BR-DEC-10",)),
    "BR-FR-DEC-01_BT-108": Row({"totals.charges": D("10.000")}, also=("BR-DEC-11",)),
    "BR-FR-DEC-01_BT-109": Row({"totals.without_vat": D("150.000")}, also=("BR-DEC-12",)),
    "BR-FR-DEC-01_BT-110": Row({"totals.vat": D("30.000")}),
    "BR-FR-DEC-01_BT-112": Row({"totals.with_vat": D("180.000")}, also=("BR-DEC-14",)),
    "BR-FR-DEC-01_BT-113": Row({"totals.paid": D("100.000")}, also=("BR-DEC-16",)),
    "BR-FR-DEC-01_BT-114": Row({"totals.rounding": D("0.500")}, also=("BR-DEC-17",)),
    "BR-FR-DEC-01_BT-115": Row({"totals.due": D("80.500")}, also=("BR-DEC-18",)),
    "BR-FR-DEC-01_BT-116": Row({"vat_breakdown[0].taxable": D("150.000")}, also=("BR-DEC-19",)),
    "BR-FR-DEC-01_BT-117": Row({"vat_breakdown[0].tax": D("30.000")}, also=("BR-DEC-20",)),
    "BR-FR-DEC-01_BT-131": Row({"lines[1].net": D("50.000")}, also=("BR-DEC-23",)),
    "BR-FR-DEC-01_BT-136_BT-141": Row(
        {"lines[0].allowances[0].amount": D("5.000")}, also=("BR-DEC-24",)
    ),
    "BR-FR-DEC-01_BT-137_BT-142": Row(
        {"lines[0].charges[0].base": D("50.000")}, also=("BR-DEC-28",)
    ),
    "BR-FR-DEC-02_BT-129": Row({"lines[0].quantity": D("10.00000")}),
    "BR-FR-DEC-02_BT-149": Row({"lines[0].price.base_quantity": D("1.00000")}),
    "BR-FR-DEC-03_BT-146": Row({"lines[0].price.net": D("10.0000000")}),
    "BR-FR-DEC-03_BT-147": Row({"lines[0].price.discount": D("-2.00")}),
    "BR-FR-DEC-03_BT-148": Row({"lines[0].price.gross": D("12.0000000")}),
    "BR-FR-DEC-04_BT-96_BT-103": Row({"allowances[1].vat_rate": D("20.000")}, ("BR-FR-16_BT-96",)),
    "BR-FR-DEC-04_BT-119": Row({"vat_breakdown[0].rate": D("20.000")}, ("BR-FR-16_BT-119",)),
    "BR-FR-DEC-04_BT-152": Row({"lines[0].vat_rate": D("20.000")}, ("BR-FR-16_BT-152",)),
}


def broken(rule: str) -> Invoice:
    row = BROKEN[rule]
    invoice: Invoice = change(BASES[row.base], row.changes)
    return invoice


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("rules", [FR_CTC, FR_CTC_CII], ids=lambda rules: str(rules.key))
def test_a_clean_invoice_has_no_findings(base: str, rules: Any) -> None:
    assert check(BASES[base], rules) == ()


@pytest.mark.parametrize("rule", BROKEN)
def test_each_rule_fires_alone(rule: str) -> None:
    fired = {finding.rule for finding in check(broken(rule), FR_CTC)}
    assert fired == {rule, *BROKEN[rule].also}


def test_every_rule_has_its_row() -> None:
    assert {rule.id for rule in fr_ctc.FR_CTC} == set(BROKEN)


def test_in_cii_the_same_rules_have_other_ids() -> None:
    ids = {rule.id for rule in fr_ctc.FR_CTC_CII}
    for rule in BROKEN:
        fired = {finding.rule for finding in check(broken(rule), FR_CTC_CII)}
        assert (IN_CII.get(rule, rule) in fired) is (IN_CII.get(rule, rule) in ids), rule
    nameless = change(FR, {"lines[0].item.attributes": (Attribute(value="red"),)})
    assert {f.rule for f in check(nameless, FR_CTC_CII)} == {"BR-54", "BR-FR-27_BG-32"}


def test_prices_below_zero_are_for_two_sellers_only() -> None:
    price = {"lines[0].price.discount": D("-2.00"), "business_process": "S9", "type_code": "389"}
    assert check(change(FR, price), FR_CTC) == ()


def test_a_partial_document_is_judged_as_far_as_it_goes() -> None:
    assert outcome(Invoice(), FR_CTC).failed
    partial = Invoice(seller=Party(), delivery=Delivery(), period=Period(), notes=(Note(),))
    assert outcome(partial, FR_CTC_CII).failed
