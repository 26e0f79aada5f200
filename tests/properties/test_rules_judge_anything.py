"""Rules judge any document without raising, and the outcome tells the whole set apart."""

from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.findings import sentence
from formats.model import Document, Invoice, Reminder, Statement
from formats.model.group import Group
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check, outcome
from tests.properties.examples import examples

CODES = ("", " ", "S", "O", "B", "EUR", "IT", "58", "59", "380", "384", "SEPA", "CVD", "cva", "#x#")
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.sampled_from(CODES) | st.text(max_size=3),
    Decimal: st.sampled_from([Decimal(n) for n in (0, -1, 1, 19, "1E+99", "1E-99", "sNaN", "-Inf")])
    | st.decimals(),
    date: st.dates(),
    bytes: st.binary(max_size=3),
    int: st.integers(),
}


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Return values of a field's type, as far as JSON or a reader could bring them."""
    if kind in SCALARS:
        return SCALARS[kind]
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return st.one_of([anything(each) for each in reversed(inside)])
    if origin is tuple:
        return st.lists(anything(inside[0]), max_size=2).map(tuple)
    if kind is type(None):
        return st.none()
    if issubclass(kind, Group):
        return st.deferred(lambda: groups(kind))
    return st.sampled_from(list(kind))


def groups(kind: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    required = {field.name for field in msgspec.structs.fields(kind) if field.required}
    return st.fixed_dictionaries(
        {field: anything(hints[field]) for field in hints if field in required},
        optional={field: anything(hints[field]) for field in hints if field not in required},
    ).map(lambda values: kind(**values))


@pytest.mark.parametrize("key", RULESETS)
@given(document=groups(Invoice) | groups(Reminder) | groups(Statement))
@settings(max_examples=examples(15), deadline=None)
def test_any_document_can_be_judged(key: str, document: Document) -> None:
    rules = RULESETS[key]
    findings = check(document, rules)
    result = outcome(document, rules)
    assert result.findings == findings
    assert {finding.rule for finding in findings} == set(result.failed)
    told = [*result.passed, *result.failed, *result.not_applicable]
    assert sorted(told) == sorted(rule.id for rule in rules)
    assert not result.unjudged.keys() & set(told)
    assert all(sentence(finding) for finding in findings)
