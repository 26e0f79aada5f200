"""EXTENDED-CTC-FR: clean invoices of each category and in groups, and one thing changed in some."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from formats.model import Identifier, Invoice, VatBreakdown
from formats.model.extensions import Extensions, LineExtensions
from formats.model.france import France, FrenchLine, LinePart, LogisticsCharge
from formats.rules.engine import check, outcome
from formats.rules.fr_extended import FR_EXTENDED, FR_EXTENDED_CII
from formats.rules.tolerances import LETTERS
from tests.formats.rules.samples import BASES as OF_CATEGORY
from tests.formats.rules.samples import change
from tests.formats.rules.test_fr_ctc import FR

D = Decimal
EXTENDED = "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr"
MENTIONED = {FR_EXTENDED.key: 242, FR_EXTENDED_CII.key: 234}
"""How many BR-* ids the official file has."""
PREFIX = {FR_EXTENDED.key: "BR-FREXT", FR_EXTENDED_CII.key: "BR-FXEXT"}
"""Of the rules on taxable amounts."""


def french(**fields: Any) -> LineExtensions:
    return LineExtensions(fr=FrenchLine(**fields))


def part(status: str | None, inside: str | None = None) -> LineExtensions:
    return french(part=LinePart(status=status, inside=inside))


def of_category(category: str) -> Invoice:
    """Return a clean invoice whose lines say why no VAT is charged, as its VAT breakdown does."""
    clean: Invoice = change(
        OF_CATEGORY[category], {"due_date": date(2026, 3, 1), "specification": EXTENDED}
    )
    why = clean.vat_breakdown[0].exemption_reason
    lines = tuple(
        replace(line, extensions=french(exemption_reason=why) if why else None)
        for line in clean.lines
    )
    return replace(clean, lines=lines)


S = of_category("S")
FIRST, SECOND, THIRD = S.lines
GROUPED: Invoice = replace(
    S,
    lines=(
        replace(FIRST, id="1", net=D("150.00"), extensions=part("GROUP")),
        replace(FIRST, id="2", extensions=part("DETAIL", "1")),
        replace(SECOND, id="3", extensions=part("GROUP", "1")),
        replace(SECOND, id="3.1", extensions=part("DETAIL", "3")),
        replace(THIRD, id="4", quantity=None, unit=None, extensions=part("INFORMATION", "2")),
    ),
)
E = of_category("E")
TWO_REASONS: Invoice = replace(
    E,
    allowances=(),
    charges=(),
    totals=replace(E.totals, allowances=None, charges=None),  # type: ignore[type-var]
    vat_breakdown=tuple(
        VatBreakdown(taxable=net, tax=D(0), category="E", rate=D(0), exemption_reason=why)
        for net, why in ((D("100.00"), "because"), (D("50.00"), "of old"))
    ),
    lines=(E.lines[0], replace(E.lines[1], extensions=french(exemption_reason="of old"))),
)
CHARGE = LogisticsCharge(amount=D("5.00"), reason="freight", vat_category="S", vat_rate=D(19))
FREIGHT_LEFT_OUT: Invoice = replace(
    S, extensions=Extensions(fr=France(logistics_charges=(CHARGE,)))
)
FREIGHT: Invoice = change(
    FREIGHT_LEFT_OUT,
    {
        "totals.charges": D("15.00"),
        "totals.without_vat": D("155.00"),
        "vat_breakdown[0].taxable": D("155.00"),
    },
)
BASES: dict[str, Invoice] = {
    **{category: of_category(category) for category in LETTERS},
    "grouped": GROUPED,
    "reform": change(FR, {"specification": EXTENDED}),
}

Row = tuple[str, dict[str, Any], set[str]]


def _codes(*ends: str) -> set[str]:
    return {f"BR-FREXT-{end}" for end in ends}


def _of_category(category: str) -> list[Row]:
    """Return what a change of the VAT breakdown breaks in one category."""
    letters = LETTERS[category]
    core = {f"BR-{letters}-{end}" for end in ("01", "10")}
    reasoned = category in {"E", "AE", "K", "G", "O"}
    three = _codes(*(f"{letters}-08{end}" for end in ("", "ini", "rev")))
    other_reason = _codes(f"{letters}-08rev")
    return [
        (
            category,
            {"vat_breakdown": ()},
            {"BR-CO-18", *_codes(f"{letters}-01"), *(core & {"BR-AE-01", "BR-AG-01"})},
        ),
        (category, {"vat_breakdown[0].taxable": D("150.08")}, three),
        (category, {"vat_breakdown[0].taxable": D("150.07")}, other_reason if reasoned else set()),
        (
            category,
            {"vat_breakdown[0].exemption_code": "VATEX-EU-O"},
            other_reason | (core & {"BR-AF-10", "BR-AG-10"}),
        ),
    ]


ROWS: list[Row] = [
    *(row for category in LETTERS for row in _of_category(category)),
    ("S", {"totals.lines": D("150.03")}, set()),
    ("S", {"totals.lines": D("150.04")}, _codes("CO-10")),
    ("S", {"totals.allowances": D("10.02")}, set()),
    ("S", {"totals.allowances": D("10.03")}, _codes("CO-11")),
    ("S", {"totals.charges": D("9.97")}, _codes("CO-12")),
    ("S", {"totals.without_vat": D("150.07"), "totals.vat": D("28.43")}, {"BR-CO-14"}),
    (
        "S",
        {"totals.without_vat": D("150.08"), "totals.vat": D("28.42")},
        {"BR-CO-14", *_codes("CO-13")},
    ),
    ("S", {"totals.with_vat": D("178.58"), "totals.due": D("79.08")}, _codes("CO-15")),
    ("S", {"vat_breakdown[0].tax": D("28.57"), "totals.vat": D("28.57")}, set()),
    ("S", {"vat_breakdown[0].tax": D("28.58"), "totals.vat": D("28.58")}, _codes("S-09", "CO-15")),
    ("S", {"due_date": None}, {"BR-CO-25"}),
    ("S", {"lines[0].quantity": None}, _codes("22")),
    ("S", {"lines[0].unit": None}, _codes("23")),
    ("S", {"lines[2].net": None}, _codes("24")),
    ("S", {"lines[0].price.net": None}, _codes("26")),
    ("S", {"lines[2].vat_category": None}, _codes("CO-04")),
    ("S", {"lines[0].price.net": D(-1)}, set()),
    ("S", {"seller.identifiers": (Identifier(value="1", scheme="BY"),)}, set()),
    ("S", {"seller.identifiers": (Identifier(value="1", scheme="9999"),)}, _codes("CL-10")),
    ("S", {"charges[0].reason": None, "charges[0].reason_code": None}, {"BR-38", "BR-CO-22"}),
    ("S", {"lines[0].charges[0].reason_code": None}, {"BR-44", "BR-CO-24"}),
    ("S", {"charges[0].reason_code": "QQ"}, _codes("CL-20")),
    ("S", {"supporting_documents[0].attachment.media_type": "text/xml"}, set()),
    ("S", {"supporting_documents[0].attachment.media_type": "text/html"}, _codes("CL-24")),
    ("grouped", {"lines[0].net": D("149.99")}, _codes("08")),
    ("grouped", {"lines[2].net": None}, _codes("12", "08")),
    ("grouped", {"lines[3].extensions": part("DETAIL", "9")}, _codes("08", "11")),
    ("grouped", {"lines[3].extensions": part("DETAIL", "3.1")}, _codes("08", "11")),
    ("grouped", {"lines[4].extensions": part("OTHER", "2")}, _codes("05")),
    ("grouped", {"lines[4].extensions": part(None, "2")}, _codes("06")),
]


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("rules", [FR_EXTENDED, FR_EXTENDED_CII], ids=lambda rules: str(rules.key))
def test_a_clean_invoice_has_no_findings(base: str, rules: Any) -> None:
    own = {rule.id for rule in rules.rules}
    found = {finding.rule for finding in check(BASES[base], rules)}
    assert not found if base == "reform" else not found & own


@pytest.mark.parametrize(("base", "changes", "fired"), ROWS)
def test_what_one_change_breaks(base: str, changes: dict[str, Any], fired: set[str]) -> None:
    own = {rule.id for rule in FR_EXTENDED.rules}
    findings = check(change(BASES[base], changes), FR_EXTENDED)
    assert {finding.rule for finding in findings} & own == fired
    assert all(finding.term for finding in findings)


def test_every_rule_of_its_own_has_its_row() -> None:
    own = {rule.id for rule in FR_EXTENDED.rules if "FREXT" in rule.id}
    assert own <= set().union(*(fired for _, _, fired in ROWS))


def test_in_cii_a_line_that_does_not_say_what_it_is_counts() -> None:
    unsaid = change(GROUPED, {"lines[4].extensions": part(None, "2")})
    fired = {finding.rule for finding in check(unsaid, FR_EXTENDED_CII)}
    assert {"BR-FREXT-06", "BR-FREXT-BR-22"} <= fired


def test_a_tax_may_be_the_reason_of_a_charge_as_the_model_knows_no_list() -> None:
    taxed = change(S, {"charges[0].reason_code": "TTA"})
    assert "BR-FREXT-CL-20" not in {finding.rule for finding in check(taxed, FR_EXTENDED)}


@pytest.mark.parametrize("rules", [FR_EXTENDED, FR_EXTENDED_CII], ids=lambda rules: str(rules.key))
def test_two_reasons_make_two_rows_of_one_rate(rules: Any) -> None:
    fired = {finding.rule for finding in check(TWO_REASONS, rules)}
    assert {rule for rule in fired if "EXT" in rule} == {f"{PREFIX[rules.key]}-E-08ini"}
    swapped = change(TWO_REASONS, {"vat_breakdown[1].exemption_reason": "for no reason"})
    fired = {finding.rule for finding in check(swapped, rules)}
    assert f"{PREFIX[rules.key]}-E-08" in fired


def test_which_reason_an_allowance_has_is_not_known() -> None:
    shared = change(
        TWO_REASONS, {"allowances": E.allowances, "vat_breakdown[0].taxable": D("90.00")}
    )
    fired = {finding.rule for finding in check(shared, FR_EXTENDED)}
    assert {"BR-FREXT-E-08ini", "BR-FREXT-E-08rev"} <= fired
    assert "BR-FREXT-E-08" not in fired


def test_charges_for_logistics_count_in_cii() -> None:
    three = {"BR-FREXT-CO-12", "BR-FREXT-CO-13", "BR-FXEXT-S-08"}
    assert three <= {finding.rule for finding in check(FREIGHT_LEFT_OUT, FR_EXTENDED_CII)}
    assert not three & {finding.rule for finding in check(FREIGHT, FR_EXTENDED_CII)}


@pytest.mark.parametrize("rules", [FR_EXTENDED, FR_EXTENDED_CII], ids=lambda rules: str(rules.key))
def test_every_official_id_is_judged_or_has_a_reason(rules: Any) -> None:
    own = {rule.id for rule in rules.rules}
    assert not own & rules.unjudged.keys()
    assert len(own | rules.unjudged.keys()) == MENTIONED[rules.key]


@pytest.mark.parametrize("rules", [FR_EXTENDED, FR_EXTENDED_CII], ids=lambda rules: str(rules.key))
def test_a_partial_document_is_judged_as_far_as_it_goes(rules: Any) -> None:
    assert outcome(Invoice(), rules).failed
