from typing import Any

import pytest

from formats.rules.it_fatturapa import FATTURAPA
from tests.formats.national_samples import refusals, sample

LONG = "x" * 1_001
REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the sample": ({}, []),
    "no document type": ({"type_code": "326"}, ["FPA-01"]),
    "a corrected invoice beside the first": ({"type_code": "384"}, ["FPA-01"]),
    "no regime": ({"extensions__it__regime": None}, ["FPA-02"]),
    "a regime that is no more": ({"extensions__it__regime": "RF03"}, ["FPA-02"]),
    "no national data and nobody's number": (
        {"extensions": None, "buyer__vat_identifier": None},
        ["FPA-02", "FPA-04"],
    ),
    "a VAT identifier without country": ({"seller__vat_identifier": "01234567890"}, ["FPA-03"]),
    "a channel that is none": ({"buyer__electronic_address__value": "AB"}, ["FPA-05"]),
    "a codice fiscale too short": ({"extensions__it__buyer_tax_code": "X"}, ["FPA-06"]),
    "a street too long": ({"seller__address__line_1": "v" * 61}, ["FPA-07"]),
    "no street": ({"buyer__address__line_1": None}, ["FPA-08"]),
    "a post code of letters": ({"seller__address__post_code": "ROMA"}, ["FPA-09"]),
    "no towns": (
        {"seller__address__city": None, "buyer__address__city": " "},
        ["FPA-11", "FPA-12"],
    ),
    "no addresses": ({"seller__address": None, "buyer__address": None}, ["FPA-13", "FPA-14"]),
    "zero-rated without reason": (
        {"vat_breakdown__1__category": "Z", "lines__1__vat_category": "Z"},
        ["FPA-15"],
    ),
    "a general Natura": ({"extensions__it__natures__0__code": "N3"}, ["FPA-15"]),
    "taxed at nothing": ({"vat_breakdown__1__category": "S"}, ["FPA-15"]),
    "an unknown means": ({"payment__means_code": "ZZZ"}, ["FPA-16"]),
    "no IBAN": ({"payment__credit_transfers__0__account": "1234"}, ["FPA-17"]),
    "no BIC": ({"payment__credit_transfers__0__bank": "bank"}, ["FPA-18"]),
    "a CIG alone": ({"purchase_order": None, "contract": None}, ["FPA-19"]),
    "half a withholding": ({"extensions__it__withholdings__0__rate": None}, ["FPA-20"]),
    "a fund that is no charge": ({"extensions__it__contributions__0__charge": "3"}, ["FPA-21"]),
    "no reasons": (
        {"allowances__0__reason": None, "charges__1__reason": None},
        ["FPA-22", "FPA-23"],
    ),
    "a line that does not add up": ({"lines__0__net": "1000.02"}, ["FPA-30"]),
    "a rate of three decimals": ({"lines__0__vat_rate": "22.005"}, ["FPA-31"]),
    "too large": ({"totals__with_vat": "100000000000"}, ["FPA-33"]),
    "letters that Latin has not": ({"lines__0__item__name": "日本"}, ["FPA-40"]),
    "letters that have a Latin form": ({"lines__0__item__name": "Łódź \u2013 10 €"}, []),
    "a number without digit": ({"number": "A"}, ["FPA-41"]),
    "a number with an eszett": ({"number": "ß1"}, ["FPA-44"]),
    "a number too long": ({"number": "1" * 21}, ["FPA-501"]),
    "a name that grows too long": ({"seller__name": "€" * 27}, ["FPA-502"]),
    "a long description": ({"lines__0__item__description": LONG}, ["FPA-45"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_fatturapa_cannot_say_is_refused_all_at_once(case: str) -> None:
    changes, rules = REFUSED[case]
    assert refusals(sample("italy", **changes), FATTURAPA) == rules
