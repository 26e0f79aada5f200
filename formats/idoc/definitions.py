"""A customer's own segment definitions, as SAP prints them, turned into rows of `segments.tsv`.

Source:
    SAP, transaction WE60 (reports RSEIDOC3 and RSEIDOCS): the parser report, whose lines are a word
    and a value, with positions from 1 that count the record's head; and XML Schema of an IDoc type.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from formats.codec import Guide, Unreadable
from formats.guide import refusal
from formats.idoc.definition import Definition, faults_of
from formats.idoc.parser_report import read_report
from formats.idoc.schema import read_schema
from formats.notation import decode

WORD = "definitions"
_NOTHING_SAID = "-"


def with_definitions(guide: Guide, folder: Path) -> Guide:
    """Return the guide with the definitions that lie in the files it names, beside it.

    Raises:
        Unreadable: IN-GUIDE, a file cannot be read or has faults; all of them that can be seen.
    """
    said = guide.table.get(WORD, [])
    names = [said] if isinstance(said, str) else said
    if not isinstance(names, list) or not names:
        return guide
    found: dict[str, str] = {}
    faults: list[str] = []
    for name in map(str, names):
        try:
            found[name] = table_of((folder / name).read_bytes(), name)
        except OSError as error:
            faults.append(f"{name}: {error.strerror}")
        except Unreadable as error:
            faults.append(error.finding.message)
    if faults:
        raise refusal(guide.name, faults)
    return replace(guide, table={**guide.table, WORD: found})


def table_of(data: bytes, name: str) -> str:
    """Return the rows of a file of definitions.

    Raises:
        Unreadable: IN-GUIDE, it is neither parser report nor XML Schema, or has faults.
    """
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        definitions, faults = read_schema(data)
    else:
        definitions, faults = read_report(decode(data, "latin-1"))
    faults = [*faults, *faults_of(definitions)]
    if faults:
        raise refusal(name, faults)
    return "".join(_row(each) for each in _once(definitions))


def _once(definitions: Sequence[Definition]) -> Sequence[Definition]:
    """Return each definition once; one that lies in several others says no more where it lies."""
    found: dict[str, Definition] = {}
    for each in definitions:
        before = found.get(each.name)
        if before is not None and before.parent != each.parent:
            each = replace(before, parent="", least=0, most=None)  # noqa: PLW2901
        found[each.name] = each
    return list(found.values())


def _row(each: Definition) -> str:
    fields: Mapping[str, int] = each.fields
    columns = (
        each.name,
        each.type,
        each.parent or _NOTHING_SAID,
        str(each.least) if each.least else _NOTHING_SAID,
        _NOTHING_SAID if each.most is None else str(each.most),
        " ".join(f"{name}:{length}" for name, length in fields.items()),
    )
    return "\t".join(columns) + "\n"
