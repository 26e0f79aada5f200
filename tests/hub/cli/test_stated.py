from argparse import Namespace

import pytest

from hub.cli.output import Misused
from hub.cli.stated import said, tenant_of

CASES = {  # named, known, what comes out
    "the only one": (None, ["a"], "a"),
    "the named one": ("b", ["a", "b"], "b"),
    "none is named": (None, ["b", "a"], Misused("which company is meant: --tenant, one of a, b")),
    "unknown": ("c", ["a"], Misused("--tenant, one of a")),
}


@pytest.mark.parametrize("case", CASES)
def test_whose_it_is(case: str) -> None:
    named, known, expected = CASES[case]
    options = Namespace(tenant=named)
    if isinstance(expected, Misused):
        with pytest.raises(Misused, match=str(expected)):
            tenant_of(options, known)
    else:
        assert tenant_of(options, known) == expected


@pytest.mark.parametrize("value", [None, "", "  "])
def test_what_is_empty_is_not_said(value: str | None) -> None:
    with pytest.raises(Misused, match="say who you are"):
        said(value, "who you are")
