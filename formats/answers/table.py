"""Notices as CSV, one row each: the form that every system can read."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from formats.answers.notice import Cover, Form, Notice
from formats.findings import sentence

COLUMNS: Final[Mapping[str, Callable[[Notice], str]]] = {
    "notice": lambda notice: notice.id,
    "at": lambda notice: notice.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "file": lambda notice: notice.file,
    "submission": lambda notice: notice.submission,
    "document": lambda notice: notice.document,
    "reference": lambda notice: notice.reference,
    "kind": lambda notice: notice.kind,
    "number": lambda notice: notice.number,
    "issue_date": lambda notice: notice.issue_date,
    "currency": lambda notice: notice.currency,
    "total": lambda notice: notice.total,
    "customer": lambda notice: notice.customer,
    "customer_name": lambda notice: notice.customer_name,
    "state": lambda notice: notice.state,
    "channel": lambda notice: notice.channel,
    "channel_state": lambda notice: notice.channel_state,
    "reason": lambda notice: notice.reason,
    "faults": lambda notice: str(len(notice.findings)),
    "what_to_do": lambda notice: " | ".join(map(sentence, notice.findings)),
}
"""Columns are only ever added at the end."""


def write(notices: Sequence[Notice], cover: Cover) -> bytes:
    """Return UTF-8, separated by semicolons, quoted where needed, lines ended as RFC 4180 has it.

    Texts are as they are: whoever opens this in a spreadsheet imports the columns as text.
    """
    del cover  # the file's name has its serial
    page = io.StringIO(newline="")
    rows = csv.writer(page, delimiter=";", lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows([_one_line(say(notice)) for say in COLUMNS.values()] for notice in notices)
    return page.getvalue().encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())


FORM: Final = Form(
    name="csv", words="CSV", suffix=".csv", media_type="text/csv", most=10_000, write=write
)
