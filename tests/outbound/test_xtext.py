"""Values in SMTP parameters, there and back."""

import pytest

from outbound.xtext import from_xtext, to_xtext

WRITTEN = {"a b+c=d\n": "a+20b+2Bc+3Dd+0A", "4711.0": "4711.0", "€": "+E2+82+AC", "": ""}


@pytest.mark.parametrize("value", WRITTEN)
def test_xtext_holds_no_space_plus_or_equals(value: str) -> None:
    assert to_xtext(value) == WRITTEN[value]
    assert from_xtext(WRITTEN[value]) == value
