"""The names that routes use."""

import inspect

import pytest

from formats.signatures.catalogue import SIGNATURES


def test_names() -> None:
    assert set(SIGNATURES) == {"pades-b-b", "pades-b-t", "xades-b-b", "xades-b-t"}


@pytest.mark.parametrize("name", SIGNATURES)
def test_each_takes_file_signer_and_time(name: str) -> None:
    assert list(inspect.signature(SIGNATURES[name]).parameters) == ["data", "signer", "signed_at"]
