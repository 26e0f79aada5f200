"""The command `map suggest`: a first guide for a table, proven by reading it."""

from argparse import Namespace
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from formats.findings import sentence
from formats.model.paths import Term, UnknownPath, term
from formats.table_draft.amounts import Chosen
from formats.table_draft.proof import Draft, Proven, draft, name_of
from formats.table_draft.writing import terms_of
from hub.cli.output import Misused, answer, table

_LONGEST = 28
_DOCUMENTS_SHOWN = 10


def suggest(options: Namespace) -> int:
    """Draft a guide; exit 1 if the file cannot be read with it, or its amounts do not add up."""
    data = options.file.read_bytes()
    if not data:
        raise Misused(f"{options.file}: the file is empty")
    made = draft(data, options.file.name)
    lines = [
        *_columns(made),
        "",
        *_documents(made),
        "",
        *_missing(made),
        "",
        *_kept(options, made),
    ]
    answer(options, _as_data(made), lines)
    good = made.proofs and not any(each.faults or each.wrong_sums for each in made.proofs)
    return 0 if good else 1


def _columns(made: Draft) -> list[str]:
    head = ("column", "sure", "term", "sample", "read as", "why")
    rows = [
        (
            _clip(each.column),
            f"{each.score} %" if each.paths else "",
            terms_of(each) if each.paths else "not taken",
            _clip(" | ".join(each.content.distinct[:2])),
            _clip(_read_as(made, each)),
            each.why,
        )
        for each in made.choice.columns
    ]
    return table(head, rows)


def _read_as(made: Draft, each: Chosen) -> str:
    """Return what the first document that has the field got."""
    for reading in made.readings:
        for path in each.paths:
            value = _value(reading.document, _first(path))
            if value is not None:
                return f"{value}"
    return ""


def _first(path: str) -> Term | None:
    try:
        return term(path.replace("[]", "[0]"))
    except UnknownPath:
        return None


def _value(document: Any, field: Term | None) -> object:
    node = document
    for step in field.groups if field else ():
        node = getattr(node, step.name, None)
        if step.many and node is not None:
            node = next((each for each in node if _is_item(each, step.key, step.value)), None)
    return getattr(node, field.name, None) if field and node is not None else None


def _is_item(item: Any, key: str, value: str) -> bool:
    return not key or str(getattr(item, key)) == value


def _documents(made: Draft) -> list[str]:
    if made.refused is not None:
        return [f"With this guide the file cannot be read: {sentence(made.refused)}"]
    head = ("invoice", "date", "buyer", "lines", "net", "VAT", "gross", "proof")
    stated = made.choice.totals_stated
    rows = [_document(each, stated=stated) for each in made.proofs[:_DOCUMENTS_SHOWN]]
    more = len(made.proofs) - len(rows)
    good = sum(not (each.faults or each.wrong_sums or each.unproven) for each in made.proofs)
    return [
        *table(head, rows),
        *([f"… and {more} more"] if more else []),
        f"{len(made.proofs)} invoices, {good} whose amounts add up"
        + ("" if stated else " (their totals were summed up here: the file states none)"),
    ]


def _document(each: Proven, *, stated: bool) -> tuple[str, ...]:
    invoice = each.invoice
    totals = invoice.totals
    said = "adds up" if stated else "summed up here"
    if each.unproven:
        said = "no amounts to add up"
    if each.wrong_sums:
        said = f"does not add up: {', '.join(each.wrong_sums)}"
    if each.faults:
        said = f"{len(each.faults)} faults: {sentence(each.faults[0])}"
    return (
        invoice.number or "",
        invoice.issue_date.isoformat() if invoice.issue_date else "",
        _clip((invoice.buyer.name or "") if invoice.buyer else ""),
        str(len(invoice.lines)),
        _amount(totals.without_vat if totals else None),
        _amount(totals.vat if totals else None),
        _amount(totals.with_vat if totals else None),
        said,
    )


def _missing(made: Draft) -> list[str]:
    if made.refused is not None:
        return []
    if not made.missing:
        return ["Nothing that EN 16931 wants is missing."]
    rows = [
        (number, name_of(number), "all" if count == len(made.proofs) else str(count))
        for number, count in made.missing.items()
    ]
    return [
        "EN 16931 still wants, from a column, a constant, the hub's settings or its address book:",
        *table(("term", "what", "missing in"), rows),
    ]


def _kept(options: Namespace, made: Draft) -> Sequence[str]:
    if options.output is None:
        return ["The guide (--out FILE keeps it):", "", *made.toml.splitlines()]
    if options.output.exists():
        raise Misused(f"{options.output} exists; name another file, nothing is replaced")
    options.output.write_text(made.toml, encoding="utf-8")
    return [f"Guide written to {options.output}; try `facteur read FILE --guide {options.output}`."]


def _as_data(made: Draft) -> dict[str, Any]:
    return {
        "guide": made.toml,
        "columns": [
            {
                "column": each.column,
                "paths": each.paths,
                "confidence": each.score,
                "why": each.why,
                "samples": each.content.distinct[:3],
                "read_as": _read_as(made, each),
            }
            for each in made.choice.columns
        ],
        "refused": made.refused,
        "invoices": [
            {
                "number": each.invoice.number,
                "lines": len(each.invoice.lines),
                "totals": each.invoice.totals,
                "faults": each.faults,
                "wrong_sums": each.wrong_sums,
                "unproven": each.unproven,
            }
            for each in made.proofs
        ],
        "missing": made.missing,
        "rules": made.rules,
    }


def _amount(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _clip(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
