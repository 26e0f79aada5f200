"""One row a rule that XRechnung adds: a clean XRechnung with just that one thing broken."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from formats.findings import Severity
from formats.model import (
    Attribute,
    Classification,
    DirectDebit,
    Identifier,
    Invoice,
    PaymentCard,
    PaymentInstructions,
)
from formats.model.extensions import Extensions, LineExtensions
from formats.model.germany import GermanLine, Germany, SubLine, ThirdPartyPayment
from formats.rules.catalogue import RULESETS
from formats.rules.de_extensions import CIUS, CVD, EXTENSION
from formats.rules.en16931 import EN16931
from formats.rules.engine import check, outcome
from tests.formats.rules.samples import CLEAN, change

D = Decimal
XRECHNUNG = RULESETS["xrechnung-3.0"]

XR = change(
    CLEAN,
    {
        "specification": CIUS,
        "business_process": "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        "buyer_reference": "04011000-12345-03",
        "payment.card": None,
        "payment_terms": "#SKONTO#TAGE=14#PROZENT=2.00#\n30 days net",
        "lines[0].allowances[0].percent": D(10),
        "lines[0].charges[0].percent": D(10),
        "lines[1].quantity": D(5),
        "lines[2].quantity": D(0),
        "allowances[1].base": None,
        "allowances[1].percent": None,
        "charges[1].base": None,
        "charges[1].percent": None,
        "supporting_documents[0].location": "https://seller.example/sheet.pdf",
        "supporting_documents[0].attachment.file_name": "sheet.pdf",
    },
)
CARD = change(
    XR, {"payment": PaymentInstructions(means_code="48", card=PaymentCard(number="1234"))}
)
DEBIT = change(
    XR,
    {
        "payment": PaymentInstructions(
            means_code="59",
            direct_debit=DirectDebit(
                mandate="M-1", creditor="DE98ZZZ09999999999", account="DE02120300000000202051"
            ),
        )
    },
)
VEHICLE = change(
    XR,
    {
        "specification": CVD,
        "contract": "C-1",
        "tender": "T-1",
        "lines[0].item.classifications": (Classification(code="N1", scheme="CVD"),),
        "lines[0].item.attributes": (Attribute(name="cva", value="clean"),),
    },
)
EXTENDED = change(
    XR,
    {
        "specification": EXTENSION,
        "extensions": Extensions(
            de=Germany(
                third_party_payments=(
                    ThirdPartyPayment(kind="toll", amount=D("20.00"), description="road B"),
                )
            )
        ),
        "totals.due": D("99.00"),
        "lines[0].extensions": LineExtensions(
            de=GermanLine(
                sub_lines=(
                    SubLine(id="1.1", net=D("60.00"), name="wall", vat_category="S"),
                    SubLine(id="1.1.1", inside="1.1", net=D("60.00"), name="a", vat_category="S"),
                    SubLine(id="1.2", net=D("40.00"), name="roof", vat_category="S"),
                )
            )
        ),
    },
)
CORRECTED = change(XR, {"type_code": "384"})
BASES: dict[str, Invoice] = {
    "transfer": XR,
    "card": CARD,
    "debit": DEBIT,
    "vehicle": VEHICLE,
    "extended": EXTENDED,
    "corrected": CORRECTED,
}


class Row(NamedTuple):
    changes: dict[str, Any]
    also: tuple[str, ...] = ()
    base: str = "transfer"


PAYMENT = "extensions.de.third_party_payments[0]"
NO_TAX_IDENTIFIER = {
    "seller.vat_identifier": None,
    "seller.tax_registration": None,
    "tax_representative": None,
}

BROKEN: dict[str, Row] = {
    "BR-DE-1": Row({"payment": None}),
    "BR-DE-2": Row({"seller.contact": None}),
    "BR-DE-3": Row({"seller.address.city": None}),
    "BR-DE-4": Row({"seller.address.post_code": " "}),
    "BR-DE-5": Row({"seller.contact.name": None}),
    "BR-DE-6": Row({"seller.contact.phone": None}, also=("BR-DE-27",)),
    "BR-DE-7": Row({"seller.contact.email": None}, also=("BR-DE-28",)),
    "BR-DE-8": Row({"buyer.address.city": None}),
    "BR-DE-9": Row({"buyer.address.post_code": None}),
    "BR-DE-10": Row({"delivery.address.city": None}),
    "BR-DE-11": Row({"delivery.address.post_code": None}),
    "BR-DE-14": Row({"vat_breakdown[0].rate": None}, also=("BR-48", "BR-CO-17", "BR-S-09")),
    "BR-DE-15": Row({"buyer_reference": None}),
    "BR-DE-16": Row(NO_TAX_IDENTIFIER, also=("BR-S-02", "BR-S-03", "BR-S-04")),
    "BR-DE-17": Row({"type_code": "751"}),
    "BR-DE-18": Row({"payment_terms": "#SKONTO#TAGE=14#PROZENT=2#"}),
    "BR-DE-19": Row({"payment.credit_transfers[0].account": "DE03120300000000202051"}),
    "BR-DE-20": Row({"payment.direct_debit.account": "202051"}, base="debit"),
    "BR-DE-21": Row({"specification": "urn:cen.eu:en16931:2017"}),
    "BR-DE-22": Row({"supporting_documents": XR.supporting_documents * 2}),
    "BR-DE-23-a": Row({"payment.credit_transfers": ()}, also=("BR-61", "BR-DE-19")),
    "BR-DE-23-b": Row({"payment.card": PaymentCard(number="1234")}),
    "BR-DE-24-a": Row({"payment.card": None}, base="card"),
    "BR-DE-24-b": Row({"payment.direct_debit": DEBIT.payment.direct_debit}, base="card"),
    "BR-DE-25-a": Row(
        {"payment.direct_debit": None}, also=("BR-DE-20", "PEPPOL-EN16931-R061"), base="debit"
    ),
    "BR-DE-25-b": Row({"payment.card": PaymentCard(number="1234")}, base="debit"),
    "BR-DE-26": Row({"preceding": ()}, base="corrected"),
    "BR-DE-27": Row({"seller.contact.phone": "12"}),
    "BR-DE-28": Row({"seller.contact.email": "accounts@seller"}),
    "BR-DE-30": Row({"payment.direct_debit.creditor": None}, base="debit"),
    "BR-DE-31": Row({"payment.direct_debit.account": None}, also=("BR-DE-20",), base="debit"),
    "BR-DE-TMP-32": Row(
        {
            "delivery.delivered_on": None,
            "period": None,
            "tax_point_code": None,
            "lines[1].period": None,
        }
    ),
    "BR-TMP-2": Row({"supporting_documents[0].location": "www.seller.example/sheet.pdf"}),
    "BR-DE-CVD-01": Row({"contract": None}, base="vehicle"),
    "BR-DE-CVD-02": Row({"tender": None}, base="vehicle"),
    "BR-DE-CVD-03": Row(
        {"lines[0].item.classifications": (), "lines[0].item.attributes": ()}, base="vehicle"
    ),
    "BR-DE-CVD-04": Row({"lines[0].item.classifications[0].code": "N9"}, base="vehicle"),
    "BR-DE-CVD-05": Row({"lines[0].item.attributes[0].value": "dirty"}, base="vehicle"),
    "BR-DE-CVD-06-a": Row(
        {"lines[1].item.classifications": (Classification(code="N1", scheme="CVD"),)},
        base="vehicle",
    ),
    "BR-DE-CVD-06-b": Row(
        {"lines[1].item.attributes": (Attribute(name="cva", value="clean"),)}, base="vehicle"
    ),
    "BR-TMP-CVD-01": Row({"lines[1].item.classifications[0].scheme": "CPV"}, base="vehicle"),
    "BR-DEX-01": Row(
        {"supporting_documents[0].attachment.media_type": "text/html"},
        base="extended",
    ),
    "BR-DEX-04": Row({"buyer.identifiers[0].scheme": "XR09"}, base="extended"),
    "BR-DEX-05": Row({"buyer.legal_registration.scheme": "XR09"}, base="extended"),
    "BR-DEX-06": Row({"lines[1].item.standard_id.scheme": "XR09"}, base="extended"),
    "BR-DEX-07": Row({"buyer.electronic_address.scheme": "XR09"}, base="extended"),
    "BR-DEX-08": Row({"delivery.location.scheme": "XR09"}, base="extended"),
    "BR-DEX-02": Row(
        {"lines[0].extensions.de.sub_lines[1].net": D("59.99")},
        base="extended",
    ),
    "BR-DEX-03": Row({"lines[0].extensions.de.sub_lines[1].vat_category": None}, base="extended"),
    "BR-DEX-09": Row({"totals.due": D("79.00")}, base="extended"),
    "BR-DEX-10": Row({f"{PAYMENT}.kind": None}, base="extended"),
    "BR-DEX-11": Row({f"{PAYMENT}.amount": None}, also=("BR-DEX-09",), base="extended"),
    "BR-DEX-12": Row({f"{PAYMENT}.description": " "}, base="extended"),
    "BR-DEX-13": Row({f"{PAYMENT}.amount": D("20.000")}, base="extended"),
    "PEPPOL-EN16931-R001": Row({"business_process": None}),
    "PEPPOL-EN16931-R005": Row(
        {"accounting_currency": "EUR", "totals.vat_in_accounting_currency": None},
        also=("PEPPOL-EN16931-R054",),
    ),
    "PEPPOL-EN16931-R010": Row({"buyer.electronic_address": None}),
    "PEPPOL-EN16931-R020": Row({"seller.electronic_address": None}),
    "PEPPOL-EN16931-R040": Row({"lines[0].charges[0].percent": D("10.1")}),
    "PEPPOL-EN16931-R041": Row({"lines[0].charges[0].base": None}),
    "PEPPOL-EN16931-R042": Row({"lines[0].charges[0].percent": None}),
    "PEPPOL-EN16931-R046": Row({"lines[1].price.discount": D("1.99")}),
    "PEPPOL-EN16931-R053": Row(
        {"vat_breakdown": ()}, also=("BR-CO-18", "BR-S-01", "PEPPOL-EN16931-R054")
    ),
    "PEPPOL-EN16931-R054": Row(
        {"totals.vat_in_accounting_currency": None}, also=("BR-53", "PEPPOL-EN16931-R055")
    ),
    "PEPPOL-EN16931-R055": Row({"totals.vat_in_accounting_currency": D(-300)}),
    "PEPPOL-EN16931-R061": Row({"payment.direct_debit.mandate": None}, base="debit"),
    "PEPPOL-EN16931-R110": Row({"lines[1].period.start": date(2025, 12, 31)}),
    "PEPPOL-EN16931-R111": Row({"lines[1].period.end": date(2026, 2, 1)}),
    "PEPPOL-EN16931-R120": Row({"lines[1].price.base_quantity": D(2)}),
    "PEPPOL-EN16931-R121": Row({"lines[2].price.base_quantity": D(0)}),
    "PEPPOL-EN16931-R130": Row({"lines[1].price.base_unit": "KGM"}),
}


PARTS = {
    "a unit that is none": ({"unit": "PCE"}, "BR-CL-23"),
    "another unit than the price is for": (
        {"quantity": D(1), "unit": "MTR", "base_unit": "MTK"},
        "PEPPOL-EN16931-R130",
    ),
}


@pytest.mark.parametrize(("changes", "rule"), PARTS.values(), ids=PARTS)
def test_rules_that_hold_for_sub_lines_too(changes: dict[str, Any], rule: str) -> None:
    path = "lines[0].extensions.de.sub_lines[2]"
    invoice = change(EXTENDED, {f"{path}.{field}": value for field, value in changes.items()})
    assert [finding.rule for finding in check(invoice, XRECHNUNG)] == [rule]


@pytest.mark.parametrize("base", BASES)
def test_clean_invoices_are_clean(base: str) -> None:
    assert check(BASES[base], XRECHNUNG) == ()


def broken(rule: str) -> Invoice:
    row = BROKEN[rule]
    invoice: Invoice = change(BASES[row.base], row.changes)
    return invoice


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_reported_and_no_other(rule: str) -> None:
    findings = check(broken(rule), XRECHNUNG)
    assert {finding.rule for finding in findings} == {rule, *BROKEN[rule].also}


def test_every_rule_has_its_row() -> None:
    assert set(BROKEN) == {rule.id for rule in XRECHNUNG} - {rule.id for rule in EN16931}


def test_every_rule_runs_on_some_clean_invoice() -> None:
    passed = {rule for base in BASES.values() for rule in outcome(base, XRECHNUNG).passed}
    assert BROKEN.keys() - passed == set()


def test_warnings() -> None:
    warnings = {rule.id for rule in XRECHNUNG if rule.severity is Severity.WARNING}
    assert warnings == {
        "BR-51",
        "BR-DE-17",
        "BR-DE-19",
        "BR-DE-20",
        "BR-DE-21",
        "BR-DE-26",
        "BR-DE-27",
        "BR-DE-28",
        "BR-DE-TMP-32",
        "BR-DEX-02",
        "PEPPOL-EN16931-R120",
    }


CASH_DISCOUNTS = {
    "#SKONTO#TAGE=7#PROZENT=2.00#": True,
    "#SKONTO#TAGE=7#PROZENT=2.00#BASISBETRAG=-10.00#\n#SKONTO#TAGE=14#PROZENT=1.00#": True,
    "before\n#SKONTO#TAGE=7#PROZENT=2.00#\r\n behind": True,
    "30 days net": True,
    "no. #1": True,
    "#Skonto#TAGE=7#PROZENT=2.00#": False,
    "#SKONTO#TAGE=7#PROZENT=2,00#": False,
    "#SKONTO#TAGE=7#PROZENT=2.00# behind": False,
    "#SKONTO#TAGE=7#PROZENT=2.00#BASISBETRAG=10#": False,
}


@pytest.mark.parametrize(("terms", "holds"), CASH_DISCOUNTS.items())
def test_cash_discount(terms: str, holds: bool) -> None:  # noqa: FBT001
    fired = {finding.rule for finding in check(Invoice(payment_terms=terms), XRECHNUNG)}
    assert ("BR-DE-18" not in fired) is holds


def test_the_creditor_alone_is_no_payment_instruction() -> None:
    """UBL keeps BT-90 among the seller's identifiers, whatever the means of payment."""
    creditor = DirectDebit(creditor="DE98ZZZ09999999999")
    alone = change(XR, {"payment": PaymentInstructions(direct_debit=creditor)})
    assert [finding.rule for finding in check(alone, XRECHNUNG)] == ["BR-DE-1"]
    beside = change(XR, {"payment.direct_debit": creditor})
    assert check(beside, XRECHNUNG) == ()


def test_findings_keep_account_phone_and_email_to_themselves() -> None:
    broken = change(
        XR,
        {
            "seller.contact.phone": "77",
            "seller.contact.email": "joan",
            "payment.credit_transfers[0].account": "DE03120300000000202051",
        },
    )
    findings = check(broken, XRECHNUNG)
    assert {finding.rule for finding in findings} == {"BR-DE-19", "BR-DE-27", "BR-DE-28"}
    assert not any(secret in str(findings) for secret in ("77", "joan", "0202051"))


def test_forint_have_more_slack() -> None:
    broken = {"lines[1].price.net": D("10.05"), "lines[1].price.gross": D("12.05")}
    fired = {finding.rule for finding in check(change(XR, broken), XRECHNUNG)}
    assert fired == {"PEPPOL-EN16931-R120"}
    assert check(change(XR, {**broken, "currency": "HUF"}), XRECHNUNG) == ()


def test_the_extension_replaces_core_rules_of_codes_by_its_own() -> None:
    health_application = {"buyer.electronic_address": Identifier(value="1", scheme="XR01")}
    assert check(change(EXTENDED, health_application), XRECHNUNG) == ()
    fired = {finding.rule for finding in check(change(XR, health_application), XRECHNUNG)}
    assert fired == {"BR-CL-25"}
