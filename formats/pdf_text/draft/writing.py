"""A drafted guide as a file that a person goes on with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formats.model.terms import term_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A field that was not found.

    Attributes:
        spec: its place as a layout says it, to be completed.
        hint: what to put into it.
    """

    words: str
    spec: str | Mapping[str, Any]
    hint: str


HEAD: Final = """\
# Drafted from {name}. Look at each line, correct what is wrong, and read further samples with it:
#   facteur read FILE.pdf --guide THIS.toml
# formats/guides/pdf-example.toml explains every word.

format = "pdf_text"
"""


def written(
    name: str, table: Mapping[str, Any], missing: Mapping[str, Missing], notes: Sequence[str]
) -> str:
    """Return a guide as TOML.

    Args:
        name: of the sample.
        table: the guide's words.
        missing: fields that were not found; each gets a place in a comment.
        notes: what a person must look at, at the end.
    """
    lines = [HEAD.format(name=name)]
    for key, value in table.items():
        if not isinstance(value, Mapping):
            lines.append(f"{key} = {_value(value)}")
    for key, value in table.items():
        if isinstance(value, Mapping):
            lines += _tables(key, value)
            lines += _places(missing) if key == "fields" else []
    if notes:
        lines += ["", "# Not found, or not sure:", *(f"# - {note}" for note in notes)]
    return "\n".join(lines) + "\n"


def _places(missing: Mapping[str, Missing]) -> Iterator[str]:
    """Yield a place for each field that was not found, to be completed by who knows the page."""
    for path, lacks in missing.items():
        yield f"# not found: {lacks.words}; {lacks.hint}, then take the # away:"
        yield f'# "{path}" = {_value(lacks.spec)}  # {_term("fields", path)}'


def _tables(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield a table, then those in it that have a head of their own."""
    own = {key: value for key, value in table.items() if not _has_head(name, key, value)}
    if own or not table:
        yield f"\n[{name}]"
        for key, value in own.items():
            term = _term(name, key)
            yield f"{_key(name, key)} = {_value(value)}{f'  # {term}' if term else ''}"
    for key, value in table.items():
        if _has_head(name, key, value):
            yield from _tables(f"{name}.{_key(name, key)}", value)


def _has_head(name: str, key: str, value: object) -> bool:
    nested = name in {"tables", "values"} or (name.startswith("tables.") and key != "label")
    return isinstance(value, Mapping) and nested


def _key(name: str, key: str) -> str:
    paths = name in {"fields", "same", "constants", "values"} or name.count(".") > 0
    plain = key.isidentifier() and not (paths and name.startswith("values"))
    return key if plain and not (paths and not name.startswith("tables.")) else f'"{key}"'


def _term(name: str, key: str) -> str:
    if name in {"fields", "constants", "same"}:
        return term_of(key) or ""
    return (term_of(f"lines[0].{key}") or "") if name.startswith("tables.lines.") else ""


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case Mapping():
            inner = ", ".join(f"{key} = {_value(one)}" for key, one in value.items())
            return f"{{ {inner} }}"
        case list() | tuple():
            return f"[{', '.join(_value(one) for one in value)}]"
        case _:
            return str(value)


def _quoted(text: str) -> str:
    if "'" not in text and "\n" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
