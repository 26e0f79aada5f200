"""What can be wrong with a CSV file: every finding of this reader, in one place."""

import csv
from collections.abc import Mapping, Sequence

from formats.codec import Unreadable
from formats.findings import Actor, Finding, Severity
from formats.model.terms import term_of


def no_guide(reasons: list[str]) -> Unreadable:
    """Return the error: no guide names these columns."""
    tried = "; ".join(reasons) or "the sender has none"
    return Unreadable(
        Finding(
            rule="IN-CSV-GUIDE",
            message=f"no mapping says what the columns of this file mean: {tried}",
            place="row 1",
            fix="copy formats/guides/csv-example.toml, name this file's columns in it, "
            "and add it to the sender's guides",
            actor=Actor.OPERATOR,
        )
    )


def wrong_columns(guide: str, wrong: Mapping[str, Sequence[str]]) -> Unreadable:
    """Return the error: a guide fits, but columns are missing, unknown or double."""
    listed = "; ".join(f"{what}: {', '.join(names)}" for what, names in wrong.items() if names)
    return Unreadable(
        Finding(
            rule="IN-CSV-COLUMNS",
            message=f"the columns are not those of guide `{guide}`: {listed}",
            place="row 1",
            fix="name each column under [columns], or under `ignore`; or correct the export",
            actor=Actor.OPERATOR,
        )
    )


def no_rows(guide: str) -> Unreadable:
    """Return the error: a header and nothing below it."""
    return Unreadable(
        Finding(
            rule="IN-CSV-EMPTY",
            message=f"the file has the columns of guide `{guide}`, but no rows",
            place="row 2",
            fix="send a row for each line, or no file on days without invoices",
        )
    )


def undecodable(error: UnicodeDecodeError, guide: str, codec: str) -> Unreadable:
    """Return the error: these bytes are not text in a known code."""
    return Unreadable(
        Finding(
            rule="IN-CSV-ENCODING",
            message=f"the file is neither UTF-8 nor {codec} (guide `{guide}`)",
            place=f"byte {error.start + 1}",
            value=error.object[error.start : error.start + 1].hex(),
            fix="export as UTF-8, or set [file] encoding in the guide",
        )
    )


def broken(number: int, error: csv.Error) -> Unreadable:
    """Return the error: from this row on the file is no CSV."""
    return Unreadable(
        Finding(
            rule="IN-CSV-ROW",
            message=f"this row cannot be read: {error}",
            place=f"row {number}",
            fix="double the quotes inside quoted cells, and send the file whole",
        )
    )


def wrong_width(number: int, found: int, wanted: int) -> Finding:
    """Return the fault: a row has more or fewer cells than the header."""
    return Finding(
        rule="IN-CSV-ROW",
        message=f"this row has {found} cells, the header {wanted}; it was left out",
        place=f"row {number}",
        value=str(found),
        fix="quote cells that hold the delimiter",
    )


def wrong_value(place: str, path: str, text: str, error: ValueError) -> Finding:
    """Return the fault: a cell cannot be read as what its column holds."""
    return Finding(
        rule="IN-CSV-VALUE",
        message=f"`{text}` {error}",
        term=term_of(path),
        path=path,
        place=place,
        value=text,
        fix="correct the value, or its notation or meaning in the guide",
    )


def no_key(number: int, key: tuple[str, ...]) -> Finding:
    """Return the fault: an invoice without the value that tells it apart."""
    return Finding(
        rule="IN-CSV-KEY",
        message="this row does not say which invoice it belongs to",
        place=f"row {number}, column {', '.join(key)}",
        fix="fill the column in every row",
    )


def differs(number: int, column: str, text: str, first: int, before: str) -> Finding:
    """Return the fault: a later row of an invoice contradicts its first."""
    return Finding(
        rule="IN-CSV-DIFFERS",
        message=f"`{text}` is not what row {first} of the same invoice says: `{before}`",
        place=f"row {number}, column {column}",
        value=text,
        fix="write the same value in all rows of an invoice, or map the column to `lines[].…`",
    )


def incomplete(path: str) -> Finding:
    """Return the warning: a group lacks the value without which it means nothing."""
    return Finding(
        rule="IN-CSV-INCOMPLETE",
        message=f"{path} has no value, so what belongs to it was left out",
        severity=Severity.WARNING,
        term=term_of(path),
        path=path,
        fix="fill the column, or leave its companions empty too",
    )
