"""A choice of columns, said as a guide: TOML that a person reads, corrects and keeps."""

import json
from collections.abc import Iterator, Mapping, Sequence

from formats.model.terms import term_of
from formats.table_draft.amounts import Chosen
from formats.table_draft.choosing import Choice
from formats.table_draft.contents import rate_of
from formats.table_draft.naming import code_of
from formats.table_draft.shape import Shape

_CODES: Mapping[str, str] = {"type_code": "types", "lines[].unit": "units"}
"""Fields whose values are words of the sender's own."""
_MOST_VALUES = 40
_CURRENCIES: Mapping[str, str] = {
    "€": "EUR",
    "EUR": "EUR",
    "CHF": "CHF",
    "USD": "USD",
    "GBP": "GBP",
    "PLN": "PLN",
}


def guide_toml(shape: Shape, choice: Choice, name: str) -> str:
    """Return the guide for a table.

    Args:
        shape: how the file is written.
        choice: what its columns are taken for.
        name: of the file, for the first line.
    """
    parts = [
        f"# Drafted from {name}. Confidence is said with each column: look at what is below 90 %.",
        "# formats/guides/csv-example.toml explains the words.",
        "",
        f'format = "{shape.form}"',
        f'rows = "{"lines" if choice.by_line else "invoices"}"',
        *([f"key = {_text(choice.key)}"] if choice.by_line else []),
        *_ignored(choice.columns),
        *(['line_nets = "from price"'] if _lacks_nets(choice) else []),
        *([] if not choice.by_line or _has(choice, "lines[].id") else ['line_ids = "by position"']),
        *_breakdown(choice),
        *([] if choice.totals_stated else ['totals = "from lines"']),
        "",
        "[file]",
        *(f"{word} = {_value(value)}" for word, value in _file(shape, choice).items()),
        *_match(shape),
        *_positions(shape),
        "",
        "[columns]",
        *_columns(choice.columns),
        *_notations(choice),
        *_values(choice),
        *_totals(shape),
        "",
        "[constants]",
        *_constants(choice),
    ]
    return "\n".join(parts) + "\n"


def _has(choice: Choice, path: str) -> bool:
    return any(path in each.paths for each in choice.columns)


def _lacks_nets(choice: Choice) -> bool:
    priced = _has(choice, "lines[].price.net") and _has(choice, "lines[].quantity")
    return choice.by_line and priced and not _has(choice, "lines[].net")


def _ignored(columns: Sequence[Chosen]) -> Iterator[str]:
    left = [each.column for each in columns if not each.paths]
    if left:
        yield f"ignore = [{', '.join(map(_text, left))}]"


def _breakdown(choice: Choice) -> Iterator[str]:
    """Say where VAT breakdown and lines come from."""
    if not choice.vat_rates:
        yield 'vat_breakdown = "from lines"'
    elif not choice.lines_stated:
        yield 'lines = "from vat_breakdown"'


def _file(shape: Shape, choice: Choice) -> dict[str, str | int | bool]:
    decimal, thousands = choice.notation
    written = {"decimal": decimal, "thousands": thousands, "date": choice.date}
    return {**shape.file, **written}


def _match(shape: Shape) -> Iterator[str]:
    if shape.file.get("header") is False:
        yield from ("", "[match]", f"width = {len(shape.header)}")


def _totals(shape: Shape) -> Iterator[str]:
    """Say how the last row is known, that it is no invoice; what it sums up a person may add."""
    if shape.totals:
        said = ", ".join(f"{_text(name)} = {_text(text)}" for name, text in shape.totals.items())
        yield from ("", "[part.total]", 'holds = "totals"', f"where = {{ {said} }}")
        yield "# [part.total.sums]  # its columns = the fields that they sum up, to be checked"


def _positions(shape: Shape) -> Iterator[str]:
    if shape.positions:
        yield from ("", "[positions]")
    for name, (start, length) in shape.positions.items():
        yield f"{_text(name)} = [{start}, {length}]"


def _columns(columns: Sequence[Chosen]) -> Iterator[str]:
    for each in columns:
        if each.paths:
            paths = [_text(path) for path in each.paths]
            said = paths[0] if len(paths) == 1 else f"[{', '.join(paths)}]"
            yield f"{_text(each.column)} = {said}  # {each.score} %, {terms_of(each)}: {each.why}"
        else:
            yield f"# {_text(each.column)}: {each.why}"


def _notations(choice: Choice) -> Iterator[str]:
    for each in choice.columns:
        if not each.paths or _is_text(each):
            continue
        dates, numbers = each.content.dates, each.content.numbers
        own = []
        if _is_date(each) and dates and choice.date not in dates:
            own.append(f"date = {_text(dates[0])}")
        if not _is_date(each) and numbers and choice.notation not in numbers:
            own += [f"decimal = {_text(numbers[0][0])}", f"thousands = {_text(numbers[0][1])}"]
        if own:
            yield from ("", f"[notation.{_text(each.column)}]", *own)


def _values(choice: Choice) -> Iterator[str]:
    for each in choice.columns:
        path = next((path for path in each.paths if path in _CODES), "")
        values = each.content.distinct[:_MOST_VALUES]
        rows: list[str] = []
        if path:
            rows = [f"{_text(v)} = {_text(code_of(_CODES[path], v) or v)}" for v in values]
            rows.append('"*" = "*"')
        elif "lines[].vat_category" in each.paths and choice.categories:
            rows = [f"{_text(v)} = {_text(m)}" for v, m in choice.categories.items()]
            rows.append('"*" = "*"')
        elif "lines[].vat_rate" in each.paths and _needs_rates(each):
            rows = [f"{_text(v)} = {_text(rate_of(v) or v)}" for v in values]
        if rows:
            yield from ("", f"[values.{_text(each.column)}]", *rows)


def _needs_rates(each: Chosen) -> bool:
    """Whether values are to be said as percentages: `19 %`, `20% (sales)`, or 0.19 throughout."""
    values = each.content.values
    shares = "share" in each.content.kinds and any(rate_of(value) for value in values)
    return shares or any("%" in value for value in values)


def _constants(choice: Choice) -> Iterator[str]:
    filled = {path for each in choice.columns for path in each.paths}
    line = "lines[]" if choice.by_line else "lines[0]"
    given = {
        "type_code": "380",
        f"{line}.vat_category": "S",
        f"{line}.unit": "C62",
        **({} if choice.by_line else {f"{line}.id": "1", f"{line}.quantity": "1"}),
        **({f"{line}.vat_rate": choice.rate} if choice.rate else {}),
    }
    if f"{line}.quantity" not in filled and choice.by_line:
        given[f"{line}.quantity"] = "1"
    if choice.vat_rates and not choice.lines_stated:
        given = {"type_code": "380"}
    for rate in choice.vat_rates:
        given[f"vat_breakdown[rate={rate}].category"] = "S" if rate.strip("0.") else "Z"
    for path, value in given.items():
        if path not in filled:
            yield f"{_text(path)} = {_text(value)}  # {term_of(path)}: a guess; is it right?"
    currency = _currency(choice.columns)
    if "currency" not in filled:
        mark = "" if currency else "# "
        yield f'{mark}"currency" = {_text(currency or "EUR")}  # BT-5: no column says it'
    for path in _SELLER:
        if path not in filled:
            yield f'# {_text(path)} = ""  # {term_of(path)}; a hub adds it from [tenant.KEY]'


_SELLER = ("seller.name", "seller.vat_identifier", "seller.address.country")


def _currency(columns: Sequence[Chosen]) -> str:
    """Return the currency that a header names, as in `Amount EUR`."""
    said = " ".join(each.column for each in columns).upper()
    return next((code for sign, code in _CURRENCIES.items() if sign in said), "")


def terms_of(each: Chosen) -> str:
    """Return the numbers of the terms that a column fills.

    >>> from formats.table_draft.contents import content_of
    >>> terms_of(Chosen(column="N", content=content_of([]), paths=("number",), score=1, why=""))
    'BT-1'
    """
    return ", ".join(dict.fromkeys(term_of(path) or "no BT" for path in each.paths))


def _is_date(each: Chosen) -> bool:
    return any(path.endswith(("_date", "_on", "period.start", "period.end")) for path in each.paths)


def _is_text(each: Chosen) -> bool:
    amounts = ("totals.", "lines[].net", "lines[].quantity", "lines[].price", "lines[].vat_rate")
    return not _is_date(each) and not any(path.startswith(amounts) for path in each.paths)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _value(value: str | int | bool) -> str:  # noqa: FBT001 (a TOML value may be one)
    return _text(value) if isinstance(value, str) else str(value).lower()
