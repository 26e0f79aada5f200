"""The names that routes use."""

import inspect

import pytest

from formats.signatures.catalogue import SIGNATURES


def test_names() -> None:
    levels = {"pades": ("b-b", "b-t", "b-lt", "b-lta"), "xades": ("b-b", "b-t")}
    levels["cades"] = ("b-b", "b-t")
    ours = {name for name in SIGNATURES if name.startswith(("pades-", "xades-b-", "cades-"))}
    named = {f"{form}-{level}" for form, held in levels.items() for level in held}
    visible = {f"{name}-visible" for name in named if name.startswith("pades-")}
    assert ours == named | visible


@pytest.mark.parametrize("name", SIGNATURES)
def test_each_takes_file_signer_and_time(name: str) -> None:
    parameters = list(inspect.signature(SIGNATURES[name]).parameters.values())
    assert [each.name for each in parameters[:3]] == ["data", "signer", "signed_at"]
    assert all(each.default is not inspect.Parameter.empty for each in parameters[3:])
