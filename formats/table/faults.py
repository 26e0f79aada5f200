"""What can be wrong with a table: every finding of this reader, in one place."""

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
            fix="let `facteur map suggest FILE` draft a guide, or copy "
            "formats/guides/csv-example.toml; add it to the sender's guides",
            actor=Actor.OPERATOR,
        )
    )


def half_joined(reasons: list[str]) -> Unreadable:
    """Return the error: a ZIP has files that a guide joins, and is not what that guide wants."""
    return Unreadable(
        Finding(
            rule="IN-CSV-JOIN",
            message=f"the files in this ZIP belong together and cannot be joined: "
            f"{'; '.join(reasons)}",
            fix="send all files of one run in one ZIP, and no others in it",
            actor=Actor.ERP,
        )
    )


def wrong_columns(guide: str, wrong: Mapping[str, Sequence[str]], place: str) -> Unreadable:
    """Return the error: a guide fits, but columns are missing, unknown or double."""
    listed = "; ".join(f"{what}: {_clipped(names)}" for what, names in wrong.items() if names)
    return Unreadable(
        Finding(
            rule="IN-CSV-COLUMNS",
            message=f"the columns are not those of guide `{guide}`: {listed}",
            place=place,
            fix="name each column under [columns], or under `ignore`; or correct the export",
            actor=Actor.OPERATOR,
        )
    )


def no_rows(guide: str) -> Unreadable:
    """Return the error: columns and nothing below them."""
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


def mixed_encodings(start: int, found: bytes, codec: str) -> Unreadable:
    """Return the error: parts of the file are written in another code than the others."""
    return Unreadable(
        Finding(
            rule="IN-CSV-ENCODING",
            message=f"the file is {codec} only in parts",
            place=f"byte {start + 1}",
            value=found.hex(),
            fix="export all of it as UTF-8; do not join files of different encodings",
        )
    )


def broken(place: str, why: str) -> Unreadable:
    """Return the error: from this row on the file is no table."""
    return Unreadable(
        Finding(
            rule="IN-CSV-ROW",
            message=f"this row cannot be read: {why}",
            place=place,
            fix="double the quotes inside quoted cells, and send the file whole",
        )
    )


def wrong_width(place: str, found: int, wanted: int) -> Finding:
    """Return the fault: a row has more or fewer cells than the header."""
    return Finding(
        rule="IN-CSV-ROW",
        message=f"this row has {found} cells, the header {wanted}; it was left out",
        place=place,
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


def no_key(place: str, key: tuple[str, ...]) -> Finding:
    """Return the fault: an invoice without the value that tells it apart."""
    return Finding(
        rule="IN-CSV-KEY",
        message="this row does not say which invoice it belongs to",
        place=f"{place}, column {', '.join(key)}",
        fix="fill the column in every row",
    )


def differs(place: str, text: str, first: str, before: str) -> Finding:
    """Return the fault: a later row of an invoice contradicts its first."""
    return Finding(
        rule="IN-CSV-DIFFERS",
        message=f"`{text}` is not what {first} of the same invoice says: `{before}`",
        place=place,
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


def twice(place: str, path: str, text: str, before: str) -> Finding:
    """Return the fault: a field that can be said once is said again by a further row."""
    return Finding(
        rule="IN-CSV-TWICE",
        message=f"`{text}` stands where another row of it says `{before}`",
        term=term_of(path),
        path=path,
        place=place,
        value=text,
        fix="say it in one row, or let each row `hold` an item of its own in the guide",
    )


def no_head(place: str, key: tuple[str, ...]) -> Finding:
    """Return the fault: rows refer to an invoice that no row begins."""
    return Finding(
        rule="IN-CSV-HEAD",
        message=f"no row begins the invoice {' '.join(key)} to which this row belongs",
        place=place,
        value=" ".join(key),
        fix="send both files of the same run, with the same numbers in their key columns",
    )


def stray(place: str, guide: str, why: str, value: str) -> Unreadable:
    """Return the error: a row whose kind or invoice is not known; it might be money."""
    return Unreadable(
        Finding(
            rule="IN-CSV-RECORD",
            message=f"{why} (guide `{guide}`)",
            place=place,
            value=value[:40],
            fix="add a [part.NAME] for such rows to the guide, or correct the export",
            actor=Actor.OPERATOR,
        )
    )


def wrong_totals(place: str, what: str, said: str, found: str) -> Unreadable:
    """Return the error: the file's own control totals are not those of its rows."""
    return Unreadable(
        Finding(
            rule="IN-CSV-TOTALS",
            message=f"the file says {what} {said}, but its rows give {found}",
            place=place,
            value=said,
            fix="send the file again, whole: rows are missing, double or cut off",
        )
    )


def no_totals(part: str, guide: str) -> Unreadable:
    """Return the error: the row with the totals is missing, so the end of the file may be, too."""
    return Unreadable(
        Finding(
            rule="IN-CSV-TOTALS",
            message=f"the row with the totals (part `{part}` of guide `{guide}`) is missing",
            fix="send the file again, whole: its end seems to be cut off",
        )
    )


def not_a_table(
    rule: str, message: str, fix: str, place: str | None = None, *, actor: Actor = Actor.ERP
) -> Unreadable:
    """Return the error: a file of a kind that is not read as a table, or is out of bounds."""
    return Unreadable(Finding(rule=rule, message=message, place=place, fix=fix, actor=actor))


def remark(text: str) -> Finding:
    """Return the warning: something of the file was passed by."""
    return Finding(
        rule="IN-CSV-PASSED",
        message=text,
        severity=Severity.WARNING,
        fix="nothing, if this is meant; else name it in the guide",
        actor=Actor.OPERATOR,
    )


def _clipped(names: Sequence[str]) -> str:
    shown = [name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…" for name in names]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(shown[:_MOST_NAMES]) + more


_LONGEST_NAME = 60
_MOST_NAMES = 12
