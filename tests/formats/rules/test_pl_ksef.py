from typing import Any

import pytest

from formats.rules.pl_ksef import KSEF_FA3
from tests.formats.national_samples import refusals, sample

UNIT = {"role": "8", "name": "Szkoła", "tax_number": "5260000000"}
REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the sample": ({}, []),
    "no kind": ({"type_code": "326"}, ["FA3-01"]),
    "a corrected invoice, which states no differences": (
        {"type_code": "384", "preceding": [{"number": "1", "issue_date": "2026-01-01"}]},
        ["FA3-01"],
    ),
    "no NIP": ({"seller__vat_identifier": "PL0000000000"}, ["FA3-02"]),
    "a representative abroad": (
        {"tax_representative": {"name": "R", "vat_identifier": "DE1"}},
        ["FA3-03"],
    ),
    "no address": ({"seller__address": None}, ["FA3-04"]),
    "no country": ({"seller__address__country": None}, ["FA3-05"]),
    "a rate of another country": ({"vat_breakdown__0__rate": "19"}, ["FA3-06"]),
    "exempt without basis": ({"vat_breakdown__2__exemption_reason": None}, ["FA3-07"]),
    "exempt by annotation": (
        {
            "vat_breakdown__2__exemption_reason": None,
            "extensions__pl__annotations": [{"code": "P_19A", "text": "art. 113"}],
        },
        [],
    ),
    "corrects nothing": ({"type_code": "381"}, ["FA3-08"]),
    "corrects something without date": (
        {"type_code": "381", "preceding": [{"number": "1"}]},
        ["FA3-08"],
    ),
    "euros of unknown worth": ({"extensions__pl__exchange_rate": None}, ["FA3-09"]),
    "BT-111 is something else": ({"totals__vat_in_accounting_currency": "924.51"}, ["FA3-10"]),
    "a local unit that is not named": ({"extensions__pl__local_unit": "1"}, ["FA3-11"]),
    "a local unit": (
        {"extensions__pl__local_unit": "1", "extensions__pl__third_parties": [UNIT]},
        [],
    ),
    "a group member that is not named": ({"extensions__pl__vat_group": "1"}, ["FA3-12"]),
    "a third party without name": (
        {"extensions__pl__third_parties": [{"role": "4"}]},
        ["FA3-13"],
    ),
    "no number of KSeF": (
        {"extensions__pl__registered": [{"number": "1", "ksef": "2"}]},
        ["FA3-14"],
    ),
    "a short account": ({"payment__credit_transfers__0__account": "1"}, ["FA3-15"]),
    "no SWIFT": ({"payment__credit_transfers__0__bank": "bank"}, ["FA3-16"]),
    "half a car": ({"extensions__pl__new_transports": [{"line": "1"}]}, ["FA3-17"]),
    "no such group of goods": ({"lines__0__extensions__pl__goods_group": "GTU_14"}, ["FA3-18"]),
    "no reason": ({"allowances__0__reason": None}, ["FA3-19"]),
    "seven decimals": (
        {"lines__1__quantity": "2.5000001", "lines__1__price__net": "39.9999984"},
        ["FA3-31"],
    ),
    "too large": ({"totals__with_vat": "10000000000000000"}, ["FA3-33"]),
    "before KSeF": ({"delivery__delivered_on": "2010-01-01"}, ["FA3-34"]),
    "a tax point before KSeF": ({"tax_point_date": "1990-06-05"}, ["FA3-34"]),
    "a long description": ({"lines__0__item__description": "x" * 510}, ["FA3-40"]),
    "a long number": ({"number": "1" * 257}, ["FA3-501"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_fa3_cannot_say_is_refused_all_at_once(case: str) -> None:
    changes, rules = REFUSED[case]
    assert refusals(sample("poland", **changes), KSEF_FA3) == rules
