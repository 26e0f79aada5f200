"""The sample invoice of a country, changed in one place or another, and what is written of it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from formats.findings import is_fatal
from formats.model import Invoice
from formats.rules.engine import RuleSet, check
from formats.xml.parsing import parse

SAMPLES = Path(__file__).parents[1] / "samples/national"


def sample(country: str, **changes: Any) -> Invoice:
    """The country's invoice; a change is a path with `__` for dots, and what JSON has there."""
    document = msgspec.json.decode((SAMPLES / f"{country}.json").read_bytes())
    for path, value in changes.items():
        *ways, last = path.split("__")
        node = document
        for way in ways:
            node = node[int(way)] if way.isdigit() else node.setdefault(way, {})
        if value is None:
            node.pop(last, None)
        else:
            node[last] = value
    return msgspec.convert(document, Invoice, strict=False)


def refusals(invoice: Invoice, rules: RuleSet) -> list[str]:
    return sorted({f.rule for f in check(invoice, rules) if is_fatal([f])})


def said(data: bytes, *paths: str) -> dict[str, list[str]]:
    """Text of each element at a path such as `DatiGenerali/Numero`, whatever its namespace."""
    root = parse(data, what="what we wrote")
    found = {}
    for path in paths:
        steps = "//".join(f"{{*}}{step}" for step in path.split("/"))
        found[path] = [" ".join((e.text or "").split()) for e in root.findall(f".//{steps}")]
    return found


def carried(write: Callable[[Invoice], bytes], invoice: Invoice) -> set[str]:
    """Paths, without numbers, of the fields whose change shows in what is written."""
    plain = write(invoice)
    found = set()
    tree = msgspec.to_builtins(invoice)
    for keys, value in _leaves(tree):
        if keys == ("kind",):
            continue
        node: Any = tree
        for key in keys[:-1]:
            node = node[key]
        node[keys[-1]] = "AAAA" if keys[-1] == "data" else _other(value)
        if write(msgspec.convert(tree, Invoice, strict=False)) != plain:
            found.add(_path(keys))
        node[keys[-1]] = value
    return found


def _leaves(node: Any, keys: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    if isinstance(node, dict):
        return [leaf for key, value in node.items() for leaf in _leaves(value, (*keys, key))]
    if isinstance(node, list | tuple):
        return [leaf for n, value in enumerate(node) for leaf in _leaves(value, (*keys, n))]
    return [(keys, node)]


def _path(keys: tuple[Any, ...]) -> str:
    return ".".join(str(key) for key in keys if isinstance(key, str))


def _other(value: str) -> str:
    """Another value of the same kind: a later day, a higher number, another word."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"2027{value[4:]}"
    if re.fullmatch(r"-?\d+(\.\d+)?", value):
        return f"-1{value[1:]}" if value.startswith("-") else f"1{value}"
    return f"{value}9"


PDF = {"data": "JVBERi0=", "media_type": "application/pdf"}


def every_term(country: str) -> list[Invoice]:
    """Invoices that together state every term, with the national data of a country."""
    extensions = sample(country).extensions
    files = [SAMPLES.parent / syntax / "every-term/document.json" for syntax in ("ubl", "cii")]
    whole = [msgspec.json.decode(file.read_bytes(), type=Invoice) for file in files]
    party = {"name": "R", "vat_identifier": "IT123", "address": {"country": "IT"}}
    credit_note = sample(
        country,
        type_code="381",
        preceding=[{"number": "1", "issue_date": "2026-01-01"}],
        payee={"name": "P"},
        tax_representative=party,
        totals__rounding="0.01",
        payment__direct_debit={"mandate": "M", "account": "DE89370400440532013000"},
    )
    part = {"amount": "10.00", "reason": "R", "vat_rate": "0"}
    taxed = {**part, "vat_category": "S", "vat_rate": str(sample(country).vat_breakdown[0].rate)}
    odd = sample(
        country,
        allowances=[{**part, "vat_category": "E"}],
        charges=[{**part, "vat_category": "E"}, taxed],
        supporting_documents=[{"reference": "A-9", "attachment": PDF}],
    )
    abroad = [msgspec.structs.replace(each, extensions=extensions) for each in whole]
    buyer = sample(country).buyer
    at_home = [msgspec.structs.replace(each, type_code="380", buyer=buyer) for each in abroad]
    return [sample(country), credit_note, odd, *abroad, *at_home]
