import re
from types import UnionType
from typing import Any, get_args

import msgspec
import pytest

from formats.model import Invoice
from formats.model.group import Group
from formats.model.terms import TERMS, term_of

NUMBERS = [
    ("number", "BT-1"),
    ("notes[1].text", "BT-22"),
    ("notes[0]", "BG-1"),
    ("seller", "BG-4"),
    ("buyer.identifiers[0].scheme", "BT-46-1"),
    ("buyer.identifiers[0].value", "BT-46"),
    ("lines[12].item.classifications[0].code", "BT-158"),
    ("supporting_documents[0].attachment.data", "BT-125"),
    ("lines[].net", "BT-131"),
    ("lines[0].nothing", None),
    ("", None),
]

WITHOUT_TERM = {
    "buyer.tax_registration",
    "buyer.legal_information",
    "payee.trading_name",
    "payee.vat_identifier",
    "payee.tax_registration",
    "payee.legal_information",
    "payee.electronic_address",
    "payee.address",
    "payee.contact",
    "lines.allowances.vat_category",
    "lines.allowances.vat_rate",
    "lines.charges.vat_category",
    "lines.charges.vat_rate",
    "extensions",
    "lines.extensions",
}
"""Fields that EN 16931 does not have: one shape for all roles brings them, or a national law."""


def paths(group: type[Group], prefix: str = "") -> dict[str, bool]:
    """Path of each field below a group, and whether it is a list."""
    found: dict[str, bool] = {}
    for field in msgspec.structs.fields(group):
        path = f"{prefix}{field.name}"
        kind, many = _kind(field.type)
        found[path] = many
        if path not in WITHOUT_TERM and isinstance(kind, type) and issubclass(kind, Group):
            found |= paths(kind, f"{path}.")
    return found


def _kind(annotation: Any) -> tuple[Any, bool]:
    if isinstance(annotation, UnionType):
        return _kind(next(kind for kind in get_args(annotation) if kind is not type(None)))
    inner = get_args(annotation)
    return (inner[0], True) if inner else (annotation, False)


@pytest.mark.parametrize(("path", "number"), NUMBERS)
def test_term_of(path: str, number: str | None) -> None:
    assert term_of(path) == number


def test_every_field_of_the_model_has_a_term_and_every_term_a_field() -> None:
    model = paths(Invoice)
    assert {path for path in model if term_of(path) is None} == WITHOUT_TERM
    flat = {number for number, term in TERMS.items() if term.path is None}
    assert flat == {"BG-2", "BG-30"}
    stated = {term.path.replace("[]", "") for term in TERMS.values() if term.path}
    assert stated - set(model) == set()


def test_lists_are_marked() -> None:
    model = paths(Invoice)
    for term in TERMS.values():
        if term.path:
            bare = term.path.replace("[]", "")
            assert term.path.endswith("[]") == model[bare]


def test_the_standard_is_complete() -> None:
    groups = {f"BG-{number}" for number in range(1, 33)}
    terms = {f"BT-{number}" for number in range(1, 166)} - {"BT-4"}  # never assigned
    assert {re.sub(r"^(B[TG]-\d+)-\d$", r"\1", number) for number in TERMS} == groups | terms
    assert {term.cardinality for term in TERMS.values()} == {"1..1", "0..1", "0..n", "1..n"}
