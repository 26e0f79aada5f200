"""What SAP says in its own way, as EN 16931 wants it: each row a change to the sample."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from formats.guide import parse
from formats.idoc.read import read
from formats.model import Invoice
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from tests.formats.guided_samples import SAMPLES

XML = (SAMPLES / "idoc/invoic02-xml/in.xml").read_text("utf-8")
CREDIT = (SAMPLES / "idoc/trailing-signs/in.xml").read_text("utf-8")

Put = dict[str, str]
Look = Callable[[Any], Any]


def condition(kind: str, amount: str, sign: str = "") -> str:
    alckz = f"<ALCKZ>{sign}</ALCKZ>" if sign else ""
    inner = f"{alckz}<KSCHL>{kind}</KSCHL><KOTXT>x</KOTXT><BETRG>{amount}</BETRG>"
    return f"<E1EDK05 SEGMENT='1'>{inner}</E1EDK05>"


BEHIND_TAX = '<E1EDK17 SEGMENT="1">'
FINAL = "<SUMME>1072.95</SUMME>"
NUMBERS = '<E1EDK02 SEGMENT="1">\n      <QUALF>001</QUALF>\n      <BELNR>HK-4711</BELNR>'
QUANTITY = "<MENGE>200.000</MENGE>\n      <MENEE>PCE</MENEE>"
BASE = "<PMENE>PCE</PMENE>\n      <PEINH>100</PEINH>"


class Case(NamedTuple):
    put: Put
    look: Look
    wanted: Any
    toml: str = ""
    text: str = XML


def totals(*names: str) -> Look:
    return lambda invoice: tuple(str(getattr(invoice.totals, name)) for name in names)


def amounts_of(line: int) -> Look:
    def look(invoice: Any) -> Any:
        each = invoice.lines[line]
        price = each.price
        return price and (each.unit, price.net, price.base_quantity, price.base_unit)

    return look


CASES: dict[str, Case] = {
    "rounding is the gap between the sums": Case(
        {BEHIND_TAX: condition("DIFF", "0.05") + BEHIND_TAX, FINAL: "<SUMME>1073.00</SUMME>"},
        totals("without_vat", "vat", "with_vat", "rounding", "due"),
        ("910.12", "162.83", "1072.95", "0.05", "1073.00"),
    ),
    "rounding down": Case(
        {BEHIND_TAX: condition("DIFF", "0.95-") + BEHIND_TAX, FINAL: "<SUMME>1072.00</SUMME>"},
        totals("with_vat", "rounding", "due"),
        ("1072.95", "-0.95", "1072.00"),
    ),
    "rounding that the sums have already": Case(
        {BEHIND_TAX: condition("DIFF", "0.05") + BEHIND_TAX},
        totals("with_vat", "rounding", "due"),
        ("1072.95", "None", "1072.95"),
    ),
    "a down payment that is cleared": Case(
        {BEHIND_TAX: condition("AZWR", "500.00", "-") + BEHIND_TAX, FINAL: "<SUMME>572.95</SUMME>"},
        totals("with_vat", "paid", "due"),
        ("1072.95", "500.00", "572.95"),
    ),
    "two down payments and a rounding": Case(
        {
            BEHIND_TAX: condition("AZWR", "500.00-")
            + condition("AZWR", "72.00-")
            + condition("DIFF", "0.05")
            + BEHIND_TAX,
            FINAL: "<SUMME>501.00</SUMME>",
        },
        totals("with_vat", "paid", "rounding", "due"),
        ("1072.95", "572.00", "0.05", "501.00"),
    ),
    "what is paid, in a field of the sender's": Case(
        {"<FKTYP>L": "<AUTLF>X</AUTLF><DELCO>100.00</DELCO><FKTYP>L"},
        totals("with_vat", "paid", "due"),
        ("1072.95", "100.00", "972.95"),
        "[invoice]\n'totals.paid' = 'E1EDK01.DELCO'",
    ),
    "rounding of a credit memo with minus signs": Case(
        {
            BEHIND_TAX: condition("DIFF", "0.31") + BEHIND_TAX,
            "<SUMME>177.31-</SUMME>": "<SUMME>177.00-</SUMME>",
        },
        totals("with_vat", "rounding", "due"),
        ("177.31", "-0.31", "177.00"),
        text=CREDIT,
    ),
    "yen with inner decimals": Case(
        {">EUR<": ">JPY<"},
        lambda i: (
            i.totals.with_vat,
            i.lines[1].net,
            i.lines[1].quantity,
            i.lines[1].price.net,
            i.vat_breakdown[0].tax,
            i.vat_breakdown[0].rate,
        ),
        tuple(map(Decimal, ("107295", "23000", "200", "11500", "15694", "19"))),
        "[inner_currencies]\nJPY = 0",
    ),
    "yen with inner decimals left out": Case(
        {">EUR<": ">JPY<", "<SUMME>1072.95<": "<SUMME>1072<"},
        totals("with_vat"),
        ("107200",),
        "[inner_currencies]\nJPY = 0",
    ),
    "dinars with inner decimals": Case(
        {">EUR<": ">KWD<"}, totals("with_vat"), ("107.295",), "[inner_currencies]\nKWD = 3"
    ),
    "yen as they are": Case({">EUR<": ">JPY<"}, totals("with_vat"), ("1072.95",)),
    "decimal commas": Case(
        {f"{a}.{b}<": f"{a},{b}<" for a, b in (("4", "000"), ("596", "00"), ("149", "00"))}
        | {"200.000": "200,000"},
        lambda i: (i.lines[0].net, i.lines[1].quantity),
        (Decimal(596), Decimal(200)),
        'decimal = ","',
    ),
    "VAT in the company's currency": Case(
        {">EUR</HWAER>": ">CHF</HWAER>", "1.00000": "0.94120"},
        lambda i: (i.accounting_currency, str(i.totals.vat_in_accounting_currency)),
        ("CHF", "153.26"),
        'accounting_currency = "by rate"',
    ),
    "VAT by an indirect rate": Case(
        {">EUR</HWAER>": ">CHF</HWAER>", "1.00000": "/1.06000"},
        lambda i: str(i.totals.vat_in_accounting_currency),
        "153.61",
        'accounting_currency = "by rate"',
    ),
    "the company's currency is the invoice's": Case(
        {}, lambda i: i.accounting_currency, None, 'accounting_currency = "by rate"'
    ),
    "a price for pieces, a quantity in boxes of 100": Case(
        {QUANTITY: QUANTITY.replace("200.000", "2.000").replace("PCE", "KAR")}
        | {BASE: "<PMENE>PCE</PMENE><PEINH>100</PEINH><BPUMZ>1</BPUMZ><BPUMN>100</BPUMN>"},
        amounts_of(1),
        ("XCT", Decimal(11500), Decimal(100), "XCT"),
    ),
    "a price for boxes, a quantity in pieces": Case(
        {BASE: "<PMENE>KAR</PMENE><PEINH>1</PEINH><BPUMZ>100</BPUMZ><BPUMN>1</BPUMN>"},
        amounts_of(1),
        ("H87", Decimal(115), Decimal(100), "H87"),
    ),
    "a ratio that does not lead to the net amount": Case(
        {BASE: "<PMENE>KAR</PMENE><PEINH>1</PEINH><BPUMZ>7</BPUMZ><BPUMN>1</BPUMN>"},
        amounts_of(1),
        ("H87", Decimal(115), Decimal(1), "XCT"),
    ),
    "net terms are counted from the issue date": Case(
        {"<IDDAT>028<": "<IDDAT>099<"}, lambda i: i.due_date, date(2026, 12, 20)
    ),
    "or left out": Case(
        {"<IDDAT>028<": "<IDDAT>099<"},
        lambda i: i.due_date,
        None,
        '[payment_terms]\ndue_date = "stated"',
    ),
    "terms in XRechnung's words": Case(
        {"<ZTERM_TXT>": "<X>", "</ZTERM_TXT>": "</X>"},
        lambda i: i.payment_terms.splitlines()[0],
        "#SKONTO#TAGE=14#PROZENT=2.00#",
        "[payment_terms]\ndiscount = '#SKONTO#TAGE={TAGE}#PROZENT={percent}#'",
    ),
    "the order that all lines name": Case(
        {NUMBERS: NUMBERS.replace("001", "099")}, lambda i: i.purchase_order, "HK-4711"
    ),
    "no order where lines name several": Case(
        {
            NUMBERS: NUMBERS.replace("001", "099"),
            "<BELNR>HK-4711</BELNR>\n        <ZEILE>000020": "<BELNR>HK-4712</BELNR><ZEILE>000020",
        },
        lambda i: i.purchase_order,
        None,
    ),
    "a tax representative": Case(
        {"<PARVW>RG<": "<PARVW>SV<"},
        lambda i: i.tax_representative.name,
        "Hansekontor Schiffsbedarf GmbH",
        "[partners]\ntax_representative = ['SV']",
    ),
    "a reason code by condition type": Case(
        {
            BEHIND_TAX: condition("HB00", "0.12") + BEHIND_TAX,
            "<SUMME>910.12<": "<SUMME>910.24<",
        },
        lambda i: [each.reason_code for each in i.charges],
        ["FC"],
        "[conditions.invoice]\nreason_code = 'KSCHL'\n[codes.reason_code]\nHB00 = 'FC'",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_sap_says_in_its_own_way(name: str) -> None:
    case = CASES[name]
    text = case.text
    for old, new in case.put.items():
        assert old in text
        text = text.replace(old, new)
    (reading,) = read(text.encode(), [parse("mine", f'format = "idoc"\n{case.toml}')])
    assert isinstance(reading.document, Invoice)
    assert case.look(reading.document) == case.wanted


SUMS = {"BR-CO-10", "BR-CO-13", "BR-CO-14", "BR-CO-15", "BR-CO-16"}


@pytest.mark.parametrize(
    "name",
    [name for name, case in CASES.items() if "down payment" in name or "rounding" in name],
)
def test_the_sums_are_right_then(name: str) -> None:
    case = CASES[name]
    text = case.text
    for old, new in case.put.items():
        text = text.replace(old, new)
    (reading,) = read(text.encode(), [])
    found = {each.rule for each in check(reading.document, RULESETS["en16931"])}
    assert not found & SUMS


def test_an_unknown_unit_is_named() -> None:
    (reading,) = read(XML.replace("<MENEE>PCE<", "<MENEE>ZX9<").encode(), [])
    told = {(each.rule, each.term, each.value) for each in reading.notices}
    assert told == {("IN-IDOC-CODE", "BT-130", "ZX9")}
    assert "[codes.unit]" in (reading.notices[0].fix or "")
