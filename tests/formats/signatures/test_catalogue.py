"""The names that routes use."""

import inspect

import pytest

from formats.signatures.catalogue import SIGNATURES


def test_names() -> None:
    levels = {"pades": ("b-b", "b-t", "b-lt", "b-lta"), "xades": ("b-b", "b-t")}
    levels["cades"] = ("b-b", "b-t")
    ours = {name for name in SIGNATURES if name.startswith(("pades-", "xades-b-", "cades-"))}
    assert ours == {f"{form}-{level}" for form, held in levels.items() for level in held}


@pytest.mark.parametrize("name", SIGNATURES)
def test_each_takes_file_signer_and_time(name: str) -> None:
    assert list(inspect.signature(SIGNATURES[name]).parameters) == ["data", "signer", "signed_at"]
