"""The corpus of real bounces, and what its own tables and names say of each."""

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

CORPUS = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora")) / "email-dsn"

BOUNCE, COMPLAINT, AUTO_REPLY = "bounce", "complaint", "automatic reply"
DELIVERED, RECEIPT, PERSON = "delivered", "read receipt", "of a person"

_BY_REASON = {"feedback": COMPLAINT, "vacation": AUTO_REPLY, "delivered": DELIVERED}
_BY_NAME = {
    "sisimai/*/arf-*": COMPLAINT,
    "sisimai/*/rfc3834-*": AUTO_REPLY,
    "sisimai/maildir/not/*": PERSON,
    "sisimai/*": BOUNCE,
    "mimekit/*/disposition-*": RECEIPT,
    "mimekit/*": BOUNCE,
    "talon/*/standard_replies/*": PERSON,
}
"""For files without an entry in the tables: the corpora name them by what they are."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A message of the corpus.

    Attributes:
        wanted: what it is.
        by_tables: whether the tables of its tests say so, or its name alone.
        dead: whether they say that the address is no good; None if they do not say.
        reasons: their words for why.
    """

    name: str
    data: bytes
    wanted: str
    by_tables: bool
    dead: bool | None
    reasons: frozenset[str]


def samples() -> Iterator[Sample]:
    """Yield all of the corpus; skips the test where it is absent."""
    if not CORPUS.is_dir():
        pytest.skip(f"no corpus at {CORPUS}: set FACTEUR_CORPORA")
    with (CORPUS / "EXPECTED.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield _sample(row["file"], row["expected"])


def _sample(name: str, expected: str) -> Sample:
    reasons = frozenset(re.findall(r"reason=(\w+)", expected))
    [by_name, *_] = (kind for glob, kind in _BY_NAME.items() if fnmatch(name, glob))
    by_tables = next((_BY_REASON.get(reason, BOUNCE) for reason in reasons), None)
    return Sample(
        name=name,
        data=(CORPUS / name).read_bytes(),
        wanted=by_tables or by_name,
        by_tables=by_tables is not None,
        dead="hard=true" in expected if by_tables == BOUNCE else None,
        reasons=reasons,
    )
