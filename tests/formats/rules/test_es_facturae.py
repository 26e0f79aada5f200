from typing import Any

import pytest

from formats.rules.es_facturae import FACTURAE
from tests.formats.national_samples import refusals, sample

REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the sample": ({}, []),
    "nobody's numbers": (
        {"seller__vat_identifier": None, "buyer__vat_identifier": None},
        ["FAE-01", "FAE-02"],
    ),
    "no addresses": ({"seller__address": None, "buyer__address": None}, ["FAE-03", "FAE-04"]),
    "a person without surname": ({"extensions__es__seller": {"name": "N"}}, ["FAE-05"]),
    "a street too long": ({"seller__address__line_1": "c" * 81}, ["FAE-10"]),
    "a post code of letters": ({"buyer__address__post_code": "x"}, ["FAE-16", "FAE-18"]),
    "no town": ({"buyer__address__city": None}, ["FAE-17"]),
    "no country of Facturae": ({"buyer__address__country": "XX"}, ["FAE-19"]),
    "corrects for no reason": ({"type_code": "384"}, ["FAE-20", "FAE-21"]),
    "no such method": (
        {
            "type_code": "381",
            "period": {"start": "2026-01-01", "end": "2026-01-31"},
            "extensions__es__correction_reason": "01",
            "extensions__es__correction_method": "05",
        },
        ["FAE-22"],
    ),
    "paid on an unknown day": ({"extensions__es__payments_on_account": None}, ["FAE-23"]),
    "paid something else": ({"totals__paid": "111.00"}, ["FAE-23"]),
    "half a withheld tax": ({"extensions__es__withheld__0__base": None}, ["FAE-24"]),
    "dollars of unknown worth": ({"currency": "USD"}, ["FAE-25"]),
    "a centre without code": ({"extensions__es__centres__0__code": None}, ["FAE-26"]),
    "no BIC": ({"payment__credit_transfers__0__bank": "bank"}, ["FAE-27"]),
    "a short account": ({"payment__credit_transfers__0__account": "1"}, ["FAE-28"]),
    "a line that does not add up": ({"lines__0__net": "1000.02"}, ["FAE-30"]),
    "rounded": ({"totals__rounding": "0.02"}, ["FAE-31"]),
    "too large": ({"totals__with_vat": "1000000000000000"}, ["FAE-32"]),
    "no reasons": (
        {
            "allowances__0__reason": None,
            "charges__0__reason": None,
            "lines__0__allowances__0__reason": None,
            "lines__0__charges__0__reason": None,
        },
        ["FAE-33", "FAE-34", "FAE-35", "FAE-36"],
    ),
    "a long note": ({"notes__0__text": "x" * 2500}, ["FAE-43"]),
    "a long description": ({"lines__0__item__description": "x" * 2500}, ["FAE-44"]),
    "a long number": ({"number": "1" * 21}, ["FAE-501"]),
    "a long order": ({"purchase_order": "1" * 21}, ["FAE-512"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_facturae_cannot_say_is_refused_all_at_once(case: str) -> None:
    changes, rules = REFUSED[case]
    assert refusals(sample("spain", **changes), FACTURAE) == rules
